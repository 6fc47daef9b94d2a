// One question from the caches to an answer: the walk of RFC 1034 §5.3.3. Server-address look-ups
// are resolutions of their own inside it, on the same budget. Lives in the frame that awaits run().
#pragma once

#include "iterator/cached_answer.h"
#include "iterator/minimise.h"
#include "iterator/response.h"
#include "iterator/walk_context.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

class Resolution {
 public:
  // `outer` is the resolution that needs this one for a server's address; null for a client's
  // question.
  Resolution(WalkContext& walk, const Question& question, const Resolution* outer);
  Resolution(const Resolution&) = delete;
  Resolution& operator=(const Resolution&) = delete;

  // Always ends with an answer: SERVFAIL with its reason when there is no better one. Called once.
  [[nodiscard]] Task<Answer> run();

  // What went wrong; none when the answer is what the zones say.
  [[nodiscard]] ResolveError error() const noexcept { return progress_.error; }

 private:
  // Where the walk for one sname stands: the zone, what is minimised, and whether it is over.
  struct Walk {
    Walk() = default;
    ZoneServers zone;
    MinimisationState minimisation;
    bool ask_in_full = false;
  };
  // Which of a zone's server names have been looked up for one question, and for which glue has
  // been tried.
  struct ServerLookups {
    std::vector<wire::Name> tried;
    std::vector<wire::Name> glue_tried;
    // True the first time.
    bool remember_glue_of(const wire::Name& server);
  };
  enum class Turn : std::uint8_t { go_on, settled, failed };

  Task<bool> walk_to_sname();
  Task<ZoneServers> starting_zone();
  Task<cache::DelegationPtr> root_delegation();
  Task<ResponsePtr> ask(ZoneServers& zone, wire::Name name, wire::RrType type, bool probe);
  Task<bool> look_up_a_server(ZoneServers& zone, ServerLookups& lookups);
  Task<bool> look_up_addresses(ZoneServers& zone, wire::Name server, wire::RrType type,
                               bool glue_will_do);
  bool take_glue(ZoneServers& zone, const wire::Name& server) const;

  [[nodiscard]] MinimisedQuestion next_step(Walk& walk) const;
  Turn take_turn(Walk& walk, const MinimisedQuestion& asked, const Response& response);
  Turn take_probe(Walk& walk, const MinimisedQuestion& asked, const Response& response);
  bool take_answer(const Response& response);
  void take_denial(const Response& response, const wire::Name& denied);
  [[nodiscard]] std::vector<wire::Name> untried_servers(const ZoneServers& zone,
                                                        const std::vector<wire::Name>& tried) const;
  // The limit that keeps servers from being looked up; none.
  [[nodiscard]] ResolveError lookup_limit() const noexcept;
  ResponsePtr no_server_left(const ZoneServers& zone, const std::vector<wire::Name>& tried,
                             bool knew_servers, ResponsePtr last) const;
  [[nodiscard]] bool is_being_looked_up(const wire::Name& server) const;
  Turn fail(ResolveError error);
  void remember_failure() const;

  WalkContext& walk_;
  const Resolution* outer_;
  unsigned depth_;
  AnswerInProgress progress_;
  bool complete_ = false;
  bool glue_will_do_ = false;  // looks for a server's address, and a parent's word on it is enough
  bool settled_by_glue_ = false;  // the delegation that was just remembered has it
  bool met_loop_ = false;         // a server's address could only be found through itself
  unsigned probes_ = 0;
};

}  // namespace godwit::iterator
