#include "tests/sim/faults.h"

#include <algorithm>

#include "tests/sim/forgery.h"

namespace godwit::sim {

using iterator::Transport;
using wire::RrType;

FaultProfile FaultProfile::benign(Random& random) {
  FaultProfile profile;
  profile.loss = random.below(250);
  profile.duplicate = random.below(100);
  profile.delay = random.below(100);
  profile.truncate = random.below(50);
  return profile;
}

FaultProfile FaultProfile::spoofed(Random& random) {
  FaultProfile profile = benign(random);
  profile.loss /= 4;
  for (std::uint32_t* rate : {&profile.wrong_id, &profile.wrong_port, &profile.wrong_case,
                              &profile.wrong_question, &profile.spoof_guess})
    *rate = random.below(150);
  profile.spoof_oracle = random.below(500);
  profile.poison = random.below(300);
  return profile;
}

FaultProfile FaultProfile::hostile(Random& random) {
  FaultProfile profile = spoofed(random);
  for (std::uint32_t* rate :
       {&profile.formerr_on_edns, &profile.upward_referral, &profile.alias_loop, &profile.refused,
        &profile.servfail, &profile.notimp, &profile.garbage, &profile.cut_short,
        &profile.slow_drip, &profile.unreachable})
    *rate = random.below(80);
  profile.poison = random.below(700);
  profile.rewrite = random.below(150);
  return profile;
}

Faults::Faults(World& world, const FaultProfile& profile, Random random)
    : world_(world), profile_(profile), random_(random) {
  world.network().set_weather(
      [this](const Arrival& arrival, std::vector<Reply>& replies) { weather(arrival, replies); });
  world.tampering().message = [this](const Authority& server, const Arrival&, const Message& query,
                                     Message& reply) { tamper(server, query, reply); };
}

void Faults::weather(const Arrival& arrival, std::vector<Reply>& replies) {
  const bool udp = arrival.transport == Transport::udp;
  if (udp && happens(profile_.loss)) replies.clear();
  for (Reply& reply : replies) mangle(arrival, reply);
  if (udp && !replies.empty() && happens(profile_.duplicate)) {
    Reply again = replies.front();
    again.delay += milliseconds(random_.below(2000));
    replies.push_back(std::move(again));
  }
  if (udp) spoof(arrival, replies);
}

void Faults::mangle(const Arrival& arrival, Reply& reply) {
  const bool udp = arrival.transport == Transport::udp;
  if (happens(profile_.delay)) reply.delay += milliseconds(random_.below(1000));
  if (!udp && happens(profile_.slow_drip)) reply.delay += milliseconds(random_.below(8000));
  if (happens(profile_.unreachable)) {
    reply = Reply(reply.delay);
    return;
  }
  if (reply.octets.size() < wire::header_octets) return;
  if (happens(profile_.cut_short))
    reply.octets.resize(random_.below(static_cast<std::uint32_t>(reply.octets.size())));
  if (happens(profile_.garbage)) scramble(reply);
  if (!udp || reply.octets.size() < wire::header_octets) return;
  if (happens(profile_.wrong_id)) reply.octets[random_.below(2)] ^= 1;
  if (happens(profile_.wrong_port)) reply.misdirected = true;
  std::optional<Message> message = decode(reply.octets);
  if (!message || !message->question) return;
  if (happens(profile_.truncate)) {
    message->header.tc = true;
    message->answer.clear();
    reply.octets = encode(*message);
  } else if (happens(profile_.wrong_case)) {
    flip_case(message->question->name);
    reply.octets = encode(*message);
  } else if (happens(profile_.wrong_question)) {
    message->question->type = RrType::txt;
    reply.octets = encode(*message);
  }
}

// Noise instead of records; other data in the right place would be a lie that nobody can see
// through.
void Faults::scramble(Reply& reply) {
  const auto view = wire::MessageView::parse(reply.octets);
  if (!view) return;
  for (std::size_t i = view->records_offset(); i < reply.octets.size(); ++i)
    reply.octets[i] = static_cast<std::uint8_t>(random_.next());
}

void Faults::spoof(const Arrival& arrival, std::vector<Reply>& replies) {
  const bool guess = happens(profile_.spoof_guess);
  const bool oracle = happens(profile_.spoof_oracle);
  if (!guess && !oracle) return;
  const std::optional<Message> query = decode(arrival.query);
  if (!query || !query->question) return;
  const auto wrong =
      oracle ? static_cast<OneWrong>(random_.below(static_cast<std::uint32_t>(OneWrong::count_)))
             : OneWrong::id;
  if (auto forged = forge(*query, wrong, milliseconds(random_.below(3))))
    replies.push_back(std::move(*forged));
}

void Faults::tamper(const Authority& server, const Message& query, Message& reply) {
  const auto instead = [&](wire::Rcode rcode) {
    const bool edns = reply.edns;
    reply = reply_to(query);
    reply.edns = edns;
    reply.rcode = static_cast<std::uint16_t>(rcode);
  };
  if (happens(profile_.refused)) return instead(wire::Rcode::refused);
  if (happens(profile_.servfail)) return instead(wire::Rcode::servfail);
  if (happens(profile_.notimp)) return instead(wire::Rcode::notimp);
  if (query.edns && happens(profile_.formerr_on_edns)) {
    instead(wire::Rcode::formerr);
    reply.edns = false;
    return;
  }
  if (happens(profile_.upward_referral)) {
    instead(wire::Rcode::noerror);
    reply.authority.push_back(record(". 518400 NS ns.forged."));
    return;
  }
  if (happens(profile_.poison)) poison(server, reply);
  if (happens(profile_.rewrite)) rewrite(reply);
}

// Other addresses under the signatures that were there. Where anybody may say of a name that it is
// an insecure delegation's, that would be true for all that a resolver can know.
void Faults::rewrite(Message& reply) {
  for (Record& record : reply.answer) {
    const Zone* zone = world_.zone_of(record.owner, record.type);
    const bool is_safe = world_.security_of(*zone) == cache::Security::secure &&
                         zone->signer()->plan().denials != Denials::nsec3_opt_out;
    if (record.type == RrType::a && is_safe) record = forged_a(record.owner);
  }
}

// Whether `name` is in none of the zones that the server has: what it says of it is a lie.
static bool is_foreign(const Authority& server, const wire::Name& name) {
  return std::none_of(server.zones().begin(), server.zones().end(),
                      [&](const Zone* zone) { return name.is_at_or_below(zone->apex()); });
}

void Faults::poison(const Authority& server, Message& reply) {
  const auto& zones = world_.zones();
  const Zone& victim = zones[random_.below(static_cast<std::uint32_t>(zones.size()))];
  const wire::Name apex = victim.apex();
  const bool foreign = is_foreign(server, apex);
  const auto www = apex.with_label(wire::Bytes(reinterpret_cast<const std::uint8_t*>("w0"), 2));
  switch (random_.below(5)) {
    case 0:  // NS and its address beside an answer, for any zone, the server's own included
      if (reply.answer.empty() && !foreign) return;
      reply.authority.push_back(forged_ns(apex));
      reply.additional.push_back(forged_glue());
      return;
    case 1:  // the address of another zone's name
      if (foreign && www) reply.additional.push_back(forged_a(*www));
      return;
    case 2:  // the tail of an alias chain
      if (foreign && www) reply.answer.push_back(forged_a(*www));
      return;
    case 3:  // other types where only NS or SOA belong
      reply.authority.push_back(record("mail.forged. 86400 MX 10 mail.forged."));
      reply.additional.push_back(forged_a(name("mail.forged.")));
      return;
    default:  // a redirection of a whole tree
      if (foreign && !apex.is_root()) reply.answer.push_back(forged_dname(apex));
      return;
  }
}

}  // namespace godwit::sim
