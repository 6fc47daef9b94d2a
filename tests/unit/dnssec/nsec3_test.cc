#include "dnssec/nsec3.h"

#include "tests/unit/dnssec/denial_support.h"

namespace godwit::dnssec {
namespace {

using testing::name;
using testing::set;

constexpr std::uint8_t salt[] = {0xaa, 0xbb, 0xcc, 0xdd};
constexpr std::string_view low = "00000000000000000000000000000000";
constexpr std::string_view high = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

std::string record(std::string_view owner, std::string_view numbers, std::string_view next) {
  std::string line(owner);
  line += ".example. NSEC3 ";
  line += numbers;
  line += ' ';
  line += next;
  return line + " A RRSIG";
}

Nsec3Hash filled(int octet) {
  Nsec3Hash hash;
  hash.fill(static_cast<std::uint8_t>(octet));
  return hash;
}

TEST(Nsec3, hashes_as_in_appendix_a_of_rfc_5155) {
  const ValidationLimits limits{.nsec3_hash_blocks = 1000};
  ValidationBudget budget(limits);
  for (const auto& [text, label] : testing::rfc5155_hashes()) {
    const auto hash = nsec3_hash(name(text), {.iterations = 12, .salt = salt}, budget);
    const auto view = read_nsec3(*set(record(label, "1 0 12 aabbccdd", low)));
    ASSERT_TRUE(hash && view);
    EXPECT_EQ(*hash, view->owner) << text;
  }
}

TEST(Nsec3, hashes_names_in_lower_case) {
  const ValidationLimits limits;
  ValidationBudget budget(limits);
  const auto lower = nsec3_hash(name("a.example."), {.iterations = 1, .salt = salt}, budget);
  EXPECT_EQ(lower, nsec3_hash(name("A.eXample."), {.iterations = 1, .salt = salt}, budget));
}

TEST(Nsec3, D02_the_price_of_a_hash_is_its_blocks_times_its_iterations) {
  const std::vector<std::uint8_t> long_salt(255);
  EXPECT_EQ((Nsec3Parameters{0, {}}.blocks(55)), 1u);
  EXPECT_EQ((Nsec3Parameters{0, {}}.blocks(56)), 2u);
  EXPECT_EQ((Nsec3Parameters{0, salt}.blocks(51)), 1u);
  EXPECT_EQ((Nsec3Parameters{0, salt}.blocks(52)), 2u);
  EXPECT_EQ((Nsec3Parameters{10, salt}.blocks(51)), 11u);
  EXPECT_EQ((Nsec3Parameters{0, long_salt}.blocks(255)), 9u);
  EXPECT_EQ((Nsec3Parameters{65535, long_salt}.blocks(255)), 9u + 65535u * 5u);
}

TEST(Nsec3, D02_hashing_stops_where_the_budget_ends) {
  const ValidationLimits limits{.nsec3_hash_blocks = 22};
  ValidationBudget budget(limits);
  const Nsec3Parameters parameters{.iterations = 10, .salt = salt};
  EXPECT_TRUE(nsec3_hash(name("a.example."), parameters, budget));
  EXPECT_TRUE(nsec3_hash(name("a.example."), parameters, budget));
  EXPECT_EQ(budget.hash_blocks_spent(), 22u);
  EXPECT_FALSE(budget.is_exhausted());
  EXPECT_FALSE(nsec3_hash(name("a.example."), parameters, budget));
  EXPECT_TRUE(budget.is_exhausted());
  EXPECT_EQ(budget.hash_blocks_spent(), 22u);
}

TEST(Nsec3, reads_every_field) {
  const auto read_from = set(record(low, "1 1 12 AABBCCDD", high));
  const auto view = read_nsec3(*read_from);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->owner, filled(0));
  EXPECT_EQ(view->next, filled(0xff));
  EXPECT_EQ(view->zone, name("example."));
  EXPECT_TRUE(view->opt_out);
  EXPECT_EQ(view->parameters, (Nsec3Parameters{12, salt}));
  EXPECT_TRUE(view->types.has(wire::RrType::a));
  EXPECT_FALSE(read_nsec3(*set(record(low, "1 0 0 -", high)))->opt_out);
}

TEST(Nsec3, unknown_algorithms_and_flags_are_ignored) {
  EXPECT_FALSE(read_nsec3(*set(record(low, "2 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(low, "0 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(low, "1 2 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(low, "1 3 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(low, "1 128 0 -", high))));
}

TEST(Nsec3, an_owner_or_next_that_is_no_hash_of_20_octets_is_nothing) {
  EXPECT_FALSE(read_nsec3(*set(record(low.substr(1), "1 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(std::string(low) + "0", "1 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record("w" + std::string(low.substr(1)), "1 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record("a", "1 0 0 -", high))));
  EXPECT_FALSE(read_nsec3(*set(record(low, "1 0 0 -", high.substr(8)))));
  EXPECT_FALSE(read_nsec3(*set(". NSEC3 1 0 0 - " + std::string(high))));
}

TEST(Nsec3, a_set_of_two_records_or_from_a_wildcard_is_nothing) {
  wire::RRsetBuilder builder(name(std::string(low) + ".example."), wire::RrType::nsec3);
  builder.add(set(record(low, "1 0 0 -", high))->records().front(), 60);
  EXPECT_TRUE(read_nsec3(*builder.build()));
  builder.add(set(record(low, "1 0 1 -", high))->records().front(), 60);
  EXPECT_FALSE(read_nsec3(*builder.build()));
  EXPECT_FALSE(read_nsec3(*testing::signed_set(record(low, "1 0 0 -", high), 1, "example.")));
}

TEST(Nsec3, covers_what_is_between_and_over_the_end) {
  Nsec3View view;
  view.owner = filled(4);
  view.next = filled(8);
  EXPECT_TRUE(view.covers(filled(5)));
  for (const int octet : {0, 4, 8, 9}) EXPECT_FALSE(view.covers(filled(octet)));
  std::swap(view.owner, view.next);
  for (const int octet : {0, 3, 9, 255}) EXPECT_TRUE(view.covers(filled(octet)));
  for (const int octet : {4, 5, 8}) EXPECT_FALSE(view.covers(filled(octet)));
  view.next = view.owner;
  EXPECT_TRUE(view.covers(filled(4)));
  EXPECT_FALSE(view.covers(filled(8)));
  EXPECT_TRUE(view.matches(filled(8)));
}

}  // namespace
}  // namespace godwit::dnssec
