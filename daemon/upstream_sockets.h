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
#include "daemon/open_ports.h"
#include "daemon/socket_address.h"
#include "daemon/source_port.h"

namespace godwit::daemon {

enum class OpenFault : std::uint8_t {
  none,
  unreachable,   // no route, or the address is one of this host and may not be asked
  no_resources,  // descriptors, memory, or no free port in many draws
};

// What a port costs is its socket: to make, bind, register and close it takes as long as the rest
// of the exchange. Where the drawn port is one that the kernel lends (open_ports.h), a socket that
// has given back another one is used: it is as if it were new.
class UpstreamSockets {
 public:
  static constexpr std::size_t uses_max = 4;  // of one port
  // A port is given back when it is so old, and when nothing was asked through it for so long (or
  // half as long again: idle ones are looked at twice in that time).
  static constexpr std::chrono::milliseconds lifetime{1'000};
  static constexpr std::chrono::milliseconds idle_time{200};
  // After a burst thousands are idle at once: to close them takes the system some 3 us each, which
  // a client must not wait for. So many in a turn, and a turn at least so often.
  static constexpr std::size_t sweep_sockets_max = 4;
  static constexpr std::chrono::milliseconds sweep_pause{1};
  static constexpr std::size_t idle_max = 4096;  // sockets; then the longest idle one goes
  // The same for one of several workers: of the process's descriptors, and of the ports, idle
  // sockets have a quarter.
  [[nodiscard]] static std::size_t idle_max_of(std::size_t workers,
                                               std::size_t descriptors) noexcept;
  static constexpr std::size_t spare_max = 1024;  // sockets without a port, of each family

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
    PortClaim port_;  // none: spare
    bool lent_ = false;
    bool v6_ = false;
    wire::Endpoint server_;
    EventHandler* handler_ = nullptr;
    std::size_t uses_ = 0;
    std::array<std::uint16_t, uses_max> ids_{};
    iterator::Time opened_{}, idle_since_{};
    // While idle: the others in the bucket of its server, and all by the time they have been idle.
    Lease *next_in_bucket_ = nullptr, *previous_in_bucket_ = nullptr;
    Lease *older_ = nullptr, *newer_ = nullptr;
  };

  struct Surroundings {
    EventLoop& loop;
    iterator::Clock& clock;
    iterator::Entropy& entropy;
    iterator::Timers& timers;
    std::size_t idle_max = UpstreamSockets::idle_max;
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
  // A socket connected to `server`, whose events go to `handler`. Cost: none to 7 system calls.
  [[nodiscard]] Opened open(const wire::Endpoint& server, EventHandler& handler);
  // As open(), from a new port.
  [[nodiscard]] Opened open_new(const wire::Endpoint& server, EventHandler& handler);
  // After the response: keeps the socket for the next query to its server, if it has uses left.
  void give_back(Lease* lease) noexcept;
  // After all else, when a response may still be under way: it meets a closed port.
  void close(Lease* lease) noexcept;

  // At the end of each turn: goes on closing what is due.
  void end_turn() noexcept;

  // Whether a server that turns out to be this host itself is refused: when the daemon listens on
  // every address, any of them leads back to it.
  void refuse_own_addresses(bool refuse) noexcept;
  // As on a kernel that lends no ports: each has a socket of its own.
  void borrow_no_ports() noexcept { lent_ports_.give_up(); }
  [[nodiscard]] std::size_t idle() const noexcept { return idle_count_; }
  [[nodiscard]] std::size_t spare() const noexcept { return spare_[0].size() + spare_[1].size(); }

 private:
  static constexpr unsigned port_draws_max = 100;
  static constexpr std::size_t bucket_count = 1024;
  [[nodiscard]] std::size_t bucket_of(const wire::Endpoint& server) const noexcept;
  [[nodiscard]] Lease* take_idle(const wire::Endpoint& server) noexcept;
  void unlink(Lease& lease) noexcept;
  std::size_t close_idle(iterator::Time idle_since_before, std::size_t count_max) noexcept;
  void sweep();
  void sweep_some(iterator::Time now) noexcept;
  void plan_next_sweep(iterator::Time now) noexcept;
  // A lease with a socket, or the error of the system.
  struct Made {
    Lease* lease = nullptr;
    int error = 0;
  };
  [[nodiscard]] Made make(PortClaim port, const wire::Endpoint& server);
  [[nodiscard]] Made borrow(PortClaim& port, const wire::Endpoint& server, bool& refused);
  [[nodiscard]] Made take_spare(bool v6);
  [[nodiscard]] Lease& bare_lease();
  [[nodiscard]] Made new_socket(bool v6);
  [[nodiscard]] bool may_be_self(const wire::Endpoint& server) const noexcept;
  void keep_as_spare(Lease& lease) noexcept;
  void shut(Lease& lease) noexcept;
  std::size_t shut_spare(bool v6, std::size_t count_max) noexcept;
  [[nodiscard]] bool plan_sweep(iterator::Time when) noexcept;
  Surroundings around_;
  std::uint64_t bucket_salt_;
  bool refuse_own_ = false;
  std::vector<Lease*> buckets_;
  Lease *oldest_idle_ = nullptr, *newest_idle_ = nullptr;
  std::size_t idle_count_ = 0;
  iterator::Timers::Token sweep_ = 0;
  bool sweeps_on_ = false;  // more are due than could be closed in one turn
  LentPorts lent_ports_;
  std::array<std::vector<Lease*>, 2> spare_;      // by family, disconnected
  std::array<std::size_t, 2> spare_all_along_{};  // not used since the last sweep
  std::vector<Lease*> bare_;                      // without a socket
  std::vector<std::unique_ptr<Lease>> all_;
};

}  // namespace godwit::daemon
