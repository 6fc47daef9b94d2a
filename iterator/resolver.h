// The facade of the walk: answer from what is remembered, or resolve. One Resolver per worker;
// caches and the in-flight tables are shared by all of them.
#pragma once

#include <boost/system/result.hpp>

#include <memory>
#include <optional>

#include "cache/absence.h"
#include "iterator/resolver_options.h"
#include "iterator/shared.h"
#include "iterator/trace.h"

namespace godwit::iterator {

// What the caches have of a question that they do not answer.
enum class CachedPart : std::uint8_t {
  unknown,  // perhaps aliases that lead to a name that has to be asked for
  nothing,  // not even an alias of its name
};

class Resolver {
 public:
  Resolver(Shared& shared, Seams seams, std::shared_ptr<const ResolverOptions> options);
  ~Resolver();
  void set_options(std::shared_ptr<const ResolverOptions> options);  // reload

  // The answer when it is all known: special names, cached data along cached aliases, negatives,
  // failures, or what has ended in their stead. A plain function; no upstream traffic. Else what
  // there is: resolve() it. `marks`, if not null: of the names that the answer was made of.
  [[nodiscard]] boost::system::result<Answer, CachedPart> try_cache(
      const Question& question, cache::ChangeMarks* marks = nullptr) const;

  // Resolves; joins the resolution under way for the same question on any worker. Always ends,
  // within limits.resolution_time and one packet's timeout, with an answer that is never null.
  // `trace` may be null and must outlive the call. `cached`: what try_cache has just said of the
  // question, which is then not looked up again; else unknown.
  [[nodiscard]] Task<AnswerPtr> resolve(Question question, Trace* trace,
                                        CachedPart cached = CachedPart::unknown);

  // As resolve(), for whoever wants to see how it is done: joins nobody's resolution, and nobody
  // this one.
  [[nodiscard]] Task<AnswerPtr> resolve_apart(Question question, Trace* trace);
  // As try_cache(), for whoever wants to see what there is (cache_look.h).
  [[nodiscard]] std::optional<Answer> look_into_caches(const Question& question, Trace& trace);

  // An answer that has ended, for who has waited long enough for one that has not. Nothing: there
  // is none that may be given.
  [[nodiscard]] std::optional<Answer> stale_answer(const Question& question) const;

  // The zone of a name that was resolved to that answer: the one that was asked; else the nearest
  // at or above it that is known, by its delegation or the configuration, at the cost of one probe
  // a label; the root: none is.
  [[nodiscard]] wire::Name zone_of(const wire::Name& name, const Answer& answer) const;

  // Why try_cache gave none (miss_cause.h).
  [[nodiscard]] cache::Absence why_missing(const Question& question) const;

  // The life of what ends first of an answer.
  [[nodiscard]] Life life_of(const Answer& answer) const noexcept;
  // Tells that a question was answered from what is remembered. True: it is to be fetched again,
  // and refresh() is owed. `is_busy`: not now, whatever its use. Ready-made answers are told of in
  // their last stretch alone. Cost: one hash, eight loads; no heap, no lock.
  [[nodiscard]] bool note_use(const Question& question, const Life& life, bool is_busy) noexcept;
  // As that, of the question for `type` of the name with this KeyedHash::owner.
  [[nodiscard]] bool note_use(std::uint64_t owner_hash, wire::RrType type, const Life& life,
                              bool is_busy) noexcept;
  // Until when an answer to this question may be kept ready without telling of its uses: the first
  // use of one that was fetched again, after the old one has ended, has to be told.
  [[nodiscard]] Time keep_ready_until(const Question& question) const noexcept;
  // Fetches again what of that answer ends soon, and remembers it; what is remembered stays when
  // that fails. Does nothing when somebody resolves the question already. `life` is what note_use
  // was told. `trace` as for resolve.
  [[nodiscard]] Task<void> refresh(Question question, Life life, Trace* trace);

  // Fetches the root's NS set and addresses (RFC 8109) when they are not remembered. Resolutions do
  // so themselves.
  [[nodiscard]] Task<bool> prime();

  [[nodiscard]] const ResolverCounters& counters() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::iterator
