#include "cache/snapshot_write.h"

#include "cache/packed_entry.h"
#include "cache/snapshot_record.h"

namespace godwit::cache {
namespace {

constexpr std::uint8_t warm_from = 2;  // an entry begins with 1
// What the end of the file takes.
constexpr std::size_t count_octets = 8;

// Found lately, or often once.
bool is_warm(std::span<const std::uint64_t> words) noexcept {
  const PackedHead head = PackedHead::from_word(words.front());
  return head.is_visited() || head.plain_heat() >= warm_from;
}

// Gathers records, and passes them on in blocks.
class Writer {
 public:
  Writer(const SnapshotHead& head, Time now, std::uint64_t octets_max, const SnapshotSink& sink)
      : head_(write_snapshot_head(head)),
        blocks_(head_),
        now_(now),
        octets_max_(octets_max),
        sink_(sink) {
    send(head_);
  }

  // While a lock is held.
  void add(std::span<const std::uint64_t> words) {
    const PackedEntry entry(words.data());
    if (entry.expires <= now_) return;
    PackedRecord record;
    record.left = left_of(entry.expires);
    record.type = entry.type;
    record.rank = entry.rank;
    record.heat = PackedHead::from_word(words.front()).heat;
    record.owner = entry.owner;
    record.payload = entry.payload;
    append_packed(record, records_);
    ++entries_;
    cut_if_long();
  }
  void add(const CachedNegative& denial, wire::RrType type) {
    const std::size_t before = records_.size();
    append_negative({left_of(denial.expires), type, denial}, records_);
    if (records_.size() - before > snapshot_block_octets) records_.resize(before);
    if (records_.size() == before) return;
    ++entries_;
    cut_if_long();
  }

  // Without a lock: passes on what is a block. False: there is no use in going on.
  bool pass_on(SnapshotKind kind) {
    std::size_t begin = 0;
    for (const std::size_t end : std::exchange(ends_, {})) {
      send_block(kind, wire::Bytes(records_).subspan(begin, end - begin));
      begin = end;
    }
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(begin));
    return goes_on();
  }
  // The same with what is not one yet.
  void pass_on_all(SnapshotKind kind) {
    if (records_.size() > block_begin()) ends_.push_back(records_.size());
    pass_on(kind);
  }
  [[nodiscard]] SnapshotWritten end() {
    SnapshotOctets count(count_octets);
    wire::store_u32(count.data(), static_cast<std::uint32_t>(entries_ >> 32));
    wire::store_u32(count.data() + 4, static_cast<std::uint32_t>(entries_));
    send_block(SnapshotKind::end, count);
    return {!failed_, entries_, octets_};
  }

 private:
  [[nodiscard]] std::uint32_t left_of(Time expires) const noexcept {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(expires - now_);
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<std::uint32_t>::max()));
  }
  [[nodiscard]] std::size_t block_begin() const noexcept {
    return ends_.empty() ? 0 : ends_.back();
  }
  void cut_if_long() {
    if (records_.size() - block_begin() >= snapshot_block_octets) ends_.push_back(records_.size());
  }
  [[nodiscard]] bool goes_on() const noexcept {
    return !failed_ && octets_ + records_.size() < octets_max_;
  }
  void send_block(SnapshotKind kind, wire::Bytes payload) {
    send(blocks_.seal(kind, payload));
    send(payload);
  }
  void send(wire::Bytes octets) {
    failed_ = failed_ || !sink_(octets);
    octets_ += octets.size();
  }

  SnapshotHeadOctets head_;
  SnapshotBlocks blocks_;
  Time now_;
  std::uint64_t octets_max_;
  const SnapshotSink& sink_;
  SnapshotOctets records_;         // that are not passed on yet
  std::vector<std::size_t> ends_;  // of blocks in them
  std::uint64_t entries_ = 0;
  std::uint64_t octets_ = 0;
  bool failed_ = false;
};

enum class Share : std::uint8_t { warm, rest, all };

template <class Cache>
void write_packed(const Cache& cache, SnapshotKind kind, Share share, Writer& writer) {
  const auto add = [&](std::span<const std::uint64_t> words) {
    if (share == Share::all || is_warm(words) == (share == Share::warm)) writer.add(words);
  };
  cache.for_each_packed(add, [&] { return writer.pass_on(kind); });
  writer.pass_on_all(kind);
}

void write_negatives(const NegativeCache& negatives, Time now, Writer& writer) {
  const auto add = [&](const CachedNegative& denial, wire::RrType type) {
    writer.add(denial, type);
  };
  negatives.for_each(now, add, [&] { return writer.pass_on(SnapshotKind::negatives); });
  writer.pass_on_all(SnapshotKind::negatives);
}

}  // namespace

SnapshotWritten write_snapshot(const SnapshotCaches& caches, const SnapshotHead& head, Time now,
                               std::uint64_t octets_max, const SnapshotSink& sink) {
  Writer writer(head, now, octets_max, sink);
  write_packed(caches.rrsets, SnapshotKind::rrsets, Share::warm, writer);
  write_packed(caches.delegations, SnapshotKind::delegations, Share::all, writer);
  write_negatives(caches.negatives, now, writer);
  write_packed(caches.rrsets, SnapshotKind::rrsets, Share::rest, writer);
  return writer.end();
}

}  // namespace godwit::cache
