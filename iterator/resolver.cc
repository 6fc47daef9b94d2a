#include "iterator/resolver.h"

#include <algorithm>
#include <iterator>

#include "iterator/cache_look.h"
#include "iterator/cached_answer.h"
#include "iterator/miss_cause.h"
#include "iterator/report.h"
#include "iterator/resolution.h"
#include "iterator/spending.h"
#include "iterator/stale_answer.h"
#include "iterator/why_insecure.h"

namespace godwit::iterator {

namespace {

// The answer when nobody resolved it: time ran out while waiting for another worker, or godwit is
// stopping.
AnswerPtr abandoned(const Question& question, ResolveError error) {
  AnswerInProgress progress(question, 0);
  progress.error = error;
  return std::make_shared<const Answer>(failure_answer(progress));
}

// The answer to one who asks by a name which keys are trusted, when it is to be none.
Answer withheld_answer() {
  Answer answer;
  answer.rcode = wire::Rcode::servfail;
  answer.errors.push_back({wire::EdeCode::other,
                           "the trust anchors of the root are not those that the name asks about "
                           "(RFC 8509)"});
  return answer;
}

AnswerPtr seen_by(const Question& question, AnswerPtr answer, const ResolverOptions& options) {
  if (!is_withheld_by_sentinel(options, question, *answer)) return answer;
  return std::make_shared<const Answer>(withheld_answer());
}

// What came of leading a resolution.
struct Led {
  Led() = default;
  AnswerPtr answer;
  std::uint32_t packets = 0;
  bool failed = false;
};

// What a question is watched by. Whoever cannot tell the hash of a name cannot tell two that meet.
std::uint64_t question_hash(std::uint64_t owner_hash, wire::RrType type) noexcept {
  return owner_hash + static_cast<std::uint16_t>(type) * 0x9e3779b97f4a7c15;
}

std::uint64_t question_hash(const cache::KeyedHash& hash, const Question& question) noexcept {
  return question_hash(hash.owner(question.name.wire()), question.type);
}

// From a part of the hash that decides nothing else, and new for each life.
std::uint8_t jitter_of(const WatchedLife& life) noexcept {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  return static_cast<std::uint8_t>((life.hash ^ life.end / 64) * odd >> 56);
}

}  // namespace

struct Resolver::Impl {
  Impl(Shared& s, Seams w, std::shared_ptr<const ResolverOptions> o)
      : shared(s), seams(w), options(std::move(o)) {}

  // Leads: walks, with its own budget, and tells what came of it. `must_last`: of a refresh.
  // `skips_caches`: they have just been found to have nothing.
  Task<Led> lead(Question question, Duration must_last, bool skips_caches, Trace* trace) {
    WalkContext walk(shared, seams, options, counters, pace, trace);
    const Time started = walk.now();
    // What is remembered is the same whoever asks, in whatever letter case.
    Question lowered(question.name.to_lower(), question.type, question.rr_class);
    lowered.checking_disabled = question.checking_disabled;
    Resolution resolution(walk, lowered, must_last);
    if (skips_caches) resolution.begin_behind_caches();
    Answer answer = co_await resolution.run();
    const ResolveError error = resolution.error();
    count_limit(counters, error);
    count_near_misses(walk, walk.now() - started);
    if (error == ResolveError::internal)
      counters.internal_errors.fetch_add(1, std::memory_order_relaxed);
    if (options->anchors && !question.checking_disabled) count(answer.security, error);
    explain_insecurity(question, answer);
    report_spent(walk);
    answer = stale_or(lowered, error, std::move(answer));
    answer.zone_labels = resolution.zone_labels();
    if (trace)
      trace->on(trace::Finished{question.name, question.type, answer.rcode, error,
                                walk.budget.packets_spent(), walk.now() - started, answer.security,
                                answer.stale});
    Led led;
    led.answer = std::make_shared<const Answer>(std::move(answer));
    led.packets = walk.budget.packets_spent();
    led.failed = error != ResolveError::none;
    co_return led;
  }

  // What has ended, for a question that failed; else the failure.
  Answer stale_or(const Question& question, ResolveError error, Answer failure) const {
    if (!options->stale.is_on() || !may_be_answered_stale(error)) return failure;
    auto stale = find_stale(question, shared.caches, *options, seams.clock.now());
    if (!stale) return failure;
    std::ranges::move(failure.errors, std::back_inserter(stale->errors));
    return std::move(*stale);
  }

