// Some or all records of a zone that is known in full: what is said to be proven is so, of the zone
// and by what was kept of it; with all records, whatever is so is proven. And any records at all:
// no fault, and no more hashing than the budget has.
#include "dnssec/synthesis.h"
#include "tests/fuzz/zone_model.h"

namespace {

using namespace godwit;
using dnssec::Denial;
using dnssec::Proof;
using fuzz::Choices;
using fuzz::require;
using fuzz::ZoneModel;
using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

constexpr RrType types[] = {RrType::a,     RrType::mx,  RrType::ns,    RrType::ds,
                            RrType::cname, RrType::txt, RrType::dname, RrType::soa};

struct Case {
  std::vector<RRsetPtr> sets;
  bool is_hashed = false;
  bool is_opt_out = false;
  // Nothing left out, and no opt-out, which hides what exists for insecure cuts alone.
  bool is_complete = false;
};

void check_no_name(const ZoneModel& zone, const Case& given, const Denial& denial,
                   const Name& name) {
  const dnssec::ProofResult result = denial.no_name(name);
  const bool is_so = zone.is_name_error(name);
  require(result.proof != Proof::proven || is_so);
  require(result.proof != Proof::insecure || given.is_opt_out);
  require((result.proof == Proof::unproven) == bool(result.failure));
  if (result.proof == Proof::proven)
    require(result.closest_encloser == name.suffix(zone.encloser_labels(name)));
  if (given.is_complete && is_so) require(result.proof != Proof::unproven);
}

void check_no_data(const ZoneModel& zone, const Case& given, const Denial& denial, const Name& name,
                   RrType type) {
  const dnssec::ProofResult result = denial.no_data(name, type);
  const bool is_so = zone.is_no_data(name, type);
  require(result.proof != Proof::proven || is_so);
  require(result.proof != Proof::insecure || given.is_opt_out);
  require((result.proof == Proof::unproven) == bool(result.failure));
  // A wildcard that exists for the sake of a name below it has no record of its own but by hash.
  const bool has_record = given.is_hashed || zone.exists(name) ||
                          (is_so && zone.has(zone.wildcard_for(name), RrType::a)) ||
                          (is_so && zone.has(zone.wildcard_for(name), RrType::dname));
  if (given.is_complete && is_so && has_record) require(result.proof != Proof::unproven);
}

void check_no_closer_match(const ZoneModel& zone, const Case& given, const Denial& denial,
                           const Name& name, unsigned labels) {
  const Proof proof = denial.no_closer_match(name, labels).proof;
  require(proof != Proof::insecure || given.is_opt_out);
  if (proof == Proof::proven) {
    require(labels >= zone.apex().label_count() && labels < name.label_count());
    require(!zone.exists(name.suffix(labels + 1)));
    require(given.is_hashed || zone.encloser_labels(name) == labels);
  }
  const bool is_so = name.is_at_or_below(zone.apex()) && !zone.exists(name) &&
                     !zone.is_beyond_a_cut(name) && zone.encloser_labels(name) == labels;
  if (given.is_complete && is_so) require(proof != Proof::unproven);
}

void check_cut(const ZoneModel& zone, const Case& given, const Denial& denial, const Name& name) {
  dnssec::Failure failure;
  const Denial::Cut cut = denial.cut_at(name, failure);
  require((cut == Denial::Cut::unproven) == bool(failure));
  const bool is_insecure_cut = zone.is_cut(name) && !zone.has(name, RrType::ds);
  if (cut != Denial::Cut::unproven) require(name.is_below(zone.apex()));
  if (cut == Denial::Cut::no_cut) require(!zone.is_cut(name) && !zone.is_beyond_a_cut(name));
  if (cut == Denial::Cut::insecure_delegation) require(is_insecure_cut || given.is_opt_out);
  if (given.is_complete && is_insecure_cut) require(cut == Denial::Cut::insecure_delegation);
}

constexpr cache::Time now{};

// A table that has been given the sets and an SOA.
void remember(cache::ProvenDenials& table, const Name& apex, const std::vector<RRsetPtr>& sets) {
  const cache::Time later = now + cache::Seconds(60);
  std::vector<std::uint8_t> soa(22);
  wire::store_u32(soa.data() + 18, 30);
  dnssec::remember_denial(table, apex, {ZoneModel::make_set(apex, RrType::soa, soa), later}, now);
  for (const RRsetPtr& set : sets) dnssec::remember_denial(table, apex, {set, later}, now);
}

void check_synthesis(const ZoneModel& zone, const Case& given, const cache::ProvenDenials& table,
                     const Name& name, RrType type) {
  const dnssec::ValidationLimits limits{.nsec3_hash_blocks = 1000};
  dnssec::ValidationBudget budget(limits);
  const auto synthesis = dnssec::synthesise(table, name, type, now, budget);
  require(!budget.is_exhausted());
  const bool is_name_error = zone.is_name_error(name);
  if (given.is_complete && is_name_error &&
      !(type == RrType::ds && name.parent().label_count() < zone.apex().label_count()))
    require(synthesis.has_value());
  if (!synthesis) return;
  require(synthesis->is_name_error ? is_name_error : zone.is_no_data(name, type));
  require(synthesis->ttl == 30 && synthesis->parts.size() >= 2 && synthesis->parts.size() <= 4);
}

void check_zone(Choices& choices) {
  const std::uint8_t how = choices.u8();
  constexpr std::uint8_t label[] = {'z'};
  const Name apex = (how & 1) != 0 ? Name() : *Name().with_label(label);
  const ZoneModel zone(choices, apex);
  Case given;
  given.is_hashed = (how & 2) != 0;
  given.is_opt_out = given.is_hashed && (how & 4) != 0;
  const auto iterations = static_cast<std::uint16_t>(how >> 6);
  given.sets = given.is_hashed ? zone.nsec3_chain(iterations, given.is_opt_out) : zone.nsec_chain();
  const bool has_all = (how & 8) != 0;
  given.is_complete = has_all && !given.is_opt_out;
  if (!has_all) {
    const std::uint32_t kept = choices.u32();
    unsigned at = 0;
    std::erase_if(given.sets, [&](const RRsetPtr&) { return (kept >> at++ % 32 & 1) == 0; });
  }
  const dnssec::ValidationLimits limits{.proofs_per_response = 100, .nsec3_hash_blocks = 100'000};
  dnssec::ValidationBudget budget(limits);
  const Denial denial(apex, given.sets, budget);
  cache::ProvenDenials table(cache::KeyedHash({}), {.octets_max = 1u << 20});
  remember(table, apex, given.sets);
  for (unsigned questions = 0; questions < 8; ++questions) {
    const Name name = ZoneModel::pick_name(choices, apex);
    const RrType type = types[choices.u8() % std::size(types)];
    check_no_name(zone, given, denial, name);
    check_no_data(zone, given, denial, name, type);
    check_no_closer_match(zone, given, denial, name, choices.u8() % 6u);
    check_cut(zone, given, denial, name);
    check_synthesis(zone, given, table, name, type);
  }
}

void check_any(Choices& choices) {
  std::vector<RRsetPtr> sets;
  const Name zone = choices.name();
  while (!choices.at_end() && sets.size() < 12) {
    const bool is_hashed = choices.flag();
    Name owner = choices.name();
    if (choices.flag()) owner = zone;
    dnssec::Nsec3Hash hash{};
    hash[0] = choices.u8();
    if (is_hashed)
      if (const auto hashed = owner.with_label(ZoneModel::base32(hash))) owner = *hashed;
    std::vector<std::uint8_t> rdata = fuzz::copy(choices.counted());
    if (rdata.empty()) continue;
    if (is_hashed && choices.flag()) {
      std::vector<std::uint8_t> head{1, rdata[0], 0, choices.u8(), 0, 20};
      head.resize(6 + 20, rdata[0]);
      rdata.insert(rdata.begin(), head.begin(), head.end());
    }
    sets.push_back(ZoneModel::make_set(owner, is_hashed ? RrType::nsec3 : RrType::nsec, rdata));
  }
  const dnssec::ValidationLimits limits;
  dnssec::ValidationBudget budget(limits);
  const Denial denial(zone, sets, budget);
  dnssec::Failure failure;
  Name name = choices.name();
  if (choices.flag()) name = zone;
  for (const RRsetPtr& set : sets) {
    (void)denial.no_name(name);
    (void)denial.no_data(name, RrType::ds);
    (void)denial.no_closer_match(name, choices.u8());
    (void)denial.cut_at(name, failure);
    name = set->owner();
  }
  require(budget.hash_blocks_spent() <= limits.nsec3_hash_blocks);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  if (choices.u8() % 4 == 0)
    check_any(choices);
  else
    check_zone(choices);
  return 0;
}
