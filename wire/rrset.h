// The unit of caching: all records of one owner, type and class with one TTL (RFC 2181 §5), packed
// in one heap block, immutable and shared by reference count once made. Names in RDATA are
// uncompressed. Signatures that cover the set travel with it.
#pragma once

#include <atomic>
#include <boost/container/small_vector.hpp>
#include <boost/intrusive_ptr.hpp>
#include <iterator>
#include <vector>

#include "wire/name.h"

namespace godwit::wire {

class RRset;
class RdataOrder;  // rdata_names.h
using RRsetPtr = boost::intrusive_ptr<const RRset>;

// A packed sequence of RDATA: [length u16 big-endian][octets] ... ; a forward range of Bytes.
class RdataList {
 public:
  class iterator {
   public:
    using value_type = Bytes;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    iterator() noexcept = default;
    explicit iterator(const std::uint8_t* p) noexcept : p_(p) {}
    Bytes operator*() const noexcept { return {p_ + 2, load_u16(p_)}; }
    iterator& operator++() noexcept {
      p_ += 2 + load_u16(p_);
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const iterator&) const noexcept = default;

   private:
    const std::uint8_t* p_ = nullptr;
  };
  RdataList(Bytes packed, std::size_t count) noexcept : packed_(packed), count_(count) {}
  [[nodiscard]] iterator begin() const noexcept { return iterator(packed_.data()); }
  [[nodiscard]] iterator end() const noexcept { return iterator(packed_.data() + packed_.size()); }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] Bytes front() const noexcept { return *begin(); }
  [[nodiscard]] Bytes packed() const noexcept { return packed_; }

 private:
  Bytes packed_;
  std::size_t count_;
};

// What a set consists of, as views.
struct RRsetParts {
  Bytes owner;
  RrType type = RrType::none;
  RrClass rr_class = RrClass::in;
  std::uint32_t ttl = 0;
  RdataList records{{}, 0};
  RdataList signatures{{}, 0};
};

class RRset {
 public:
  RRset(const RRset&) = delete;
  RRset& operator=(const RRset&) = delete;
  // A set of parts that were a set before; they are believed. Cost: one block, one copy.
  [[nodiscard]] static RRsetPtr make(const RRsetParts& parts);

  [[nodiscard]] Bytes owner_wire() const noexcept;
  [[nodiscard]] Name owner() const noexcept { return Name::from_valid_wire(owner_wire()); }
  [[nodiscard]] RrType type() const noexcept { return type_; }
  [[nodiscard]] RrClass rr_class() const noexcept { return class_; }
  [[nodiscard]] std::uint32_t ttl() const noexcept {
    return ttl_;
  }  // seconds, as received, clamped
  [[nodiscard]] RdataList records() const noexcept;
  [[nodiscard]] RdataList signatures() const noexcept;  // RDATA of the RRSIGs that cover it
  [[nodiscard]] std::size_t size() const noexcept { return record_count_; }
  // The heap octets that this set occupies, as charged to a cache: its block with the allocator's
  // word of bookkeeping, rounded up to 16 as malloc does.
  [[nodiscard]] std::size_t memory_octets() const noexcept;
  // Same owner, type, class and records in any order; TTL and signatures aside. Names, in RDATA
  // too, compare without regard to case: a server may repeat the case of the question in them.
  // Cost: one pass when the order is the same, else a comparison for each pair, within limits that
  // the caches set on the size.
  [[nodiscard]] bool has_same_data(const RRset& other) const noexcept;

  friend void intrusive_ptr_add_ref(const RRset* set) noexcept {
    set->references_.fetch_add(1, std::memory_order_relaxed);
  }
  friend void intrusive_ptr_release(const RRset* set) noexcept;

 private:
  RRset() = default;
  [[nodiscard]] std::size_t block_octets() const noexcept;
  // Layout of the block: [RRset][owner wire][records packed][signatures packed]
  mutable std::atomic<std::uint32_t> references_{0};
  std::uint32_t ttl_ = 0;
  std::uint32_t records_octets_ = 0;
  std::uint32_t signatures_octets_ = 0;
  RrType type_ = RrType::none;
  RrClass class_ = RrClass::in;
  std::uint16_t record_count_ = 0;
  std::uint16_t signature_count_ = 0;
  std::uint8_t owner_octets_ = 0;
};

// Gathers records and makes the block. Duplicate records are dropped (RFC 2181 §5), also those that
// differ in the case of a name alone; the lowest TTL wins (§5.2).
class RRsetBuilder {
 public:
  RRsetBuilder(const Name& owner, RrType type, RrClass rr_class = RrClass::in);
  // `rdata` is valid and uncompressed. Returns false, and adds nothing, for a duplicate or beyond
  // 65535 records. The TTL of a duplicate counts. Cost: O(log² n)
  // comparisons.
  bool add(Bytes rdata, std::uint32_t ttl_seconds);
  bool add_signature(Bytes rrsig_rdata, std::uint32_t ttl_seconds);
  [[nodiscard]] const Name& owner() const noexcept { return owner_; }
  [[nodiscard]] RrType type() const noexcept { return type_; }
  [[nodiscard]] std::size_t size() const noexcept { return records_.count(); }
  [[nodiscard]] std::size_t signature_count() const noexcept { return signatures_.count(); }
  [[nodiscard]] std::uint32_t ttl() const noexcept { return ttl_; }
  void set_ttl(std::uint32_t seconds) noexcept { ttl_ = seconds; }
  // Makes the set; null when it holds neither a record nor a signature.
  [[nodiscard]] RRsetPtr build() const;

 private:
  // RDATA packed one after the other, and where each begins. Of these, runs of 16 · 2ⁿ are sorted
  // and merge with their like, as a carry does; the last few, fewer than 16, stand as they came. So
  // neither a look-up nor an addition costs more than a few steps, whatever was sent.
  class PackedRecords {
   public:
    bool add(RrType type, Bytes rdata);
    [[nodiscard]] std::size_t count() const noexcept { return starts_.size(); }
    [[nodiscard]] Bytes octets() const noexcept { return {octets_.data(), octets_.size()}; }

   private:
    [[nodiscard]] Bytes at(std::uint32_t start) const noexcept;
    [[nodiscard]] bool contains(const RdataOrder& order, Bytes rdata) const noexcept;
    // As much as most sets need is in place.
    boost::container::small_vector<std::uint8_t, 192> octets_;
    boost::container::small_vector<std::uint32_t, 8> starts_;
  };
  void lower_ttl(std::uint32_t ttl_seconds) noexcept;
  Name owner_;
  RrType type_;
  RrClass class_;
  std::uint32_t ttl_ = ttl_seconds_max;
  PackedRecords records_;
  PackedRecords signatures_;
};

}  // namespace godwit::wire
