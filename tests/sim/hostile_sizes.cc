// Answers of more records than are taken: what is said of them, how many of a zone's servers are
// asked for them, and that a server which lies does not speak for the others.
#include <gtest/gtest.h>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using iterator::ResolveError;
using wire::Rcode;
using wire::RrType;

std::string server_ip(unsigned i) {
  return "203.0.113." + std::to_string(1 + i);
}

// A zone at so many servers, all named in its delegation.
void hand_over_to_many(Story& story, unsigned servers) {
  Zone& parent = story.world.zone("test.");
  for (unsigned i = 0; i < servers; ++i) {
    const std::string server = "ns" + std::to_string(i) + ".big.test.";
    parent.ns("big.test.", server).a(server, server_ip(i));
  }
}

// A server that answers with so many addresses.
Story::Act answers_with(unsigned records) {
  return [records](const Message& query, Message& reply) {
    reply.header.aa = true;
    for (unsigned i = 0; i < records; ++i)
      reply.answer.push_back(
          {query.question->name,
           RrType::a,
           wire::RrClass::in,
           60,
           {198, 18, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i & 0xff)}});
  };
}

TEST(HostileSizes, an_answer_over_the_limit_is_asked_of_three_servers_and_says_which_limit) {
  for (const auto& [records, error] : {std::pair(129u, ResolveError::set_too_large),
                                       {300u, ResolveError::set_too_large},
                                       {600u, ResolveError::too_many_records}}) {
    Story story;
    hand_over_to_many(story, 12);
    for (unsigned i = 0; i < 12; ++i) story.actor(server_ip(i), answers_with(records));
    const Told told = story.ask("big.test.");
    EXPECT_EQ(told.rcode, Rcode::servfail) << records;
    EXPECT_EQ(told.error, error) << records;
    EXPECT_EQ(story.resolver().resolver().counters().limits_met, 1u) << records;
    unsigned asked = 0;
    for (unsigned i = 0; i < 12; ++i) asked += story.queries_to(server_ip(i)) > 0;
    EXPECT_EQ(asked, 3u) << records;
    EXPECT_LE(told.packets, 3u + 2 * 3) << records;  // each over UDP, then TCP
  }
}

TEST(HostileSizes, an_answer_at_the_limit_is_taken) {
  Story story;
  hand_over_to_many(story, 1);
  story.actor(server_ip(0), answers_with(128));
  EXPECT_EQ(story.ask("big.test.").answer.size(), 128u);
}

TEST(HostileSizes, two_servers_that_send_too_much_do_not_hide_the_honest_one) {
  for (unsigned honest = 0; honest < 3; ++honest) {
    Story story;
    hand_over_to_many(story, 3);
    for (unsigned i = 0; i < 3; ++i) story.actor(server_ip(i), answers_with(i == honest ? 1 : 300));
    EXPECT_EQ(story.ask("big.test.").address(), "198.18.0.0");
  }
}

TEST(HostileSizes, too_large_is_the_reason_also_beside_servers_that_fail_otherwise) {
  for (const unsigned large : {0u, 1u}) {
    Story story;
    hand_over_to_many(story, 4);
    story.actor(server_ip(large), answers_with(300));
    story.actor(server_ip(2), [](const Message&, Message& reply) {
      reply.rcode = static_cast<std::uint16_t>(Rcode::refused);
    });  // at the other two nobody is
    const Told told = story.ask("big.test.");
    EXPECT_EQ(told.error, ResolveError::set_too_large);
    EXPECT_LE(story.queries_to(server_ip(large)), 2u);
  }
}

}  // namespace
}  // namespace godwit::sim
