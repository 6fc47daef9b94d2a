// The table of deadlines against a sorted list.
#include "daemon/deadline_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace godwit::daemon {
namespace {

cache::Time at(int milliseconds) {
  return cache::Time(std::chrono::milliseconds(milliseconds));
}

TEST(DeadlineTable, calls_in_the_order_of_time_and_of_adding) {
  DeadlineTable table;
  std::string order;
  (void)table.add(at(20), [&] { order += 'c'; });
  (void)table.add(at(10), [&] { order += 'a'; });
  (void)table.add(at(10), [&] { order += 'b'; });
  (void)table.add(at(30), [&] { order += 'd'; });
  EXPECT_EQ(table.earliest(), at(10));
  EXPECT_EQ(table.run_due(at(9)), 0u);
  EXPECT_EQ(table.run_due(at(20)), 3u);
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(table.earliest(), at(30));
}

TEST(DeadlineTable, a_cancelled_call_is_never_made_and_forgotten_at_once) {
  DeadlineTable table;
  const auto object = std::make_shared<int>(1);
  const auto token = table.add(at(1), [object] { FAIL(); });
  EXPECT_NE(token, 0u);
  EXPECT_EQ(object.use_count(), 2);
  table.cancel(token);
  EXPECT_EQ(object.use_count(), 1);
  table.cancel(token);
  EXPECT_EQ(table.run_due(at(100)), 0u);
  EXPECT_FALSE(table.earliest());
}

TEST(DeadlineTable, an_old_token_does_not_cancel_who_has_its_place_now) {
  DeadlineTable table;
  int calls = 0;
  const auto old = table.add(at(1), [&] { ++calls; });
  table.run_due(at(1));
  (void)table.add(at(2), [&] { ++calls; });
  table.cancel(old);
  table.cancel(0);
  table.cancel(~std::uint64_t{0});
  table.run_due(at(2));
  EXPECT_EQ(calls, 2);
}

TEST(DeadlineTable, a_call_may_add_and_cancel) {
  DeadlineTable table;
  int calls = 0;
  DeadlineTable::Token other = 0;
  (void)table.add(at(1), [&] {
    table.cancel(other);
    (void)table.add(at(1), [&] { ++calls; });
  });
  other = table.add(at(1), [&] { FAIL(); });
  EXPECT_EQ(table.run_due(at(1)), 1u);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(table.run_due(at(1)), 1u);
  EXPECT_EQ(calls, 1);
}

TEST(DeadlineTable, behaves_as_a_sorted_list) {
  DeadlineTable table;
  std::mt19937 random(7);
  std::multimap<int, int> model;
  std::map<int, std::pair<DeadlineTable::Token, std::multimap<int, int>::iterator>> live;
  std::vector<int> fired;
  int next = 0;
  for (int now = 0; now < 2000; ++now) {
    for (int i = 0; i < 5; ++i) {
      const int when = now + 1 + static_cast<int>(random() % 300);
      const int id = next++;
      const auto place = model.emplace(when, id);
      live[id] = {table.add(at(when), [&fired, id] { fired.push_back(id); }), place};
    }
    if (random() % 2 == 0 && !live.empty()) {
      const auto victim = std::next(live.begin(), static_cast<long>(random() % live.size()));
      table.cancel(victim->second.first);
      model.erase(victim->second.second);
      live.erase(victim);
    }
    fired.clear();
    table.run_due(at(now));
    std::vector<int> wanted;
    while (!model.empty() && model.begin()->first <= now) {
      wanted.push_back(model.begin()->second);
      live.erase(model.begin()->second);
      model.erase(model.begin());
    }
    ASSERT_EQ(fired, wanted);
    ASSERT_EQ(table.size(), model.size());
  }
}

}  // namespace
}  // namespace godwit::daemon
