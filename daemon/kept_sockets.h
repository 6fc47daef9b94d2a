// The listening sockets that the program opened itself, as the service manager keeps them for the
// process that follows (the file descriptor store of sd_notify(3)): what arrives meanwhile waits in
// them. Which of those that were handed back are of use. On the main thread.
#pragma once

#include "daemon/activation.h"
#include "daemon/listen_sockets.h"
#include "daemon/notify.h"

namespace godwit::daemon {

// The name that a point's sockets are kept under: of letters, digits and dashes.
[[nodiscard]] std::string kept_socket_name(const ListenPoint& point);

class KeptSockets {
 public:
  // Takes out of `passed` what has such a name.
  explicit KeptSockets(std::vector<ActivatedSocket>& passed);

  // Those of the point, one for each worker, some of them the same where there are too few; without
  // any: none, and no error.
  [[nodiscard]] ListenResult take(const ListenPoint& point, unsigned workers);
  // Closes what was not taken. The manager forgets all that it has: see keep_sockets.
  void let_go_of_rest(const Notifier& notifier);

 private:
  std::vector<ActivatedSocket> sockets_;
  std::vector<std::string> names_;  // under which any were kept
};

// Has the manager keep sockets from now on. Nothing happens where the unit has no room for them
// (FileDescriptorStoreMax=).
void keep_sockets(const std::vector<ListenSockets>& opened, const Notifier& notifier);

}  // namespace godwit::daemon
