// The steps of the last resolutions that went wrong, so that a failure of an hour ago can be
// explained: of those that failed, of answers that are bogus, of those that took long, and of those
// in whose stead an answer was given that had ended. One for all workers; any thread may call
// anything. What is kept are logs (iterator/step_log.h): no text is made before somebody asks. What
// is answered from the caches never comes here.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "iterator/answer.h"
#include "iterator/step_log.h"

namespace godwit::daemon {

enum class RecordedFor : std::uint8_t { failed, bogus, slow, stale };
inline constexpr std::size_t recorded_for_count = 4;

[[nodiscard]] std::string_view to_text(RecordedFor reason) noexcept;

struct RecorderLimits {
  // Of each kind, so that a flood of one does not push the others out. None: nothing is recorded.
  std::size_t entries = 128;
  std::size_t octets = 512 * 1024;
  iterator::Duration slow = std::chrono::seconds(2);  // an answer that took as long is slow
};

struct FlightRecord {
  RecordedFor reason = RecordedFor::failed;
  wire::Name name;
  wire::RrType type{};
  wire::Rcode rcode{};
  std::chrono::system_clock::time_point at;  // when it ended
  iterator::Duration took{};
  std::shared_ptr<const std::vector<std::uint8_t>> log;  // for iterator::read_steps
};

class FlightRecorder {
 public:
  explicit FlightRecorder(const RecorderLimits& limits) : limits_(limits) {}
  void set_limits(const RecorderLimits& limits);
  // Whether anything is recorded. No lock.
  [[nodiscard]] bool is_on() const noexcept { return is_on_.load(std::memory_order_relaxed); }

  // Why a resolution that ended so is kept; nothing: all was well. No lock.
  [[nodiscard]] std::optional<RecordedFor> reason_for(
      const iterator::trace::Finished& end) const noexcept;
  // Keeps it in place of the last one of that question and reason, and of the oldest ones where the
  // limits are met.
  void keep(RecordedFor reason, const iterator::trace::Finished& end,
            std::chrono::system_clock::time_point at, wire::Bytes log);

  // The newest first. `name`: of that name alone, whatever the type.
  [[nodiscard]] std::vector<FlightRecord> list(const wire::Name* name = nullptr) const;
  // All that is kept and its records' rows, at most recorded_for_count times the limit.
  [[nodiscard]] std::size_t octets() const;

 private:
  struct Kind {
    std::deque<FlightRecord> records;  // the oldest first
    std::size_t octets = 0;
  };
  static void drop(Kind& kind, std::deque<FlightRecord>::iterator record);
  static std::size_t size_of(const FlightRecord& record) noexcept;
  void make_room(Kind& kind) const;

  mutable std::mutex lock_;
  RecorderLimits limits_;
  std::atomic<iterator::Duration::rep> slow_{limits_.slow.count()};
  std::atomic<bool> is_on_{limits_.entries > 0};
  std::array<Kind, recorded_for_count> kinds_;
};

// A worker's logs: of resolutions under way, and those that wait to be written again, so that few
// take heap for their own.
class StepLogs {
 public:
  static constexpr std::size_t spare_max = 64;
  // Logs of as many resolutions are written at once; of those that begin meanwhile there is none.
  // Bounds what a flood of questions takes to some twice step_log_octets_max times this.
  static constexpr std::size_t in_use_max = 512;
  // Null: there are as many as may be.
  [[nodiscard]] std::unique_ptr<iterator::StepLog> take();
  void give_back(std::unique_ptr<iterator::StepLog> log);

 private:
  std::vector<std::unique_ptr<iterator::StepLog>> spare_;
  std::size_t in_use_ = 0;
};

// Writes a log of one resolution, and hands it to the recorder when it ends as one that is
// recorded. On the worker's thread.
class FlightTrace final : public iterator::Trace {
 public:
  FlightTrace(FlightRecorder& recorder, StepLogs& logs, const iterator::Clock& clock)
      : recorder_(recorder), logs_(logs), clock_(clock), log_(logs.take()) {}
  FlightTrace(const FlightTrace&) = delete;
  FlightTrace& operator=(const FlightTrace&) = delete;
  ~FlightTrace() override { logs_.give_back(std::move(log_)); }
  void on(iterator::trace::Told step) override;
  // Somebody who waits for it was given an answer that has ended.
  void note_stale() noexcept { gave_stale_ = true; }

 private:
  // Apart, so that each other step costs less.
  __attribute__((noinline)) void end(iterator::trace::Finished how);
  FlightRecorder& recorder_;
  StepLogs& logs_;
  const iterator::Clock& clock_;
  std::unique_ptr<iterator::StepLog> log_;
  bool gave_stale_ = false;
  bool is_recalled_ = false;  // it met a failure that was remembered
};

}  // namespace godwit::daemon
