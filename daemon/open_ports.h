// What is known of source ports: which ones this process has open, and which ones the kernel lends.
// A port that is lent is taken by connect() and given back by disconnecting, so that its socket
// serves again with the next port; one that bind() took is given back by closing alone.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstdint>
#include <utility>

namespace godwit::daemon {

// One port of the host, from before it is bound until after it is given back. The claims are those
// of the whole process: whoever draws a port that another worker has draws again, and is spared the
// kernel's search, which takes 0.8 ms to find that a port to be lent is taken. Any thread.
class PortClaim {
 public:
  PortClaim() noexcept = default;
  // Empty when this process has the port.
  [[nodiscard]] static PortClaim make(std::uint16_t port) noexcept {
    const auto before = word(port).fetch_or(bit(port), std::memory_order_relaxed);
    return (before & bit(port)) == 0 ? PortClaim(port) : PortClaim();
  }
  PortClaim(PortClaim&& other) noexcept : port_(std::exchange(other.port_, 0)) {}
  PortClaim& operator=(PortClaim&& other) noexcept {
    if (this != &other) {
      reset();
      port_ = std::exchange(other.port_, 0);
    }
    return *this;
  }
  ~PortClaim() { reset(); }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }  // 0: none
  void reset() noexcept {
    if (port_ != 0) word(port_).fetch_and(~bit(port_), std::memory_order_relaxed);
    port_ = 0;
  }

 private:
  explicit PortClaim(std::uint16_t port) noexcept : port_(port) {}
  using Word = std::uint64_t;
  [[nodiscard]] static std::atomic<Word>& word(std::uint16_t port) noexcept {
    static constinit std::array<std::atomic<Word>, 65536 / 64> words{};
    return words[port / 64];
  }
  [[nodiscard]] static Word bit(std::uint16_t port) noexcept { return Word{1} << port % 64; }
  std::uint16_t port_ = 0;
};

// Which ports the kernel lends (IP_LOCAL_PORT_RANGE with a range of one, Linux 6.3): those of
// net.ipv4.ip_local_port_range, which is learnt from what it gives, since the file may be hidden
// and changed. One thread.
class LentPorts {
 public:
  [[nodiscard]] bool may_have(std::uint16_t port) const noexcept {
    return port >= min_ && port <= max_ && !never_[port];
  }
  // The kernel knows no such thing.
  void give_up() noexcept { max_ = 0; }
  // Asked for one port, the kernel has given another: its range begins after or ends before.
  void learn(std::uint16_t asked, std::uint16_t given) noexcept {
    if (given > asked) min_ = asked + 1u;
    if (given < asked) max_ = asked - 1u;
  }
  // Reserved: to find out is dear, bind() takes it for nothing.
  void leave_out(std::uint16_t port) noexcept { never_.set(port); }

 private:
  std::uint32_t min_ = 1, max_ = 65535;
  std::bitset<65536> never_;
};

}  // namespace godwit::daemon
