// Answers that have ended, for when nothing newer is to be had (RFC 8767): of each name on the way
// what was learnt of it last, and nothing that was learnt before its zone was delegated to other
// servers. Never what is bogus. Pure over the caches; no upstream, no coroutine.
#pragma once

#include "iterator/answer.h"
#include "iterator/resolver_options.h"
#include "iterator/shared.h"

namespace godwit::iterator {

// The answer to the question with parts that ended no longer ago than options.stale allows, and an
// Extended DNS Error that says so. Where all parts have come to be fresh meanwhile, it is not
// stale. Nothing: a part is missing, may not be given, or is remembered as a failure of another
// kind than that of servers that are not reached. It is not secure, whatever it was: who signed it
// has said how long it would hold, and that time is over.
[[nodiscard]] std::optional<Answer> find_stale(const Question& question, const Caches& caches,
                                               const ResolverOptions& options, cache::Time now);

}  // namespace godwit::iterator
