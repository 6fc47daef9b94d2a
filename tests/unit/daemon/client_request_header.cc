// Header and question of a client's message: cases 1 to 30.
#include "daemon/settings.h"
#include "query_maker.h"

namespace godwit::daemon {
namespace {

TEST_F(ClientRequest, case_001_under_twelve_octets_is_dropped) {
  const auto whole = QueryMaker().octets();
  for (std::size_t size = 0; size < 12; ++size)
    expect_drop(wire::Bytes(whole).first(size), DropCause::too_short);
}

TEST_F(ClientRequest, case_002_no_question_is_formerr) {
  QueryMaker query;
  query.question.clear();
  query.counts[0] = 0;
  const auto answer = answer_to(query);
  EXPECT_EQ(answer.rcode, formerr);
  EXPECT_EQ(answer.header.id, 0x1234);
  EXPECT_FALSE(answer.has_question);
  EXPECT_EQ(answer.octets, 12u);
}

TEST_F(ClientRequest, case_002_no_question_with_a_cookie_is_answered_with_one) {
  QueryMaker query;
  query.question.clear();
  query.counts[0] = 0;
  query.edns(QueryMaker::option(10, {1, 2, 3, 4, 5, 6, 7, 8}));
  const auto answer = answer_to(query);
  EXPECT_EQ(answer.rcode, noerror);
  ASSERT_TRUE(answer.edns && answer.edns->cookie);
  EXPECT_EQ(answer.edns->cookie->server_size, server_cookie_octets);
}

TEST_F(ClientRequest, case_003_two_questions_are_formerr) {
  QueryMaker query;
  query.counts[0] = 2;
  query.rest = query.question;
  EXPECT_EQ(rcode_of(query), formerr);
}

TEST_F(ClientRequest, case_004_announced_records_that_are_not_there) {
  for (const unsigned section : {1u, 2u, 3u}) {
    QueryMaker query;
    query.counts[section] = 65535;
    EXPECT_EQ(rcode_of(query), formerr) << section;
  }
}

TEST_F(ClientRequest, case_005_records_in_answer_or_authority_are_formerr) {
  EXPECT_EQ(rcode_of(QueryMaker().record(1, 1)), formerr);
  EXPECT_EQ(rcode_of(QueryMaker().record(2, 1)), formerr);
}

TEST_F(ClientRequest, case_006_junk_beside_the_opt_is_ignored) {
  EXPECT_TRUE(resolves(QueryMaker().edns().record(3, 65280)));
  EXPECT_TRUE(resolves(QueryMaker().record(3, 250).edns()));
}

TEST_F(ClientRequest, case_007_responses_are_dropped) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{53, 40000, 0}) {
    client.peer.port = port;
    expect_drop(QueryMaker().set_flags(0x8100).octets(), DropCause::is_response);
  }
  client.over_tcp = true;
  expect_drop(QueryMaker().set_flags(0x8180).octets(), DropCause::is_response);
}

TEST_F(ClientRequest, case_008_ports_that_no_client_uses_are_dropped) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{0, 7, 13, 17, 19, 37}) {
    client.peer.port = port;
    expect_drop(QueryMaker().octets(), DropCause::source_port);
  }
  client.over_tcp = true;
  EXPECT_TRUE(resolves(QueryMaker()));
}

TEST_F(ClientRequest, case_008_port_53_is_answered_but_never_with_an_error) {
  client.peer.port = 53;
  EXPECT_TRUE(resolves(QueryMaker()));
  EXPECT_TRUE(may_answer(client, wire::Rcode::noerror));
  EXPECT_TRUE(may_answer(client, wire::Rcode::nxdomain));
  for (const auto rcode : {wire::Rcode::formerr, wire::Rcode::servfail, wire::Rcode::refused,
                           wire::Rcode::notimp, wire::Rcode::badvers})
    EXPECT_FALSE(may_answer(client, rcode));
  client.over_tcp = true;
  EXPECT_TRUE(may_answer(client, wire::Rcode::formerr));
}

TEST_F(ClientRequest, case_009_tc_in_a_query_is_formerr) {
  EXPECT_EQ(rcode_of(QueryMaker().set_flags(0x0300)), formerr);
}

