#include "cache/packed_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>

namespace godwit::cache {
namespace {

constexpr std::size_t shard_count_max = 32;  // a power of two: the top bits of a hash
constexpr std::size_t shard_octets_min = 1 << 20;
constexpr unsigned hash_bits = 64;
// What a page costs beside itself: what index, cells and ghosts know of it.
constexpr std::size_t page_bookkeeping_octets = 40 + page_octets / PackedGhosts::share;

std::size_t shard_count_for(std::size_t octets) noexcept {
  return std::clamp<std::size_t>(std::bit_floor(octets / shard_octets_min), 1, shard_count_max);
}

std::uint32_t pages_for(std::size_t octets) noexcept {
  const std::size_t pages = octets / (page_octets + page_bookkeeping_octets);
  return static_cast<std::uint32_t>(
      std::clamp<std::size_t>(pages, PackedShard::pages_min, UINT32_MAX / words_per_page));
}

std::size_t directory_words_for(std::uint32_t pages) noexcept {
  const std::size_t words = PackedIndex::directory_words_for(pages);
  return (words + words_per_page - 1) / words_per_page * words_per_page;
}

}  // namespace

// Address space for all shards; the system gives memory for what is touched.
class PackedTable::Region {
 public:
  explicit Region(std::size_t octets)
      : mapped_(map(octets + HugePages::block_octets)),
        words_(static_cast<std::uint64_t*>(first_block(mapped_.get()))),
        huge_(words_, octets) {}
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  [[nodiscard]] std::uint64_t* words() const noexcept { return words_; }
  [[nodiscard]] HugePages* huge() noexcept { return &huge_; }

 private:
  struct Unmap {
    std::size_t octets;
    void operator()(void* at) const noexcept { ::munmap(at, octets); }
  };
  using Mapped = std::unique_ptr<void, Unmap>;
  static Mapped map(std::size_t octets) {
    void* const at = ::mmap(nullptr, octets, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    return Mapped(at, Unmap{octets});
  }
  static void* first_block(void* at) noexcept {
    std::size_t room = 2 * HugePages::block_octets;
    return std::align(HugePages::block_octets, HugePages::block_octets, at, room);
  }
  Mapped mapped_;
  std::uint64_t* words_;
  HugePages huge_;
};

struct alignas(cache_line_octets) PackedTable::Shard {
  Shard(const KeyedHash& hash, const PackedMemory& memory, const PackedTableOptions& options)
      : shard(hash, memory, options.per_owner_max, options.keep_expired) {}
  SpinLock lock;
  // What readers look at is not on the line that writers fight for.
  alignas(cache_line_octets) PackedShard shard;
};

PackedTable::PackedTable(const KeyedHash& hash, const PackedTableOptions& options)
    : count_(shard_count_for(options.octets_max)),
      shards_(std::make_unique<std::unique_ptr<Shard>[]>(count_)) {
  const std::uint32_t pages = pages_for(options.octets_max / count_);
  const std::size_t directory = directory_words_for(pages);
  const std::size_t words = directory + std::size_t{pages} * words_per_page;
  region_ = std::make_unique<Region>(count_ * words * sizeof(std::uint64_t));
  for (std::size_t i = 0; i < count_; ++i) {
    std::uint64_t* const at = region_->words() + i * words;
    for (std::size_t word = 0; word < directory; word += words_per_page)
      region_->huge()->taken(at + word);
    const PackedMemory memory(at, directory, pages, region_->huge());
    shards_[i] = std::make_unique<Shard>(hash, memory, options);
  }
}

PackedTable::~PackedTable() = default;

std::size_t PackedTable::index_of(std::uint64_t hash) const noexcept {
  return static_cast<std::size_t>(hash >> (hash_bits - 5)) & (count_ - 1);
}

PackedTable::Access PackedTable::access(std::size_t index) const noexcept {
  return {shards_[index]->lock, shards_[index]->shard};
}

PackedTable::Access PackedTable::lock(std::uint64_t hash) const noexcept {
  return access(index_of(hash));
}

void PackedTable::prefetch(std::uint64_t hash) const noexcept {
  shards_[index_of(hash)]->shard.prefetch(hash);
}

void PackedTable::prefetch_entry(std::uint64_t hash) const noexcept {
  shards_[index_of(hash)]->shard.prefetch_entry(hash);
}

// One result that is built in place: one that is put together from parts and then copied makes the
// processor wait until the parts have left its store buffer.
std::optional<PackedEntry> PackedTable::find(const PackedKey& key, Time now,
                                             PackedRoom room) const noexcept {
  std::optional<PackedEntry> entry;
  const PackedShard& shard = shards_[index_of(key.hash)]->shard;
  if (shard.find(key, now, room) == PackedShard::Search::found && packed_expiry(room.data()) > now)
    entry.emplace(room.data());
  return entry;
}

std::optional<PackedEntry> PackedTable::fetch(const PackedKey& key, Time now, PackedRoom room,
                                              std::vector<std::uint64_t>& words) const {
  std::optional<PackedEntry> entry;
  const PackedShard& shard = shards_[index_of(key.hash)]->shard;
  const PackedShard::Search result = shard.find(key, now, room);
  if (result == PackedShard::Search::found) {
    if (packed_expiry(room.data()) > now) entry.emplace(room.data());
  } else if (result != PackedShard::Search::absent) {
    entry = lock(key.hash)->read(key, words);
    if (entry && entry->expires <= now) entry.reset();
  }
  return entry;
}

void PackedTable::clear() {
  for (std::size_t i = 0; i < count_; ++i) access(i)->clear();
}

CacheUse PackedTable::use() const {
  CacheUse sum;
  for (std::size_t i = 0; i < count_; ++i) sum += access(i)->use();
  return sum;
}

}  // namespace godwit::cache
