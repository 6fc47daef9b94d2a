// Whole trees of explanations, from worlds with one thing wrong each, compared with the texts in
// tests/sim/explained/. GODWIT_WRITE_EXPLAINED=1 writes them anew: then read what has changed.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "iterator/explanation.h"
#include "iterator/step_log.h"
#include "tests/sim/signed_story.h"

namespace godwit::sim {
namespace {

using iterator::StepList;
using iterator::StepLog;

constexpr const char* zone_ip = "192.0.2.80";
constexpr const char* other_ip = "192.0.2.81";

// To a list and, as far as that is what a log is told, to a log.
class Both final : public iterator::Trace {
 public:
  void on(iterator::trace::Told step) override {
    list.on(step);
    log.on(step);
  }
  [[nodiscard]] bool wants_details() const noexcept override { return wants; }
  bool wants = true;
  StepList list;
  StepLog log;
};

class Explanations : public SignedStory {
 protected:
  Explanations() {
    options().minimisation = iterator::Minimisation::off;
    options().case_randomisation = false;
  }
  iterator::ResolverOptions& options() { return story.options(); }
  // Without validation, unless the test wants it.
  void validate() { options().anchors = story.world.anchors(); }

  // Of seven seconds ago, and secure.
  void remember_a_denial_of(std::string_view text) {
    add("example.test.", zone_ip);
    validate();
    (void)story.ask(text);
    story.simulation.pass(seconds(7));
  }

  // Resolves it as one who reads along does: not by what is remembered alone.
  iterator::Explanation explained(std::string_view text, RrType type = RrType::a) {
    Both both;
    both.wants = wants_details;
    iterator::spawn(follow(&story.resolver().resolver(), {name(text), type}, &both),
                    [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    story.simulation.settle();
    story.until_quiet();
    iterator::Explanation made = iterator::explain(both.list.steps());
    const auto read = iterator::read_steps(both.log.octets());
    EXPECT_EQ(to_text(iterator::explain(read)), to_text(made)) << "a log tells less";
    return made;
  }
  void expect_tree(const std::string& file, const iterator::Explanation& made) {
    const std::string path = std::string(GODWIT_SOURCE_DIR) + "/tests/sim/explained/" + file;
    const std::string text = to_text(made);
    EXPECT_LE(made.headline.size(), iterator::headline_lines_max);
    if (std::getenv("GODWIT_WRITE_EXPLAINED") != nullptr) std::ofstream(path) << text;
    std::ifstream in(path);
    std::stringstream wanted;
    wanted << in.rdbuf();
    EXPECT_EQ(text, wanted.str()) << path;
  }
  static std::string head(const iterator::Explanation& made) {
    std::string all;
    for (const std::string& line : made.headline) all += line + "\n";
    return all;
  }
  static void expect_in(const iterator::Explanation& made, std::string_view part) {
    EXPECT_NE(head(made).find(part), std::string::npos) << part << "\n" << head(made);
  }

  bool wants_details = true;

  static iterator::Task<void> follow_apart(iterator::Resolver* resolver,
                                           iterator::Question question, iterator::Trace* trace) {
    iterator::AnswerPtr answer = co_await resolver->resolve_apart(std::move(question), trace);
    EXPECT_TRUE(answer);
  }
  static iterator::Task<void> follow(iterator::Resolver* resolver, iterator::Question question,
                                     iterator::Trace* trace) {
    iterator::AnswerPtr answer = co_await resolver->resolve(std::move(question), trace);
    EXPECT_TRUE(answer);
  }
};

TEST_F(Explanations, of_a_plain_walk) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  const auto made = explained("www.example.test.");
  expect_tree("plain_walk.txt", made);
  expect_in(made, "www.example.test. A: NOERROR");
  expect_in(made, zone_ip);
}

TEST_F(Explanations, of_records_that_were_dropped_say_why) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  story.world.server(zone_ip).habits().adds_zone_ns = true;
  story.world.tampering().message = [](const Authority& server, const Arrival&, const Message&,
                                       Message& reply) {
    if (server.address() == address(zone_ip))
      reply.additional.push_back(record("www.bank.test. 86400 A 6.6.6.6"));
  };
  expect_tree("dropped.txt", explained("www.example.test."));
}

TEST_F(Explanations, of_what_the_caches_have) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  (void)story.ask("www.example.test.");
  story.simulation.pass(seconds(100));
  const auto made = explained("www.example.test.");
  expect_tree("from_the_cache.txt", made);
  expect_in(made, "from the cache");
}

TEST_F(Explanations, of_a_denial_that_is_remembered_tell_whose_it_is_and_how_old) {
  remember_a_denial_of("nobody.example.test.");
  expect_tree("remembered_denial.txt", explained("nobody.example.test."));
}

// Between the same two names as the one that was asked for before.
TEST_F(Explanations, of_a_denial_from_proofs_for_another_name_tell_which_and_whose) {
  remember_a_denial_of("nobody.example.test.");
  expect_tree("proven_denial.txt", explained("none.example.test."));
}

TEST_F(Explanations, of_the_caches_alone_send_nothing) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  story.world.zone("test.")
      .ns("example.test.", "ns2.example.test.")
      .a("ns2.example.test.", other_ip);
  story.world.server(other_ip).serves(story.world.zone("example.test."));
  EXPECT_EQ(story.ask("www.example.test.").address(), "198.18.0.1");
  const auto sent = story.network.queries_sent();
  const auto look = [this](std::string_view text) {
    StepList list;
    const auto answer = story.resolver().resolver().look_into_caches({name(text), RrType::a}, list);
    return std::pair(answer.has_value(), iterator::explain(list.steps()));
  };
  const auto [has_www, www] = look("www.example.test.");
  EXPECT_TRUE(has_www);
  expect_in(www, "from the cache");
  const auto [has_other, other] = look("other.example.test.");
  EXPECT_FALSE(has_other);
  expect_in(other, "the caches do not answer other.example.test. A");
  expect_in(other, "servers of example.test. would be asked");
  const std::string text = to_text(other);
  for (const char* const part :
       {"other.example.test. A: not in the cache", "delegation of example.test.: 2 servers",
        "server ns2.example.test. at 192.0.2.81@53, glue from the parent", "choose 192.0.2.8",
        "not 192.0.2.8"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  EXPECT_EQ(story.network.queries_sent(), sent);
}

TEST_F(Explanations, of_a_resolution_apart_join_nobody) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  StepList first, apart;
  const iterator::Question question(name("www.example.test."), RrType::a);
  const auto ended = [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); };
  iterator::Resolver& resolver = story.resolver().resolver();
  iterator::spawn(follow(&resolver, question, &first), ended);
  iterator::spawn(follow_apart(&resolver, question, &apart), ended);
  story.until_quiet();
  const auto made = iterator::explain(apart.steps());
  expect_in(made, "www.example.test. A: NOERROR");
}

