// A value together with the lock that guards it: there is no way to the value but through lock().
// The lock spins, because every critical section below is a few cache lines long and none waits,
// does I/O or calls out; a waiter that spun for long gives its time slice away, for the holder may
// have lost its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <utility>

namespace godwit::cache {

inline constexpr std::size_t cache_line_octets = 64;

class SpinLock {
 public:
  void lock() noexcept {
    while (held_.exchange(true, std::memory_order_acquire)) wait();
  }
  void unlock() noexcept { held_.store(false, std::memory_order_release); }

 private:
  static constexpr unsigned spins_before_yield = 128;

  // Reads only, so that the line stays shared until the holder writes it.
  void wait() const noexcept {
    for (unsigned spins = 0; held_.load(std::memory_order_relaxed); ++spins) {
      if (spins < spins_before_yield) {
        relax();
      } else {
        std::this_thread::yield();
      }
    }
  }
  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  std::atomic<bool> held_{false};
};

template <class T>
class alignas(cache_line_octets) Guarded {
 public:
  // The right to use the value, held until it goes out of scope.
  class Access {
   public:
    explicit Access(Guarded& guarded) noexcept : guarded_(guarded) { guarded_.lock_.lock(); }
    ~Access() { guarded_.lock_.unlock(); }
    Access(const Access&) = delete;
    Access& operator=(const Access&) = delete;
    [[nodiscard]] T& operator*() const noexcept { return guarded_.value_; }
    [[nodiscard]] T* operator->() const noexcept { return &guarded_.value_; }

   private:
    Guarded& guarded_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}
  [[nodiscard]] Access lock() noexcept { return Access(*this); }

 private:
  SpinLock lock_;
  T value_{};
};

}  // namespace godwit::cache
