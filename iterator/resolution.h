// One question from the caches to an answer: the walk of RFC 1034 §5.3.3. Server-address look-ups
// are resolutions of their own inside it, on the same budget. Lives in the frame that awaits run().
// A refresh is the same for an answer that is still good: what of it ends soon is not taken from
// the caches.
#pragma once

#include <optional>

#include "iterator/cached_answer.h"
#include "iterator/chain_judge.h"
#include "iterator/minimise.h"
#include "iterator/response.h"
#include "iterator/walk_context.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

class ServerLookups;

// A look-up that a chain of trust needs: of a DS, judged as any, or of keys, judged by `judge`.
struct ChainPart {
  ResponseJudge* judge = nullptr;
};

class Resolution {
 public:
  // Of a client; or the refresh of an answer of which nothing is good enough that ends within
  // `must_last`.
  Resolution(WalkContext& walk, const Question& question, Duration must_last = Duration::zero());
  // For the address of a server that `outer` needs. Glue will do: a parent's word on it is enough.
  Resolution(WalkContext& walk, const Question& question, const Resolution& outer,
             bool glue_will_do);
  // What `outer` needs to judge something. It follows no alias: there is no zone cut at one.
  Resolution(WalkContext& walk, const Question& question, const Resolution& outer, ChainPart part);
  Resolution(const Resolution&) = delete;
  Resolution& operator=(const Resolution&) = delete;

  // The caches have nothing of the question, so that run() begins with the walk.
  void begin_behind_caches() noexcept { behind_caches_ = true; }
  // Always ends with an answer: SERVFAIL with its reason when there is no better one. Called once.
  [[nodiscard]] Task<Answer> run();

  // What went wrong; none when the answer is what the zones say.
  [[nodiscard]] ResolveError error() const noexcept { return progress_.error; }
  // Of ResolveError::bogus and out_of_validation: more about it.
  [[nodiscard]] const dnssec::Failure& failure() const noexcept { return failure_; }
  // As Answer::zone_labels.
  [[nodiscard]] std::optional<std::uint8_t> zone_labels() const noexcept { return zone_labels_; }
  // The delegation that was met last, and is remembered, has the address as glue: there is no other
  // answer.
  [[nodiscard]] bool was_settled_by_glue() const noexcept { return settled_by_glue_; }

  // How many look-ups this one is inside of.
  [[nodiscard]] unsigned depth() const noexcept { return depth_; }
  // Whether this or an outer resolution is looking for an address of that very server: it cannot be
  // found through itself.
  [[nodiscard]] bool is_looking_for(const wire::Name& server) const;

 private:
  // Where the walk for one sname stands: the zone, what is minimised, and whether it is over.
  struct Walk {
    Walk() = default;
    ZoneServers zone;
    MinimisationState minimisation;
    bool ask_in_full = false;
  };
  enum class Turn : std::uint8_t { go_on, settled, failed };

  CacheOutcome look_into_caches();
  void note_zone(const ZoneServers& zone) noexcept;
  void report_end() const;
  Task<bool> walk_to_sname();
  Task<ZoneServers> starting_zone();
  Task<cache::DelegationPtr> root_delegation();
  Task<Judged> ask(ZoneServers& zone, wire::Name name, wire::RrType type, bool probe);
  Task<Judged> judge(const AskedQuestion& asked, ResponsePtr response);
  [[nodiscard]] bool is_judged(const AskedQuestion& asked, const Response& response) const noexcept;

  [[nodiscard]] MinimisedQuestion next_step(Walk& walk) const;
  Turn take_turn(Walk& walk, const MinimisedQuestion& asked, const Judged& judged);
  Turn take_probe(Walk& walk, const MinimisedQuestion& asked, const Judged& judged);
  bool take_answer(const Judged& judged);
  void show_proofs(const Judged& judged);
  void forget_failures() const;
  void take_denial(const Judged& judged, const wire::Name& denied);
  ResponsePtr no_server_left(const ServerLookups& lookups, bool knew_servers,
                             ResponsePtr last) const;
  Turn fail(const Judged& judged);
  void blame_clock(dnssec::Failure& failure) const;
  void explain_failure();
  [[nodiscard]] bool is_answered_stale() const;
  void forget_ended() const;
  void remember_failure() const;

  WalkContext& walk_;
  const Resolution* outer_;
  unsigned depth_;
  ChainJudge own_judge_;
  ResponseJudge* judge_ = nullptr;  // null: nothing is judged
  bool is_chain_part_ = false;
  bool is_priming_ = false;  // what the root says of its servers is found wrong soon enough
  dnssec::Failure failure_;
  AnswerInProgress progress_;
  cache::Time began_;
  Duration must_last_ = Duration::zero();
  bool behind_caches_ = false;
  bool complete_ = false;
  bool glue_will_do_;
  bool settled_by_glue_ = false;
  bool met_loop_ = false;  // a server's address could only be found through itself
  unsigned probes_ = 0;
  std::optional<std::uint8_t> zone_labels_;
};

}  // namespace godwit::iterator
