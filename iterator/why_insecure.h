// Why an answer is insecure when that is not for want of a DS: algorithms, digests or iterations
// that are not supported (RFC 8914 codes 1, 2 and 27). Read from what is known of the zones that
// the answer is from and from its own proofs, so that no remembered set carries it. Any thread.
#pragma once

#include "dnssec/validation_budget.h"
#include "iterator/answer.h"
#include "iterator/shared.h"

namespace godwit::iterator {

// None: the answer is not insecure, or for want of a DS, or what made it so is no longer known.
// Cost: nothing for other answers; for insecure ones a search of the zone trusts for each set.
[[nodiscard]] dnssec::Failure why_insecure(const Answer& answer, const Caches& caches,
                                           const dnssec::ValidationLimits& limits, cache::Time now);

}  // namespace godwit::iterator
