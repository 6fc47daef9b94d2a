#include "web/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace godwit::web {
namespace {

using Action = Options::Action;

Options read(std::initializer_list<const char*> words) {
  return read_options({words.begin(), words.size()});
}

std::string listens(std::initializer_list<const char*> words) {
  const auto options = read(words);
  if (options.action != Action::serve) return "error";
  const auto address = options.listen.address().to_string();
  return address + " " + std::to_string(options.listen.port());
}

TEST(WebOptions, without_any_it_serves_this_machine_alone) {
  EXPECT_EQ(listens({}), "127.0.0.1 9353");
  EXPECT_EQ(read({}).socket_path, "/run/godwit/read.sock");
}

TEST(WebOptions, listens_where_it_is_told) {
  EXPECT_EQ(listens({"--listen", "127.0.0.1:80"}), "127.0.0.1 80");
  EXPECT_EQ(listens({"--listen=[::1]:80"}), "::1 80");
  EXPECT_EQ(listens({"--listen", "::1"}), "::1 9353");
  EXPECT_EQ(listens({"--listen", "[::1]"}), "::1 9353");
  EXPECT_EQ(listens({"--listen", "127.0.0.2"}), "127.0.0.2 9353");
  EXPECT_EQ(listens({"--listen", "127.0.0.1:65535"}), "127.0.0.1 65535");
  for (const char* bad : {"", "x", "localhost:80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                          "127.0.0.1:80x", "[::1", "[::1]80", "127.0.0.1:80:80", ":80"})
    EXPECT_EQ(listens({"--listen", bad}), "error") << bad;
}

TEST(WebOptions, others_than_this_machine_are_let_in_on_purpose_only) {
  for (const char* address :
       {"0.0.0.0:9353", "[::]:9353", "192.0.2.1:9353", "[2001:db8::1]:9353"}) {
    EXPECT_EQ(read({"--listen", address}).action, Action::error) << address;
    EXPECT_EQ(read({"--listen", address, "--allow-remote"}).action, Action::serve) << address;
    EXPECT_EQ(read({"--allow-remote", "--listen", address}).action, Action::serve) << address;
  }
}

TEST(WebOptions, hosts_are_the_names_of_this_machine_and_those_given) {
  const auto options = read({"--host", "DNS.example.", "--host=x", "--listen", "[::1]:1"});
  for (const char* name : {"dns.example", "x", "localhost", "127.0.0.1", "[::1]"})
    EXPECT_NE(std::ranges::find(options.hosts, name), options.hosts.end()) << name;
  EXPECT_EQ(read({"--host", ""}).action, Action::error);
}

TEST(WebOptions, names_of_sockets_have_107_octets_at_most) {
  EXPECT_EQ(read({"--socket", "/x"}).socket_path, "/x");
  for (const std::size_t octets : {106u, 107u})
    EXPECT_EQ(read({"--socket", std::string(octets, 'x').c_str()}).action, Action::serve);
  EXPECT_EQ(read({"--socket", std::string(108, 'x').c_str()}).action, Action::error);
  EXPECT_EQ(read({"--socket", ""}).action, Action::error);
}

TEST(WebOptions, a_mistake_is_said) {
  EXPECT_EQ(read({"--help"}).action, Action::help);
  EXPECT_EQ(read({"--version"}).action, Action::version);
  EXPECT_NE(read({"--sokcet", "/x"}).error.find("--sokcet"), std::string::npos);
  EXPECT_NE(read({"--socket"}).error.find("value"), std::string::npos);
  EXPECT_EQ(read({"x"}).action, Action::error);
}

}  // namespace
}  // namespace godwit::web
