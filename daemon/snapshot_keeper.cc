#include "daemon/snapshot_keeper.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/system_seams.h"

namespace godwit::daemon {
namespace {

using std::chrono::milliseconds;

std::int64_t clock_milliseconds(clockid_t clock) {
  timespec at{};
  ::clock_gettime(clock, &at);
  return std::int64_t{at.tv_sec} * 1000 + at.tv_nsec / 1'000'000;
}

// The basis with the time that it is.
cache::SnapshotHead with_times(cache::SnapshotHead basis) {
  basis.written = clock_milliseconds(CLOCK_REALTIME);
  basis.uptime = clock_milliseconds(CLOCK_BOOTTIME);
  return basis;
}

// As much as there is.
std::size_t read_all(int fd, wire::MutableBytes room) noexcept {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const auto count = ::read(fd, room.data() + filled, room.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

// A file that nobody but us and root may write to: its sums keep off damage, not forgery. Nothing
// is waited for at a path that leads to something else.
Fd open_to_read(const std::string& path, uid_t own_user) noexcept {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return Fd();
  const bool is_file = S_ISREG(status.st_mode);
  const bool is_ours = status.st_uid == own_user || status.st_uid == 0;
  if (is_file && is_ours && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return file;
  errno = is_file ? EPERM : EINVAL;
  return Fd();
}

}  // namespace

std::string snapshot_file(const std::string& configured, const char* state_directory) {
  return configured.empty() ? state_file(state_directory, "cache.snapshot") : configured;
}

SnapshotKeeper::SnapshotKeeper(SnapshotKeeperOptions options, const cache::SnapshotCaches& caches,
                               Log& log)
    : options_(std::move(options)),
      own_user_(::geteuid()),
      caches_(caches),
      log_(log),
      basis_(options_.life_max) {}

SnapshotKeeper::~SnapshotKeeper() {
  if (!thread_.joinable()) return;
  end(Stage::abandoned);
  thread_.join();
}

void SnapshotKeeper::configure(const cache::SnapshotHead& basis) {
  const std::lock_guard lock(mutex_);
  basis_.change(basis, SystemClock().now());
}

cache::SnapshotHead SnapshotKeeper::basis() const {
  const std::lock_guard lock(mutex_);
  return basis_.at(SystemClock().now());
}

void SnapshotKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

void SnapshotKeeper::end(Stage stage) noexcept {
  {
    const std::lock_guard lock(mutex_);
    stage_.store(stage, std::memory_order_relaxed);
  }
  changed_.notify_all();
}

void SnapshotKeeper::wait_for_first_part() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, options_.first_part_wait_max, [this] { return has_first_part_; });
}

void SnapshotKeeper::wait_until_loaded() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_loaded_; });
}

void SnapshotKeeper::stop() noexcept {
  if (is_running()) end(Stage::stopping);
}

void SnapshotKeeper::join() noexcept {
  if (thread_.joinable()) thread_.join();
}

SnapshotKeeper::Figures SnapshotKeeper::figures() const noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  return {loaded_.load(relaxed), dropped_.load(relaxed), age_seconds_.load(relaxed),
          written_.load(relaxed), failures_.load(relaxed)};
}

void SnapshotKeeper::run() try {
  ::pthread_setname_np(::pthread_self(), "snapshots");
  load();
  note_loaded(&SnapshotKeeper::has_first_part_);
  note_loaded(&SnapshotKeeper::is_loaded_);
  // Half of a snapshot never takes the place of a whole one.
  if (was_load_cut_) return;
  try_place();
  while (wait()) write(false);
  if (stage_.load(std::memory_order_relaxed) == Stage::stopping) write(true);
} catch (const std::exception& error) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  log_.error("snapshots-ended", {{"reason", error.what()}});
}

void SnapshotKeeper::note_loaded(bool SnapshotKeeper::*part) {
  {
    const std::lock_guard lock(mutex_);
    this->*part = true;
  }
  changed_.notify_all();
}

// False: the end has come before that.
bool SnapshotKeeper::wait_for(cache::Duration time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return !is_running(); });
}

bool SnapshotKeeper::wait() {
  const bool has_interval = options_.interval.count() > 0;
  const cache::Time until = SystemClock().now() + options_.interval;
  for (;;) {
    const cache::Time now = SystemClock().now();
    if (now >= clock_checked_until_) break;
    if (has_interval && until <= now + clock_check_interval) break;
    if (!wait_for(clock_check_interval)) return false;
    check_clock();
  }
  if (has_interval) return wait_for(until - SystemClock().now());
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_running(); });
  return false;
}

void SnapshotKeeper::check_clock() {
  const auto now = with_times({});
  const milliseconds forward(now.written - now.uptime - clock_ahead_);
  if (forward <= clock_forward_max) return;
  options_.forget();
  log_.warning("snapshot-forgotten",
               {{"reason", "the clock was set forward: what was loaded is older than it seemed"},
                {"milliseconds", forward.count()}});
  clock_checked_until_ = {};
}

