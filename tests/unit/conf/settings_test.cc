// The table as a whole: every row is fit for all that is made from it.
#include "conf/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "conf/changes.h"
#include "conf/load.h"
#include "conf/nearest.h"

namespace godwit::conf {
namespace {

TEST(Settings, paths_are_kebab_case_and_there_once) {
  std::set<std::string> seen;
  for (const Setting& setting : settings_table().settings) {
    EXPECT_TRUE(seen.insert(setting.path).second) << setting.path;
    EXPECT_EQ(setting.path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-."),
              std::string::npos)
        << setting.path;
  }
}

TEST(Settings, every_row_and_group_has_a_sentence) {
  for (const Table* table : {&settings_table(), &listen_table(), &forward_zone_table(),
                             &stub_zone_table(), &negative_anchor_table(), &local_zone_table(),
                             &block_list_table()}) {
    for (const Setting& setting : table->settings) {
      EXPECT_TRUE(setting.sentence.ends_with('.')) << setting.path;
      EXPECT_FALSE(setting.type->rule().empty()) << setting.path;
    }
    for (const Group& group : table->groups) EXPECT_TRUE(group.sentence.ends_with('.'));
  }
}

TEST(Settings, every_group_of_a_path_is_declared) {
  for (const Setting& setting : settings_table().settings) {
    for (auto dot = setting.path.find('.'); dot != std::string::npos;
         dot = setting.path.find('.', dot + 1)) {
      EXPECT_NE(settings_table().find_group(setting.path.substr(0, dot)), nullptr) << setting.path;
    }
  }
}

TEST(Settings, walk_over_the_groups_meets_every_row_once) {
  std::vector<std::string> groups{""};
  std::size_t rows = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::set<std::string_view> names;
    for (const Child& child : children(settings_table(), groups[i])) {
      EXPECT_TRUE(names.insert(child.name).second) << child.name;
      if (child.setting != nullptr) {
        ++rows;
      } else {
        ASSERT_NE(child.group, nullptr);
        groups.push_back(child.group->path);
      }
    }
  }
  EXPECT_EQ(rows, settings_table().settings.size());
  EXPECT_EQ(groups.size(), settings_table().groups.size() + 1);
}

TEST(Settings, every_default_is_in_its_own_range) {
  for (const Setting& setting : settings_table().settings) {
    const std::string text = default_of(settings_table(), setting);
    Problems problems;
    const auto root = parse_document("key: " + text + '\n', problems);
    ASSERT_TRUE(root.has_value()) << setting.path;
    Config config;
    EXPECT_TRUE(setting.type->read(root->entries.at(0).value, setting.member(&config),
                                   Reading{problems, setting.path}))
        << setting.path << ' ' << text;
    EXPECT_EQ(config, Config{}) << setting.path;
  }
}

TEST(Settings, no_two_rows_share_a_member) {
  Config config;
  std::set<void*> members;
  for (const Setting& setting : settings_table().settings) {
    EXPECT_TRUE(members.insert(setting.member(&config)).second) << setting.path;
  }
}

TEST(Nearest, counts_edits_and_swaps_without_regard_to_case_and_underscore) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("port", "prot"), 1U);
  EXPECT_EQ(edit_distance("minimization", "minimisation"), 1U);
  EXPECT_EQ(edit_distance("MAX_TTL", "max-ttl"), 0U);
}

TEST(Nearest, is_silent_when_nothing_is_near) {
  const std::vector<std::string_view> words{"workers", "listen", "cache", "info"};
  EXPECT_EQ(nearest("worker", words), "workers");
  EXPECT_EQ(nearest("lisent", words), "listen");
  EXPECT_EQ(nearest("cac", words), "cache");
  EXPECT_EQ(nearest("x", words), "");
  EXPECT_EQ(nearest("forwarders", words), "");
  EXPECT_EQ(nearest(std::string(65, 'w'), words), "");
}

TEST(Changes, same_configuration_has_none) {
  EXPECT_TRUE(changes(Config{}, Config{}).empty());
}

TEST(Changes, say_what_waits_for_a_restart) {
  const Config before;
  const Config after = load_text("workers: 3\nlog: {level: debug}\n", "f").config;
  const auto list = changes(before, after);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].path, "workers");
  EXPECT_EQ(list[0].before, "0");
  EXPECT_EQ(list[0].after, "3");
  EXPECT_TRUE(list[0].restart_needed);
  EXPECT_EQ(list[1].path, "log.level");
  EXPECT_EQ(list[1].before, "info");
  EXPECT_FALSE(list[1].restart_needed);
}

TEST(Changes, reload_keeps_what_needs_a_restart) {
  const Config before;
  const Config after = load_text("workers: 3\nlog: {level: debug}\n", "f").config;
  const Config now = reloaded(before, after);
  EXPECT_EQ(now.workers, before.workers);
  EXPECT_EQ(now.log.level, LogLevel::debug);
}

// Both the walk and the caches are bound by it, and the caches live on with what they have.
TEST(Changes, reload_keeps_the_limits_that_the_caches_were_made_with) {
  const Config before;
  const std::string text =
      "resolver: {limits: {records-per-rrset: 7, types-per-name: 7, entry-bytes: 1KiB, "
      "alias-hops: 7}}\n";
  const Config after = load_text(text, "f").config;
  const ResolverLimits limits = reloaded(before, after).resolver.limits;
  EXPECT_EQ(after.resolver.limits.records_per_rrset, 7U);
  EXPECT_EQ(limits.records_per_rrset, before.resolver.limits.records_per_rrset);
  EXPECT_EQ(limits.types_per_name, before.resolver.limits.types_per_name);
  EXPECT_EQ(limits.entry_bytes, before.resolver.limits.entry_bytes);
  EXPECT_EQ(limits.alias_hops, 7U);
  for (const ChangedSetting& change : changes(before, after))
    EXPECT_EQ(change.restart_needed, change.path != "resolver.limits.alias-hops") << change.path;
}

}  // namespace
}  // namespace godwit::conf
