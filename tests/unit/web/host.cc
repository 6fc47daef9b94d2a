#include "web/host.h"

#include <gtest/gtest.h>

#include <vector>

namespace godwit::web {
namespace {

const std::vector<std::string> own = {"localhost", "127.0.0.1", "[::1]", "dns.example"};

TEST(Host, of_this_machine_is_taken_with_any_port_and_case) {
  for (const auto* const good :
       {"localhost", "localhost:9353", "LocalHost", "localhost.", "localhost.:1", "127.0.0.1:65535",
        "[::1]", "[::1]:80", "DNS.example", "dns.example.:443", "localhost:"})
    EXPECT_TRUE(is_own_host(good, own)) << good;
}

TEST(Host, of_anybody_else_is_not) {
  for (const auto* const bad : {"",
                                ":80",
                                ".",
                                "evil.example",
                                "localhost.evil.example",
                                "evil.example:9353",
                                "127.0.0.1.evil",
                                "127.0.0.2",
                                "localhost:80:80",
                                "localhost:8x",
                                "localhost:123456",
                                "[::1",
                                "[::1]x",
                                "::1",
                                "[::2]",
                                "localhost..",
                                "user@localhost",
                                " localhost",
                                "localhost ",
                                "local\0host"})
    EXPECT_FALSE(is_own_host(bad, own)) << bad;
  EXPECT_FALSE(is_own_host(std::string_view("localhost\0", 10), own));
}

TEST(Host, none_of_an_empty_list_is_own) {
  EXPECT_FALSE(is_own_host("localhost", {}));
  EXPECT_FALSE(is_own_host("", std::vector<std::string>{""}));
}

}  // namespace
}  // namespace godwit::web
