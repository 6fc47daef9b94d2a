#include "wire/rrset.h"

#include <algorithm>
#include <bit>
#include <new>

#include "wire/rdata.h"
#include "wire/rdata_names.h"

namespace godwit::wire {

namespace {

constexpr std::size_t records_max = 65535;
constexpr std::size_t unsorted_max = 16;  // a power of two

// What malloc takes for a block: a word before it, in units of two words, four at least.
constexpr std::size_t allocation_octets(std::size_t block) noexcept {
  constexpr std::size_t word = sizeof(std::size_t);
  constexpr std::size_t unit = 2 * word;
  return std::max((block + word + unit - 1) / unit * unit, 2 * unit);
}

const std::uint8_t* after(const RRset* set) noexcept {
  return reinterpret_cast<const std::uint8_t*>(set + 1);
}

}  // namespace

std::size_t RRset::block_octets() const noexcept {
  return sizeof(RRset) + owner_octets_ + records_octets_ + signatures_octets_;
}

Bytes RRset::owner_wire() const noexcept {
  return {after(this), owner_octets_};
}

RdataList RRset::records() const noexcept {
  return {{after(this) + owner_octets_, records_octets_}, record_count_};
}

RdataList RRset::signatures() const noexcept {
  return {{after(this) + owner_octets_ + records_octets_, signatures_octets_}, signature_count_};
}

std::size_t RRset::memory_octets() const noexcept {
  return allocation_octets(block_octets());
}

bool RRset::has_same_data(const RRset& other) const noexcept {
  if (type_ != other.type_ || class_ != other.class_ || record_count_ != other.record_count_ ||
      !equal_ignoring_case(owner_wire(), other.owner_wire()))
    return false;
  const RdataList mine = records();
  const RdataList theirs = other.records();
  const RdataOrder order(type_);
  const auto equal = [&order](Bytes x, Bytes y) { return order.equal(x, y); };
  if (std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), equal)) return true;
  // Neither holds a record twice, so that as many and each one found means equal.
  return std::all_of(mine.begin(), mine.end(), [&](Bytes x) {
    return std::any_of(theirs.begin(), theirs.end(), [&](Bytes y) { return order.equal(x, y); });
  });
}

RRsetPtr RRset::make(const RRsetParts& parts) {
  const Bytes records = parts.records.packed();
  const Bytes signatures = parts.signatures.packed();
  const std::size_t octets =
      sizeof(RRset) + parts.owner.size() + records.size() + signatures.size();
  RRset* set = new (::operator new(octets)) RRset;
  set->ttl_ = parts.ttl;
  set->records_octets_ = static_cast<std::uint32_t>(records.size());
  set->signatures_octets_ = static_cast<std::uint32_t>(signatures.size());
  set->type_ = parts.type;
  set->class_ = parts.rr_class;
  set->record_count_ = static_cast<std::uint16_t>(parts.records.size());
  set->signature_count_ = static_cast<std::uint16_t>(parts.signatures.size());
  set->owner_octets_ = static_cast<std::uint8_t>(parts.owner.size());
  auto* out = reinterpret_cast<std::uint8_t*>(set + 1);
  out = std::copy(parts.owner.begin(), parts.owner.end(), out);
  out = std::copy(records.begin(), records.end(), out);
  std::copy(signatures.begin(), signatures.end(), out);
  return RRsetPtr(set);
}

void intrusive_ptr_release(const RRset* set) noexcept {
  if (set->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  const std::size_t octets = set->block_octets();
  set->~RRset();
  ::operator delete(const_cast<RRset*>(set), octets);
}

Bytes RRsetBuilder::PackedRecords::at(std::uint32_t start) const noexcept {
  return {octets_.data() + start + 2, load_u16(octets_.data() + start)};
}

bool RRsetBuilder::PackedRecords::contains(const RdataOrder& order, Bytes rdata) const noexcept {
  auto run = starts_.begin();
  std::size_t left = starts_.size();
  while (left >= unsorted_max) {
    const std::size_t size = std::bit_floor(left);
    const auto end = run + static_cast<std::ptrdiff_t>(size);
    const auto found = std::lower_bound(run, end, rdata, [&](std::uint32_t start, Bytes wanted) {
      return order.compare(at(start), wanted) < 0;
    });
    if (found != end && order.equal(at(*found), rdata)) return true;
    run = end;
    left -= size;
  }
  return std::any_of(run, starts_.end(),
                     [&](std::uint32_t start) { return order.equal(at(start), rdata); });
}

bool RRsetBuilder::PackedRecords::add(RrType type, Bytes rdata) {
  if (rdata.size() > rdata_octets_max || starts_.size() >= records_max) return false;
  const RdataOrder order(type);
  if (contains(order, rdata)) return false;
  const auto start = static_cast<std::uint32_t>(octets_.size());
  octets_.resize(start + 2 + rdata.size(), boost::container::default_init);
  std::uint8_t* const out = octets_.data() + start;
  store_u16(out, static_cast<std::uint16_t>(rdata.size()));
  std::copy(rdata.begin(), rdata.end(), out + 2);
  starts_.push_back(start);
  const std::size_t count = starts_.size();
  if (count % unsorted_max != 0) return true;
  const auto less = [&](std::uint32_t x, std::uint32_t y) {
    return order.compare(at(x), at(y)) < 0;
  };
  const auto end = starts_.end();
  std::sort(end - unsorted_max, end, less);
  std::vector<std::uint32_t> merged;
  for (std::size_t size = 2 * unsorted_max; count % size == 0; size *= 2) {
    const auto begin = end - static_cast<std::ptrdiff_t>(size);
    const auto middle = end - static_cast<std::ptrdiff_t>(size / 2);
    merged.resize(size);
    std::merge(begin, middle, middle, end, merged.begin(), less);
    std::copy(merged.begin(), merged.end(), begin);
  }
  return true;
}

RRsetBuilder::RRsetBuilder(const Name& owner, RrType type, RrClass rr_class)
    : owner_(owner), type_(type), class_(rr_class) {}

void RRsetBuilder::lower_ttl(std::uint32_t ttl_seconds) noexcept {
  if (ttl_seconds > ttl_seconds_max) ttl_seconds = 0;
  ttl_ = std::min(ttl_, ttl_seconds);
}

bool RRsetBuilder::add(Bytes rdata, std::uint32_t ttl_seconds) {
  lower_ttl(ttl_seconds);
  return records_.add(type_, rdata);
}

bool RRsetBuilder::add_signature(Bytes rrsig_rdata, std::uint32_t ttl_seconds) {
  lower_ttl(ttl_seconds);
  return signatures_.add(RrType::rrsig, rrsig_rdata);
}

RRsetPtr RRsetBuilder::build() const {
  if (records_.count() == 0 && signatures_.count() == 0) return {};
  RRsetParts parts;
  parts.owner = owner_.wire();
  parts.type = type_;
  parts.rr_class = class_;
  parts.ttl = ttl_;
  parts.records = RdataList(records_.octets(), records_.count());
  parts.signatures = RdataList(signatures_.octets(), signatures_.count());
  return RRset::make(parts);
}

}  // namespace godwit::wire
