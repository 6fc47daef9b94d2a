// What a hit near the end of an answer starts, and what keeps it from starting.
#include "service_world.h"
#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using Fate = QueryService::Fate;
using namespace std::chrono_literals;

class QueryRefresh : public ServiceWorld {
 protected:
  // Asks when three seconds of eighty are left.
  void remember(const std::string& owner) {
    caches.rrsets.store(test::rrset({owner + " 80 IN A 192.0.2.1"}),
                        cache::Trust::answer_nonauthoritative, clock.time);
    advance(77s);
  }
  [[nodiscard]] std::uint64_t started() const { return resolver.counters().prefetch_started; }
};

TEST_F(QueryRefresh, the_second_hit_near_the_end_starts_it_after_its_answer) {
  serve({});
  remember("www.example.");
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(ask("127.0.0.1", "WWW.example."), Fate::answered);
  EXPECT_EQ(service->running(), 1u);
  EXPECT_EQ(service->waiting(), 0u);
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(service->running(), 1u);
  EXPECT_EQ(started(), 1u);
  cancel_all();
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(resolver.counters().prefetch_failed, 1u);
  EXPECT_EQ(counters.queries_answered.get(), 3u);
}

TEST_F(QueryRefresh, so_does_the_second_ready_made_answer) {
  serve({});
  caches.rrsets.store(test::rrset({"www.example. 80 IN A 192.0.2.1"}),
                      cache::Trust::answer_authoritative, clock.time);
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  advance(69s);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  advance(8s);
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(ask("127.0.0.1", "WWW.example."), Fate::answered);
  EXPECT_EQ(service->running(), 1u);
}

// The answer of the new life is kept ready, but only until the old one is over: else nobody would
// hear that the refresh was of use.
TEST_F(QueryRefresh, the_first_use_after_the_old_end_is_told) {
  auto options = std::make_shared<iterator::ResolverOptions>();
  const wire::Endpoint forwarder{wire::IpAddress::parse("192.0.2.53").value(), 53};
  options->zones.push_back({wire::Name(), true, {forwarder}});
  resolver.set_options(options);
  upstream.ttl = 80;
  serve({});
  remember("www.example.");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(started(), 1u);
  EXPECT_EQ(resolver.counters().prefetch_failed, 0u);
  EXPECT_EQ(caches.answers.use().entries, 1u);
  advance(2'999ms);
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(resolver.counters().prefetch_useful, 0u);
  advance(1ms);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(resolver.counters().prefetch_useful, 1u);
  EXPECT_EQ(started(), 1u);
}

TEST_F(QueryRefresh, questions_that_wait_come_first) {
  WaitingPolicy waiting;
  waiting.maxima.total = 4;
  serve(waiting);
  remember("www.example.");
  EXPECT_EQ(ask("127.0.0.1", "a.example."), Fate::waiting);
  EXPECT_EQ(ask("127.0.0.1", "b.example."), Fate::waiting);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(started(), 0u);
  EXPECT_EQ(resolver.counters().prefetch_busy, 1u);
  cancel_all();
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::answered);
  EXPECT_EQ(started(), 1u);
}

TEST_F(QueryRefresh, no_more_than_64_are_under_way) {
  serve({});
  for (int i = 0; i < 65; ++i)
    caches.rrsets.store(test::rrset({"n" + std::to_string(i) + ".example. 80 IN A 192.0.2.1"}),
                        cache::Trust::answer_authoritative, clock.time);
  advance(79s);
  for (int i = 0; i < 65; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example.";
    for (int times = 0; times < 2; ++times) EXPECT_EQ(ask("127.0.0.1", name), Fate::answered);
    EXPECT_EQ(service->running(), std::min<std::size_t>(static_cast<std::size_t>(i) + 1, 64));
  }
  EXPECT_EQ(resolver.counters().prefetch_busy, 1u);
}

TEST_F(QueryRefresh, at_the_end_nothing_is_started) {
  serve({});
  remember("www.example.");
  Client client;
  client.peer = {wire::IpAddress::parse("127.0.0.1").value(), 40000};
  const auto query = QueryMaker("www.example.").octets();
  for (int i = 0; i < 2; ++i) (void)service->handle(query, false, client, {}, out);
  service->drop_all(DropCause::shutdown);
  advance(0ms);
  EXPECT_EQ(service->running(), 0u);
}

}  // namespace
}  // namespace godwit::daemon
