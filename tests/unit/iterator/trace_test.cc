// The lines that an explanation of a resolution is made of.
#include "iterator/trace.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include "iterator/classify.h"
#include "wire/name_text.h"

namespace godwit::iterator::trace {
namespace {

using godwit::test::name_of;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using wire::RrType;

wire::Endpoint some_server() {
  return {wire::IpAddress::parse("192.0.2.1").value(), 53};
}

TEST(TraceText, a_query_names_server_transport_question_edns_and_timeout) {
  QuerySent event{some_server(), Transport::udp, name_of("www.example.com."),
                  RrType::a,     true,           milliseconds(400)};
  EXPECT_EQ(to_text(event), "ask 192.0.2.1@53 udp www.example.com. A (edns, 400 ms)");
  event.transport = Transport::tcp;
  event.edns = false;
  EXPECT_EQ(to_text(event), "ask 192.0.2.1@53 tcp www.example.com. A (no edns, 400 ms)");
}

TEST(TraceText, the_end_of_an_exchange_says_how_it_ended) {
  EXPECT_EQ(to_text(QueryDone{some_server(), ExchangeOutcome::answered, microseconds(1'250), 90}),
            "192.0.2.1@53: answered, 90 octets after 1.2 ms");
  EXPECT_EQ(to_text(QueryDone{some_server(), ExchangeOutcome::timed_out, milliseconds(400), 0}),
            "192.0.2.1@53: no answer after 400 ms");
  EXPECT_EQ(to_text(QueryDone{some_server(), ExchangeOutcome::near_miss, milliseconds(12), 0}),
            "192.0.2.1@53: a response that does not match the query after 12 ms");
}

TEST(TraceText, a_referral_counts_servers_and_addresses) {
  EXPECT_EQ(to_text(Referred{name_of("example.com."), 2, 2}),
            "referral to example.com.: 2 servers, 2 addresses");
  EXPECT_EQ(to_text(Referred{name_of("example.com."), 1, 1}),
            "referral to example.com.: 1 server, 1 address");
}

TEST(TraceText, a_classified_response_tells_what_it_is_and_what_was_dropped) {
  const auto kind = std::string(describe(ResponseKind::nxdomain));
  EXPECT_EQ(to_text(Classified{some_server(), ResponseKind::nxdomain, wire::Rcode::nxdomain, 0}),
            "192.0.2.1@53 says NXDOMAIN: " + kind);
  EXPECT_EQ(to_text(Classified{some_server(), ResponseKind::nxdomain, wire::Rcode::nxdomain, 3}),
            "192.0.2.1@53 says NXDOMAIN: " + kind + ", 3 records dropped");
  EXPECT_EQ(
      to_text(Classified{some_server(), ResponseKind::nxdomain, wire::Rcode::nxdomain, 3, 1}),
      "192.0.2.1@53 says NXDOMAIN: " + kind + ", 3 records dropped, 1 of them outside the zone");
}

TEST(TraceText, the_cache_tells_what_it_has_and_for_how_long) {
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::miss, 0}),
            "a. MX: not in the cache");
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::answer, 7, 3,
                                cache::Security::secure}),
            "a. MX: answer in the cache, 7 s left, 3 s old, secure");
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::nodata, 7, 1,
                                cache::Security::insecure}),
            "a. MX: in the cache: the name has no such records, 7 s left, 1 s old, insecure");
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::answer, 7, 3,
                                cache::Security::secure, some_server().address}),
            "a. MX: answer in the cache, 7 s left, 3 s old, secure, from 192.0.2.1");
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::nxdomain, 7, 0,
                                cache::Security::secure, some_server().address}),
            "a. MX: in the cache: the name does not exist, 7 s left, 0 s old, secure, "
            "from 192.0.2.1");
  EXPECT_EQ(to_text(CacheLookup{name_of("a."), RrType::mx, CacheResult::failure, 7}),
            "a. MX: failed a short time ago, 7 s left");
  EXPECT_EQ(to_text(ProofUsed{name_of("b."), RrType::nsec, 7, some_server().address}),
            "proven by b. NSEC, 7 s left, from 192.0.2.1");
  EXPECT_EQ(to_text(DelegationUsed{name_of("b."), DelegationSource::remembered, ZoneMode{}, 2, 1,
                                   60, some_server().address}),
            "delegation of b.: 2 servers, 1 address, 60 s left, from 192.0.2.1");
  EXPECT_EQ(to_text(FailureRecalled{ResolveError::alias_loop, ""}),
            "it failed: the chain of aliases leads back to itself");
  EXPECT_EQ(to_text(FailureRecalled{ResolveError::bogus, "no key"}), "it failed: no key");
}

