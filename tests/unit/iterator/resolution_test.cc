#include "iterator/resolution.h"

#include "tests/unit/iterator/walk_fixture.h"

namespace godwit::iterator::test {
namespace {

using namespace std::chrono_literals;
using wire::Rcode;
using wire::RrType;

TEST_F(WalkTest, a_question_is_walked_from_the_root) {
  delegate("example.", "ns.example.", {"192.0.2.2"});
  serve("192.0.2.2", "www.example. 60 A 198.51.100.1", "example.");
  EXPECT_EQ(texts_of(resolve("www.example.")), "www.example. 60 IN A 198.51.100.1\n");
}

TEST_F(WalkTest, what_is_remembered_tells_who_gave_it) {
  delegate("example.", "ns.example.", {"192.0.2.2"});
  upstream.servers["192.0.2.2"] = [](const UpstreamRequest& request) {
    if (request.expected.type == RrType::a)
      return MessageText{.flags = "qr aa", .answer = {"www.example. 60 A 198.51.100.1"}};
    return denial("example.");
  };
  (void)resolve("www.example.");
  (void)resolve("www.example.", RrType::mx);
  const cache::Giver root = wire::IpAddress::parse("192.0.2.1");
  const cache::Giver server = wire::IpAddress::parse("192.0.2.2");
  EXPECT_EQ(caches.rrsets.find(name("www.example."), RrType::a, clock.now())->giver, server);
  EXPECT_EQ(caches.negatives.find(name("www.example."), RrType::mx, clock.now())->evidence.giver,
            server);
  EXPECT_EQ(caches.delegations.find(name("example."), clock.now())->giver, root);
  EXPECT_EQ(caches.delegations.find(name("."), clock.now())->giver, root) << "priming";
}

TEST_F(WalkTest, an_answer_tells_the_zone_that_was_asked_for_the_name_of_the_question) {
  delegate("example.", "ns.example.", {"192.0.2.2"});
  delegate("sub.other.", "ns.sub.other.", {"192.0.2.3"});
  delegate("sub.dead.", "ns.sub.dead.", {"192.0.2.9"});
  serve("192.0.2.2", "www.example. 60 CNAME www.sub.other.", "example.");
  serve("192.0.2.3", "www.sub.other. 60 A 198.51.100.1", "sub.other.");
  EXPECT_EQ(resolve("www.example.").zone_labels, 1) << "not that of the target";
  EXPECT_EQ(resolve("www.example.").zone_labels, std::nullopt) << "from the cache";
  EXPECT_EQ(resolve("none.sub.other.").zone_labels, 2);
  EXPECT_EQ(resolve("www.sub.dead.").zone_labels, 2) << "none of its servers answers";
  EXPECT_EQ(resolve("none.").zone_labels, 0);
  EXPECT_EQ(resolve("example.", RrType::ds).zone_labels, std::nullopt);
}

TEST_F(WalkTest, the_cname_that_a_dname_makes_answers_a_question_for_it) {
  delegate("example.", "ns.example.", {"192.0.2.2"});
  upstream.servers["192.0.2.2"] = [](const UpstreamRequest&) {
    return MessageText{.flags = "qr aa", .answer = {"old.example. 60 DNAME new.example."}};
  };
  EXPECT_EQ(texts_of(resolve("www.old.example.", RrType::cname)),
            "old.example. 60 IN DNAME new.example.\n"
            "www.old.example. 60 IN CNAME www.new.example.\n");
  upstream.servers.clear();  // from the cache it is the same
  EXPECT_EQ(texts_of(resolve("www.old.example.", RrType::cname)),
            "old.example. 60 IN DNAME new.example.\n"
            "www.old.example. 60 IN CNAME www.new.example.\n");
}

TEST_F(WalkTest, a_last_resort_is_taken_when_the_time_runs_out_before_somebody_says_better) {
  delegate("example.", "ns.example.", {"192.0.2.2", "192.0.2.3"});
  upstream.servers["192.0.2.2"] = [](const UpstreamRequest&) {
    return MessageText{.flags = "qr aa"};  // a denial without its SOA
  };
  options.limits.resolution_time = 500ms;
  EXPECT_EQ(resolve("www.example.").rcode, Rcode::noerror);
}

TEST_F(WalkTest, a_server_that_is_lame_for_one_type_still_answers_the_others) {
  delegate("example.", "ns.example.", {"192.0.2.2"});
  upstream.servers["192.0.2.2"] = [](const UpstreamRequest& request) {
    if (request.expected.type == RrType::a)
      return MessageText{.flags = "qr aa", .answer = {"www.example. 60 A 198.51.100.1"}};
    return MessageText{.flags = "qr", .authority = {". NS a.root."}};
  };
  EXPECT_EQ(resolve("www.example.", RrType::aaaa).rcode, Rcode::servfail);
  EXPECT_EQ(resolve("www.example.", RrType::a).rcode, Rcode::noerror);
}

// The servers of example. also have sub.example., and the first of them says of its DS what the
// child says.
class WrongSideTest : public WalkTest {
 protected:
  WrongSideTest() {
    delegate("example.", "ns.example.", {"192.0.2.2"});
    upstream.servers["192.0.2.2"] = [](const UpstreamRequest& request) {
      if (request.expected.type == RrType::ds) return denial("sub.example.");
      return MessageText{.flags = "qr aa", .answer = {"www.example. 60 A 198.51.100.1"}};
    };
  }
};

TEST_F(WrongSideTest, a_childs_denial_of_its_ds_is_not_believed_nor_remembered) {
  const Answer answer = resolve("sub.example.", RrType::ds);
  EXPECT_EQ(answer.rcode, Rcode::servfail);
  EXPECT_FALSE(answer.errors.empty());
  EXPECT_FALSE(caches.negatives.find(name("sub.example."), RrType::ds, clock.time));
  // It is lame for that question alone.
  EXPECT_FALSE(
      caches.servers.is_lame(*wire::IpAddress::parse("192.0.2.2"), name("example."), clock.time));
  EXPECT_EQ(resolve("www.example.").rcode, Rcode::noerror);
}

TEST_F(WrongSideTest, another_of_the_parents_servers_is_asked) {
  delegate("example.", "ns.example.", {"192.0.2.2", "192.0.2.3"});
  upstream.servers["192.0.2.3"] = [](const UpstreamRequest&) { return denial("example."); };
  const Answer answer = resolve("sub.example.", RrType::ds);
  EXPECT_EQ(answer.rcode, Rcode::noerror);
  ASSERT_EQ(answer.authority.size(), 1u);
  EXPECT_EQ(answer.authority[0].set->owner(), name("example."));
}

TEST_F(WalkTest, no_address_is_looked_up_that_there_is_no_room_for) {
  options.limits.addresses_per_delegation = 2;
  upstream.servers["192.0.2.1"] = [](const UpstreamRequest& request) {
    if (request.expected.name.is_root())
      return MessageText{.flags = "qr aa",
                         .answer = {". 86400 NS a.root."},
                         .additional = {"a.root. 86400 A 192.0.2.1"}};
    return MessageText{.flags = "qr",
                       .authority = {"example. NS ns.example.", "example. NS ns.victim."},
                       .additional = {"ns.example. A 192.0.2.2", "ns.example. A 192.0.2.3"}};
  };
  EXPECT_EQ(resolve("www.example.").rcode, Rcode::servfail);
  for (const UpstreamRequest& request : upstream.sent)
    EXPECT_NE(request.expected.name, name("ns.victim."));
}

// Whoever owns evil. could else make names fail that others ask for (RFC 9520 is no licence).
class PoisonedFailureTest : public WalkTest {
 protected:
  PoisonedFailureTest() {
    delegate("evil.", "ns.evil.", {"192.0.2.66"});
    serve("192.0.2.66", "www.evil. 0 CNAME www.victim.", "evil.");
    delegate("victim.", "ns.victim.", {"192.0.2.2"});
    serve("192.0.2.2", "www.victim. 60 A 198.51.100.1", "victim.");
  }
  static constexpr const char* victim_text = "www.victim. 60 IN A 198.51.100.1\n";
};

TEST_F(PoisonedFailureTest, packets_spent_on_the_way_to_an_alias_target_do_not_make_it_fail) {
  options.limits.upstream_packets = 3;
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  EXPECT_EQ(upstream.sent_to("192.0.2.2"), 0u);
  options.limits.upstream_packets = 64;
  EXPECT_EQ(texts_of(resolve("www.victim.")), victim_text);
}

TEST_F(PoisonedFailureTest, time_spent_on_the_way_to_an_alias_target_does_not_make_it_fail) {
  upstream.servers["192.0.2.66"] = [](const UpstreamRequest&) {
    Reply reply(MessageText{.flags = "qr aa", .answer = {"www.evil. 0 CNAME www.victim."}});
    reply.after = 5s;
    return reply;
  };
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  EXPECT_EQ(texts_of(resolve("www.victim.")), victim_text);
}

TEST_F(PoisonedFailureTest, an_alias_chain_that_is_too_long_fails_from_where_it_was_begun) {
  serve("192.0.2.2", "www.victim. 0 CNAME cdn.victim.", "victim.");
  options.limits.alias_hops = 1;
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  serve("192.0.2.2", "www.victim. 60 A 198.51.100.1", "victim.");
  EXPECT_EQ(texts_of(resolve("www.victim.")), victim_text);
}

TEST_F(PoisonedFailureTest, failed_look_ups_of_somebody_else_do_not_make_an_alias_target_fail) {
  // Behind four server names that do not exist, evil. has one that does.
  upstream.servers["192.0.2.66"] = [](const UpstreamRequest& request) -> Reply {
    if (request.expected.name == name("www.evil."))
      return MessageText{.flags = "qr aa", .answer = {"www.evil. 0 CNAME www.victim."}};
    return denial("evil.");
  };
  delegate("victim.", "ns.far.", {});
  delegate("far.", "ns.far.", {"192.0.2.3"});
  serve("192.0.2.3", "ns.far. 60 A 192.0.2.2", "far.");
  options.limits.failed_address_lookups = 0;
  const Answer failed = resolve("www.evil.");
  EXPECT_EQ(failed.rcode, Rcode::servfail);
  EXPECT_NE(texts_of(failed).find("failed-address-lookups"), std::string::npos);
  options.limits.failed_address_lookups = 4;
  EXPECT_EQ(texts_of(resolve("www.victim.")), victim_text);
}

TEST_F(PoisonedFailureTest, a_look_up_that_was_too_deep_does_not_make_the_server_name_fail) {
  delegate("www.evil.", "ns.victim-servers.", {});
  delegate("victim-servers.", "ns.far.", {});
  delegate("far.", "ns.far.", {"192.0.2.3"});
  serve("192.0.2.3", "ns.far. 60 A 192.0.2.4", "far.");
  serve("192.0.2.4", "ns.victim-servers. 60 A 192.0.2.5", "victim-servers.");
  upstream.servers["192.0.2.66"] = [](const UpstreamRequest&) -> Reply {
    return MessageText{.flags = "qr", .authority = {"www.evil. 60 NS ns.victim-servers."}};
  };
  options.limits.recursion_depth = 1;
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  options.limits.recursion_depth = 6;
  EXPECT_EQ(texts_of(resolve("ns.victim-servers.")), "ns.victim-servers. 60 IN A 192.0.2.5\n");
}

TEST_F(PoisonedFailureTest, the_question_that_met_a_limit_is_not_walked_again_at_once) {
  serve("192.0.2.66", "www.evil. 60 CNAME www.victim.", "evil.");
  options.limits.upstream_packets = 3;
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  options.limits.upstream_packets = 64;
  const std::size_t sent = upstream.sent.size();
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  EXPECT_EQ(upstream.sent.size(), sent);
  clock.time += 6s;
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::noerror);
}

TEST_F(PoisonedFailureTest, a_wait_that_the_budget_cut_short_does_not_count_against_the_server) {
  EXPECT_EQ(resolve("x.victim.").rcode, Rcode::noerror);  // where its server is, is known
  upstream.servers["192.0.2.66"] = [](const UpstreamRequest&) {
    Reply reply(MessageText{.flags = "qr aa", .answer = {"www.evil. 0 CNAME www.victim."}});
    reply.after = 4970ms;
    return reply;
  };
  upstream.servers.erase("192.0.2.2");
  EXPECT_EQ(resolve("www.evil.").rcode, Rcode::servfail);
  EXPECT_EQ(upstream.sent.back().server.address.to_text(), "192.0.2.2");
  const cache::ServerState state =
      caches.servers.find(upstream.sent.back().server.address, clock.time);
  EXPECT_EQ(state.timeouts_in_row, 0);
}

}  // namespace
}  // namespace godwit::iterator::test
