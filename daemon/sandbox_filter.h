// The table of allowed calls as a seccomp filter, made by libseccomp. Applies to the thread that
// loads it and those it starts. For threads see sandbox.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace godwit::daemon {

// What becomes of a call that is not in the table.
enum class OnBreach : std::uint8_t {
  deny,  // it fails with EPERM, and the kernel logs it where it is told to (audit)
  kill,  // the process ends at once with SIGSYS
};

class SandboxFilter {
 public:
  // Errors: what libseccomp or the machine refuses; then error() says it and nothing else counts.
  explicit SandboxFilter(OnBreach on_breach);
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  // How many calls are allowed.
  [[nodiscard]] unsigned calls() const noexcept { return calls_; }
  // For good. Result: what went wrong, or nothing.
  [[nodiscard]] std::string load() const;
  // The program as the kernel gets it: an array of sock_filter. Empty: it cannot be had.
  [[nodiscard]] std::vector<std::uint8_t> program() const;

 private:
  [[nodiscard]] std::string allow_all();
  struct Release {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Release> context_;
  unsigned calls_ = 0;
  std::string error_;
};

// Whether this kernel has filters, and lets us ask.
[[nodiscard]] bool has_seccomp() noexcept;

}  // namespace godwit::daemon
