// Whether a message is what an entry describes, by exactly the fields that its MATCH line names.
// Pure.
//
// Sections compare as sets of records. One difference is allowed when an answer to a client is
// checked, because answers here are minimal while many scenario files list all that another
// resolver adds: authority and additional may leave records out, but not a SOA, and may hold
// nothing that is not listed. And the SOA of a name that a resolver serves itself (AA) compares by
// its numbers: MNAME and RNAME are each resolver's own choice. So is whether a FORMERR repeats the
// question.
#pragma once

#include <optional>
#include <string>

#include "iterator/seams.h"
#include "tests/scenario/rpl.h"

namespace godwit::scenario {

// Whether a query to a server is the one that the entry answers.
[[nodiscard]] bool matches_query(const Entry& entry, const sim::Message& query,
                                 iterator::Transport transport);

// Whether an answer is to the question of the entry, or both are to none.
[[nodiscard]] bool is_same_question(const Entry& expected, const sim::Message& answer);

// Nothing when `answer` is as expected, else what differs.
[[nodiscard]] std::optional<std::string> difference(const Entry& expected,
                                                    const sim::Message& answer);

// The octets that a server sends by this entry for `query`.
[[nodiscard]] sim::Octets reply_by(const Entry& entry, const sim::Message& query);

}  // namespace godwit::scenario
