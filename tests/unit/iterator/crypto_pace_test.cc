#include "iterator/crypto_pace.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

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
  struct Check final : PacedCheck {
    Check(std::vector<std::string>& of, std::string name, int count, std::uint32_t cost)
        : log(of), who(std::move(name)), left(count), price(cost) {}
    [[nodiscard]] std::uint32_t nominal_microseconds() const override { return price; }
    bool make() override {
      log.push_back(who + " made");
      return --left > 0;
    }
    std::vector<std::string>& log;
    std::string who;
    int left;
    std::uint32_t price;
  };

  // Somebody who has so many checks made at that price, one after the other, and goes on.
  Task<void> checks(std::string who, int count, std::uint32_t price) {
    Check check(log, who, count, price);
    bool has_more = true;
    while (has_more) {
      const bool left = co_await pace.make_in_turn(check, turns, now);
      has_more = left;
      log.push_back(who + " goes on");
    }
  }
  void begin(std::string who, int count, std::uint32_t price) {
    spawn(checks(std::move(who), count, price), [](const std::exception_ptr&) {});
  }
  // Who had a check made.
  std::string turn() {
    log.clear();
    turns.turn();
    std::string made;
    for (const std::string& line : log)
      if (line.ends_with(" made")) made += line.substr(0, line.size() - 5);
    return made;
  }

  Turns turns;
  CryptoPace pace;
  Time now{};
  std::vector<std::string> log;
};

TEST_F(CryptoPaceTest, a_check_waits_for_the_next_turn) {
  begin("a", 1, 1);
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(turns.due(), 1u);
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, all_checks_of_a_turn_are_made_before_anybody_goes_on) {
  begin("a", 1, per_turn / 2);
  begin("b", 1, per_turn / 2);
  turns.turn();
  EXPECT_EQ(log, (std::vector<std::string>{"a made", "b made", "a goes on", "b goes on"}));
}

TEST_F(CryptoPaceTest, what_is_one_more_than_fits_into_a_turn_waits_for_another) {
  begin("a", 1, per_turn / 2);
  begin("b", 1, per_turn / 2 + 1);
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "b");
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, what_costs_more_than_a_turn_is_made_by_itself) {
  begin("a", 2, 2 * per_turn);
  begin("b", 1, 1);
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "b") << "a is behind b by now";
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, who_comes_first_is_served_first) {
  begin("a", 3, per_turn);
  begin("b", 2, per_turn);
  // Cheap enough for what is left of a turn, but others were there before.
  begin("c", 1, 1);
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "b");
  EXPECT_EQ(turn(), "c");
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "b");
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turns.due(), 0u);
}

TEST_F(CryptoPaceTest, who_goes_on_can_come_back_at_once) {
  begin("a", 3, 1);
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turn(), "a");
  EXPECT_EQ(turns.due(), 0u);
}

}  // namespace
}  // namespace godwit::iterator
