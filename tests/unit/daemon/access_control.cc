// Access control against a plain model.
#include "daemon/access_control.h"

#include <gtest/gtest.h>

#include <random>

namespace godwit::daemon {
namespace {

wire::IpAddress address(std::string_view text) {
  return wire::IpAddress::parse(text).value();
}
wire::IpPrefix prefix(std::string_view text) {
  return wire::IpPrefix::parse(text).value();
}

TEST(AccessControl, nobody_is_allowed_by_no_rule) {
  EXPECT_FALSE(AccessControl().allows(address("127.0.0.1")));
  EXPECT_FALSE(AccessControl({}, {}).allows(address("::1")));
}

TEST(AccessControl, the_longest_prefix_decides) {
  const AccessControl control({prefix("10.0.0.0/8"), prefix("10.1.1.128/25")},
                              {prefix("10.1.0.0/16"), prefix("10.1.1.200/32")});
  EXPECT_TRUE(control.allows(address("10.0.0.1")));
  EXPECT_FALSE(control.allows(address("10.1.2.3")));
  EXPECT_TRUE(control.allows(address("10.1.1.129")));
  EXPECT_FALSE(control.allows(address("10.1.1.200")));
  EXPECT_TRUE(control.allows(address("10.1.1.201")));
  EXPECT_FALSE(control.allows(address("11.0.0.1")));
}

TEST(AccessControl, deny_wins_between_equals) {
  const AccessControl control({prefix("192.0.2.0/24")}, {prefix("192.0.2.0/24")});
  EXPECT_FALSE(control.allows(address("192.0.2.1")));
}

TEST(AccessControl, families_are_apart) {
  const AccessControl control({prefix("0.0.0.0/0")}, {});
  EXPECT_TRUE(control.allows(address("255.255.255.255")));
  EXPECT_FALSE(control.allows(address("::")));
  EXPECT_FALSE(control.allows(address("::ffff:10.0.0.1")));
}

TEST(AccessControl, bits_beyond_the_prefix_do_not_count) {
  const AccessControl control({prefix("2001:db8::/33")}, {});
  EXPECT_TRUE(control.allows(address("2001:db8:7fff:ffff::1")));
  EXPECT_FALSE(control.allows(address("2001:db8:8000::")));
}

TEST(AccessControl, decides_as_a_search_of_all_rules_does) {
  std::mt19937 random(42);
  for (int round = 0; round < 50; ++round) {
    std::vector<wire::IpPrefix> allow, deny;
    for (int i = 0; i < 30; ++i) {
      std::array<std::uint8_t, 4> octets{10, static_cast<std::uint8_t>(random() % 4),
                                         static_cast<std::uint8_t>(random() % 4),
                                         static_cast<std::uint8_t>(random())};
      const auto bits = static_cast<std::uint8_t>(8 + random() % 25);
      const auto network = network_of(wire::IpAddress::v4(octets), bits);
      (random() % 2 == 0 ? allow : deny).push_back({network, bits});
    }
    const AccessControl control(allow, deny);
    for (int i = 0; i < 200; ++i) {
      const std::array<std::uint8_t, 4> octets{10, static_cast<std::uint8_t>(random() % 4),
                                               static_cast<std::uint8_t>(random() % 4),
                                               static_cast<std::uint8_t>(random())};
      const auto client = wire::IpAddress::v4(octets);
      int best = -1;
      bool wanted = false;
      for (const auto& rule : allow)
        if (rule.contains(client) && rule.length > best) best = rule.length, wanted = true;
      for (const auto& rule : deny)
        if (rule.contains(client) && rule.length >= best) best = rule.length, wanted = false;
      ASSERT_EQ(control.allows(client), wanted) << client.to_text();
    }
  }
}

TEST(NetworkOf, clears_all_but_the_leading_bits) {
  EXPECT_EQ(network_of(address("192.0.2.255"), 25), address("192.0.2.128"));
  EXPECT_EQ(network_of(address("192.0.2.255"), 0), address("0.0.0.0"));
  EXPECT_EQ(network_of(address("192.0.2.255"), 32), address("192.0.2.255"));
  EXPECT_EQ(network_of(address("2001:db8:1:2:3::"), 64), address("2001:db8:1:2::"));
}

}  // namespace
}  // namespace godwit::daemon