void SnapshotKeeper::load() {
  const Fd file = open_to_read(options_.path, own_user_);
  if (!file.valid()) {
    if (errno == ENOENT) return;
    may_write_ = false;
    return log_.error("snapshot-refused", {{"file", options_.path},
                                           {"reason", with_errno("it cannot be read")},
                                           {"consequence", "it is not written over"}});
  }
  const auto began = SystemClock().now();
  cache::SnapshotExpected expected;
  expected.head = with_times(basis());
  expected.now = SystemClock().now();
  const cache::SnapshotSource source = [&](wire::MutableBytes room) {
    was_load_cut_ = !is_running();
    return was_load_cut_ ? 0 : read_all(file.get(), room);
  };
  const auto loaded =
      cache::load_snapshot(caches_, expected, source, options_.load_threads,
                           [this] { note_loaded(&SnapshotKeeper::has_first_part_); });
  loaded_.store(loaded.taken, std::memory_order_relaxed);
  dropped_.store(loaded.dropped, std::memory_order_relaxed);
  age_seconds_.store(static_cast<std::uint64_t>(loaded.age_milliseconds / 1000),
                     std::memory_order_relaxed);
  clock_ahead_ = expected.head.written - expected.head.uptime;
  const bool is_fresh_start = milliseconds(expected.head.uptime) < clock_check_time;
  if (loaded.taken > 0 && (is_fresh_start || !loaded.is_age_certain))
    clock_checked_until_ = began + clock_check_time;
  if (!was_load_cut_)
    report(loaded, std::chrono::duration_cast<milliseconds>(SystemClock().now() - began));
}

SnapshotKeeper::Opened SnapshotKeeper::open() const {
  auto file = std::make_shared<Fd>(open_to_read(options_.path, own_user_));
  if (!file->valid()) return {nullptr, with_errno(options_.path)};
  cache::SnapshotExpected expected;
  expected.head = with_times(basis());
  expected.head.uptime = 0;
  expected.now = SystemClock().now();
  return {std::make_unique<cache::SnapshotLoading>(
              caches_, expected,
              [file](wire::MutableBytes room) { return read_all(file->get(), room); }),
          {}};
}

void SnapshotKeeper::report(const cache::SnapshotLoaded& loaded, milliseconds took) {
  using cache::SnapshotFault;
  struct stat status {};
  const bool is_empty = ::stat(options_.path.c_str(), &status) == 0 && status.st_size == 0;
  if (loaded.fault == SnapshotFault::none) {
    return log_.info("snapshot-loaded",
                     {{"file", options_.path},
                      {"entries", loaded.taken},
                      {"dropped", loaded.dropped},
                      {"age-seconds", loaded.age_milliseconds / 1000},
                      {"milliseconds", took.count()},
                      {"validated", loaded.is_trusted ? "as before" : "not with these anchors"}});
  }
  may_write_ = loaded.fault != SnapshotFault::no_snapshot || is_empty;
  log_.warning(
      "snapshot-refused",
      {{"file", options_.path},
       {"reason", std::string("it ") + cache::describe(loaded.fault)},
       {"entries", loaded.taken},
       {"consequence", may_write_ ? "the cache begins with what came before the fault, if anything"
                                  : "it is not written over"}});
}

void SnapshotKeeper::write(bool is_last) {
  if (!may_write_) return;
  const auto began = SystemClock().now();
  cache::SnapshotWritten written;
  const std::string error = try_write(is_last, written);
  if (!is_last && !is_running()) return;  // the last one follows
  if (error.empty()) {
    written_.store(written.entries, std::memory_order_relaxed);
    const auto took = std::chrono::duration_cast<milliseconds>(SystemClock().now() - began);
    const std::initializer_list<LogField> fields{{"file", options_.path},
                                                 {"entries", written.entries},
                                                 {"octets", written.octets},
                                                 {"milliseconds", took.count()}};
    if (is_last || !is_kept_)
      log_.info("snapshot-written", fields);
    else
      log_.debug("snapshot-written", fields);
    is_kept_ = true;
  } else {
    failures_.fetch_add(1, std::memory_order_relaxed);
    tell_not_kept(error);
  }
}

void SnapshotKeeper::tell_not_kept(const std::string& error) {
  if (is_kept_)
    log_.warning("snapshot-not-kept", {{"file", options_.path},
                                       {"reason", error},
                                       {"consequence", "the file is as it was, if there is one"}});
  is_kept_ = false;
}

void SnapshotKeeper::try_place() {
  if (!may_write_) return;
  NewFile file(options_.path, file_mode);
  if (const auto error = file.open(); !error.empty()) tell_not_kept(error);
  file.discard();
}

std::string SnapshotKeeper::try_write(bool is_last, cache::SnapshotWritten& written) {
  NewFile file(options_.path, file_mode);
  if (auto error = file.open(); !error.empty()) return error;
  const cache::SnapshotHead head = with_times(basis());
  const auto deadline = SystemClock().now() + last_write_max;
  std::string error;
  written = cache::write_snapshot(
      caches_, head, SystemClock().now(), options_.octets_max, [&](wire::Bytes octets) {
        if (is_last && SystemClock().now() > deadline) error = "there was no time for all of it";
        if (error.empty()) error = file.write(octets);
        if (!error.empty()) return false;
        if (is_last) return true;
        return octets.size() < cache::snapshot_block_octets ? is_running() : wait_for(pause);
      });
  // What came into the caches meanwhile may rest on the new one.
  const auto basis_now = basis();
  if (basis_now.validation != head.validation || basis_now.sources != head.sources)
    error = "the settings were changed meanwhile";
  // The last one is waited for: what a crash of the machine in these seconds leaves of it is
  // refused.
  if (written.whole && error.empty() && !is_last) error = file.make_durable();
  if (!written.whole || !error.empty()) {
    file.discard();
    return error.empty() ? "it was not finished" : error;
  }
  if (error = file.take_place(); !error.empty() || is_last) return error;
  return file.make_place_durable();
}

}  // namespace godwit::daemon
