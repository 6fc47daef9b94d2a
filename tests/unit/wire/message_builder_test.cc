#include "wire/message_builder.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

using test::first_error;
using test::name_octets;
using test::name_of;
using test::operator+;

const Octets address = {192, 0, 2, 1};

RRsetPtr addresses(std::string_view owner, unsigned count, unsigned signatures = 0) {
  RRsetBuilder builder(name_of(owner), RrType::a);
  for (unsigned i = 0; i < count; ++i) {
    const std::uint8_t last = static_cast<std::uint8_t>(i);
    builder.add(Octets{192, 0, 2, last}, 300);
  }
  for (unsigned i = 0; i < signatures; ++i) {
    Octets signature(18, static_cast<std::uint8_t>(i));
    builder.add_signature(signature + name_octets("example.com") + Octets(64, 7), 300);
  }
  return builder.build();
}

RRsetPtr one_record(std::string_view owner, RrType type, const Octets& rdata) {
  RRsetBuilder builder(name_of(owner), type);
  builder.add(rdata, 300);
  return builder.build();
}

// A builder with a buffer and a compressor; the header is written, the question too if there is a
// name.
struct Bench {
  explicit Bench(std::size_t limit = 65535, std::string_view qname = "www.example.com")
      : buffer(limit), builder(buffer, limit, compressor) {
    Header header;
    header.id = 0x1234;
    header.qr = header.rd = header.ra = true;
    builder.header(header);
    if (!qname.empty()) asked = builder.question(name_of(qname), RrType::a, RrClass::in);
  }
  Octets buffer;
  NameCompressor compressor;
  MessageBuilder builder;
  bool asked = false;
};

std::vector<RecordView> records_of(Bytes message) {
  std::vector<RecordView> out;
  const auto view = MessageView::parse(message);
  EXPECT_TRUE(view);
  if (!view) return out;
  RecordReader reader = view->records();
  while (const auto record = reader.next()) out.push_back(*record);
  EXPECT_FALSE(reader.error());
  return out;
}

Octets unpacked(Bytes message, const RecordView& record) {
  Octets out(70000);
  const auto size =
      unpack_rdata(message, record.rdata_offset, record.rdata.size(), record.type, out);
  EXPECT_TRUE(size);
  out.resize(size ? *size : 0);
  return out;
}

TEST(MessageBuilder, writes_header_and_question) {
  Bench bench(512, "wWw.example.com");
  const Bytes message = bench.builder.finish();
  const auto view = MessageView::parse(message);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header().id, 0x1234);
  EXPECT_TRUE(view->header().qr && view->header().rd && view->header().ra);
  EXPECT_FALSE(view->header().aa || view->header().tc);
  EXPECT_EQ(view->header().qdcount, 1);
  EXPECT_TRUE(view->question()->name.is_identical(name_of("wWw.example.com")));
  EXPECT_FALSE(first_error(message));
}

TEST(MessageBuilder, keeps_counts_whatever_the_header_says) {
  Octets buffer(512);
  NameCompressor compressor;
  MessageBuilder builder(buffer, buffer.size(), compressor);
  Header header;
  header.qdcount = header.ancount = header.nscount = header.arcount = 77;
  builder.header(header);
  EXPECT_EQ(MessageView::parse(builder.finish())->header().ancount, 0);
  EXPECT_EQ(MessageView::parse(builder.finish())->header().qdcount, 0);
}

TEST(MessageBuilder, writes_every_header_bit_where_reading_finds_it) {
  for (unsigned bits = 0; bits < 0x10000; bits += 37) {
    Octets octets(12);
    store_u16(octets.data() + 2, static_cast<std::uint16_t>(bits));
    Octets buffer(12);
    NameCompressor compressor;
    MessageBuilder builder(buffer, 12, compressor);
    builder.header(Header::parse(octets).value());
    ASSERT_TRUE(std::ranges::equal(builder.finish(), octets)) << bits;
  }
}

TEST(MessageBuilder, is_empty_without_room_for_a_header) {
  for (std::size_t limit = 0; limit < 12; ++limit) {
    Bench bench(limit);
    EXPECT_FALSE(bench.asked);
    EXPECT_FALSE(bench.builder.add_rrset(Section::answer, *addresses("a", 1), {}));
    bench.builder.set_truncated();
    EXPECT_TRUE(bench.builder.finish().empty());
  }
}

TEST(MessageBuilder, is_empty_without_a_header) {
  Octets buffer(512);
  NameCompressor compressor;
  MessageBuilder builder(buffer, 512, compressor);
  EXPECT_FALSE(builder.question(Name(), RrType::a, RrClass::in));
  EXPECT_FALSE(builder.add_record(Section::answer, Name(), RrType::a, 1, address));
  builder.set_truncated();
  EXPECT_TRUE(builder.finish().empty());
}

