#include "daemon/flight_recorder.h"

#include <algorithm>
#include <tuple>

namespace godwit::daemon {

std::string_view to_text(RecordedFor reason) noexcept {
  switch (reason) {
    case RecordedFor::failed:
      return "failed";
    case RecordedFor::bogus:
      return "bogus";
    case RecordedFor::stale:
      return "stale";
    case RecordedFor::slow:
      break;
  }
  return "slow";
}

void FlightRecorder::set_limits(const RecorderLimits& limits) {
  const std::lock_guard guard(lock_);
  limits_ = limits;
  slow_.store(limits.slow.count(), std::memory_order_relaxed);
  is_on_.store(limits.entries > 0, std::memory_order_relaxed);
  for (Kind& kind : kinds_) make_room(kind);
}

std::optional<RecordedFor> FlightRecorder::reason_for(
    const iterator::trace::Finished& end) const noexcept {
  using iterator::ResolveError;
  // The end of the program is nobody's fault.
  if (end.error == ResolveError::cancelled) return std::nullopt;
  const bool is_bogus =
      end.error == ResolveError::bogus || end.error == ResolveError::out_of_validation;
  if (is_bogus) return RecordedFor::bogus;
  if (end.gave_stale) return RecordedFor::stale;
  if (end.error != ResolveError::none) return RecordedFor::failed;
  const iterator::Duration slow(slow_.load(std::memory_order_relaxed));
  if (end.elapsed >= slow) return RecordedFor::slow;
  return std::nullopt;
}

void FlightRecorder::keep(RecordedFor reason, const iterator::trace::Finished& end,
                          std::chrono::system_clock::time_point at, wire::Bytes log) {
  FlightRecord record;
  record.reason = reason;
  record.name = end.name.to_lower();
  record.type = end.type;
  record.rcode = end.rcode;
  record.at = at;
  record.took = end.elapsed;
  record.log = std::make_shared<const std::vector<std::uint8_t>>(log.begin(), log.end());
  const std::lock_guard guard(lock_);
  Kind& kind = kinds_[static_cast<std::size_t>(reason)];
  const auto same = std::ranges::find_if(kind.records, [&record](const FlightRecord& known) {
    return known.type == record.type && known.name == record.name;
  });
  if (same != kind.records.end()) drop(kind, same);
  kind.octets += size_of(record);
  kind.records.push_back(std::move(record));
  make_room(kind);
}

std::vector<FlightRecord> FlightRecorder::list(const wire::Name* name) const {
  std::vector<FlightRecord> found;
  {
    const std::lock_guard guard(lock_);
    for (const Kind& kind : kinds_)
      for (const FlightRecord& record : kind.records)
        if (name == nullptr || record.name == *name) found.push_back(record);
  }
  std::ranges::sort(found, [](const FlightRecord& a, const FlightRecord& b) {
    if (a.at != b.at) return a.at > b.at;
    return std::tie(a.reason, a.type, a.name) < std::tie(b.reason, b.type, b.name);
  });
  return found;
}

std::size_t FlightRecorder::octets() const {
  const std::lock_guard guard(lock_);
  std::size_t sum = 0;
  for (const Kind& kind : kinds_) sum += kind.octets;
  return sum;
}

void FlightRecorder::drop(Kind& kind, std::deque<FlightRecord>::iterator record) {
  kind.octets -= size_of(*record);
  kind.records.erase(record);
}

std::size_t FlightRecorder::size_of(const FlightRecord& record) noexcept {
  return sizeof(FlightRecord) + record.log->size();
}

void FlightRecorder::make_room(Kind& kind) const {
  while (kind.records.size() > limits_.entries || kind.octets > limits_.octets)
    drop(kind, kind.records.begin());
}

std::unique_ptr<iterator::StepLog> StepLogs::take() {
  if (in_use_ >= in_use_max) return nullptr;
  ++in_use_;
  if (spare_.empty()) return std::make_unique<iterator::StepLog>();
  std::unique_ptr<iterator::StepLog> log = std::move(spare_.back());
  spare_.pop_back();
  return log;
}

void StepLogs::give_back(std::unique_ptr<iterator::StepLog> log) {
  if (!log) return;
  --in_use_;
  if (spare_.size() >= spare_max) return;
  log->clear();
  spare_.push_back(std::move(log));
}

void FlightTrace::on(iterator::trace::Told step) {
  if (!log_) return;
  if (step.get_if<iterator::trace::FailureRecalled>() != nullptr) is_recalled_ = true;
  const auto* const finished = step.get_if<iterator::trace::Finished>();
  if (finished != nullptr) return end(*finished);
  log_->on(step);
}

void FlightTrace::end(iterator::trace::Finished how) {
  how.gave_stale = how.gave_stale || gave_stale_;
  log_->on(how);
  // What was recorded when it failed tells more.
  if (is_recalled_ && how.packets == 0) return;
  if (const auto reason = recorder_.reason_for(how))
    recorder_.keep(*reason, how, clock_.wall(), log_->octets());
}

}  // namespace godwit::daemon
