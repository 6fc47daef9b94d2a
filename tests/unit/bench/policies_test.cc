// Each policy against traces worked out by hand. Keys are letters, entries of 64 octets unless
// said.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/hit_rate/ghosts.h"
#include "bench/hit_rate/policy.h"
#include "bench/hit_rate/sketch.h"

namespace godwit::bench {
namespace {

constexpr std::uint64_t forever_ms = 1'000'000'000;
constexpr std::uint32_t entry_octets = 64;

class Cache {
 public:
  Cache(std::string_view policy, std::uint64_t octets)
      : policy_(find_policy(policy)->make({octets, 100'000})) {}

  bool ask(Key key, std::uint64_t now_ms = 0, std::uint64_t ttl_ms = forever_ms,
           std::uint32_t octets = entry_octets) {
    return policy_->ask({key, now_ms, ttl_ms, octets, 10});
  }

  // 'h' for each hit, '.' for each miss.
  std::string play(std::string_view letters) {
    std::string out;
    for (const char letter : letters) out += ask(static_cast<Key>(letter)) ? 'h' : '.';
    return out;
  }

 private:
  std::unique_ptr<Policy> policy_;
};

TEST(Policies, LruForgetsWhatWasAskedForLongestAgo) {
  // After "abca" the order is b c a; d pushes out b.
  EXPECT_EQ(Cache("lru", 3 * entry_octets).play("abcadab"), "...h.h.");
}

TEST(Policies, ClockGivesASecondChanceToWhatWasAskedForAgain) {
  // d passes a, which was asked for twice, and takes b's place; then the order is c a d.
  EXPECT_EQ(Cache("clock", 3 * entry_octets).play("abcadacb"), "...h.hh.");
}

TEST(Policies, ClockKeepsTheOrderOfArrivalOtherwise) {
  EXPECT_EQ(Cache("clock", 2 * entry_octets).play("abcab"), ".....");
}

TEST(Policies, SieveLeavesSurvivorsInPlaceAndItsHandWhereItIs) {
  // d: a is marked and stays the oldest, b goes, the hand is at c. e: c goes; a is still there.
  EXPECT_EQ(Cache("sieve", 3 * entry_octets).play("abcadeabc"), "...h..h..");
}

TEST(Policies, S3FifoSendsBackWhatItsGhostKnows) {
  // A cache of ten with a small queue of one. k pushes out a, whose ghost brings it to the main
  // queue, where ten more newcomers do not reach it.
  Cache cache("s3-fifo", 10 * entry_octets);
  cache.play("abcdefghijk");
  EXPECT_EQ(cache.play("a"), ".");
  cache.play("lmnopqrstu");
  EXPECT_EQ(cache.play("a"), "h");
}

TEST(Policies, S3FifoLetsThoseAskedForTwiceInTheSmallQueueOn) {
  Cache cache("s3-fifo", 10 * entry_octets);
  cache.play("aaabcdefghij");
  cache.play("klmnopqrst");
  EXPECT_EQ(cache.play("a"), "h");
}

TEST(Policies, WTinyLfuKeepsWhatItHasFromThoseSeenLess) {
  Cache cache("w-tinylfu", 16'384);
  for (int round = 0; round < 3; ++round) {
    for (Key key = 0; key < 200; ++key) (void)cache.ask(key);
  }
  for (Key key = 1000; key < 3000; ++key) (void)cache.ask(key);
  int hits = 0;
  for (Key key = 0; key < 200; ++key) hits += cache.ask(key);
  EXPECT_GT(hits, 180);
}

TEST(Policies, TtlEvictsWhatHasExpiredFirst) {
  // Sixteen samples of two entries see both.
  Cache cache("ttl", 2 * entry_octets);
  EXPECT_FALSE(cache.ask('a', 0, 1000));
  EXPECT_FALSE(cache.ask('b', 0, 9000));
  EXPECT_TRUE(cache.ask('a', 999));
  EXPECT_FALSE(cache.ask('c', 1000, 9000));
  EXPECT_TRUE(cache.ask('b', 1001));
}

TEST(Policies, TtlCostEvictsWhatIsCheapToFetchAgain) {
  const auto policy = find_policy("ttl-cost")->make({2 * entry_octets, 256});
  EXPECT_FALSE(policy->ask({'a', 0, forever_ms, entry_octets, 1000}));
  EXPECT_FALSE(policy->ask({'b', 0, forever_ms, entry_octets, 5}));
  EXPECT_FALSE(policy->ask({'c', 10, forever_ms, entry_octets, 1000}));
  EXPECT_TRUE(policy->ask({'a', 11, forever_ms, entry_octets, 1000}));
}

TEST(Policies, PageClockHasNoRoomForOneSizeInCellsOfAnother) {
  // Two pages of 64 cells of 64 octets are full; an entry of 128 needs a page of its own, and the
  // hand empties one, the second, for it.
  Cache cache("page-clock", 2 * 4096);
  for (Key key = 0; key < 128; ++key) EXPECT_FALSE(cache.ask(key));
  EXPECT_FALSE(cache.ask(1000, 0, forever_ms, 128));
  EXPECT_TRUE(cache.ask(0));
  EXPECT_FALSE(cache.ask(127));
}

TEST(Policies, PageHeatPutsAllSizesInOnePage) {
  // With room for the ghosts of 100 entries: two pages.
  Cache cache("page-heat", 2 * 4096 + 300);
  for (Key key = 0; key < 85; ++key) {
    EXPECT_FALSE(cache.ask(key, 0, forever_ms, key % 2 == 0 ? 64 : 128));
  }
  for (Key key = 0; key < 85; ++key) {
    EXPECT_TRUE(cache.ask(key, 0, forever_ms, key % 2 == 0 ? 64 : 128)) << key;
  }
}

TEST(Policies, PageHeatDropsWhatHasExpiredAndKeepsWhatWasVisited) {
  Cache cache("page-heat", 2 * 4096 + 300);
  for (Key key = 0; key < 128; ++key) (void)cache.ask(key, 0, key < 32 ? 1000 : forever_ms);
  for (Key key = 32; key < 64; ++key) EXPECT_TRUE(cache.ask(key, 1));
  // The first page is examined: 0 to 31 have expired, 32 to 63 were visited.
  EXPECT_FALSE(cache.ask(200, 1000));
  for (Key key = 32; key < 64; ++key) EXPECT_TRUE(cache.ask(key, 1001)) << key;
  EXPECT_TRUE(cache.ask(200, 1001));
  EXPECT_FALSE(cache.ask(0, 1001));
}

TEST(Policies, PageHeatKeepsTheWorkingSetFromAFloodOfUniqueNames) {
  Cache cache("page-heat", 32 * 4096);
  Key unique = 1000;
  int hits = 0;
  for (int round = 0; round < 40; ++round) {
    hits = 0;
    for (Key key = 0; key < 800; ++key) {
      hits += cache.ask(key);
      if (round >= 20) {
        for (int i = 0; i < 2; ++i) (void)cache.ask(unique++);
      }
    }
  }
  EXPECT_GT(hits, 780);
}

TEST(Policies, AllRunOutAtTheMillisecondThatTheTtlEnds) {
  for (const PolicyKind& kind : policy_kinds()) {
    const auto policy = kind.make({1 << 20, 16});
    EXPECT_FALSE(policy->ask({1, 5000, 1000, entry_octets, 10})) << kind.name;
    EXPECT_TRUE(policy->ask({1, 5999, 1000, entry_octets, 10})) << kind.name;
    EXPECT_FALSE(policy->ask({1, 6000, 1000, entry_octets, 10})) << kind.name;
    EXPECT_TRUE(policy->ask({1, 6999, 1000, entry_octets, 10})) << kind.name;
    EXPECT_FALSE(policy->ask({2, 7000, 0, entry_octets, 10})) << kind.name;
    EXPECT_FALSE(policy->ask({2, 7000, 0, entry_octets, 10})) << kind.name;
  }
}

TEST(Policies, NoneKeepsWhatIsLargerThanTheCache) {
  for (const PolicyKind& kind : policy_kinds()) {
    const auto policy = kind.make({64 << 10, 16});
    EXPECT_FALSE(policy->ask({1, 0, forever_ms, 128 << 10, 10})) << kind.name;
    EXPECT_FALSE(policy->ask({1, 0, forever_ms, 128 << 10, 10})) << kind.name;
    EXPECT_FALSE(policy->ask({2, 0, forever_ms, entry_octets, 10})) << kind.name;
    EXPECT_TRUE(policy->ask({2, 0, forever_ms, entry_octets, 10})) << kind.name;
  }
}

TEST(Ghosts, AreForgottenWhenTheyAreRecalled) {
  GhostTable ghosts(64);
  ghosts.remember(7, 5);
  EXPECT_EQ(ghosts.recall(7), 5U);
  EXPECT_EQ(ghosts.recall(7), 0U);
}

TEST(Ghosts, GiveWayToTheWarmerAndOfTheirOwnKindTheOldestFirst) {
  GhostTable ghosts(4);  // one bucket
  ghosts.remember(1, 3);
  ghosts.remember(2, 1);
  ghosts.remember(3, 1);
  ghosts.remember(4, 3);
  ghosts.remember(5, 1);
  EXPECT_EQ(ghosts.recall(2), 0U);
  EXPECT_EQ(ghosts.recall(3), 1U);
  EXPECT_EQ(ghosts.recall(1), 3U);
  EXPECT_EQ(ghosts.recall(4), 3U);
  EXPECT_EQ(ghosts.recall(5), 1U);
  for (Key key = 10; key < 14; ++key) ghosts.remember(key, 15);
  ghosts.remember(14, 14);
  EXPECT_EQ(ghosts.recall(14), 0U);
}

TEST(Ghosts, AreHalvedAllTogether) {
  GhostTable ghosts(64);
  ghosts.remember(1, 15);
  ghosts.remember(2, 1);
  ghosts.halve();
  EXPECT_EQ(ghosts.recall(1), 7U);
  EXPECT_EQ(ghosts.recall(2), 0U);
}

TEST(Sketch, CountsNoLessThanTheTruthUpToFifteenAndForgetsHalf) {
  Sketch sketch(1024, 100);
  for (int i = 0; i < 20; ++i) sketch.add(1);
  for (int i = 0; i < 3; ++i) sketch.add(2);
  EXPECT_EQ(sketch.estimate(1), Sketch::count_max);
  EXPECT_GE(sketch.estimate(2), 3);
  for (Key key = 100; key < 177; ++key) sketch.add(key);
  EXPECT_EQ(sketch.estimate(1), Sketch::count_max / 2);
}

}  // namespace
}  // namespace godwit::bench