TEST(MessageBuilder, stays_a_header_when_the_question_does_not_fit) {
  for (std::size_t limit = 12; limit < 33; ++limit) {
    Bench bench(limit);
    EXPECT_FALSE(bench.asked);
    const Bytes message = bench.builder.finish();
    EXPECT_EQ(message.size(), 12u);
    EXPECT_FALSE(first_error(message));
    EXPECT_EQ(MessageView::parse(message)->header().qdcount, 0);
  }
  EXPECT_TRUE(Bench(33).asked);
}

TEST(MessageBuilder, takes_one_question_only_and_before_records) {
  Bench bench;
  EXPECT_FALSE(bench.builder.question(name_of("b"), RrType::a, RrClass::in));
  Bench late(512, "");
  ASSERT_TRUE(late.builder.add_record(Section::answer, Name(), RrType::a, 1, address));
  EXPECT_FALSE(late.builder.question(name_of("b"), RrType::a, RrClass::in));
}

TEST(MessageBuilder, compresses_owners_against_the_question) {
  Bench bench;
  ASSERT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.example.com", 3), {}));
  ASSERT_TRUE(bench.builder.add_rrset(Section::authority, *addresses("example.com", 1), {}));
  const Bytes message = bench.builder.finish();
  EXPECT_EQ(message.size(), 33u + 4 * 16);
  const auto records = records_of(message);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(load_u16(message.data() + 33), 0xc00c);
  EXPECT_TRUE(records[3].owner.is_identical(name_of("example.com")));
  EXPECT_EQ(records[3].section, Section::authority);
}

TEST(MessageBuilder, writes_given_ttl_and_rotation) {
  for (unsigned rotate = 0; rotate < 9; ++rotate) {
    Bench bench;
    ASSERT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.example.com", 4),
                                        {.ttl = 77, .rotate_by = rotate}));
    const auto records = records_of(bench.builder.finish());
    ASSERT_EQ(records.size(), 4u);
    for (unsigned i = 0; i < 4; ++i) {
      EXPECT_EQ(records[i].ttl, 77u);
      EXPECT_EQ(records[i].rdata[3], (i + rotate) % 4);
    }
  }
}

TEST(MessageBuilder, writes_signatures_only_when_asked) {
  const RRsetPtr set = addresses("www.example.com", 2, 2);
  Bench without;
  ASSERT_TRUE(without.builder.add_rrset(Section::answer, *set, {}));
  EXPECT_EQ(records_of(without.builder.finish()).size(), 2u);
  Bench with;
  ASSERT_TRUE(with.builder.add_rrset(Section::answer, *set, {.ttl = 5, .with_signatures = true}));
  const auto records = records_of(with.builder.finish());
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[3].type, RrType::rrsig);
  EXPECT_EQ(records[3].ttl, 5u);
  EXPECT_TRUE(records[3].owner == name_of("www.example.com"));
  // The signer stays uncompressed (RFC 4034 §3.1.7).
  EXPECT_EQ(records[3].rdata.size(), 18u + 13 + 64);
}

TEST(MessageBuilder, sections_never_go_back) {
  Bench bench;
  ASSERT_TRUE(bench.builder.add_rrset(Section::authority, *addresses("a", 1), {}));
  EXPECT_FALSE(bench.builder.add_rrset(Section::answer, *addresses("a", 1), {}));
  EXPECT_FALSE(bench.builder.add_record(Section::answer, Name(), RrType::a, 1, address));
  EXPECT_TRUE(bench.builder.add_record(Section::additional, Name(), RrType::a, 1, address));
  EXPECT_EQ(records_of(bench.builder.finish()).size(), 2u);
}

TEST(MessageBuilder, rolls_a_set_back_whole) {
  const RRsetPtr set = addresses("www.example.com", 10);
  Bench bench(33 + 10 * 16 - 1);
  EXPECT_FALSE(bench.builder.add_rrset(Section::answer, *set, {}));
  EXPECT_EQ(bench.builder.size(), 33u);
  // A smaller one may still follow.
  EXPECT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.example.com", 9), {}));
  bench.builder.set_truncated();
  const Bytes message = bench.builder.finish();
  EXPECT_EQ(records_of(message).size(), 9u);
  EXPECT_TRUE(MessageView::parse(message)->header().tc);
  Bench exact(33 + 10 * 16);
  EXPECT_TRUE(exact.builder.add_rrset(Section::answer, *set, {}));
}

