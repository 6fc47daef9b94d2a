// One question outstanding at one server, whoever asks and whatever cut he knows (RFC 5452 §5):
// who waits for whom, that everybody gets an answer, and that nobody waits for himself.
#include <gtest/gtest.h>

#include "tests/sim/story.h"

namespace godwit::sim {
namespace {

using wire::Rcode;
using wire::RrType;

constexpr const char* other_ip = "192.0.2.81";

// "sub.test." is delegated for five minutes, and one question for www.sub.test. is begun just
// before that ends, another just after: by an alias, so that it is another question of a client's.
class SharedAsking : public testing::Test {
 protected:
  SharedAsking() {
    story_.options().minimisation = iterator::Minimisation::off;
    story_.subject_options().workers = 2;
    Zone& other = story_.world.delegate("other.test.", other_ip);
    other.cname("alias", "www.sub.test.");
  }

  void delegate_sub(std::string_view ip) {
    Zone& sub = story_.world.zone("sub.test.");
    sub.ns("@", "ns.sub.test.").a("ns", ip).a("warm", "198.18.0.2").a("www", "198.18.0.1");
    Zone& top = story_.world.zone("test.");
    top.add("sub.test. 300 NS ns.sub.test.");
    top.add("ns.sub.test. 300 A " + std::string(ip));
  }

  // Until 100 ms before the delegation ends. Only then the zone is loaded: whoever has both zones
  // does not refer from one to the other.
  void warm(std::string_view ip) {
    delegate_sub(ip);
    (void)story_.ask("warm.sub.test.");
    const Time now = story_.simulation.now();
    const auto closest = story_.resolver().caches().delegations.closest(name("sub.test."), now);
    ASSERT_EQ(closest->cut(), name("sub.test."));
    (void)story_.ask("alias.other.test.", RrType::cname);
    story_.simulation.pass(closest->expires - story_.simulation.now() - milliseconds(100));
    story_.world.server(ip).serves(story_.world.zone("sub.test."));
  }

  void begin_both() {
    first_ = &story_.begin("www.sub.test.", RrType::a, 0);
    story_.simulation.pass(milliseconds(150));
    second_ = &story_.begin("alias.other.test.", RrType::a, 1);
    story_.until_quiet();
    ASSERT_EQ(first_->answers, 1u);
    ASSERT_EQ(second_->answers, 1u);
  }

