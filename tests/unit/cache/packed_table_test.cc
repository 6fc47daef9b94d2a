// PackedTable against a map that does the same plainly; its limits; readers beside writers.
#include "cache/packed_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <list>
#include <map>
#include <random>
#include <thread>

#include "tests/unit/cache/support.h"

namespace godwit::cache {
namespace {

using testing::at;
using testing::name;
using testing::test_hash;

constexpr std::size_t mebibyte = 1 << 20;

struct Named {
  wire::Name owner;
  PackedKey key;
  explicit Named(const std::string& text, std::uint16_t type = 1, std::uint8_t variant = 0)
      : owner(name(text)) {
    key = {test_hash().owner(owner.wire()), owner.wire(), type, variant};
  }
  // The key looks at the owner, wherever that is copied to.
  Named(const Named& other) : owner(other.owner), key(other.key) { key.owner = owner.wire(); }
  Named& operator=(const Named&) = delete;
};

std::vector<std::uint8_t> octets_of(std::size_t size, std::uint32_t seed) {
  std::vector<std::uint8_t> octets(size);
  for (std::size_t i = 0; i < size; ++i)
    octets[i] = static_cast<std::uint8_t>(seed * 31 + i * 7 + (i >> 8));
  return octets;
}

bool store(PackedTable& table, const Named& named, const std::vector<std::uint8_t>& payload,
           Time expires, Time now = at(0)) {
  return table.put(named.key, {expires, 3, payload}, now);
}

std::optional<std::vector<std::uint8_t>> look_up(const PackedTable& table, const PackedKey& key,
                                                 Time now = at(0)) {
  PackedBuffer buffer;
  std::vector<std::uint64_t> words;
  const auto entry = table.fetch(key, now, buffer, words);
  if (!entry) return std::nullopt;
  return std::vector<std::uint8_t>(entry->payload.begin(), entry->payload.end());
}

TEST(PackedTable, finds_what_was_stored_whatever_the_letter_case) {
  PackedTable table(test_hash(), {.octets_max = mebibyte});
  const Named stored("WWW.Example.test");
  ASSERT_TRUE(store(table, stored, octets_of(10, 1), at(5)));
  const Named asked("www.eXample.test");
  PackedBuffer buffer;
  const auto entry = table.find(asked.key, at(1), buffer);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->expires, at(5));
  EXPECT_EQ(entry->rank, 3);
  EXPECT_TRUE(std::ranges::equal(entry->owner, stored.owner.wire()));
  EXPECT_TRUE(std::ranges::equal(entry->payload, octets_of(10, 1)));
}

TEST(PackedTable, tells_types_and_variants_of_a_name_apart) {
  PackedTable table(test_hash(), {.octets_max = mebibyte});
  for (std::uint16_t type = 1; type < 4; ++type)
    for (std::uint8_t variant = 0; variant < 3; ++variant)
      ASSERT_TRUE(
          store(table, Named("a.test", type, variant), octets_of(8, type * 10u + variant), at(5)));
  for (std::uint16_t type = 1; type < 4; ++type)
    for (std::uint8_t variant = 0; variant < 3; ++variant)
      EXPECT_EQ(look_up(table, Named("a.test", type, variant).key),
                octets_of(8, type * 10u + variant));
  EXPECT_FALSE(look_up(table, Named("a.test", 4).key));
  EXPECT_EQ(table.use().entries, 9u);
}

TEST(PackedTable, expires_at_its_time_and_not_before) {
  PackedTable table(test_hash(), {.octets_max = mebibyte});
  const Named named("a.test");
  ASSERT_TRUE(store(table, named, {}, at(5)));
  EXPECT_TRUE(look_up(table, named.key, at(5) - Duration(1)));
  EXPECT_FALSE(look_up(table, named.key, at(5)));
}

TEST(PackedTable, replaces_and_erases) {
  PackedTable table(test_hash(), {.octets_max = mebibyte});
  const Named named("a.test");
  for (const std::size_t size : {8u, 9u, 700u, 5000u, 20'000u, 4u}) {
    ASSERT_TRUE(store(table, named, octets_of(size, 5), at(5)));
    EXPECT_EQ(look_up(table, named.key), octets_of(size, 5)) << size;
    EXPECT_EQ(table.use().entries, 1u);
  }
  EXPECT_TRUE(table.erase(named.key));
  EXPECT_FALSE(table.erase(named.key));
  EXPECT_FALSE(look_up(table, named.key));
  EXPECT_EQ(table.use().entries, 0u);
}

TEST(PackedTable, keeps_entries_of_every_size_up_to_the_largest) {
  PackedTable table(test_hash(), {.octets_max = 4 * mebibyte});
  const Named named("sizes.test");
  const std::size_t head = PackedHead::octets + named.owner.size();
  const std::size_t largest = PackedCells::size_max - head;
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, 256 - head, 257 - head, 4096 - head, 4097 - head,
        4088 - head, 4089 - head, 2 * 4088 - head, 2 * 4088 - head + 1, largest}) {
    ASSERT_TRUE(store(table, named, octets_of(size, 9), at(5))) << size;
    EXPECT_EQ(look_up(table, named.key), octets_of(size, 9)) << size;
  }
  EXPECT_FALSE(store(table, named, octets_of(largest + 1, 9), at(5)));
  EXPECT_FALSE(look_up(table, named.key)) << "what it had is gone, too";
  PackedBuffer buffer;
  ASSERT_TRUE(store(table, named, octets_of(4096 - head, 2), at(5)));
  EXPECT_TRUE(table.find(named.key, at(0), buffer));
  ASSERT_TRUE(store(table, named, octets_of(4097 - head, 2), at(5)));
  EXPECT_FALSE(table.find(named.key, at(0), buffer)) << "larger than a buffer";
}

