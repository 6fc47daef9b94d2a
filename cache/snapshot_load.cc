#include "cache/snapshot_load.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>

#include "cache/snapshot_record.h"

namespace godwit::cache {
namespace {

// Entries are looked for that long before they are put, so that the processor does not wait for
// memory.
constexpr std::size_t entries_ahead = 32;

// One of zeros stands for several: it is the same as none.
bool is_same(const SnapshotSum& one, const SnapshotSum& other) noexcept {
  return one == other && one != SnapshotSum{};
}

// How many records a payload has. Nothing: their lengths do not add up to its own.
std::optional<std::uint64_t> count_records(wire::Bytes payload) noexcept {
  std::uint64_t records = 0;
  wire::ByteReader reader(payload);
  for (; !reader.at_end(); ++records) (void)next_record(reader);
  if (!reader.ok()) return std::nullopt;
  return records;
}

// What the end says.
std::optional<std::uint64_t> read_end(wire::Bytes payload) noexcept {
  wire::ByteReader reader(payload);
  const std::uint64_t high = reader.u32();
  const std::uint64_t entries = high << 32 | reader.u32();
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return entries;
}

// Which blocks are of what had been found lately: all before the second run of RRsets. Whether they
// are taken.
class FirstPart {
 public:
  // In the order of the file.
  void read(std::uint32_t number, SnapshotKind kind, bool is_good) noexcept {
    const bool begins_rest = kind == SnapshotKind::rrsets && last_ != SnapshotKind::rrsets;
    if (begins_rest || kind == SnapshotKind::end || !is_good) count_ = std::min(count_, number);
    last_ = kind;
  }
  void taken(std::uint32_t number) noexcept { taken_ += number < count_ ? 1 : 0; }
  [[nodiscard]] bool is_taken() const noexcept { return taken_ == count_; }

 private:
  SnapshotKind last_ = SnapshotKind::rrsets;
  std::uint32_t count_ = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t taken_ = 0;
};

}  // namespace

// Blocks are read one after the other, checked by whoever has read them, and let in in the order of
// the file: of one that is damaged nobody has taken what comes after it.
class SnapshotLoading::Impl {
 public:
  Impl(const SnapshotCaches& caches, const SnapshotExpected& expected, SnapshotSource source,
       std::function<void()> on_first_part)
      : caches_(caches),
        expected_(expected),
        source_(std::move(source)),
        on_first_part_(std::move(on_first_part)) {}

  bool advance() {
    const bool is_taken = advance(block_);
    if (!is_taken) tell_first_part();
    return is_taken;
  }
  // Any threads at once.
  void take_rest() {
    Block block;
    // Who answers questions on this processor need not wait for more than a block.
    while (advance(block)) std::this_thread::yield();
  }
  // Once, whoever comes first.
  void tell_first_part() {
    if (!is_first_part_told_.exchange(true) && on_first_part_) on_first_part_();
  }
  // While no thread advances.
  [[nodiscard]] const SnapshotLoaded& loaded() const noexcept { return loaded_; }

