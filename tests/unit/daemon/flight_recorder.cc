#include "daemon/flight_recorder.h"

#include <gtest/gtest.h>

#include "service_world.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

using iterator::ResolveError;
using iterator::trace::Finished;
using std::chrono::milliseconds;

const wire::Name& example() {
  static const wire::Name name = wire::parse_name("www.example.").value();
  return name;
}

Finished ending(const wire::Name& name, ResolveError error, milliseconds took = milliseconds(3)) {
  const auto rcode = error == ResolveError::none ? wire::Rcode::noerror : wire::Rcode::servfail;
  return {name, wire::RrType::a, rcode, error, 1, took};
}

wire::Name numbered(int number) {
  return wire::parse_name("n" + std::to_string(number) + ".example.").value();
}

class FlightRecorderTest : public testing::Test {
 protected:
  // A failure of that name, with a log of so many octets, recorded a second after the last one.
  void keep(const wire::Name& name, std::size_t octets = 100,
            RecordedFor reason = RecordedFor::failed) {
    at_ += std::chrono::seconds(1);
    const std::vector<std::uint8_t> log(octets, 7);
    recorder_.keep(reason, ending(name, ResolveError::bogus), at_, log);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const FlightRecord& record : recorder_.list()) out.push_back(wire::to_text(record.name));
    return out;
  }
  std::chrono::system_clock::time_point at_{std::chrono::seconds(1'800'000'000)};
  FlightRecorder recorder_{{.entries = 3, .octets = 100'000, .slow = milliseconds(2'000)}};
};

