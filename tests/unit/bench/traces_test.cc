// Made traces and logs: the same from the same numbers, and what they claim to be.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "bench/hit_rate/draws.h"
#include "bench/hit_rate/log_reader.h"
#include "bench/hit_rate/workloads.h"

namespace godwit::bench {
namespace {

GeneratorOptions small() {
  GeneratorOptions options;
  options.names = 1000;
  options.queries = 20'000;
  options.rate = 100;
  return options;
}

bool are_equal(const Trace& a, const Trace& b) {
  return std::equal(a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(),
                    [](const Request& x, const Request& y) {
                      return x.at_ms == y.at_ms && x.key == y.key && x.ttl_s == y.ttl_s;
                    });
}

TEST(Generator, MakesTheSameTraceFromTheSameSeedAndOthersFromOthers) {
  GeneratorOptions options = small();
  const Trace first = generate(options);
  EXPECT_TRUE(are_equal(first, generate(options)));
  options.seed = 2;
  EXPECT_FALSE(are_equal(first, generate(options)));
}

TEST(Generator, AsksInProportionToZipfAndAtTheRate) {
  GeneratorOptions options = small();
  options.zipf = 1;
  options.queries = 100'000;
  const Trace trace = generate(options);
  std::vector<int> counts(trace.keys.size(), 0);
  for (const Request& request : trace.requests) ++counts[request.key];
  EXPECT_NEAR(counts[0], 10 * counts[9], counts[0] / 10);
  EXPECT_NEAR(static_cast<double>(trace.requests.back().at_ms), 1e6, 2e4);
  EXPECT_NEAR(trace.keys[0].rate * 1000, counts[0], counts[0] / 10);
}

TEST(Generator, MixesInNamesThatAreAskedForOnce) {
  GeneratorOptions options = small();
  options.scan = 0.5;
  const Trace trace = generate(options);
  std::vector<int> counts(trace.keys.size(), 0);
  for (const Request& request : trace.requests) ++counts[request.key];
  EXPECT_NEAR(static_cast<double>(trace.keys.size() - options.names), 10'000, 300);
  EXPECT_TRUE(std::all_of(counts.begin() + options.names, counts.end(),
                          [](int count) { return count == 1; }));
}

TEST(Generator, FloodsAWarmCacheAndCountsNoneOfIt) {
  for (const std::uint32_t asks : {1U, 3U}) {
    GeneratorOptions options = small();
    options.flood = 4;
    options.flood_asks = asks;
    options.flood_repeat = 100;
    options.warm = 0.5;
    const Trace trace = generate(options);
    std::vector<unsigned> counts(trace.keys.size(), 0);
    std::size_t counted = 0;
    for (const Request& request : trace.requests) {
      ++counts[request.key];
      counted += request.counted;
    }
    EXPECT_EQ(trace.requests.size(), 20'000U + 40'000U);
    EXPECT_EQ(counted, 10'000U);
    const auto full = std::count(counts.begin() + options.names, counts.end(), asks);
    EXPECT_NEAR(static_cast<double>(full), 40'000.0 / asks, 200);
  }
}

TEST(Generator, DrawsTtlsAsTheyWereMeasured) {
  Random random(1);
  int up_to_minute = 0;
  int up_to_five = 0;
  int up_to_hour = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t ttl = draw_ttl_s(random);
    up_to_minute += ttl <= 60;
    up_to_five += ttl <= 300;
    up_to_hour += ttl <= 3600;
    ASSERT_LE(ttl, 86'400U);
  }
  EXPECT_NEAR(up_to_minute, draws * 0.0984, draws * 0.005);
  EXPECT_NEAR(up_to_five, draws * 0.3988, draws * 0.005);
  EXPECT_NEAR(up_to_hour, draws * 0.7007, draws * 0.005);
}

TEST(Generator, DrawsSizesInStepsOfEightOctets) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t octets = draw_octets(random);
    EXPECT_EQ(octets % 8, 0U);
    EXPECT_GE(octets, 64U);
    EXPECT_LE(octets, 304U);
  }
}

TEST(Workloads, HaveTitlesOfTheirOwn) {
  std::set<std::string> titles;
  for (const Workload& workload : standard_workloads()) titles.insert(workload.title);
  EXPECT_EQ(titles.size(), standard_workloads().size());
}

TEST(LogReader, ReadsSecondsNameTypeAndTtl) {
  const auto line = read_log_line("12.5 www.example.com A 300\r");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->seconds, 12.5);
  EXPECT_EQ(line->name, "www.example.com");
  EXPECT_EQ(line->type, "A");
  EXPECT_EQ(line->ttl_s, 300U);
  EXPECT_FALSE(read_log_line("12.5 www.example.com A")->ttl_s);
}

TEST(LogReader, ReadsTheDaemonsOwnLines) {
  const auto text = read_log_line(
      "1970-01-02T00:00:01.500Z query client=192.0.2.1 transport=udp name=\"a b.example.\" "
      "type=AAAA rcode=NOERROR");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->seconds, 86'401.5);
  EXPECT_EQ(text->name, "a b.example.");
  EXPECT_EQ(text->type, "AAAA");
  const auto json = read_log_line(
      R"({"time":"1970-01-01T00:01:00.250Z","level":"info","event":"query","client":"::1",)"
      R"("transport":"udp","name":"a\"b.example.","type":"MX","rcode":"NXDOMAIN"})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->seconds, 60.25);
  EXPECT_EQ(json->name, R"(a\"b.example.)");
  EXPECT_EQ(json->type, "MX");
  const auto untimed = read_log_line("query client=192.0.2.1 transport=udp name=x. type=A rcode=x");
  ASSERT_TRUE(untimed);
  EXPECT_FALSE(untimed->seconds);
}

TEST(LogReader, SkipsEverythingElse) {
  for (const char* line :
       {"", " ", "12.5", "12.5 www.example.com", "12.5 a A x", "-1 a A", "nan a A", "1e300 a A",
        "listening address=127.0.0.1 port=53", "query client=192.0.2.1 name=\"unclosed type=A",
        R"({"event":"listening","name":"a","type":"A"})", R"({"event":"query","name":"a)"}) {
    EXPECT_FALSE(read_log_line(line)) << line;
  }
}

TEST(LogReader, TakesOneNameInAnyLetterCaseForOneKeyAndNeverGoesBackInTime) {
  std::istringstream in(
      "100 WWW.example. A 60\n"
      "103 www.EXAMPLE A\n"
      "noise\n"
      "101 www.example AAAA\n"
      "query client=192.0.2.1 transport=udp name=www.example. type=AAAA rcode=NOERROR\n");
  const ReadLog log = read_log(in, "a log", {2, 0.5});
  ASSERT_EQ(log.trace.requests.size(), 4U);
  EXPECT_EQ(log.lines_skipped, 1U);
  EXPECT_EQ(log.trace.keys.size(), 2U);
  EXPECT_EQ(log.trace.requests[0].key, log.trace.requests[1].key);
  EXPECT_EQ(log.trace.requests[2].key, log.trace.requests[3].key);
  EXPECT_EQ(log.trace.requests[0].at_ms, 0U);
  EXPECT_EQ(log.trace.requests[1].at_ms, 3000U);
  EXPECT_EQ(log.trace.requests[2].at_ms, 3000U);
  EXPECT_EQ(log.trace.requests[3].at_ms, 3500U);
  EXPECT_EQ(log.trace.requests[0].ttl_s, 60U);
  EXPECT_FALSE(log.trace.requests[1].counted);
  EXPECT_TRUE(log.trace.requests[2].counted);
}

}  // namespace
}  // namespace godwit::bench
