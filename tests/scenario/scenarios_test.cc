// Plays every scenario file: the project's own, which all pass, and those beside the source tree if
// there are any, of which the ones without a trust anchor pass but for the named exceptions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/scenario/player.h"

namespace godwit::scenario {
namespace {

namespace fs = std::filesystem;

// Scenarios that do not pass, each with the reason.
const std::map<std::string, std::string>& exceptions() {
  static const std::map<std::string, std::string> all{
      {"iter_minimise_chain", "its last steps want ANY resolved; it is answered by RFC 8482"},
      {"iter_unverified_glue",
       "wants a sibling's glue looked up before it is used (harden-unverified-glue); here glue "
       "under "
       "the delegating zone is good enough to contact a server, and never answers a client"},
      {"val_cnametooptout", "wants a referral from a forwarder taken for a denial"},
      {"val_dname_bogus",
       "wants SERVFAIL where a server's CNAME contradicts its signed DNAME; here the CNAME is made "
       "from the DNAME, whatever came with it"},
      {"val_iter_high",
       "wants a zone with 65535 iterations taken for insecure; over 150 is SERVFAIL here"},
      {"ttl_msg",
       "wants the SOA of one remembered denial to change with the SOA that came with another; here "
       "each keeps its own"},
  };
  return all;
}

fs::path shared_scenarios() {
  const char* shared = std::getenv("GODWIT_SHARED");
  const fs::path base =
      shared != nullptr ? fs::path(shared) : fs::path(GODWIT_SOURCE_DIR) / ".." / "shared";
  return base / "scenarios";
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".rpl") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

class Scenarios : public testing::TestWithParam<fs::path> {};

TEST_P(Scenarios, plays) {
  const auto exception = exceptions().find(GetParam().stem());
  if (exception != exceptions().end()) GTEST_SKIP() << exception->second;
  const Played played = play_file(GetParam());
  EXPECT_TRUE(played.passed) << "godwit_play --trace " << GetParam() << "\n" << played.failure;
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name =
      info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Own, Scenarios,
                         testing::ValuesIn(files_below(fs::path(GODWIT_SOURCE_DIR) /
                                                       "tests/scenario")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Shared, Scenarios, testing::ValuesIn(files_below(shared_scenarios())),
                         test_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Scenarios);

TEST(ScenarioFiles, there_are_own_ones_and_few_exceptions) {
  EXPECT_GE(files_below(fs::path(GODWIT_SOURCE_DIR) / "tests/scenario").size(), 15u);
  EXPECT_LE(exceptions().size(), 6u);
}

}  // namespace
}  // namespace godwit::scenario
