// What a client gets in place of an answer that is explained: by a rule of the block lists, or
// since private addresses are withheld. For a client of this host; the rules of others differ.
// Pure.
#pragma once

#include <string>

#include "daemon/client_request.h"

namespace godwit::daemon {

// A sentence that names the rule; empty: the answer itself. `answer`: null where there is none.
[[nodiscard]] std::string what_takes_its_place(const AnswerPolicy& policy,
                                               const iterator::Question& question,
                                               const iterator::Answer* answer);

}  // namespace godwit::daemon
