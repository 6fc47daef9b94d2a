// When a client that waits is given what has ended.
#include "iterator/explanation.h"
#include "service_world.h"
#include "tests/support/message_text.h"

namespace godwit::daemon {
namespace {

using Fate = QueryService::Fate;
using namespace std::chrono_literals;

class QueryStale : public ServiceWorld {
 protected:
  QueryStale() : ServiceWorld(options()) {
    auto made = std::make_shared<iterator::ResolverOptions>();
    made->stale.time_max = 1h;
    resolver.set_options(made);
    caches.rrsets.store(test::rrset({"www.example. 60 IN A 192.0.2.1"}),
                        cache::Trust::answer_authoritative, clock.time);
    advance(61s);
  }
  static iterator::CachesOptions options() {
    iterator::CachesOptions out;
    out.stale_time = 1h;
    return out;
  }
  static WaitingPolicy policy_of(std::chrono::milliseconds wait) {
    WaitingPolicy out;
    out.gives_stale = true;
    out.stale_wait = wait;
    return out;
  }
};

TEST_F(QueryStale, it_is_given_when_its_time_has_come_and_the_search_goes_on) {
  serve(policy_of(1800ms));
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 7), Fate::waiting);
  advance(1799ms);
  EXPECT_TRUE(sink.ends.empty());
  advance(1ms);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].token, 7u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::noerror);
  EXPECT_EQ(counters.answers_stale.get(), 1u);
  EXPECT_EQ(service->waiting(), 0u);
  EXPECT_EQ(service->running(), 1u);
  EXPECT_EQ(limits.total(), 0u);
  advance(60s);
  EXPECT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(counters.answers_late.get(), 0u);
}

TEST_F(QueryStale, the_walk_is_recorded_with_it_when_it_ends) {
  serve(policy_of(1800ms));
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 7), Fate::waiting);
  advance(1800ms);
  ASSERT_EQ(counters.answers_stale.get(), 1u);
  EXPECT_TRUE(recorder.list().empty()) << "it goes on";
  while (service->running() > 0) {
    advance(1s);
    for (auto& resume : std::exchange(upstream.waiting, {}))
      resume(iterator::Exchange(iterator::ExchangeOutcome::timed_out));
    mailbox.empty();
  }
  const auto found = recorder.list();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().reason, RecordedFor::stale);
  EXPECT_EQ(found.front().rcode, wire::Rcode::noerror);
  const auto headline = iterator::headline_of(iterator::read_steps(*found.front().log));
  ASSERT_GE(headline.size(), 2u);
  EXPECT_EQ(headline[0].rfind("NOERROR for www.example. A, from what had ended: ", 0), 0u)
      << headline[0];
  EXPECT_NE(headline[1].find("no answer"), std::string::npos) << headline[1];
}

TEST_F(QueryStale, each_has_a_time_of_its_own) {
  serve(policy_of(1800ms));
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 1), Fate::waiting);
  advance(1s);
  EXPECT_EQ(ask("127.0.0.1", "other.example.", 2), Fate::waiting);
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 3), Fate::waiting);
  advance(800ms);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].token, 1u);
  advance(999ms);
  EXPECT_EQ(sink.ends.size(), 1u);
  advance(1ms);
  ASSERT_EQ(sink.ends.size(), 2u);
  EXPECT_EQ(sink.ends[1].token, 3u);
  EXPECT_EQ(service->waiting(), 1u) << "of the other one nothing is known";
  advance(3200ms);
  ASSERT_EQ(sink.ends.size(), 3u);
  EXPECT_EQ(sink.ends[2].rcode, wire::Rcode::servfail);
  EXPECT_EQ(counters.answers_late.get(), 1u);
}

TEST_F(QueryStale, without_a_wait_it_is_given_in_the_next_turn) {
  serve(policy_of(0ms));
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::waiting);
  advance(0ms);
  EXPECT_EQ(counters.answers_stale.get(), 1u);
  EXPECT_EQ(service->running(), 1u);
}

TEST_F(QueryStale, with_a_wait_beyond_the_time_for_answers_it_is_given_then) {
  serve(policy_of(10s));
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::waiting);
  advance(4999ms);
  EXPECT_TRUE(sink.ends.empty());
  advance(1ms);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::noerror);
  EXPECT_EQ(counters.answers_stale.get(), 1u);
  EXPECT_EQ(counters.answers_late.get(), 0u);
}

TEST_F(QueryStale, servers_out_of_reach_are_not_waited_for) {
  serve(policy_of(1800ms));
  upstream.silent = false;
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 1), Fate::waiting);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::noerror);
  EXPECT_EQ(counters.answers_stale.get(), 1u);
  EXPECT_EQ(ask("127.0.0.1", "www.example.", 2), Fate::answered) << "the failure is remembered";
  EXPECT_EQ(counters.answers_stale.get(), 2u);
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(resolver.counters().prefetch_started, 0u);
}

TEST_F(QueryStale, it_is_never_kept_ready) {
  serve(policy_of(1800ms));
  upstream.silent = false;
  for (std::uint64_t i = 0; i < 4; ++i) (void)ask("127.0.0.1", "www.example.", i);
  EXPECT_EQ(caches.answers.use().entries, 0u);
}

TEST_F(QueryStale, off_is_off) {
  serve({});
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::waiting);
  advance(4999ms);
  EXPECT_TRUE(sink.ends.empty());
  advance(1ms);
  EXPECT_EQ(sink.ends.at(0).rcode, wire::Rcode::servfail);
}

TEST_F(QueryStale, the_end_comes_to_all_that_wait_for_it) {
  serve(policy_of(1800ms));
  EXPECT_EQ(ask("127.0.0.1", "www.example."), Fate::waiting);
  service->drop_all(DropCause::shutdown);
  advance(10s);
  EXPECT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(counters.answers_stale.get(), 0u);
}

}  // namespace
}  // namespace godwit::daemon
