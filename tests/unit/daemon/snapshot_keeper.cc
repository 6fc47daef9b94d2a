// The file of the cache: written at the end and at intervals, read at start.
#include "daemon/snapshot_keeper.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/snapshot_basis.h"
#include "daemon/system_seams.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

namespace fs = std::filesystem;
using wire::RrType;

wire::Name name(std::string_view text) {
  return wire::parse_name(text).value();
}

constexpr std::size_t cache_octets = 4 << 20;
constexpr std::int64_t wall = 1'800'000'000;

struct AllCaches {
  AllCaches()
      : rrsets(hash, {.octets_max = cache_octets}),
        delegations(hash, {.octets_max = cache_octets}),
        negatives(hash, {.octets_max = cache_octets}) {}
  cache::KeyedHash hash{cache::KeyedHash::Secret{}};
  cache::RRsetCache rrsets;
  cache::DelegationCache delegations;
  cache::NegativeCache negatives;
  cache::SnapshotCaches all{rrsets, delegations, negatives};
  void store(std::string_view owner) {
    wire::RRsetBuilder builder(name(owner), RrType::a);
    builder.add(std::vector<std::uint8_t>{192, 0, 2, 1}, 300);
    rrsets.store(builder.build(), cache::Trust::answer_authoritative, SystemClock().now());
  }
  [[nodiscard]] bool has(std::string_view owner) const {
    return rrsets.find(name(owner), RrType::a, SystemClock().now()).has_value();
  }
};

class Snapshots : public testing::Test {
 protected:
  Snapshots() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Snapshots() override { fs::remove_all(folder_); }
  // From start to a regular end.
  SnapshotKeeper::Figures live(const AllCaches& caches,
                               const cache::SnapshotHead& basis = {0, {1}, {2}, 0}) {
    SnapshotKeeperOptions options;
    options.path = path_;
    options.interval = std::chrono::seconds(0);
    options.octets_max = 4u << 20;
    options.load_threads = 2;
    SnapshotKeeper keeper(std::move(options), caches.all, log_);
    keeper.configure(basis);
    keeper.start();
    keeper.wait_until_loaded();
    keeper.stop();
    keeper.join();
    return keeper.figures();
  }
  void put(std::string_view text) const { std::ofstream(path_, std::ios::binary) << text; }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string folder_ = testing::TempDir() + "godwit-snapshots." + std::to_string(::getpid());
  const std::string path_ = folder_ + "/cache.snapshot";
  Log log_{-1, false};
};

TEST_F(Snapshots, WhatWasThereAtTheEndIsThereAtTheNextStart) {
  AllCaches first, second;
  first.store("www.example.");
  EXPECT_EQ(live(first).written, 1u);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_FALSE(fs::exists(path_ + ".new"));
  EXPECT_EQ(live(second).loaded, 1u);
  EXPECT_TRUE(second.has("www.example."));
}

TEST_F(Snapshots, WhatWasFoundLatelyIsWaitedForButNotForLong) {
  AllCaches first, second;
  first.store("www.example.");
  live(first);
  SnapshotKeeperOptions options;
  options.path = path_;
  options.first_part_wait_max = std::chrono::milliseconds(1);
  SnapshotKeeper impatient(options, second.all, log_);
  impatient.wait_for_first_part();  // it has not begun
  EXPECT_FALSE(second.has("www.example."));

  options.first_part_wait_max = std::chrono::hours(1);
  for (const bool is_there : {true, false}) {
    AllCaches caches;
    SnapshotKeeper patient(options, caches.all, log_);
    patient.configure({0, {1}, {2}, 0});
    patient.start();
    patient.wait_for_first_part();
    EXPECT_EQ(caches.has("www.example."), is_there);
    fs::remove(path_);
  }
}

TEST_F(Snapshots, AnEmptyOrDamagedFileMakesRoomForAGoodOne) {
  AllCaches first;
  first.store("www.example.");
  live(first);
  const std::string good = text();
  for (const std::string& bad : {std::string(), good.substr(0, good.size() / 2)}) {
    put(bad);
    AllCaches second;
    const auto figures = live(second);
    EXPECT_EQ(figures.loaded, 0u);
    EXPECT_EQ(figures.failures, 0u);
    EXPECT_GT(text().size(), cache::snapshot_head_octets);
  }
}

