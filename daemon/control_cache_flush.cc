// `cache flush`: what is to be forgotten, and how much it was.
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/system_seams.h"
#include "iterator/forgetting.h"
#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

// What a request means.
struct FlushWanted {
  cache::EraseScope what;
  bool is_one_name = false;
};

std::optional<FlushWanted> read_flush(const ControlRequest& request, ControlAnswer& answer) {
  const std::string_view name = request.text("name"), zone = request.text("zone");
  const std::string_view type = request.text("type");
  const int places =
      (name.empty() ? 0 : 1) + (zone.empty() ? 0 : 1) + (request.flag("all") ? 1 : 0);
  FlushWanted out;
  out.is_one_name = !name.empty();
  if (places > 1 || (places == 0 && type.empty())) {
    answer.fail(ControlFailure::request,
                "one of NAME, --zone, --type and --all says what to flush");
    return std::nullopt;
  }
  (void)read_type(request, out.what.type, answer);
  if (!name.empty() || !zone.empty()) {
    const auto top = read_name(name.empty() ? zone : name, answer);
    if (top) out.what.top = *top;
  }
  if (answer.has_failed()) return std::nullopt;
  return out;
}

void tell_forgotten(const FlushWanted& wanted, const iterator::Forgotten& gone,
                    ControlSubject& subject, ControlAnswer& answer) {
  answer.line({{"rrsets", gone.rrsets},
               {"negatives", gone.negatives},
               {"proven", gone.proven},
               {"failures", gone.failures},
               {"delegations", gone.delegations},
               {"trusts", gone.trusts},
               {"answers", gone.answers}});
  const std::string name = wire::to_text(wanted.what.top);
  subject.log().info("cache-flushed",
                     {{wanted.is_one_name ? "name" : "zone", name},
                      {"type", wanted.what.type ? wire::to_text(*wanted.what.type) : "all"},
                      {"entries", gone.total()}});
}

}  // namespace

void control_cache_flush(ControlSubject& subject, const ControlRequest& request,
                         ControlAnswer& answer) {
  const auto wanted = read_flush(request, answer);
  if (!wanted) return;
  iterator::Caches& caches = subject.caches_to_change();
  const auto now = SystemClock().now();
  if (wanted->is_one_name)
    return tell_forgotten(*wanted,
                          iterator::forget_name(caches, wanted->what.top, wanted->what.type, now),
                          subject, answer);
  const auto forgetting = std::make_shared<iterator::Forgetting>(caches, wanted->what, now);
  answer.go_on([&subject, wanted = *wanted, forgetting](ControlAnswer& more) {
    if (forgetting->advance()) return true;
    tell_forgotten(wanted, forgetting->so_far(), subject, more);
    return false;
  });
}

}  // namespace godwit::daemon
