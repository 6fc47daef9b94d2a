// A bounded table of packed entries by name and type, for what is looked up far more often than
// it changes. Searches take no lock and wait for nobody; changes lock one shard. All memory is
// reserved at once and touched as it is used, so that the limit holds by construction. Any thread
// may call anything.
#pragma once

#include <memory>

#include "cache/guarded.h"
#include "cache/packed_shard.h"
#include "cache/table_walk.h"

namespace godwit::cache {

struct PackedTableOptions {
  std::size_t octets_max = 0;      // index, payload and bookkeeping, all shards
  std::size_t per_owner_max = 64;  // entries of one name
  Duration keep_expired{};         // where there is room; for who searches as of earlier than now
};

class PackedTable {
 public:
  // A shard, locked while this lives. Never hold two.
  class Access {
   public:
    Access(SpinLock& lock, PackedShard& shard) noexcept : lock_(lock), shard_(shard) {
      lock_.lock();
    }
    ~Access() { lock_.unlock(); }
    Access(const Access&) = delete;
    Access& operator=(const Access&) = delete;
    PackedShard* operator->() const noexcept { return &shard_; }

   private:
    SpinLock& lock_;
    PackedShard& shard_;
  };

  // Errors: std::bad_alloc when the address space for octets_max is not to be had.
  PackedTable(const KeyedHash& hash, const PackedTableOptions& options);
  ~PackedTable();
  PackedTable(const PackedTable&) = delete;
  PackedTable& operator=(const PackedTable&) = delete;

  // The fresh entry of the key, copied to `room`. Takes no lock. Nothing, too, when the entry is
  // larger than the room or changes while it is read: fetch() then tells. Cost: two cache misses
  // of the processor at most, for a name that nobody has asked for lately.
  [[nodiscard]] std::optional<PackedEntry> find(const PackedKey& key, Time now,
                                                PackedRoom room) const noexcept;
  // Has the processor load where find() will look first; and then, when that is there, where it
  // will look next. For several names in hand: first the one for each, then the other for each.
  void prefetch(std::uint64_t hash) const noexcept;
  void prefetch_entry(std::uint64_t hash) const noexcept;
  // As find, for entries of any size; waits for a writer where it must. `words` is for entries that
  // are larger than the room.
  [[nodiscard]] std::optional<PackedEntry> fetch(const PackedKey& key, Time now, PackedRoom room,
                                                 std::vector<std::uint64_t>& words) const;

  // Stores the value under the key. False: it is too large, and the key has nothing any more.
  bool put(const PackedKey& key, const PackedValue& value, Time now) {
    return lock(key.hash)->put(key, value, now);
  }
  // As put, unless there is a fresh entry under the key: false then, too. For many at once.
  bool put_if_absent(const PackedKey& key, const PackedValue& value, Time now) {
    return lock(key.hash)->put_if_absent(key, value, now);
  }
  // Why find() gives nothing. Locks the shard.
  [[nodiscard]] Absence absence(const PackedKey& key, Time now) const {
    return lock(key.hash)->absence(key, now);
  }
  bool erase(const PackedKey& key) { return lock(key.hash)->erase(key); }
  [[nodiscard]] Access lock(std::uint64_t hash) const noexcept;

  // Erases the entries of a name of which which(head) says so, and tells how many they were.
  template <class Which>
  std::size_t erase_each(std::uint64_t hash, wire::Bytes owner, Which&& which) {
    return lock(hash)->erase_each(hash, owner, which);
  }

  void clear();
  [[nodiscard]] CacheUse use() const;
  // Visits the words of all entries of a name, expired or not, behind the lock of its shard. They
  // do not count as found.
  template <class Visit>
  void for_each_of(std::uint64_t hash, wire::Bytes owner, Visit&& visit) const {
    lock(hash)->for_each_words_of(hash, owner, visit);
  }
  // The next page of a walk (table_walk.h): visits the words of each entry that begins in it.
  // False: there is none.
  template <class Visit>
  bool visit_part(TablePlace& place, Visit&& visit) const {
    return walk(place, [&](const Access& shard, std::uint32_t page) {
      shard->for_each_words_in(page, visit);
    });
  }
  // Likewise: erases the entries of which which(head, owner) says so, and counts them.
  template <class Which>
  bool erase_part(TablePlace& place, Which&& which, std::size_t& erased) {
    return walk(place, [&](const Access& shard, std::uint32_t page) {
      erased += shard->erase_in(page, which);
    });
  }
  // Visits every entry, a page at a time.
  template <class Visit>
  void for_each(Visit&& visit) const {
    TablePlace place;
    while (visit_part(
        place, [&](std::span<const std::uint64_t> words) { visit(PackedEntry(words.data())); })) {
    }
  }
  // As for_each, with the words of each entry; calls between() after each page, where no lock is
  // held, and ends early when that says false.
  template <class Visit, class Between>
  void for_each_words(Visit&& visit, Between&& between) const {
    TablePlace place;
    while (visit_part(place, visit) && between()) {
    }
  }

 private:
  struct Shard;
  class Region;
  [[nodiscard]] Access access(std::size_t index) const noexcept;
  [[nodiscard]] std::size_t index_of(std::uint64_t hash) const noexcept;
  template <class Take>
  bool walk(TablePlace& place, Take&& take) const {
    return walk_part(
        place, count_, [this](std::size_t index) { return access(index); },
        [](const Access& shard) { return shard->page_count(); },
        [&](const Access& shard, std::size_t page) {
          take(shard, static_cast<std::uint32_t>(page));
        });
  }
  std::size_t count_;
  std::unique_ptr<Region> region_;
  std::unique_ptr<std::unique_ptr<Shard>[]> shards_;
};

}  // namespace godwit::cache