 private:
  // Each thread has its own.
  struct Block {
    std::uint32_t number = 0;
    SnapshotFault fault = SnapshotFault::none;  // of what was read
    SnapshotKind kind = SnapshotKind::end;
    SnapshotBlockHeadOctets head{};
    SnapshotOctets payload;
  };
  bool advance(Block& block) {
    const bool is_read = read(block);
    if (is_first_part_taken()) tell_first_part();
    if (!is_read || !let_in(block)) return false;
    take(block);
    return true;
  }
  [[nodiscard]] bool is_first_part_taken() {
    const std::lock_guard lock(mutex_);
    return first_part_.is_taken();
  }
  [[nodiscard]] bool read(Block& block) {
    const std::lock_guard lock(mutex_);
    if (!blocks_ && !is_all_read_) {
      loaded_.fault = open();
      is_all_read_ = loaded_.fault != SnapshotFault::none;
    }
    if (is_all_read_) return false;
    block.fault = fill(block);
    block.number = next_read_++;
    first_part_.read(block.number, block.kind, block.fault == SnapshotFault::none);
    is_all_read_ = block.fault != SnapshotFault::none || block.kind == SnapshotKind::end;
    return true;
  }
  [[nodiscard]] SnapshotFault open() {
    SnapshotHeadOctets head{};
    const std::size_t octets = source_(head);
    const SnapshotFault fault = begin(wire::Bytes(head).first(octets));
    if (fault == SnapshotFault::none) blocks_.emplace(head);
    return fault;
  }
  [[nodiscard]] SnapshotFault begin(wire::Bytes octets) {
    const auto [fault, head] = read_snapshot_head(octets);
    if (fault != SnapshotFault::none) return fault;
    if (!is_same(head.sources, expected_.head.sources)) return SnapshotFault::other_sources;
    const std::int64_t by_wall = expected_.head.written - head.written;
    const std::int64_t by_uptime = expected_.head.uptime - head.uptime;
    if (by_wall < -snapshot_from_future_max.count()) return SnapshotFault::from_future;
    loaded_.is_trusted = is_same(head.validation, expected_.head.validation);
    loaded_.age_milliseconds = std::max<std::int64_t>({0, by_wall, by_uptime});
    loaded_.is_age_certain = std::abs(by_wall - by_uptime) <= snapshot_clocks_apart_max.count();
    return SnapshotFault::none;
  }
  [[nodiscard]] SnapshotFault fill(Block& block) {
    if (source_(block.head) < block.head.size()) return SnapshotFault::cut_short;
    const auto opened = SnapshotBlocks::open(block.head);
    if (!opened) return SnapshotFault::damaged;
    block.kind = opened->kind;
    block.payload.resize(opened->octets);
    const bool is_all = source_(block.payload) == block.payload.size();
    return is_all ? SnapshotFault::none : SnapshotFault::cut_short;
  }

