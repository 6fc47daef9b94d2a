#include "iterator/crypto_pace.h"

#include <gtest/gtest.h>

#include <functional>

namespace godwit::iterator {
namespace {

constexpr std::uint32_t per_turn = CryptoPace::microseconds_per_turn;

// What is due is called by the next turn.
class Turns final : public Timers {
 public:
  Token at(Time, std::function<void()> call) override {
    due_.push_back(std::move(call));
    return due_.size();
  }
  void cancel(Token) noexcept override {}
  void turn() {
    std::vector<std::function<void()>> due;
    due.swap(due_);
    for (const auto& call : due) call();
  }
  [[nodiscard]] std::size_t due() const { return due_.size(); }

 private:
  std::vector<std::function<void()>> due_;
};

class CryptoPaceTest : public testing::Test {
 protected:
  // Somebody who makes so many checks at that price, and says so each time.
  Task<void> checks(int who, int count, std::uint32_t price) {
    for (int i = 0; i < count; ++i) {
      if (!pace.spend(price)) {
        const bool spent = co_await pace.wait_to_spend(price, turns, now);
        if (!spent) co_return;
      }
      made.push_back(who);
    }
  }
  void begin(int who, int count, std::uint32_t price) {
    spawn(checks(who, count, price), [](const std::exception_ptr&) {});
  }
  std::vector<int> turn() {
    made.clear();
    turns.turn();
    return made;
  }

  Turns turns;
  CryptoPace pace;
  Time now{};
  std::vector<int> made;
};

TEST_F(CryptoPaceTest, what_fits_into_a_turn_waits_for_nothing) {
  begin(1, 2, per_turn / 2);
  EXPECT_EQ(made, (std::vector{1, 1}));
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, what_is_one_more_waits_for_the_next_turn) {
  begin(1, 2, per_turn / 2 + 1);
  EXPECT_EQ(made, (std::vector{1}));
  EXPECT_EQ(turn(), (std::vector{1}));
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, what_costs_more_than_a_turn_is_made_by_itself) {
  begin(1, 3, 2 * per_turn);
  EXPECT_EQ(made, (std::vector{1}));
  EXPECT_EQ(turn(), (std::vector{1}));
  EXPECT_EQ(turn(), (std::vector{1}));
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, who_comes_first_is_served_first) {
  begin(1, 3, per_turn);
  begin(2, 2, per_turn);
  // Cheap enough for what is left of a turn, but others were there before.
  begin(3, 1, 1);
  EXPECT_EQ(turn(), (std::vector{1}));
  EXPECT_EQ(turn(), (std::vector{2}));
  EXPECT_EQ(turn(), (std::vector{3}));
  EXPECT_EQ(turn(), (std::vector{1}));
  EXPECT_EQ(turn(), (std::vector{2}));
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, a_turn_wakes_no_more_than_have_their_turn) {
  begin(0, 1, per_turn);
  for (int who = 1; who <= 5; ++who) begin(who, 1, per_turn / 2);
  EXPECT_EQ(turn(), (std::vector{1, 2}));
  EXPECT_EQ(turn(), (std::vector{3, 4}));
  EXPECT_EQ(turn(), (std::vector{5}));
  EXPECT_EQ(turns.due(), 0u);
}

}  // namespace
}  // namespace godwit::iterator
