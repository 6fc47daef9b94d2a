#include "iterator/resolver.h"

#include "iterator/cached_answer.h"
#include "iterator/resolution.h"

namespace godwit::iterator {

namespace {

std::string flight_key(const Question& question) {
  std::string key;
  for (const std::uint8_t octet : question.name.wire())
    key.push_back(static_cast<char>(wire::ascii_lower(octet)));
  const auto type = static_cast<std::uint16_t>(question.type);
  key.push_back(static_cast<char>(type >> 8));
  key.push_back(static_cast<char>(type));
  return key;
}

// The answer when nobody resolved it: time ran out while waiting for another worker, or godwit is
// stopping.
AnswerPtr abandoned(const Question& question, ResolveError error) {
  AnswerInProgress progress(question, 0);
  progress.error = error;
  return std::make_shared<const Answer>(failure_answer(progress));
}

}  // namespace

struct Resolver::Impl {
  Impl(Shared& s, Seams w, std::shared_ptr<const ResolverOptions> o)
      : shared(s), seams(w), options(std::move(o)) {}

  // Leads: walks, with its own budget, and tells what came of it.
  Task<AnswerPtr> lead(Question question, Trace* trace) {
    WalkContext walk(shared, seams, options, counters, trace);
    const Time started = walk.now();
    counters.resolutions.fetch_add(1, std::memory_order_relaxed);
    // What is remembered is the same whoever asks, in whatever letter case.
    const Question lowered(question.name.to_lower(), question.type, question.rr_class);
    Resolution resolution(walk, lowered);
    Answer answer = co_await resolution.run();
    const ResolveError error = resolution.error();
    if (error != ResolveError::none) counters.failures.fetch_add(1, std::memory_order_relaxed);
    if (is_limit(error) || is_too_large(error))
      counters.limits_met.fetch_add(1, std::memory_order_relaxed);
    if (error == ResolveError::internal)
      counters.internal_errors.fetch_add(1, std::memory_order_relaxed);
    if (trace)
      trace->on(trace::Finished{question.name, question.type, answer.rcode, error,
                                walk.budget.packets_spent(), walk.now() - started});
    co_return std::make_shared<const Answer>(std::move(answer));
  }

  Shared& shared;
  Seams seams;
  std::shared_ptr<const ResolverOptions> options;
  ResolverCounters counters;
};

Resolver::Resolver(Shared& shared, Seams seams, std::shared_ptr<const ResolverOptions> options)
    : impl_(std::make_unique<Impl>(shared, seams, std::move(options))) {}

Resolver::~Resolver() = default;

void Resolver::set_options(std::shared_ptr<const ResolverOptions> options) {
  impl_->options = std::move(options);
}

std::optional<Answer> Resolver::try_cache(const Question& question) const {
  const ResolverOptions& options = *impl_->options;
  AnswerInProgress progress(question, options.limits.alias_hops);
  switch (continue_from_cache(progress, impl_->shared.caches, options, impl_->seams.clock.now(),
                              nullptr)) {
    case CacheOutcome::complete:
      return std::move(progress.answer);
    case CacheOutcome::failed:
      return failure_answer(progress);
    case CacheOutcome::miss:
      break;
  }
  return std::nullopt;
}

Task<AnswerPtr> Resolver::resolve(Question question, Trace* trace) {
  const Time ends = impl_->seams.clock.now() + impl_->options->limits.resolution_time;
  const std::string key = flight_key(question);
  auto entered = impl_->shared.resolutions.enter(key);
  while (!entered.leads) {
    impl_->counters.joined.fetch_add(1, std::memory_order_relaxed);
    if (trace) trace->on(trace::Joined{question.name, question.type});
    AnswerPtr answer = co_await InFlight<Answer>::wait(entered.flight, impl_->seams.executor,
                                                       impl_->seams.timers, ends);
    if (answer) co_return answer;
    if (impl_->seams.clock.now() >= ends) co_return abandoned(question, ResolveError::out_of_time);
    entered = impl_->shared.resolutions.enter(key);
  }
  FlightGuard<Answer> guard(impl_->shared.resolutions, entered.flight);
  AnswerPtr answer = co_await impl_->lead(question, trace);
  guard.finish(answer);
  co_return answer;
}

Task<bool> Resolver::prime() {
  const Question root(wire::Name(), wire::RrType::ns);
  const AnswerPtr answer = co_await resolve(root, nullptr);
  co_return answer->rcode == wire::Rcode::noerror;
}

const ResolverCounters& Resolver::counters() const noexcept {
  return impl_->counters;
}

}  // namespace godwit::iterator
