// What the caches alone have of a question, for whoever wants to see it: told to the walk's trace
// as a resolution tells it, and where they have no answer, with whose servers would be asked and
// which one first. Plain functions; nothing is sent and nothing remembered.
#pragma once

#include <optional>

#include "iterator/walk_context.h"

namespace godwit::iterator {

// The answer, a remembered failure's included; nothing: there is none, and trace::NotCached is the
// last that is told. `walk` has a trace.
[[nodiscard]] std::optional<Answer> look_into_caches(const WalkContext& walk,
                                                     const Question& question);

}  // namespace godwit::iterator
