// B07, ghost domains: a delegation that its parent has revoked ends when the TTL that the parent
// gave is over, whatever the child does to keep it alive. Five ways of trying.
#include <gtest/gtest.h>

#include "tests/sim/story.h"
#include "wire/name_text.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr unsigned parent_ttl = 120;

// How the attacker asks and answers to keep the name alive.
struct Ghost {
  const char* name;
  std::function<void(Story&, unsigned round)> refresh;
};

Octets octets_of(std::string_view text) {
  const wire::Name made = name(text);
  return {made.wire().begin(), made.wire().end()};
}

// Answers everything with a day's TTL; below "sub" it delegates to itself.
void answer_everything(const Message& query, Message& reply) {
  const wire::Name& qname = query.question->name;
  const wire::Name ghost = name("ghost.test.");
  const wire::Name sub = name("sub.ghost.test.");
  reply.header.aa = true;
  const std::string zone = qname.is_at_or_below(sub) ? "sub.ghost.test." : "ghost.test.";
  const std::string ns = "ns." + zone;
  if (query.question->type == RrType::ns && (qname == ghost || qname == sub))
    reply.answer.push_back({qname, RrType::ns, wire::RrClass::in, 86400, octets_of(ns)});
  else
    reply.answer.push_back({qname, RrType::a, wire::RrClass::in, 86400, {203, 0, 113, 1}});
  reply.authority.push_back({name(zone), RrType::ns, wire::RrClass::in, 86400, octets_of(ns)});
  reply.additional.push_back({name(ns), RrType::a, wire::RrClass::in, 86400, {203, 0, 113, 1}});
}

// As that, but names below "sub" are referred down first.
void refer_below_sub(const Message& query, Message& reply) {
  static const wire::Name sub = name("sub.ghost.test.");
  const bool on_the_way = query.question->name == sub && query.question->type == RrType::a;
  if (!on_the_way) return answer_everything(query, reply);
  reply.authority.push_back(
      {sub, RrType::ns, wire::RrClass::in, 86400, octets_of("ns.sub.ghost.test.")});
  reply.additional.push_back(
      {name("ns.sub.ghost.test."), RrType::a, wire::RrClass::in, 86400, {203, 0, 113, 1}});
}

class HostileB07 : public testing::TestWithParam<Ghost> {};

TEST_P(HostileB07, the_name_is_gone_when_the_parents_ttl_is_over) {
  Story story;
  Zone& top = story.world.zone("test.");
  top.add("ghost 120 NS ns.ghost").add("ns.ghost 120 A " + std::string(evil_ip));
  story.actor(evil_ip, refer_below_sub);
  EXPECT_EQ(story.ask("first.ghost.test.").address(), std::string(evil_ip));
  GetParam().refresh(story, 0);
  story.simulation.pass(seconds(10));
  top.remove(name("ghost.test."), RrType::ns).remove(name("ns.ghost.test."), RrType::a);
  for (unsigned round = 1; round * 20 < parent_ttl; ++round) {
    GetParam().refresh(story, round);
    const std::string alive = "alive" + std::to_string(round) + ".sub.ghost.test.";
    EXPECT_EQ(story.ask(alive).address(), std::string(evil_ip)) << round;
    story.simulation.pass(seconds(20));
  }
  story.simulation.pass(seconds(11));
  EXPECT_NE(story.ask("late.ghost.test.").rcode, Rcode::noerror);
  EXPECT_NE(story.ask("late.sub.ghost.test.").rcode, Rcode::noerror);
  story.simulation.pass(seconds(4000));
  EXPECT_NE(story.ask("later.ghost.test.").rcode, Rcode::noerror);
}

const Ghost ghosts[] = {
    {"names_of_the_zone",
     [](Story& story, unsigned round) {
       (void)story.ask("w" + std::to_string(round) + ".ghost.test.");
     }},
    {"ns_set_of_the_apex",
     [](Story& story, unsigned round) {
       (void)story.ask("ghost.test.", RrType::ns);
       (void)story.ask("n" + std::to_string(round) + ".ghost.test.");
     }},
    {"address_of_the_server",
     [](Story& story, unsigned round) {
       (void)story.ask("ns.ghost.test.");
       (void)story.ask("a" + std::to_string(round) + ".ghost.test.");
     }},
    {"delegation_below",
     [](Story& story, unsigned round) {
       (void)story.ask("s" + std::to_string(round) + ".sub.ghost.test.");
     }},
    {"delegation_below_and_its_ns",
     [](Story& story, unsigned round) {
       (void)story.ask("sub.ghost.test.", RrType::ns);
       (void)story.ask("ns.sub.ghost.test.");
       (void)story.ask("t" + std::to_string(round) + ".sub.ghost.test.");
     }},
};

std::string test_name(const testing::TestParamInfo<Ghost>& ghost) {
  return ghost.param.name;
}

INSTANTIATE_TEST_SUITE_P(FiveWays, HostileB07, testing::ValuesIn(ghosts), test_name);

}  // namespace
}  // namespace godwit::sim
