#include "tests/sim/judge.h"

#include <algorithm>

#include "tests/sim/faults.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::sim {
namespace {

using cache::Security;
using wire::Rcode;
using wire::RrType;

const Record* equal_in(const std::vector<Record>& records, const Record& wanted) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const Record& r) { return r.is_same_data(wanted); });
  return found == records.end() ? nullptr : &*found;
}

std::optional<std::string> wrong_records(const std::vector<Record>& shown,
                                         const std::vector<Record>& true_ones) {
  for (const Record& record : shown) {
    const Record* truth = equal_in(true_ones, record);
    if (truth == nullptr) return "not true: " + record.to_text();
    if (record.ttl > truth->ttl) return "TTL above the zone's: " + record.to_text();
  }

  for (const Record& record : true_ones)
    if (equal_in(shown, record) == nullptr) return "left out: " + record.to_text();
  return std::nullopt;
}

std::vector<Record> records_of(const wire::RRset& set, std::uint32_t ttl) {
  std::vector<Record> records;
  for (const wire::Bytes rdata : set.records())
    records.push_back({set.owner(), set.type(), set.rr_class(), ttl, {rdata.begin(), rdata.end()}});
  return records;
}

// Every record of that owner and type that the world may truly say: the zone's, a synthesised one,
// and what parents hold as delegation or glue.
std::vector<Record> truths_about(const World& world, const wire::Name& owner, RrType type) {
  std::vector<Record> truths;
  for (unsigned labels = 0; labels <= owner.label_count(); ++labels) {
    const Zone* zone = const_cast<World&>(world).find_zone(owner.suffix(labels));
    if (zone == nullptr) continue;
    Zone::Lookup found = zone->look_up(owner, type);
    if (found.found == Zone::Found::answer || found.found == Zone::Found::dname)
      truths.insert(truths.end(), found.records.begin(), found.records.end());
    if (const ZoneSet* set = zone->find(owner, type))
      for (Record& r : Zone::records_of(owner, *set)) truths.push_back(std::move(r));
    if (type == RrType::soa && zone->apex() == owner) truths.push_back(zone->soa());
    if ((type == RrType::nsec || type == RrType::nsec3) && zone->signer())
      for (Record& r : zone->signer()->all_denials()) truths.push_back(std::move(r));
  }
  return truths;
}

bool is_all_forged(const wire::RRset& set) {
  const std::vector<Record> records = records_of(set, set.ttl());
  return std::all_of(records.begin(), records.end(), is_forged);
}

std::optional<std::string> untrue(const World& world, const wire::RRset& set) {
  const std::vector<Record> truths = truths_about(world, set.owner(), set.type());
  for (const Record& record : records_of(set, set.ttl()))
    if (equal_in(truths, record) == nullptr) return record.to_text();
  return std::nullopt;
}

std::optional<std::string> untrue_glue(const World& world, const cache::Delegation& delegation) {
  std::vector<wire::Name> servers;
  for (const wire::Bytes rdata : delegation.ns->records())
    servers.push_back(*wire::Name::from_wire(rdata));
  for (const auto& glue : delegation.glue) {
    if (glue.server >= servers.size()) return "glue of no server";
    const RrType type = glue.address.is_v4() ? RrType::a : RrType::aaaa;
    const wire::Bytes ip = glue.address.octets();
    const Record record{servers[glue.server], type, wire::RrClass::in, 0, {ip.begin(), ip.end()}};
    if (equal_in(truths_about(world, record.owner, type), record) == nullptr)
      return record.to_text();
  }
  return std::nullopt;
}

}  // namespace

std::string to_text(const iterator::Question& question) {
  return wire::to_text(question.name) + " " + wire::to_text(question.type) +
         (question.checking_disabled ? " +cd" : "");
}

std::vector<Record> records_of(const std::vector<iterator::AnswerRRset>& sets) {
  std::vector<Record> records;
  for (const iterator::AnswerRRset& shown : sets)
    for (Record& record : records_of(*shown.set, shown.ttl)) records.push_back(std::move(record));
  return records;
}

