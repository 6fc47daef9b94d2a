#include "iterator/lanes.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

namespace godwit::iterator {
namespace {

// Held by the lanes alone: when all of them are dropped (shutdown), so is who waits for them.
struct Lanes {
  Lanes(std::function<Task<void>(std::size_t)> w, std::size_t c) : work(std::move(w)), count(c) {}
  std::function<Task<void>(std::size_t)> work;
  std::size_t count, next = 0, running = 0;
  std::exception_ptr error;
  std::optional<Resume<std::exception_ptr>> all_ended;
};
using LanesPtr = std::shared_ptr<Lanes>;

Task<void> lane(LanesPtr lanes) {
  while (lanes->next < lanes->count) {
    const std::size_t index = lanes->next++;
    co_await lanes->work(index);
  }
}

void end_lane(Lanes& lanes, const std::exception_ptr& error) {
  if (error) {
    lanes.error = error;
    lanes.next = lanes.count;
  }
  if (--lanes.running > 0) return;
  Resume<std::exception_ptr> resume = std::move(*lanes.all_ended);
  resume(lanes.error);
}

Task<std::exception_ptr> until_all_end(LanesPtr lanes, std::size_t at_once) {
  return suspend<std::exception_ptr>(
      [lanes = std::move(lanes), at_once](Resume<std::exception_ptr> resume) mutable {
        const LanesPtr begun = std::move(lanes);
        begun->all_ended.emplace(std::move(resume));
        begun->running = std::min(at_once, begun->count);
        for (std::size_t left = begun->running; left > 0; --left)
          spawn(lane(begun), [begun](const std::exception_ptr& error) { end_lane(*begun, error); });
      });
}

}  // namespace

Task<void> in_lanes(std::size_t count, std::size_t at_once,
                    std::function<Task<void>(std::size_t)> work) {
  if (count == 0) co_return;
  auto lanes = std::make_shared<Lanes>(std::move(work), count);
  const std::exception_ptr error = co_await until_all_end(std::move(lanes), at_once);
  if (error) std::rethrow_exception(error);
}

}  // namespace godwit::iterator