TEST(MessageBuilder, signatures_that_do_not_fit_take_the_records_with_them) {
  const RRsetPtr set = addresses("www.example.com", 1, 1);
  Bench bench(33 + 16 + 12 + 95 - 1);
  EXPECT_FALSE(bench.builder.add_rrset(Section::answer, *set, {.with_signatures = true}));
  EXPECT_EQ(bench.builder.size(), 33u);
  EXPECT_TRUE(bench.builder.add_rrset(Section::answer, *set, {}));
}

TEST(MessageBuilder, never_points_at_what_was_rolled_back) {
  Bench bench(200);
  // The set does not fit, but its names have been written.
  const Octets target = name_octets("very.long.target.name.example.org");
  RRsetBuilder many(name_of("other.example.net"), RrType::ns);
  many.add(target, 1);
  many.add(name_octets("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.example.edu"), 1);
  many.add(Octets(name_octets("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example.info")),
           1);
  EXPECT_FALSE(bench.builder.add_rrset(Section::answer, *many.build(), {}));
  // Other octets stand there now.
  ASSERT_TRUE(bench.builder.add_record(Section::answer, Name(), RrType::null, 1, Octets(60, 1)));
  ASSERT_TRUE(bench.builder.add_record(Section::answer, name_of("name.example.org"), RrType::a, 1,
                                       address));
  const auto records = records_of(bench.builder.finish());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_TRUE(records[1].owner.is_identical(name_of("name.example.org")));
}

TEST(MessageBuilder, compresses_names_in_rdata_of_the_first_types_only) {
  const Octets mail = name_octets("mail.example.com");
  Bench bench;
  auto& builder = bench.builder;
  ASSERT_TRUE(builder.add_rrset(
      Section::answer, *one_record("www.example.com", RrType::mx, Octets{0, 10} + mail), {}));
  ASSERT_TRUE(builder.add_rrset(Section::answer,
                                *one_record("www.example.com", RrType::srv, Octets(6) + mail), {}));
  ASSERT_TRUE(
      builder.add_rrset(Section::answer, *one_record("www.example.com", RrType::dname, mail), {}));
  ASSERT_TRUE(
      builder.add_rrset(Section::answer, *one_record("www.example.com", RrType{65280}, mail), {}));
  ASSERT_TRUE(builder.add_rrset(
      Section::authority,
      *one_record("example.com", RrType::soa, mail + name_octets("www.example.com") + Octets(20)),
      {}));
  const Bytes message = builder.finish();
  const auto records = records_of(message);
  ASSERT_EQ(records.size(), 5u);
  EXPECT_EQ(records[0].rdata.size(), 2u + 5 + 2);
  EXPECT_EQ(unpacked(message, records[0]), (Octets{0, 10} + mail));
  EXPECT_EQ(records[1].rdata.size(), 6 + mail.size());
  EXPECT_EQ(records[2].rdata.size(), mail.size());
  EXPECT_EQ(records[3].rdata.size(), mail.size());
  EXPECT_EQ(records[4].rdata.size(), 2u + 2 + 20);
  EXPECT_EQ(unpacked(message, records[4]), mail + name_octets("www.example.com") + Octets(20));
}

TEST(MessageBuilder, never_changes_the_case_of_a_name) {
  Bench bench(512, "WWW.example.COM");
  ASSERT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.Example.COM", 1), {}));
  ASSERT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.example.COM", 1), {}));
  const auto records = records_of(bench.builder.finish());
  EXPECT_TRUE(records[0].owner.is_identical(name_of("www.Example.COM")));
  EXPECT_TRUE(records[1].owner.is_identical(name_of("www.example.COM")));
  EXPECT_TRUE(records[1].owner.is_compressed());
}

TEST(MessageBuilder, keeps_room_for_the_opt_record) {
  EdnsToWrite edns;
  edns.cookie.emplace();
  for (std::size_t limit = 33; limit < 33 + 12 + 11 + 2 * 16 + 5; ++limit) {
    Bench bench(limit);
    bench.builder.reserve_edns(edns);
    const bool fits =
        bench.builder.add_rrset(Section::answer, *addresses("www.example.com", 2), {});
    EXPECT_EQ(fits, limit >= 33 + 12 + 11 + 2 * 16);
    const Bytes message = bench.builder.finish();
    EXPECT_LE(message.size(), limit);
    const auto found = find_edns(MessageView::parse(message).value());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->has_value(), limit >= 33 + 11);
    if (limit >= 33 + 11 + 12) {
      EXPECT_TRUE((*found)->cookie);
    }
  }
}

