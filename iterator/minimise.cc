// The arithmetic of RFC 9156 §2.3.
#include "iterator/minimise.h"

#include <algorithm>

namespace godwit::iterator {
namespace {

// How many labels to show more, of `hidden` ones.
unsigned labels_to_add(unsigned hidden, unsigned probes, const Limits& limits) noexcept {
  if (probes >= limits.minimise_steps) return hidden;
  if (probes < limits.minimise_single_labels) return 1;
  return std::max(1u, hidden / (limits.minimise_steps - probes));
}

bool begins_with_underscore(wire::Bytes label) noexcept {
  return !label.empty() && label.front() == '_';
}

}  // namespace

MinimisedQuestion next_question(const MinimisationState& state, const Limits& limits) noexcept {
  const MinimisedQuestion full(state.sname, state.stype, true);
  const unsigned labels = state.sname.label_count();
  const unsigned shown = std::max(state.cut.label_count(), state.known_labels);
  if (shown >= labels || !state.sname.is_at_or_below(state.cut)) return full;

  unsigned to_show = shown + labels_to_add(labels - shown, state.probes, limits);
  while (to_show < labels && begins_with_underscore(state.sname.label(labels - to_show))) ++to_show;
  if (to_show >= labels) return full;
  return {state.sname.suffix(to_show), wire::RrType::a, false};
}

}  // namespace godwit::iterator
