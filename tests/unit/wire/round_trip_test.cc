// What is built reads back as it was: random sets, with sizes from a few octets to 64 KiB.
#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

using test::Random;

struct Added {
  Section section;
  RRsetPtr set;
  std::uint32_t ttl;
  std::uint32_t rotate_by;
  bool with_signatures;
};

// Few labels in two cases, so that suffixes are shared and cases differ.
Name random_name(Random& random) {
  static const std::vector<std::string> labels = {"com", "Com",  "net", "example", "eXample", "www",
                                                  "a",   "mail", "ns1", "ns2",     "b",       "x"};
  Name name;
  for (unsigned i = random.below(6); i != 0; --i) {
    const auto longer =
        name.with_label(bytes_of(labels[random.below(static_cast<unsigned>(labels.size()))]));
    if (longer) name = *longer;
  }
  if (random.below(20) == 0)
    if (const auto longer = name.with_label(Octets(1 + random.below(63), random.octet())))
      name = *longer;
  return name;
}

void append(Octets& out, const Name& name) {
  out.insert(out.end(), name.wire().begin(), name.wire().end());
}

void append_random(Octets& out, Random& random, unsigned count) {
  for (; count != 0; --count) out.push_back(random.octet());
}

Octets random_rdata(Random& random, RrType type) {
  Octets out;
  switch (type) {
    case RrType::a:
      append_random(out, random, 4);
      break;
    case RrType::aaaa:
      append_random(out, random, 16);
      break;
    case RrType::mx:
      append_random(out, random, 2);
      append(out, random_name(random));
      break;
    case RrType::srv:
      append_random(out, random, 6);
      append(out, random_name(random));
      break;
    case RrType::soa:
      append(out, random_name(random));
      append(out, random_name(random));
      append_random(out, random, 20);
      break;
    case RrType::txt: {
      const unsigned size = random.below(255);
      out.push_back(static_cast<std::uint8_t>(size));
      append_random(out, random, size);
      break;
    }
    case RrType::ns:
    case RrType::cname:
    case RrType::ptr:
      append(out, random_name(random));
      break;
    default:
      append_random(out, random, random.below(300));
  }
  return out;
}

RRsetPtr random_set(Random& random) {
  static const std::vector<RrType> types = {RrType::a,   RrType::aaaa, RrType::ns,    RrType::mx,
                                            RrType::txt, RrType::soa,  RrType::cname, RrType::ptr,
                                            RrType::srv, RrType{65280}};
  const RrType type = types[random.below(static_cast<unsigned>(types.size()))];
  RRsetBuilder builder(random_name(random), type);
  for (unsigned i = 1 + random.below(random.below(8) == 0 ? 60 : 5); i != 0; --i)
    builder.add(random_rdata(random, type), 1 + random.below(100000));
  for (unsigned i = random.below(3); i != 0; --i) {
    Octets signature;
    append_random(signature, random, 18);
    append(signature, random_name(random));
    append_random(signature, random, 64);
    builder.add_signature(signature, 1 + random.below(100000));
  }
  return builder.build();
}

void expect_record(Bytes message, const RecordView* record, const Added& added, RrType type,
                   Bytes rdata) {
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->owner.is_identical(added.set->owner()));
  EXPECT_EQ(record->section, added.section);
  EXPECT_EQ(record->type, type);
  EXPECT_EQ(record->ttl, added.ttl);
  static Octets out(65535);
  const auto size =
      unpack_rdata(message, record->rdata_offset, record->rdata.size(), record->type, out);
  ASSERT_TRUE(size);
  EXPECT_TRUE(std::ranges::equal(Bytes(out).first(*size), rdata));
}

void expect_same(Bytes message, const std::vector<Added>& all) {
  const auto view = MessageView::parse(message);
  ASSERT_TRUE(view);
  RecordReader records = view->records();
  for (const Added& added : all) {
    std::vector<Bytes> wanted(added.set->records().begin(), added.set->records().end());
    std::rotate(wanted.begin(),
                wanted.begin() + static_cast<std::ptrdiff_t>(added.rotate_by % wanted.size()),
                wanted.end());
    for (const Bytes rdata : wanted)
      expect_record(message, records.next(), added, added.set->type(), rdata);
    if (!added.with_signatures) continue;
    for (const Bytes rdata : added.set->signatures())
      expect_record(message, records.next(), added, RrType::rrsig, rdata);
  }
  const auto opt = records.next();
  ASSERT_TRUE(opt);
  EXPECT_EQ(opt->type, RrType::opt);
  EXPECT_FALSE(records.next());
  EXPECT_FALSE(records.error());
}

void round_trip(std::uint64_t seed) {
  Random random(seed);
  const std::size_t limit = random.below(3) == 0 ? 65535 : 23 + random.below(4000);
  Octets buffer(limit + 16, 0xee);
  static NameCompressor compressor;
  MessageBuilder builder(buffer, limit, compressor);
  builder.header({});
  const Name qname = random_name(random);
  const bool asked = builder.question(qname, RrType::a, RrClass::in);
  const bool has_opt = limit - builder.size() >= 11;
  builder.reserve_edns({});
  std::vector<Added> all;
  unsigned section = 0;
  for (unsigned i = random.below(40); i != 0; --i) {
    section += random.below(10) == 0 && section < 2 ? 1 : 0;
    const Added added{static_cast<Section>(section), random_set(random), random.below(1000000),
                      random.below(1000), random.below(2) == 0};
    const bool fits = builder.add_rrset(added.section, *added.set,
                                        {added.ttl, added.with_signatures, added.rotate_by});
    if (fits) all.push_back(added);
  }
  const Bytes message = builder.finish();
  ASSERT_LE(message.size(), limit);
  for (std::size_t i = limit; i < buffer.size(); ++i) ASSERT_EQ(buffer[i], 0xee);
  const auto view = MessageView::parse(message);
  ASSERT_TRUE(view);
  ASSERT_EQ(view->question().has_value(), asked);
  if (asked) {
    ASSERT_TRUE(view->question()->name.is_identical(qname));
  }
  if (has_opt) expect_same(message, all);
}

TEST(RoundTrip, random_messages_read_back_as_they_were_built) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(round_trip(seed));
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace godwit::wire
