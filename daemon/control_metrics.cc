// The families of metrics, some at a time.
#include <memory>

#include "daemon/control_rooms.h"
#include "daemon/metric_family.h"

namespace godwit::daemon {
namespace {

// A line each, of some kilobytes at most.
constexpr std::size_t families_per_piece = 8;

}  // namespace

void control_metrics(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  answer.go_on([families = std::make_shared<const std::vector<MetricFamily>>(subject.metrics()),
                next = std::size_t{0}](ControlAnswer& more) mutable {
    for (std::size_t i = 0; i < families_per_piece && next < families->size(); ++i)
      more.line(to_json((*families)[next++]));
    return next < families->size();
  });
}

}  // namespace godwit::daemon
