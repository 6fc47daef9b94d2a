// Which of what is busy is worth showing, and in which order. Pure.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "daemon/busy_sketch.h"

namespace godwit::daemon {

// What counted less than this is over.
inline constexpr double busy_least = 0.5;

// The `count` with the most failures, the `count` with the most questions, and the `count` that
// took longest in all: those that fail first, then by questions.
template <class Key>
[[nodiscard]] std::vector<std::pair<Key, BusyFigures>> busiest_of(
    const std::map<Key, BusyFigures>& all, std::size_t count) {
  using Item = std::pair<Key, BusyFigures>;
  std::vector<Item> items;
  for (const auto& [key, figures] : all)
    if (figures.questions >= busy_least) items.emplace_back(key, figures);
  std::set<Key> chosen;
  const auto choose_by = [&](double BusyFigures::*figure) {
    std::ranges::sort(items, [figure](const Item& a, const Item& b) {
      return a.second.*figure > b.second.*figure;
    });
    for (std::size_t i = 0; i < std::min(count, items.size()); ++i)
      if (items[i].second.*figure >= busy_least) chosen.insert(items[i].first);
  };
  choose_by(&BusyFigures::failures);
  choose_by(&BusyFigures::questions);
  choose_by(&BusyFigures::milliseconds);
  std::erase_if(items, [&chosen](const Item& item) { return !chosen.contains(item.first); });
  std::ranges::sort(items, [](const Item& a, const Item& b) {
    const auto rank = [](const Item& item) {
      const bool fails = item.second.failures >= busy_least;
      return std::pair(fails ? item.second.failures : 0.0, item.second.questions);
    };
    return rank(a) > rank(b);
  });
  return items;
}

}  // namespace godwit::daemon