TEST(PackedTable, a_name_has_so_many_entries_and_no_more) {
  for (const std::size_t limit : {1u, 2u, 64u, 90u}) {
    PackedTable table(test_hash(), {.octets_max = mebibyte, .per_owner_max = limit});
    for (std::uint16_t type = 1; type <= limit; ++type)
      ASSERT_TRUE(store(table, Named("a.test", type), octets_of(4, type), at(5)));
    EXPECT_EQ(table.use().entries, limit);
    EXPECT_EQ(table.use().evictions, 0u);
    ASSERT_TRUE(store(table, Named("a.test", 1000), octets_of(4, 7), at(5)));
    EXPECT_EQ(table.use().entries, limit);
    EXPECT_EQ(table.use().evictions, 1u);
    EXPECT_TRUE(look_up(table, Named("a.test", 1000).key));
  }
}

TEST(PackedTable, of_a_name_with_too_many_entries_the_expired_go_first_then_those_not_asked_for) {
  PackedTable table(test_hash(), {.octets_max = mebibyte, .per_owner_max = 3});
  ASSERT_TRUE(store(table, Named("a.test", 1), {}, at(50)));
  ASSERT_TRUE(store(table, Named("a.test", 2), {}, at(2)));
  ASSERT_TRUE(store(table, Named("a.test", 3), {}, at(50)));
  ASSERT_TRUE(look_up(table, Named("a.test", 2).key));
  ASSERT_TRUE(store(table, Named("a.test", 4), {}, at(50), at(3)));
  EXPECT_TRUE(look_up(table, Named("a.test", 1).key, at(3)));
  ASSERT_TRUE(look_up(table, Named("a.test", 4).key, at(3)));
  ASSERT_TRUE(store(table, Named("a.test", 5), {}, at(50), at(3)));
  EXPECT_FALSE(look_up(table, Named("a.test", 3).key, at(3)));
  EXPECT_TRUE(look_up(table, Named("a.test", 1).key, at(3)));
}

