// Whole files: what gets into the structs, and what is said about files that are not good.
#include "conf/load.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "conf/document.h"
#include "conf/settings.h"

namespace godwit::conf {
namespace {

using namespace std::chrono_literals;

// Every problem as the user sees it.
std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> out;
  for (const Problem& problem : load_text(text, "f").problems) {
    out.push_back(to_text(problem, "f"));
  }
  return out;
}

using Lines = std::vector<std::string>;

Config good(std::string_view text) {
  Loaded loaded = load_text(text, "f");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << to_text(problem, "f");
  return loaded.config;
}

TEST(Load, empty_file_is_a_good_configuration) {
  EXPECT_EQ(good(""), Config{});
  EXPECT_EQ(good("resolver:\ncache:\n  # size: 1GiB\n"), Config{});
}

TEST(Load, defaults_answer_this_host_alone) {
  const Config config;
  ASSERT_EQ(config.listen.size(), 2U);
  EXPECT_EQ(config.listen[0].address.to_text(), "127.0.0.1");
  EXPECT_EQ(config.listen[1].address.to_text(), "::1");
  ASSERT_EQ(config.access_control.allow.size(), 2U);
  EXPECT_EQ(config.access_control.allow[0].to_text(), "127.0.0.0/8");
  EXPECT_EQ(config.access_control.allow[1].to_text(), "::1/128");
}

TEST(Load, every_kind_of_value_arrives_in_its_member) {
  const Config config = good(R"(
workers: 2
listen:
  - address: "192.0.2.1"
    port: 5300
    transports: [udp]
  - {address: "2001:db8::1"}
access-control:
  allow: ["0.0.0.0/0"]
  deny: [192.0.2.0/24]
resolver:
  root-hints: "/tmp/root.hints"
  upstream-ipv6: false
  qname-minimisation: off
  do-not-query: []
  special-names: false
  forward-zones:
    - {name: Corp.Example, servers: [192.0.2.53, "2001:db8::53@5353"]}
  stub-zones:
  - name: lab.example.
    servers: ["192.0.2.54"]
  limits: {alias-hops: 3, answer-time: 1500ms}
dnssec:
  validation: false
  trust-anchors: [". IN DS 1 8 2 00"]
  rfc5011: true
  negative-trust-anchors:
    - {name: Broken.Example, until: 2030-01-31}
    - {name: corp, until: never}
  limits: {signature-time: 5ms}
cache:
  size: 64MiB
  max-ttl: 3600
log:
  level: error
)");
  EXPECT_EQ(config.workers, 2U);
  ASSERT_EQ(config.listen.size(), 2U);
  EXPECT_EQ(config.listen[0].port, 5300);
  EXPECT_EQ(config.listen[0].transports, std::vector{Transport::udp});
  EXPECT_EQ(config.listen[1].address.to_text(), "2001:db8::1");
  EXPECT_EQ(config.listen[1].port, 53);
  EXPECT_EQ(config.access_control.deny.at(0).to_text(), "192.0.2.0/24");
  EXPECT_EQ(config.resolver.root_hints, "/tmp/root.hints");
  EXPECT_FALSE(config.resolver.upstream_ipv6);
  EXPECT_EQ(config.resolver.qname_minimisation, QnameMinimisation::off);
  EXPECT_TRUE(config.resolver.do_not_query.empty());
  ASSERT_EQ(config.resolver.forward_zones.size(), 1U);
  EXPECT_EQ(config.resolver.forward_zones[0].name, "corp.example.");
  EXPECT_EQ(config.resolver.forward_zones[0].servers.at(1).port, 5353);
  EXPECT_EQ(config.resolver.stub_zones.at(0).servers.at(0).address.to_text(), "192.0.2.54");
  EXPECT_EQ(config.resolver.limits.alias_hops, 3U);
  EXPECT_EQ(config.resolver.limits.answer_time, 1500ms);
  EXPECT_FALSE(config.dnssec.validation);
  EXPECT_EQ(config.dnssec.trust_anchors, (Lines{". IN DS 1 8 2 00"}));
  EXPECT_EQ(config.dnssec.rfc5011, Rollover::all);
  ASSERT_EQ(config.dnssec.negative_trust_anchors.size(), 2U);
  EXPECT_EQ(config.dnssec.negative_trust_anchors[0].name, "broken.example.");
  EXPECT_EQ(config.dnssec.negative_trust_anchors[0].until.time_since_epoch(), 1'896'048'000s);
  EXPECT_EQ(config.dnssec.negative_trust_anchors[1].until, std::chrono::sys_seconds{});
  EXPECT_EQ(config.dnssec.limits.signature_time, 5ms);
  EXPECT_EQ(config.cache.size_bytes, 64U << 20U);
  EXPECT_EQ(config.cache.max_ttl, 1h);
  EXPECT_EQ(config.log.level, LogLevel::error);
}

TEST(Load, origin_is_the_line_of_the_key_or_0) {
  const Loaded loaded = load_text("workers: 2\ncache:\n  max-ttl: 1h\n", "f");
  const auto line_of = [&](std::string_view path) {
    const Table& table = settings_table();
    const auto row = static_cast<std::size_t>(table.find(path) - table.settings.data());
    return loaded.origins.at(row).line;
  };
  EXPECT_EQ(line_of("workers"), 1U);
  EXPECT_EQ(line_of("cache.max-ttl"), 3U);
  EXPECT_EQ(line_of("cache.size"), 0U);
}

TEST(Load, all_problems_are_reported_with_place_key_and_way_out) {
  EXPECT_EQ(problems_of("workers: many\n"
                        "resolver:\n"
                        "  qname-minimization: strict\n"
                        "  alias-hops: 3\n"
                        "  limits: {upstream-packets: 100}\n"
                        "log: {level: warn}\n"),
            (Lines{"f:1:10: workers: is \"many\"; expected an integer, 0 to 256",
                   "f:3:3: resolver.qname-minimization: unknown key; did you mean "
                   "resolver.qname-minimisation?",
                   "f:4:3: resolver.alias-hops: unknown key; did you mean "
                   "resolver.limits.alias-hops?",
                   "f:5:30: resolver.limits.upstream-packets: is \"100\"; expected an integer, 1 "
                   "to 99",
                   "f:6:14: log.level: is \"warn\"; expected one of error, warning, info, debug; "
                   "did you mean warning?"}));
}

TEST(Load, clients_over_ipv4_are_not_named_by_mapped_addresses) {
  const std::string text =
      "access-control: {allow: [\"::/0\"], deny: [\"::ffff:192.0.2.0/120\"]}\n"
      "local: {block-lists: [{name: a, file: /a, form: names, clients: [\"::ffff:192.0.2.1\"]}]}\n"
      "resolver: {do-not-query: [\"::ffff:192.0.2.0/120\"]}\n";
  const std::string why = ", but clients over IPv4 have IPv4 addresses here; did you mean ";
  EXPECT_EQ(problems_of(text),
            (Lines{"f:1:42: access-control.deny[0]: is \"::ffff:192.0.2.0/120\"" + why +
                       "\"192.0.2.0/24\"?",
                   "f:2:66: local.block-lists[0].clients[0]: is \"::ffff:192.0.2.1/128\"" + why +
                       "\"192.0.2.1/32\"?"}));
}

TEST(Load, unknown_keys_inside_list_items_are_reported) {
  EXPECT_EQ(problems_of("listen:\n  - {address: \"::1\", prot: 53}\n  - {port: 53}\n"),
            (Lines{"f:2:22: listen[0].prot: unknown key; did you mean port?",
                   "f:3:5: listen[1]: the key address is missing"}));
}

TEST(Load, key_that_resembles_nothing_gets_no_guess) {
  EXPECT_EQ(problems_of("\"\\e[31mxyzzy\": 1\n"), (Lines{"f:1:1: \\x1b[31mxyzzy: unknown key"}));
}

TEST(Load, dotted_key_is_told_to_nest) {
  EXPECT_EQ(problems_of("cache.size: 8MiB\n"),
            (Lines{"f:1:1: cache.size: a group is written as a map that holds its keys, not with "
                   "dots"}));
}

TEST(Load, group_that_is_not_a_map_is_refused) {
  EXPECT_EQ(problems_of("cache: 5\n"),
            (Lines{"f:1:8: cache: is a group of settings; expected a map"}));
  EXPECT_EQ(problems_of("- a\n"), (Lines{"f:1:1: the file is not a map of keys and values"}));
}

TEST(Load, setting_without_value_is_refused) {
  EXPECT_EQ(problems_of("workers:\n"),
            (Lines{"f:1:1: workers: has no value; expected an integer, 0 to 256"}));
}

TEST(Load, what_this_version_does_not_offer_is_refused_by_name) {
  const std::string no_tls =
      "this version does not offer DNS over TLS or HTTPS; transports are udp and tcp";
  EXPECT_EQ(problems_of("tls: {certificate: a, key: b}\n"),
            (Lines{"f:1:20: tls.certificate: " + no_tls, "f:1:28: tls.key: " + no_tls}));
  EXPECT_EQ(problems_of("listen: [{address: \"::1\", transports: [tls, https]}]\n"),
            (Lines{"f:1:40: listen[0].transports[0]: " + no_tls,
                   "f:1:45: listen[0].transports[1]: " + no_tls}));
}

TEST(Load, rollovers_are_followed_or_not_or_as_it_fits) {
  EXPECT_EQ(good("").dnssec.rfc5011, Rollover::built_in);
  EXPECT_EQ(good("dnssec: {rfc5011: auto}\n").dnssec.rfc5011, Rollover::built_in);
  EXPECT_EQ(good("dnssec: {rfc5011: true}\n").dnssec.rfc5011, Rollover::all);
  EXPECT_EQ(good("dnssec: {rfc5011: false}\n").dnssec.rfc5011, Rollover::none);
  EXPECT_EQ(problems_of("dnssec: {rfc5011: maybe}\n"),
            (Lines{"f:1:19: dnssec.rfc5011: is \"maybe\"; expected true, false or auto"}));
}

TEST(Load, negative_trust_anchors_have_one_name_and_an_end) {
  EXPECT_EQ(problems_of("dnssec: {negative-trust-anchors: [{name: a}]}\n"),
            (Lines{"f:1:35: dnssec.negative-trust-anchors[0]: the key until is missing"}));
  EXPECT_EQ(problems_of("dnssec: {negative-trust-anchors: [{name: a, until: never}, "
                        "{name: A., until: 2030-01-01}]}\n"),
            (Lines{"f:1:10: dnssec.negative-trust-anchors: the name \"a.\" is given twice"}));
}

TEST(Load, contradictions_are_reported_at_the_later_key) {
  EXPECT_EQ(problems_of("resolver:\n  limits:\n    resolution-time: 4s\n"),
            (Lines{"f:3:5: resolver.limits.resolution-time: resolver.limits.answer-time (5s) must "
                   "not be more than resolver.limits.resolution-time (4s)"}));
  EXPECT_EQ(problems_of("cache: {min-ttl: 11s, max-ttl: 10s}\n").size(), 1U);
  good("cache: {min-ttl: 10s, max-ttl: 10s}\n");
  EXPECT_EQ(problems_of("cache: {failure-ttl-min: 11s, failure-ttl-max: 10s}\n").size(), 1U);
  EXPECT_EQ(problems_of("tcp: {idle-timeout: 1s, idle-timeout-min: 2s}\n").size(), 1U);
  EXPECT_EQ(problems_of("dnssec: {limits: {nsec3-iterations: 151}}\n").size(), 1U);
  good("dnssec: {limits: {nsec3-iterations: 150}}\n");
  EXPECT_EQ(problems_of("dnssec: {limits: {signature-checks: 3}}\n").size(), 1U);
  EXPECT_EQ(problems_of("dnssec: {limits: {failed-time: 2ms, signature-time: 1ms}}\n").size(), 1U);
  good("dnssec: {limits: {signature-time: 1ms}}\n");
  EXPECT_EQ(problems_of("tcp: {buffer-bytes: 65537, buffer-bytes-total: 64KiB}\n").size(), 1U);
  good("tcp: {buffer-bytes: 64KiB, buffer-bytes-total: 64KiB}\n");
  EXPECT_EQ(problems_of("resolver: {limits: {minimise-steps: 3}}\n").size(), 1U);
  EXPECT_EQ(problems_of("resolver: {upstream-ipv4: false, upstream-ipv6: false}\n").size(), 1U);
}

TEST(Load, one_endpoint_is_not_listened_on_twice) {
  EXPECT_EQ(problems_of("listen:\n"
                        "  - {address: \"::1\", transports: [udp]}\n"
                        "  - {address: \"::1\", transports: [udp, tcp]}\n"),
            (Lines{"f:1:1: listen: the list has ::1@53 with the same transport twice"}));
  good(
      "listen:\n"
      "  - {address: \"::1\", transports: [udp]}\n"
      "  - {address: \"::1\", transports: [tcp]}\n");
}

TEST(Load, zone_has_servers_in_one_place) {
  EXPECT_EQ(problems_of("resolver:\n"
                        "  forward-zones: [{name: A.example, servers: [192.0.2.1]}]\n"
                        "  stub-zones: [{name: a.example., servers: [192.0.2.2]}]\n"),
            (Lines{"f:3:3: resolver.stub-zones: the zone \"a.example.\" is given twice"}));
}

TEST(Load, keys_of_the_measuring_harness_are_accepted) {
  const char* shared = std::getenv("GODWIT_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "GODWIT_SHARED is not set";
  std::ifstream file(std::string(shared) + "/bench/contestants/godwit.yaml.in");
  ASSERT_TRUE(file.good());
  const std::vector<std::pair<std::string, std::string>> values{
      {"@THREADS@", "1"},    {"@ADDR@", "127.0.0.1"}, {"@PORT@", "53"},
      {"@HINTS@", "/hints"}, {"@DNSSEC@", "false"},   {"@CACHE_MB@", "64"}};
  std::string text;
  bool kept = true;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#if")) kept = false;
    if (kept) text += line + '\n';
    if (line.starts_with("#endif")) kept = true;
  }
  for (const auto& [mark, value] : values) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, mark.size(), value);
    }
  }
  EXPECT_EQ(good(text).cache.size_bytes, 64U << 20U);
}

