// Gives up what the process no longer needs once its sockets are bound: user, groups, capabilities.
// Before other threads exist, for all of it is per thread.
#pragma once

#include <string>

namespace godwit::daemon {

struct PrivilegeResult {
  std::string user;   // who we are now, for the log; empty: unchanged
  std::string error;  // empty: good
};

// Whether `user` can be become: what is wrong, or nothing. "" is asked about only of root.
[[nodiscard]] std::string check_user(const std::string& user);

// As root: becomes `user` ("" stands for "godwit", or "nobody" where there is no such account).
// Always: empties the capability sets, the bounding and ambient ones too, forbids new privileges
// and core dumps. Errors: an unknown user, or a step that the system refuses.
[[nodiscard]] PrivilegeResult drop_privileges(const std::string& user);

}  // namespace godwit::daemon
