// Work for the control socket that is done where resolutions are: on a worker's thread, with that
// worker's resolver and ways to the network. What it finds goes back by way of a
// ControlContinuation (control_waiting.h).
#pragma once

#include <functional>
#include <memory>

#include "iterator/resolver.h"

namespace godwit::daemon {

// What an errand has of the worker. Lifetime: the worker's, which ends after the errand.
struct WorkerReach {
  WorkerReach(iterator::Resolver& worker_resolver, iterator::Shared& tables,
              const iterator::Seams& worker_seams,
              std::shared_ptr<const iterator::ResolverOptions> in_effect)
      : resolver(&worker_resolver),
        shared(&tables),
        seams(worker_seams),
        options(std::move(in_effect)) {}
  iterator::Resolver* resolver;
  iterator::Shared* shared;
  iterator::Seams seams;
  std::shared_ptr<const iterator::ResolverOptions> options;
};

// Called on the worker's thread: a plain function that begins a coroutine, whose parameters it
// gives by value. The coroutine asks its continuation now and then whether it is still wanted; at
// the program's end its exchanges end as cancelled.
using Errand = std::function<iterator::Task<void>(WorkerReach)>;

}  // namespace godwit::daemon
