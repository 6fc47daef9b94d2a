// Which files and TCP ports the process can still reach: Landlock (Linux 5.13 and later). What a
// kernel is too old for is left out, and told. Applies to the thread that enters and those it
// starts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace godwit::daemon {

// 0: this kernel has none, or does not say.
[[nodiscard]] int landlock_version() noexcept;

struct LandlockRights {
  std::uint64_t files = 0;  // everything of that version is forbidden unless allowed
  std::uint64_t ports = 0;
  std::uint64_t scopes = 0;
};
// What that version of Landlock can forbid, and what of it a place to read or to write has. Pure.
[[nodiscard]] LandlockRights landlock_rights(int version) noexcept;
[[nodiscard]] std::uint64_t reading_rights(int version, bool folder) noexcept;
[[nodiscard]] std::uint64_t writing_rights(int version) noexcept;
[[nodiscard]] std::uint64_t removing_rights(int version) noexcept;
// What that version cannot forbid, in words. Pure.
[[nodiscard]] std::vector<std::string> landlock_gaps(int version);

struct LandlockRules {
  std::vector<std::string> read;    // files, or folders with all in them
  std::vector<std::string> write;   // folders in which files are made, written, renamed and removed
  std::vector<std::string> remove;  // folders in which files are only removed
  std::vector<std::uint16_t> connect_ports;  // TCP
};
// For good; needs no_new_privs. Places that are not there are left out. Result: what went wrong, or
// nothing.
[[nodiscard]] std::string enter_landlock(const LandlockRules& rules);

}  // namespace godwit::daemon
