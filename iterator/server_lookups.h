// The look-ups of server addresses for one question that a zone is asked: which of its server names
// are left, which comes next, and what was found. Each is a resolution of its own inside the one
// that asks, on the same budget. Lives in the frame of the asking.
#pragma once

#include <vector>

#include "iterator/resolution.h"

namespace godwit::iterator {

class ServerLookups {
 public:
  ServerLookups(WalkContext& walk, ZoneServers& zone, const Resolution& asking)
      : walk_(walk), zone_(zone), asking_(asking) {}
  ServerLookups(const ServerLookups&) = delete;
  ServerLookups& operator=(const ServerLookups&) = delete;

  // Whether a name is left and may be looked up.
  [[nodiscard]] bool has_more() const;
  // The limit that keeps names that are left from being looked up; none.
  [[nodiscard]] ResolveError withheld_by() const;
  // A server's address could only be found through itself.
  [[nodiscard]] bool has_met_loop() const noexcept { return met_loop_; }

  // Finds addresses of one more of the zone's servers and adds them to the zone. False: no name is
  // left, or none may be tried any more.
  [[nodiscard]] Task<bool> find_more();

 private:
  [[nodiscard]] ResolveError limit() const noexcept;
  [[nodiscard]] std::vector<wire::Name> untried_names() const;
  bool remember_glue_of(const wire::Name& server);
  bool take_glue(const wire::Name& server);
  Task<bool> look_up(wire::Name server, wire::RrType type, bool glue_will_do);

  WalkContext& walk_;
  ZoneServers& zone_;
  const Resolution& asking_;
  std::vector<wire::Name> tried_;
  std::vector<wire::Name> glue_tried_;
  bool met_loop_ = false;
};

}  // namespace godwit::iterator
