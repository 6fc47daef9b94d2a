// What the winning rule of the block lists makes of an answer, and which private addresses are
// withheld from one. Pure; the rules and their order are local/policy.h's. RFC 8914 §4.5, §4.16 to
// §4.18; draft-vixie-dnsop-dns-rpz-00 §3.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/client_request.h"
#include "iterator/answer.h"
#include "local/local_data.h"
#include "local/policy.h"

namespace godwit::daemon {

// The names of an answer's chain of aliases, from the question's on, and its addresses.
struct AnswerPath {
  std::vector<wire::Name> chain;
  std::vector<wire::IpAddress> addresses;
  bool is_answered = false;  // else it is the question's name alone
  [[nodiscard]] local::PolicySubject subject() const noexcept {
    return {chain, addresses, is_answered};
  }
};
[[nodiscard]] AnswerPath path_of(const iterator::Question& question,
                                 const iterator::Answer& answer);

// The rule that decides a question of that client, by its name alone, or else by what its answer
// has; and the path on which it was found. `answer`: null where none is known.
struct Ruling {
  AnswerPath path;
  local::Verdict verdict;
};
[[nodiscard]] Ruling ruling_on(const local::Policy& policy, const iterator::Question& question,
                               const iterator::Answer* answer, const wire::IpAddress& client);

struct PolicyOutcome {
  enum class Kind : std::uint8_t {
    untouched,  // the answer stands
    answer,     // `answer` takes its place
    truncated,  // the same, and the client is to come back over TCP
    drop,       // no answer
    redirect,   // `answer` ends with an alias, behind which comes what its target has
  };
  Kind kind = Kind::untouched;
  iterator::Answer answer;
};
// What an action gives a client, in words.
[[nodiscard]] std::string_view action_text(local::ActionKind kind) noexcept;
// `answered`: what the rule was found for, if it was an answer; aliases before the rule's name
// stay. Errors: a CNAME that grows too long is YXDOMAIN.
[[nodiscard]] PolicyOutcome apply_policy(const local::Verdict& verdict,
                                         const iterator::Question& question,
                                         const iterator::Answer* answered, bool over_tcp);

// The answer without the private addresses that a public name has. Nothing: it has none that are
// withheld.
[[nodiscard]] std::optional<iterator::Answer> without_private(const AnswerPolicy& policy,
                                                              const iterator::Question& question,
                                                              const iterator::Answer& answer);

// The question behind an answer that ends with an alias; and the two as one answer.
[[nodiscard]] iterator::Question question_behind(const iterator::Question& question,
                                                 const iterator::Answer& prefix);
[[nodiscard]] iterator::Answer joined(const iterator::Answer& prefix,
                                      const iterator::Answer& behind);

// Whether an answer says what servers or the operator's data say, as rules may change it: of a
// failure nothing is made (what is bogus stays so).
[[nodiscard]] inline bool may_be_rewritten(const iterator::Answer& answer) noexcept {
  return answer.rcode == wire::Rcode::noerror || answer.rcode == wire::Rcode::nxdomain;
}

}  // namespace godwit::daemon
