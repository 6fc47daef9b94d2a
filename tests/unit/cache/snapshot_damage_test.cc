// Snapshots of the caches: what damage does.
#include <map>
#include <random>

#include "cache/packed_delegation.h"
#include "cache/packed_rrset.h"
#include "cache/snapshot_record.h"
#include "tests/unit/cache/snapshot_support.h"

namespace godwit::cache::snapshots {
namespace {

using SnapshotDamageTest = SnapshotTest;

// Whatever is left of a damaged snapshot is what was written.
TEST_F(SnapshotDamageTest, a_thousand_damaged_ones_do_no_harm) {
  fill();
  for (std::uint32_t i = 0; i < 200; ++i)
    before_.rrsets.store(make_set(name("n" + std::to_string(i) + ".test"), RrType::a, 300, 2),
                         Trust::answer_authoritative, at(1000));
  const auto whole = write(before_, 1000);
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  AllCaches caches;
  for (int i = 0; i < 1'000; ++i) {
    auto file = whole;
    if (i % 3 == 0) {
      file.resize(below(file.size()));
    } else if (i % 3 == 1) {
      file[below(file.size())] ^= static_cast<std::uint8_t>(1 + below(255));
    } else {
      const std::size_t begin = below(file.size());
      for (std::size_t at = begin; at < std::min(file.size(), begin + 1 + below(100)); ++at)
        file[at] = static_cast<std::uint8_t>(~file[at]);
    }
    const auto loaded = load(caches, file);
    EXPECT_NE(loaded.fault, SnapshotFault::none) << i;
    for (const CachedRRset& taken : caches.rrsets.snapshot(at(10))) {
      const auto real = before_.rrsets.find(taken.set->owner(), taken.set->type(), at(1000));
      ASSERT_TRUE(real && real->set->has_same_data(*taken.set)) << i;
    }
    caches.rrsets.clear();
    caches.negatives.clear();
    caches.delegations.clear();
  }
  auto longer = whole;
  longer.push_back(0);
  EXPECT_EQ(load(caches, longer).fault, SnapshotFault::damaged);
}

// A sum guards against accidents; what it covers is checked all the same.
TEST_F(SnapshotDamageTest, senseless_records_under_a_good_sum_do_no_harm) {
  fill();
  SnapshotOctets negatives;
  before_.negatives.for_each(
      at(1000),
      [&](const CachedNegative& denial, RrType type) {
        append_negative({300'000, type, denial}, negatives);
      },
      [] { return true; });
  const auto packed = pack_delegation(make_delegation("deleg.test"));
  const PackedRRset set(*make_signed(name("sec.test"), 300), Trust::answer_authoritative,
                        cache::testing::v4(9));
  const auto to_octets = [](const PackedRecord& record) {
    SnapshotOctets out;
    append_packed(record, out);
    return out;
  };
  const std::map<SnapshotKind, SnapshotOctets> good{
      {SnapshotKind::negatives, negatives},
      {SnapshotKind::delegations,
       to_octets({300'000, 0, 0, 0, name("deleg.test").wire(), *packed})},
      {SnapshotKind::rrsets,
       to_octets({300'000, 1, set.rank(), 0, name("sec.test").wire(), set.payload()})}};
  std::mt19937 random(11);
  for (const auto& [kind, records] : good) {
    for (int i = 0; i < 1'000; ++i) {
      auto payload = records;
      for (int flips = 1 + i % 3; flips > 0; --flips)
        payload[random() % payload.size()] = static_cast<std::uint8_t>(random());
      const auto head = write_snapshot_head({t0, {1}, {2}, 0});
      SnapshotBlocks blocks(head);
      const auto block = blocks.seal(kind, payload);
      std::vector<std::uint8_t> file(head.begin(), head.end());
      file.insert(file.end(), block.begin(), block.end());
      file.insert(file.end(), payload.begin(), payload.end());
      EXPECT_NE(load(after_, file).fault, SnapshotFault::none);
      for (const CachedRRset& taken : after_.rrsets.snapshot(at(10))) {
        EXPECT_GT(taken.set->size(), 0u);
      }
      for (const DelegationPtr& taken : after_.delegations.snapshot(at(10))) {
        for (const auto& glue : taken->glue) EXPECT_LT(glue.server, taken->ns->size());
      }
      after_.rrsets.clear();
      after_.delegations.clear();
      after_.negatives.clear();
    }
  }
}

// The rank says of which family the giver is, and the payload ends with its octets.
TEST(snapshot_record, a_giver_is_of_one_family_and_has_its_octets) {
  const auto plain = make_set(name("www.test"), RrType::a, 300);
  const auto is_sound = [](std::uint8_t rank, wire::Bytes payload) {
    return PackedRRset::is_sound(RrType::a, rank, payload, 10);
  };
  const PackedRRset with_v4(*plain, Trust::glue, cache::testing::v4(9));
  const PackedRRset with_v6(*plain, Trust::glue, cache::testing::v6(9));
  EXPECT_TRUE(is_sound(with_v4.rank(), with_v4.payload()));
  EXPECT_TRUE(is_sound(with_v6.rank(), with_v6.payload()));
  EXPECT_FALSE(is_sound(with_v6.rank(), with_v4.payload()));
  EXPECT_FALSE(is_sound(with_v4.rank(), with_v6.payload()));
  const auto both = static_cast<std::uint8_t>(with_v4.rank() | with_v6.rank());
  EXPECT_FALSE(is_sound(both, with_v6.payload()));
  EXPECT_FALSE(is_sound(with_v4.rank(), wire::Bytes(with_v4.payload()).first(3)));
}

TEST(snapshot_record, names_are_names) {
  const auto longest = [](std::size_t octets) {
    std::vector<std::uint8_t> out;
    while (out.size() + 1 < octets) {
      const std::size_t label = std::min<std::size_t>(63, octets - 2 - out.size());
      out.push_back(static_cast<std::uint8_t>(label));
      out.insert(out.end(), label, 'a');
    }
    out.push_back(0);
    return out;
  };
  using Octets = std::vector<std::uint8_t>;
  EXPECT_TRUE(is_name(Octets{0}));
  EXPECT_TRUE(is_name(longest(254)));
  EXPECT_TRUE(is_name(longest(255)));
  EXPECT_FALSE(is_name(longest(256)));
  EXPECT_FALSE(is_name(Octets{}));
  EXPECT_FALSE(is_name(Octets{1, 'a'}));
  EXPECT_FALSE(is_name(Octets{0, 0}));
  EXPECT_FALSE(is_name(Octets{0xc0, 0}));
  Octets long_label(66, 'a');
  long_label.front() = 64;
  long_label.back() = 0;
  EXPECT_FALSE(is_name(long_label));
}

}  // namespace
}  // namespace godwit::cache::snapshots
