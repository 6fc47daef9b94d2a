// Virtual time: a clock, timers and the loop that goes from event to event without ever waiting.
// Events are keyed (time, sequence), so that equal times keep the order in which they were set. One
// thread.
#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <unordered_map>

#include "iterator/seams.h"
#include "tests/sim/random.h"

namespace godwit::sim {

using cache::Duration;
using cache::Time;
using std::chrono::milliseconds;
using std::chrono::seconds;

// 2027-01-15: within the time for which test data are signed.
inline constexpr std::chrono::system_clock::time_point wall_of_tests{seconds(1'800'000'000)};

class Simulation final : public iterator::Clock, public iterator::Timers, public iterator::Mailbox {
 public:
  explicit Simulation(std::chrono::system_clock::time_point wall_at_start = wall_of_tests);

  [[nodiscard]] Time now() const noexcept override { return now_; }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const noexcept override;

  // Timers of the code under test; timers_alive() counts them.
  Token at(Time when, std::function<void()> call) override;
  void cancel(Token token) noexcept override;
  void post(std::function<void()> call) override { posted_.push_back(std::move(call)); }
  // An event of the world around it.
  Token happen_at(Time when, std::function<void()> call);

  // Runs what is ready, jumps to the earliest event and runs that. False when nothing is left.
  bool step();
  // Until nothing is left to happen, or the clock would pass `latest`. Returns whether nothing is.
  bool run(Time latest);
  // Until `done()`, looked at after every event. Returns whether it came true by `latest`.
  bool run_until(const std::function<bool()>& done, Time latest);
  // Exactly so much time, with all that happens in it.
  void pass(Duration duration);
  // What is ready now, without moving the clock.
  void settle();

  [[nodiscard]] std::size_t timers_alive() const noexcept { return timers_alive_; }

 private:
  struct Key {
    Time when;
    Token token;
    bool operator>(const Key& other) const noexcept {
      return when != other.when ? when > other.when : token > other.token;
    }
  };
  struct Event {
    std::function<void()> call;
    bool is_timer;
  };
  Token add(Time when, std::function<void()> call, bool is_timer);
  const Key* earliest();
  void fire_earliest();

  std::deque<std::function<void()>> posted_;
  std::chrono::system_clock::time_point wall_at_start_;
  Time now_{};
  Token last_token_ = 0;
  std::size_t timers_alive_ = 0;
  std::priority_queue<Key, std::vector<Key>, std::greater<>> order_;
  std::unordered_map<Token, Event> events_;
};

// Entropy from a seed.
class SeededEntropy final : public iterator::Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) noexcept : random_(seed) {}
  void fill(wire::MutableBytes out) noexcept override;

 private:
  Random random_;
};

}  // namespace godwit::sim