TEST(PackedTable, agrees_with_a_map_while_there_is_room) {
  PackedTable table(test_hash(), {.octets_max = 32 * mebibyte});
  std::map<std::string, std::pair<std::vector<std::uint8_t>, Time>> model;
  std::mt19937 random(1);
  for (int step = 0; step < 60'000; ++step) {
    const std::string text = "n" + std::to_string(random() % 20'000) + ".test";
    const Named named(text);
    switch (random() % 8) {
      case 0:
        EXPECT_EQ(table.erase(named.key), model.erase(text) > 0);
        break;
      case 1:
      case 2: {
        const auto found = model.find(text);
        const auto expected =
            found == model.end() ? std::nullopt : std::optional(found->second.first);
        EXPECT_EQ(look_up(table, named.key), expected);
        break;
      }
      default: {
        const std::size_t size = random() % 64 == 0 ? random() % 6000 : random() % 120;
        auto payload = octets_of(size, static_cast<std::uint32_t>(random()));
        ASSERT_TRUE(store(table, named, payload, at(100)));
        model[text] = {std::move(payload), at(100)};
      }
    }
  }
  EXPECT_EQ(table.use().evictions, 0u);
  EXPECT_EQ(table.use().entries, model.size());
  for (const auto& [text, value] : model)
    EXPECT_EQ(look_up(table, Named(text).key), value.first) << text;
  std::size_t visited = 0;
  table.for_each([&](const PackedEntry& entry) {
    EXPECT_EQ(entry.expires, at(100));
    ++visited;
  });
  EXPECT_EQ(visited, model.size());
}

TEST(PackedTable, never_takes_more_than_its_limit_and_never_gives_what_was_not_stored_last) {
  for (const std::size_t limit : {64u << 10, 1u << 20, 3u << 20}) {
    PackedTable table(test_hash(), {.octets_max = limit});
    std::map<std::string, std::vector<std::uint8_t>> last;
    std::mt19937 random(2);
    std::size_t found = 0;
    for (int step = 0; step < 60'000; ++step) {
      const std::string text = "n" + std::to_string(random() % 50'000) + ".test";
      const Named named(text);
      const std::size_t size = random() % 256 == 0 ? random() % 9000 : random() % 300;
      auto payload = octets_of(size, static_cast<std::uint32_t>(random()));
      if (store(table, named, payload, at(100)))
        last[text] = std::move(payload);
      else
        last.erase(text);
      const std::string other = "n" + std::to_string(random() % 50'000) + ".test";
      if (const auto seen = look_up(table, Named(other).key)) {
        ASSERT_TRUE(last.contains(other));
        EXPECT_EQ(*seen, last[other]);
        ++found;
      }
      if (step % 100 == 0) {
        EXPECT_LE(table.use().octets, limit);
      }
    }
    EXPECT_GT(table.use().evictions, 0u);
    EXPECT_GT(found, 0u);
    // Sizes that differ as much leave some room unused, but most of it holds entries.
    if (limit >= mebibyte) {
      EXPECT_GT(table.use().entries * (PackedHead::octets + 13 + 150), limit / 2);
    }
  }
}

// Least recently used, by octets: what a table is to be better than.
class Lru {
 public:
  explicit Lru(std::size_t octets) : octets_(octets) {}
  // Whether it is there; it is afterwards.
  bool ask(std::uint32_t name, std::size_t octets) {
    const auto found = where_.find(name);
    const bool is_hit = found != where_.end();
    if (is_hit) {
      order_.erase(found->second);
      used_ -= octets;
    }
    order_.push_front({name, octets});
    where_[name] = order_.begin();
    for (used_ += octets; used_ > octets_; order_.pop_back()) {
      used_ -= order_.back().second;
      where_.erase(order_.back().first);
    }
    return is_hit;
  }

 private:
  std::size_t octets_, used_ = 0;
  std::list<std::pair<std::uint32_t, std::size_t>> order_;
  std::map<std::uint32_t, decltype(order_)::iterator> where_;
};

struct Replay {
  int table_hits = 0, lru_hits = 0, asked = 0;
};

// Zipf over `names`. The first half of the questions warms both; in the second `unique` names that
// nobody asks for again come with each.
Replay replay(double exponent, std::uint32_t names, unsigned unique) {
  constexpr std::size_t limit = 1 << 20;
  constexpr int questions = 400'000;
  constexpr std::size_t payload_octets = 30, octets_with_index = 72;
  PackedTable table(test_hash(), {.octets_max = limit});
  Lru lru(limit / 60 * 60);
  std::vector<double> sums;
  double sum = 0;
  for (std::uint32_t i = 1; i <= names; ++i) sums.push_back(sum += std::pow(i, -exponent));
  std::mt19937 random(5);
  std::uniform_real_distribution<double> point(0, sum);
  Replay out;
  std::uint32_t next_unique = names;
  const auto payload = octets_of(payload_octets, 1);
  for (int i = 0; i < questions; ++i) {
    const auto rank = std::lower_bound(sums.begin(), sums.end(), point(random)) - sums.begin();
    const auto number = static_cast<std::uint32_t>(rank) * 2654435761u % 1'000'003;
    const Named named("n" + std::to_string(number) + ".test");
    const bool is_hit = look_up(table, named.key).has_value();
    if (!is_hit) (void)store(table, named, payload, at(100));
    const bool lru_is_hit = lru.ask(number, octets_with_index);
    if (i >= questions / 2) {
      ++out.asked;
      out.table_hits += is_hit;
      out.lru_hits += lru_is_hit;
    }
    for (unsigned u = 0; i >= questions / 2 && u < unique; ++u, ++next_unique) {
      (void)store(table, Named("u" + std::to_string(next_unique) + ".test"), payload, at(100));
      (void)lru.ask(2'000'000 + next_unique, octets_with_index);
    }
  }
  return out;
}

TEST(PackedTable, hits_more_often_than_by_least_recent_use) {
  const Replay flat = replay(0.7, 60'000, 0);
  EXPECT_GT(flat.table_hits, flat.lru_hits + flat.asked * 4 / 100);
  const Replay steep = replay(1.1, 60'000, 0);
  EXPECT_GT(steep.table_hits, steep.lru_hits + steep.asked / 200);
}

TEST(PackedTable, loses_little_to_a_flood_of_names_that_nobody_asks_for_again) {
  const Replay alone = replay(0.95, 60'000, 0);
  EXPECT_GT(alone.table_hits, alone.lru_hits + alone.asked * 2 / 100);
  const Replay flooded = replay(0.95, 60'000, 4);
  EXPECT_LT(alone.table_hits - flooded.table_hits, alone.asked * 2 / 100);
  EXPECT_GT(alone.lru_hits - flooded.lru_hits, alone.asked * 20 / 100);
}

TEST(PackedTable, memory_of_expired_entries_is_used_before_more_is_begun) {
  PackedTable table(test_hash(), {.octets_max = 32 * mebibyte});
  std::size_t after_ten_lives = 0;
  for (int second = 0; second < 400; ++second) {
    for (int i = 0; i < 500; ++i) {
      const Named named("n" + std::to_string(second) + "-" + std::to_string(i) + ".test");
      ASSERT_TRUE(store(table, named, octets_of(30, 1), at(second + 10), at(second)));
    }
    if (second == 100) after_ten_lives = table.use().octets;
  }
  EXPECT_LT(table.use().octets, after_ten_lives * 3 / 2);
}

TEST(PackedTable, clear_leaves_nothing_behind) {
  PackedTable table(test_hash(), {.octets_max = mebibyte});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20'000; ++i)
      (void)store(table, Named("n" + std::to_string(i) + ".test"), octets_of(20, 1), at(100));
    table.clear();
    EXPECT_EQ(table.use().entries, 0u);
    EXPECT_FALSE(look_up(table, Named("n19999.test").key));
  }
}

// What a reader sees belongs together, whatever writers do meanwhile. For ThreadSanitizer, too.
TEST(PackedTable, readers_see_whole_entries_while_writers_change_them) {
  constexpr std::size_t limit = 256 << 10;
  constexpr int steps = 40'000;
  PackedTable table(test_hash(), {.octets_max = limit});
  std::vector<Named> names;
  for (int i = 0; i < 3000; ++i) names.emplace_back("n" + std::to_string(i) + ".test");
  std::atomic<int> writers{2};
  std::atomic<std::size_t> seen{0};
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 2; ++seed)
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < steps; ++i) {
        const Named& named = names[random() % (1 + random() % names.size())];
        const auto mark = static_cast<std::uint8_t>(random());
        const std::vector<std::uint8_t> payload(random() % 400 + (random() % 99 == 0) * 5000u,
                                                mark);
        const Time expires(Duration(1'000'000 + mark));
        if (random() % 8 == 0)
          table.erase(named.key);
        else
          (void)table.put(named.key, {expires, mark, payload}, Time(Duration(i)));
        if (random() % 10'000 == 0) table.clear();
      }
      --writers;
    });
  for (unsigned seed = 2; seed < 4; ++seed)
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      PackedBuffer buffer;
      // On a busy machine a reader may only ever run while a writer stands in mid-change, so some
      // look-ups come after the last writer.
      for (int quiet = 0; quiet < 1000; quiet += writers == 0) {
        const Named& named = names[random() % (1 + random() % names.size())];
        table.prefetch(named.key.hash);
        table.prefetch_entry(named.key.hash);
        const auto entry = table.find(named.key, Time(), buffer);
        if (!entry) continue;
        ++seen;
        ASSERT_EQ(entry->expires, Time(Duration(1'000'000 + entry->rank)));
        for (const std::uint8_t octet : entry->payload) ASSERT_EQ(octet, entry->rank);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(seen, 0u);
  EXPECT_LE(table.use().octets, limit);
}

}  // namespace
}  // namespace godwit::cache
