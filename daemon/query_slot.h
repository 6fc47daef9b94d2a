// A query that waits, as query_service keeps it.
#pragma once

#include "daemon/query_service.h"

namespace godwit::daemon {

// In the list of all that wait, in the order of their coming, from take_slot to release.
struct QueryService::Slot {
  std::uint32_t index = 0;
  std::uint32_t generation = 1;
  bool in_use = false;
  Slot* older = nullptr;
  Slot* newer = nullptr;
  iterator::Time received{};
  WaitingKey key;
  Client client;
  ReplyRoute route;
  RequestContext context;
  // Of the walk that it waits for, while that goes on; null: nobody listens to it.
  WalkTrace* trace = nullptr;
};

// Has the steps of one resolution recorded, and written to the log where somebody reads that
// closely.
class QueryService::WalkTrace final : public iterator::Trace {
 public:
  // `question`: as the log tells it; empty: it is not written there.
  WalkTrace(const Services& services, StepLogs& logs, std::string question)
      : log_(services.log),
        question_(std::move(question)),
        is_recorded_(services.recorder.is_on()),
        flight_(services.recorder, logs, services.clock) {}
  void on(iterator::trace::Told step) override {
    if (is_recorded_) flight_.on(step);
    if (!question_.empty()) write(step);
  }
  void note_stale() noexcept { flight_.note_stale(); }

 private:
  void write(iterator::trace::Told step) const;
  Log& log_;
  const std::string question_;
  const bool is_recorded_;
  FlightTrace flight_;
};

}  // namespace godwit::daemon
