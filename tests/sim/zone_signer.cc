#include "tests/sim/zone_signer.h"

#include <algorithm>
#include <set>

namespace godwit::sim {
namespace {

using wire::Name;
using wire::RrType;

constexpr std::uint32_t denial_ttl = 60;  // seconds
constexpr std::uint32_t far_past = 1'500'000'000, past = 1'600'000'000, future = 2'000'000'000,
                        far_future = 2'100'000'000;

Name below(const Name& parent, std::string_view label) {
  return parent
      .with_label(wire::Bytes(reinterpret_cast<const std::uint8_t*>(label.data()), label.size()))
      .value();
}

wire::RRsetPtr set_of(const std::vector<Record>& records, const Record& first) {
  wire::RRsetBuilder builder(first.owner, first.type);
  for (const Record& record : records)
    if (record.type == first.type && record.owner == first.owner)
      builder.add(record.rdata, record.ttl);
  return builder.build();
}

// RFC 4034 §4.1.2.
Octets encode_bitmap(const std::set<RrType>& types) {
  std::map<std::uint8_t, Octets> windows;
  for (const RrType type : types) {
    const auto number = static_cast<std::uint16_t>(type);
    Octets& bits = windows[static_cast<std::uint8_t>(number >> 8)];
    const std::size_t octet = (number & 0xffu) / 8;
    if (bits.size() <= octet) bits.resize(octet + 1);
    bits[octet] = static_cast<std::uint8_t>(bits[octet] | 0x80u >> (number % 8));
  }
  Octets out;
  for (const auto& [window, bits] : windows) {
    out.push_back(window);
    out.push_back(static_cast<std::uint8_t>(bits.size()));
    out.insert(out.end(), bits.begin(), bits.end());
  }
  return out;
}

void add_once(std::vector<Record>& records, const Record& one) {
  for (const Record& record : records)
    if (record.is_same_data(one)) return;
  records.push_back(one);
}

}  // namespace

ZoneSigner::ZoneSigner(Zone& zone, SigningPlan plan)
    : zone_(zone),
      plan_(std::move(plan)),
      entry_(plan_.algorithm, plan_.seed, test::key_signing),
      data_(plan_.algorithm, plan_.seed + 1, test::zone_signing),
      foreign_(plan_.algorithm, plan_.seed + 2, test::key_signing) {
  zone_.put({zone_.apex(), RrType::dnskey, wire::RrClass::in, 3600, entry_.dnskey_rdata()});
  if (plan_.has_two_keys)
    zone_.put({zone_.apex(), RrType::dnskey, wire::RrClass::in, 3600, data_.dnskey_rdata()});
}

Record ZoneSigner::ds(dnssec::Digest digest) const {
  const test::SigningKey& key = plan_.flaw == Flaw::wrong_ds ? foreign_ : entry_;
  return {zone_.apex(), RrType::ds, wire::RrClass::in, 3600,
          test::ds_rdata(zone_.apex(), key.dnskey_rdata(), digest)};
}

Octets ZoneSigner::rrsig_of(const wire::RRset& set, std::optional<std::uint8_t> labels) const {
  test::Signing how{zone_.apex()};
  how.labels = labels;
  const test::SigningKey* key = set.type() == RrType::dnskey ? &entry_ : &data_key();
  if (plan_.flaw == Flaw::expired) {
    how.inception = far_past;
    how.expiration = past;
  } else if (plan_.flaw == Flaw::not_yet_valid) {
    how.inception = future;
    how.expiration = far_future;
  } else if (plan_.flaw == Flaw::foreign_key) {
    how.key_tag = key->tag();
    key = &foreign_;
  }
  Octets rdata = test::rrsig_rdata(set, *key, how);
  if (plan_.flaw == Flaw::spoilt_addresses && set.type() == RrType::a) rdata.back() ^= 1;
  return rdata;
}

std::vector<Record> ZoneSigner::signatures(const std::vector<Record>& records,
                                           const std::optional<Name>& wildcard) const {
  std::vector<Record> made;
  if (plan_.flaw == Flaw::no_signatures) return made;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& first = records[i];
    const auto is_of_set = [&first](const Record& r) {
      return r.type == first.type && r.owner == first.owner;
    };
    const auto end = records.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(records.begin(), end, is_of_set)) continue;
    if (first.type == RrType::cname && records.front().type == RrType::dname) continue;
    if (plan_.flaw == Flaw::unsigned_addresses && first.type == RrType::a) continue;
    const wire::RRsetPtr set = set_of(records, first);
    std::optional<std::uint8_t> labels;
    if (wildcard) labels = static_cast<std::uint8_t>(wildcard->label_count() - 1);
    // What would be signed; with root as its signer, whose name is one octet.
    Octets header(18 + 1);
    header[3] = labels.value_or(static_cast<std::uint8_t>(dnssec::signed_labels(first.owner)));
    wire::store_u32(&header[4], set->ttl());
    Octets& rdata = signed_[dnssec::signed_data(*set, header)];
    if (rdata.empty()) rdata = rrsig_of(*set, labels);
    made.push_back({first.owner, RrType::rrsig, wire::RrClass::in, set->ttl(), rdata});
  }
  return made;
}

