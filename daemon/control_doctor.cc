// What godwitctl's doctor wants to know of the program.
#include "daemon/control_rooms.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

void control_doctor(ControlSubject& subject, const ControlRequest&, ControlAnswer& answer) {
  const auto state = subject.surroundings();
  boost::json::array udp, tcp, roots, anchors;
  for (const ListenPoint& point : state.listens)
    (point.stream ? tcp : udp).emplace_back(point.endpoint.to_text());
  for (const auto& glue : state.root_hints->glue) roots.emplace_back(glue.address.to_text());
  if (state.anchors) {
    for (const auto& anchor : state.anchors->anchors()) {
      if (!anchor.zone.is_root()) continue;
      for (const auto& set : {anchor.ds, anchor.dnskeys})
        if (set) anchors.emplace_back(wire::to_text(*set));
    }
  }
  answer.line({{"listen-udp", udp},
               {"listen-tcp", tcp},
               {"roots", roots},
               {"anchors", anchors},
               {"clock-fault", subject.condition().clock_fault},
               {"descriptors-max", state.descriptors_max},
               {"upstream-ipv4", state.upstream_ipv4},
               {"upstream-ipv6", state.upstream_ipv6}});
}

}  // namespace godwit::daemon
