#include "tests/sim/story.h"

#include "conf/config.h"
#include "tests/sim/faults.h"
#include "wire/name_text.h"

namespace godwit::sim {
namespace {

bool holds_forged(const wire::RRset& set) {
  for (const wire::Bytes rdata : set.records())
    if (is_forged({set.owner(), set.type(), set.rr_class(), 0, {rdata.begin(), rdata.end()}}))
      return true;
  return false;
}

}  // namespace

std::string Told::address() const {
  std::string found;
  for (const Record& record : answer) {
    const bool v4 = record.type == wire::RrType::a;
    if (!v4 && record.type != wire::RrType::aaaa) continue;
    if (!found.empty()) return "many";
    const wire::Bytes octets = record.rdata;
    found = v4 ? wire::IpAddress::v4(octets.first<4>()).to_text()
               : wire::IpAddress::v6(octets.first<16>()).to_text();
  }
  return found;
}

namespace {

std::vector<Record> shown_in(const std::vector<iterator::AnswerRRset>& sets) {
  std::vector<Record> records;
  for (const iterator::AnswerRRset& shown : sets)
    for (const wire::Bytes rdata : shown.set->records())
      records.push_back({shown.set->owner(),
                         shown.set->type(),
                         shown.set->rr_class(),
                         shown.ttl,
                         {rdata.begin(), rdata.end()}});
  return records;
}

}  // namespace

Told told(const Asked& asked, std::uint64_t packets) {
  Told made;
  made.rcode = asked.answer->rcode;
  made.answer = shown_in(asked.answer->answer);
  made.authority = shown_in(asked.answer->authority);
  made.security = asked.answer->security;
  made.error = asked.error;
  made.has_reason = !asked.answer->errors.empty();
  if (made.has_reason) made.reason = asked.answer->errors.front().text;
  for (const iterator::AnswerError& error : asked.answer->errors) made.codes.push_back(error.code);
  made.stale = asked.answer->stale;
  made.packets = packets;
  made.took = asked.took();
  return made;
}

Story::Story() : network(simulation), world(network) {
  world.delegate(".", root_ip);
  world.delegate("test.", top_ip);
  options_.resolver->do_not_query = conf::Resolver::default_do_not_query();
}

void Story::actor(std::string_view ip, Act act) {
  rough_actor(ip, [act = std::move(act)](const Arrival& arrival) -> std::vector<Reply> {
    const auto query = decode(arrival.query);
    if (!query || !query->question) return {};
    Message reply = reply_to(*query);
    reply.edns = query->edns;
    act(*query, reply);
    const bool tcp = arrival.transport == iterator::Transport::tcp;
    return {Reply(milliseconds(10), encode(reply, tcp ? 65535 : 1232))};
  });
}

void Story::rough_actor(std::string_view ip, ScriptedServer::Script script) {
  network.attach(address(ip), std::make_shared<ScriptedServer>(std::move(script)));
}

void Story::hand_over(std::string_view child, std::string_view ip) {
  const std::string server = "ns." + std::string(child);
  Zone& parent = const_cast<Zone&>(*world.zone_of(name(child).parent(), wire::RrType::ns));
  parent.ns(child, server).a(server, ip);
}

Subject& Story::resolver() {
  if (!subject_) {
    if (!options_.resolver->root_hints) options_.resolver->root_hints = world.root_hints();
    subject_.emplace(simulation, network, options_);
  }
  return *subject_;
}

const Asked& Story::begin(std::string_view text, wire::RrType type, unsigned worker) {
  return resolver().ask({name(text), type}, worker);
}

void Story::until_quiet() {
  simulation.run_until(
      [&] {
        return resolver().unanswered() == 0 && resolver().resolutions_alive() == 0 &&
               network.exchanges_alive() == 0;
      },
      simulation.now() + quiet_within);
}

Told Story::ask(std::string_view text, wire::RrType type, bool checking_disabled) {
  const std::uint64_t before = network.queries_sent();
  iterator::Question question(name(text), type);
  question.checking_disabled = checking_disabled;
  const Asked& asked = resolver().ask(question, 0);
  until_quiet();
  return told(asked, network.queries_sent() - before);
}

std::uint64_t Story::queries_to(std::string_view ip) const {
  return network.queries_to(address(ip));
}

bool Story::is_poisoned() {
  iterator::Caches& caches = resolver().caches();
  for (const auto& entry : caches.rrsets.snapshot(simulation.now()))
    if (holds_forged(*entry.set)) return true;
  for (const auto& entry : caches.negatives.snapshot(simulation.now()))
    if (entry.soa && holds_forged(*entry.soa)) return true;
  for (const auto& entry : caches.delegations.snapshot(simulation.now())) {
    if (holds_forged(*entry->ns)) return true;
    for (const auto& glue : entry->glue)
      if (glue.address == forged_address()) return true;
  }
  return false;
}

}  // namespace godwit::sim