  void explain_insecurity(const Question& question, Answer& answer) const {
    if (!options->anchors || question.checking_disabled || !answer.errors.empty()) return;
    const dnssec::Failure why =
        why_insecure(answer, shared.caches, options->validation, seams.clock.now());
    if (why) answer.errors.push_back({dnssec::ede_of(why.fault), dnssec::to_text(why)});
  }

  void count(cache::Security security, ResolveError error) noexcept {
    auto* counter = error == ResolveError::bogus ? &counters.validated_bogus : nullptr;
    if (error == ResolveError::none && security == cache::Security::secure)
      counter = &counters.validated_secure;
    if (error == ResolveError::none && security == cache::Security::insecure)
      counter = &counters.validated_insecure;
    if (error == ResolveError::none && security == cache::Security::indeterminate)
      counter = &counters.validated_indeterminate;
    if (counter != nullptr) counter->fetch_add(1, std::memory_order_relaxed);
  }

  Shared& shared;
  Seams seams;
  std::shared_ptr<const ResolverOptions> options;
  ResolverCounters counters;
  CryptoPace pace;
};

Resolver::Resolver(Shared& shared, Seams seams, std::shared_ptr<const ResolverOptions> options)
    : impl_(std::make_unique<Impl>(shared, seams, std::move(options))) {}

Resolver::~Resolver() = default;

void Resolver::set_options(std::shared_ptr<const ResolverOptions> options) {
  impl_->options = std::move(options);
}

boost::system::result<Answer, CachedPart> Resolver::try_cache(const Question& question,
                                                              cache::ChangeMarks* marks) const {
  const ResolverOptions& options = *impl_->options;
  AnswerInProgress progress(question, options);
  progress.marks = marks;
  switch (continue_from_cache(progress, impl_->shared.caches, options, impl_->seams.clock.now(),
                              nullptr)) {
    case CacheOutcome::complete:
      finish_flattening(progress);
      if (is_withheld_by_sentinel(options, question, progress.answer)) return withheld_answer();
      impl_->explain_insecurity(question, progress.answer);
      return std::move(progress.answer);
    case CacheOutcome::failed:
      return impl_->stale_or(question, progress.error, failure_answer(progress));
    case CacheOutcome::miss:
      break;
  }
  return progress.chain.hops() == 0 ? CachedPart::nothing : CachedPart::unknown;
}

Task<AnswerPtr> Resolver::resolve(Question question, Trace* trace, CachedPart cached) {
  const Time ends = impl_->seams.clock.now() + impl_->options->limits.resolution_time;
  const FlightKey key(impl_->shared.hash, question.name, question.type, question.checking_disabled);
  Resolutions::Entered entered = impl_->shared.resolutions.enter(key);
  while (!entered.leads) {
    impl_->counters.joined.fetch_add(1, std::memory_order_relaxed);
    if (trace) trace->on(trace::Joined{question.name, question.type});
    AnswerPtr answer = co_await impl_->shared.resolutions.wait(entered.flight, impl_->seams.mailbox,
                                                               impl_->seams.timers, ends);
    if (answer) co_return seen_by(question, answer, *impl_->options);
    if (impl_->seams.clock.now() >= ends) co_return abandoned(question, ResolveError::out_of_time);
    cached = CachedPart::unknown;
    entered = impl_->shared.resolutions.enter(key);
  }
  FlightGuard<Resolutions> guard(impl_->shared.resolutions, entered.flight);
  ResolverCounters& counters = impl_->counters;
  counters.resolutions.fetch_add(1, std::memory_order_relaxed);
  const bool skips_caches = cached == CachedPart::nothing;
  Led led = co_await impl_->lead(question, Duration::zero(), skips_caches, trace);
  (led.failed ? counters.failures : counters.answered).fetch_add(1, std::memory_order_relaxed);
  impl_->shared.prefetch_budget.earn(led.packets, impl_->options->prefetch_percent);
  guard.finish(led.answer);
  co_return seen_by(question, led.answer, *impl_->options);
}

Task<AnswerPtr> Resolver::resolve_apart(Question question, Trace* trace) {
  ResolverCounters& counters = impl_->counters;
  counters.resolutions.fetch_add(1, std::memory_order_relaxed);
  Led led = co_await impl_->lead(question, Duration::zero(), false, trace);
  (led.failed ? counters.failures : counters.answered).fetch_add(1, std::memory_order_relaxed);
  co_return seen_by(question, led.answer, *impl_->options);
}

std::optional<Answer> Resolver::look_into_caches(const Question& question, Trace& trace) {
  const WalkContext walk(impl_->shared, impl_->seams, impl_->options, impl_->counters, impl_->pace,
                         &trace);
  std::optional<Answer> answer = iterator::look_into_caches(walk, question);
  if (answer) impl_->explain_insecurity(question, *answer);
  return answer;
}

std::optional<Answer> Resolver::stale_answer(const Question& question) const {
  const Impl& impl = *impl_;
  return find_stale(question, impl.shared.caches, *impl.options, impl.seams.clock.now());
}

wire::Name Resolver::zone_of(const wire::Name& name, const Answer& answer) const {
  const Impl& impl = *impl_;
  if (answer.zone_labels) return name.suffix(*answer.zone_labels).to_lower();
  const ConfiguredZone* const configured = configured_zone(*impl.options, name, wire::RrType::a);
  if (configured && configured->forward) return configured->name;
  const auto closest = impl.shared.caches.delegations.closest(name, impl.seams.clock.now());
  const wire::Name cut = closest ? closest->cut() : wire::Name();
  return configured && configured->name.is_at_or_below(cut) ? configured->name : cut;
}

cache::Absence Resolver::why_missing(const Question& question) const {
  return iterator::why_missing(impl_->shared.caches, question, impl_->options->limits.alias_hops,
                               impl_->seams.clock.now());
}

Life Resolver::life_of(const Answer& answer) const noexcept {
  return shortest_life(answer, impl_->shared.caches.ttl);
}

bool Resolver::note_use(const Question& question, const Life& life, bool is_busy) noexcept {
  return note_use(impl_->shared.hash.owner(question.name.wire()), question.type, life, is_busy);
}

bool Resolver::note_use(std::uint64_t owner_hash, wire::RrType type, const Life& life,
                        bool is_busy) noexcept {
  const std::uint32_t percent = impl_->options->prefetch_percent;
  if (percent == 0) return false;
  Shared& shared = impl_->shared;
  ResolverCounters& counters = impl_->counters;
  const Time now = impl_->seams.clock.now();
  const std::uint64_t hash = question_hash(owner_hash, type);
  if (const auto spared = shared.uses.first_use(hash, now)) {
    counters.prefetch_useful.fetch_add(1, std::memory_order_relaxed);
    shared.prefetch_budget.pay_back(spared->queries, spared->cut_off, percent);
  }
  if (!is_in_last_stretch(life)) return false;
  const WatchedLife watched(hash, life, now);
  const UseWatch::Seen seen = shared.uses.count(watched);
  if (seen.stage != UseWatch::Stage::watched && seen.stage != UseWatch::Stage::held_back)
    return false;
  if (!is_time_to_refresh(life, seen.uses, jitter_of(watched))) return false;
  if (is_busy || !shared.prefetch_budget.reserve()) {
    auto& why = is_busy ? counters.prefetch_busy : counters.prefetch_over_budget;
    if (shared.uses.hold_back(watched)) why.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  if (shared.uses.begin(watched, life)) return true;
  shared.prefetch_budget.settle(0);
  return false;
}

Time Resolver::keep_ready_until(const Question& question) const noexcept {
  if (impl_->options->prefetch_percent == 0) return Time::max();
  const std::uint64_t hash = question_hash(impl_->shared.hash, question);
  return impl_->shared.uses.first_use_from(hash, impl_->seams.clock.now()).value_or(Time::max());
}

Task<void> Resolver::refresh(Question question, Life life, Trace* trace) {
  Shared& shared = impl_->shared;
  const WatchedLife watched(question_hash(shared.hash, question), life, impl_->seams.clock.now());
  const FlightKey key(shared.hash, question.name, question.type, question.checking_disabled);
  const auto entered = shared.resolutions.enter(key);
  if (!entered.leads) {
    shared.prefetch_budget.settle(0);
    shared.uses.end(watched, 0, false);
    co_return;
  }
  FlightGuard<Resolutions> guard(shared.resolutions, entered.flight);
  ResolverCounters& counters = impl_->counters;
  counters.prefetch_started.fetch_add(1, std::memory_order_relaxed);
  const Duration must_last = cache::Seconds(last_stretch(life.ttl));
  Led led = co_await impl_->lead(question, must_last, false, trace);
  if (led.failed) counters.prefetch_failed.fetch_add(1, std::memory_order_relaxed);
  shared.prefetch_budget.settle(led.packets);
  shared.uses.end(watched, led.packets, !led.failed);
  guard.finish(led.answer);
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
