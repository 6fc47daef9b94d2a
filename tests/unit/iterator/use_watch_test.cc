#include "iterator/use_watch.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace godwit::iterator {
namespace {

using Stage = UseWatch::Stage;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr cache::Time start{std::chrono::hours(1)};
constexpr std::uint64_t question = 0x123456789abcdef0;

class Watching : public testing::Test {
 protected:
  static WatchedLife at(cache::Time now, std::uint32_t left, std::uint64_t hash = question) {
    return {hash, {300, left}, now};
  }
  UseWatch watch;
};

TEST_F(Watching, counts_the_uses_of_a_life) {
  EXPECT_EQ(watch.count(at(start, 10)).uses, 1u);
  EXPECT_EQ(watch.count(at(start + seconds(1), 9)).uses, 2u);
  EXPECT_EQ(watch.count(at(start + seconds(9), 1)).uses, 3u);
}

TEST_F(Watching, takes_what_rounding_does_for_the_same_life) {
  (void)watch.count(at(start + milliseconds(10), 10));
  EXPECT_EQ(watch.count(at(start + milliseconds(990), 10)).uses, 2u);
  EXPECT_EQ(watch.count(at(start + milliseconds(1010), 9)).uses, 3u);
}

TEST_F(Watching, begins_anew_with_the_next_life) {
  for (int i = 0; i < 5; ++i) (void)watch.count(at(start, 10));
  EXPECT_EQ(watch.count(at(start + seconds(2), 10)).uses, 1u);
}

TEST_F(Watching, counts_up_to_255) {
  for (int i = 0; i < 300; ++i) (void)watch.count(at(start, 10));
  EXPECT_EQ(watch.count(at(start, 10)).uses, 255u);
}

TEST_F(Watching, tells_questions_apart) {
  (void)watch.count(at(start, 10));
  EXPECT_EQ(watch.count(at(start, 10, ~question)).uses, 1u);
  EXPECT_EQ(watch.count(at(start, 10)).uses, 2u);
}

TEST_F(Watching, lets_one_begin) {
  const WatchedLife life = at(start, 10);
  EXPECT_FALSE(watch.begin(life, {300, 10}));  // nothing was counted
  (void)watch.count(life);
  EXPECT_TRUE(watch.begin(life, {300, 10}));
  EXPECT_FALSE(watch.begin(life, {300, 10}));
  EXPECT_EQ(watch.count(life).stage, Stage::under_way);
}

TEST_F(Watching, holds_back_once_and_may_begin_later) {
  const WatchedLife life = at(start, 10);
  (void)watch.count(life);
  EXPECT_TRUE(watch.hold_back(life));
  EXPECT_FALSE(watch.hold_back(life));
  EXPECT_EQ(watch.count(life).stage, Stage::held_back);
  EXPECT_TRUE(watch.begin(life, {300, 10}));
}

TEST_F(Watching, tells_the_first_use_after_the_end_once) {
  const WatchedLife life = at(start, 10);
  (void)watch.count(life);
  ASSERT_TRUE(watch.begin(life, {40, 10}));
  watch.end(life, 2, true);
  EXPECT_EQ(watch.count(life).stage, Stage::refreshed);
  EXPECT_FALSE(watch.first_use(question, start + milliseconds(9'999)));
  const auto spared = watch.first_use(question, start + seconds(10));
  ASSERT_TRUE(spared);
  EXPECT_EQ(spared->queries, 2u);
  EXPECT_EQ(spared->cut_off, 32u);
  EXPECT_FALSE(watch.first_use(question, start + seconds(11)));
}

TEST_F(Watching, tells_when_to_ask_for_the_first_use) {
  const cache::Time now = start + milliseconds(300);
  const WatchedLife life = at(now, 10);
  (void)watch.count(life);
  EXPECT_FALSE(watch.first_use_from(question, now));
  ASSERT_TRUE(watch.begin(life, {300, 10}));
  EXPECT_EQ(watch.first_use_from(question, now), start + milliseconds(10'375));
  watch.end(life, 1, true);
  const auto from = watch.first_use_from(question, now + seconds(5));
  EXPECT_EQ(from, start + milliseconds(10'375));
  EXPECT_FALSE(watch.first_use(question, *from - milliseconds(1)));
  EXPECT_FALSE(watch.first_use_from(question, *from));
  EXPECT_TRUE(watch.first_use(question, *from));
}

// What is left is rounded up; of all that was seen the least is nearest to the truth.
TEST_F(Watching, knows_the_end_as_exactly_as_it_was_told) {
  const cache::Time truly = start + milliseconds(10'250);
  for (const int at_ms : {0, 3'500, 6'500}) {
    const cache::Time now = start + milliseconds(at_ms);
    (void)watch.count(
        at(now, static_cast<std::uint32_t>(std::chrono::ceil<seconds>(truly - now).count())));
  }
  const WatchedLife life = at(start + milliseconds(6'500), 4);
  ASSERT_TRUE(watch.begin(life, {300, 4}));
  watch.end(life, 1, true);
  EXPECT_FALSE(watch.first_use(question, truly));
  EXPECT_TRUE(watch.first_use(question, start + milliseconds(10'500)));
}

TEST_F(Watching, knows_no_use_of_what_failed_or_was_not_needed) {
  for (const bool failed : {true, false}) {
    const WatchedLife life = at(start + seconds(failed ? 0 : 1000), 10);
    (void)watch.count(life);
    ASSERT_TRUE(watch.begin(life, {300, 10}));
    watch.end(life, failed ? 3 : 0, !failed);
    EXPECT_EQ(watch.count(life).stage, Stage::given_up);
    EXPECT_FALSE(watch.first_use(question, start + seconds(2000)));
  }
}

// Those that are being fetched stay, those that are over go.
TEST_F(Watching, gives_the_least_used_place_to_a_newcomer) {
  constexpr std::uint64_t other_tag = std::uint64_t{1} << 43;
  const auto sibling = [](std::uint64_t n) { return question + n * other_tag; };
  for (std::uint64_t n = 0; n < 4; ++n)
    for (std::uint64_t uses = 0; uses <= n; ++uses) (void)watch.count(at(start, 10, sibling(n)));
  ASSERT_TRUE(watch.begin(at(start, 10, sibling(0)), {300, 10}));
  (void)watch.count(at(start, 10, sibling(4)));
  EXPECT_EQ(watch.count(at(start, 10, sibling(0))).stage, Stage::under_way);
  EXPECT_EQ(watch.count(at(start, 10, sibling(2))).uses, 4u);
  EXPECT_EQ(watch.count(at(start, 10, sibling(3))).uses, 5u);
  EXPECT_EQ(watch.count(at(start, 10, sibling(4))).uses, 2u);
  // A life later they are all over but one.
  (void)watch.count(at(start + seconds(100), 10, sibling(5)));
  (void)watch.count(at(start + seconds(100), 10, sibling(6)));
  EXPECT_EQ(watch.count(at(start, 10, sibling(0))).stage, Stage::under_way);
}

TEST_F(Watching, lets_one_of_many_threads_begin) {
  for (std::uint64_t n = 0; n < 200; ++n) {
    const WatchedLife life = at(start, 10, question + n);
    (void)watch.count(life);
    std::atomic<unsigned> begun{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] { begun += watch.begin(life, {300, 10}) ? 1 : 0; });
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(begun, 1u);
  }
}

}  // namespace
}  // namespace godwit::iterator
