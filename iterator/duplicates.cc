#include "iterator/duplicates.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace godwit::iterator {

using wire::RecordView;

namespace {

// Owners are written out once: they may be 127 labels behind pointers, and sorting looks at each a
// dozen times.
class RecordOrder {
 public:
  explicit RecordOrder(const std::vector<RecordView>& records) : records_(records) {
    starts_.reserve(records.size() + 1);
    starts_.push_back(0);
    for (const RecordView& record : records)
      starts_.push_back(starts_.back() + record.owner.size());
    owners_.resize(starts_.back());
    for (std::size_t i = 0; i < records.size(); ++i)
      records[i].owner.copy_to(owners_.data() + starts_[i]);
    wire::copy_lower(owners_, owners_.data());  // an octet of length is no letter
  }

  [[nodiscard]] std::strong_ordering compare(std::size_t a, std::size_t b) const noexcept {
    const RecordView& x = records_[a];
    const RecordView& y = records_[b];
    if (const auto order = x.section <=> y.section; order != 0) return order;
    if (const auto order = x.type <=> y.type; order != 0) return order;
    if (const auto order = x.rr_class <=> y.rr_class; order != 0) return order;
    if (const auto order = compare(x.rdata, y.rdata); order != 0) return order;
    return compare(owner(a), owner(b));
  }

 private:
  static std::strong_ordering compare(wire::Bytes x, wire::Bytes y) noexcept {
    return std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
  }
  [[nodiscard]] wire::Bytes owner(std::size_t i) const noexcept {
    return wire::Bytes(owners_).subspan(starts_[i], starts_[i + 1] - starts_[i]);
  }
  const std::vector<RecordView>& records_;
  std::vector<std::size_t> starts_;
  std::vector<std::uint8_t> owners_;
};

}  // namespace

ParsedResponse without_duplicates(const ParsedResponse& parsed) {
  const RecordOrder order(parsed.records);
  std::vector<std::size_t> sorted(parsed.records.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::ranges::sort(sorted, [&order](std::size_t a, std::size_t b) {
    const auto by_content = order.compare(a, b);
    return by_content == 0 ? a < b : by_content < 0;
  });
  ParsedResponse out = parsed;
  std::vector<bool> repeats(parsed.records.size());
  std::size_t first = 0;
  for (const std::size_t i : sorted) {
    if (i == sorted.front() || order.compare(first, i) != 0) {
      first = i;
      continue;
    }
    repeats[i] = true;
    out.records[first].ttl = std::min(out.records[first].ttl, out.records[i].ttl);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < repeats.size(); ++i)
    if (!repeats[i]) out.records[kept++] = out.records[i];
  out.records.erase(out.records.begin() + static_cast<std::ptrdiff_t>(kept), out.records.end());
  return out;
}

}  // namespace godwit::iterator
