// Queries that have waited long enough get what has ended (RFC 8767 §5), if there is such a thing;
// the walk goes on, and what it finds is for those who ask next.
#include "daemon/query_slot.h"

namespace godwit::daemon {

void QueryService::arm_stale() {
  if (!policy_.gives_stale || closed_ || stale_deadline_ != 0 || next_for_stale_ == nullptr) return;
  const auto when = next_for_stale_->received + policy_.stale_wait;
  stale_deadline_ = services_.timers.at(when, [this] { offer_stale(); });
}

void QueryService::offer_stale() {
  stale_deadline_ = 0;
  const auto now = services_.clock.now();
  while (next_for_stale_ != nullptr && next_for_stale_->received + policy_.stale_wait <= now) {
    auto& slot = *next_for_stale_;
    next_for_stale_ = slot.newer;
    (void)answer_stale(slot);
  }
  arm_stale();
}

bool QueryService::answer_stale(const Slot& slot) {
  if (!policy_.gives_stale) return false;
  const auto answer = services_.resolver.stale_answer(slot.context.question);
  if (!answer) return false;
  if (answer->stale && slot.trace != nullptr) slot.trace->note_stale();
  finish({slot.index, slot.generation}, *answer);
  return true;
}

}  // namespace godwit::daemon
