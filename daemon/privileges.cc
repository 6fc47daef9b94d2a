// The order matters: the bounding set needs CAP_SETPCAP, changing groups needs CAP_SETGID, and
// becoming another user gives both up.
#include "daemon/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace godwit::daemon {
namespace {

PrivilegeResult privilege_failed(const std::string& what) {
  return {{}, what + ": " + std::strerror(errno)};
}

const passwd* find_account(const std::string& user) noexcept {
  if (!user.empty()) return ::getpwnam(user.c_str());
  const auto* const own = ::getpwnam("godwit");
  return own != nullptr ? own : ::getpwnam("nobody");
}

// What is not permitted here is not ours to begin with.
void empty_bounding_set() noexcept {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

bool empty_capabilities() noexcept {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, held) != 0) return false;
  // A service manager that has left none forbids capset as well.
  const bool empty = std::ranges::all_of(held, [](const __user_cap_data_struct& set) {
    return set.effective == 0 && set.permitted == 0 && set.inheritable == 0;
  });
  if (empty) return true;
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

std::string check_user(const std::string& user) {
  if ((user.empty() && ::geteuid() != 0) || find_account(user) != nullptr) return {};
  return "no such user: " + (user.empty() ? "nobody" : user);
}

std::optional<Account> account_of(const std::string& user) noexcept {
  const auto* const account = find_account(user);
  if (account == nullptr) return std::nullopt;
  return Account{account->pw_uid, account->pw_gid};
}

PrivilegeResult drop_privileges(const std::string& user) {
  PrivilegeResult out;
  if (::geteuid() == 0) {
    if (auto error = check_user(user); !error.empty()) return {{}, std::move(error)};
    const auto* const account = find_account(user);
    out.user = account->pw_name;
    const auto uid = account->pw_uid;
    const auto gid = account->pw_gid;
    empty_bounding_set();
    if (::initgroups(account->pw_name, gid) != 0) return privilege_failed("initgroups");
    if (::setresgid(gid, gid, gid) != 0) return privilege_failed("setresgid");
    if (::setresuid(uid, uid, uid) != 0) return privilege_failed("setresuid");
  } else {
    empty_bounding_set();
  }
  if (!empty_capabilities()) return privilege_failed("capset");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return privilege_failed("no_new_privs");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return privilege_failed("dumpable");
  return out;
}

}  // namespace godwit::daemon
