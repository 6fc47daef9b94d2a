// CLOCK_BOOTTIME and CLOCK_REALTIME through the vDSO; libsodium for randomness.
#include "daemon/system_seams.h"

#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <cstring>

namespace godwit::daemon {

void SystemClock::read() const noexcept {
  timespec at{};
  // TTLs run down while the machine sleeps, too.
  ::clock_gettime(CLOCK_BOOTTIME, &at);
  time_ = iterator::Time(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
  known_ = true;
}

std::chrono::system_clock::time_point SystemClock::wall() const noexcept {
  timespec at{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &at);  // milliseconds will do for cookies and signatures
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec)));
}

SystemEntropy::SystemEntropy() {
  randombytes_buf(key_.data(), key_.size());
}

SystemEntropy::~SystemEntropy() {
  sodium_memzero(key_.data(), key_.size());
  sodium_memzero(pool_.data(), pool_.size());
}

// What was drawn is wiped at once. The pool outlives the call, so that no compiler leaves it out.
template <std::size_t octets>
void SystemEntropy::take(std::uint8_t* out) noexcept {
  std::memcpy(out, pool_.data() + used_, octets);
  std::memset(pool_.data() + used_, 0, octets);
  used_ += octets;
}

// Nearly all draws are numbers: of known size, they are two moves each.
void SystemEntropy::fill(wire::MutableBytes out) noexcept {
  if (pool_.size() - used_ >= out.size()) {
    if (out.size() == 2) return take<2>(out.data());
    if (out.size() == 4) return take<4>(out.data());
    if (out.size() == 8) return take<8>(out.data());
  }
  while (!out.empty()) {
    if (used_ == pool_.size()) refill();
    const auto count = std::min(out.size(), pool_.size() - used_);
    std::memcpy(out.data(), pool_.data() + used_, count);
    sodium_memzero(pool_.data() + used_, count);
    used_ += count;
    out = out.subspan(count);
  }
}

// A key is used for one stream only, so the nonce may be constant.
void SystemEntropy::refill() noexcept {
  static constexpr std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  crypto_stream_chacha20(pool_.data(), pool_.size(), nonce.data(), key_.data());
  std::memcpy(key_.data(), pool_.data(), key_.size());
  sodium_memzero(pool_.data(), key_.size());
  used_ = key_.size();
}

}  // namespace godwit::daemon