TEST_F(Snapshots, AFileThatIsNoSnapshotIsNotWrittenOver) {
  put("precious");
  AllCaches caches;
  caches.store("www.example.");
  EXPECT_EQ(live(caches).written, 0u);
  EXPECT_EQ(text(), "precious");
}

TEST_F(Snapshots, AFileThatOthersMayWriteToIsNotRead) {
  AllCaches first, second;
  first.store("www.example.");
  live(first);
  fs::permissions(path_, fs::perms::group_write, fs::perm_options::add);
  const std::string before = text();
  EXPECT_EQ(live(second).loaded, 0u);
  EXPECT_EQ(text(), before);
}

TEST_F(Snapshots, WithoutAFolderThereIsNoneAndNothingElseHappens) {
  fs::remove_all(folder_);
  AllCaches caches;
  const auto figures = live(caches);
  EXPECT_EQ(figures.written, 0u);
  EXPECT_EQ(figures.failures, 1u);
}

TEST_F(Snapshots, OtherForwardZonesMakeItWorthless) {
  AllCaches first, second;
  first.store("www.example.");
  iterator::ResolverOptions options;
  const auto before = snapshot_basis(options, wall);
  live(first, before);
  options.zones.push_back({name("Corp.example."), true, {}});
  options.zones.back().servers.push_back({*wire::IpAddress::parse("192.0.2.53"), 53});
  EXPECT_NE(snapshot_basis(options, wall).sources, before.sources);
  EXPECT_EQ(snapshot_basis(options, wall).validation, before.validation);
  EXPECT_EQ(live(second, snapshot_basis(options, wall)).loaded, 0u);
}

TEST(SnapshotBasis, KnowsWhatValidationRestsOn) {
  iterator::ResolverOptions options;
  const auto none = snapshot_basis(options, wall);
  const auto differs = [&options, &none] {
    const auto basis = snapshot_basis(options, wall);
    EXPECT_EQ(basis.sources, none.sources);
    return basis.validation != none.validation;
  };
  options.algorithms.sha1_signatures = false;
  EXPECT_TRUE(differs());
  options.algorithms.sha1_signatures = true;
  EXPECT_FALSE(differs());
  options.anchors = std::make_shared<const dnssec::TrustAnchors>(
      dnssec::built_in_anchors(), std::vector<dnssec::NegativeTrustAnchor>{});
  EXPECT_TRUE(differs());
  const auto built_in = snapshot_basis(options, wall);
  options.anchors = std::make_shared<const dnssec::TrustAnchors>(
      dnssec::built_in_anchors(),
      std::vector<dnssec::NegativeTrustAnchor>{{name("broken.example."), 0}});
  EXPECT_NE(snapshot_basis(options, wall).validation, built_in.validation);
}

TEST(SnapshotBasis, HasNegativeAnchorsUntilTheyEnd) {
  const auto with = [](std::vector<dnssec::NegativeTrustAnchor> negative) {
    iterator::ResolverOptions options;
    options.anchors = std::make_shared<const dnssec::TrustAnchors>(dnssec::built_in_anchors(),
                                                                   std::move(negative));
    return snapshot_basis(options, wall).validation;
  };
  EXPECT_EQ(with({{name("broken.example."), wall}}), with({}));
  EXPECT_NE(with({{name("broken.example."), wall + 1}}), with({}));
}

TEST(SnapshotBasis, OfCachesThatLivedThroughAChangeIsNoneUntilAllOfBeforeHasGone) {
  const cache::SnapshotHead first{0, {1}, {2}, 0}, second{0, {3}, {2}, 0}, third{0, {3}, {4}, 0};
  const auto at = [](int seconds) { return cache::Time(std::chrono::seconds(seconds)); };
  BasisInTime basis(std::chrono::seconds(100));
  basis.change(first, at(0));
  basis.change(first, at(1));
  EXPECT_EQ(basis.at(at(1)).validation, first.validation);
  basis.change(second, at(10));
  EXPECT_EQ(basis.at(at(109)).validation, cache::SnapshotSum{});
  EXPECT_EQ(basis.at(at(109)).sources, first.sources);
  EXPECT_EQ(basis.at(at(110)).validation, second.validation);
  basis.change(third, at(200));
  EXPECT_EQ(basis.at(at(200)).validation, second.validation);
  EXPECT_EQ(basis.at(at(299)).sources, cache::SnapshotSum{});
  EXPECT_EQ(basis.at(at(300)).sources, third.sources);
}

}  // namespace
}  // namespace godwit::daemon
