// The servers that give most trouble, and the walk through the table that meets them all.
#include "cache/worst_servers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using std::chrono::milliseconds;
using testing::at;
using testing::name;
using testing::v4;

KnownServer server(std::uint8_t number, int rtt, std::uint8_t failures = 0, double down_until = 0) {
  KnownServer out;
  out.address = v4(number);
  out.state.known = true;
  out.state.srtt = milliseconds(rtt);
  out.state.timeouts_in_row = failures;
  out.state.down_until = at(down_until);
  return out;
}

std::vector<wire::IpAddress> addresses_of(const std::vector<KnownServer>& servers) {
  std::vector<wire::IpAddress> out;
  for (const KnownServer& one : servers) out.push_back(one.address);
  return out;
}

TEST(WorstServers, are_those_held_down_then_those_that_fail_then_the_slowest) {
  WorstServers worst(10, at(100));
  for (const KnownServer& one : {server(1, 10), server(2, 900), server(3, 20, 1),
                                 server(4, 5, 3, 101), server(5, 500, 2, 99), server(6, 30)})
    worst.consider(one);
  EXPECT_EQ(worst.left_out(), 0u);
  EXPECT_EQ(addresses_of(worst.take()), (std::vector{v4(4), v4(5), v4(3), v4(2), v4(6), v4(1)}));
}

TEST(WorstServers, are_so_many_whatever_the_order_in_which_they_come) {
  for (const bool ascending : {true, false}) {
    WorstServers worst(3, at(0));
    for (int i = 1; i <= 100; ++i) {
      const int number = ascending ? i : 101 - i;
      worst.consider(server(static_cast<std::uint8_t>(number), number));
    }
    EXPECT_EQ(worst.left_out(), 97u);
    EXPECT_EQ(addresses_of(worst.take()), (std::vector{v4(100), v4(99), v4(98)}));
  }
  WorstServers none(0, at(0));
  none.consider(server(1, 1));
  EXPECT_EQ(none.left_out(), 1u);
  EXPECT_TRUE(none.take().empty());
}

class TableWalk : public ::testing::Test {
 protected:
  static wire::IpAddress address(unsigned number) {
    const std::uint8_t octets[4] = {10, 0, static_cast<std::uint8_t>(number >> 8),
                                    static_cast<std::uint8_t>(number)};
    return wire::IpAddress::v4(octets);
  }
  ServerTable table_{testing::test_hash(), {}};
};

TEST_F(TableWalk, meets_each_server_once) {
  constexpr unsigned count = 3'000;
  for (unsigned i = 0; i < count; ++i) table_.report_rtt(address(i), milliseconds(1 + i), at(0));
  std::set<wire::IpAddress> met;
  std::size_t rows = 0, pieces = 0;
  TablePlace place;
  for (std::vector<KnownServer> some; table_.visit_part(place, at(1), some); some.clear()) {
    ++pieces;
    rows += some.size();
    for (const KnownServer& one : some) met.insert(one.address);
  }
  EXPECT_EQ(rows, count);
  EXPECT_EQ(met.size(), count);
  EXPECT_GT(pieces, 4u);
  TablePlace late;
  std::vector<KnownServer> forgotten;
  while (table_.visit_part(late, at(3'600), forgotten)) {
  }
  EXPECT_TRUE(forgotten.empty()) << "what is forgotten is not shown";
}

TEST_F(TableWalk, tells_for_which_zones_servers_are_lame) {
  table_.report_lame(v4(1), name("a.test."), at(0));
  table_.report_lame(v4(1), name("b.test."), at(30));
  const auto zones = [this](double now) {
    std::vector<LameServer> met;
    TablePlace place;
    while (table_.visit_part(place, at(now), met)) {
    }
    std::vector<wire::Name> out;
    for (const LameServer& one : met) {
      EXPECT_EQ(one.address, v4(1));
      out.push_back(one.zone);
    }
    std::ranges::sort(out);
    return out;
  };
  EXPECT_EQ(zones(31), (std::vector{name("a.test."), name("b.test.")}));
  EXPECT_EQ(zones(61), (std::vector{name("b.test.")}));
}

TEST_F(TableWalk, one_server_is_looked_at_with_when_it_was_heard_and_lost) {
  EXPECT_FALSE(table_.look_at(v4(1), at(0)));
  table_.report_rtt(v4(1), milliseconds(20), at(5));
  auto seen = table_.look_at(v4(1), at(6));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->state.srtt, milliseconds(20));
  EXPECT_EQ(seen->last_asked(), at(5));
  table_.report_timeout(v4(1), milliseconds(100), at(7));
  seen = table_.look_at(v4(1), at(8));
  EXPECT_EQ(seen->last_heard, at(5));
  EXPECT_EQ(seen->last_asked(), at(7));
  EXPECT_EQ(seen->state.timeouts_in_row, 1);
}

}  // namespace
}  // namespace godwit::cache
