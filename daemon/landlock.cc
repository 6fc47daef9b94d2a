// The kernel's numbers are stated here: headers of a distribution are often older than its kernels.
#include "daemon/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/fd.h"

namespace godwit::daemon {
namespace {

constexpr long create_ruleset = 444;
constexpr long add_rule = 445;
constexpr long restrict_self = 446;
constexpr std::uint32_t ask_version = 1;
constexpr int rule_of_path = 1;
constexpr int rule_of_port = 2;

constexpr std::uint64_t write_file = 1U << 1;
constexpr std::uint64_t read_file = 1U << 2;
constexpr std::uint64_t read_folder = 1U << 3;
constexpr std::uint64_t remove_file = 1U << 5;
constexpr std::uint64_t make_regular_file = 1U << 8;
constexpr std::uint64_t all_of_version_1 = (1U << 13) - 1;
constexpr std::uint64_t refer = 1U << 13;       // version 2
constexpr std::uint64_t truncate = 1U << 14;    // version 3
constexpr std::uint64_t use_device = 1U << 15;  // version 5
constexpr std::uint64_t bind_tcp = 1U << 0;     // version 4
constexpr std::uint64_t connect_tcp = 1U << 1;
constexpr std::uint64_t abstract_sockets = 1U << 0;  // version 6
constexpr std::uint64_t signals = 1U << 1;

constexpr int version_of_truncate = 3;
constexpr int version_of_ports = 4;
constexpr int version_of_devices = 5;
constexpr int version_of_scopes = 6;

struct PathRule {
  std::uint64_t rights;
  std::int32_t fd;
} __attribute__((packed));

struct PortRule {
  std::uint64_t rights;
  std::uint64_t port;
};

std::string refusal(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

enum class Use : std::uint8_t { read, write, remove };

struct Ruleset {
  Fd fd;
  int version = 0;

  [[nodiscard]] bool allow(const std::string& path, Use use) const {
    const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!place.valid()) return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    struct stat what {};
    if (::fstat(place.get(), &what) != 0) return false;
    const bool folder = S_ISDIR(what.st_mode);
    if (use != Use::read && !folder) return true;
    const PathRule rule{rights_of(use, folder), place.get()};
    return ::syscall(add_rule, fd.get(), rule_of_path, &rule, 0) == 0;
  }
  [[nodiscard]] std::uint64_t rights_of(Use use, bool folder) const noexcept {
    if (use == Use::read) return reading_rights(version, folder);
    return use == Use::write ? writing_rights(version) : removing_rights(version);
  }
  [[nodiscard]] bool allow_port(std::uint16_t port) const {
    const PortRule rule{connect_tcp, port};
    return ::syscall(add_rule, fd.get(), rule_of_port, &rule, 0) == 0;
  }
};

}  // namespace

int landlock_version() noexcept {
  const long version = ::syscall(create_ruleset, nullptr, 0, ask_version);
  return version > 0 ? static_cast<int>(version) : 0;
}

LandlockRights landlock_rights(int version) noexcept {
  LandlockRights out;
  if (version >= 1) out.files = all_of_version_1;
  if (version >= 2) out.files |= refer;
  if (version >= version_of_truncate) out.files |= truncate;
  if (version >= version_of_devices) out.files |= use_device;
  if (version >= version_of_ports) out.ports = bind_tcp | connect_tcp;
  if (version >= version_of_scopes) out.scopes = abstract_sockets | signals;
  return out;
}

std::uint64_t reading_rights(int version, bool folder) noexcept {
  return landlock_rights(version).files & (folder ? read_file | read_folder : read_file);
}

std::uint64_t writing_rights(int version) noexcept {
  return landlock_rights(version).files &
         (read_file | read_folder | write_file | remove_file | make_regular_file | truncate);
}

std::uint64_t removing_rights(int version) noexcept {
  return landlock_rights(version).files & remove_file;
}

std::vector<std::string> landlock_gaps(int version) {
  std::vector<std::string> out;
  if (version < 1) out.emplace_back("limits on files");
  if (version < version_of_ports) out.emplace_back("limits on TCP ports");
  if (version < version_of_scopes)
    out.emplace_back("limits on signals and abstract sockets of other programs");
  return out;
}

std::string enter_landlock(const LandlockRules& rules) {
  Ruleset ruleset;
  ruleset.version = landlock_version();
  if (ruleset.version == 0) return refusal("Landlock");
  const auto rights = landlock_rights(ruleset.version);
  ruleset.fd = Fd(static_cast<int>(::syscall(create_ruleset, &rights, sizeof rights, 0)));
  if (!ruleset.fd.valid()) return refusal("Landlock");
  const std::pair<const std::vector<std::string>&, Use> uses[] = {
      {rules.read, Use::read}, {rules.write, Use::write}, {rules.remove, Use::remove}};
  for (const auto& [paths, use] : uses)
    for (const auto& path : paths)
      if (!ruleset.allow(path, use)) return refusal("Landlock, " + path);
  if (rights.ports != 0)
    for (const auto port : rules.connect_ports)
      if (!ruleset.allow_port(port)) return refusal("Landlock, port " + std::to_string(port));
  return ::syscall(restrict_self, ruleset.fd.get(), 0) == 0 ? std::string() : refusal("Landlock");
}

}  // namespace godwit::daemon