// Below a cut or a DNAME nothing is the zone's.
bool ZoneSigner::is_left_out(const Name& owner) const {
  Name above = owner;
  while (above != zone_.apex()) {
    above = above.parent();
    const bool is_cut = above != zone_.apex() && zone_.find(above, RrType::ns) != nullptr;
    if (is_cut || zone_.find(above, RrType::dname) != nullptr) return true;
  }
  if (plan_.denials == Denials::nsec) return !zone_.has_records(owner);
  const bool is_insecure_cut = owner != zone_.apex() && zone_.find(owner, RrType::ns) != nullptr &&
                               zone_.find(owner, RrType::ds) == nullptr;
  return plan_.denials == Denials::nsec3_opt_out && is_insecure_cut;
}

Name ZoneSigner::place_of(const Name& name) const {
  if (!has_nsec3()) return name.to_lower();
  return test::nsec3_owner(name, zone_.apex(), plan_.iterations, plan_.salt);
}

const ZoneSigner::Chain& ZoneSigner::chain() const {
  if (chain_version_ == zone_.version()) return chain_;
  chain_.clear();
  for (const Name& owner : zone_.owners())
    if (!is_left_out(owner)) chain_.emplace(place_of(owner), owner);
  chain_version_ = zone_.version();
  return chain_;
}

Octets ZoneSigner::bitmap_of(const Name& owner) const {
  const bool is_apex = owner == zone_.apex();
  const bool is_cut = !is_apex && zone_.find(owner, RrType::ns) != nullptr;
  std::set<RrType> types;
  for (const RrType type : zone_.types_at(owner))
    if (!is_cut || type == RrType::ns || type == RrType::ds) types.insert(type);
  if (is_apex) types.insert(RrType::soa);
  if (!has_nsec3()) types.insert(RrType::nsec);
  const bool has_signed_sets = !types.empty() && (!is_cut || types.contains(RrType::ds));
  if (has_signed_sets || !has_nsec3()) types.insert(RrType::rrsig);
  return encode_bitmap(types);
}

