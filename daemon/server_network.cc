// What follows from a change of the machine's network, or of its waking from sleep.
#include "daemon/server.h"
#include "daemon/server_caches.h"

namespace godwit::daemon {

// How servers were found to be says nothing of another way to them; what they said stays true. A
// clock that was wrong makes zones bogus that are not.
void Server::on_network(const NetworkWatch::Happened& happened) {
  const auto& network = happened.network;
  const auto& clocks = happened.clocks;
  if (network.any()) {
    ++network_changes_;
    log_.info("network-changed", {{"links", network.links},
                                  {"addresses", network.addresses},
                                  {"routes", network.routes},
                                  {"perhaps-more", network.lost}});
  }
  if (clocks.any()) {
    ++wakings_;
    log_.info("clocks-changed",
              {{"asleep-seconds", clocks.asleep.count()}, {"set-by-seconds", clocks.jump.count()}});
  }
  caches_->caches.forget_servers();
}

}  // namespace godwit::daemon