TEST_F(Explanations, of_aliases) {
  story.world.delegate("example.test.", zone_ip).cname("www", "to.other.test.");
  story.world.delegate("other.test.", other_ip).a("to", "198.18.0.2");
  expect_tree("aliases.txt", explained("www.example.test."));
}

TEST_F(Explanations, of_lame_servers_names_zone_servers_and_what_they_said) {
  story.world.delegate("example.test.", zone_ip);
  story.world.zone("test.")
      .ns("example.test.", "ns2.example.test.")
      .a("ns2.example.test.", other_ip);
  story.world.serve(other_ip, {"example.test."});
  story.world.server(zone_ip).habits().always = Rcode::refused;
  story.world.server(other_ip).habits().upward_referral = true;
  const auto made = explained("www.example.test.");
  expect_tree("lame_servers.txt", made);
  expect_in(made, "SERVFAIL for www.example.test. A: zone example.test.: its servers are lame");
  expect_in(made, "192.0.2.80 (ns.example.test.) REFUSED");
  expect_in(made, "192.0.2.81 (ns2.example.test.) lame");
}

TEST_F(Explanations, of_unreachable_servers_names_them) {
  story.world.delegate("example.test.", zone_ip);
  story.world.server(zone_ip).habits().unreachable = true;
  const auto made = explained("www.example.test.");
  expect_tree("unreachable.txt", made);
  expect_in(made, "zone example.test.: no server of it can be reached");
  expect_in(made, "192.0.2.80 (ns.example.test.) unreachable");
}

TEST_F(Explanations, of_silent_servers_names_them_to_those_who_want_less_as_well) {
  story.world.delegate("example.test.", zone_ip);
  story.world.server(zone_ip).habits().silent = true;
  wants_details = false;
  const auto made = explained("www.example.test.");
  expect_in(made, "zone example.test.: no server of it answers");
  expect_in(made, "192.0.2.80 (ns.example.test.) no answer");
}

// The parent gives the address of somebody who does not serve the zone.
TEST_F(Explanations, of_wrong_glue_say_where_it_is_to_be_corrected) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  story.world.delegate("somebody.test.", other_ip);
  story.world.zone("test.")
      .remove(name("ns.example.test."), RrType::a)
      .a("ns.example.test.", other_ip);
  const auto made = explained("www.example.test.");
  expect_tree("wrong_glue.txt", made);
  expect_in(made, "192.0.2.81 (ns.example.test.)");
  expect_in(made, "glue: if they are wrong, correct them there");
}

TEST_F(Explanations, of_an_alias_loop_name_its_aliases) {
  story.world.delegate("example.test.", zone_ip)
      .cname("a", "b.example.test.")
      .cname("b", "c.example.test.")
      .cname("c", "a.example.test.");
  const auto made = explained("a.example.test.");
  expect_tree("alias_loop.txt", made);
  expect_in(made, "a.example.test. -> b.example.test. -> c.example.test. -> a.example.test.");
}

TEST_F(Explanations, of_a_name_error) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  const auto made = explained("nobody.example.test.");
  expect_tree("name_error.txt", made);
  expect_in(made, "nobody.example.test. A: NXDOMAIN");
}

