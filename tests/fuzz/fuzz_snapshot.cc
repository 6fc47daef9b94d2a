// Input: a snapshot of the caches, once as it is and once as the records of a block, to which a
// good frame is put; the first octet chooses their kind. Properties: nothing is read beyond it;
// what is taken can be read, and comes back from a snapshot of it.
#include "cache/snapshot_load.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace godwit;
using fuzz::require;

constexpr cache::SnapshotHead head{1'800'000'000'000, {1}, {2}, 0};
constexpr cache::Time now{std::chrono::hours(1)};
constexpr std::size_t octets_max = 4 << 20;

struct AllCaches {
  cache::KeyedHash hash{cache::KeyedHash::Secret{}};
  cache::RRsetCache rrsets{hash, {.octets_max = octets_max}};
  cache::DelegationCache delegations{hash, {.octets_max = octets_max}};
  cache::NegativeCache negatives{hash, {.octets_max = octets_max}};
  cache::SnapshotCaches all{rrsets, delegations, negatives};

  void clear() {
    rrsets.clear();
    delegations.clear();
    negatives.clear();
  }
  [[nodiscard]] std::size_t entries() const {
    return rrsets.use().entries + delegations.use().entries + negatives.use().entries;
  }
};

cache::SnapshotLoaded load(const AllCaches& caches, wire::Bytes file) {
  return cache::load_snapshot(caches.all, {head, now}, [&file](wire::MutableBytes room) {
    const std::size_t count = std::min(room.size(), file.size());
    std::copy_n(file.begin(), count, room.begin());
    file = file.subspan(count);
    return count;
  });
}

std::vector<std::uint8_t> with_frame(std::uint8_t kind, wire::Bytes records) {
  const auto file_head = cache::write_snapshot_head(head);
  cache::SnapshotBlocks blocks(file_head);
  const auto block = blocks.seal(static_cast<cache::SnapshotKind>(1 + kind % 3), records);
  std::vector<std::uint8_t> out(file_head.begin(), file_head.end());
  out.insert(out.end(), block.begin(), block.end());
  out.insert(out.end(), records.begin(), records.end());
  return out;
}

void check(wire::Bytes file) {
  static AllCaches before, after;
  before.clear();
  after.clear();
  const auto first = load(before, file);
  require(before.entries() <= first.taken);
  for (const auto& entry : before.rrsets.snapshot(now))
    require(before.rrsets.find(entry.set->owner(), entry.set->type(), now).has_value());
  for (const auto& delegation : before.delegations.snapshot(now))
    for (const auto& glue : delegation->glue) require(glue.server < delegation->ns->size());
  for (const auto& denial : before.negatives.snapshot(now)) require(denial.expires > now);

  std::vector<std::uint8_t> again;
  const auto written =
      cache::write_snapshot(before.all, head, now, octets_max, [&again](wire::Bytes octets) {
        again.insert(again.end(), octets.begin(), octets.end());
        return true;
      });
  const auto loaded = load(after, again);
  require(written.whole && loaded.fault == cache::SnapshotFault::none);
  require(loaded.taken == written.entries && loaded.dropped == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes input(data, size);
  check(input);
  if (size > 0) check(with_frame(input.front(), input.subspan(1)));
  return 0;
}