TEST_F(ClientRequest, case_010_aa_ra_z_and_rcode_are_ignored_and_not_echoed) {
  const auto answer = resolved(QueryMaker().set_flags(0x0100 | 0x0400 | 0x0080 | 0x0040 | 0x0005));
  EXPECT_TRUE(answer.header.qr);
  EXPECT_FALSE(answer.header.aa);
  EXPECT_FALSE(answer.header.z);
  EXPECT_FALSE(answer.header.tc);
  EXPECT_TRUE(answer.header.ra);
  EXPECT_TRUE(answer.header.rd);
  EXPECT_EQ(answer.rcode, noerror);
}

TEST_F(ClientRequest, case_011_ad_is_taken_and_never_claimed_and_cd_is_copied) {
  const auto answer = resolved(QueryMaker().set_flags(0x0130));
  EXPECT_FALSE(answer.header.ad);
  EXPECT_TRUE(answer.header.cd);
  EXPECT_FALSE(resolved(QueryMaker().set_flags(0x0120)).header.cd);
}

TEST_F(ClientRequest, case_012_rd_clear_is_refused) {
  const auto answer = answer_to(QueryMaker().set_flags(0).edns());
  EXPECT_EQ(answer.rcode, refused);
  EXPECT_TRUE(answer.has_question);
  EXPECT_FALSE(answer.header.rd);
  EXPECT_TRUE(answer.has_ede(wire::EdeCode::not_authoritative));
}

TEST_F(ClientRequest, case_013_other_opcodes_are_notimp_with_their_question) {
  for (const unsigned opcode : {1u, 2u, 3u, 6u, 15u}) {
    const auto answer =
        answer_to(QueryMaker().set_flags(static_cast<std::uint16_t>(0x0100 | opcode << 11)));
    EXPECT_EQ(answer.rcode, notimp) << opcode;
    EXPECT_EQ(static_cast<unsigned>(answer.header.opcode), opcode);
    EXPECT_TRUE(answer.has_question);
  }
}

TEST_F(ClientRequest, case_013_other_opcodes_get_an_opt_for_an_opt_and_the_reason) {
  for (const unsigned opcode : {1u, 2u, 4u, 5u, 6u, 15u}) {
    const auto flags = static_cast<std::uint16_t>(opcode << 11);
    const auto answer = answer_to(QueryMaker().edns().set_flags(flags));
    EXPECT_EQ(answer.rcode, notimp) << opcode;
    EXPECT_TRUE(answer.has_ede(wire::EdeCode::not_supported)) << opcode;
    EXPECT_FALSE(answer_to(QueryMaker().set_flags(flags)).edns) << opcode;
  }
}

TEST_F(ClientRequest, case_013_the_sections_of_other_opcodes_are_their_own) {
  // NOTIFY with the SOA record, UPDATE with prerequisites and updates.
  auto notify = QueryMaker("example.com.", 6).set_flags(0x2400).record(1, 6).edns();
  EXPECT_TRUE(answer_to(notify).has_ede(wire::EdeCode::not_supported));
  auto update = QueryMaker("example.com.", 6).set_flags(0x2800).record(1, 1).record(2, 1).edns();
  EXPECT_TRUE(answer_to(update).has_ede(wire::EdeCode::not_supported));
  // An OPT that cannot be read is none: two of them, octets after it, one cut short.
  auto unreadable = QueryMaker().edns().edns().set_flags(0x2800);
  EXPECT_EQ(rcode_of(unreadable), notimp);
  EXPECT_FALSE(answer_to(unreadable).edns);
  auto stateful = QueryMaker().set_flags(0x3000);  // DSO: its own values after the header
  stateful.question.clear();
  stateful.counts[0] = 0;
  stateful.rest = {0, 1, 0, 8, 0, 0, 0x3a, 0x98, 0, 0, 0x3a, 0x98};
  EXPECT_EQ(rcode_of(stateful), notimp);
  const auto cut = requests.read(QueryMaker().edns().set_flags(0x2800).octets(), true, client, now);
  EXPECT_EQ(cut.refusal.rcode, wire::Rcode::notimp);
  EXPECT_FALSE(cut.context.has_edns);
}

TEST_F(ClientRequest, case_013_other_opcodes_without_a_question) {
  QueryMaker query;
  query.question.clear();
  query.counts[0] = 0;
  EXPECT_EQ(rcode_of(query.set_flags(0x7800)), notimp);
}

TEST_F(ClientRequest, case_014_notify_and_update_change_nothing) {
  EXPECT_EQ(rcode_of(QueryMaker("example.com.", 6).set_flags(0x2400).record(1, 6)), notimp);
  EXPECT_EQ(rcode_of(QueryMaker("example.com.", 6).set_flags(0x2800).record(2, 1)), notimp);
}

