// Spoofing: forged datagrams that are right in all but one property, servers that change letter
// case, cookies that never fit. Each test has the number of its attack in the project's catalogue,
// and its value.
#include <gtest/gtest.h>

#include "tests/sim/faults.h"
#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using iterator::Transport;
using wire::Rcode;
using wire::RrType;

constexpr const char* victim_ip = "192.0.2.80";

void add_victim(Story& story) {
  story.world.delegate("victim.test.", victim_ip).a("www", "198.18.0.1").a("warm", "198.18.0.2");
}

TEST(HostileA06, five_hundred_clients_of_two_workers_cost_one_query) {
  Story story;
  story.subject_options().workers = 2;
  add_victim(story);
  (void)story.ask("warm.victim.test.");
  const std::uint64_t before = story.queries_to(victim_ip);
  std::vector<const Asked*> all;
  for (unsigned i = 0; i < 500; ++i) {
    all.push_back(&story.begin("www.victim.test.", RrType::a, i % 2));
    story.simulation.pass(std::chrono::microseconds(9));
  }
  story.until_quiet();
  EXPECT_EQ(story.queries_to(victim_ip) - before, 1u);
  for (const Asked* asked : all) EXPECT_EQ(told(*asked, 0).address(), "198.18.0.1");
}

// The forger guesses the port. The network here is worse than the daemon's sockets, which wait on
// for the response.
TEST(HostileA04, an_icmp_error_holds_no_server_down) {
  Story story;
  add_victim(story);
  (void)story.ask("warm.victim.test.");
  unsigned forged = 0;
  story.network.set_weather([&](const Arrival& arrival, std::vector<Reply>& replies) {
    if (arrival.server.address != address(victim_ip) || forged++ != 0) return;
    replies.assign(1, Reply(milliseconds(1)));
  });
  const Told told = story.ask("www.victim.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_EQ(told.packets, 2u);
}

class HostileA08 : public testing::TestWithParam<int> {};

// The forger knows port, id and case, and sends 5 ms before the true answer.
TEST_P(HostileA08, the_true_answer_comes_through) {
  Story story;
  add_victim(story);
  (void)story.ask("warm.victim.test.");
  const auto wrong = static_cast<OneWrong>(GetParam());
  unsigned forged = 0;
  story.network.set_weather([&](const Arrival& arrival, std::vector<Reply>& replies) {
    if (arrival.transport == Transport::tcp || replies.empty()) return;
    const auto query = decode(arrival.query);
    auto reply = forge(*query, wrong, Duration{});
    if (!reply) return;
    replies.front().delay = milliseconds(10);
    reply->delay = milliseconds(5);
    replies.insert(replies.begin(), std::move(*reply));
    ++forged;
  });
  const Told told = story.ask("www.victim.test.");
  EXPECT_GE(forged, 1u);
  EXPECT_EQ(told.address(), "198.18.0.1");
  EXPECT_LE(told.packets, 3u);
  EXPECT_FALSE(story.is_poisoned());
  // RTT + 1 ms, or TCP after the near miss.
  EXPECT_LE(told.took, milliseconds(30));
}

INSTANTIATE_TEST_SUITE_P(TwentyVariants, HostileA08,
                         testing::Range(0, static_cast<int>(OneWrong::count_)));
static_assert(static_cast<int>(OneWrong::count_) == 20);

TEST(HostileA09, forged_failures_do_not_change_what_is_known_of_a_server) {
  Story story;
  add_victim(story);
  (void)story.ask("warm.victim.test.");
  const OneWrong burst[] = {OneWrong::formerr_no_question, OneWrong::id, OneWrong::header_only,
                            OneWrong::servfail_no_question, OneWrong::notimp_no_question};
  story.network.set_weather([&](const Arrival& arrival, std::vector<Reply>& replies) {
    if (arrival.transport == Transport::tcp) return;
    for (const OneWrong wrong : burst)
      if (auto reply = forge(*decode(arrival.query), wrong, Duration{}))
        replies.insert(replies.begin(), std::move(*reply));
  });
  for (unsigned i = 0; i < 20; ++i) (void)story.ask("n" + std::to_string(i) + ".victim.test.");
  const cache::ServerState state =
      story.resolver().caches().servers.find(address(victim_ip), story.simulation.now());
  EXPECT_NE(state.edns, cache::EdnsAbility::fails);
  EXPECT_LE(state.down_until, story.simulation.now());
  EXPECT_EQ(story.ask("www.victim.test.").address(), "198.18.0.1");
}

TEST(HostileA10, another_letter_case_is_never_accepted_over_udp) {
  Story story;
  add_victim(story);
  (void)story.ask("warm.victim.test.");
  story.world.server(victim_ip).habits().lowercases = true;
  story.network.clear_log();
  const Told told = story.ask("www.victim.test.");
  EXPECT_EQ(told.address(), "198.18.0.1");
  ASSERT_EQ(story.network.log().size(), 2u);
  EXPECT_EQ(story.network.log()[0].transport, Transport::udp);
  EXPECT_EQ(story.network.log()[1].transport, Transport::tcp);
}

TEST(HostileA10, the_letter_case_of_every_query_is_its_own) {
  Story story;
  add_victim(story);
  for (unsigned i = 0; i < 40; ++i)
    (void)story.ask("abcdefgh" + std::to_string(i) + ".victim.test.");
  unsigned upper = 0;
  unsigned letters = 0;
  for (const Arrival& arrival : story.network.log()) {
    const auto query = decode(arrival.query);
    for (const std::uint8_t octet : query->question->name.wire()) {
      letters += octet >= 'A' && octet <= 'z';
      upper += octet >= 'A' && octet <= 'Z';
    }
  }
  EXPECT_GT(upper * 10, letters * 4);
  EXPECT_LT(upper * 10, letters * 6);
}

// The COOKIE option of a query with a server part added; the first option is taken for it.
Octets with_server_cookie(const Message& query) {
  constexpr std::size_t option_header = 4;
  if (query.edns_options.size() < option_header + wire::cookie_client_octets) return {};
  Octets option(query.edns_options.begin(),
                query.edns_options.begin() + option_header + wire::cookie_client_octets);
  option[3] = wire::cookie_client_octets * 2;
  option.insert(option.end(), wire::cookie_client_octets, 0x5a);
  return option;
}

// How the evil server was asked, query by query.
std::vector<Transport> sends_to_evil(const Story& story) {
  std::vector<Transport> sends;
  for (const Arrival& arrival : story.network.log())
    if (arrival.server.address == address(evil_ip)) sends.push_back(arrival.transport);
  return sends;
}

TEST(HostileA11, a_server_that_never_likes_a_cookie_gets_three_sends) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    reply.rcode = static_cast<std::uint16_t>(Rcode::badcookie);
    reply.edns_options = with_server_cookie(query);
  });
  story.options().minimisation = iterator::Minimisation::off;
  story.network.clear_log();
  EXPECT_EQ(story.ask("www.evil.test.").rcode, Rcode::servfail);
  EXPECT_EQ(sends_to_evil(story), (std::vector{Transport::udp, Transport::udp, Transport::tcp}));
}

