// Where the walk meets the world: clock, entropy, timers and the network, as interfaces. The daemon
// implements the real ones, the simulator the virtual ones. Each belongs to one worker and is used
// on its thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "cache/time.h"
#include "iterator/response_match.h"
#include "iterator/task.h"
#include "wire/ip_address.h"

namespace godwit::iterator {

using cache::Duration;
using cache::Time;

class Clock {
 public:
  virtual ~Clock() = default;
  // Monotonic. It may stand still between two calls of look_again().
  [[nodiscard]] virtual Time now() const noexcept = 0;
  // The next now() tells the time anew: at the beginning of whatever happens, and before a time is
  // measured.
  virtual void look_again() const noexcept {}
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall()
      const noexcept = 0;  // for signatures and logs
};

// The wall clock in seconds since 1970.
[[nodiscard]] inline std::int64_t wall_seconds(const Clock& clock) noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

// Unpredictable octets, from a CSPRNG in the daemon, from a seed in the simulator.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(wire::MutableBytes out) noexcept = 0;
  [[nodiscard]] std::uint16_t u16() noexcept;
  [[nodiscard]] std::uint64_t u64() noexcept;
  // Uniform in [0, bound); 0 for bound 0.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) noexcept;
};

// Calls back once at a time, on the worker's thread. Cost: O(log n) to set and to cancel.
class Timers {
 public:
  using Token = std::uint64_t;  // never 0
  virtual ~Timers() = default;
  virtual Token at(Time when, std::function<void()> call) = 0;
  virtual void cancel(Token token) noexcept = 0;  // a fired or unknown token is fine
};

// Work that another thread hands to a worker.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  // Has `call` made on the worker's thread, soon and not inside this call. From any thread.
  virtual void post(std::function<void()> call) = 0;
};

enum class Transport : std::uint8_t { udp, tcp };

// One query to one server. The octets are complete, id and case included; the implementation
// chooses the source port.
struct UpstreamRequest {
  UpstreamRequest() = default;
  wire::Endpoint server;
  Transport transport = Transport::udp;
  std::vector<std::uint8_t> message;
  ExpectedResponse expected;  // what an answer must match; all else is ignored, and the first near
                              // miss ends a UDP wait
  Time deadline{};
};

enum class ExchangeOutcome : std::uint8_t {
  answered,  // `response` matched
  timed_out,
  unreachable,  // the system says so (no route, port closed, connection refused or lost)
  near_miss,    // UDP: a datagram came for this query that does not match it; ask over TCP
  cancelled,    // shutdown
};

struct Exchange {
  Exchange() = default;
  explicit Exchange(ExchangeOutcome o) : outcome(o) {}
  ExchangeOutcome outcome = ExchangeOutcome::timed_out;
  std::vector<std::uint8_t> response;
  Duration elapsed{};  // send to response; for TCP, connecting included
};

// Sends one query and waits for the matching response. Never throws for anything the network does.
class Upstream {
 public:
  virtual ~Upstream() = default;
  [[nodiscard]] virtual Task<Exchange> exchange(UpstreamRequest request) = 0;
};

}  // namespace godwit::iterator
