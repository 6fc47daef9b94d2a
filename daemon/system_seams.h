// The real clock and the real entropy of one worker, on its thread.
#pragma once

#include <array>

#include "iterator/seams.h"

namespace godwit::daemon {

// Is read once for each event, at the first now() after look_again(): a question asks for the time
// some thirty times, and a reading takes 25 to 40 ns.
class SystemClock final : public iterator::Clock {
 public:
  [[nodiscard]] iterator::Time now() const noexcept override {
    if (!known_) read();
    return time_;
  }
  void look_again() const noexcept override { known_ = false; }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const noexcept override;

 private:
  void read() const noexcept;
  mutable iterator::Time time_{};
  mutable bool known_ = false;
};

// A ChaCha20 stream, keyed from the system's generator and keyed anew from its own output with each
// refill, so that what was drawn before cannot be computed from what is in memory now. One thread.
class SystemEntropy final : public iterator::Entropy {
 public:
  SystemEntropy();
  ~SystemEntropy() override;
  SystemEntropy(const SystemEntropy&) = delete;
  SystemEntropy& operator=(const SystemEntropy&) = delete;
  void fill(wire::MutableBytes out) noexcept override;

 private:
  template <std::size_t octets>
  void take(std::uint8_t* out) noexcept;
  static constexpr std::size_t key_octets = 32;
  static constexpr std::size_t pool_octets = 1024;
  void refill() noexcept;
  std::array<std::uint8_t, key_octets> key_;
  std::array<std::uint8_t, pool_octets> pool_;
  std::size_t used_ = pool_octets;
};

}  // namespace godwit::daemon
