// Which name the servers of a zone are asked next, so that each learns no more labels than it needs
// (RFC 9156). Pure. The first probes show one label more each, later ones share out what is left;
// the last question is the whole name with its own type.
#pragma once

#include "iterator/budget.h"
#include "wire/name.h"

namespace godwit::iterator {

// What is searched and how far the search has come.
struct MinimisationState {
  MinimisationState() = default;
  wire::Name cut;    // the zone whose servers are asked
  wire::Name sname;  // at or below the cut
  wire::RrType stype = wire::RrType::none;
  unsigned known_labels = 0;  // of sname, from the right: exists, and no zone cut was found there
  unsigned probes = 0;        // sent for sname so far, at all cuts
};

struct MinimisedQuestion {
  MinimisedQuestion() = default;
  MinimisedQuestion(const wire::Name& n, wire::RrType t, bool full)
      : name(n), type(t), is_full(full) {}
  wire::Name name;
  wire::RrType type = wire::RrType::none;
  bool is_full = true;  // sname with stype: the answer itself, no probe
};

// The next question. Probes are of type A (RFC 9156 §2.1) and for names strictly between the cut
// and sname, so a DS question reaches the parent's servers, never a child that a probe of the same
// name would have led to. At most limits.minimise_steps - 1 probes are made and the name is whole
// at the step after. No probe ends at a label that begins with an underscore: such names are
// seldom cuts and often empty non-terminals (RFC 8552), so they are shown with what follows them.
[[nodiscard]] MinimisedQuestion next_question(const MinimisationState& state,
                                              const Limits& limits) noexcept;

}  // namespace godwit::iterator
