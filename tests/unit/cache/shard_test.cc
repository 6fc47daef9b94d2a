#include "cache/shard.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

#include "cache/sharded_table.h"
#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;

// An entry whose payload is a figure.
struct Item : Slot {
  std::uint64_t key = 0;
  std::size_t payload = 0;
  [[nodiscard]] std::size_t payload_octets() const noexcept { return payload; }
};
using Items = Shard<Item>;

std::uint64_t hash_of(std::uint64_t key) {
  key = (key ^ key >> 31) * 0x9e3779b97f4a7c15;
  return (key ^ key >> 29) * 0xbf58476d1ce4e5b9;
}
auto is_key(std::uint64_t key) {
  return [key](const Item& item) { return item.key == key; };
}
Item* put(Items& shard, std::uint64_t key, std::size_t payload, double now = 0,
          double expires = 1e6) {
  Item item;
  item.expires = at(expires);
  item.key = key;
  item.payload = payload;
  return shard.put(hash_of(key), item, is_key(key), at(now));
}
Item* find(Items& shard, std::uint64_t key) {
  return shard.find(hash_of(key), is_key(key));
}
std::size_t payload_sum(Items& shard) {
  std::size_t sum = 0;
  for (std::size_t s = 0; s < shard.segment_count(); ++s)
    shard.for_each_in(s, [&](const Item& item) { sum += item.payload; });
  return sum;
}

TEST(Shard, finds_what_was_put_and_nothing_else) {
  Items shard({.octets_max = 1 << 20});
  for (std::uint64_t key = 0; key < 1000; ++key) ASSERT_TRUE(put(shard, key, 100));
  for (std::uint64_t key = 0; key < 1000; ++key) {
    ASSERT_TRUE(find(shard, key));
    EXPECT_EQ(find(shard, key)->key, key);
  }
  EXPECT_FALSE(find(shard, 1000));
  EXPECT_EQ(shard.use().entries, 1000u);
  EXPECT_EQ(shard.use().evictions, 0u);
}

TEST(Shard, replaces_the_same_key_and_keeps_its_heat) {
  Items shard({.octets_max = 1 << 20});
  put(shard, 1, 100)->touch();
  const std::size_t before = shard.use().octets;
  Item* replaced = put(shard, 1, 148);
  EXPECT_EQ(shard.use().entries, 1u);
  EXPECT_EQ(shard.use().octets, before + 48);
  EXPECT_EQ(replaced->heat, Slot::cold + 1);
}

TEST(Shard, never_exceeds_its_limit_under_random_sizes) {
  for (const std::size_t limit : {4096u, 20'000u, 100'000u, 1'000'000u}) {
    Items shard({.octets_max = limit, .fixed_octets = 128});
    std::mt19937_64 random(limit);
    const std::size_t empty = shard.use().octets;
    std::size_t largest = 64;
    for (int step = 0; step < 40'000; ++step) {
      if (step % 5000 == 0) largest = std::size_t{32} << random() % 9;
      const std::uint64_t key = random() % 20'000;
      const double now = step * 0.01;
      switch (random() % 8) {
        case 0:
          shard.erase(hash_of(key), is_key(key));
          break;
        case 1:
          if (Item* item = find(shard, key)) item->touch();
          break;
        default:
          put(shard, key, random() % largest, now, now + static_cast<double>(random() % 60));
      }
      ASSERT_LE(shard.use().octets, limit);
      if (step % 1000 == 0) {
        ASSERT_GE(shard.use().octets, empty + payload_sum(shard));
      }
    }
    const Items old = shard.exchange_with_empty();
    EXPECT_EQ(shard.use().octets, empty);
    EXPECT_EQ(shard.use().entries, 0u);
    EXPECT_EQ(shard.use().evictions, old.use().evictions);
  }
}

TEST(Shard, gives_all_back_when_everything_is_erased) {
  Items shard({.octets_max = 1 << 20});
  const std::size_t empty = shard.use().octets;
  for (std::uint64_t key = 0; key < 3000; ++key) put(shard, key, 64);
  for (std::uint64_t key = 0; key < 3000; ++key)
    EXPECT_TRUE(shard.erase(hash_of(key), is_key(key)));
  EXPECT_EQ(shard.use().octets, empty);
  EXPECT_EQ(shard.use().entries, 0u);
}

