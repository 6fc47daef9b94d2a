// The facade of the walk: answer from what is remembered, or resolve. One Resolver per worker;
// caches and the in-flight tables are shared by all of them.
#pragma once

#include <memory>
#include <optional>

#include "iterator/resolver_options.h"
#include "iterator/shared.h"
#include "iterator/trace.h"

namespace godwit::iterator {

class Resolver {
 public:
  Resolver(Shared& shared, Seams seams, std::shared_ptr<const ResolverOptions> options);
  ~Resolver();
  void set_options(std::shared_ptr<const ResolverOptions> options);  // reload

  // The answer when it is all known: special names, cached data along cached aliases, negatives,
  // failures. A plain function; no upstream traffic. Empty: resolve() it.
  [[nodiscard]] std::optional<Answer> try_cache(const Question& question) const;

  // Resolves; joins the resolution under way for the same question on any worker. Always ends,
  // within limits.resolution_time and one packet's timeout, with an answer that is never null.
  // `trace` may be null and must outlive the call.
  [[nodiscard]] Task<AnswerPtr> resolve(Question question, Trace* trace);

  // Fetches the root's NS set and addresses (RFC 8109) when they are not remembered. Resolutions do
  // so themselves.
  [[nodiscard]] Task<bool> prime();

  [[nodiscard]] const ResolverCounters& counters() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::iterator
