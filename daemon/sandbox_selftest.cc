// An attempt is denied if it fails with EPERM or EACCES, or ends the process with SIGSYS. Each is
// made without the sandbox too, to tell what the sandbox denies from what is denied anyway.
#include "daemon/sandbox_selftest.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ostream>
#include <string>

#include "daemon/fd.h"

namespace godwit::daemon {
namespace {

constexpr int entry_failed = 255;

int errno_if(bool has_failed) noexcept {
  return has_failed ? errno : 0;
}

int run_program(const SandboxPlan& /*plan*/) {
  char path[] = "/bin/true";
  char* const words[] = {path, nullptr};
  char* const environment[] = {nullptr};
  ::execve(path, words, environment);
  return errno;
}

int read_passwords(const SandboxPlan& /*plan*/) {
  const Fd file(::open("/etc/shadow", O_RDONLY | O_CLOEXEC));
  return errno_if(!file.valid());
}

int connect_to_ssh(const SandboxPlan& /*plan*/) {
  constexpr std::uint16_t port = 22;
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd.valid()) return errno;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const address = reinterpret_cast<const sockaddr*>(&to);
  const int error = errno_if(::connect(fd.get(), address, sizeof to) != 0);
  // It was tried, and that is what must not be.
  return error == EINPROGRESS || error == ECONNREFUSED ? 0 : error;
}

int be_traced(const SandboxPlan& /*plan*/) {
  return errno_if(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0);
}

int open_packet_socket(const SandboxPlan& /*plan*/) {
  constexpr std::uint16_t every_protocol = 3;  // ETH_P_ALL
  const Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(every_protocol)));
  return errno_if(!fd.valid());
}

// At once, and in two steps: one that is let through is enough to fail.
int make_code(const SandboxPlan& /*plan*/) {
  constexpr std::size_t octets = 4'096;
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (::mmap(nullptr, octets, PROT_WRITE | PROT_EXEC, flags, -1, 0) != MAP_FAILED) return 0;
  const int at_once = errno;
  void* const memory = ::mmap(nullptr, octets, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return errno;
  return ::mprotect(memory, octets, PROT_READ | PROT_EXEC) == 0 ? 0 : at_once;
}

bool is_below(const std::string& folder, const std::string& parent) {
  return folder == parent || folder.starts_with(parent.ends_with('/') ? parent : parent + '/');
}

int make_file(const SandboxPlan& plan) {
  constexpr std::array<const char*, 3> folders{"/tmp", "/var/tmp", "/dev/shm"};
  const auto* const outside = std::ranges::find_if(folders, [&plan](const std::string folder) {
    return std::ranges::none_of(plan.rules.write, [&folder](const std::string& allowed) {
      return is_below(folder, allowed);
    });
  });
  if (outside == folders.end()) return 0;
  const auto path = std::string(*outside) + "/godwit-selftest." + std::to_string(::getpid());
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.valid()) return errno;
  ::unlink(path.c_str());
  return 0;
}

struct Attempt {
  const char* what;
  int (*make)(const SandboxPlan& plan);  // errno, or 0 if it worked
};
constexpr Attempt attempts[] = {
    {"start another program", run_program},
    {"read /etc/shadow", read_passwords},
    {"connect to TCP port 22", connect_to_ssh},
    {"be traced with ptrace", be_traced},
    {"open a packet socket", open_packet_socket},
    {"make memory executable that was writable", make_code},
    {"create a file outside the state folder", make_file},
};

enum class Outcome : std::uint8_t { worked, denied, failed, not_entered };

Outcome judge(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGSYS ? Outcome::denied : Outcome::failed;
  const int code = WEXITSTATUS(status);
  if (code == entry_failed) return Outcome::not_entered;
  if (code == EPERM || code == EACCES) return Outcome::denied;
  return code == 0 ? Outcome::worked : Outcome::failed;
}

Outcome attempt(const Attempt& one, const SandboxPlan& plan, bool in_sandbox) {
  const auto child = ::fork();
  if (child < 0) return Outcome::not_entered;
  if (child == 0) {
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (in_sandbox &&
        (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !enter_sandbox(plan).error.empty()))
      ::_exit(entry_failed);
    ::_exit(one.make(plan));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Outcome::not_entered;
  return judge(status);
}

std::string verdict(Outcome inside, Outcome outside) {
  switch (inside) {
    case Outcome::denied:
      return outside == Outcome::worked ? "denied" : "denied, as without the sandbox";
    case Outcome::worked:
      return "ALLOWED";
    case Outcome::failed:
      return "NOT DENIED, failed for another reason";
    case Outcome::not_entered:
      break;
  }
  return "NOT TRIED, the sandbox cannot be entered";
}

}  // namespace

bool run_sandbox_selftest(const SandboxPlan& plan, std::ostream& out) {
  out << "the kernel has " << sandbox_of_kernel().text << std::endl;
  bool all_denied = true;
  for (const auto& one : attempts) {
    const auto outside = attempt(one, plan, false);
    const auto inside = attempt(one, plan, true);
    out << one.what << ": " << verdict(inside, outside) << std::endl;
    all_denied = all_denied && inside == Outcome::denied;
  }
  return all_denied;
}

}  // namespace godwit::daemon
