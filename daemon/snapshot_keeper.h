// The file in which the cache outlives the process: loaded at start while questions are answered
// already, written at intervals and at the end, by a thread of its own, which others help to load.
// How old it is may rest on a wall clock that is set right only later, on a machine that has just
// been started: should that show, all that is remembered is forgotten. start(), configure() and
// stop() are for the main thread; figures() for any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cache/snapshot_load.h"
#include "daemon/log.h"
#include "daemon/new_file.h"
#include "daemon/snapshot_basis.h"

namespace godwit::daemon {

// The configured file; empty: cache.snapshot in the folder for state (new_file.h).
[[nodiscard]] std::string snapshot_file(const std::string& configured, const char* state_directory);

struct SnapshotKeeperOptions {
  std::string path;
  std::chrono::seconds interval{900};                 // 0: at the end alone
  std::uint64_t octets_max = 0;                       // of the file
  cache::Duration life_max = std::chrono::hours(24);  // of an entry
  unsigned load_threads = 1;                          // the keeper's own included
  // Less than clients wait before they ask again. It takes some 15 ms where there is a processor.
  std::chrono::milliseconds first_part_wait_max{500};
  // Forgets all that is remembered; called on the keeper's thread.
  std::function<void()> forget = [] {};
};

class SnapshotKeeper {
 public:
  SnapshotKeeper(SnapshotKeeperOptions options, const cache::SnapshotCaches& caches, Log& log);
  // Without a last snapshot, unless stop() was called.
  ~SnapshotKeeper();
  SnapshotKeeper(const SnapshotKeeper&) = delete;
  SnapshotKeeper& operator=(const SnapshotKeeper&) = delete;

  // What the data that come into the caches from now on rest on (snapshot_basis.h); before start(),
  // and after each change.
  void configure(const cache::SnapshotHead& basis);
  // Begins to load, and then to write.
  void start();
  // Returns once what had been found lately is loaded, or first_part_wait_max has passed.
  void wait_for_first_part();
  // Returns once all has been loaded that there was.
  void wait_until_loaded();
  // Begins the last snapshot, which ends before last_write_max or leaves the one before it.
  void stop() noexcept;
  // Waits for it.
  void join() noexcept;

  struct Figures {
    std::uint64_t loaded = 0, dropped = 0;  // entries, at start
    std::uint64_t age_seconds = 0;          // of what was loaded, then
    std::uint64_t written = 0;              // entries of the last snapshot
    std::uint64_t failures = 0;             // snapshots that could not be written
  };
  [[nodiscard]] Figures figures() const noexcept;

  // The file as it is now, to be taken in beside what is remembered, by any one thread. It may have
  // come from another machine: how old it is the wall clock alone says.
  struct Opened {
    std::unique_ptr<cache::SnapshotLoading> loading;
    std::string error;  // empty: it is there
  };
  [[nodiscard]] Opened open() const;
  [[nodiscard]] const std::string& path() const noexcept { return options_.path; }

  static constexpr mode_t file_mode = 0600;
  static constexpr std::chrono::seconds last_write_max{3};
  // More would fight for the memory and the shards.
  static constexpr unsigned load_threads_max = 4;
  // Between two blocks of 64 KiB of a snapshot that nobody waits for: 0.1 to 0.2 ms of CPU each.
  static constexpr std::chrono::milliseconds pause{1};
  // How often the clock is looked at, and for how long, after the load of a snapshot whose age is
  // uncertain, or when the machine was started so lately; what it may be set forward by meanwhile.
  static constexpr std::chrono::seconds clock_check_interval{5};
  static constexpr std::chrono::minutes clock_check_time{60};
  static constexpr std::chrono::seconds clock_forward_max{2};

 private:
  enum class Stage : std::uint8_t { running, stopping, abandoned };
  void run();
  void load();
  void note_loaded(bool SnapshotKeeper::*part);
  void report(const cache::SnapshotLoaded& loaded, std::chrono::milliseconds took);
  void write(bool is_last);
  void tell_not_kept(const std::string& error);
  // Whether there can be a file is told at the start: the first one may be long in coming.
  void try_place();
  [[nodiscard]] std::string try_write(bool is_last, cache::SnapshotWritten& written);
  // Waits until it is time for the next snapshot; false: the end has come first.
  [[nodiscard]] bool wait();
  [[nodiscard]] bool wait_for(cache::Duration time);
  void check_clock();
  [[nodiscard]] bool is_running() const noexcept {
    return stage_.load(std::memory_order_relaxed) == Stage::running;
  }
  void end(Stage stage) noexcept;
  [[nodiscard]] cache::SnapshotHead basis() const;

  SnapshotKeeperOptions options_;
  const uid_t own_user_;  // not to be had in the sandbox
  cache::SnapshotCaches caches_;
  Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<Stage> stage_{Stage::running};
  BasisInTime basis_;                                // behind the mutex
  bool has_first_part_ = false, is_loaded_ = false;  // behind the mutex
  bool may_write_ = true;      // what the path leads to is ours; here and below: the thread's own
  bool is_kept_ = true;        // whether the last write succeeded
  bool was_load_cut_ = false;  // by the end
  cache::Time clock_checked_until_{};
  std::int64_t clock_ahead_ = 0;  // wall clock less uptime at the load, in milliseconds
  std::atomic<std::uint64_t> loaded_{0}, dropped_{0}, age_seconds_{0}, written_{0}, failures_{0};
  std::thread thread_;
};

}  // namespace godwit::daemon
