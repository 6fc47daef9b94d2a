// UDP sockets for one exchange at a time, connected to the server that is asked, from a port drawn
// for that server alone. On the worker's thread.
//
// A socket that has brought a response may be used again for the same server, four times in all and
// for about a second: three of four exchanges with a busy server then cost no system calls but send
// and receive. It never goes on to another server, so that nobody learns from queries to himself
// where answers of others are expected: to all but that server and those on the way to it, each
// port is one of 64,508, alike for all workers, and the id is new with every query (RFC 5452 §9.2).
// The numbers are in docs/decisions ("Ports are drawn for a server").
#pragma once

#include <memory>
#include <vector>

#include "daemon/event_loop.h"
#include "daemon/fd.h"
#include "daemon/socket_address.h"
#include "daemon/source_port.h"

namespace godwit::daemon {

enum class OpenFault : std::uint8_t {
  none,
  unreachable,   // no route, or the address is one of this host and may not be asked
  no_resources,  // descriptors, memory, or no free port in many draws
};

class UpstreamSockets {
 public:
  static constexpr std::size_t uses_max = 4;  // of one port
  // A port is given back when it is so old, and when nothing was asked through it for so long (or
  // half as long again: idle ones are looked at twice in that time).
  static constexpr std::chrono::milliseconds lifetime{1'000};
  static constexpr std::chrono::milliseconds idle_time{200};
  static constexpr std::size_t idle_max = 1024;  // sockets

  // A socket in use. The set's event handler for it is `handler`, while there is one.
  class Lease final : public EventHandler {
   public:
    explicit Lease(UpstreamSockets& owner) : owner_(owner) {}
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    // Whether a query before the present one went out with that id: its response, come twice, is
    // no attempt to guess the present one's.
    [[nodiscard]] bool had_id(std::uint16_t id) const noexcept;
    void note_id(std::uint16_t id) noexcept { ids_[uses_ - 1] = id; }
    [[nodiscard]] std::size_t uses() const noexcept { return uses_; }
    void on_events(std::uint32_t events) override;

   private:
    friend class UpstreamSockets;
    UpstreamSockets& owner_;
    Fd fd_;
    wire::Endpoint server_;
    EventHandler* handler_ = nullptr;
    std::size_t uses_ = 0;
    std::array<std::uint16_t, uses_max> ids_{};
    iterator::Time opened_{}, idle_since_{};
    // While idle: the others in the bucket of its server, and all by the time they have been idle.
    Lease* next_in_bucket_ = nullptr;
    Lease *older_ = nullptr, *newer_ = nullptr;
  };

  struct Surroundings {
    EventLoop& loop;
    iterator::Clock& clock;
    iterator::Entropy& entropy;
    iterator::Timers& timers;
  };
  explicit UpstreamSockets(const Surroundings& around);
  ~UpstreamSockets();
  UpstreamSockets(const UpstreamSockets&) = delete;
  UpstreamSockets& operator=(const UpstreamSockets&) = delete;

  struct Opened {
    Lease* lease = nullptr;
    OpenFault fault = OpenFault::none;
    unsigned retries = 0;  // ports that were taken
  };
  // A socket connected to `server`, whose events go to `handler`. Cost: none to 5 system calls.
  [[nodiscard]] Opened open(const wire::Endpoint& server, EventHandler& handler);
  // As open(), from a new port.
  [[nodiscard]] Opened open_new(const wire::Endpoint& server, EventHandler& handler);
  // After the response: keeps the socket for the next query to its server, if it has uses left.
  void give_back(Lease* lease) noexcept;
  // After all else, when a response may still be under way: it meets a closed port.
  void close(Lease* lease) noexcept;

  // Whether a server that turns out to be this host itself is refused: when the daemon listens on
  // every address, any of them leads back to it.
  void refuse_own_addresses(bool refuse) noexcept;
  [[nodiscard]] std::size_t idle() const noexcept { return idle_count_; }

 private:
  static constexpr unsigned port_draws_max = 100;
  static constexpr std::size_t bucket_count = 1024;
  [[nodiscard]] std::size_t bucket_of(const wire::Endpoint& server) const noexcept;
  [[nodiscard]] Lease* take_idle(const wire::Endpoint& server) noexcept;
  void unlink(Lease& lease) noexcept;
  void close_idle(iterator::Time idle_since_before) noexcept;
  void sweep();
  [[nodiscard]] Lease& bare_lease();
  [[nodiscard]] int make_socket(Lease& lease, const SocketAddress& server);
  [[nodiscard]] bool leads_to_self(const Lease& lease, const wire::Endpoint& server) const;
  Surroundings around_;
  std::uint64_t bucket_salt_;
  bool refuse_own_ = false;
  std::vector<Lease*> buckets_;
  Lease *oldest_idle_ = nullptr, *newest_idle_ = nullptr;
  std::size_t idle_count_ = 0;
  iterator::Timers::Token sweep_ = 0;
  std::vector<Lease*> bare_;  // without a socket
  std::vector<std::unique_ptr<Lease>> all_;
};

}  // namespace godwit::daemon
