// What a shard remembers of entries that are gone: how warm they were, by a few bits of their key.
// A name that comes back is not taken for one that was never asked before. For who holds the
// shard's lock.
//
//   bucket, one word   4 x [fingerprint u11 | had expired u1 | heat u4], the oldest last; 0:
//   nothing
#pragma once

#include <cstdint>
#include <vector>

namespace godwit::cache {

class PackedGhosts {
 public:
  static constexpr std::uint8_t heat_max = 15;
  // Of the octets of a shard, one in so many is for these.
  static constexpr std::size_t share = 40;

  // `shard_octets`: of the memory whose entries are remembered. Takes none before it must.
  explicit PackedGhosts(std::size_t shard_octets) noexcept : octets_max_(shard_octets / share) {}

  // Remembers an entry that goes. In a full bucket the coldest gives way, unless it is warmer.
  void remember(std::uint32_t tag, std::uint8_t heat, bool had_expired = false);
  // What is remembered of it, and not any longer. False in `known`: nothing.
  struct Recalled {
    bool known = false;
    std::uint8_t heat = 0;
    bool had_expired = false;
  };
  [[nodiscard]] Recalled recall(std::uint32_t tag) noexcept;
  // As recall, and it stays remembered.
  [[nodiscard]] Recalled look_at(std::uint32_t tag) const noexcept;
  // Half of all heat is forgotten.
  void age() noexcept;
  void clear() noexcept { buckets_.clear(); }
  [[nodiscard]] std::size_t memory_octets() const noexcept {
    return buckets_.capacity() * sizeof(std::uint64_t);
  }

 private:
  // There are some.
  [[nodiscard]] std::size_t bucket_of(std::uint32_t tag) const noexcept;
  std::size_t octets_max_;
  std::vector<std::uint64_t> buckets_;
};

}  // namespace godwit::cache
