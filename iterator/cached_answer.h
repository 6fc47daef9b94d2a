// Answers from what is remembered: follows cached aliases to data, a denial, a remembered failure,
// or the name where knowledge ends. Pure over the caches; no upstream, no coroutine. RFC 1034
// §5.3.3 step 1, RFC 2308, RFC 8020, RFC 9520.
#pragma once

#include "iterator/alias_chain.h"
#include "iterator/answer.h"
#include "iterator/prefetch.h"
#include "iterator/resolve_error.h"
#include "iterator/resolver_options.h"
#include "iterator/shared.h"
#include "iterator/trace.h"

namespace godwit::iterator {

enum class CacheOutcome : std::uint8_t {
  complete,  // `answer` is the whole answer
  miss,      // `answer` holds the aliases so far; chain.current() must be resolved
  failed,    // `error`: a remembered failure, or an alias chain that cannot be followed
};

// The growing answer to one question.
struct AnswerInProgress {
  AnswerInProgress(const Question& q, std::uint32_t hops_max)
      : question(q), chain(q.name, hops_max) {
    answer.security = cache::Security::secure;
  }
  // As clients see it: with the operator's own data, and what may be taken for them.
  AnswerInProgress(const Question& q, const ResolverOptions& options);
  Question question;
  AliasChain chain;
  Answer answer;
  ResolveError error = ResolveError::none;
  bool failure_was_cached = false;
  cache::FailureDetailPtr detail;                  // of the error, if there is more to tell
  cache::Security least = cache::Security::bogus;  // what is taken from the caches
  cache::ChangeMarks* marks = nullptr;             // of the names that are looked up, if wanted
  // Whether names have the data that the operator gives them: for clients, not for the walk itself.
  bool sees_local_data = false;
  // A name whose addresses are those of another, which stands next in the chain (ALIAS).
  struct Flattening {
    wire::Name owner;
    std::size_t begin = 0;  // what of the answer is to become the owner's addresses
    std::uint32_t ttl = 0;  // seconds, at most
    wire::RRsetPtr soa;
  };
  std::optional<Flattening> flattening;
  [[nodiscard]] const wire::Name& sname() const noexcept { return chain.current(); }
  // A part of the answer is no more than that.
  void note(cache::Security security) noexcept {
    answer.security = cache::worse(answer.security, security);
  }
  // Adds to the authority section what is not there yet: one record may prove something of an
  // alias and of its target. The shorter life counts.
  void show_beside(AnswerRRset part);
  // Adds to the answer section a DNAME that is not there yet: one may make several of its aliases.
  void show_dname(AnswerRRset part);
};

// Whether the set's signatures say that a wildcard made it (RFC 4034 §3.1.3).
[[nodiscard]] bool is_from_wildcard(const wire::RRset& set) noexcept;

// Goes as far as the caches reach, from chain.current() on. `trace` may be null.
CacheOutcome continue_from_cache(AnswerInProgress& progress, const Caches& caches,
                                 const ResolverOptions& options, cache::Time now, Trace* trace);

// The life of the part of a remembered answer that ends first. None of it left: a failure, or an
// answer that has ended, which are not to be fetched again.
[[nodiscard]] Life shortest_life(const Answer& answer, const cache::TtlLimits& limits) noexcept;

// A CNAME with its time left, and the DNAME that it was made from; null when it was not, or that is
// forgotten.
struct AliasToFollow {
  wire::RRsetPtr cname;
  std::uint32_t ttl = 0;
  wire::RRsetPtr dname;
  cache::Time expires{};
  cache::Security security = cache::Security::indeterminate;
};
// Takes the CNAME into the answer, not the DNAME, and goes to its target. False: error is set.
bool follow_alias(AnswerInProgress& progress, const AliasToFollow& alias, Trace* trace);

// What the operator's own data, which may be null, say of sname, taken into the answer.
enum class LocalOutcome : std::uint8_t { none, complete, alias, failed };
LocalOutcome take_local_data(AnswerInProgress& progress, const local::LocalData* data,
                             Trace* trace);
// Makes what was found behind an ALIAS the addresses of its owner. Once, when the answer is whole.
void finish_flattening(AnswerInProgress& progress);

// The answer to a client when progress.error says that there is none: the rcode, and the reason as
// Extended DNS Errors.
[[nodiscard]] Answer failure_answer(const AnswerInProgress& progress);

// Whether a client that asks by name which keys of the root are trusted gets no answer (RFC 8509).
[[nodiscard]] bool is_withheld_by_sentinel(const ResolverOptions& options, const Question& question,
                                           const Answer& answer);

// The zone of the operator's that covers `name` most closely; null when there is none. For type DS
// the parent side counts.
[[nodiscard]] const ConfiguredZone* configured_zone(const ResolverOptions& options,
                                                    const wire::Name& name, wire::RrType type);

}  // namespace godwit::iterator
