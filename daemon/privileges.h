// Gives up what the process no longer needs once its sockets are bound: user, groups, capabilities.
// Before other threads exist, for all of it is per thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace godwit::daemon {

struct PrivilegeResult {
  std::string user;   // who we are now, for the log; empty: unchanged
  std::string error;  // empty: good
};

// Whether `user` can be become: what is wrong, or nothing. "" is asked about only of root.
[[nodiscard]] std::string check_user(const std::string& user);

// Whom drop_privileges(user) becomes as root; nothing: there is no such account.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
};
[[nodiscard]] std::optional<Account> account_of(const std::string& user) noexcept;

// As root: becomes `user` ("" stands for "godwit", or "nobody" where there is no such account).
// Always: empties the capability sets, the bounding and ambient ones too, forbids new privileges
// and core dumps. Errors: an unknown user, or a step that the system refuses.
[[nodiscard]] PrivilegeResult drop_privileges(const std::string& user);

}  // namespace godwit::daemon