TEST_F(ClientRequest, case_015_notify_and_update_with_class_any_and_none) {
  for (const std::uint16_t rr_class : std::initializer_list<std::uint16_t>{254, 255})
    for (const std::uint16_t flags : std::initializer_list<std::uint16_t>{0x2000, 0x2800})
      EXPECT_EQ(rcode_of(QueryMaker("example.com.", 6, rr_class).set_flags(flags)), notimp);
}

QueryMaker with_question(const Octets& name) {
  QueryMaker query;
  query.question = name;
  QueryMaker::put16(query.question, 1);
  QueryMaker::put16(query.question, 1);
  return query;
}

TEST_F(ClientRequest, case_016_a_pointer_to_itself) {
  EXPECT_EQ(rcode_of(with_question({0xc0, 12})), formerr);
}

TEST_F(ClientRequest, case_017_a_loop_of_two) {
  EXPECT_EQ(rcode_of(with_question({1, 'a', 0xc0, 16, 0xc0, 12})), formerr);
}

TEST_F(ClientRequest, case_018_pointers_forward_into_the_header_and_past_the_end) {
  EXPECT_EQ(rcode_of(with_question({0xc0, 14, 0})), formerr);
  EXPECT_EQ(rcode_of(with_question({1, 'a', 0xc0, 4})), formerr);
  EXPECT_EQ(rcode_of(with_question({0xff, 0xff})), formerr);
}

TEST_F(ClientRequest, case_019_other_label_types) {
  EXPECT_EQ(rcode_of(with_question({0x41, 'a', 0})), formerr);
  EXPECT_EQ(rcode_of(with_question({0x81, 'a', 0})), formerr);
}

TEST_F(ClientRequest, case_020_labels_of_63_and_64) {
  Octets name{63};
  name.insert(name.end(), 63, 'a');
  name.push_back(0);
  EXPECT_TRUE(resolves(with_question(name)));
  name[0] = 64;
  name.insert(name.end() - 1, 'a');
  EXPECT_EQ(rcode_of(with_question(name)), formerr);
}

Octets name_of(std::initializer_list<std::size_t> labels) {
  Octets out;
  for (const auto size : labels) {
    out.push_back(static_cast<std::uint8_t>(size));
    out.insert(out.end(), size, 'x');
  }
  out.push_back(0);
  return out;
}

TEST_F(ClientRequest, case_021_names_of_255_and_256_octets) {
  EXPECT_EQ(name_of({63, 63, 63, 61}).size(), 255u);
  EXPECT_TRUE(resolves(with_question(name_of({63, 63, 63, 61}))));
  EXPECT_EQ(rcode_of(with_question(name_of({63, 63, 63, 62}))), formerr);
}

TEST_F(ClientRequest, case_022_labels_of_one_octet_127_and_128) {
  Octets name;
  for (int i = 0; i < 127; ++i) name.insert(name.end(), {1, 'a'});
  name.push_back(0);
  EXPECT_TRUE(resolves(with_question(name)));
  name.insert(name.begin(), {1, 'a'});
  EXPECT_EQ(rcode_of(with_question(name)), formerr);
}

TEST_F(ClientRequest, case_023_a_question_cut_short) {
  const auto whole = QueryMaker().octets();
  for (std::size_t size = 12; size < whole.size(); ++size)
    EXPECT_EQ(answer_to(wire::Bytes(whole).first(size)).rcode, formerr) << size;
}

TEST_F(ClientRequest, case_024_any_octet_in_a_label_and_its_case_come_back) {
  const Octets name{6, 0, '.', ' ', 0xff, 'A', 'z', 3, 'C', 'o', 'M', 0};
  const auto answer = resolved(with_question(name));
  EXPECT_TRUE(std::ranges::equal(answer.name.wire(), name));
}

TEST_F(ClientRequest, case_025_types_that_are_no_data) {
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0, 41})
    EXPECT_EQ(rcode_of(QueryMaker("a.", type)), formerr);
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{249, 250, 253, 254})
    EXPECT_EQ(rcode_of(QueryMaker("a.", type)), notimp) << type;
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{251, 252})
    EXPECT_EQ(rcode_of(QueryMaker("a.", type)), refused);
  EXPECT_EQ(rcode_of(QueryMaker("a.", 251).record(2, 6)), formerr);  // case 5
}

