// Why the caches could not answer a question, for whoever counts. Pure over the caches.
#pragma once

#include "cache/absence.h"
#include "iterator/answer.h"
#include "iterator/shared.h"

namespace godwit::iterator {

// Of the name that the question asks for, or of the one that its remembered aliases lead to:
// whether its data, its alias or its denial were there and have ended, or went for want of room.
// Cost: two look-ups with locks where there are no aliases.
[[nodiscard]] cache::Absence why_missing(const Caches& caches, const Question& question,
                                         std::uint32_t hops_max, cache::Time now);

}  // namespace godwit::iterator
