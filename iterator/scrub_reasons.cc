#include "iterator/scrub_reasons.h"

#include <algorithm>

namespace godwit::iterator {

namespace {

using trace::Dropped;
using wire::RecordView;
using wire::RRsetPtr;
using wire::RrType;
using wire::Section;

// The type of the set that a record belongs to: for a signature that which it covers.
RrType type_of_set(const RecordView& record) noexcept {
  if (record.type != RrType::rrsig || record.rdata.size() < 2) return record.type;
  return static_cast<RrType>(wire::load_u16(record.rdata.data()));
}

bool is_of(const RecordView& record, const RRsetPtr& set) {
  if (!set || set->type() != type_of_set(record) || !(record.owner == set->owner())) return false;
  return record.type != RrType::rrsig || !set->signatures().empty();
}

bool is_of_any(const RecordView& record, const std::vector<RRsetPtr>& sets) {
  return std::ranges::any_of(sets, [&record](const RRsetPtr& set) { return is_of(record, set); });
}

// The CNAME that a server has made from its DNAME: it is made anew.
bool is_made_from_dname(const RecordView& record, const std::vector<RRsetPtr>& answer) {
  for (std::size_t i = 1; i < answer.size(); ++i)
    if (answer[i - 1]->type() == RrType::dname && record.type == RrType::cname &&
        is_of(record, answer[i]))
      return true;
  return false;
}

bool is_glue(const RecordView& record, const cache::Delegation& delegation) {
  return std::ranges::any_of(delegation.glue, [&record](const cache::Delegation::Glue& glue) {
    return std::ranges::equal(record.rdata, glue.address.octets());
  });
}

bool is_taken(const RecordView& record, const Response& taken) {
  const auto& referral = taken.referral;
  switch (record.section) {
    case Section::answer:
      return is_of_any(record, taken.answer) || (referral && is_of(record, referral->ns));
    case Section::authority:
      return is_of(record, taken.soa) || is_of(record, taken.ds) ||
             is_of_any(record, taken.proofs) || (referral && is_of(record, referral->ns));
    case Section::additional:
      break;
  }
  return referral && is_glue(record, *referral);
}

Dropped reason_for(const RecordView& record, const AskedQuestion& asked, const Response& taken) {
  if (record.rr_class != wire::RrClass::in) return Dropped::other_class;
  if (!record.owner.to_name().is_at_or_below(asked.cut)) return Dropped::outside_zone;
  if (record.section != Section::answer) return Dropped::not_needed;
  const bool is_behind_alias =
      !taken.answer.empty() && !taken.settles_final_name && record.owner == taken.final_name;
  return is_behind_alias ? Dropped::to_be_asked_for : Dropped::not_asked_for;
}

}  // namespace

std::vector<trace::RecordDropped> dropped_records(const ParsedResponse& received,
                                                  const AskedQuestion& asked,
                                                  const Response& taken) {
  std::vector<trace::RecordDropped> out;
  for (const RecordView& record : received.records) {
    if (out.size() == dropped_records_told_max) break;
    const bool is_in = record.rr_class == wire::RrClass::in;
    if (record.section == Section::answer && is_in && is_made_from_dname(record, taken.answer))
      out.push_back({record.owner.to_name(), record.type, record.section, Dropped::made_anew});
    else if (!is_in || !is_taken(record, taken))
      out.push_back(
          {record.owner.to_name(), record.type, record.section, reason_for(record, asked, taken)});
  }
  return out;
}

}  // namespace godwit::iterator