TEST(TraceText, a_choice_tells_what_is_known_of_servers) {
  EXPECT_EQ(to_text(ServerKnown{name_of("ns.b."), some_server(), AddressSource::glue}),
            "server ns.b. at 192.0.2.1@53, glue from the parent");
  EXPECT_EQ(to_text(ServerWithoutAddress{name_of("ns.b."), false}),
            "server ns.b.: no address is known");
  EXPECT_EQ(to_text(ServerWithoutAddress{name_of("ns.b."), true}),
            "server ns.b.: no address is known; it lies in the zone, and the parent gives none");
  EXPECT_EQ(to_text(ServerChosen{some_server(), false, {}, 0, false}),
            "choose 192.0.2.1@53: not heard of yet");
  EXPECT_EQ(to_text(ServerChosen{some_server(), true, milliseconds(12), 2, true}),
            "choose 192.0.2.1@53: RTT 12 ms, 2 timeouts in a row, down: a probe");
  EXPECT_EQ(to_text(ServerPassedOver{some_server(), PassedOver::slower, milliseconds(80)}),
            "not 192.0.2.1@53: slower, RTT 80 ms");
  EXPECT_EQ(to_text(ServerPassedOver{some_server(), PassedOver::down, milliseconds(2'000)}),
            "not 192.0.2.1@53: down for 2000 ms more");
}

TEST(TraceText, validation_tells_zone_key_and_fault) {
  EXPECT_EQ(to_text(ZoneTrusted{name_of("b."), cache::Security::secure, 2, true, 60}),
            "zone b. is secure by 2 keys, known, 60 s left");
  EXPECT_EQ(
      to_text(SetJudged{name_of("a.b."), RrType::a, cache::Security::secure, 4711, name_of("b.")}),
      "a.b. A is secure: signed by key 4711 of b.");
  EXPECT_EQ(to_text(SetJudged{name_of("a.b."), RrType::a, cache::Security::insecure, 0, {}}),
            "a.b. A is insecure");
  EXPECT_EQ(to_text(DenialJudged{name_of("a.b."), cache::Security::secure}),
            "the denial of a.b. is secure");
  dnssec::Failure failure(dnssec::Fault::nsec_missing);
  failure.owner = name_of("a.b.");
  failure.zone = name_of("b.");
  EXPECT_EQ(to_text(Disbelieved{some_server(), failure}),
            "not believed, from 192.0.2.1@53: the denial of a.b. by zone b. comes without its "
            "proof (EDE 12)");
}

TEST(TraceText, what_is_spent_stands_before_its_limit) {
  Spent spent;
  spent.packets = {3, 64};
  spent.octets = {0, 100'000};
  spent.nsec3_hash_blocks = {7, 2'000};
  EXPECT_EQ(to_text(spent), "spent: queries 3/64, NSEC3 hash blocks 7/2000");
  EXPECT_EQ(to_text(Spent()), "spent: nothing");
}

TEST(TraceText, the_other_steps_read_as_they_are) {
  EXPECT_EQ(to_text(Started{name_of("b."), RrType::ds, 0, true}), "resolve b. DS, for validation");
  EXPECT_EQ(to_text(Ended{wire::Rcode::nxdomain, ResolveError::none}), "look-up done: NXDOMAIN");
  EXPECT_EQ(to_text(AliasFollowed{name_of("a."), name_of("b."), Alias::loop}),
            "alias: a. -> b., which leads back");
  EXPECT_EQ(to_text(Joined{name_of("a."), RrType::dnskey, Flight::keys}),
            "wait for the same look-up of keys under way: a. DNSKEY");
  EXPECT_EQ(to_text(Started{name_of("a.b."), RrType::aaaa, 0}), "resolve a.b. AAAA");
  EXPECT_EQ(to_text(Started{name_of("a.b."), RrType::aaaa, 2}),
            "resolve a.b. AAAA, for a server's address, depth 2");
  EXPECT_EQ(to_text(Joined{name_of("a."), RrType::a}),
            "wait for the same question under way: a. A");
  EXPECT_EQ(to_text(ZoneChosen{name_of("com."), 26, false}), "servers of com.: 26 addresses");
  EXPECT_EQ(to_text(ZoneChosen{name_of("."), 1, true}), "forward to .: 1 address");
  EXPECT_EQ(to_text(AliasFollowed{name_of("a."), name_of("b.")}), "alias: a. -> b.");
  EXPECT_EQ(to_text(AddressLookup{name_of("ns.b."), RrType::a}),
            "look up the server's address: ns.b. A");
}

TEST(TraceText, the_end_tells_rcode_reason_cost_and_time) {
  EXPECT_EQ(to_text(Finished{name_of("a."), RrType::a, wire::Rcode::noerror, ResolveError::none, 3,
                             milliseconds(41)}),
            "done a. A: NOERROR, 3 queries, 41 ms");
  EXPECT_EQ(to_text(Finished{name_of("a."), RrType::a, wire::Rcode::servfail,
                             ResolveError::alias_loop, 1, cache::Duration{}}),
            "done a. A: SERVFAIL (the chain of aliases leads back to itself), 1 query, 0 ms");
}

TEST(TraceText, a_name_cannot_bring_control_characters_into_a_log) {
  const std::uint8_t label[] = {'\n', 0x1b, '[', '2', 'J'};
  const auto text = to_text(Joined{wire::Name{}.with_label(label).value(), RrType::a});
  for (const char c : text) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << text;
}

}  // namespace
}  // namespace godwit::iterator::trace
