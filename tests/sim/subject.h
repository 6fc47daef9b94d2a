// The resolver under test, with everything it needs around it: caches, shared tables, one or more
// workers on one virtual network. Asks questions the way the daemon does (what is remembered first,
// then a coroutine) and keeps what came of each. One thread.
#pragma once

#include <deque>
#include <optional>

#include "iterator/resolver.h"
#include "tests/sim/network.h"

namespace godwit::sim {

// After its last event a network has been quiet for this long, or the resolver waits for ever.
inline constexpr Duration quiet_within = std::chrono::seconds(60);

struct SubjectOptions {
  std::uint64_t seed = 1;
  std::size_t cache_octets = 64u << 20;
  cache::TtlLimits ttl;
  unsigned workers = 1;
  std::uint32_t prefetch_burst = iterator::Shared::prefetch_burst_queries;
  std::shared_ptr<iterator::ResolverOptions> resolver =
      std::make_shared<iterator::ResolverOptions>();
};

// What came of one question. Address stable while the Subject lives.
struct Asked {
  iterator::Question question;
  Time asked_at{};
  Time answered_at{};
  unsigned answers = 0;  // exactly one, in the end
  bool from_cache = false;
  iterator::AnswerPtr answer;
  std::uint32_t packets = 0;  // as the trace's Finished says; 0 when joined or cached
  iterator::ResolveError error = iterator::ResolveError::none;
  [[nodiscard]] bool done() const noexcept { return answers != 0; }
  [[nodiscard]] Duration took() const noexcept { return answered_at - asked_at; }
};

class Subject {
 public:
  Subject(Simulation& simulation, Network& network, const SubjectOptions& options);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Begins a question on worker `worker`; the clock has to run for it to end.
  Asked& ask(const iterator::Question& question, unsigned worker = 0);
  // Lines of the trace go there as they come.
  void set_trace(std::function<void(const std::string&)> line) { trace_line_ = std::move(line); }

  [[nodiscard]] const std::deque<Asked>& asked() const noexcept { return asked_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return unanswered_; }
  [[nodiscard]] iterator::Caches& caches() noexcept { return caches_; }
  [[nodiscard]] iterator::Resolver& resolver(unsigned worker = 0) {
    return *workers_[worker].resolver;
  }
  [[nodiscard]] std::size_t resolutions_alive() const;
  [[nodiscard]] iterator::Shared& shared() noexcept { return shared_; }
  [[nodiscard]] std::size_t cache_octets_used() const;
  [[nodiscard]] std::size_t cache_octets_max() const noexcept { return cache_octets_; }
  [[nodiscard]] unsigned exceptions() const noexcept { return exceptions_; }

 private:
  class Listener;
  struct Worker {
    std::unique_ptr<SeededEntropy> entropy;
    std::unique_ptr<iterator::Resolver> resolver;
  };
  void record(Asked& asked, iterator::AnswerPtr answer);
  void note_use(const iterator::Question& question, const iterator::Answer& known,
                iterator::Resolver& resolver);
  [[nodiscard]] iterator::Task<void> resolve_one(iterator::Resolver* resolver, Asked* asked,
                                                 iterator::CachedPart cached,
                                                 iterator::Trace* listener);

  Simulation& simulation_;
  cache::KeyedHash hash_;
  std::size_t cache_octets_;
  iterator::Caches caches_;
  iterator::Shared shared_;
  std::vector<Worker> workers_;
  std::deque<Asked> asked_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::function<void(const std::string&)> trace_line_;
  std::size_t unanswered_ = 0;
  unsigned exceptions_ = 0;
};

}  // namespace godwit::sim
