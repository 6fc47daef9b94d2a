#include "tests/sim/subject.h"

namespace godwit::sim {
namespace {

cache::KeyedHash::Secret secret_of(std::uint64_t seed) {
  cache::KeyedHash::Secret secret{};
  SeededEntropy(seed).fill(secret);
  return secret;
}

iterator::CachesOptions caches_options(const SubjectOptions& options) {
  iterator::CachesOptions made;
  made.octets = options.cache_octets;
  made.ttl = options.ttl;
  made.stale_time = options.resolver->stale.time_max;
  return made;
}

}  // namespace

class Subject::Listener final : public iterator::Trace {
 public:
  Listener(Subject& subject, Asked& asked) : subject_(subject), asked_(asked) {}
  void on(iterator::trace::Told step) override {
    if (const auto* finished = step.get_if<iterator::trace::Finished>()) {
      asked_.packets = std::max(asked_.packets, finished->packets);
      asked_.error = finished->error;
    }
    if (subject_.trace_line_) subject_.trace_line_(iterator::trace::to_text(step.kept()));
  }

 private:
  Subject& subject_;
  Asked& asked_;
};

Subject::Subject(Simulation& simulation, Network& network, const SubjectOptions& options)
    : simulation_(simulation),
      hash_(secret_of(options.seed)),
      cache_octets_(options.cache_octets),
      caches_(hash_, caches_options(options)),
      shared_(hash_, caches_, options.prefetch_burst) {
  for (unsigned i = 0; i < options.workers; ++i) {
    Worker worker;
    worker.entropy = std::make_unique<SeededEntropy>(options.seed + i);
    const iterator::Seams seams{simulation, *worker.entropy, simulation, network, simulation};
    worker.resolver = std::make_unique<iterator::Resolver>(shared_, seams, options.resolver);
    workers_.push_back(std::move(worker));
  }
}

Subject::~Subject() = default;

Asked& Subject::ask(const iterator::Question& question, unsigned worker) {
  Asked& asked = asked_.emplace_back();
  asked.question = question;
  asked.asked_at = simulation_.now();
  ++unanswered_;
  iterator::Resolver& resolver = *workers_[worker].resolver;
  auto known = resolver.try_cache(question);
  if (known) {
    asked.from_cache = true;
    note_use(question, *known, resolver);
    record(asked, std::make_shared<const iterator::Answer>(std::move(*known)));
    return asked;
  }
  iterator::Trace* listener =
      listeners_.emplace_back(std::make_unique<Listener>(*this, asked)).get();
  iterator::spawn(resolve_one(&resolver, &asked, known.error(), listener),
                  [this](const std::exception_ptr& thrown) {
                    if (thrown) ++exceptions_;
                  });
  simulation_.settle();
  return asked;
}

void Subject::note_use(const iterator::Question& question, const iterator::Answer& known,
                       iterator::Resolver& resolver) {
  const iterator::Life life = resolver.life_of(known);
  if (!resolver.note_use(question, life, false)) return;
  simulation_.post([this, question, life, &resolver] {
    iterator::spawn(resolver.refresh(question, life, nullptr),
                    [this](const std::exception_ptr& thrown) {
                      if (thrown) ++exceptions_;
                    });
  });
}

iterator::Task<void> Subject::resolve_one(iterator::Resolver* resolver, Asked* asked,
                                          iterator::CachedPart cached, iterator::Trace* listener) {
  iterator::Question question = asked->question;
  iterator::AnswerPtr answer = co_await resolver->resolve(std::move(question), listener, cached);
  record(*asked, std::move(answer));
}

void Subject::record(Asked& asked, iterator::AnswerPtr answer) {
  if (asked.answers++ == 0) --unanswered_;
  asked.answered_at = simulation_.now();
  asked.answer = std::move(answer);
}

std::size_t Subject::resolutions_alive() const {
  return shared_.resolutions.size() + shared_.asks.size();
}

std::size_t Subject::cache_octets_used() const {
  return caches_.octets_used();
}

}  // namespace godwit::sim
