// CLOCK_MONOTONIC and CLOCK_REALTIME through the vDSO; libsodium for randomness.
#include "daemon/system_seams.h"

#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <cstring>

namespace godwit::daemon {

iterator::Time SystemClock::now() const noexcept {
  timespec at{};
  ::clock_gettime(CLOCK_MONOTONIC, &at);
  return iterator::Time(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
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

void SystemEntropy::fill(wire::MutableBytes out) noexcept {
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