TEST_F(FlightRecorderTest, records_what_failed_was_bogus_or_slow) {
  const auto reason = [this](ResolveError error, int took) {
    return recorder_.reason_for(ending(example(), error, milliseconds(took)));
  };
  EXPECT_EQ(reason(ResolveError::none, 1'999), std::nullopt);
  EXPECT_EQ(reason(ResolveError::none, 2'000), RecordedFor::slow);
  EXPECT_EQ(reason(ResolveError::none, 2'001), RecordedFor::slow);
  EXPECT_EQ(reason(ResolveError::servers_lame, 1), RecordedFor::failed);
  EXPECT_EQ(reason(ResolveError::alias_loop, 9'000), RecordedFor::failed);
  EXPECT_EQ(reason(ResolveError::bogus, 1), RecordedFor::bogus);
  EXPECT_EQ(reason(ResolveError::out_of_validation, 1), RecordedFor::bogus);
  EXPECT_EQ(reason(ResolveError::cancelled, 9'000), std::nullopt) << "the program's end";
}

TEST_F(FlightRecorderTest, records_for_what_was_given_that_had_ended) {
  Finished end = ending(example(), ResolveError::no_reachable_servers);
  end.gave_stale = true;
  EXPECT_EQ(recorder_.reason_for(end), RecordedFor::stale);
  end.error = ResolveError::none;
  EXPECT_EQ(recorder_.reason_for(end), RecordedFor::stale) << "to those who could not wait";
  end.error = ResolveError::bogus;
  EXPECT_EQ(recorder_.reason_for(end), RecordedFor::bogus) << "what is worse";
  end.error = ResolveError::cancelled;
  EXPECT_EQ(recorder_.reason_for(end), std::nullopt);
}

TEST_F(FlightRecorderTest, keeps_so_many_and_of_more_the_latest) {
  for (int i = 1; i <= 2; ++i) keep(numbered(i));
  EXPECT_EQ(names(), (std::vector<std::string>{"n2.example.", "n1.example."}));
  keep(numbered(3));
  EXPECT_EQ(recorder_.list().size(), 3u);
  keep(numbered(4));
  EXPECT_EQ(names(), (std::vector<std::string>{"n4.example.", "n3.example.", "n2.example."}));
}

TEST_F(FlightRecorderTest, keeps_so_many_octets_and_of_more_the_latest) {
  keep(numbered(1), 0);
  const std::size_t row = recorder_.octets();
  recorder_.set_limits({.entries = 100, .octets = 3 * (row + 1'000)});
  keep(numbered(1), 1'000);
  keep(numbered(2), 1'000);
  keep(numbered(3), 999);
  EXPECT_EQ(names().size(), 3u) << "below";
  keep(numbered(3), 1'000);
  EXPECT_EQ(names().size(), 3u) << "at the limit";
  EXPECT_EQ(recorder_.octets(), 3 * (row + 1'000));
  keep(numbered(3), 1'001);
  EXPECT_EQ(names(), (std::vector<std::string>{"n3.example.", "n2.example."})) << "above";
  keep(numbered(4), 1 << 20);
  EXPECT_EQ(names().size(), 0u) << "one that has no room of itself";
}

TEST_F(FlightRecorderTest, has_one_record_of_a_question_and_reason) {
  keep(example(), 10);
  keep(wire::parse_name("WWW.example.").value(), 20);
  ASSERT_EQ(recorder_.list().size(), 1u);
  EXPECT_EQ(recorder_.list().front().log->size(), 20u);
}

TEST_F(FlightRecorderTest, a_flood_of_one_kind_leaves_the_others) {
  keep(example(), 10, RecordedFor::bogus);
  for (int i = 0; i < 10; ++i) keep(numbered(i));
  const auto found = recorder_.list(&example());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().reason, RecordedFor::bogus);
}

TEST_F(FlightRecorderTest, new_limits_hold_for_what_is_there) {
  for (int i = 1; i <= 3; ++i) keep(numbered(i));
  recorder_.set_limits({.entries = 1, .octets = 100'000});
  EXPECT_EQ(names(), std::vector<std::string>{"n3.example."});
  EXPECT_TRUE(recorder_.is_on());
  recorder_.set_limits({.entries = 0, .octets = 100'000});
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(recorder_.octets(), 0u);
  EXPECT_FALSE(recorder_.is_on());
}

TEST_F(FlightRecorderTest, so_many_logs_are_written_at_once) {
  StepLogs logs;
  std::vector<std::unique_ptr<iterator::StepLog>> taken;
  for (std::size_t i = 0; i < StepLogs::in_use_max; ++i) taken.push_back(logs.take());
  EXPECT_NE(taken.back(), nullptr);
  EXPECT_EQ(logs.take(), nullptr);
  logs.give_back(nullptr);
  EXPECT_EQ(logs.take(), nullptr);
  logs.give_back(std::move(taken.back()));
  EXPECT_NE(logs.take(), nullptr);
}

TEST_F(FlightRecorderTest, a_log_that_is_written_again_is_empty) {
  StepLogs logs;
  auto log = logs.take();
  log->on(ending(example(), ResolveError::none));
  logs.give_back(std::move(log));
  EXPECT_TRUE(logs.take()->octets().empty());
}

// What a QueryService has recorded.
class RecordedQueries : public ServiceWorld {
 protected:
  RecordedQueries() { serve({}); }
};

TEST_F(RecordedQueries, a_failed_resolution_is_kept_with_its_steps) {
  upstream.silent = false;
  ask("127.0.0.1", "www.example.");
  const auto found = recorder.list();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().reason, RecordedFor::failed);
  EXPECT_EQ(wire::to_text(found.front().name), "www.example.");
  EXPECT_GT(iterator::read_steps(*found.front().log).size(), 10u);
}

TEST_F(RecordedQueries, one_that_is_answered_is_not) {
  auto options = std::make_shared<iterator::ResolverOptions>();
  const wire::Endpoint forwarder{wire::IpAddress::parse("192.0.2.53").value(), 53};
  options->zones.push_back({wire::Name(), true, {forwarder}});
  resolver.set_options(options);
  upstream.ttl = 60;
  ask("127.0.0.1", "www.example.");
  EXPECT_EQ(sink.ends.size(), 1u);
  EXPECT_TRUE(recorder.list().empty());
}

TEST_F(RecordedQueries, a_failure_that_is_remembered_does_not_replace_the_record_of_it) {
  upstream.silent = false;
  ask("127.0.0.1", "www.example.");
  const auto before = recorder.list();
  ask("127.0.0.1", "www.example.");
  iterator::trace::FailureRecalled recalled{ResolveError::no_reachable_servers, {}};
  StepLogs logs;
  FlightTrace trace(recorder, logs, clock);
  trace.on(recalled);
  Finished end = ending(before.front().name, ResolveError::no_reachable_servers);
  end.packets = 0;
  trace.on(end);
  ASSERT_EQ(recorder.list().size(), 1u);
  EXPECT_EQ(recorder.list().front().log, before.front().log);
}

TEST_F(RecordedQueries, nothing_is_kept_where_that_is_the_setting) {
  recorder.set_limits({.entries = 0});
  upstream.silent = false;
  ask("127.0.0.1", "www.example.");
  EXPECT_TRUE(recorder.list().empty());
}

}  // namespace
}  // namespace godwit::daemon
