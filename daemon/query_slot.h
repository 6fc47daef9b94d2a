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
};

// Writes the steps of one resolution to the log.
class QueryService::LogTrace final : public iterator::Trace {
 public:
  LogTrace(Log& log, std::string question) : log_(log), question_(std::move(question)) {}
  void on(const iterator::trace::Event& event) override {
    log_.debug("walk", {{"question", question_}, {"step", iterator::trace::to_text(event)}});
  }

 private:
  Log& log_;
  std::string question_;
};

}  // namespace godwit::daemon
