// Whether an answer is the model's, and whether what a cache holds is true. Pure over the world;
// each finding is a sentence for the report of a violation.
#pragma once

#include <optional>
#include <string>

#include "iterator/resolver.h"
#include "tests/sim/world.h"

namespace godwit::sim {

// Nothing when `answer` is the model's, or a SERVFAIL that tells its reason.
[[nodiscard]] std::optional<std::string> wrong_with(const iterator::Answer& answer,
                                                    const Truth& truth);

// Whether anything in it was made up on the way.
[[nodiscard]] bool has_forged(const iterator::Answer& answer);

// Of an answer that is no SERVFAIL, to somebody who wants data validated by a resolver that does.
[[nodiscard]] std::optional<std::string> wrong_security(const iterator::Answer& answer,
                                                        const Truth& truth);

// The first record in any cache that no zone has.
[[nodiscard]] std::optional<std::string> untrue_in(iterator::Caches& caches, const World& world,
                                                   Time now);

[[nodiscard]] std::string to_text(const iterator::Question& question);
// The records of an answer's RRsets, with the TTLs that are shown.
[[nodiscard]] std::vector<Record> records_of(const std::vector<iterator::AnswerRRset>& sets);

}  // namespace godwit::sim
