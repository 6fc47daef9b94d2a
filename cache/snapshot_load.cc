#include "cache/snapshot_load.h"

#include "cache/snapshot_record.h"

namespace godwit::cache {
namespace {

// One of zeros stands for several: it is the same as none.
bool is_same(const SnapshotSum& one, const SnapshotSum& other) noexcept {
  return one == other && one != SnapshotSum{};
}

}  // namespace

class SnapshotLoading::Impl {
 public:
  Impl(const SnapshotCaches& caches, const SnapshotExpected& expected, SnapshotSource source)
      : caches_(caches), expected_(expected), source_(std::move(source)) {}

  bool advance() {
    if (blocks_)
      loaded_.fault = next(*blocks_);
    else
      loaded_.fault = open();
    return loaded_.fault == SnapshotFault::none && !is_at_end_;
  }
  [[nodiscard]] const SnapshotLoaded& loaded() const noexcept { return loaded_; }

 private:
  [[nodiscard]] SnapshotFault open() {
    SnapshotHeadOctets head{};
    const std::size_t octets = source_(head);
    const SnapshotFault fault = begin(wire::Bytes(head).first(octets));
    if (fault == SnapshotFault::none) blocks_.emplace(head);
    return fault;
  }
  [[nodiscard]] SnapshotFault begin(wire::Bytes octets) {
    const ReadSnapshotHead read = read_snapshot_head(octets);
    if (read.fault != SnapshotFault::none) return read.fault;
    if (!is_same(read.head.sources, expected_.head.sources)) return SnapshotFault::other_sources;
    const std::int64_t by_wall = expected_.head.written - read.head.written;
    const std::int64_t by_uptime = expected_.head.uptime - read.head.uptime;
    if (by_wall < -snapshot_from_future_max.count()) return SnapshotFault::from_future;
    loaded_.is_trusted = is_same(read.head.validation, expected_.head.validation);
    loaded_.age_milliseconds = std::max<std::int64_t>({0, by_wall, by_uptime});
    loaded_.is_age_certain = std::abs(by_wall - by_uptime) <= snapshot_clocks_apart_max.count();
    return SnapshotFault::none;
  }

  [[nodiscard]] SnapshotFault next(SnapshotBlocks& blocks) {
    SnapshotBlockHeadOctets head;
    if (source_(head) < head.size()) return SnapshotFault::cut_short;
    const auto opened = SnapshotBlocks::open(head);
    if (!opened) return SnapshotFault::damaged;
    payload_.resize(opened->octets);
    if (source_(payload_) < payload_.size()) return SnapshotFault::cut_short;
    const bool good = blocks.is_next(head, payload_) && take(opened->kind);
    return good ? SnapshotFault::none : SnapshotFault::damaged;
  }

  [[nodiscard]] bool take(SnapshotKind kind) {
    switch (kind) {
      case SnapshotKind::rrsets:
        return take_packed(caches_.rrsets, [this](const Pending& pending, Time expires) {
          return caches_.rrsets.restore(pending.record, pending.hash, expires, most(),
                                        expected_.now);
        });
      case SnapshotKind::delegations:
        return take_packed(caches_.delegations, [this](const Pending& pending, Time expires) {
          return caches_.delegations.restore(pending.record, pending.hash, expires, expected_.now);
        });
      case SnapshotKind::negatives:
        return take_negatives();
      case SnapshotKind::end:
        return take_end();
    }
    return false;
  }

  struct Pending {
    PackedRecord record;
    std::uint64_t hash = 0;
  };
  // All of a block are looked for before the first is put, so that the processor waits for memory
  // once for many.
  template <class Cache, class Restore>
  [[nodiscard]] bool take_packed(const Cache& cache, Restore&& restore) {
    pending_.clear();
    wire::ByteReader reader(payload_);
    while (reader.ok() && !reader.at_end()) {
      const auto record = read_packed(next_record(reader));
      if (!record || is_expired(record->left))
        ++loaded_.dropped;
      else
        pending_.push_back({*record, cache.prefetch(record->owner)});
    }
    for (const Pending& pending : pending_) count(restore(pending, expiry_of(pending.record.left)));
    return reader.ok();
  }
  [[nodiscard]] bool take_negatives() {
    wire::ByteReader reader(payload_);
    while (reader.ok() && !reader.at_end()) {
      const auto record = read_negative(next_record(reader));
      count(record && !is_expired(record->left) &&
            caches_.negatives.restore(record->denial, record->type, expiry_of(record->left), most(),
                                      expected_.now));
    }
    return reader.ok();
  }
  // Whether as many entries were seen as were written, and nothing follows.
  [[nodiscard]] bool take_end() {
    wire::ByteReader reader(payload_);
    const std::uint64_t high = reader.u32();
    const std::uint64_t entries = high << 32 | reader.u32();
    std::uint8_t beyond = 0;
    is_at_end_ = true;
    return reader.ok() && reader.at_end() && entries == loaded_.taken + loaded_.dropped &&
           source_({&beyond, 1}) == 0;
  }

  void count(bool was_taken) noexcept { ++(was_taken ? loaded_.taken : loaded_.dropped); }
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
  SnapshotLoaded loaded_;
  std::optional<SnapshotBlocks> blocks_;  // once the head is read
  bool is_at_end_ = false;
  SnapshotOctets payload_;
  std::vector<Pending> pending_;
};

SnapshotLoading::SnapshotLoading(const SnapshotCaches& caches, const SnapshotExpected& expected,
                                 SnapshotSource source)
    : impl_(std::make_unique<Impl>(caches, expected, std::move(source))) {}
SnapshotLoading::~SnapshotLoading() = default;

bool SnapshotLoading::advance() {
  return impl_->advance();
}

const SnapshotLoaded& SnapshotLoading::loaded() const noexcept {
  return impl_->loaded();
}

SnapshotLoaded load_snapshot(const SnapshotCaches& caches, const SnapshotExpected& expected,
                             const SnapshotSource& source) {
  SnapshotLoading loading(caches, expected, source);
  while (loading.advance()) {
  }
  return loading.loaded();
}

}  // namespace godwit::cache
