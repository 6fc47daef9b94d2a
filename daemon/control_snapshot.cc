// The file of the cache, taken in while the program runs: a block at a time, so that the control
// thread is free for other things in between.
#include "daemon/control_rooms.h"

namespace godwit::daemon {
namespace {

using cache::SnapshotFault;

void tell_loaded(const cache::SnapshotLoaded& loaded, ControlSubject& subject,
                 ControlAnswer& answer) {
  answer.line({{"entries", loaded.taken},
               {"dropped", loaded.dropped},
               {"age-seconds", loaded.age_milliseconds / 1000},
               {"validated", loaded.is_trusted ? "as before" : "not with these anchors"}});
  subject.log().info("snapshot-taken-in", {{"entries", loaded.taken}, {"dropped", loaded.dropped}});
  if (loaded.fault != SnapshotFault::none)
    answer.fail(ControlFailure::negative, std::string("the file ") + cache::describe(loaded.fault));
}

}  // namespace

void control_cache_load(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  auto opened = subject.open_snapshot();
  if (!opened.error.empty()) return answer.fail(ControlFailure::negative, opened.error);
  answer.go_on([&subject,
                loading = std::shared_ptr(std::move(opened.loading))](ControlAnswer& more) mutable {
    if (loading->advance()) return true;
    tell_loaded(loading->loaded(), subject, more);
    return false;
  });
}

}  // namespace godwit::daemon
