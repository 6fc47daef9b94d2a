// Preloaded into the program under test: fails single allocations of C++ (operator new, and the
// aligned_alloc of coroutine frames and handlers). The file named by GODWIT_SHIM_FILE holds two
// 64-bit numbers: every how many-th allocation fails (0: none), and how many have failed so far,
// which is counted up here. What does not fail goes on to whichever allocator comes next.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

struct Control {
  std::atomic<std::uint64_t> interval;
  std::atomic<std::uint64_t> failed;
};
Control* control = nullptr;
std::atomic<std::uint64_t> passed{0};

__attribute__((constructor)) void map_control() {
  const char* const path = std::getenv("GODWIT_SHIM_FILE");
  const int fd = path != nullptr ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* const mapped = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped != MAP_FAILED) control = static_cast<Control*>(mapped);
}

bool fails() noexcept {
  const auto interval = control != nullptr ? control->interval.load() : 0;
  if (interval == 0 || (passed.fetch_add(1) + 1) % interval != 0) return false;
  control->failed.fetch_add(1);
  return true;
}

template <class Function>
Function* next(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void* operator new(std::size_t octets) {
  static auto* const real = next<void*(std::size_t)>("_Znwm");
  if (fails()) throw std::bad_alloc();
  return real(octets);
}

void* operator new[](std::size_t octets) {
  static auto* const real = next<void*(std::size_t)>("_Znam");
  if (fails()) throw std::bad_alloc();
  return real(octets);
}

void* operator new(std::size_t octets, std::align_val_t alignment) {
  static auto* const real = next<void*(std::size_t, std::align_val_t)>("_ZnwmSt11align_val_t");
  if (fails()) throw std::bad_alloc();
  return real(octets, alignment);
}

void* operator new(std::size_t octets, const std::nothrow_t& nothrow) noexcept {
  static auto* const real = next<void*(std::size_t, const std::nothrow_t&)>("_ZnwmRKSt9nothrow_t");
  return fails() ? nullptr : real(octets, nothrow);
}

extern "C" void* aligned_alloc(std::size_t alignment, std::size_t octets) noexcept {
  static auto* const real = next<void*(std::size_t, std::size_t)>("aligned_alloc");
  return fails() ? nullptr : real(alignment, octets);
}