  // Waits until all blocks before it are let in. False: nothing of it is to be taken. Between the
  // read of a block and this nothing may fail, or others would wait for it for good.
  [[nodiscard]] bool let_in(const Block& block) {
    const bool is_whole = block.fault == SnapshotFault::none &&
                          blocks_->is_whole(block.number, block.head, block.payload);
    const bool is_end = block.kind == SnapshotKind::end;
    const auto records = is_whole && !is_end ? count_records(block.payload) : std::nullopt;
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return is_over_ || next_let_in_ == block.number; });
    if (is_over_) return false;
    ++next_let_in_;
    if (records) {
      records_ += *records;
    } else {
      const bool is_good_end =
          is_whole && is_end && read_end(block.payload) == records_ && is_at_end_of_file();
      if (!is_good_end)
        loaded_.fault = block.fault != SnapshotFault::none ? block.fault : SnapshotFault::damaged;
      is_over_ = is_all_read_ = true;
    }
    lock.unlock();
    turn_.notify_all();
    // Of one whose records do not end where it does, those before that are good.
    return is_whole && !is_end;
  }
  [[nodiscard]] bool is_at_end_of_file() {
    std::uint8_t beyond = 0;
    return source_({&beyond, 1}) == 0;
  }

  void take(const Block& block) {
    Counts counts;
    switch (block.kind) {
      case SnapshotKind::rrsets:
        take_packed(block, caches_.rrsets, counts, [this](const Pending& pending, Time expires) {
          return caches_.rrsets.restore(pending.record, pending.hash, expires, most(),
                                        expected_.now);
        });
        break;
      case SnapshotKind::delegations:
        take_packed(block, caches_.delegations, counts,
                    [this](const Pending& pending, Time expires) {
                      return caches_.delegations.restore(pending.record, pending.hash, expires,
                                                         expected_.now);
                    });
        break;
      case SnapshotKind::negatives:
        take_negatives(block, counts);
        break;
      case SnapshotKind::end:
        break;
    }
    const std::lock_guard lock(mutex_);
    loaded_.taken += counts.taken;
    loaded_.dropped += counts.dropped;
    first_part_.taken(block.number);
  }

  struct Counts {
    std::uint64_t taken = 0, dropped = 0;
    void add(bool was_taken) noexcept { ++(was_taken ? taken : dropped); }
  };
  struct Pending {
    PackedRecord record;
    std::uint64_t hash = 0;
  };
  template <class Cache, class Restore>
  void take_packed(const Block& block, const Cache& cache, Counts& counts, Restore&& restore) {
    std::array<Pending, entries_ahead> pending;
    std::size_t begun = 0, ended = 0;
    const auto end_one = [&] {
      const Pending& next = pending[ended++ % entries_ahead];
      counts.add(restore(next, expiry_of(next.record.left)));
    };
    wire::ByteReader reader(block.payload);
    while (!reader.at_end()) {
      const auto record = read_packed(next_record(reader));
      if (!record || is_expired(record->left)) {
        counts.add(false);
        continue;
      }
      if (begun - ended == entries_ahead) end_one();
      pending[begun++ % entries_ahead] = {*record, cache.prefetch(record->owner)};
    }
    while (ended < begun) end_one();
  }
  void take_negatives(const Block& block, Counts& counts) {
    wire::ByteReader reader(block.payload);
    while (!reader.at_end()) {
      const auto record = read_negative(next_record(reader));
      counts.add(record && !is_expired(record->left) &&
                 caches_.negatives.restore(record->denial, record->type, expiry_of(record->left),
                                           most(), expected_.now));
    }
  }

  [[nodiscard]] Security most() const noexcept {
    return loaded_.is_trusted ? Security::secure : Security::indeterminate;
  }
  [[nodiscard]] bool is_expired(std::uint32_t left) const noexcept {
    return left <= loaded_.age_milliseconds;
  }
  [[nodiscard]] Time expiry_of(std::uint32_t left) const noexcept {
    return expected_.now + std::chrono::milliseconds(left - loaded_.age_milliseconds);
  }

  const SnapshotCaches caches_;
  const SnapshotExpected expected_;
  const SnapshotSource source_;
  const std::function<void()> on_first_part_;
  std::atomic<bool> is_first_part_told_{false};
  Block block_;  // of who takes one at a time
  std::mutex mutex_;
  std::condition_variable turn_;
  std::optional<SnapshotBlocks> blocks_;  // once the head is read; does not change after that
  // All behind the mutex, but for what the head has told of the age and the trust.
  SnapshotLoaded loaded_;
  FirstPart first_part_;
  bool is_all_read_ = false;
  bool is_over_ = false;  // nothing more is taken
  std::uint32_t next_read_ = 0, next_let_in_ = 0;
  std::uint64_t records_ = 0;  // of the blocks that were let in
};

SnapshotLoading::SnapshotLoading(const SnapshotCaches& caches, const SnapshotExpected& expected,
                                 SnapshotSource source, std::function<void()> on_first_part)
    : impl_(std::make_unique<Impl>(caches, expected, std::move(source), std::move(on_first_part))) {
}
SnapshotLoading::~SnapshotLoading() = default;

bool SnapshotLoading::advance() {
  return impl_->advance();
}

void SnapshotLoading::finish(unsigned threads) {
  std::vector<std::future<void>> others;
  others.reserve(threads);
  try {
    while (others.size() + 1 < threads)
      others.push_back(std::async(std::launch::async, [this] { impl_->take_rest(); }));
  } catch (const std::system_error&) {
    // There are no more threads to be had: those there are will do.
  }
  impl_->take_rest();
  for (auto& other : others) other.get();
  impl_->tell_first_part();
}

const SnapshotLoaded& SnapshotLoading::loaded() const noexcept {
  return impl_->loaded();
}

SnapshotLoaded load_snapshot(const SnapshotCaches& caches, const SnapshotExpected& expected,
                             const SnapshotSource& source, unsigned threads,
                             std::function<void()> on_first_part) {
  SnapshotLoading loading(caches, expected, source, std::move(on_first_part));
  loading.finish(threads);
  return loading.loaded();
}

}  // namespace godwit::cache
