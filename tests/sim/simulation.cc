#include "tests/sim/simulation.h"

namespace godwit::sim {
namespace {
// Far from zero, so that arithmetic on "long ago" stays in range, and not a whole second.
constexpr Time first_moment{seconds(1'000'000)};
}  // namespace

Simulation::Simulation(std::chrono::system_clock::time_point wall_at_start)
    : wall_at_start_(wall_at_start), now_(first_moment) {}

std::chrono::system_clock::time_point Simulation::wall() const noexcept {
  return wall_at_start_ +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - first_moment);
}

Simulation::Token Simulation::add(Time when, std::function<void()> call, bool is_timer) {
  const Token token = ++last_token_;
  events_.emplace(token, Event{std::move(call), is_timer});
  order_.push({when < now_ ? now_ : when, token});
  if (is_timer) ++timers_alive_;
  return token;
}

Simulation::Token Simulation::at(Time when, std::function<void()> call) {
  return add(when, std::move(call), true);
}

Simulation::Token Simulation::happen_at(Time when, std::function<void()> call) {
  return add(when, std::move(call), false);
}

void Simulation::cancel(Token token) noexcept {
  const auto found = events_.find(token);
  if (found == events_.end()) return;
  if (found->second.is_timer) --timers_alive_;
  // The call may hold what cancels it: out of the table first, destroyed after.
  const std::function<void()> dropped = std::move(found->second.call);
  events_.erase(found);
}

const Simulation::Key* Simulation::earliest() {
  while (!order_.empty() && !events_.contains(order_.top().token)) order_.pop();
  return order_.empty() ? nullptr : &order_.top();
}

void Simulation::fire_earliest() {
  const Key key = order_.top();
  order_.pop();
  const auto found = events_.find(key.token);
  const std::function<void()> call = std::move(found->second.call);
  if (found->second.is_timer) --timers_alive_;
  events_.erase(found);
  now_ = key.when;
  call();
  settle();
}

void Simulation::settle() {
  while (!posted_.empty()) {
    const std::function<void()> call = std::move(posted_.front());
    posted_.pop_front();
    call();
  }
}

bool Simulation::step() {
  settle();
  if (earliest() == nullptr) return false;
  fire_earliest();
  return true;
}

bool Simulation::run(Time latest) {
  return !run_until([] { return false; }, latest) && earliest() == nullptr;
}

bool Simulation::run_until(const std::function<bool()>& done, Time latest) {
  settle();
  while (!done()) {
    const Key* next = earliest();
    if (next == nullptr || next->when > latest) return false;
    fire_earliest();
  }
  return true;
}

void Simulation::pass(Duration duration) {
  const Time end = now_ + duration;
  run(end);
  now_ = end;
  settle();
}

void SeededEntropy::fill(wire::MutableBytes out) noexcept {
  for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(random_.next());
}

}  // namespace godwit::sim