TEST(Shard, uses_nearly_all_of_its_limit_when_full) {
  Items shard({.octets_max = 1 << 20});
  for (std::uint64_t key = 0; key < 50'000; ++key) put(shard, key, 96);
  EXPECT_GT(shard.use().octets, (1u << 20) * 97 / 100);
  const double payload = static_cast<double>(payload_sum(shard));
  EXPECT_GT(payload / static_cast<double>(shard.use().octets), 0.65);
}

TEST(Shard, index_follows_when_the_entries_become_larger_or_smaller) {
  Items shard({.octets_max = 1 << 20});
  for (const std::size_t payload : {32u, 4000u, 32u}) {
    for (std::uint64_t key = 0; key < 60'000; ++key) put(shard, key * 7 + payload, payload);
    const double sum = static_cast<double>(payload_sum(shard));
    EXPECT_GT(sum / (1 << 20), payload > 1000 ? 0.95 : 0.38) << payload;
  }
}

TEST(Shard, refuses_what_is_larger_than_half_of_it) {
  Items shard({.octets_max = 100'000});
  EXPECT_FALSE(put(shard, 1, 60'000));
  EXPECT_TRUE(put(shard, 2, 30'000));
  EXPECT_FALSE(put(shard, 2, 60'000));
  EXPECT_TRUE(find(shard, 2));  // still as it was
}

TEST(Shard, without_room_for_any_index_keeps_nothing) {
  for (const std::size_t limit : {0u, 1u, 32u, 64u, 200u}) {
    Items shard({.octets_max = limit});
    EXPECT_FALSE(put(shard, 1, 0));
    EXPECT_FALSE(find(shard, 1));
  }
}

TEST(Shard, evicts_the_expired_before_the_fresh) {
  Items shard({.octets_max = 200'000});
  for (std::uint64_t key = 0; key < 500; ++key) put(shard, key, 200, 0, key % 2 ? 10 : 1000);
  for (std::uint64_t key = 1000; key < 1240; ++key) put(shard, key, 200, 20, 1000);
  EXPECT_EQ(shard.use().evictions, 0u);
  for (std::uint64_t key = 0; key < 500; key += 2) EXPECT_TRUE(find(shard, key)) << key;
}

TEST(Shard, frees_the_expired_even_when_there_is_room) {
  Items shard({.octets_max = 1 << 20});
  for (std::uint64_t key = 0; key < 2000; ++key) put(shard, key, 100, 0, 10);
  for (std::uint64_t key = 5000; key < 8000; ++key) put(shard, key, 100, 20, 1000);
  EXPECT_EQ(shard.use().entries, 3000u);
  EXPECT_EQ(shard.use().evictions, 0u);
}

TEST(Shard, keeps_what_is_asked_again_through_a_flood_of_names_asked_once) {
  Items shard({.octets_max = 1 << 20});
  constexpr std::uint64_t working_set = 500;
  for (std::uint64_t key = 0; key < working_set; ++key) put(shard, key, 100);
  std::mt19937_64 random(9);
  std::uint64_t flood = 1'000'000;
  unsigned hits = 0;
  constexpr unsigned asked = 30'000;
  for (unsigned i = 0; i < asked; ++i) {
    const std::uint64_t key = random() % working_set;
    if (Item* item = find(shard, key)) {
      item->touch();
      ++hits;
    } else {
      put(shard, key, 100);
    }
    for (int attack = 0; attack < 4; ++attack) put(shard, ++flood, 100);
  }
  EXPECT_GT(hits, asked * 95 / 100);
}

TEST(Shard, evicts_even_when_everything_is_hot) {
  Items shard({.octets_max = 200'000});
  for (std::uint64_t key = 0; key < 5000; ++key) {
    Item* item = put(shard, key, 100);
    ASSERT_TRUE(item);
    for (int i = 0; i < 8; ++i) item->touch();
    EXPECT_EQ(item->heat, Slot::hottest);
  }
  EXPECT_GT(shard.use().evictions, 1000u);
}

TEST(Shard, bounds_the_entries_of_one_hash) {
  Items shard({.octets_max = 1 << 20, .per_tag_max = 64});
  const std::uint64_t hash = hash_of(1);
  for (std::uint64_t key = 0; key < 64; ++key) {
    Item item;
    item.expires = at(100);
    item.key = key;
    Item* stored = shard.put(hash, item, is_key(key), at(0));
    ASSERT_TRUE(stored);
    if (key != 17) stored->touch();
  }
  EXPECT_EQ(shard.use().entries, 64u);
  Item item;
  item.expires = at(100);
  item.key = 64;
  ASSERT_TRUE(shard.put(hash, item, is_key(64), at(0)));
  EXPECT_EQ(shard.use().entries, 64u);
  EXPECT_FALSE(shard.find(hash, is_key(17)));  // the coldest made room
  EXPECT_TRUE(shard.find(hash, is_key(64)));
}

TEST(ShardedTable, spreads_keys_and_sums_up) {
  ShardedTable<Item> table(64 << 20);
  std::mt19937_64 random(5);
  const std::size_t empty = table.use().octets;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t hash = random();
    Item item;
    item.expires = at(100);
    item.key = hash;
    table.lock(hash)->put(hash, item, is_key(hash), at(0));
  }
  EXPECT_EQ(table.use().entries, 10'000u);
  std::size_t visited = 0;
  table.for_each([&](const Item&) { ++visited; });
  EXPECT_EQ(visited, 10'000u);
  table.clear();
  EXPECT_EQ(table.use().entries, 0u);
  EXPECT_EQ(table.use().octets, empty);
}

}  // namespace
}  // namespace godwit::cache
