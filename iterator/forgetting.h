// Has the caches forget, at an operator's word, what they have of a name, of all below one, or
// everything. Delegations go first, so that what is asked again is asked of the servers as they are
// now. Nobody waits for longer than a page or a segment of a table takes. What a resolution under
// way has read before, it may store anew. Any one thread; no clock but `now`.
#pragma once

#include "cache/erase_scope.h"
#include "iterator/shared.h"

namespace godwit::iterator {

// How many entries of which pool have gone.
struct Forgotten {
  std::size_t delegations = 0;
  std::size_t trusts = 0;
  std::size_t failures = 0;
  std::size_t proven = 0;
  std::size_t negatives = 0;
  std::size_t rrsets = 0;
  std::size_t answers = 0;  // ready made

  [[nodiscard]] std::size_t total() const noexcept {
    return delegations + trusts + failures + proven + negatives + rrsets + answers;
  }
};

// Of one name, and of one type or all: its sets, denials and failures, and what denies it from
// elsewhere: that a name above does not exist, and the proofs of its zone. Delegations stay. Cost:
// a few look-ups, and what the proofs of a zone are.
[[nodiscard]] Forgotten forget_name(Caches& caches, const wire::Name& name,
                                    std::optional<wire::RrType> type, cache::Time now);

// Of a name and all below it, a bounded piece at a time: as that, and delegations and what is
// believed of zones, unless it is for one type alone. Answers kept ready all go, as any may be made
// of what has gone.
class Forgetting {
 public:
  // `caches` outlives this.
  Forgetting(Caches& caches, cache::EraseScope what, cache::Time now);
  // Goes on, for some milliseconds where everything goes. False: it is done.
  bool advance();
  [[nodiscard]] const Forgotten& so_far() const noexcept { return so_far_; }

 private:
  // Pools, in the order in which they are walked.
  enum class Pool : std::uint8_t { delegations, trusts, proven, failures, negatives, rrsets, done };
  static constexpr unsigned parts_per_advance = 64;
  [[nodiscard]] bool erase_part();
  void finish();

  Caches& caches_;
  const cache::EraseScope what_;
  Pool pool_ = Pool::delegations;
  cache::TablePlace place_;
  Forgotten so_far_;
};

// What is trusted at and below a name is to be found out anew: what is believed of zones there, and
// all failures of validation, whose questions may have led there from elsewhere. Data stay.
void forget_trust(Caches& caches, const wire::Name& name);

}  // namespace godwit::iterator
