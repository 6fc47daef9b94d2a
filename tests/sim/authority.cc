#include "tests/sim/authority.h"

#include <algorithm>

#include "tests/sim/zone_signer.h"

namespace godwit::sim {
namespace {

using iterator::Transport;
using wire::RrType;

constexpr unsigned aliases_followed_max = 16;

void append(std::vector<Record>& to, const std::vector<Record>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Authority& Authority::serves(const Zone& zone) {
  if (!has_zone(&zone)) zones_.push_back(&zone);
  return *this;
}

Authority& Authority::drops(std::uint32_t queries) {
  habits_.drops_first = queries;
  return *this;
}

bool Authority::has_zone(const Zone* zone) const {
  return std::find(zones_.begin(), zones_.end(), zone) != zones_.end();
}

const Zone* Authority::best_zone(const wire::Name& name, RrType type) const {
  const Zone* best = nullptr;
  const Zone* child_side = nullptr;
  for (const Zone* zone : zones_) {
    if (!name.is_at_or_below(zone->apex())) continue;
    // DS lives in the parent; only a server without it looks in the child.
    if (type == RrType::ds && name == zone->apex() && !name.is_root())
      child_side = zone;
    else if (best == nullptr || zone->apex().label_count() > best->apex().label_count())
      best = zone;
  }
  return best != nullptr ? best : child_side;
}

bool Authority::swallows(const Arrival& arrival) {
  if (habits_.silent) return true;
  if (habits_.only_tcp && arrival.transport == Transport::udp) return true;
  if (habits_.up_for.count() > 0 && (arrival.at.time_since_epoch() / habits_.up_for) % 2 == 1)
    return true;
  return dropped_ < habits_.drops_first && ++dropped_ <= habits_.drops_first;
}

std::vector<Reply> Authority::respond(const Arrival& arrival) {
  if (swallows(arrival)) return {};
  const bool tcp = arrival.transport == Transport::tcp;
  if (habits_.unreachable || (tcp && habits_.refuses_tcp)) return {Reply(habits_.delay)};
  const std::optional<Message> query = decode(arrival.query);
  if (!query || !query->question) return {};
  if (query->edns && habits_.drops_edns) return {};
  Message reply = answer(*query);
  if (tampering_.message) tampering_.message(*this, arrival, *query, reply);
  std::size_t octets_max = 65535;
  if (!tcp) octets_max = query->edns ? std::min<std::size_t>(query->udp_octets, 1232) : 512;
  if (!tcp && habits_.truncates_udp) octets_max = 0;
  // A TCP exchange costs a round trip more.
  const Duration delay = tcp ? habits_.delay * 2 : habits_.delay;
  return {Reply(delay, encode(reply, octets_max))};
}

Message Authority::answer(const Message& query) const {
  Message reply = reply_to(query);
  reply.edns = query.edns && !habits_.ignores_edns;
  reply.dnssec_ok = reply.edns && query.dnssec_ok;
  const auto say = [&reply](wire::Rcode rcode) {
    reply.rcode = static_cast<std::uint16_t>(rcode);
    return reply;
  };
  if (habits_.formerr_on_edns && query.edns) {
    reply.edns = false;
    return say(wire::Rcode::formerr);
  }
  if (habits_.lowercases) reply.question->name = reply.question->name.to_lower();
  if (habits_.always) return say(*habits_.always);
  if (habits_.upward_referral) {
    reply.authority.push_back(record(". 518400 NS a.root-servers.example."));
    return reply;
  }
  wire::Name sname = query.question->name;
  const RrType type = query.question->type;
  for (unsigned hops = 0; hops < aliases_followed_max; ++hops) {
    const Zone* zone = best_zone(sname, type);
    if (zone == nullptr) return hops == 0 ? say(wire::Rcode::refused) : reply;
    Zone::Lookup found = zone->look_up(sname, type);
    if (found.found == Zone::Found::referral) {
      if (hops == 0) add_found(*zone, found, reply);
      if (hops == 0) add_addresses(*zone, found.records, reply);
      return reply;
    }
    reply.header.aa = !habits_.without_aa;
    const bool is_ent = found.found == Zone::Found::nodata &&
                        zone->find(sname, RrType::a) == nullptr && zone->has_node(sname);
    if (found.found == Zone::Found::nxdomain || (is_ent && habits_.nxdomain_for_ents))
      reply.rcode = static_cast<std::uint16_t>(wire::Rcode::nxdomain);
    add_found(*zone, found, reply);
    if (found.found == Zone::Found::answer) add_more(*zone, type, reply);
    if (found.target_too_long) return say(wire::Rcode::yxdomain);
    const bool alias = found.found == Zone::Found::alias || found.found == Zone::Found::dname;
    if (!alias || !habits_.follows_aliases || type == RrType::cname) return reply;
    sname = found.target;
  }
  return reply;
}

// What servers add to an answer of their own accord.
void Authority::add_more(const Zone& zone, RrType type, Message& reply) const {
  if (type == RrType::ns) return add_addresses(zone, reply.answer, reply);
  const ZoneSet* ns = habits_.adds_zone_ns ? zone.find(zone.apex(), RrType::ns) : nullptr;
  if (ns == nullptr) return;
  const std::vector<Record> servers = Zone::records_of(zone.apex(), *ns);
  append(reply.authority, servers);
  if (reply.dnssec_ok && zone.signer()) append(reply.authority, zone.signer()->signatures(servers));
  add_addresses(zone, servers, reply);
}

// What the zone says, with signatures and proofs for those who want them.
void Authority::add_found(const Zone& zone, const Zone::Lookup& found, Message& reply) const {
  const bool is_referral = found.found == Zone::Found::referral;
  const bool denied = found.found == Zone::Found::nodata || found.found == Zone::Found::nxdomain;
  auto& section = denied || is_referral ? reply.authority : reply.answer;
  append(section, found.records);
  const ZoneSigner* const signer = reply.dnssec_ok ? zone.signer() : nullptr;
  if (signer == nullptr) return;
  const std::optional<wire::Name> made_from = denied ? std::nullopt : found.wildcard;
  if (!is_referral) append(section, signer->signatures(found.records, made_from));
  append(reply.authority, signer->proofs(found));
}

void Authority::add_addresses(const Zone& zone, const std::vector<Record>& ns,
                              Message& reply) const {
  for (const Record& server : ns) {
    const auto server_name = wire::Name::from_wire(server.rdata);
    if (!server_name || !server_name->is_at_or_below(zone.apex())) continue;
    for (const RrType type : {RrType::a, RrType::aaaa})
      if (const ZoneSet* glue = zone.find(*server_name, type))
        for (Record& r : Zone::records_of(*server_name, *glue))
          reply.additional.push_back(std::move(r));
  }
}

}  // namespace godwit::sim