Record ZoneSigner::record_at(Chain::const_iterator at) const {
  auto next = std::next(at);
  if (next == chain_.end()) next = chain_.begin();
  Record made{at->first, RrType::nsec, wire::RrClass::in, denial_ttl, {}};
  if (has_nsec3()) {
    made.type = RrType::nsec3;
    const bool opt_out = plan_.denials == Denials::nsec3_opt_out;
    made.rdata = {
        1, static_cast<std::uint8_t>(opt_out), static_cast<std::uint8_t>(plan_.iterations >> 8),
        static_cast<std::uint8_t>(plan_.iterations), static_cast<std::uint8_t>(plan_.salt.size())};
    made.rdata.insert(made.rdata.end(), plan_.salt.begin(), plan_.salt.end());
    const Octets hash = test::nsec3_digest(next->second, plan_.iterations, plan_.salt);
    made.rdata.push_back(static_cast<std::uint8_t>(hash.size()));
    made.rdata.insert(made.rdata.end(), hash.begin(), hash.end());
  } else {
    made.rdata.assign(next->first.wire().begin(), next->first.wire().end());
  }
  const Octets bitmap = bitmap_of(at->second);
  made.rdata.insert(made.rdata.end(), bitmap.begin(), bitmap.end());
  return made;
}

std::optional<Record> ZoneSigner::denial_at(const Name& name) const {
  const auto at = chain().find(place_of(name));
  if (at == chain_.end()) return std::nullopt;
  return record_at(at);
}

Record ZoneSigner::denial_over(const Name& name) const {
  auto after = chain().upper_bound(place_of(name));
  if (after == chain_.begin()) after = chain_.end();
  return record_at(std::prev(after));
}

std::vector<Record> ZoneSigner::all_denials() const {
  std::vector<Record> all;
  for (auto at = chain().begin(); at != chain_.end(); ++at) all.push_back(record_at(at));
  return all;
}

// The deepest name at or above `name` that exists and that the chain knows.
Name ZoneSigner::closest_encloser(const Name& name) const {
  Name encloser = name;
  while (encloser != zone_.apex() &&
         (!zone_.has_node(encloser) || (has_nsec3() && !chain().contains(place_of(encloser)))))
    encloser = encloser.parent();
  return encloser;
}

// RFC 5155 §7.2.1.
void ZoneSigner::add_encloser_proof(const Name& name, const Name& encloser,
                                    std::vector<Record>& out) const {
  if (const auto at = denial_at(encloser)) add_once(out, *at);
  add_once(out, denial_over(name.suffix(encloser.label_count() + 1)));
}

void ZoneSigner::add_denial_of_name(const Name& name, std::vector<Record>& out) const {
  const Name encloser = closest_encloser(name);
  if (has_nsec3())
    add_encloser_proof(name, encloser, out);
  else
    add_once(out, denial_over(name));
  add_once(out, denial_over(below(encloser, "*")));
}

std::vector<Record> ZoneSigner::proofs(const Zone::Lookup& found) const {
  const Name& name = found.name;
  std::vector<Record> made;
  const bool denies_type = found.found == Zone::Found::nodata;
  if (found.found == Zone::Found::nxdomain) {
    add_denial_of_name(name, made);
  } else if (found.wildcard) {
    // Where nothing but the wildcard is as near.
    const Name encloser = found.wildcard->parent();
    if (!has_nsec3()) add_once(made, denial_over(name));
    if (has_nsec3() && denies_type) add_encloser_proof(name, encloser, made);
    if (has_nsec3() && !denies_type)
      add_once(made, denial_over(name.suffix(encloser.label_count() + 1)));
    if (denies_type) add_once(made, denial_at(*found.wildcard).value());
  } else if (denies_type || found.found == Zone::Found::referral) {
    const Name of = denies_type ? name : found.records.front().owner;
    const ZoneSet* const ds = denies_type ? nullptr : zone_.find(of, RrType::ds);
    const auto at = denial_at(of);
    if (ds != nullptr)
      made = Zone::records_of(of, *ds);
    else if (at)
      made.push_back(*at);
    else if (has_nsec3())
      add_encloser_proof(of, closest_encloser(of), made);
    else
      made.push_back(denial_over(of));  // an empty non-terminal
  }
  const std::vector<Record> signed_by = signatures(made);
  made.insert(made.end(), signed_by.begin(), signed_by.end());
  return made;
}

}  // namespace godwit::sim
