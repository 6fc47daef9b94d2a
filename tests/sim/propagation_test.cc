// Surveys of zones' servers in virtual time: a secondary that lags, one that is dead, and that the
// end comes in time however many are.
#include "iterator/survey.h"
#include "tests/sim/story.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::sim {
namespace {

using iterator::Heard;
using iterator::PropagationSurveyPtr;
using wire::RrType;

constexpr const char* zone_ip = "192.0.2.80";
constexpr const char* other_ip = "192.0.2.81";

wire::Name name_of(std::string_view text) {
  return *wire::parse_name(text);
}

iterator::Task<void> keep(iterator::Task<PropagationSurveyPtr> task, PropagationSurveyPtr* out) {
  PropagationSurveyPtr made = co_await std::move(task);
  *out = std::move(made);
}

class Surveys : public ::testing::Test {
 protected:
  Surveys() : zone(story.world.delegate("zone.test.", zone_ip)) {
    zone.a("www", "198.18.0.1");
    for (Zone* const at : {&zone, &story.world.zone("test.")})
      at->ns("zone.test.", "ns2.zone.test.").a("ns2.zone.test.", other_ip);
  }
  PropagationSurveyPtr survey(std::string_view text, RrType type = RrType::a) {
    iterator::SurveyRequest request;
    request.question = iterator::Question(name_of(text), type);
    const iterator::Seams seams{story.simulation, entropy, story.simulation, story.network,
                                story.simulation};
    const auto options = std::make_shared<const iterator::ResolverOptions>(story.options());
    PropagationSurveyPtr out;
    const Time began = story.simulation.now();
    iterator::spawn(keep(iterator::survey_propagation(&story.resolver().shared(), seams, options,
                                                      std::move(request)),
                         &out),
                    [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    story.simulation.settle();
    story.simulation.run_until([&out] { return out != nullptr; }, began + seconds(60));
    took = story.simulation.now() - began;
    EXPECT_TRUE(out);
    return out;
  }
  static const iterator::SurveyedServer& at(const PropagationSurveyPtr& survey, const char* ip) {
    for (const auto& server : survey->servers)
      if (server.address.address.to_text() == ip) return server;
    ADD_FAILURE() << ip << " was not asked";
    return survey->servers.front();
  }

  Story story;
  SeededEntropy entropy{7};
  Zone& zone;
  Duration took{};
};

TEST_F(Surveys, ask_every_server_itself) {
  Zone old(name_of("zone.test."));
  old.ns("zone.test.", "ns.zone.test.").ns("zone.test.", "ns2.zone.test.").a("www", "198.18.0.9");
  story.world.server(zone_ip).serves(zone);
  story.world.server(other_ip).serves(old);
  const auto found = survey("www.zone.test.");
  EXPECT_EQ(found->zone, name_of("zone.test."));
  ASSERT_EQ(found->servers.size(), 2u);
  EXPECT_EQ(wire::rdata_to_text(RrType::a, at(found, zone_ip).answer.set->records().front()),
            "198.18.0.1");
  EXPECT_EQ(wire::rdata_to_text(RrType::a, at(found, other_ip).answer.set->records().front()),
            "198.18.0.9");
  ASSERT_FALSE(found->parents.empty());
  EXPECT_EQ(found->parents[0].delegation.referral->ns->size(), 2u);
  EXPECT_EQ(found->names.size(), 2u);
  EXPECT_FALSE(found->is_cut_short);
}

TEST_F(Surveys, remember_nothing_and_look_past_what_is_remembered) {
  story.world.server(other_ip).serves(zone);
  EXPECT_EQ(story.ask("www.zone.test.").address(), "198.18.0.1");
  zone.remove(name_of("www.zone.test."), RrType::a).a("www", "198.18.0.2");
  const auto found = survey("www.zone.test.");
  EXPECT_EQ(wire::rdata_to_text(RrType::a, at(found, zone_ip).answer.set->records().front()),
            "198.18.0.2");
  EXPECT_EQ(story.ask("www.zone.test.").address(), "198.18.0.1");
  (void)survey("nobody.zone.test.");
  const Time now = story.simulation.now();
  const auto& caches = story.resolver().caches();
  EXPECT_FALSE(caches.negatives.find(name_of("nobody.zone.test."), RrType::a, now));
}

TEST_F(Surveys, end_in_time_with_servers_that_are_silent) {
  story.world.server(zone_ip).serves(zone);
  story.world.server(other_ip).habits().silent = true;
  auto& parent = story.world.zone("test.");
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i), server = "dead" + number + ".zone.test.";
    const std::string ip = "198.51.100." + number;
    for (Zone* const to : {&zone, &parent}) to->ns("zone.test.", server).a(server, ip);
    story.world.server(ip).habits().silent = true;
  }
  const auto found = survey("www.zone.test.");
  EXPECT_LE(found->names.size(), iterator::survey_names_max);
  EXPECT_LE(found->servers.size(), iterator::survey_addresses_max);
  EXPECT_TRUE(found->is_cut_short);
  // The survey's ten seconds, and what one resolution may take.
  EXPECT_LE(took, seconds(16));
}

TEST_F(Surveys, ask_the_servers_of_a_zone_that_is_silent_altogether) {
  auto& parent = story.world.zone("test.");
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i), server = "dead" + number + ".zone.test.";
    parent.ns("zone.test.", server).a(server, "198.51.100." + number);
    story.world.server("198.51.100." + number).habits().silent = true;
  }
  for (const char* const ip : {zone_ip, other_ip}) story.world.server(ip).habits().silent = true;
  const auto found = survey("www.zone.test.");
  EXPECT_EQ(found->zone, name_of("zone.test."));
  EXPECT_EQ(found->servers.size(), 6u);
  for (const auto& server : found->servers) EXPECT_EQ(server.soa.heard, Heard::silence);
  EXPECT_FALSE(found->is_cut_short);
}

