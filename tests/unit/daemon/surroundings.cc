// What a configuration names beside itself, as a start and --check-config judge it.
#include <gtest/gtest.h>

#include <fstream>

#include "daemon/anchor_settings.h"
#include "daemon/sandbox.h"
#include "daemon/settings.h"
#include "wire/name_text.h"

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

std::string anchors_path() {
  return testing::TempDir() + "godwit-surroundings.anchors";
}

std::string problems_with_anchors(std::string_view text) {
  std::ofstream(anchors_path(), std::ios::binary) << text;
  return problems_of("dnssec:\n  trust-anchor-file: " + anchors_path() + "\n");
}

constexpr std::string_view lab_anchor = ". IN DS 1 8 1 0000000000000000000000000000000000000000\n";

TEST(Surroundings, trust_anchors_are_read_to_the_end) {
  const auto problem = [](std::string_view what) {
    return "f:2:3: dnssec.trust-anchor-file: \"" + anchors_path() + "\"" + std::string(what);
  };
  EXPECT_EQ(problems_with_anchors(lab_anchor), "");
  EXPECT_TRUE(problems_with_anchors("; none\n").starts_with(problem(" holds no DS or DNSKEY")));
  EXPECT_EQ(problems_with_anchors(". NS a.\n"),
            problem(" record 1 (. NS) is no trust anchor: it is neither DS nor DNSKEY\n"));
  EXPECT_EQ(problems_with_anchors("\n. DS 1\n"), problem(" line 2: the text cannot be read\n"));
  EXPECT_TRUE(
      problems_of("dnssec: {trust-anchor-file: /no/such/file}")
          .starts_with("f:1:10: dnssec.trust-anchor-file: \"/no/such/file\" cannot be read: "
                       "No such file or directory; "));
  std::string text(lab_anchor);
  text.resize(anchor_file_octets_max, '\n');
  EXPECT_EQ(problems_with_anchors(text), "");
  EXPECT_EQ(problems_with_anchors(text + '\n'), problem(" is longer than 1048576 octets\n"));
}

TEST(Surroundings, stated_trust_anchors_are_records) {
  EXPECT_EQ(problems_of("dnssec: {trust-anchors: [\". NS a.\"]}"),
            "f:1:10: dnssec.trust-anchors: \". NS a.\": record 1 (. NS) is no trust anchor: it is "
            "neither DS nor DNSKEY\n");
  EXPECT_EQ(problems_of("dnssec: {trust-anchors: [\"; nothing\"]}"),
            "f:1:10: dnssec.trust-anchors: \"; nothing\" is no DS or DNSKEY record\n");
}

// The zones of the anchors that a configuration comes to; "off": it does not validate.
std::vector<std::string> anchored(const std::string& dnssec) {
  const auto loaded = conf::load_text("dnssec: {" + dnssec + "}\n", "f");
  EXPECT_TRUE(loaded.good()) << dnssec;
  const auto made = make_settings(loaded.config, {});
  if (!made.settings) return {made.reason()};
  const auto& anchors = made.settings->resolver->anchors;
  if (!anchors) return {"off"};
  std::vector<std::string> out;
  for (const auto& anchor : anchors->anchors())
    out.push_back(wire::to_text(anchor.zone) + ' ' +
                  std::to_string(anchor.ds ? anchor.ds->size() : 0));
  return out;
}

TEST(Surroundings, the_roots_keys_are_built_in_until_others_are_stated) {
  using Zones = std::vector<std::string>;
  const std::string of_zone = "\"lab. DS 1 8 1 0000000000000000000000000000000000000000\"";
  const std::string of_root = "\". DS 1 8 1 0000000000000000000000000000000000000000\"";
  EXPECT_EQ(anchored(""), (Zones{". 2"}));
  EXPECT_EQ(anchored("validation: false"), (Zones{"off"}));
  EXPECT_EQ(anchored("validation: false, trust-anchors: [" + of_root + "]"), (Zones{"off"}));
  EXPECT_EQ(anchored("trust-anchors: [" + of_zone + "]"), (Zones{"lab. 1", ". 2"}));
  EXPECT_EQ(anchored("trust-anchors: [" + of_root + "]"), (Zones{". 1"}));
  std::ofstream(anchors_path()) << lab_anchor;
  EXPECT_EQ(anchored("trust-anchor-file: " + anchors_path()), (Zones{". 1"}));
  EXPECT_EQ(anchored("trust-anchors: [" + of_zone + "], trust-anchor-file: " + anchors_path()),
            (Zones{"lab. 1", ". 1"}));
}