  Story story_;
  const Asked* first_ = nullptr;
  const Asked* second_ = nullptr;
};

TEST_F(SharedAsking, who_knows_another_cut_waits_and_then_asks_for_himself) {
  story_.world.server(top_ip).habits().delay = milliseconds(300);
  warm(top_ip);
  const std::uint64_t before = story_.queries_to(top_ip);
  begin_both();
  EXPECT_EQ(story_.network.identical_outstanding_max(), 1u);
  EXPECT_EQ(story_.queries_to(top_ip) - before, 2u);
  EXPECT_EQ(told(*first_, 0).address(), "198.18.0.1");
  EXPECT_EQ(told(*second_, 0).address(), "198.18.0.1");
}

TEST_F(SharedAsking, over_tcp_it_is_the_same) {
  story_.world.server(top_ip).habits().delay = milliseconds(150);
  story_.world.server(top_ip).habits().truncates_udp = true;
  warm(top_ip);
  begin_both();
  EXPECT_EQ(story_.network.identical_outstanding_max(), 1u);
  EXPECT_EQ(told(*first_, 0).address(), "198.18.0.1");
  EXPECT_EQ(told(*second_, 0).address(), "198.18.0.1");
}

// The failure of the servers of one cut says nothing about those of another.
TEST_F(SharedAsking, who_waited_for_dead_servers_of_another_cut_asks_his_own) {
  warm("192.0.2.80");
  story_.world.server("192.0.2.80").habits().silent = true;
  story_.world.server(top_ip).serves(story_.world.zone("sub.test."));
  begin_both();
  EXPECT_EQ(told(*first_, 0).rcode, Rcode::servfail);
  EXPECT_EQ(told(*second_, 0).address(), "198.18.0.1");
  EXPECT_EQ(second_->error, iterator::ResolveError::none);
}

TEST_F(SharedAsking, who_has_no_time_left_after_waiting_says_so) {
  warm("192.0.2.80");
  story_.world.server("192.0.2.80").habits().silent = true;
  story_.options().limits.resolution_time = milliseconds(300);
  // What is changed in the options counts from the next question on.
  story_.resolver().resolver(0).set_options(
      std::make_shared<const iterator::ResolverOptions>(story_.options()));
  auto longer = std::make_shared<iterator::ResolverOptions>(story_.options());
  longer->limits.resolution_time = milliseconds(100);
  story_.resolver().resolver(1).set_options(longer);
  begin_both();
  EXPECT_EQ(told(*second_, 0).rcode, Rcode::servfail);
  EXPECT_EQ(second_->error, iterator::ResolveError::out_of_time);
  EXPECT_LE(second_->took(), milliseconds(101));
  EXPECT_EQ(story_.resolver().resolutions_alive(), 0u);
  EXPECT_EQ(story_.simulation.timers_alive(), 0u);
}

// The only server that could be found leads back to the question itself, whose asking is over by
// then: were it held meanwhile, the look-up inside would wait for it until its time is out.
TEST(NoDeadlock, a_look_up_inside_a_question_does_not_wait_for_it) {
  Story story;
  story.options().minimisation = iterator::Minimisation::off;
  story.hand_over("a.test.", evil_ip);
  story.world.zone("test.").ns("a", "back.b.test.");
  story.world.delegate("b.test.", "192.0.2.81").cname("back", "www.a.test.");
  story.actor(evil_ip, [](const Message&, Message& reply) {
    reply.rcode = static_cast<std::uint16_t>(Rcode::refused);
  });
  const Told told = story.ask("www.a.test.");
  EXPECT_EQ(told.rcode, Rcode::servfail);
  EXPECT_GE(story.queries_to(evil_ip), 2u);  // the look-up came to ask the same
  EXPECT_LT(told.took, seconds(1));
}

// Each needs what the other is looking for, on two workers, with every start between none and a
// few round trips apart.
TEST(NoDeadlock, questions_that_need_each_other_all_end) {
  for (unsigned apart = 0; apart < 60; apart += 3) {
    Story story;
    story.subject_options().workers = 2;
    story.world.zone("test.").ns("a", "ns.b.test.").ns("b", "ns.a.test.");
    std::vector<const Asked*> all;
    for (const char* question : {"ns.a.test.", "ns.b.test.", "www.a.test.", "www.b.test."}) {
      all.push_back(&story.begin(question, RrType::a, all.size() % 2));
      story.simulation.pass(milliseconds(apart));
    }
    story.until_quiet();
    for (const Asked* asked : all) {
      ASSERT_EQ(asked->answers, 1u) << apart;
      EXPECT_LT(asked->took(), seconds(1)) << apart;
    }
    EXPECT_EQ(story.network.identical_outstanding_max(), 1u) << apart;
  }
}

// A probe gets one send for each server, a question three.
class JoinedProbe : public testing::Test {
 protected:
  // A probe for www.sub.test. and a question for it, of which the first `lost` sends are lost.
  void begin_both(unsigned lost) {
    story_.world.delegate("sub.test.", other_ip).a("www", "198.18.0.1").a("x.www", "198.18.0.2");
    (void)story_.ask("warm.sub.test.");
    story_.network.set_weather([this, lost](const Arrival& arrival, std::vector<Reply>& replies) {
      const auto query = decode(arrival.query);
      if (query->question->name == name("www.sub.test.") && sent_++ < lost) replies.clear();
    });
    probed_ = &story_.begin("x.www.sub.test.");
    story_.simulation.pass(milliseconds(10));
    joined_ = &story_.begin("www.sub.test.");
    story_.until_quiet();
  }
  Story story_;
  unsigned sent_ = 0;
  const Asked* probed_ = nullptr;
  const Asked* joined_ = nullptr;
};

TEST_F(JoinedProbe, a_lost_probe_costs_the_question_one_of_its_sends) {
  begin_both(1);
  EXPECT_EQ(told(*joined_, 0).address(), "198.18.0.1");
  EXPECT_EQ(told(*probed_, 0).address(), "198.18.0.2");
  EXPECT_EQ(sent_, 2u);
}

TEST_F(JoinedProbe, the_sends_of_both_are_no_more_than_those_of_one) {
  begin_both(100);
  EXPECT_EQ(told(*joined_, 0).rcode, Rcode::servfail);
  EXPECT_EQ(sent_, 3u);
}

}  // namespace
}  // namespace godwit::sim
