// Landlock comes first: seccomp forbids its calls.
#include "daemon/sandbox.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "conf/problem.h"
#include "daemon/anchor_store.h"
#include "daemon/fd.h"
#include "daemon/local_settings.h"
#include "daemon/snapshot_keeper.h"
#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

namespace fs = std::filesystem;

constexpr int set_no_new_code = 65;  // PR_SET_MDWE, Linux 6.3
constexpr unsigned long refuse_new_code = 1;
#ifdef GODWIT_SANITIZED
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
// A sanitizer starts programs, reads the process's own memory map and maps what it likes.
constexpr std::string_view sanitizer_reason = "all, as this build has a sanitizer";

// Folders that many programs put files into: one of them gives no right to all.
constexpr std::array<std::string_view, 14> shared_folders{
    "/",    "/etc",       "/home", "/opt",       "/root",    "/run",     "/srv",
    "/tmp", "/usr/share", "/var",  "/var/cache", "/var/lib", "/var/tmp", "/dev/shm"};

void add_once(std::vector<std::string>& to, std::string what) {
  if (std::ranges::find(to, what) == to.end()) to.push_back(std::move(what));
}

fs::path absolute(const std::string& path) {
  std::error_code error;
  const auto out = fs::absolute(path, error);
  return error ? fs::path(path) : out;
}

std::string place_of(const fs::path& path) {
  auto folder = path.parent_path().string();
  if (std::ranges::find(shared_folders, folder) != shared_folders.end()) return path.string();
  return folder;
}

// What a start and a reload read.
std::vector<std::string> read_files(const conf::Config& config, const std::string& config_path) {
  std::vector<std::string> out{config_path};
  for (const auto* path : {&config.resolver.root_hints, &config.dnssec.trust_anchor_file})
    if (!path->empty()) out.push_back(*path);
  for (auto& path : local_files(config.local)) out.push_back(std::move(path));
  return out;
}

// What is written while it runs.
std::vector<std::string> written_files(const conf::Config& config, const char* state_directory) {
  std::vector<std::string> out{
      anchor_state_file(config.dnssec.trust_anchor_state, state_directory)};
  if (config.cache.snapshot)
    out.push_back(snapshot_file(config.cache.snapshot_file, state_directory));
  return out;
}

std::vector<std::uint16_t> ports_of(const conf::Config& config) {
  std::vector<std::uint16_t> out{dns_port};
  for (const auto* zones : {&config.resolver.forward_zones, &config.resolver.stub_zones})
    for (const auto& zone : *zones)
      for (const auto& server : zone.servers)
        if (std::ranges::find(out, server.port) == out.end()) out.push_back(server.port);
  return out;
}

void add_word(std::string& to, std::string_view word) {
  if (!to.empty()) to += ", ";
  to += word;
}

// libcrypto reads its own configuration, and maybe libraries, when it is first used.
void finish_lazy_starts() {
  ::OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
}

}  // namespace

std::vector<std::string> readable_places(const std::string& path) {
  std::vector<std::string> out;
  const auto named = absolute(path);
  out.push_back(place_of(named));
  std::error_code error;
  const auto real = fs::canonical(named, error);
  if (!error) add_once(out, place_of(real));
  return out;
}

SandboxPlan sandbox_plan(const conf::Config& config, const std::string& config_path,
                         const char* state_directory) {
  SandboxPlan out;
  out.wanted = config.process.sandbox;
  out.on_breach =
      config.process.sandbox_breach == conf::SandboxBreach::kill ? OnBreach::kill : OnBreach::deny;
  for (const auto& file : read_files(config, config_path))
    for (auto& place : readable_places(file)) add_once(out.rules.read, std::move(place));
  for (const auto& file : written_files(config, state_directory))
    add_once(out.rules.write, absolute(file).parent_path().string());
  for (const auto& socket : {config.control.socket, config.control.read_socket})
    if (!socket.empty()) add_once(out.rules.remove, absolute(socket).parent_path().string());
  out.rules.connect_ports = ports_of(config);
  return out;
}

std::vector<std::string> denied_files(const conf::Config& config, const std::string& config_path) {
  std::vector<std::string> out;
  for (const auto& file : read_files(config, config_path)) {
    const Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (opened.valid() || errno != EACCES) continue;
    out.push_back(conf::shown(file) +
                  ": if its rights are in order, the sandbox keeps this process from a file that "
                  "was not in a folder of its configuration at the start, or was replaced in one "
                  "that is everybody's: restart to have it read");
  }
  return out;
}

std::vector<std::uint16_t> ports_beyond(const SandboxPlan& plan, const conf::Config& config) {
  std::vector<std::uint16_t> out;
  std::ranges::copy_if(ports_of(config), std::back_inserter(out), [&plan](std::uint16_t port) {
    return std::ranges::find(plan.rules.connect_ports, port) == plan.rules.connect_ports.end();
  });
  return out;
}

SandboxOffer sandbox_of_kernel() {
  SandboxOffer out;
  if (is_sanitized) {
    out.text = "what this build cannot use: it has a sanitizer";
    out.missing = sanitizer_reason;
    return out;
  }
  const int version = landlock_version();
  const bool filters = has_seccomp();
  out.is_whole = version > 0 && filters;
  out.text = version > 0 ? "Landlock " + std::to_string(version) : "no Landlock";
  out.text += filters ? " and seccomp" : " and no seccomp";
  if (version == 0) add_word(out.missing, "Landlock");
  if (!filters) add_word(out.missing, "seccomp");
  return out;
}

SandboxReport enter_sandbox(const SandboxPlan& plan) {
  SandboxReport out;
  const bool required = plan.wanted == conf::Sandbox::required;
  if (plan.wanted == conf::Sandbox::off || is_sanitized) {
    out.in_force = "nothing";
    out.missing = is_sanitized ? sanitizer_reason : "all, as configured";
    if (required) out.error = "this build has a sanitizer";
    return out;
  }
  finish_lazy_starts();
  const auto note = [&](const std::string& error, std::string_view what) {
    if (error.empty()) return add_word(out.in_force, what);
    out.is_partial = true;
    add_word(out.missing, error);
    if (required) add_word(out.error, error);
  };
  const int version = landlock_version();
  const auto locked = enter_landlock(plan.rules);
  note(locked, "Landlock " + std::to_string(version));
  if (::prctl(set_no_new_code, refuse_new_code, 0, 0, 0) == 0)
    add_word(out.in_force, "no new code");
  const SandboxFilter filter(plan.on_breach);
  note(filter.error().empty() ? filter.load() : filter.error(),
       std::to_string(filter.calls()) + " system calls");
  out.limits_files = locked.empty();
  out.limits_ports = locked.empty() && landlock_rights(version).ports != 0;
  if (locked.empty())
    for (const auto& gap : landlock_gaps(version)) add_word(out.missing, gap);
  if (out.in_force.empty()) out.in_force = "nothing";
  if (out.missing.empty()) out.missing = "nothing";
  return out;
}

}  // namespace godwit::daemon
