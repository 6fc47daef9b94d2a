// One piece of work for all who need it, across workers: the first to enter a key leads, the others
// wait for what it finds (RFC 5452 §5: never two identical questions outstanding). Any thread; a
// waiter is woken on its own worker.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache/cache_key.h"
#include "iterator/seams.h"
#include "iterator/task.h"
#include "wire/name.h"

namespace godwit::iterator {

// The octets of a name, in lower case, and room for so many more behind them: a key begins so.
[[nodiscard]] inline std::string lower_octets(const wire::Name& name, std::size_t more) {
  const wire::Name lower = name.to_lower();
  std::string octets;
  octets.reserve(lower.size() + more);
  octets.assign(lower.wire().begin(), lower.wire().end());
  return octets;
}
// Of a question.
[[nodiscard]] inline std::string question_octets(const wire::Name& name, wire::RrType type) {
  std::string octets = lower_octets(name, 2);
  octets.push_back(static_cast<char>(static_cast<std::uint16_t>(type) >> 8));
  octets.push_back(static_cast<char>(type));
  return octets;
}

template <class Value>
class InFlight {
 public:
  using ValuePtr = std::shared_ptr<const Value>;
  class Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  // Keys come from the network, so that their hash is keyed.
  explicit InFlight(const cache::KeyedHash& hash) : flights_(0, KeyHash{hash}) {}

  // Leads when the key is free; else the flight to wait for. Both are the exact octets given: the
  // key is what nobody else may do meanwhile, `wanted` what its leader does it for. Whoever wants
  // something else waits all the same, but the value is not for him.
  struct Entered {
    FlightPtr flight;
    bool leads = false;
    bool wants_the_same = true;
  };
  [[nodiscard]] Entered enter(std::string key, std::string wanted = {});

  // Waits for the leader, no longer than `deadline`. Null: the leader gave nothing, or time ran
  // out.
  [[nodiscard]] static Task<ValuePtr> wait(FlightPtr flight, Mailbox& mailbox, Timers& timers,
                                           Time deadline);

  // The leader's last word: frees the key and wakes everybody. Called once; a second call does
  // nothing.
  void finish(const FlightPtr& flight, ValuePtr value);

  [[nodiscard]] std::size_t size() const;

 private:
  struct KeyHash {
    cache::KeyedHash hash;
    std::size_t operator()(std::string_view key) const noexcept {
      return hash.bytes({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
    }
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string_view, FlightPtr, KeyHash> flights_;  // keys are the flights' own
};

// Finishes the flight with nothing when the leader leaves without a word (an exception, shutdown).
template <class Value>
class FlightGuard {
 public:
  FlightGuard(InFlight<Value>& table, typename InFlight<Value>::FlightPtr flight)
      : table_(table), flight_(std::move(flight)) {}
  FlightGuard(const FlightGuard&) = delete;
  FlightGuard& operator=(const FlightGuard&) = delete;
  ~FlightGuard() { table_.finish(flight_, nullptr); }
  void finish(typename InFlight<Value>::ValuePtr value) {
    table_.finish(flight_, std::move(value));
  }

 private:
  InFlight<Value>& table_;
  typename InFlight<Value>::FlightPtr flight_;
};

// -------------------------------------------------------------------------------------------------

template <class Value>
class InFlight<Value>::Flight {
 public:
  Flight(std::string key, std::string wanted) : key_(std::move(key)), wanted_(std::move(wanted)) {}

 private:
  friend class InFlight<Value>;
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
  const std::string key_;
  const std::string wanted_;
  std::mutex mutex_;
  bool finished_ = false;
  ValuePtr value_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

template <class Value>
typename InFlight<Value>::Entered InFlight<Value>::enter(std::string key, std::string wanted) {
  const std::lock_guard lock(mutex_);
  const auto found = flights_.find(key);
  if (found != flights_.end()) return {found->second, false, found->second->wanted_ == wanted};
  auto flight = std::make_shared<Flight>(std::move(key), std::move(wanted));
  flights_.emplace(flight->key_, flight);
  return {std::move(flight), true, true};
}

template <class Value>
Task<typename InFlight<Value>::ValuePtr> InFlight<Value>::wait(FlightPtr flight, Mailbox& mailbox,
                                                               Timers& timers, Time deadline) {
  return suspend<ValuePtr>(
      [flight = std::move(flight), &mailbox, &timers, deadline](Resume<ValuePtr> resume) {
        auto waiter = std::make_shared<typename Flight::Waiter>(mailbox, timers, std::move(resume));
        {
          const std::lock_guard lock(flight->mutex_);
          if (!flight->finished_) {
            flight->waiters_.push_back(waiter);
            waiter->timer = timers.at(deadline, [waiter] { waiter->wake(nullptr); });
            return;
          }
        }
        waiter->wake(flight->value_);
      });
}

template <class Value>
void InFlight<Value>::finish(const FlightPtr& flight, ValuePtr value) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = flights_.find(flight->key_);
    if (found != flights_.end() && found->second == flight) flights_.erase(found);
  }
  std::vector<std::shared_ptr<typename Flight::Waiter>> waiters;
  {
    const std::lock_guard lock(flight->mutex_);
    if (flight->finished_) return;
    flight->finished_ = true;
    flight->value_ = value;
    waiters.swap(flight->waiters_);
  }
  for (auto& waiter : waiters) waiter->mailbox.post([waiter, value] { waiter->wake(value); });
}

template <class Value>
std::size_t InFlight<Value>::size() const {
  const std::lock_guard lock(mutex_);
  return flights_.size();
}

}  // namespace godwit::iterator
