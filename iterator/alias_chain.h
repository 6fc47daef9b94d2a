// The aliases followed for one question: how many, and whether one leads back. Pure; bounded by its
// limit.
#pragma once

#include <algorithm>
#include <vector>

#include "wire/rdata.h"
#include "wire/rrset.h"

namespace godwit::iterator {

// Whether a DNAME leads each name below its owner to another one below it, without end. The names
// grow, so that none is met twice.
[[nodiscard]] inline bool leads_into_itself(const wire::RRset& dname) {
  const auto target = wire::target_name(wire::RrType::dname, dname.records().front());
  return target && target->is_at_or_below(dname.owner());
}

class AliasChain {
 public:
  enum class Step : std::uint8_t { follows, loop, too_long };

  AliasChain(const wire::Name& start, std::uint32_t hops_max) : hops_max_(hops_max), seen_{start} {}

  // Goes on to `target`. A loop is told at once, at no cost upstream.
  [[nodiscard]] Step follow(const wire::Name& target) {
    if (std::find(seen_.begin(), seen_.end(), target) != seen_.end()) return Step::loop;
    if (hops() >= hops_max_) return Step::too_long;
    seen_.push_back(target);
    return Step::follows;
  }
  [[nodiscard]] const wire::Name& current() const noexcept { return seen_.back(); }
  [[nodiscard]] std::uint32_t hops() const noexcept {
    return static_cast<std::uint32_t>(seen_.size() - 1);
  }

 private:
  std::uint32_t hops_max_;
  std::vector<wire::Name> seen_;
};

}  // namespace godwit::iterator
