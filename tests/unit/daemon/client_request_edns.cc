// EDNS of a client's message and of the answer: cases 31 to 44, sizes and truncation.
#include "query_maker.h"

namespace godwit::daemon {
namespace {

Octets joined(std::initializer_list<Octets> parts) {
  Octets out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

const Octets client_cookie{1, 2, 3, 4, 5, 6, 7, 8};

TEST_F(ClientRequest, case_031_two_opt_records_are_formerr) {
  EXPECT_EQ(rcode_of(QueryMaker().edns().edns()), formerr);
}

TEST_F(ClientRequest, case_032_opt_in_answer_or_authority_is_formerr) {
  EXPECT_EQ(rcode_of(QueryMaker().record(1, 41)), formerr);
  EXPECT_EQ(rcode_of(QueryMaker().record(2, 41)), formerr);
}

TEST_F(ClientRequest, case_033_opt_that_is_not_the_roots_is_formerr) {
  QueryMaker query;
  query.edns();
  query.rest.insert(query.rest.begin(), {1, 'a'});
  EXPECT_EQ(rcode_of(query), formerr);
}

TEST_F(ClientRequest, case_034_other_versions_are_badvers) {
  for (const std::uint8_t version : std::initializer_list<std::uint8_t>{1, 255}) {
    const auto answer = answer_to(QueryMaker().edns({}, 1232, version));
    EXPECT_EQ(answer.rcode, badvers);
    ASSERT_TRUE(answer.edns);
    EXPECT_EQ(answer.edns->version, 0);
    EXPECT_EQ(answer.header.ancount, 0);
  }
}

// An answer too large for UDP: `sets` RRsets of ten octets each and one owner.
iterator::Answer large_answer(std::size_t records) {
  wire::RRsetBuilder builder(wire::parse_name("www.example.com.").value(), wire::RrType::a);
  for (std::size_t i = 0; i < records; ++i) {
    const std::uint8_t octets[] = {10, 0, static_cast<std::uint8_t>(i >> 8),
                                   static_cast<std::uint8_t>(i)};
    builder.add(octets, 300);
  }
  iterator::Answer out;
  out.answer.push_back({builder.build(), 300});
  return out;
}

TEST_F(ClientRequest, case_035_answers_are_no_larger_than_the_client_and_1232_allow) {
  for (const std::uint16_t size :
       std::initializer_list<std::uint16_t>{0, 1, 511, 512, 513, 1231, 1232, 1233, 65535}) {
    const auto query = QueryMaker().edns({}, size);
    const auto limit = std::clamp<std::size_t>(size, 512, 1232);
    EXPECT_EQ(read(query).context.size_limit, limit) << size;
    bool was_whole = true, was_cut = false;
    for (std::size_t records = 1; records < 90; ++records) {
      const auto answer = resolved(query, large_answer(records));
      EXPECT_LE(answer.octets, limit);
      // Whole or not at all: an RRset is never cut.
      EXPECT_EQ(answer.header.ancount, answer.header.tc ? 0 : records);
      EXPECT_TRUE(was_whole || answer.header.tc);
      was_whole = !answer.header.tc;
      was_cut = was_cut || answer.header.tc;
    }
    EXPECT_TRUE(was_cut);
  }
}

TEST_F(ClientRequest, without_edns_512_octets_and_no_opt) {
  const auto answer = resolved(QueryMaker(), large_answer(29));
  EXPECT_FALSE(answer.edns);
  EXPECT_FALSE(answer.header.tc);
  EXPECT_LE(answer.octets, 512u);
  EXPECT_TRUE(resolved(QueryMaker(), large_answer(30)).header.tc);
}

TEST_F(ClientRequest, over_tcp_answers_are_whole) {
  client.over_tcp = true;
  const auto answer = resolved(QueryMaker().edns({}, 512), large_answer(2000));
  EXPECT_FALSE(answer.header.tc);
  EXPECT_EQ(answer.header.ancount, 2000);
}

TEST_F(ClientRequest, case_036_options_and_records_that_run_over_their_end) {
  EXPECT_EQ(rcode_of(QueryMaker().edns({0, 3, 0, 5, 1})), formerr);
  EXPECT_EQ(rcode_of(QueryMaker().edns({0, 3, 0})), formerr);
  QueryMaker query;
  query.edns();
  query.rest.back() = 9;  // RDLENGTH
  EXPECT_EQ(rcode_of(query), formerr);
}

TEST_F(ClientRequest, case_037_up_to_32_options_and_unknown_ones_are_not_echoed) {
  Octets options;
  for (unsigned i = 0; i < wire::edns_options_max; ++i)
    options = joined({options, QueryMaker::option(65001, {1, 2})});
  const auto answer = resolved(QueryMaker().edns(options));
  EXPECT_EQ(answer.octets, resolved(QueryMaker().edns()).octets);
  options = joined({options, QueryMaker::option(65001, {1, 2})});
  EXPECT_EQ(rcode_of(QueryMaker().edns(options)), formerr);
  Octets flood;
  for (int i = 0; i < 16'000; ++i) flood.insert(flood.end(), {0xfd, 0xe9, 0, 0});
  EXPECT_EQ(rcode_of(QueryMaker().edns(flood)), formerr);
}

TEST_F(ClientRequest, case_038_of_repeated_options_the_first_counts) {
  auto policy = make_policy();
  policy->nsid = "node-7";
  requests.set_policy(policy);
  const Octets other{9, 9, 9, 9, 9, 9, 9, 9};
  const auto options =
      joined({QueryMaker::option(10, client_cookie), QueryMaker::option(10, other),
              QueryMaker::option(10, other), QueryMaker::option(3, {}), QueryMaker::option(3, {}),
              QueryMaker::option(3, {}), QueryMaker::option(12, {0, 0}), QueryMaker::option(12, {}),
              QueryMaker::option(11, {}), QueryMaker::option(11, {})});
  const auto answer = resolved(QueryMaker().edns(options));
  ASSERT_TRUE(answer.edns && answer.edns->cookie && answer.edns->nsid);
  EXPECT_TRUE(std::ranges::equal(answer.edns->cookie->client, client_cookie));
  const std::string_view nsid(reinterpret_cast<const char*>(answer.edns->nsid->data()),
                              answer.edns->nsid->size());
  EXPECT_EQ(nsid, "node-7");
}

TEST_F(ClientRequest, case_039_cookies_of_impossible_length_are_formerr) {
  for (std::size_t size = 0; size <= 45; ++size) {
    const auto query = QueryMaker().edns(QueryMaker::option(10, Octets(size, 1)));
    const bool possible = size == 8 || (size >= 16 && size <= 40);
    EXPECT_EQ(resolves(query), possible) << size;
    if (!possible) {
      EXPECT_EQ(rcode_of(query), formerr) << size;
    }
  }
}

TEST_F(ClientRequest, case_040_a_wrong_server_cookie_is_answered_with_a_fresh_one) {
  const auto query =
      QueryMaker().edns(QueryMaker::option(10, joined({client_cookie, Octets(16, 0x55)})));
  EXPECT_EQ(read(query).context.cookie_verdict, CookieVerdict::wrong);
  const auto answer = resolved(query);
  EXPECT_EQ(answer.rcode, noerror);
  ASSERT_TRUE(answer.edns && answer.edns->cookie);
  const auto server = answer.edns->cookie->server();
  const auto again = QueryMaker().edns(
      QueryMaker::option(10, joined({client_cookie, Octets(server.begin(), server.end())})));
  EXPECT_EQ(read(again).context.cookie_verdict, CookieVerdict::valid);
  now += cookie_seconds_max + 1;
  EXPECT_EQ(read(again).context.cookie_verdict, CookieVerdict::wrong);
}

TEST_F(ClientRequest, case_042_client_subnet_is_ignored_whatever_it_says) {
  for (const auto& subnet : {Octets{0, 0, 0, 0}, Octets{0, 3, 99, 0, 1}, Octets{0, 1, 40, 0, 1},
                             Octets{0, 1, 8, 0, 0xff, 0xff}, Octets{}}) {
    const auto answer = resolved(QueryMaker().edns(QueryMaker::option(8, subnet)));
    EXPECT_FALSE(answer.edns->client_subnet);
  }
}

TEST_F(ClientRequest, case_043_keepalive_counts_over_tcp_only) {
  client.keepalive_units = 100;
  EXPECT_FALSE(resolved(QueryMaker().edns(QueryMaker::option(11, {}))).edns->keepalive);
  EXPECT_FALSE(resolved(QueryMaker().edns(QueryMaker::option(11, {0, 1}))).edns->keepalive);
  client.over_tcp = true;
  const auto answer = resolved(QueryMaker().edns(QueryMaker::option(11, {})));
  ASSERT_TRUE(answer.edns->keepalive && *answer.edns->keepalive);
  EXPECT_EQ(**answer.edns->keepalive, 100);
  EXPECT_TRUE(resolves(QueryMaker().edns(QueryMaker::option(11, {1, 2, 3}))));
  EXPECT_FALSE(resolved(QueryMaker().edns()).edns->keepalive);
}

TEST_F(ClientRequest, case_044_do_is_echoed_and_unknown_z_bits_are_not) {
  const auto answer = resolved(QueryMaker().edns({}, 1232, 0, 0xffff));
  ASSERT_TRUE(answer.edns);
  EXPECT_TRUE(answer.edns->dnssec_ok);
  const auto query = QueryMaker().edns({}, 1232, 0, 0x7fff);
  const auto request = read(query);
  const auto octets = requests.render(request.context, {}, out);
  // The OPT record is the last: TYPE 41 ... flags at its octets 7 and 8.
  EXPECT_EQ(octets[octets.size() - 4], 0);
  EXPECT_EQ(octets[octets.size() - 3], 0);
}

TEST_F(ClientRequest, reasons_of_a_failure_are_told_to_clients_with_edns) {
  iterator::Answer failed;
  failed.rcode = wire::Rcode::servfail;
  failed.errors.push_back({wire::EdeCode::no_reachable_authority, "all servers timed out"});
  const auto answer = resolved(QueryMaker().edns(), failed);
  EXPECT_EQ(answer.rcode, 2u);
  ASSERT_TRUE(answer.has_ede(wire::EdeCode::no_reachable_authority));
  EXPECT_EQ(answer.edns->errors[0].text, "all servers timed out");
  EXPECT_FALSE(resolved(QueryMaker(), failed).edns);
}

TEST_F(ClientRequest, what_godwit_serves_itself_is_authoritative) {
  iterator::Answer local;
  local.authoritative = true;
  EXPECT_TRUE(resolved(QueryMaker(), local).header.aa);
}

}  // namespace
}  // namespace godwit::daemon
