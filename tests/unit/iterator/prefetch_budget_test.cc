#include "iterator/prefetch_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace godwit::iterator {
namespace {

unsigned reserve_all(PrefetchBudget& budget) {
  unsigned reserved = 0;
  while (budget.reserve()) ++reserved;
  return reserved;
}

TEST(PrefetchBudget, begins_with_a_burst_and_no_more) {
  PrefetchBudget budget(3);
  EXPECT_EQ(reserve_all(budget), 3u);
}

TEST(PrefetchBudget, earns_its_share_to_the_query) {
  PrefetchBudget budget(50);
  (void)reserve_all(budget);
  for (int i = 0; i < 19; ++i) budget.earn(1, 5);
  EXPECT_FALSE(budget.reserve());
  budget.earn(1, 5);
  EXPECT_EQ(reserve_all(budget), 1u);
  for (int i = 0; i < 1000; ++i) budget.earn(1, 1);
  EXPECT_EQ(reserve_all(budget), 10u);
}

TEST(PrefetchBudget, saves_up_a_burst_and_no_more) {
  PrefetchBudget budget(4);
  budget.earn(1'000'000, 100);
  EXPECT_EQ(reserve_all(budget), 4u);
}

TEST(PrefetchBudget, earns_nothing_of_nothing) {
  PrefetchBudget budget(1);
  (void)reserve_all(budget);
  budget.earn(1'000'000, 0);
  EXPECT_FALSE(budget.reserve());
}

TEST(PrefetchBudget, owes_what_a_refresh_has_cost_beyond_one_query) {
  PrefetchBudget budget(2);
  ASSERT_TRUE(budget.reserve());
  budget.settle(4);
  EXPECT_EQ(budget.queries_left(), -2);
  budget.earn(59, 5);
  EXPECT_FALSE(budget.reserve());
  budget.earn(1, 5);
  EXPECT_TRUE(budget.reserve());
}

TEST(PrefetchBudget, gives_back_what_was_not_needed) {
  PrefetchBudget budget(1);
  ASSERT_TRUE(budget.reserve());
  budget.settle(0);
  EXPECT_TRUE(budget.reserve());
}

TEST(PrefetchBudget, is_paid_back_for_use_but_for_what_was_cut_off) {
  PrefetchBudget budget(8);
  (void)reserve_all(budget);
  for (int i = 0; i < 4; ++i) budget.pay_back(1, 0, 0);
  EXPECT_EQ(reserve_all(budget), 4u);
  for (int i = 0; i < 4; ++i) budget.pay_back(1, 32, 0);
  EXPECT_EQ(reserve_all(budget), 3u);
  budget.pay_back(2, 64, 0);
  EXPECT_EQ(reserve_all(budget), 1u);
  budget.pay_back(1, 1000, 0);
  EXPECT_FALSE(budget.reserve());
}

// What is asked every minute and fetched two seconds early costs less than it earns.
TEST(PrefetchBudget, lasts_for_ever_where_little_is_cut_off) {
  PrefetchBudget budget(1);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(budget.reserve());
    budget.settle(1);
    budget.pay_back(1, 2 * 128 / 60, 5);
  }
}

TEST(PrefetchBudget, is_exact_whoever_spends) {
  PrefetchBudget budget(1000);
  std::atomic<unsigned> reserved{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { reserved += reserve_all(budget); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(reserved, 1000u);
}

}  // namespace
}  // namespace godwit::iterator