bool has_forged(const iterator::Answer& answer) {
  const std::vector<Record> shown = records_of(answer.answer);
  return std::any_of(shown.begin(), shown.end(), is_forged);
}

std::optional<std::string> wrong_security(const iterator::Answer& answer, const Truth& truth) {
  if (truth.security == Security::bogus) return "bogus, and answered as data";
  if (answer.security == truth.security) return std::nullopt;
  return truth.security == Security::secure ? "secure, and downgraded"
                                            : "insecure, and claimed secure";
}

std::optional<std::string> wrong_with(const iterator::Answer& answer, const Truth& truth) {
  if (answer.rcode == Rcode::servfail) {
    const bool has_reason = !answer.errors.empty() && !answer.errors.front().text.empty();
    return has_reason ? std::nullopt : std::optional<std::string>("SERVFAIL without a reason");
  }
  const std::vector<Record> shown = records_of(answer.answer);
  for (const Record& record : shown)
    if (is_forged(record)) return "POISON: " + record.to_text();
  if (answer.rcode != truth.rcode)
    return "rcode " + wire::to_text(answer.rcode) + " is not " + wire::to_text(truth.rcode);
  if (truth.rcode == Rcode::yxdomain) return std::nullopt;
  if (auto why = wrong_records(shown, truth.answer)) return why;
  std::vector<Record> soa = truth.authority;
  for (Record& record : soa)
    if (const auto view = wire::read_soa(record.rdata))
      record.ttl = std::min(record.ttl, view->minimum);
  std::vector<Record> authority = records_of(answer.authority);
  std::erase_if(authority, [](const Record& r) {
    return r.type == RrType::nsec || r.type == RrType::nsec3;  // the proofs of all that
  });
  if (auto why = wrong_records(authority, soa)) return "authority: " + *why;
  return std::nullopt;
}

namespace {

// What no server of the world is said to have given.
std::optional<std::string> without_giver(const World& world, const cache::Giver& giver,
                                         const wire::Name& owner) {
  if (giver && world.has_server(*giver)) return std::nullopt;
  return "the giver of " + wire::to_text(owner) + " is " +
         (giver ? "no server: " + giver->to_text() : std::string("not known"));
}

}  // namespace

std::optional<std::string> untrue_in(iterator::Caches& caches, const World& world, Time now) {
  for (const cache::CachedRRset& entry : caches.rrsets.snapshot(now)) {
    // What nobody has judged may be what somebody has rewritten.
    const bool may_be_forged =
        world.has_anchors() && entry.security < Security::insecure && is_all_forged(*entry.set);
    if (may_be_forged) continue;
    if (auto why = untrue(world, *entry.set)) return "RRset cache: " + *why;
    if (auto why = without_giver(world, entry.giver, entry.set->owner())) return why;
  }
  for (const cache::CachedNegative& entry : caches.negatives.snapshot(now)) {
    if (auto why = without_giver(world, entry.evidence.giver, entry.owner)) return why;
    if (entry.soa)
      if (auto why = untrue(world, *entry.soa)) return "negative cache: " + *why;
    if (entry.kind != cache::NegativeKind::nxdomain) continue;
    const Zone* zone = world.zone_of(entry.owner, RrType::a);
    const bool denied =
        zone != nullptr && zone->look_up(entry.owner, RrType::a).found == Zone::Found::nxdomain;
    if (!denied) return "negative cache: NXDOMAIN of " + wire::to_text(entry.owner);
  }
  for (const cache::DelegationPtr& entry : caches.delegations.snapshot(now)) {
    if (auto why = untrue(world, *entry->ns)) return "delegations: " + *why;
    if (auto why = untrue_glue(world, *entry)) return "glue: " + *why;
    // The root's may be the hints.
    if (auto why = without_giver(world, entry->giver, entry->cut()); why && !entry->cut().is_root())
      return why;
  }
  return std::nullopt;
}

}  // namespace godwit::sim