TEST(Surroundings, the_walk_is_told_how_to_validate) {
  const auto loaded = conf::load_text(
      "dnssec: {sha1-signatures: false, signature-skew: 5m, bogus-ttl: 7s, "
      "signal-trust-anchors: false, root-key-sentinel: false, negative-trust-anchors: "
      "[{name: a, until: 2030-01-31}, {name: b, until: never}], limits: {signature-time: 7ms, "
      "failed-time: 3ms, nsec3-hash-blocks: 9}}\n",
      "f");
  ASSERT_TRUE(loaded.good());
  const auto made = make_settings(loaded.config, {});
  ASSERT_TRUE(made.settings) << made.reason();
  const auto& options = *made.settings->resolver;
  EXPECT_FALSE(options.algorithms.sha1_signatures);
  EXPECT_EQ(options.signature_skew_seconds, 300u);
  EXPECT_EQ(options.bogus_time, std::chrono::seconds(7));
  EXPECT_FALSE(options.signals_trust_anchors);
  EXPECT_FALSE(made.settings->anchors.tells_servers);
  EXPECT_FALSE(options.root_key_sentinel);
  EXPECT_EQ(options.validation.signature_microseconds, 7'000u);
  EXPECT_EQ(options.validation.failed_microseconds, 3'000u);
  EXPECT_EQ(options.validation.nsec3_hash_blocks, 9u);
  const auto& negative = options.anchors->negative();
  ASSERT_EQ(negative.size(), 2u);
  EXPECT_EQ(negative[0].expires, 1'896'048'000);
  EXPECT_EQ(negative[1].expires, 0);
}

// The numbers are stated twice, as the configuration does not know the rooms of validation.
TEST(Surroundings, limits_of_validation_are_the_walks_own_by_default) {
  const auto made = make_settings(conf::Config{}, {});
  ASSERT_TRUE(made.settings);
  const auto& options = *made.settings->resolver;
  const iterator::ResolverOptions own;
  EXPECT_EQ(options.validation.signature_checks, own.validation.signature_checks);
  EXPECT_EQ(options.validation.signature_microseconds, own.validation.signature_microseconds);
  EXPECT_EQ(options.validation.failed_checks, own.validation.failed_checks);
  EXPECT_EQ(options.validation.failed_microseconds, own.validation.failed_microseconds);
  EXPECT_EQ(options.validation.checks_per_rrset, own.validation.checks_per_rrset);
  EXPECT_EQ(options.validation.keys_per_tag, own.validation.keys_per_tag);
  EXPECT_EQ(options.validation.ds_per_zone, own.validation.ds_per_zone);
  EXPECT_EQ(options.validation.proofs_per_response, own.validation.proofs_per_response);
  EXPECT_EQ(options.validation.nsec3_iterations, own.validation.nsec3_iterations);
  EXPECT_EQ(options.validation.nsec3_iterations_max, own.validation.nsec3_iterations_max);
  EXPECT_EQ(options.validation.nsec3_hash_blocks, own.validation.nsec3_hash_blocks);
  EXPECT_EQ(options.signature_skew_seconds, own.signature_skew_seconds);
  EXPECT_EQ(options.bogus_time, own.bogus_time);
  EXPECT_EQ(options.algorithms.sha1_signatures, own.algorithms.sha1_signatures);
}

// What is said of the cache, where nothing is said of the sandbox.
std::vector<std::string> notes_of(std::string_view yaml) {
  auto loaded = conf::load_text(yaml, "f");
  loaded.config.process.sandbox = conf::Sandbox::off;
  check_surroundings(loaded);
  return loaded.notes;
}

TEST(Surroundings, what_the_kernel_has_for_the_sandbox_is_noted) {
  auto loaded = conf::load_text("cache: {size: 4MiB}", "f");
  check_surroundings(loaded);
  ASSERT_EQ(loaded.notes.size(), 1u);
  EXPECT_TRUE(loaded.notes.front().starts_with("process.sandbox: ")) << loaded.notes.front();
}

TEST(Surroundings, a_required_sandbox_must_be_to_be_had) {
  const auto said = problems_of("process: {sandbox: required}");
  if (sandbox_of_kernel().is_whole)
    EXPECT_EQ(said, "");
  else
    EXPECT_TRUE(said.starts_with("f:1:11: process.sandbox: is required, and missing is ")) << said;
}

TEST(Surroundings, what_the_cache_comes_to_is_noted) {
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