TEST(HostileA11, a_wrong_client_cookie_is_a_near_miss) {
  Story story;
  story.hand_over("evil.test.", evil_ip);
  story.actor(evil_ip, [](const Message& query, Message& reply) {
    reply.header.aa = true;
    reply.answer.push_back({query.question->name, RrType::a, wire::RrClass::in, 60, {6, 6, 6, 6}});
    reply.edns_options = with_server_cookie(query);
    if (!reply.edns_options.empty()) reply.edns_options[4] ^= 1;
  });
  story.network.clear_log();
  EXPECT_EQ(story.ask("www.evil.test.").rcode, Rcode::servfail);
  // Over TCP it is no better; back to UDP once, the last of three sends.
  EXPECT_EQ(sends_to_evil(story), (std::vector{Transport::udp, Transport::tcp, Transport::udp}));
}

// A server that proved that it does cookies, and has stopped sending them since.
class LostCookies : public testing::Test {
 protected:
  LostCookies() {
    story_.options().minimisation = iterator::Minimisation::off;
    story_.hand_over("evil.test.", evil_ip);
    story_.actor(evil_ip, [this](const Message& query, Message& reply) {
      reply.header.aa = true;
      reply.answer.push_back(
          {query.question->name, RrType::a, wire::RrClass::in, 60, {198, 18, 0, 1}});
      if (sends_cookies_) reply.edns_options = with_server_cookie(query);
      if (!does_edns_) reply.edns = false;
    });
    EXPECT_EQ(story_.ask("first.evil.test.").address(), "198.18.0.1");
    EXPECT_TRUE(is_proven());
  }
  bool is_proven() {
    return story_.resolver()
        .caches()
        .servers.find(address(evil_ip), story_.simulation.now())
        .cookie_proven;
  }
  std::vector<Transport> sends_for(std::string_view question) {
    story_.network.clear_log();
    EXPECT_EQ(story_.ask(question).address(), "198.18.0.1");
    return sends_to_evil(story_);
  }
  // Somebody who knows port, id and case answers first over UDP; he knows no cookie.
  void forge_over_udp(bool truncated) {
    story_.network.set_weather([truncated](const Arrival& arrival, std::vector<Reply>& replies) {
      if (arrival.transport != Transport::udp || arrival.server.address != address(evil_ip)) return;
      Message forged = forged_answer(*decode(arrival.query));
      forged.edns_options.clear();
      forged.header.tc = truncated;
      replies.insert(replies.begin(), Reply(Duration{}, encode(forged)));
    });
  }