TEST_F(ClientRequest, case_026_any_is_answered_with_hinfo) {
  const auto answer = answer_to(QueryMaker("a.example.", 255));
  EXPECT_EQ(answer.rcode, noerror);
  EXPECT_EQ(answer.header.ancount, 1);
  client.over_tcp = true;
  EXPECT_EQ(answer_to(QueryMaker("a.example.", 255)).header.ancount, 1);
}

TEST_F(ClientRequest, case_026_any_of_a_special_name_is_answered_from_its_table) {
  EXPECT_EQ(rcode_of(QueryMaker("x.invalid.", 255)), noerror);
  requests.set_policy(make_settings(conf::Config{}, {}).settings->answers);
  client.peer.address = wire::IpAddress::parse("127.0.0.1").value();
  EXPECT_EQ(rcode_of(QueryMaker("x.invalid.", 255)), nxdomain);
  EXPECT_EQ(answer_to(QueryMaker("localhost.", 255)).header.ancount, 4);
  EXPECT_EQ(answer_to(QueryMaker("a.example.", 255)).header.ancount, 1);
  conf::Config config;
  config.resolver.special_names = false;
  requests.set_policy(make_settings(config, {}).settings->answers);
  EXPECT_EQ(rcode_of(QueryMaker("x.invalid.", 255)), noerror);
}

TEST_F(ClientRequest, case_027_rrsig_is_refused_and_nsec3_resolved) {
  EXPECT_EQ(rcode_of(QueryMaker("a.", 46)), refused);
  EXPECT_TRUE(resolves(QueryMaker("a.", 50)));
}

TEST_F(ClientRequest, case_028_unknown_types_are_resolved) {
  EXPECT_TRUE(resolves(QueryMaker("a.", 65280)));
  EXPECT_TRUE(resolves(QueryMaker("a.", 65535)));
}

TEST_F(ClientRequest, case_029_other_classes) {
  EXPECT_EQ(rcode_of(QueryMaker("version.bind.", 16, 3)), refused);
  EXPECT_EQ(rcode_of(QueryMaker("a.", 1, 4)), refused);
  for (const std::uint16_t rr_class : std::initializer_list<std::uint16_t>{254, 255, 65535})
    EXPECT_EQ(rcode_of(QueryMaker("a.", 1, rr_class)), notimp);
  auto policy = make_policy();
  policy->identity = {"lab-1", "9.9"};
  requests.set_policy(policy);
  for (const char* name : {"version.bind.", "version.server.", "id.server.", "hostname.bind."}) {
    const auto answer = answer_to(QueryMaker(name, 16, 3));
    EXPECT_EQ(answer.rcode, noerror);
    EXPECT_EQ(answer.header.ancount, 1);
    EXPECT_TRUE(answer.header.aa);
  }
}

TEST_F(ClientRequest, case_030_octets_after_the_last_record_are_formerr) {
  for (const std::size_t size : {1u, 100u, 3000u}) {
    QueryMaker plain, with_opt;
    plain.rest.assign(size, 0);
    EXPECT_EQ(rcode_of(plain), formerr) << size;
    with_opt.edns();
    with_opt.rest.insert(with_opt.rest.end(), size, 0);
    EXPECT_EQ(rcode_of(with_opt), formerr) << size;
  }
}

TEST_F(ClientRequest, case_030_a_datagram_cut_off_is_formerr) {
  const auto query = QueryMaker().octets();
  const auto request = requests.read(query, true, client, now);
  EXPECT_EQ(request.verdict, RequestVerdict::refuse);
  EXPECT_EQ(request.refusal.rcode, wire::Rcode::formerr);
}

TEST_F(ClientRequest, clients_that_may_not_ask_are_refused_whatever_they_send) {
  client.peer.address = wire::IpAddress::parse("198.51.100.1").value();
  const auto answer = answer_to(QueryMaker().edns());
  EXPECT_EQ(answer.rcode, refused);
  EXPECT_TRUE(answer.has_ede(wire::EdeCode::prohibited));
  EXPECT_TRUE(answer.has_question);
  EXPECT_EQ(rcode_of(QueryMaker().set_flags(0x0300)), refused);
  EXPECT_EQ(rcode_of(QueryMaker().set_flags(0x2000)), refused);
  EXPECT_TRUE(answer_to(QueryMaker().set_flags(0x2000).edns()).has_ede(wire::EdeCode::prohibited));
  EXPECT_EQ(rcode_of(QueryMaker("localhost.")), refused);
  EXPECT_EQ(rcode_of(with_question({0xc0, 12})), refused);
}

}  // namespace
}  // namespace godwit::daemon
