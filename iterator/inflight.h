// One piece of work for all who need it, across workers: the first to enter a key leads, the others
// wait for what it finds (RFC 5452 §5: never two identical questions outstanding). Any thread; a
// waiter is woken on its own worker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "cache/cache_key.h"
#include "iterator/seams.h"
#include "iterator/task.h"
#include "wire/name.h"

namespace godwit::iterator {

// What nobody else may do meanwhile: a question, in any letter case. Its hash is made once.
struct FlightKey {
  FlightKey(const cache::KeyedHash& keyed, const wire::Name& n, wire::RrType t,
            bool is_unchecked = false) noexcept
      : name(n), type(t), unchecked(is_unchecked), hash(keyed(n, t)) {}
  wire::Name name;
  wire::RrType type;
  bool unchecked;  // for whoever judges for himself
  std::uint64_t hash;
  [[nodiscard]] bool operator==(const FlightKey& other) const noexcept {
    return hash == other.hash && type == other.type && unchecked == other.unchecked &&
           name == other.name;
  }
};

// Of flights that everybody who enters their key wants the same of.
struct NothingElse {
  bool operator==(const NothingElse&) const noexcept = default;
};

// `Wanted`: what the leader does it for. Whoever wants something else waits all the same, but the
// value is not for him.
template <class Value, class Wanted = NothingElse>
class InFlight {
 public:
  using ValuePtr = std::shared_ptr<const Value>;
  class Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  // Leads when the key is free; else the flight to wait for.
  struct Entered {
    FlightPtr flight;
    bool leads = false;
    bool wants_the_same = true;
  };
  [[nodiscard]] Entered enter(const FlightKey& key, const Wanted& wanted = {});

  // Waits for the leader, no longer than `deadline`. Null: the leader gave nothing, or time ran
  // out.
  [[nodiscard]] Task<ValuePtr> wait(FlightPtr flight, Mailbox& mailbox, Timers& timers,
                                    Time deadline);

  // The leader's last word: frees the key and wakes everybody. Called once; a second call does
  // nothing.
  void finish(const FlightPtr& flight, ValuePtr value);

  [[nodiscard]] std::size_t size() const;

 private:
  // The keys are keyed hashes already, so that nobody outside can make them meet.
  using Flights = std::unordered_multimap<std::uint64_t, FlightPtr, std::identity>;

  template <class Accept>
  [[nodiscard]] typename Flights::iterator find(std::uint64_t hash, Accept accept) {
    auto [at, end] = flights_.equal_range(hash);
    while (at != end && !accept(*at->second)) ++at;
    return at == end ? flights_.end() : at;
  }

  mutable std::mutex mutex_;  // also of what changes in a flight
  Flights flights_;
};

// Finishes the flight with nothing when the leader leaves without a word (an exception, shutdown).
template <class Table>
class FlightGuard {
 public:
  FlightGuard(Table& table, typename Table::FlightPtr flight)
      : table_(table), flight_(std::move(flight)) {}
  FlightGuard(const FlightGuard&) = delete;
  FlightGuard& operator=(const FlightGuard&) = delete;
  ~FlightGuard() {
    if (flight_) table_.finish(flight_, nullptr);
  }
  void finish(typename Table::ValuePtr value) {
    table_.finish(std::exchange(flight_, nullptr), std::move(value));
  }

 private:
  Table& table_;
  typename Table::FlightPtr flight_;
};

// -------------------------------------------------------------------------------------------------

template <class Value, class Wanted>
class InFlight<Value, Wanted>::Flight {
 public:
  Flight(const FlightKey& key, const Wanted& wanted) : key_(key), wanted_(wanted) {}

 private:
  friend class InFlight<Value, Wanted>;
  // One waiting coroutine. `resume` is called on the thread of `mailbox` only, by whichever comes
  // first: result or deadline.
  struct Waiter {
    Waiter(Mailbox& m, Timers& t, Resume<ValuePtr> r)
        : mailbox(m), timers(t), resume(std::move(r)) {}
    Mailbox& mailbox;
    Timers& timers;
    Resume<ValuePtr> resume;
    Timers::Token timer = 0;
    bool woken = false;
    void wake(ValuePtr value) {
      if (woken) return;
      woken = true;
      timers.cancel(timer);
      resume(std::move(value));
    }
  };
  const FlightKey key_;
  const Wanted wanted_;
  bool finished_ = false;
  ValuePtr value_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

template <class Value, class Wanted>
typename InFlight<Value, Wanted>::Entered InFlight<Value, Wanted>::enter(const FlightKey& key,
                                                                         const Wanted& wanted) {
  const std::lock_guard lock(mutex_);
  const auto found = find(key.hash, [&key](const Flight& other) { return other.key_ == key; });
  if (found != flights_.end()) return {found->second, false, found->second->wanted_ == wanted};
  auto flight = std::make_shared<Flight>(key, wanted);
  flights_.emplace(key.hash, flight);
  return {std::move(flight), true, true};
}

template <class Value, class Wanted>
Task<typename InFlight<Value, Wanted>::ValuePtr> InFlight<Value, Wanted>::wait(FlightPtr flight,
                                                                               Mailbox& mailbox,
                                                                               Timers& timers,
                                                                               Time deadline) {
  return suspend<ValuePtr>(
      [this, flight = std::move(flight), &mailbox, &timers, deadline](Resume<ValuePtr> resume) {
        auto waiter = std::make_shared<typename Flight::Waiter>(mailbox, timers, std::move(resume));
        {
          const std::lock_guard lock(mutex_);
          if (!flight->finished_) {
            flight->waiters_.push_back(waiter);
            waiter->timer = timers.at(deadline, [waiter] { waiter->wake(nullptr); });
            return;
          }
        }
        waiter->wake(flight->value_);
      });
}

template <class Value, class Wanted>
void InFlight<Value, Wanted>::finish(const FlightPtr& flight, ValuePtr value) {
  std::vector<std::shared_ptr<typename Flight::Waiter>> waiters;
  {
    const std::lock_guard lock(mutex_);
    if (flight->finished_) return;
    flight->finished_ = true;
    flight->value_ = value;
    waiters.swap(flight->waiters_);
    const auto found =
        find(flight->key_.hash, [&flight](const Flight& other) { return &other == flight.get(); });
    if (found != flights_.end()) flights_.erase(found);
  }
  for (auto& waiter : waiters) waiter->mailbox.post([waiter, value] { waiter->wake(value); });
}

template <class Value, class Wanted>
std::size_t InFlight<Value, Wanted>::size() const {
  const std::lock_guard lock(mutex_);
  return flights_.size();
}

}  // namespace godwit::iterator
