// Caches with some of everything, and their way through a snapshot.
#pragma once

#include <gtest/gtest.h>

#include "cache/snapshot_load.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache::snapshots {

using cache::testing::at;
using cache::testing::make_set;
using cache::testing::make_soa;
using cache::testing::name;
using wire::RrType;

inline constexpr std::int64_t t0 = 1'800'000'000'000;
inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

struct AllCaches {
  explicit AllCaches(TtlLimits ttl = {})
      : rrsets(cache::testing::test_hash(), {.octets_max = 4u << 20, .ttl = ttl}),
        delegations(cache::testing::test_hash(), {.octets_max = 4u << 20, .ttl = ttl}),
        negatives(cache::testing::test_hash(), {.octets_max = 4u << 20, .ttl = ttl}) {}
  RRsetCache rrsets;
  DelegationCache delegations;
  NegativeCache negatives;
  SnapshotCaches all{rrsets, delegations, negatives};
};

inline wire::RRsetPtr make_signed(const wire::Name& owner, std::uint32_t ttl) {
  // Covers A, algorithm 13, two labels; the signer is the root.
  std::vector<std::uint8_t> signature{0, 1, 13, 2, 0, 0, 1, 44, 0, 0, 0, 9, 0, 0, 0, 1, 0, 7, 0};
  signature.resize(signature.size() + 64);
  wire::RRsetBuilder builder(owner, RrType::a);
  builder.add(std::vector<std::uint8_t>{192, 0, 2, 1}, ttl);
  builder.add(std::vector<std::uint8_t>{192, 0, 2, 2}, ttl);
  builder.add_signature(signature, ttl);
  return builder.build();
}

// Its next owner is the root; it has type A.
inline wire::RRsetPtr make_nsec(const wire::Name& owner, std::uint32_t ttl) {
  wire::RRsetBuilder builder(owner, RrType::nsec);
  builder.add(std::vector<std::uint8_t>{0, 0, 1, 0x40}, ttl);
  return builder.build();
}

inline Evidence make_evidence() {
  const std::vector proofs{make_nsec(name("a.test"), 300), make_nsec(name("b.test"), 300)};
  return {Security::secure, std::make_shared<const std::vector<wire::RRsetPtr>>(proofs),
          cache::testing::v6(7)};
}

inline Delegation make_delegation(const char* cut) {
  wire::RRsetBuilder servers(name(cut), RrType::ns);
  servers.add(name(cut).with_label(std::vector<std::uint8_t>{'n', 's'}).value().wire(), 3600);
  servers.add(name("ns.other.example").wire(), 3600);
  Delegation out;
  out.ns = servers.build();
  out.glue.push_back({0, cache::testing::v4(1)});
  out.glue.push_back({0, cache::testing::v6(2)});
  out.giver = cache::testing::v4(6);
  return out;
}

inline std::vector<std::uint8_t> write(const AllCaches& caches, double now,
                                       const SnapshotHead& head = {t0, {1}, {2}, 0},
                                       std::uint64_t octets_max = no_limit) {
  std::vector<std::uint8_t> file;
  const auto written =
      write_snapshot(caches.all, head, at(now), octets_max, [&](wire::Bytes octets) {
        file.insert(file.end(), octets.begin(), octets.end());
        return true;
      });
  EXPECT_TRUE(written.whole);
  EXPECT_EQ(written.octets, file.size());
  return file;
}

// `later`: milliseconds by the wall clock. The monotonic one has begun anew, at 10 s.
inline SnapshotLoaded load(const AllCaches& caches, wire::Bytes file, std::int64_t later = 0,
                           const SnapshotHead& head = {0, {1}, {2}, 0}) {
  SnapshotExpected expected{head, at(10)};
  expected.head.written = t0 + later;
  return load_snapshot(caches.all, expected, [&](wire::MutableBytes room) {
    const std::size_t count = std::min(room.size(), file.size());
    std::copy_n(file.begin(), count, room.begin());
    file = file.subspan(count);
    return count;
  });
}

class SnapshotTest : public ::testing::Test {
 protected:
  // Some of everything, at 1000 s.
  void fill() {
    before_.rrsets.store(make_set(name("www.test"), RrType::a, 300), Trust::answer_authoritative,
                         at(1000), cache::testing::v4(5));
    before_.rrsets.store(make_signed(name("sec.test"), 300),
                         {Trust::answer_authoritative, Security::secure}, at(1000));
    before_.rrsets.store(make_set(name("ns.test"), RrType::a, 300), Trust::glue, at(1000));
    before_.delegations.store(make_delegation("deleg.test"), at(1000));
    before_.negatives.store_nxdomain(name("gone.test"), make_soa(name("test"), 300, 300), at(1000),
                                     make_evidence());
    before_.negatives.store_nodata(name("www.test"), RrType::aaaa, make_soa(name("test"), 300, 300),
                                   at(1000));
    before_.negatives.store_no_closer_match(name("wild.test"), at(1000), make_evidence());
  }
  static constexpr std::uint64_t filled = 7;
  AllCaches before_, after_;
};

}  // namespace godwit::cache::snapshots
