// Server cookies: the test vectors of RFC 9018, appendix A, and the windows of §4.3.
#include "daemon/server_cookie.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace godwit::daemon {
namespace {

std::vector<std::uint8_t> octets(std::string_view hex) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

CookieSecret secret(std::string_view hex) {
  CookieSecret out;
  std::ranges::copy(octets(hex), out.begin());
  return out;
}

wire::Cookie cookie(std::string_view client, std::string_view server) {
  wire::Cookie out;
  std::ranges::copy(octets(client), out.client.begin());
  const auto part = octets(server);
  std::ranges::copy(part, out.server_octets.begin());
  out.server_size = static_cast<std::uint8_t>(part.size());
  return out;
}

wire::IpAddress address(std::string_view text) {
  return wire::IpAddress::parse(text).value();
}

bool same(const wire::Cookie& a, const wire::Cookie& b) {
  return a.client == b.client && std::ranges::equal(a.server(), b.server());
}

const auto secret_1 = secret("e5e973e5a6b2a43f48e7dc849e37bfcf");

// The cookie that `client` is given at a time, whatever it sent before.
void expect_made(const wire::IpAddress& client, std::uint32_t at, const CookieSecret& secret,
                 const wire::Cookie& wanted) {
  EXPECT_TRUE(same(make_cookie(wanted.client, client, at, secret), wanted));
}

TEST(ServerCookie, rfc_9018_a1_a_new_cookie) {
  expect_made(address("198.51.100.100"), 1559731985, secret_1,
              cookie("2464c4abcf10c957", "010000005cf79f111f8130c3eee29480"));
}

TEST(ServerCookie, rfc_9018_a2_an_old_cookie_is_valid_and_renewed) {
  const auto client = address("198.51.100.100");
  const auto old = cookie("2464c4abcf10c957", "010000005cf79f111f8130c3eee29480");
  EXPECT_EQ(check_cookie(old, client, 1559734385, secret_1), CookieVerdict::valid_but_old);
  expect_made(client, 1559734385, secret_1,
              cookie("2464c4abcf10c957", "010000005cf7a871d4a564a1442aca77"));
}

TEST(ServerCookie, rfc_9018_a3_reserved_bits_of_others_are_taken_as_they_are) {
  const auto client = address("203.0.113.203");
  const auto theirs = cookie("fc93fc62807ddb86", "01abcdef5cf78f71a314227b6679ebf5");
  EXPECT_EQ(check_cookie(theirs, client, 1559728000, secret_1), CookieVerdict::valid);
  expect_made(client, 1559734700, secret_1,
              cookie("fc93fc62807ddb86", "010000005cf7a9acf73a7810aca2381e"));
}

TEST(ServerCookie, rfc_9018_a4_ipv6_and_a_secret_that_was_replaced) {
  const auto old_secret = secret("dd3bdf9344b678b185a6f5cb60fca715");
  const auto new_secret = secret("445536bcd2513298075a5d379663c962");
  const auto client = address("2001:db8:220:1:59de:d0f4:8769:82b8");
  const auto theirs = cookie("22681ab97d52c298", "010000005cf7c57926556bd0934c72f8");
  EXPECT_EQ(check_cookie(theirs, client, 1559741961, new_secret), CookieVerdict::wrong);
  EXPECT_NE(check_cookie(theirs, client, 1559741961, old_secret), CookieVerdict::wrong);
  expect_made(client, 1559741961, new_secret,
              cookie("22681ab97d52c298", "010000005cf7c609a6bb79d16625507a"));
}

TEST(ServerCookie, case_041_timestamps_are_believed_within_an_hour_back_and_five_minutes_ahead) {
  const auto client = address("192.0.2.1");
  const std::uint32_t made = 1'800'000'000;
  const auto fresh = make_cookie({1, 2, 3, 4, 5, 6, 7, 8}, client, made, secret_1);
  const auto at = [&](std::uint32_t now) { return check_cookie(fresh, client, now, secret_1); };
  EXPECT_EQ(at(made), CookieVerdict::valid);
  EXPECT_EQ(at(made + cookie_renew_after_seconds), CookieVerdict::valid);
  EXPECT_EQ(at(made + cookie_renew_after_seconds + 1), CookieVerdict::valid_but_old);
  EXPECT_EQ(at(made + cookie_seconds_max), CookieVerdict::valid_but_old);
  EXPECT_EQ(at(made + cookie_seconds_max + 1), CookieVerdict::wrong);
  EXPECT_EQ(at(made - cookie_future_seconds_max), CookieVerdict::valid);
  EXPECT_EQ(at(made - cookie_future_seconds_max - 1), CookieVerdict::wrong);
}

TEST(ServerCookie, timestamps_wrap_around) {
  const auto client = address("192.0.2.1");
  const auto fresh = make_cookie({}, client, 0xffffffffu, secret_1);
  EXPECT_EQ(check_cookie(fresh, client, 10, secret_1), CookieVerdict::valid);
}

TEST(ServerCookie, belongs_to_one_address) {
  const auto fresh = make_cookie({}, address("192.0.2.1"), 1000, secret_1);
  EXPECT_EQ(check_cookie(fresh, address("192.0.2.2"), 1000, secret_1), CookieVerdict::wrong);
}

TEST(ServerCookie, other_lengths_and_versions_are_wrong) {
  auto fresh = make_cookie({}, address("192.0.2.1"), 1000, secret_1);
  fresh.server_size = 8;
  EXPECT_EQ(check_cookie(fresh, address("192.0.2.1"), 1000, secret_1), CookieVerdict::wrong);
  fresh.server_size = 16;
  fresh.server_octets[0] = 2;
  EXPECT_EQ(check_cookie(fresh, address("192.0.2.1"), 1000, secret_1), CookieVerdict::wrong);
  fresh.server_size = 0;
  EXPECT_EQ(check_cookie(fresh, address("192.0.2.1"), 1000, secret_1), CookieVerdict::absent);
}

TEST(ServerCookies, the_secret_of_the_day_before_still_counts_and_is_renewed) {
  ServerCookies cookies(ServerCookies::MasterSecret{7});
  const auto client = address("192.0.2.1");
  const std::uint32_t midnight = 20'000 * cookie_secret_life_seconds;
  wire::Cookie asked;
  const auto before = cookies.reply(asked, CookieVerdict::absent, client, midnight - 60);
  EXPECT_EQ(cookies.check(before, client, midnight - 30), CookieVerdict::valid);
  EXPECT_EQ(cookies.check(before, client, midnight + 30), CookieVerdict::valid_but_old);
  const auto after = cookies.reply(before, CookieVerdict::valid_but_old, client, midnight + 30);
  EXPECT_EQ(cookies.check(after, client, midnight + 30), CookieVerdict::valid);
  EXPECT_FALSE(same(before, after));
}

TEST(ServerCookies, all_who_know_the_master_secret_agree) {
  ServerCookies one(ServerCookies::MasterSecret{1}), same_secret(ServerCookies::MasterSecret{1}),
      other(ServerCookies::MasterSecret{2});
  const auto client = address("2001:db8::1");
  const auto made = one.reply({}, CookieVerdict::absent, client, 1'000'000);
  EXPECT_EQ(same_secret.check(made, client, 1'000'100), CookieVerdict::valid);
  EXPECT_EQ(other.check(made, client, 1'000'100), CookieVerdict::wrong);
  EXPECT_TRUE(same(same_secret.reply(made, CookieVerdict::valid, client, 1'000'100), made));
}

}  // namespace
}  // namespace godwit::daemon
