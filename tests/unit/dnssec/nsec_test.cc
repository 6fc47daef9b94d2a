#include "dnssec/nsec.h"

#include "tests/unit/dnssec/denial_support.h"

namespace godwit::dnssec {
namespace {

using testing::name;
using testing::set;
using wire::RrType;

bool covers(std::string_view owner, std::string_view next, std::string_view asked,
            std::string_view apex = "example.") {
  const NsecView view{name(owner), name(next), TypeBitmap()};
  return view.covers(name(asked), name(apex));
}

TEST(TypeBitmap, has_the_types_of_every_window_and_no_others) {
  const auto read_from = set("a.example. NSEC b.example. A MX RRSIG NSEC CAA TYPE1234");
  const auto view = read_nsec(*read_from);
  ASSERT_TRUE(view);
  for (const RrType type : {RrType::a, RrType::mx, RrType::rrsig, RrType::nsec, RrType::caa})
    EXPECT_TRUE(view->types.has(type));
  EXPECT_TRUE(view->types.has(RrType{1234}));
  for (const RrType type : {RrType::none, RrType::ns, RrType::aaaa, RrType::ds, RrType::uri})
    EXPECT_FALSE(view->types.has(type));
  EXPECT_FALSE(view->types.has(RrType{1235}));
  EXPECT_FALSE(view->types.has(RrType{0x8001}));
  EXPECT_FALSE(TypeBitmap().has(RrType::a));
}

TEST(TypeBitmap, reads_nothing_beyond_windows_that_are_cut_off) {
  const std::vector<std::uint8_t> cut{0, 4, 0x40};
  EXPECT_FALSE(TypeBitmap(cut).has(RrType::a));
  EXPECT_FALSE(TypeBitmap(wire::Bytes(cut).first(1)).has(RrType::a));
}

TEST(TypeBitmap, denies_what_its_side_of_a_cut_may_speak_of) {
  std::vector<wire::RRsetPtr> sets;  // what is read points into them
  const auto types = [&sets](std::string_view text) {
    sets.push_back(set("a.example. NSEC b.example. " + std::string(text)));
    return *read_nsec(*sets.back());
  };
  EXPECT_TRUE(types("A NSEC RRSIG").types.denies(RrType::mx, false));
  EXPECT_FALSE(types("A NSEC RRSIG").types.denies(RrType::a, false));
  EXPECT_FALSE(types("CNAME NSEC RRSIG").types.denies(RrType::mx, false));
  EXPECT_FALSE(types("CNAME NSEC RRSIG").types.denies(RrType::ds, false));
  EXPECT_FALSE(types("NS NSEC RRSIG").types.denies(RrType::mx, false));
  EXPECT_TRUE(types("NS NSEC RRSIG").types.denies(RrType::ds, false));
  EXPECT_TRUE(types("NS SOA NSEC RRSIG").types.denies(RrType::mx, false));
  EXPECT_FALSE(types("NS SOA NSEC RRSIG").types.denies(RrType::ds, false));
  EXPECT_TRUE(types("NS SOA NSEC RRSIG").types.denies(RrType::ds, true));
}

TEST(Nsec, covers_what_is_between_owner_and_next_in_canonical_order) {
  EXPECT_TRUE(covers("b.example.", "ns1.example.", "ml.example."));
  EXPECT_TRUE(covers("B.EXAMPLE.", "ns1.example.", "ML.example."));
  EXPECT_TRUE(covers("b.example.", "ns1.example.", "a.b.example."));
  EXPECT_FALSE(covers("b.example.", "ns1.example.", "b.example."));
  EXPECT_FALSE(covers("b.example.", "ns1.example.", "ns1.example."));
  EXPECT_FALSE(covers("b.example.", "ns1.example.", "a.example."));
  EXPECT_FALSE(covers("b.example.", "ns1.example.", "z.example."));
}

TEST(Nsec, the_last_of_a_zone_covers_the_rest_of_it) {
  EXPECT_TRUE(covers("xx.example.", "example.", "zz.example."));
  EXPECT_TRUE(covers("xx.example.", "example.", "a.xx.example."));
  EXPECT_FALSE(covers("xx.example.", "example.", "aa.example."));
  EXPECT_FALSE(covers("xx.example.", "example.", "example."));
  EXPECT_TRUE(covers("example.", "example.", "a.example."));
  EXPECT_FALSE(covers("example.", "example.", "example."));
}

TEST(Nsec, E02_an_owner_or_next_name_outside_the_zone_covers_nothing) {
  EXPECT_FALSE(covers("b.example.", "ns1.test.", "ml.example."));
  EXPECT_FALSE(covers("b.example.", ".", "ml.example."));
  EXPECT_FALSE(covers("b.dummy.", "z.example.", "ml.example."));
  EXPECT_FALSE(covers("b.example.", "test.", "examplf."));
  EXPECT_FALSE(covers("b.sub.example.", "sub.example.", "z.example.", "sub.example."));
  // Backward, and not to the apex.
  EXPECT_FALSE(covers("x.example.", "c.example.", "z.example."));
  EXPECT_FALSE(covers("x.example.", "c.example.", "a.example."));
  EXPECT_FALSE(covers("x.example.", "x.example.", "z.example."));
}

TEST(Nsec, a_set_of_two_records_is_nothing) {
  wire::RRsetBuilder builder(name("a.example."), RrType::nsec);
  builder.add(set("a.example. NSEC b.example. A")->records().front(), 60);
  EXPECT_TRUE(read_nsec(*builder.build()));
  builder.add(set("a.example. NSEC c.example. A")->records().front(), 60);
  EXPECT_FALSE(read_nsec(*builder.build()));
  EXPECT_FALSE(read_nsec(*set("a.example. A 192.0.2.1")));
}

TEST(Nsec, E05_a_record_made_from_a_wildcard_says_nothing_of_its_owner) {
  using testing::signed_set;
  EXPECT_TRUE(read_nsec(*signed_set("a.example. NSEC b.example. A", 2, "example.")));
  EXPECT_FALSE(read_nsec(*signed_set("a.example. NSEC b.example. A", 1, "example.")));
  EXPECT_TRUE(read_nsec(*signed_set("*.example. NSEC b.example. A", 1, "example.")));
  EXPECT_FALSE(read_nsec(*signed_set("*.a.example. NSEC b.example. A", 1, "example.")));
}

}  // namespace
}  // namespace godwit::dnssec
