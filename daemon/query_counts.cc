// What is counted of questions beside what became of them: kinds of hits, causes of misses, times,
// and the sample for the curve. Declared in query_service.h.
#include <optional>

#include "daemon/query_slot.h"

namespace godwit::daemon {
namespace {

// Whether the answer has data of the type, behind whatever aliases.
bool has_data(const iterator::Question& question, const iterator::Answer& answer) noexcept {
  if (answer.answer.empty()) return false;
  const bool is_alias = answer.answer.back().set->type() == wire::RrType::cname;
  return !is_alias || question.type == wire::RrType::cname || question.type == wire::RrType::any;
}

// Nothing: it is the operator's own data, which no cache has.
std::optional<HitKind> hit_kind_of(const iterator::Question& question,
                                   const iterator::Answer& answer) noexcept {
  if (answer.stale) return HitKind::stale;
  if (answer.is_local || answer.authoritative) return std::nullopt;
  if (answer.rcode != wire::Rcode::noerror && answer.rcode != wire::Rcode::nxdomain)
    return HitKind::failure;
  if (answer.is_synthesised) return HitKind::aggressive;
  const bool is_negative = answer.rcode == wire::Rcode::nxdomain || !has_data(question, answer);
  return is_negative ? HitKind::negative : HitKind::composed;
}

// The life of an answer that has just been resolved is a whole one.
iterator::Life whole_life(const iterator::Life& life) noexcept {
  return {life.ttl, life.ttl};
}

}  // namespace

bool QueryService::note_hit(const RequestContext& context, const iterator::Answer& answer,
                            std::size_t octets) {
  auto& counters = services_.counters;
  const auto& question = context.question;
  const auto kind = hit_kind_of(question, answer);
  if (!kind) return false;
  counters.hits[static_cast<std::size_t>(*kind)].add();
  const iterator::Life life = services_.resolver.life_of(answer);
  if (life.left == 0) return true;
  counters.curve_questions.add();
  counters.curve.note(services_.ready.hash_of(question.name),
                      static_cast<std::uint16_t>(question.type), life, octets,
                      services_.clock.now(), true);
  return true;
}

void QueryService::note_miss(const iterator::Question& question) {
  const cache::Absence cause = services_.resolver.why_missing(question);
  services_.counters.misses[static_cast<std::size_t>(cause)].add();
}

// What failed, or was answered from what had ended, has no life, and no place in the curve.
void QueryService::note_resolved(const Slot& slot, const iterator::Answer& answer,
                                 std::size_t octets) {
  auto& counters = services_.counters;
  counters.miss_times.add(services_.clock.now() - slot.received);
  const iterator::Life life = services_.resolver.life_of(answer);
  if (life.ttl == 0 || answer.is_local) return;
  const auto& question = slot.context.question;
  counters.curve_questions.add();
  counters.curve.note(services_.ready.hash_of(question.name),
                      static_cast<std::uint16_t>(question.type), whole_life(life), octets,
                      services_.clock.now(), false);
}

}  // namespace godwit::daemon
