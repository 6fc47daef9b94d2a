// Answers that are fetched again before they end (iterator/prefetch.h): begun when the turn that
// gave them is over, and only while there is room for the questions that wait.
#include "daemon/query_slot.h"

namespace godwit::daemon {
namespace {

// Of a worker at one time. Each may need sockets and time as a client's question does.
constexpr std::size_t refreshes_max = 64;

}  // namespace

void QueryService::note_use(const iterator::Question& question,
                            const iterator::Life& life) noexcept {
  if (services_.resolver.note_use(question, life, is_too_busy_to_refresh()))
    refresh_later(question, life);
}

void QueryService::note_use(const ReadyQuery& query, const iterator::Life& life) noexcept {
  const wire::RrType type{query.type};
  if (services_.resolver.note_use(query.hash, type, life, is_too_busy_to_refresh()))
    refresh_later({wire::Name::from_valid_wire(query.name()), type}, life);
}

bool QueryService::is_too_busy_to_refresh() const noexcept {
  const std::size_t half = policy_.maxima.total / 2;
  return closed_ || refreshing_ >= refreshes_max || running_ >= half ||
         services_.limits.total() >= half;
}

// The answer that is being given goes first.
void QueryService::refresh_later(const iterator::Question& question,
                                 const iterator::Life& life) noexcept {
  try {
    services_.mailbox.post([this, question, life] { start_refresh(question, life); });
  } catch (const std::exception&) {
    services_.counters.exceptions.add();
  }
}

void QueryService::start_refresh(const iterator::Question& question, const iterator::Life& life) {
  if (closed_) return;
  auto task = refresh(question, life);
  ++refreshing_;
  try {
    iterator::spawn(std::move(task), [this](const std::exception_ptr& error) {
      --refreshing_;
      if (error) services_.counters.exceptions.add();
    });
  } catch (...) {
    --refreshing_;
    throw;
  }
}

iterator::Task<void> QueryService::refresh(iterator::Question question, iterator::Life life) {
  const std::unique_ptr<WalkTrace> trace = make_trace(question);
  iterator::Trace* const listener = trace.get();
  co_await services_.resolver.refresh(std::move(question), life, listener);
}

}  // namespace godwit::daemon
