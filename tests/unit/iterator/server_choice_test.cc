#include "iterator/server_choice.h"

#include <gtest/gtest.h>

#include <map>

namespace godwit::iterator {
namespace {

using namespace std::chrono_literals;

// Counts up, so that below() visits everything and 0 comes up once in a round.
class CountingEntropy final : public Entropy {
 public:
  void fill(wire::MutableBytes out) noexcept override {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<std::uint8_t>(state_ >> (24 + i % 5 * 8));
  }

 private:
  std::uint64_t state_ = 7;
};

wire::Endpoint server(const char* text) {
  return {*wire::IpAddress::parse(text), 53};
}

class ServerChoiceTest : public ::testing::Test {
 protected:
  cache::KeyedHash hash{{}};
  cache::ServerTable table{hash, {}};
  CountingEntropy entropy;
  Time now{100s};
  std::vector<ServerCandidate> candidates{ServerCandidate(server("192.0.2.1")),
                                          ServerCandidate(server("192.0.2.2")),
                                          ServerCandidate(server("2001:db8::1"))};

  std::optional<ServerChoice> choose() { return choose_server(candidates, table, 3, now, entropy); }
  // Three losses one after the other, in the second before `now`.
  void lose(const ServerCandidate& candidate) {
    for (int i = 2; i >= 0; --i)
      table.report_timeout(candidate.server.address, 200ms, now - i * 300ms);
  }
  std::map<std::size_t, int> choose_often(int times) {
    std::map<std::size_t, int> picks;
    for (int i = 0; i < times; ++i)
      if (const auto choice = choose()) ++picks[choice->index];
    return picks;
  }
};

TEST_F(ServerChoiceTest, unknown_servers_are_all_tried) {
  const auto picks = choose_often(300);
  EXPECT_EQ(picks.size(), 3u);
}

TEST_F(ServerChoiceTest, a_fast_server_gets_nearly_everything_and_others_are_explored) {
  table.report_rtt(candidates[0].server.address, 10ms, now);
  table.report_rtt(candidates[1].server.address, 90ms, now);
  table.report_rtt(candidates[2].server.address, 200ms, now);
  auto picks = choose_often(2000);
  EXPECT_GT(picks[0], 1800);
  EXPECT_GT(picks[1] + picks[2], 10);
}

TEST_F(ServerChoiceTest, servers_within_the_band_share_the_load) {
  table.report_rtt(candidates[0].server.address, 10ms, now);
  table.report_rtt(candidates[1].server.address, 25ms, now);
  table.report_rtt(candidates[2].server.address, 31ms, now);
  auto picks = choose_often(1000);
  EXPECT_GT(picks[0], 300);
  EXPECT_GT(picks[1], 300);
  EXPECT_LT(picks[2], 100);
}

TEST_F(ServerChoiceTest, who_was_asked_for_this_question_comes_after_the_others) {
  table.report_rtt(candidates[0].server.address, 10ms, now);
  candidates[0].sends = 1;
  auto picks = choose_often(500);
  EXPECT_LT(picks[0], 50);
}

TEST_F(ServerChoiceTest, excluded_and_exhausted_servers_are_never_chosen) {
  candidates[0].excluded = true;
  candidates[1].sends = 3;
  candidates[2].sends = 2;
  EXPECT_EQ(choose_often(100).size(), 1u);
  candidates[2].sends = 3;
  EXPECT_FALSE(choose());
}

TEST_F(ServerChoiceTest, a_server_that_is_down_waits_but_for_a_probe) {
  lose(candidates[0]);
  ASSERT_GT(table.find(candidates[0].server.address, now).down_until, now);
  auto picks = choose_often(1000);
  EXPECT_LT(picks[0], 120);
  EXPECT_GT(picks[0], 10);
}

TEST_F(ServerChoiceTest, when_all_are_down_one_probe_is_sent_and_no_more) {
  for (const ServerCandidate& candidate : candidates) lose(candidate);
  const auto probe = choose();
  ASSERT_TRUE(probe);
  candidates[probe->index].sends = 1;
  EXPECT_FALSE(choose());
}

TEST_F(ServerChoiceTest, one_that_is_down_gets_its_probe_also_after_others_have_failed) {
  candidates[0].sends = candidates[1].sends = 1;
  candidates[0].excluded = candidates[1].excluded = true;
  lose(candidates[2]);
  const auto probe = choose();
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->index, 2u);
}

TEST_F(ServerChoiceTest, a_lame_server_is_asked_once_when_nobody_else_is_left) {
  candidates[0].lame = candidates[1].lame = true;
  EXPECT_EQ(choose_often(100).size(), 1u);
  candidates[2].excluded = true;
  EXPECT_EQ(choose_often(100).size(), 2u);
  candidates[1].sends = 1;
  EXPECT_FALSE(choose());
}

TEST_F(ServerChoiceTest, tells_what_could_be_asked_instead) {
  EXPECT_EQ(choose()->alternative, Alternative::good);
  candidates[1].excluded = candidates[2].excluded = true;
  EXPECT_EQ(choose()->alternative, Alternative::none);
  EXPECT_EQ(choose_server(candidates, table, 1, now, entropy)->alternative, Alternative::doubtful);
  candidates[1].excluded = false;
  lose(candidates[1]);
  EXPECT_EQ(choose()->alternative, Alternative::none);  // that one is held down
  now += 2s;
  lose(candidates[0]);
  now += 2s;
  EXPECT_EQ(choose()->alternative, Alternative::doubtful);
}

}  // namespace
}  // namespace godwit::iterator
