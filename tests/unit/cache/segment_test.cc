#include "cache/segment.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace godwit::cache {
namespace {

struct Number : Slot {
  int value = 0;
  Number() = default;
  Number(std::uint32_t number_tag, int number) : value(number) {
    tag = number_tag;
    heat = cold;
  }
};
using Numbers = Segment<Number>;

void grow(Numbers& segment) {
  const std::size_t homes = Numbers::homes_for(segment.size() + 1);
  segment.rebuild(homes, segment.slots_for(homes));
}

void add(Numbers& segment, std::uint32_t tag, int value) {
  if (segment.is_full()) grow(segment);
  if (segment.insert(Number(tag, value)) != Numbers::none) return;
  segment.rebuild(segment.homes(), segment.slots_for(segment.homes()));
  ASSERT_NE(segment.insert(Number(tag, value)), Numbers::none);
}

bool holds(const Numbers& segment, std::uint32_t tag, int value) {
  return segment.find(tag, [&](const Number& n) { return n.value == value; }) != Numbers::none;
}

// Everything that is in the model and nothing else, in the order of tags.
void expect_is(Numbers& segment, const std::multimap<std::uint32_t, int>& model) {
  ASSERT_EQ(segment.size(), model.size());
  for (const auto& [tag, value] : model) ASSERT_TRUE(holds(segment, tag, value));
  std::uint32_t previous = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < segment.slot_count(); ++i) {
    if (!segment.slot(i).is_occupied()) continue;
    ASSERT_GE(segment.slot(i).tag, previous);
    previous = segment.slot(i).tag;
    ++seen;
  }
  ASSERT_EQ(seen, model.size());
}

TEST(Segment, is_empty_and_without_memory_at_first) {
  Numbers segment;
  EXPECT_EQ(segment.memory_octets(), 0u);
  EXPECT_TRUE(segment.is_full());
  EXPECT_FALSE(holds(segment, 1, 1));
  EXPECT_EQ(segment.insert(Number(1, 1)), Numbers::none);
}

TEST(Segment, behaves_as_a_multimap_under_random_changes) {
  std::mt19937 random(42);
  for (int round = 0; round < 30; ++round) {
    Numbers segment;
    std::multimap<std::uint32_t, int> model;
    const std::uint32_t spread = round % 3 == 0 ? 0x3ff00000 : 1;  // few tags, or all
    for (int step = 0; step < 1500; ++step) {
      if (random() % 5 < 3 || model.empty()) {
        std::uint32_t tag = static_cast<std::uint32_t>(random());
        if (spread != 1) tag -= tag % spread;
        add(segment, tag, step);
        model.emplace(tag, step);
      } else {
        auto victim = model.lower_bound(static_cast<std::uint32_t>(random()));
        if (victim == model.end()) victim = model.begin();
        const std::size_t index =
            segment.find(victim->first, [&](const Number& n) { return n.value == victim->second; });
        ASSERT_NE(index, Numbers::none);
        EXPECT_EQ(segment.remove(index).value, victim->second);
        model.erase(victim);
        if (segment.is_sparse()) {
          const std::size_t homes = Numbers::homes_for(segment.size());
          segment.rebuild(homes, segment.slots_for(homes));
        }
      }
    }
    expect_is(segment, model);
  }
}

TEST(Segment, holds_many_entries_of_the_highest_tag) {
  Numbers segment;
  std::multimap<std::uint32_t, int> model;
  for (int i = 0; i < 200; ++i) {
    add(segment, 0xffffffff, i);
    model.emplace(0xffffffff, i);
  }
  expect_is(segment, model);
}

TEST(Segment, load_stays_between_its_bounds_while_growing) {
  Numbers segment;
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    add(segment, static_cast<std::uint32_t>(random()), i);
    if (i < 100) continue;
    const double load = static_cast<double>(segment.size()) / static_cast<double>(segment.homes());
    EXPECT_LT(load, 0.88);
    EXPECT_GT(load, 0.66);
  }
}

}  // namespace
}  // namespace godwit::cache
