// The rules between the settings of the group `local` and others.
#include <gtest/gtest.h>

#include "conf/load.h"

namespace godwit::conf {
namespace {

std::string problems_of(std::string text) {
  std::string out;
  for (const auto& problem : load_text(text, "f").problems) out += to_text(problem, "f") + "\n";
  return out;
}

TEST(Local, zones_have_a_type_and_are_static_unless_they_say_so) {
  const auto loaded = load_text(
      "local: {hosts-files: [/h], records: [\"a. A 192.0.2.1\"], zones: [{name: A.example, file: "
      "/z}, {name: b.example, type: refuse}]}\n",
      "f");
  ASSERT_TRUE(loaded.good()) << problems_of("");
  const Local& local = loaded.config.local;
  EXPECT_EQ(local.hosts_files, std::vector<std::string>{"/h"});
  ASSERT_EQ(local.zones.size(), 2u);
  EXPECT_EQ(local.zones[0].name, "a.example.");
  EXPECT_EQ(local.zones[0].type, LocalZoneType::fixed);
  EXPECT_EQ(local.zones[1].type, LocalZoneType::refuse);
}

TEST(Local, a_zone_is_given_once_and_is_not_anothers_unless_it_is_transparent) {
  EXPECT_NE(problems_of("local: {zones: [{name: a, type: refuse}, {name: A.}]}\n")
                .find("the zone \"a.\" is given twice"),
            std::string::npos);
  const std::string forward = "resolver: {forward-zones: [{name: a, servers: [\"192.0.2.1\"]}]}\n";
  EXPECT_NE(problems_of(forward + "local: {zones: [{name: a}]}\n")
                .find("the zone \"a.\" is answered here and asked elsewhere"),
            std::string::npos);
  EXPECT_EQ(problems_of(forward + "local: {zones: [{name: a, type: transparent}]}\n"), "");
}

TEST(Local, a_block_list_has_a_name_a_file_and_a_form_and_blocks_for_everybody) {
  const auto loaded = load_text(
      "local: {block-lists: [{name: ads, file: /l, form: hosts}, {name: k, file: /k, form: rpz, "
      "clients: [10.0.0.0/8], reason: filtered}]}\n",
      "f");
  ASSERT_TRUE(loaded.good());
  const auto& lists = loaded.config.local.block_lists;
  EXPECT_EQ(lists[0].answer, ListAnswer::nxdomain);
  EXPECT_EQ(lists[0].reason, ListReason::blocked);
  EXPECT_TRUE(lists[0].clients.empty());
  ASSERT_EQ(lists[0].addresses.size(), 2u);
  EXPECT_EQ(lists[0].addresses[1].to_text(), "::");
  EXPECT_EQ(lists[1].clients.size(), 1u);
  EXPECT_NE(problems_of("local: {block-lists: [{name: a, file: /l}]}\n").find("form"),
            std::string::npos);
  EXPECT_NE(problems_of("local: {block-lists: [{name: a, file: /l, form: rpz}, {name: a, file: "
                        "/m, form: rpz}]}\n")
                .find("the list \"a\" is given twice"),
            std::string::npos);
}

TEST(Local, private_addresses_are_let_through_unless_it_is_asked_for) {
  const auto loaded = load_text("local: {rebinding: {allowed-names: [Corp.example]}}\n", "f");
  ASSERT_TRUE(loaded.good());
  const Rebinding& rebinding = loaded.config.local.rebinding;
  EXPECT_FALSE(rebinding.protect);
  EXPECT_EQ(rebinding.private_addresses.size(), 11u);
  EXPECT_EQ(rebinding.allowed_names, std::vector<std::string>{"corp.example."});
}

TEST(Local, the_number_of_names_has_bounds) {
  EXPECT_EQ(problems_of("local: {names-max: 1000}\n"), "");
  EXPECT_EQ(problems_of("local: {names-max: 16000000}\n"), "");
  EXPECT_NE(problems_of("local: {names-max: 999}\n"), "");
  EXPECT_NE(problems_of("local: {names-max: 16000001}\n"), "");
}

}  // namespace
}  // namespace godwit::conf