TEST(MessageBuilder, extended_errors_take_only_what_the_records_leave) {
  const std::string text(400, 'x');
  const ExtendedErrorView errors[] = {{EdeCode::stale_answer, text}};
  EdnsToWrite edns;
  edns.errors = errors;
  Bench bench(512);
  bench.builder.reserve_edns(edns);
  EXPECT_TRUE(bench.builder.add_rrset(Section::answer, *addresses("www.example.com", 20), {}));
  const Bytes message = bench.builder.finish();
  const auto found = find_edns(MessageView::parse(message).value());
  ASSERT_EQ((*found)->error_count, 1);
  EXPECT_EQ((*found)->errors[0].text, "");
}

TEST(MessageBuilder, upper_bits_of_the_rcode_go_to_the_opt_record) {
  Bench with;
  with.builder.reserve_edns({});
  with.builder.set_rcode(Rcode::badcookie);
  const Bytes message = with.builder.finish();
  EXPECT_EQ(MessageView::parse(message)->header().rcode, 7);
  const auto found = find_edns(MessageView::parse(message).value());
  EXPECT_EQ((*found)->extended_rcode, 1);
  Bench without;
  without.builder.set_rcode(Rcode::badcookie);
  EXPECT_EQ(MessageView::parse(without.builder.finish())->header().rcode, 2);
  Bench plain;
  plain.builder.set_rcode(Rcode::nxdomain);
  EXPECT_EQ(MessageView::parse(plain.builder.finish())->header().rcode, 3);
}

// Whatever the size: what is written is a complete message, never longer than allowed, and nothing
// outside the limit is touched.
TEST(MessageBuilder, holds_every_limit_from_a_header_to_the_whole_message) {
  const std::vector<RRsetPtr> sets = {
      addresses("www.example.com", 3, 1),
      one_record("example.com", RrType::ns, name_octets("ns1.example.com")),
      one_record("example.com", RrType::mx, Octets{0, 5} + name_octets("mx.example.net")),
      addresses("ns1.example.com", 2), addresses("mx.example.net", 1)};
  const Octets identifier = {'i', 'd'};
  const ExtendedErrorView errors[] = {
      {EdeCode::stale_answer, "the servers of the zone are silent"}};
  EdnsToWrite edns;
  edns.cookie.emplace();
  edns.cookie->server_size = 16;
  edns.nsid = identifier;
  edns.errors = errors;
  std::size_t most = 0;
  for (std::size_t limit = 0; limit < 700; ++limit) {
    for (const unsigned block : {0u, 128u}) {
      edns.padding_block_octets = static_cast<std::uint16_t>(block);
      Octets buffer(limit + 64, 0xee);
      NameCompressor compressor;
      MessageBuilder builder(buffer, limit, compressor);
      builder.header({});
      builder.question(name_of("www.example.com"), RrType::a, RrClass::in);
      builder.reserve_edns(edns);
      bool whole = true;
      for (const RRsetPtr& set : sets)
        whole &= builder.add_rrset(Section::answer, *set, {.with_signatures = true});
      if (!whole) builder.set_truncated();
      const Bytes message = builder.finish();
      ASSERT_LE(message.size(), limit);
      for (std::size_t i = limit; i < buffer.size(); ++i) ASSERT_EQ(buffer[i], 0xee);
      if (limit < header_octets) continue;
      ASSERT_FALSE(first_error(message)) << limit;
      ASSERT_TRUE(find_edns(MessageView::parse(message).value())) << limit;
      most = std::max(most, message.size());
    }
  }
  EXPECT_LT(most, 700u);
}

TEST(MessageBuilder, never_writes_over_65535_octets) {
  Octets buffer(200000, 0xee);
  NameCompressor compressor;
  MessageBuilder builder(buffer, buffer.size(), compressor);
  builder.header({});
  builder.reserve_edns({});
  unsigned added = 0;
  while (builder.add_record(Section::answer, Name(), RrType::null, 1, Octets(1000))) ++added;
  EXPECT_EQ(added, (65535u - 12 - 11) / 1011);
  const Bytes message = builder.finish();
  EXPECT_LE(message.size(), 65535u);
  EXPECT_FALSE(first_error(message));
}

TEST(MessageBuilder, survives_rdata_that_is_not_valid) {
  Bench bench;
  for (const Octets& rdata :
       {Octets{}, Octets{63, 'a'}, Octets{0xc0, 0x0c}, Octets(1000, 1), test::short_labels(200)}) {
    for (const RrType type : {RrType::ns, RrType::soa, RrType::mx, RrType::naptr})
      EXPECT_TRUE(bench.builder.add_record(Section::answer, Name(), type, 1, rdata));
  }
  EXPECT_EQ(records_of(bench.builder.finish()).size(), 20u);
}

}  // namespace
}  // namespace godwit::wire