TEST_F(Explanations, of_a_secure_answer_show_the_chain) {
  add("example.test.", zone_ip);
  validate();
  const auto made = explained("www.example.test.");
  expect_tree("secure.txt", made);
  expect_in(made, "NOERROR, secure");
}

TEST_F(Explanations, of_an_expired_signature_name_zone_key_time_and_server) {
  SigningPlan plan;
  plan.flaw = Flaw::expired;
  add("example.test.", zone_ip, plan);
  validate();
  const auto made = explained("www.example.test.");
  expect_tree("expired_signature.txt", made);
  expect_in(made, "expired at");
  expect_in(made, "zone example.test.");
  expect_in(made, "(EDE 7)");
  expect_in(made, zone_ip);
  wants_details = false;
  expect_in(explained("mail.example.test."), "192.0.2.80 (ns.example.test.)");
}

TEST_F(Explanations, of_a_failure_that_is_remembered_tell_its_reason) {
  story.world.delegate("example.test.", zone_ip);
  story.world.server(zone_ip).habits().always = Rcode::refused;
  (void)story.ask("www.example.test.");
  const auto made = explained("www.example.test.");
  expect_tree("remembered_failure.txt", made);
  expect_in(made, "remembered from an earlier attempt");
}

TEST_F(Explanations, of_servers_without_addresses_name_the_look_up_that_failed) {
  story.world.zone("test.").ns("example.test.", "x.other.");
  story.world.delegate("other.", other_ip);
  story.world.server(other_ip).habits().always = Rcode::servfail;
  const auto made = explained("www.example.test.");
  expect_tree("no_addresses.txt", made);
  expect_in(made, "server x.other. A");
  expect_in(made, "192.0.2.81 (ns.other.) SERVFAIL");
}

TEST_F(Explanations, of_glue_that_is_missing_name_the_server_and_who_is_to_give_it) {
  story.world.zone("test.").ns("example.test.", "ns1.example.test.").ns("example.test.", "x.lost.");
  for (const bool wants : {true, false}) {
    wants_details = wants;
    const auto made = explained("www" + std::to_string(wants) + ".example.test.");
    expect_in(made, "ns1.example.test.: in the zone itself, and the parent of example.test. gives");
    const std::string text = to_text(made);
    EXPECT_NE(text.find("server x.lost.: no address is known\n"), std::string::npos) << text;
    EXPECT_NE(text.find("server ns1.example.test.: no address is known; it lies in the zone"),
              std::string::npos)
        << text;
  }
}

TEST_F(Explanations, of_scrubbed_records_count_those_outside_the_zone) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  change(zone_ip, [](const Message&, Message& reply) {
    reply.additional.push_back(record("www.bank.test. 3600 A 203.0.113.9"));
    reply.additional.push_back(record("more.example.test. 3600 A 203.0.113.9"));
  });
  const std::string text = to_text(explained("www.example.test."));
  EXPECT_NE(text.find("says NOERROR: answer, 2 records dropped, 1 of them outside the zone"),
            std::string::npos)
      << text;
}

TEST_F(Explanations, of_steps_that_break_off_tell_as_far_as_they_go) {
  add("example.test.", zone_ip);
  validate();
  StepList list;
  iterator::spawn(
      follow(&story.resolver().resolver(), {name("www.example.test."), RrType::a}, &list),
      [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  story.simulation.settle();
  story.until_quiet();
  const auto& steps = list.steps();
  for (std::size_t count = 0; count < steps.size(); ++count) {
    const auto made = iterator::explain(std::span(steps).first(count));
    ASSERT_EQ(made.headline.size(), 1u);
    EXPECT_EQ(made.headline.front(), "the steps break off before the end");
    EXPECT_FALSE(to_text(made).empty());
    // Any piece may be missing where a log had no room.
    (void)iterator::explain(std::span(steps).subspan(count));
  }
}

TEST_F(Explanations, hold_facts_for_programs) {
  story.world.delegate("example.test.", zone_ip).a("www", "198.18.0.1");
  const auto made = explained("www.example.test.");
  EXPECT_EQ(made.root.kind, "resolution");
  const auto fact = [](const iterator::ExplainedStep& of, std::string_view name) {
    for (const iterator::ExplainedFact& one : of.facts)
      if (one.name == name) return one.value;
    return decltype(of.facts.front().value)();
  };
  EXPECT_EQ(std::get<std::string>(fact(made.root, "rcode")), "NOERROR");
  EXPECT_EQ(std::get<std::int64_t>(fact(made.root, "queries")), 4);
  for (const iterator::ExplainedStep& step : made.root.steps) {
    if (step.kind != "zone") continue;
    const iterator::ExplainedStep& exchange = step.steps.back();
    EXPECT_EQ(exchange.kind, "exchange");
    EXPECT_EQ(std::get<std::string>(fact(exchange, "outcome")), "answered");
    EXPECT_EQ(std::get<std::int64_t>(fact(exchange, "took-microseconds")), 5'000);
    EXPECT_FALSE(std::get<bool>(fact(exchange, "tcp")));
  }
}

}  // namespace
}  // namespace godwit::sim
