// `cache ls` and `cache dump`, whose walks are in cache_listing.h.
#include "daemon/cache_listing.h"
#include "daemon/control_arguments.h"
#include "daemon/control_rooms.h"
#include "daemon/system_seams.h"

namespace godwit::daemon {
namespace {

constexpr std::uint64_t listed_usually = 1'000;

}  // namespace

void control_cache_ls(ControlSubject& subject, const ControlRequest& request,
                      ControlAnswer& answer) {
  const std::string_view text = request.text("zone");
  const auto zone = read_name(text.empty() ? "." : text, answer);
  if (!zone) return;
  const bool has_limit = !request.text("limit").empty();
  const auto limit = request.number("limit");
  if (has_limit && !limit) return answer.fail(ControlFailure::request, "limit is to be a number");
  const auto list =
      std::make_shared<CacheList>(subject.caches().rrsets, *zone, limit.value_or(listed_usually));
  answer.go_on([list](ControlAnswer& more) { return list->advance(SystemClock().now(), more); });
}

void control_cache_dump(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto dump = std::make_shared<CacheDump>(subject.caches());
  answer.go_on([dump](ControlAnswer& more) { return dump->advance(SystemClock().now(), more); });
}

}  // namespace godwit::daemon
