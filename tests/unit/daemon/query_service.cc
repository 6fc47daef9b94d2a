// Queries that wait: the answer time, what makes room for whom, and ends that come at once.
#include "service_world.h"

namespace godwit::daemon {
namespace {

using Fate = QueryService::Fate;
using namespace std::chrono_literals;

TEST_F(ServiceWorld, at_the_answer_time_the_client_hears_and_the_walk_goes_on) {
  WaitingPolicy waiting;
  waiting.answer_time = 200ms;
  serve(waiting);
  EXPECT_EQ(ask("127.0.0.1", "a.example."), Fate::waiting);
  advance(199ms);
  EXPECT_TRUE(sink.ends.empty());
  advance(1ms);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::servfail);
  EXPECT_EQ(counters.answers_late.get(), 1u);
  EXPECT_EQ(service->waiting(), 0u);
  EXPECT_EQ(service->running(), 1u);
  cancel_all();
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(sink.ends.size(), 1u);
}

TEST_F(ServiceWorld, the_oldest_makes_room_once_it_had_its_time) {
  WaitingPolicy waiting;
  waiting.maxima.total = 2;
  serve(waiting);
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 1), Fate::waiting);
  EXPECT_EQ(ask("127.0.0.2", "b.example.", 2), Fate::waiting);
  advance(199ms);
  EXPECT_EQ(ask("127.0.0.3", "c.example.", 3), Fate::answered);
  advance(1ms);
  EXPECT_EQ(ask("127.0.0.3", "c.example.", 3), Fate::waiting);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].token, 1u);
  EXPECT_EQ(limits.total(), 2u);
}

TEST_F(ServiceWorld, nobody_makes_room_for_a_query_that_is_refused) {
  WaitingPolicy waiting;
  waiting.maxima.total = 2;
  waiting.per_client_proven = 1;
  serve(waiting);
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 1), Fate::waiting);
  EXPECT_EQ(ask("127.0.0.2", "b.example.", 2), Fate::waiting);
  advance(300ms);
  EXPECT_EQ(ask("127.0.0.2", "c.example.", 3), Fate::answered);
  EXPECT_TRUE(sink.ends.empty());
  EXPECT_EQ(service->waiting(), 2u);
}

TEST_F(ServiceWorld, a_client_that_proved_itself_is_not_bound_by_the_limit_of_a_question) {
  WaitingPolicy waiting;
  waiting.maxima.per_question = 2;
  waiting.per_client_proven = 4;
  serve(waiting);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask("127.0.0.1", "a.example."), Fate::waiting) << i;
  EXPECT_EQ(ask("127.0.0.1", "a.example."), Fate::answered);
  EXPECT_EQ(dropped(), 0u);
}

TEST_F(ServiceWorld, a_sender_that_may_be_forged_is_bound_by_the_limit_of_a_question) {
  WaitingPolicy waiting;
  waiting.maxima.per_question = 2;
  serve(waiting);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask("192.0.2.1", "a.example."), Fate::waiting) << i;
  EXPECT_EQ(ask("192.0.2.1", "a.example."), Fate::dropped);
  EXPECT_EQ(counters.drops[static_cast<std::size_t>(DropCause::waiting_question)].get(), 1u);
  EXPECT_EQ(ask("192.0.2.1", "b.example."), Fate::waiting);
}

TEST_F(ServiceWorld, errors_to_strangers_are_not_spent_from_those_to_clients) {
  serve({});
  const auto flood = [this](std::string_view client, const Octets& query) {
    for (int i = 0; i < 999; ++i) EXPECT_EQ(send(client, query), Fate::answered) << i;
    EXPECT_EQ(send(client, query), Fate::answered);
    EXPECT_EQ(send(client, query), Fate::dropped);
  };
  const Octets not_a_query = QueryMaker("a.example.").set_flags(0x1100).octets();
  flood("203.0.113.9", QueryMaker("a.example.").octets());
  flood("192.0.2.1", not_a_query);
  EXPECT_EQ(counters.drops[static_cast<std::size_t>(DropCause::error_rate)].get(), 2u);
  advance(1s);
  EXPECT_EQ(send("203.0.113.9", not_a_query), Fate::answered);
  EXPECT_EQ(send("192.0.2.1", not_a_query), Fate::answered);
}

TEST_F(ServiceWorld, a_walk_that_ends_at_once_is_answered_and_counted_once) {
  upstream.silent = false;
  serve({});
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 5), Fate::waiting);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].token, 5u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::servfail);
  EXPECT_EQ(service->waiting(), 0u);
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(counters.queries_waiting.get(), 0u);
}

TEST_F(ServiceWorld, a_query_for_which_there_is_no_memory_is_told_and_leaves_no_trace) {
  serve({});
  timers.no_memory = true;
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 1), Fate::waiting);
  timers.no_memory = false;
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].rcode, wire::Rcode::servfail);
  EXPECT_EQ(counters.exceptions.get(), 1u);
  EXPECT_EQ(counters.queries_waiting.get(), 0u);
  EXPECT_EQ(service->running(), 0u);
  EXPECT_EQ(limits.total(), 0u);
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 2), Fate::waiting);
  EXPECT_EQ(limits.total(), 1u);
  advance(5s);
  EXPECT_EQ(sink.ends.size(), 2u);
}

TEST_F(ServiceWorld, shutdown_drops_what_waits_and_takes_no_more) {
  serve({});
  EXPECT_EQ(ask("127.0.0.1", "a.example.", 1), Fate::waiting);
  service->drop_all(DropCause::shutdown);
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].octets, 0u);
  EXPECT_EQ(ask("127.0.0.1", "b.example.", 2), Fate::dropped);
  EXPECT_EQ(counters.queries_received.get(), 2u);
  EXPECT_EQ(dropped(), 2u);
  EXPECT_EQ(limits.total(), 0u);
}

}  // namespace
}  // namespace godwit::daemon
