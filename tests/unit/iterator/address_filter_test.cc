// Which addresses glue may make godwit talk to: C08 of the catalogue of hostile worlds.
#include "iterator/address_filter.h"

#include <gtest/gtest.h>

#include <vector>

namespace godwit::iterator {
namespace {

bool allowed(std::string_view address, std::initializer_list<std::string_view> prefixes = {}) {
  std::vector<wire::IpPrefix> do_not_query;
  for (const auto text : prefixes) do_not_query.push_back(wire::IpPrefix::parse(text).value());
  return may_query(wire::IpAddress::parse(address).value(), do_not_query);
}

TEST(AddressFilter, addresses_of_servers_are_allowed) {
  for (const auto* address : {"192.0.2.1", "1.0.0.0", "223.255.255.255", "240.0.0.1",
                              "255.255.255.254", "127.0.0.1", "2001:db8::1", "::1", "fe80::1"}) {
    EXPECT_TRUE(allowed(address)) << address;
  }
}

TEST(AddressFilter, addresses_that_are_no_single_server_never_are) {
  for (const auto* address :
       {"0.0.0.0", "0.255.255.255", "224.0.0.1", "239.255.255.255", "255.255.255.255",
        "::", "ff00::", "ff02::1", "::ffff:127.0.0.1", "::ffff:192.0.2.1", "::ffff:0:0"}) {
    EXPECT_FALSE(allowed(address)) << address;
  }
}

TEST(AddressFilter, the_operators_prefixes_are_left_out) {
  EXPECT_FALSE(allowed("127.0.0.1", {"10.0.0.0/8", "127.0.0.0/8"}));
  EXPECT_TRUE(allowed("128.0.0.1", {"10.0.0.0/8", "127.0.0.0/8"}));
  EXPECT_FALSE(allowed("::1", {"::1/128"}));
  EXPECT_TRUE(allowed("::2", {"::1/128"}));
}

TEST(AddressFilter, a_prefix_of_one_family_says_nothing_about_the_other) {
  EXPECT_TRUE(allowed("2001:db8::1", {"0.0.0.0/0"}));
  EXPECT_TRUE(allowed("192.0.2.1", {"::/0"}));
}

}  // namespace
}  // namespace godwit::iterator