TEST(Load, file_that_is_not_there_is_a_problem_or_the_defaults) {
  const std::string path = testing::TempDir() + "godwit-no-such-file.yaml";
  const Loaded named = load_file(path, IfMissing::problem);
  ASSERT_EQ(named.problems.size(), 1U);
  EXPECT_EQ(named.problems[0].error, ConfigError::unreadable);
  EXPECT_TRUE(load_file(path, IfMissing::defaults).good());
  EXPECT_FALSE(load_file(testing::TempDir(), IfMissing::defaults).good());
}

TEST(Load, file_over_the_limit_is_refused_without_being_read_whole) {
  const std::string path = testing::TempDir() + "godwit-large.yaml";
  const auto write = [&](std::size_t bytes) {
    std::ofstream(path) << '#' << std::string(bytes - 1, 'x');
  };
  write(document_bytes_max);
  EXPECT_TRUE(load_file(path, IfMissing::problem).good());
  write(document_bytes_max + 1);
  const Loaded loaded = load_file(path, IfMissing::problem);
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].error, ConfigError::too_large);
  (void)std::remove(path.c_str());
}

TEST(Load, very_many_errors_end_in_one_that_says_so) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "unknown-" + std::to_string(i) + ": 1\n";
  const Loaded loaded = load_text(text, "f");
  ASSERT_EQ(loaded.problems.size(), problems_max + 1);
  EXPECT_EQ(loaded.problems.back().error, ConfigError::too_many_errors);
}

}  // namespace
}  // namespace godwit::conf
