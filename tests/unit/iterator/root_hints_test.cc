// The root servers, built in and from a file.
#include "iterator/root_hints.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "wire/name_text.h"

namespace godwit::iterator {
namespace {

std::set<std::string> lines_of(const cache::Delegation& delegation) {
  std::vector<std::string> servers;
  for (const auto rdata : delegation.ns->records())
    servers.push_back(wire::to_text(wire::Name::from_valid_wire(rdata).to_lower()));
  std::set<std::string> out(servers.begin(), servers.end());
  for (const auto& glue : delegation.glue)
    out.insert(servers.at(glue.server) + ' ' + glue.address.to_text());
  return out;
}

TEST(RootHints, thirteen_servers_with_two_addresses_each_are_built_in) {
  const auto hints = built_in_root_hints();
  EXPECT_TRUE(hints->cut().is_root());
  EXPECT_EQ(hints->ns->size(), 13u);
  EXPECT_EQ(hints->glue.size(), 26u);
  const auto lines = lines_of(*hints);
  EXPECT_EQ(lines.size(), 13u + 26u);
  EXPECT_TRUE(lines.contains("a.root-servers.net. 198.41.0.4"));
  EXPECT_TRUE(lines.contains("m.root-servers.net. 2001:dc3::35"));
  EXPECT_EQ(built_in_root_hints().get(), hints.get());
}

TEST(RootHints, the_systems_copy_of_the_hints_file_says_the_same) {
  std::ifstream file("/usr/share/dns/root.hints");
  if (!file) GTEST_SKIP() << "no dns-root-data here";
  std::stringstream text;
  text << file.rdbuf();
  const auto hints = parse_root_hints(text.str());
  ASSERT_TRUE(hints.has_value());
  EXPECT_EQ(lines_of(*hints), lines_of(*built_in_root_hints()));
}

TEST(RootHints, a_file_gives_servers_and_their_addresses) {
  const auto hints = parse_root_hints(
      "; a lab\n"
      ".            3600 IN NS ns1.lab.\n"
      ".            3600 IN NS NS2.lab.\n"
      "ns2.lab.     3600 IN AAAA ::53\n"
      "ns1.lab.     3600 IN A 127.0.0.2\n"
      "other.lab.   3600 IN A 127.0.0.3\n");
  ASSERT_TRUE(hints.has_value());
  EXPECT_EQ(hints->ns->ttl(), 3600u);
  EXPECT_EQ(lines_of(*hints),
            (std::set<std::string>{"ns1.lab.", "ns2.lab.", "ns1.lab. 127.0.0.2", "ns2.lab. ::53"}));
}

TEST(RootHints, a_server_without_an_address_is_kept_when_another_has_one) {
  const auto hints = parse_root_hints(". NS a.\n. NS b.\nb. A 192.0.2.1\n");
  ASSERT_TRUE(hints.has_value());
  EXPECT_EQ(hints->ns->size(), 2u);
  EXPECT_EQ(hints->glue.size(), 1u);
}

RootHintsFault fault_of(std::string_view text) {
  return parse_root_hints(text).error().fault;
}

TEST(RootHints, a_file_that_cannot_serve_is_an_error_with_its_reason) {
  EXPECT_EQ(fault_of(""), RootHintsFault::no_servers);
  EXPECT_EQ(fault_of("a. A 192.0.2.1\n"), RootHintsFault::no_servers);
  EXPECT_EQ(fault_of(". NS a.\n"), RootHintsFault::no_addresses);
  EXPECT_EQ(fault_of(". NS a.\nb. A 192.0.2.1\n"), RootHintsFault::no_addresses);
  EXPECT_EQ(fault_of("com. NS a.\na. A 192.0.2.1\n"), RootHintsFault::other_zone);
}

TEST(RootHints, an_unreadable_file_is_an_error_with_its_line) {
  const auto hints = parse_root_hints(". NS a.\na. A 192.0.2.one\n");
  ASSERT_TRUE(hints.has_error());
  EXPECT_EQ(hints.error().fault, RootHintsFault::unreadable);
  EXPECT_EQ(hints.error().line, 2u);
}

}  // namespace
}  // namespace godwit::iterator
