// What a configuration names beside itself, as a start and --check-config judge it.
#include <gtest/gtest.h>

#include <fstream>

#include "daemon/settings.h"

namespace godwit::daemon {
namespace {

// The problems of a configuration of these lines, each as it is printed.
std::string problems_of(std::string_view yaml) {
  auto loaded = conf::load_text(yaml, "f");
  EXPECT_TRUE(loaded.good());
  check_surroundings(loaded);
  std::string out;
  for (const auto& problem : loaded.problems) out += conf::to_text(problem, "f") + "\n";
  return out;
}

std::string hints_path() {
  return testing::TempDir() + "godwit-surroundings.hints";
}

std::string problems_with_hints(std::string_view text) {
  std::ofstream(hints_path(), std::ios::binary) << text;
  return problems_of("resolver:\n  root-hints: " + hints_path() + "\n");
}

std::string hints_problem(std::string_view what) {
  return "f:2:3: resolver.root-hints: \"" + hints_path() + "\"" + std::string(what) + "\n";
}

TEST(Surroundings, good_ones_are_no_problem) {
  EXPECT_EQ(problems_of(""), "");
  EXPECT_EQ(problems_of("process: {user: root}"), "");
  EXPECT_EQ(problems_with_hints(". NS ns.lab.\nns.lab. A 127.0.0.2\n"), "");
}

TEST(Surroundings, root_hints_are_read_to_the_end) {
  EXPECT_EQ(problems_with_hints(""), hints_problem(" is empty"));
  EXPECT_EQ(problems_with_hints("; nobody\n"), hints_problem(": no NS record"));
  EXPECT_EQ(problems_with_hints(". NS ns.lab.\n"),
            hints_problem(": no address for any of the servers"));
  EXPECT_EQ(problems_with_hints(". NS ns.lab.\nns.lab. A a.b\n"),
            hints_problem(" line 2: not a master file"));
}

TEST(Surroundings, root_hints_that_cannot_be_read_say_why) {
  EXPECT_EQ(problems_of("resolver: {root-hints: /no/such/file}"),
            "f:1:12: resolver.root-hints: \"/no/such/file\" cannot be read: No such file or "
            "directory\n");
  EXPECT_EQ(problems_of("resolver: {root-hints: /tmp}"),
            "f:1:12: resolver.root-hints: \"/tmp\" cannot be read: Is a directory\n");
}

TEST(Surroundings, root_hints_have_a_longest_length) {
  std::string text = ". NS ns.lab.\nns.lab. A 127.0.0.2\n";
  text.resize(root_hints_octets_max, '\n');
  EXPECT_EQ(problems_with_hints(text), "");
  text += '\n';
  EXPECT_EQ(problems_with_hints(text), hints_problem(" is longer than 1048576 octets"));
}

TEST(Surroundings, what_the_cache_comes_to_is_noted) {
  const auto notes_of = [](std::string_view yaml) {
    auto loaded = conf::load_text(yaml, "f");
    check_surroundings(loaded);
    return loaded.notes;
  };
  EXPECT_TRUE(notes_of("cache: {size: 4MiB}").empty());
  ASSERT_GE(notes_of("").size(), 1u);
  EXPECT_TRUE(notes_of("").front().starts_with("cache.size: ")) << notes_of("").front();
  const auto too_large = notes_of("cache: {size: 1024GiB}");
  ASSERT_EQ(too_large.size(), 1u);
  EXPECT_TRUE(
      too_large.front().starts_with("cache.size: with 64MiB for all else it is more than "));
}

TEST(Surroundings, a_cache_must_fit_beside_the_rest) {
  conf::Config config;
  const MemoryLimit memory{128ULL << 20, "/x"};
  EXPECT_EQ(cache_choice(config, memory).octets, 32ULL << 20);
  EXPECT_TRUE(cache_choice(config, memory).fits);
  config.cache.size_bytes = 64ULL << 20;
  EXPECT_EQ(cache_choice(config, memory).octets, 64ULL << 20);
  EXPECT_TRUE(cache_choice(config, memory).fits);
  config.cache.size_bytes += 1;
  EXPECT_FALSE(cache_choice(config, memory).fits);
  EXPECT_EQ(caches_options(config, memory).octets, (64ULL << 20) + 1);
}

TEST(Surroundings, the_user_to_become_must_exist) {
  EXPECT_EQ(problems_of("process:\n  user: no-such-user-here\n"),
            "f:2:3: process.user: no such user: no-such-user-here\n");
}

}  // namespace
}  // namespace godwit::daemon
