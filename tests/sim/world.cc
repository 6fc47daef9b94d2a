#include "tests/sim/world.h"

#include <algorithm>

#include "wire/name_text.h"

namespace godwit::sim {
namespace {

using cache::Security;
using wire::RrType;

// Whether what is wrong with a zone leaves its keys good.
bool is_whole(Flaw flaw) {
  return flaw == Flaw::none || flaw == Flaw::spoilt_addresses || flaw == Flaw::unsigned_addresses;
}

constexpr unsigned alias_hops_max = 64;

}  // namespace

Zone& World::zone(const wire::Name& apex, std::uint32_t default_ttl) {
  if (Zone* found = find_zone(apex)) return *found;
  Zone& fresh = zones_.emplace_back(apex, default_ttl);
  by_apex_[key_of(apex)] = &fresh;
  return fresh;
}

Zone& World::zone(std::string_view apex, std::uint32_t default_ttl) {
  return zone(name(apex), default_ttl);
}

Zone* World::find_zone(const wire::Name& apex) {
  const auto found = by_apex_.find(key_of(apex));
  return found == by_apex_.end() ? nullptr : found->second;
}

const Zone* World::zone_of(const wire::Name& name, RrType type) const {
  unsigned labels = name.label_count();
  if (type == RrType::ds && labels > 0) --labels;
  for (;; --labels) {
    const auto found = by_apex_.find(key_of(name.suffix(labels)));
    if (found != by_apex_.end()) return found->second;
    if (labels == 0) return nullptr;
  }
}

Authority& World::server(const wire::IpAddress& ip) {
  const auto found = by_address_.find(ip);
  if (found != by_address_.end()) return *found->second;
  auto fresh = std::make_shared<Authority>(ip, tampering_);
  network_.attach(ip, fresh);
  by_address_[ip] = fresh.get();
  servers_.push_back(fresh);
  return *fresh;
}

Authority& World::server(std::string_view ip) {
  return server(address(ip));
}

Authority& World::serve(std::string_view ip, std::initializer_list<std::string_view> apexes) {
  Authority& authority = server(ip);
  for (const std::string_view apex : apexes) authority.serves(zone(apex));
  return authority;
}

Zone& World::delegate(std::string_view child, std::string_view ip) {
  const wire::Name apex = name(child);
  const std::string server_name = "ns." + (apex.is_root() ? std::string() : wire::to_text(apex));
  Zone& made = zone(apex);
  made.ns("@", server_name).a(server_name, ip);
  server(ip).serves(made);
  if (apex.is_root()) return made;
  Zone& parent = const_cast<Zone&>(*zone_of(apex.parent(), RrType::ns));
  parent.ns(wire::to_text(apex), server_name).a(server_name, ip);
  return made;
}

ZoneSigner& World::sign(Zone& zone, const SigningPlan& plan) {
  ZoneSigner& signer = zone.sign(plan);
  if (!zone.apex().is_root()) {
    Zone& parent = const_cast<Zone&>(*zone_of(zone.apex().parent(), RrType::ns));
    parent.remove(zone.apex(), RrType::ds);
    if (parent.signer()) parent.put(signer.ds());
  }
  return signer;
}

ZoneSigner& World::sign(std::string_view apex, const SigningPlan& plan) {
  return sign(zone(apex), plan);
}

dnssec::TrustAnchorsPtr World::anchors() const {
  std::vector<dnssec::TrustAnchor> anchors;
  for (const Zone* zone : anchored_) {
    dnssec::TrustAnchor anchor;
    anchor.zone = zone->apex();
    anchor.ds = test::ds_set(zone->apex(), {&zone->signer()->entry_key()});
    anchors.push_back(std::move(anchor));
  }
  return std::make_shared<const dnssec::TrustAnchors>(std::move(anchors),
                                                      std::vector<dnssec::NegativeTrustAnchor>());
}

Security World::security_of(const Zone& zone) const {
  const bool is_anchored = std::find(anchored_.begin(), anchored_.end(), &zone) != anchored_.end();
  if (!is_anchored) {
    if (zone.apex().is_root()) return Security::insecure;
    const Zone* parent = zone_of(zone.apex().parent(), RrType::ns);
    const Security above = security_of(*parent);
    if (above != Security::secure) return above;
    if (parent->find(zone.apex(), RrType::ds) == nullptr) return Security::insecure;
  }
  if (zone.signer() == nullptr) return Security::bogus;
  const Flaw flaw = zone.signer()->plan().flaw;
  // Whoever is given its keys does not need the DS.
  const bool is_good = is_whole(flaw) || (is_anchored && flaw == Flaw::wrong_ds);
  return is_good ? Security::secure : Security::bogus;
}

Security World::security_of_found(const Zone& zone, RrType type, const Zone::Lookup& found) const {
  const Security whole = security_of(zone);
  if (whole != Security::secure) return whole;
  const SigningPlan& plan = zone.signer()->plan();
  const bool is_opt_out = plan.denials == Denials::nsec3_opt_out;
  const bool has_spoilt_addresses = plan.flaw != Flaw::none && plan.flaw != Flaw::wrong_ds;
  const bool is_address = found.found == Zone::Found::answer && type == RrType::a;
  // Unsigned data may be an insecure delegation's, where such a one can be left out.
  const bool may_be_below = is_opt_out && found.wildcard && plan.flaw == Flaw::unsigned_addresses;
  if (is_address && has_spoilt_addresses && !may_be_below) return Security::bogus;
  if (!is_opt_out) return whole;
  // Whatever needs a span in which there may be more is no secure denial.
  const bool is_left_out = found.found == Zone::Found::nodata && type == RrType::ds &&
                           !found.wildcard && !zone.signer()->denial_at(found.name);
  const bool needs_span =
      found.found == Zone::Found::nxdomain || found.wildcard.has_value() || is_left_out;
  return needs_span ? Security::insecure : whole;
}

Truth World::truth(const iterator::Question& question) const {
  Truth truth;
  wire::Name sname = question.name;
  std::set<std::string> seen;
  for (unsigned hops = 0; hops <= alias_hops_max; ++hops) {
    const Zone* zone = zone_of(sname, question.type);
    if (zone == nullptr || !seen.insert(key_of(sname)).second) break;
    truth.zones.insert(zone);
    Zone::Lookup found = zone->look_up(sname, question.type);
    truth.security = cache::worse(truth.security, security_of_found(*zone, question.type, found));
    bool alias = found.found == Zone::Found::alias || found.found == Zone::Found::dname;
    if (found.found == Zone::Found::referral) break;  // delegated to a zone that nobody has
    auto& section = alias || found.found == Zone::Found::answer ? truth.answer : truth.authority;
    section.insert(section.end(), found.records.begin(), found.records.end());
    if (found.found == Zone::Found::nxdomain) truth.rcode = wire::Rcode::nxdomain;
    if (found.target_too_long) truth.rcode = wire::Rcode::yxdomain;
    // A synthesised CNAME is what was asked for.
    if (question.type == RrType::cname) alias = false;
    if (!alias || found.target_too_long) return truth;
    sname = found.target;
  }
  truth.resolvable = false;
  truth.rcode = wire::Rcode::servfail;
  return truth;
}

std::shared_ptr<const cache::Delegation> World::root_hints() const {
  const Zone* root = zone_of(wire::Name(), RrType::ns);
  const ZoneSet* servers = root->find(wire::Name(), RrType::ns);
  wire::RRsetBuilder builder(wire::Name(), RrType::ns);
  auto hints = std::make_shared<cache::Delegation>();
  std::uint16_t index = 0;
  for (const Octets& rdata : servers->rdata) {
    builder.add(rdata, servers->ttl);
    const auto server = wire::Name::from_wire(rdata);
    for (const RrType type : {RrType::a, RrType::aaaa}) {
      const ZoneSet* addresses = root->find(*server, type);
      if (addresses == nullptr) continue;
      for (const Octets& ip : addresses->rdata)
        hints->glue.push_back({index, type == RrType::a
                                          ? wire::IpAddress::v4(wire::Bytes(ip).first<4>())
                                          : wire::IpAddress::v6(wire::Bytes(ip).first<16>())});
    }
    ++index;
  }
  hints->ns = builder.build();
  return hints;
}

}  // namespace godwit::sim