  Story story_;
  bool sends_cookies_ = true;
  bool does_edns_ = true;
};

TEST_F(LostCookies, cost_one_detour_over_tcp_that_proves_the_path) {
  sends_cookies_ = false;
  EXPECT_EQ(sends_for("second.evil.test."), (std::vector{Transport::udp, Transport::tcp}));
  EXPECT_FALSE(is_proven());
  EXPECT_EQ(sends_for("third.evil.test."), std::vector{Transport::udp});
  sends_cookies_ = true;
  EXPECT_EQ(sends_for("fourth.evil.test."), std::vector{Transport::udp});
  EXPECT_TRUE(is_proven());
}

TEST_F(LostCookies, with_all_of_edns_cost_no_more) {
  sends_cookies_ = false;
  does_edns_ = false;
  EXPECT_EQ(sends_for("second.evil.test."), (std::vector{Transport::udp, Transport::tcp}));
  EXPECT_EQ(sends_for("third.evil.test."), std::vector{Transport::udp});
}

TEST_F(LostCookies, are_not_believed_of_a_forger) {
  for (const bool truncated : {false, true}) {
    forge_over_udp(truncated);
    const std::string question = truncated ? "truncated.evil.test." : "whole.evil.test.";
    EXPECT_EQ(sends_for(question), (std::vector{Transport::udp, Transport::tcp}));
    EXPECT_TRUE(is_proven());
  }
  EXPECT_FALSE(story_.is_poisoned());
}

TEST_F(LostCookies, are_not_believed_of_a_forger_when_there_is_no_tcp) {
  story_.network.set_weather([](const Arrival& arrival, std::vector<Reply>& replies) {
    if (arrival.server.address != address(evil_ip)) return;
    if (arrival.transport == Transport::tcp) {
      replies = {Reply(milliseconds(1))};
      return;
    }
    Message forged = forged_answer(*decode(arrival.query));
    replies.insert(replies.begin(), Reply(Duration{}, encode(forged)));
  });
  EXPECT_EQ(story_.ask("second.evil.test.").rcode, Rcode::servfail);
  EXPECT_TRUE(is_proven());
  EXPECT_FALSE(story_.is_poisoned());
}

}  // namespace
}  // namespace godwit::sim