TEST_F(Surveys, of_the_root_ask_its_servers) {
  for (const RrType type : {RrType::soa, RrType::ns, RrType::a}) {
    const auto found = survey(".", type);
    EXPECT_TRUE(found->is_found) << found->failure;
    EXPECT_TRUE(found->zone.is_root());
    ASSERT_EQ(found->servers.size(), 1u);
    EXPECT_EQ(found->servers[0].soa.heard, Heard::response);
    EXPECT_TRUE(found->servers[0].soa.set);
  }
}

TEST_F(Surveys, of_a_silent_server_cost_two_queries) {
  story.world.server(zone_ip).serves(zone);
  story.world.server(other_ip).habits().silent = true;
  (void)survey("www.zone.test.");
  const auto before = story.queries_to(other_ip);
  const auto found = survey("www.zone.test.");
  EXPECT_EQ(at(found, other_ip).soa.heard, Heard::silence);
  EXPECT_EQ(at(found, other_ip).answer.heard, Heard::not_asked);
  // Some more are the look-ups' of the servers' own addresses.
  EXPECT_LE(story.queries_to(other_ip) - before, 8u);
  EXPECT_FALSE(found->is_cut_short);
}

TEST_F(Surveys, follow_aliases_to_their_ends) {
  story.world.server(other_ip).serves(zone);
  zone.cname("gone", "nothing.zone.test.").cname("good", "www.zone.test.");
  zone.cname("a", "b.zone.test.").cname("b", "a.zone.test.");
  EXPECT_EQ(survey("gone.zone.test.")->chain_end, iterator::ChainEnd::nxdomain);
  EXPECT_EQ(survey("good.zone.test.")->chain_end, iterator::ChainEnd::data);
  EXPECT_EQ(survey("a.zone.test.")->chain_end, iterator::ChainEnd::loop);
  EXPECT_EQ(survey("www.zone.test.")->chain_end, iterator::ChainEnd::none);
  const auto hops = iterator::Limits().alias_hops;
  for (unsigned i = 0; i <= hops; ++i)
    zone.cname("c" + std::to_string(i), "c" + std::to_string(i + 1) + ".zone.test.");
  zone.a("c" + std::to_string(hops + 1), "198.18.0.3");
  EXPECT_EQ(survey("c1.zone.test.")->chain_end, iterator::ChainEnd::data);
  EXPECT_EQ(survey("c0.zone.test.")->chain_end, iterator::ChainEnd::too_long);
}

TEST_F(Surveys, find_a_zone_that_lies_at_its_parents_servers) {
  story.world.server(other_ip).serves(zone);
  Zone& inner = story.world.zone("inner.zone.test.");
  inner.ns("inner.zone.test.", "ns.zone.test.").a("www", "198.18.0.5").cname("al", "www");
  zone.ns("inner", "ns.zone.test.");
  for (const char* const ip : {zone_ip, other_ip}) story.world.server(ip).serves(inner);
  for (const char* const asked : {"www.inner.zone.test.", "al.inner.zone.test."})
    EXPECT_EQ(survey(asked)->zone, name_of("inner.zone.test.")) << asked;
}

}  // namespace
}  // namespace godwit::sim
