#include "wire/ip_address.h"

#include <gtest/gtest.h>

namespace godwit::wire {
namespace {

using namespace std::string_view_literals;

TEST(IpAddress, reads_and_shows_both_families) {
  for (const char* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "2001:db8:1:2:3:4:5:6", "::ffff:192.0.2.1", "fe80::1:0:0:1"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_text(), text);
    EXPECT_EQ(address->is_v6(), std::string_view(text).find(':') != std::string_view::npos);
    EXPECT_EQ(address->octets().size(), address->is_v4() ? 4u : 16u);
  }
  EXPECT_EQ(IpAddress::parse("2001:DB8:0:0:0:0:0:1")->to_text(), "2001:db8::1");
}

TEST(IpAddress, refuses_what_is_no_address) {
  for (const std::string_view text :
       {""sv,
        "1"sv,
        "1.2.3"sv,
        "1.2.3.4.5"sv,
        "256.0.0.1"sv,
        "01.2.3.4"sv,
        "1.2.3.4 "sv,
        " 1.2.3.4"sv,
        "1.2.3.4\0"sv,
        "1.2.3.4\0x"sv,
        "0x1.2.3.4"sv,
        "-1.2.3.4"sv,
        ":"sv,
        ":::"sv,
        "1::2::3"sv,
        "12345::"sv,
        "::1%lo"sv,
        "fe80::1%eth0"sv,
        "[::1]"sv,
        "::1\0"sv,
        "1:2:3:4:5:6:7"sv,
        "1:2:3:4:5:6:7:8:9"sv,
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"sv})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, families_never_compare_equal) {
  const std::array<std::uint8_t, 16> zeros{};
  EXPECT_NE(IpAddress(), IpAddress::v6(zeros));
  EXPECT_EQ(IpAddress(), IpAddress::v4(std::span(zeros).first<4>()));
  EXPECT_LT(*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2"));
}

TEST(Endpoint, shows_address_and_port) {
  EXPECT_EQ((Endpoint{*IpAddress::parse("192.0.2.1"), 53}).to_text(), "192.0.2.1@53");
  EXPECT_EQ((Endpoint{*IpAddress::parse("2001:db8::1"), 853}).to_text(), "2001:db8::1@853");
}

TEST(IpPrefix, reads_lengths_up_to_the_size_of_the_address) {
  EXPECT_EQ(IpPrefix::parse("10.0.0.0/8")->to_text(), "10.0.0.0/8");
  EXPECT_EQ(IpPrefix::parse("0.0.0.0/0")->length, 0);
  EXPECT_EQ(IpPrefix::parse("192.0.2.1/32")->length, 32);
  EXPECT_FALSE(IpPrefix::parse("192.0.2.1/33"));
  EXPECT_EQ(IpPrefix::parse("::/128")->length, 128);
  EXPECT_FALSE(IpPrefix::parse("::/129"));
  EXPECT_EQ(IpPrefix::parse("::1")->to_text(), "::1/128");
  EXPECT_EQ(IpPrefix::parse("192.0.2.1")->to_text(), "192.0.2.1/32");
}

TEST(IpPrefix, refuses_what_is_no_prefix) {
  for (const std::string_view text :
       {"10.0.0.0/"sv, "10.0.0.0/x"sv, "10.0.0.0/8x"sv, "10.0.0.0/-1"sv, "10.0.0.0/+8"sv,
        "10.0.0.0/08"sv, "10.0.0.0/256"sv, "10.0.0.0/0008"sv, "/8"sv, "10/8"sv, "10.0.0.0/8/8"sv,
        "10.0.0.0/ 8"sv})
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

TEST(IpPrefix, clears_the_bits_beyond_its_length) {
  EXPECT_EQ(IpPrefix::parse("10.1.2.3/8")->to_text(), "10.0.0.0/8");
  EXPECT_EQ(IpPrefix::parse("10.255.2.3/9")->to_text(), "10.128.0.0/9");
  EXPECT_EQ(IpPrefix::parse("255.255.255.255/31")->to_text(), "255.255.255.254/31");
  EXPECT_EQ(IpPrefix::parse("255.255.255.255/0")->to_text(), "0.0.0.0/0");
  EXPECT_EQ(IpPrefix::parse("2001:db8:ffff::1/33")->to_text(), "2001:db8:8000::/33");
}

TEST(IpPrefix, contains_what_shares_its_bits) {
  const auto holds = [](const char* prefix, const char* address) {
    return IpPrefix::parse(prefix)->contains(*IpAddress::parse(address));
  };
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("10.128.0.0/9", "10.128.0.1"));
  EXPECT_FALSE(holds("10.128.0.0/9", "10.127.255.255"));
  EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
  EXPECT_TRUE(holds("192.0.2.1/32", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1/32", "192.0.2.0"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::"));
  EXPECT_FALSE(holds("::1/128", "::2"));
}

}  // namespace
}  // namespace godwit::wire
