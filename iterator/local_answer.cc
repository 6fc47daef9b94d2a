// The operator's own data as a part of an answer: what is there, an alias to follow, or an ALIAS
// that is followed and then flattened to addresses. Declared in cached_answer.h.
#include <algorithm>

#include "iterator/cached_answer.h"
#include "wire/name_text.h"
#include "wire/rdata.h"

namespace godwit::iterator {

using local::LocalData;
using wire::RrType;

namespace {

LocalOutcome take_alias(AnswerInProgress& progress, const LocalData::Found& found, Trace* trace) {
  const wire::RRsetPtr& cname = found.sets.front();
  const AliasToFollow alias{cname, cname->ttl(), nullptr, {}, cache::Security::insecure};
  return follow_alias(progress, alias, trace) ? LocalOutcome::alias : LocalOutcome::failed;
}

LocalOutcome begin_flattening(AnswerInProgress& progress, const LocalData::Found& found,
                              Trace* trace) {
  // One at a time: what the first finds is the addresses of its owner in the end.
  if (!progress.flattening)
    progress.flattening = {progress.sname(), progress.answer.answer.size(), found.ttl, found.soa};
  progress.flattening->ttl = std::min(progress.flattening->ttl, found.ttl);
  wire::RRsetBuilder builder(progress.sname(), RrType::cname);
  builder.add(found.target.wire(), found.ttl);
  const AliasToFollow alias{builder.build(), found.ttl, nullptr, {}, cache::Security::insecure};
  return follow_alias(progress, alias, trace) ? LocalOutcome::alias : LocalOutcome::failed;
}

}  // namespace

LocalOutcome take_local_data(AnswerInProgress& progress, const LocalData* data, Trace* trace) {
  if (data == nullptr || !progress.sees_local_data) return LocalOutcome::none;
  if (progress.question.rr_class != wire::RrClass::in) return LocalOutcome::none;
  LocalData::Found found = data->find(progress.sname(), progress.question.type);
  if (found.kind == LocalData::Kind::none) return LocalOutcome::none;
  if (progress.marks) progress.marks->complete = false;
  if (trace)
    trace->on(
        trace::CacheLookup{progress.sname(), progress.question.type, trace::CacheResult::local, 0});
  progress.note(cache::Security::insecure);
  Answer& answer = progress.answer;
  answer.is_local = true;
  const bool is_first = answer.answer.empty();
  switch (found.kind) {
    case LocalData::Kind::none:
      break;
    case LocalData::Kind::alias:
      return take_alias(progress, found, trace);
    case LocalData::Kind::flattened:
      return begin_flattening(progress, found, trace);
    case LocalData::Kind::data:
      for (wire::RRsetPtr& set : found.sets) {
        const std::uint32_t ttl = set->ttl();
        answer.answer.push_back({std::move(set), ttl});
      }
      break;
    case LocalData::Kind::name_error:
      answer.rcode = wire::Rcode::nxdomain;
      [[fallthrough]];
    case LocalData::Kind::nodata:
      answer.authority.push_back({found.soa, found.soa->ttl()});
      break;
    case LocalData::Kind::refused:
      answer.rcode = wire::Rcode::refused;
      answer.errors.push_back(
          {wire::EdeCode::prohibited, "this resolver does not answer for names of that zone"});
      break;
  }
  answer.authoritative = is_first;
  return LocalOutcome::complete;
}

void finish_flattening(AnswerInProgress& progress) {
  if (!progress.flattening) return;
  const AnswerInProgress::Flattening& wanted = *progress.flattening;
  Answer& answer = progress.answer;
  if (answer.rcode != wire::Rcode::noerror && answer.rcode != wire::Rcode::nxdomain) return;
  const RrType type = progress.question.type;
  wire::RRsetBuilder builder(wanted.owner, type);
  std::uint32_t ttl = wanted.ttl;
  for (std::size_t i = wanted.begin; i < answer.answer.size(); ++i) {
    const AnswerRRset& part = answer.answer[i];
    ttl = std::min(ttl, part.ttl);
    if (part.set->type() != type) continue;
    for (const wire::Bytes rdata : part.set->records()) builder.add(rdata, part.ttl);
  }
  answer.answer.resize(wanted.begin);
  answer.authority.clear();
  answer.security = cache::Security::insecure;
  answer.authoritative = wanted.begin == 0;
  builder.set_ttl(ttl);
  if (builder.size() > 0) {
    answer.answer.push_back({builder.build(), ttl});
    return;
  }
  // The owner is there, whether its target is or not.
  if (answer.rcode == wire::Rcode::nxdomain)
    answer.errors.push_back({wire::EdeCode::other, "the ALIAS of " + wire::to_text(wanted.owner) +
                                                       " leads to a name that does not exist"});
  answer.rcode = wire::Rcode::noerror;
  answer.authority.push_back({wanted.soa, wanted.soa->ttl()});
}

}  // namespace godwit::iterator
