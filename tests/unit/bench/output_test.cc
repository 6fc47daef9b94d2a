// Options, tables and pictures.
#include <gtest/gtest.h>

#include "bench/hit_rate/options.h"
#include "bench/hit_rate/replay.h"
#include "bench/hit_rate/svg.h"

namespace godwit::bench {
namespace {

Options read(std::vector<std::string_view> arguments) {
  return std::get<Options>(read_options(arguments));
}

bool is_refused(std::vector<std::string_view> arguments) {
  return std::holds_alternative<std::string>(read_options(arguments));
}

TEST(Options, WithoutAnyAreTheWholeSetOfTracesAndAllPolicies) {
  const Options options = read({});
  EXPECT_FALSE(options.is_one_trace);
  EXPECT_EQ(options.policies.size(), policy_kinds().size());
}

TEST(Options, DescribeATrace) {
  const Options options =
      read({"--zipf", "1.1", "--names", "10", "--ttl", "none", "--sizes", "1m,64k", "--policies",
            "lru,page-heat", "--measure", "cost", "--seed", "7"});
  EXPECT_TRUE(options.is_one_trace);
  EXPECT_EQ(options.generator.zipf, 1.1);
  EXPECT_EQ(options.generator.names, 10U);
  EXPECT_EQ(options.generator.ttl, TtlDraw::none);
  EXPECT_EQ(options.generator.seed, 7U);
  EXPECT_EQ(options.sizes, (std::vector<std::uint64_t>{64 << 10, 1 << 20}));
  EXPECT_EQ(options.policies.size(), 2U);
  EXPECT_EQ(options.measure, Measure::cost);
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  EXPECT_TRUE(is_refused({"--unheard-of"}));
  EXPECT_TRUE(is_refused({"--zipf"}));
  EXPECT_TRUE(is_refused({"--zipf", "x"}));
  EXPECT_TRUE(is_refused({"--zipf", "nan"}));
  EXPECT_TRUE(is_refused({"--names", "0"}));
  EXPECT_TRUE(is_refused({"--warm", "1"}));
  EXPECT_TRUE(is_refused({"--sizes", ""}));
  EXPECT_TRUE(is_refused({"--policies", "lru,unheard-of"}));
  EXPECT_TRUE(is_refused({"--ttl", "long"}));
}

TEST(Options, TakeSizesFrom64KiBToATebibyte) {
  EXPECT_EQ(read_size("65536"), 65'536U);
  EXPECT_EQ(read_size("64k"), 65'536U);
  EXPECT_EQ(read_size("1024g"), std::uint64_t{1} << 40);
  EXPECT_FALSE(read_size("65535"));
  EXPECT_FALSE(read_size("1025g"));
  EXPECT_FALSE(read_size("0"));
  EXPECT_FALSE(read_size(""));
  EXPECT_FALSE(read_size("m"));
  EXPECT_FALSE(read_size("99999999999999999999m"));
}

TEST(Options, HelpNamesEveryPolicy) {
  for (const PolicyKind& kind : policy_kinds()) {
    EXPECT_NE(help_text().find(kind.name), std::string::npos) << kind.name;
  }
}

Result small_result() {
  Result result{"a trace", {1 << 20, 512 << 10}, {}};
  const Tally best{100, 90, 1000, 900};
  const Tally half{100, 50, 1000, 250};
  result.rows.push_back({std::string(bound_row), false, {best, best}});
  result.rows.push_back({std::string(optimum_row), false, {best, best}});
  result.rows.push_back({"lru", true, {half, best}});
  return result;
}

TEST(Table, ShowsHitRatiosAndTheDistanceToTheOptimum) {
  EXPECT_EQ(table_of(small_result(), Measure::hits),
            "### a trace\n\n"
            "| | 1 MiB | 512 KiB |\n"
            "|---|---|---|\n"
            "| upper bound | 90.0 | 90.0 |\n"
            "| optimum | 90.0 | 90.0 |\n"
            "| lru | 50.0 (-40.0) | 90.0 (0.0) |\n\n");
}

TEST(Table, CanWeighByCost) {
  EXPECT_NE(table_of(small_result(), Measure::cost).find("| lru | 25.0 (-65.0) | 90.0 (0.0) |"),
            std::string::npos);
}

TEST(Table, SumsUpSeveralResults) {
  const std::vector<Result> results{small_result(), small_result()};
  EXPECT_NE(summary_of(results, Measure::hits).find("| lru | 70.0 | 20.0 | 40.0 | 0.0 | 0 of 4 |"),
            std::string::npos);
  EXPECT_EQ(summary_of(std::span(results).first(1), Measure::hits), "");
}

// Every element that opens closes again, in order, and no text has a bare < or &.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '&') {
      const std::string name = xml.substr(i, xml.find(';', i) - i + 1);
      if (name != "&lt;" && name != "&gt;" && name != "&amp;" && name != "&quot;") return false;
    }
    if (xml[i] != '<') continue;
    const std::size_t end = xml.find('>', i);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(i + 1, end - i - 1);
    if (tag.find('<') != std::string::npos) return false;
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return false;
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    i = end;
  }
  return open.empty();
}

TEST(Svg, IsWellFormedWhateverTheTitle) {
  Result result = small_result();
  result.title = "<a href=\"x\">&\x01";
  const std::vector<Result> results{result, small_result(), small_result(), small_result()};
  const std::string svg = svg_of(results, Measure::hits);
  EXPECT_TRUE(is_well_formed(svg)) << svg;
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("<a href"), std::string::npos);
}

TEST(Svg, DrawsOneSizeAndNoResults) {
  Result result = small_result();
  result.sizes.resize(1);
  for (Row& row : result.rows) row.by_size.resize(1);
  EXPECT_EQ(svg_of(std::vector<Result>{result}, Measure::hits).find("nan"), std::string::npos);
  EXPECT_TRUE(is_well_formed(svg_of({}, Measure::hits)));
}

TEST(Replay, GivesTheSameTableTwice) {
  GeneratorOptions options;
  options.names = 2000;
  options.queries = 20'000;
  std::vector<const PolicyKind*> policies;
  for (const PolicyKind& kind : policy_kinds()) policies.push_back(&kind);
  const std::vector<std::uint64_t> sizes{64 << 10, 128 << 10};
  const auto table = [&] {
    return table_of(replay(generate(options), sizes, policies), Measure::hits);
  };
  EXPECT_EQ(table(), table());
}

}  // namespace
}  // namespace godwit::bench
