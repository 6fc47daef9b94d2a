// UDP sockets for one exchange each: connected to the server, from a port of our own choice that no
// exchange before it had any say in. On the worker's thread.
//
// Where the drawn port lies in the range that the kernel chooses from
// (net.ipv4.ip_local_port_range) a socket is used again: connect(AF_UNSPEC) takes its port away,
// IP_LOCAL_PORT_RANGE narrows the kernel's choice to the port that was drawn, connect binds it.
// That spares making and destroying a socket, some 7 of 17 us. All other ports get a new socket and
// bind(2).
#pragma once

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
  // A socket in use. The set's event handler for it is `handler`, while there is one.
  struct Lease final : EventHandler {
    Fd fd;
    int family = 0;
    bool reusable = false;
    bool registered = false;
    EventHandler* handler = nullptr;
    void on_events(std::uint32_t events) override {
      if (handler != nullptr) handler->on_events(events);
    }
  };

  UpstreamSockets(EventLoop& loop, iterator::Entropy& entropy, PortRange kernel_range);
  ~UpstreamSockets();

  struct Opened {
    Lease* lease = nullptr;
    OpenFault fault = OpenFault::none;
    unsigned retries = 0;  // ports that were taken
  };
  // A socket connected to `server`, whose events go to `handler`. Cost: 5 to 7 system calls.
  [[nodiscard]] Opened open(const wire::Endpoint& server, EventHandler& handler);
  void close(Lease* lease) noexcept;

  // Whether a server that turns out to be this host itself is refused: when the daemon listens on
  // every address, any of them leads back to it.
  void refuse_own_addresses(bool refuse) noexcept { refuse_own_ = refuse; }

 private:
  static constexpr unsigned port_draws_max = 100;
  static constexpr std::size_t idle_max = 1024;
  static constexpr std::uint64_t reuses_per_check = 64;  // of the port that the kernel gave
  [[nodiscard]] Lease* take(int family, bool reusable);
  [[nodiscard]] bool make_socket(Lease& lease, int family);
  [[nodiscard]] int connect_from(Lease& lease, std::uint16_t port, const SocketAddress& server);
  [[nodiscard]] bool keeps_port(const Lease& lease, std::uint16_t port);
  [[nodiscard]] bool leads_to_self(const Lease& lease, const wire::Endpoint& server) const;
  void free(Lease* lease) noexcept;
  EventLoop& loop_;
  iterator::Entropy& entropy_;
  PortRange kernel_range_;
  bool reuse_ = true;
  std::uint64_t reuses_ = 0;
  bool refuse_own_ = false;
  std::vector<Lease*> idle_v4_, idle_v6_;  // with a socket, without a port
  std::vector<Lease*> bare_;               // without a socket
  std::vector<std::unique_ptr<Lease>> all_;
};

// net.ipv4.ip_local_port_range; where it cannot be read, as under ProcSubset=pid, what Linux has it
// be by itself. A wrong one costs the reuse of sockets and nothing else.
[[nodiscard]] PortRange kernel_port_range(
    const char* path = "/proc/sys/net/ipv4/ip_local_port_range");

}  // namespace godwit::daemon
