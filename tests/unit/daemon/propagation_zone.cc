// Parent and child, signing, aliases and targets; and what of a repeated look is shown.
#include "daemon/ctl_propagation.h"
#include "tests/support/signer.h"
#include "tests/unit/daemon/propagation_world.h"

namespace godwit::daemon::propagation_test {
namespace {

using iterator::ChainEnd;
using iterator::Pointed;
using Kind = PropagationKind;

TEST(PropagationZone, parent_and_child_that_name_the_same_agree) {
  const PropagationWorld world;
  EXPECT_EQ(only(world.report(), Kind::delegation).severity, Severity::good);
}

TEST(PropagationZone, names_that_only_one_of_them_has_are_told) {
  PropagationWorld world;
  world.survey.parents[0].delegation.referral = PropagationWorld::delegation(
      {"example. 3600 NS NS1.example.", "example. 3600 NS ns9.example."});
  for (auto& server : world.survey.servers)
    server.ns = said({"example. 3600 NS ns1.example.", "example. 3600 NS ns2.example."});
  const auto finding = only(world.report(), Kind::delegation);
  EXPECT_EQ(finding.text,
            "the parent names ns9.example. for example., which the zone does not; example. names "
            "ns2.example., which the parent does not");
  EXPECT_EQ(finding.severity, Severity::fault);
}

TEST(PropagationZone, servers_of_the_parent_that_differ_are_told) {
  PropagationWorld world;
  world.survey.parents.push_back(world.survey.parents[0]);
  EXPECT_TRUE(world.report().agrees());
  world.survey.parents[1].delegation.referral =
      PropagationWorld::delegation({"example. 3600 NS ns1.example."});
  EXPECT_TRUE(has(all_of(world.report(), Kind::delegation)[0].text, "parent's servers differ"));
}

TEST(PropagationZone, glue_is_compared_with_the_addresses_that_the_zone_has) {
  PropagationWorld world;
  auto& name = world.survey.names[0];
  const auto mine = *wire::IpAddress::parse("192.0.2.1");
  const auto other = *wire::IpAddress::parse("2001:db8::1");
  name.own = {mine, other};
  auto finding = only(world.report(), Kind::server_name);
  EXPECT_EQ(finding.severity, Severity::note);
  EXPECT_TRUE(has(finding.text, "lacks 2001:db8::1"));
  name.own = {other};
  finding = only(world.report(), Kind::server_name);
  EXPECT_EQ(finding.severity, Severity::fault);
  EXPECT_TRUE(has(finding.text, "gives 192.0.2.1 as glue for ns1.example."));
  name.glue.clear();
  EXPECT_TRUE(has(only(world.report(), Kind::server_name).text, "no glue"));
  // Outside the zone none is needed.
  name.name = test::name("ns1.elsewhere.");
  EXPECT_TRUE(all_of(world.report(), Kind::server_name).empty());
}

TEST(PropagationZone, server_names_without_address_or_that_are_aliases_are_faults) {
  for (const auto& [pointed, part] :
       {std::pair(Pointed::alias, "an alias"), std::pair(Pointed::nothing, "has no address"),
        std::pair(Pointed::unknown, "cannot be looked up")}) {
    PropagationWorld world;
    auto& name = world.survey.names[1];
    name.pointed = pointed;
    name.own.clear();
    name.glue.clear();
    name.at_parent = false;
    EXPECT_TRUE(has(only(world.report(), Kind::server_name).text, part)) << part;
    EXPECT_FALSE(world.report().agrees());
  }
}

struct SignedWorld : PropagationWorld {
  SignedWorld() {
    for (auto& server : survey.servers) server.dnskey = keys_of(key);
  }
  SurveyReply keys_of(const test::SigningKey& shown) const {
    SurveyReply out = said({"example. 3600 A 192.0.2.1"});
    wire::RRsetBuilder builder(survey.zone, wire::RrType::dnskey);
    builder.add(shown.dnskey_rdata(), 3600);
    out.set = builder.build();
    return out;
  }
  void give_ds(const test::SigningKey& of) {
    const auto digest = dnssec::ds_digest(survey.zone, of.dnskey_rdata(), dnssec::Digest::sha256);
    std::vector<std::uint8_t> rdata{static_cast<std::uint8_t>(of.tag() >> 8),
                                    static_cast<std::uint8_t>(of.tag()),
                                    static_cast<std::uint8_t>(of.algorithm()), 2};
    rdata.insert(rdata.end(), digest.begin(), digest.end());
    wire::RRsetBuilder builder(survey.zone, wire::RrType::ds);
    builder.add(rdata, 3600);
    survey.parents[0].delegation.ds = builder.build();
  }
  test::SigningKey key{dnssec::Algorithm::ed25519, 1}, other{dnssec::Algorithm::ed25519, 2};
};

TEST(PropagationZone, a_ds_has_to_match_a_key_of_every_server) {
  SignedWorld world;
  EXPECT_EQ(only(world.report(), Kind::signing).severity, Severity::note);  // no DS
  world.give_ds(world.key);
  EXPECT_EQ(only(world.report(), Kind::signing).severity, Severity::good);
  world.survey.servers[2].dnskey = world.keys_of(world.other);
  auto finding = only(world.report(), Kind::signing);
  EXPECT_EQ(finding.severity, Severity::fault);
  EXPECT_TRUE(has(finding.text, std::to_string(world.key.tag())));
  EXPECT_TRUE(has(finding.text, "(" + std::to_string(world.other.tag()) + ") of 192.0.2.3"));
  EXPECT_FALSE(has(finding.text, "192.0.2.1"));
  world.survey.servers[2].dnskey = denied(ResponseKind::nodata, PropagationWorld::soa_text);
  EXPECT_TRUE(has(only(world.report(), Kind::signing).text, "no DNSKEY is shown by 192.0.2.3"));
}

TEST(PropagationZone, an_unsigned_zone_is_not_spoken_of) {
  EXPECT_TRUE(all_of(PropagationWorld().report(), Kind::signing).empty());
}

TEST(PropagationZone, ends_of_alias_chains_are_told) {
  const std::pair<ChainEnd, const char*> ends[] = {
      {ChainEnd::nxdomain, "target x.example. does not exist"},
      {ChainEnd::nodata, "target x.example. has no A data"},
      {ChainEnd::loop, "leads back into itself"},
      {ChainEnd::too_long, "longer than is followed"},
      {ChainEnd::unresolved, "cannot be looked up"}};
  PropagationWorld world;
  for (auto& server : world.survey.servers)
    server.answer = said({"www.example. 300 CNAME x.example."});
  world.survey.chain = {test::name("www.example."), test::name("x.example.")};
  world.survey.chain_end = ChainEnd::data;
  EXPECT_TRUE(world.report().agrees());
  EXPECT_TRUE(has(only(world.report(), Kind::servers).text, "alias of x.example."));
  for (const auto& [end, part] : ends) {
    world.survey.chain_end = end;
    const auto finding = only(world.report(), Kind::alias);
    EXPECT_TRUE(has(finding.text, part)) << finding.text;
    EXPECT_TRUE(has(finding.text, "www.example. -> x.example."));
    EXPECT_EQ(finding.severity, Severity::fault);
  }
}

TEST(PropagationZone, an_alias_stands_alone_and_not_at_an_apex) {
  PropagationWorld world;
  world.survey.beside_alias = {wire::RrType::mx, wire::RrType::txt};
  EXPECT_TRUE(has(only(world.report(), Kind::alias).text, "a CNAME and MX, TXT beside it"));
  world.survey.beside_alias.clear();
  world.survey.question.name = world.survey.zone;
  EXPECT_TRUE(all_of(world.report(), Kind::alias).empty());
  for (auto& server : world.survey.servers) server.answer = said({"example. 300 CNAME x.example."});
  EXPECT_TRUE(has(only(world.report(), Kind::alias).text, "CNAME at the apex"));
}

TEST(PropagationZone, targets_that_are_aliases_or_nothing_are_faults) {
  PropagationWorld world;
  world.survey.question.type = wire::RrType::mx;
  world.survey.targets.emplace_back(test::name("mail.example.")).pointed = Pointed::alias;
  EXPECT_TRUE(has(only(world.report(), Kind::target).text, "MX of www.example. points at mail"));
  world.survey.targets[0].pointed = Pointed::nothing;
  EXPECT_TRUE(has(only(world.report(), Kind::target).text, "has no address"));
  for (const Pointed pointed : {Pointed::found, Pointed::unknown}) {
    world.survey.targets[0].pointed = pointed;
    EXPECT_TRUE(all_of(world.report(), Kind::target).empty());
  }
}

boost::json::object server_line(const char* address, const char* state, const char* serial) {
  return {{"server", "ns."},
          {"address", address},
          {"state", state},
          {"serial", serial},
          {"answer", "198.18.0.1"}};
}
boost::json::object finding_line(const char* kind, const char* state, const char* text) {
  return {{"kind", kind}, {"about", "x"}, {"state", state}, {"text", text}, {"remedy", nullptr}};
}

TEST(PropagationChanges, shows_all_first_and_then_what_is_otherwise) {
  PropagationChanges changes;
  EXPECT_EQ(changes
                .take({server_line("192.0.2.1", "behind", "1"),
                       finding_line("behind", "fault", "is behind"),
                       finding_line("this-cache", "note", "in 7 s")})
                .size(),
            3u);
  // Time that runs down is no change.
  EXPECT_TRUE(changes
                  .take({server_line("192.0.2.1", "behind", "1"),
                         finding_line("behind", "fault", "is behind"),
                         finding_line("this-cache", "note", "in 6 s")})
                  .empty());
  const auto last = changes.take({server_line("192.0.2.1", "answers", "2"),
                                  finding_line("this-cache", "good", "holds the newest")});
  ASSERT_EQ(last.size(), 3u);
  EXPECT_EQ(last[0].at("serial").as_string(), "2");
  EXPECT_EQ(last[1].at("text").as_string(), "holds the newest");
  EXPECT_EQ(last[2].at("kind").as_string(), "behind");
  EXPECT_TRUE(last[2].at("gone").as_bool());
}

TEST(PropagationChanges, findings_are_printed_with_what_to_do_and_without_escapes) {
  auto line = finding_line("behind", "fault", "is \x1b[2J behind");
  line["remedy"] = "see its log";
  const std::string text = found_text(line, false);
  EXPECT_TRUE(text.starts_with("fault behind"));
  EXPECT_TRUE(has(text, "> see its log\n"));
  EXPECT_FALSE(has(text, "\x1b"));
  EXPECT_TRUE(has(found_text(line, true), "\x1b[31m"));
}

}  // namespace
}  // namespace godwit::daemon::propagation_test
