#include "daemon/memory_limit.h"

#include <sys/sysinfo.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "conf/read_file.h"

namespace godwit::daemon {
namespace {

constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t default_octets_min = 4 * mib;
constexpr std::uint64_t default_octets_max = 1024 * mib;
constexpr std::size_t file_octets_max = 64 * 1024;

// Without a limit, version 2 has the word max, and version 1 a number that no machine has.
std::optional<std::uint64_t> limit_in(const std::string& path) {
  constexpr std::uint64_t octets_max = 1ULL << 60;
  const auto text = conf::read_file(path, file_octets_max);
  if (!text) return std::nullopt;
  std::uint64_t octets = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, octets);
  const bool is_whole = error == std::errc{} && (stop == end || *stop == '\n');
  if (!is_whole || octets >= octets_max) return std::nullopt;
  return octets;
}

// One way in which groups are shown as folders.
struct Hierarchy {
  std::string_view folder;
  std::string_view files[2];
};
constexpr Hierarchy version_2{"/sys/fs/cgroup", {"memory.max", "memory.high"}};
constexpr Hierarchy version_1{"/sys/fs/cgroup/memory", {"memory.limit_in_bytes", ""}};

class Search {
 public:
  Search(const std::string& root, std::uint64_t machine_octets)
      : root_(root), least_{machine_octets, {}} {}

  // Along `group`, an absolute path within the hierarchy. In a container it may be one that only
  // the host sees: then what is left is the top, which is the container's own.
  void climb(const Hierarchy& hierarchy, std::string_view group) {
    if (group.find("/..") != std::string_view::npos) group = {};
    for (;;) {
      for (const std::string_view file : hierarchy.files)
        if (!file.empty()) consider(hierarchy, group, file);
      if (group.empty()) return;
      const std::size_t slash = group.rfind('/');
      group = group.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
  }
  [[nodiscard]] MemoryLimit take() { return std::move(least_); }

 private:
  void consider(const Hierarchy& hierarchy, std::string_view group, std::string_view file) {
    std::string path(hierarchy.folder);
    path += group;
    path += '/';
    path += file;
    const auto limit = limit_in(root_ + path);
    if (limit && *limit < least_.octets) least_ = {*limit, std::move(path)};
  }

  const std::string& root_;
  MemoryLimit least_;
};

bool names_memory(std::string_view controllers) {
  while (!controllers.empty()) {
    const std::size_t comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == "memory") return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

std::string in_mib(std::uint64_t octets) {
  return std::to_string(octets / mib) + "MiB";
}

std::string amount(const MemoryLimit& memory) {
  return "the " + in_mib(memory.octets) +
         (memory.set_by.empty() ? " of this machine" : " that " + memory.set_by + " allows");
}

}  // namespace

MemoryLimit memory_limit(const std::string& root, std::uint64_t machine_octets) {
  Search search(root, machine_octets);
  const auto text = conf::read_file(root + "/proc/self/cgroup", file_octets_max);
  std::string_view lines = text ? std::string_view(*text) : std::string_view();
  while (!lines.empty()) {
    // NUMBER:CONTROLLERS:PATH; version 2 names no controllers.
    const std::size_t newline = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, newline);
    lines.remove_prefix(std::min(newline + 1, lines.size()));
    const std::size_t first = line.find(':');
    if (first == std::string_view::npos) continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    std::string_view group = line.substr(second + 1);
    if (group == "/") group = {};
    if (controllers.empty()) search.climb(version_2, group);
    if (names_memory(controllers)) search.climb(version_1, group);
  }
  return search.take();
}

MemoryLimit memory_limit() {
  struct sysinfo info {};
  // It does not fail; if it did, the least cache would be the safe one.
  if (::sysinfo(&info) != 0) return {};
  return memory_limit("", std::uint64_t{info.totalram} * info.mem_unit);
}

std::uint64_t default_cache_octets(std::uint64_t memory_octets) noexcept {
  const std::uint64_t left =
      memory_octets > memory_beside_cache ? memory_octets - memory_beside_cache : 0;
  const std::uint64_t octets = std::min(memory_octets / 4, left);
  return std::clamp(octets, default_octets_min, default_octets_max) / mib * mib;
}

std::string default_cache_reason(const MemoryLimit& memory) {
  const std::uint64_t octets = default_cache_octets(memory.octets);
  std::string_view rule = "a quarter of ";
  if (octets == default_octets_max) {
    rule = "the most that is taken of ";
  } else if (octets == default_octets_min) {
    rule = "the least there is, with ";
  } else if (octets < memory.octets / 4 / mib * mib) {
    rule = "what 64MiB for all else leaves of ";
  }
  return in_mib(octets) + ", " + std::string(rule) + amount(memory);
}

std::string too_little_memory(const MemoryLimit& memory) {
  return "with 64MiB for all else it is more than " + amount(memory);
}

}  // namespace godwit::daemon
