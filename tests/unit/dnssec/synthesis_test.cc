#include "dnssec/synthesis.h"

#include "cache/ttl.h"
#include "tests/unit/dnssec/denial_support.h"

namespace godwit::dnssec {
namespace {

using cache::Time;
using testing::name;
using testing::rfc4035;
using testing::set;
using wire::RRsetPtr;
using wire::RrType;

Time at(int seconds) {
  return Time(cache::Seconds(seconds));
}

enum class Answer { none, name_error, no_data };

struct SynthesisTest : ::testing::Test {
  cache::ProvenDenials table{cache::KeyedHash({}), {}};
  ValidationLimits limits;
  ValidationBudget budget{limits};

  void store(const RRsetPtr& one, std::string_view zone = "example.", int expires = 60) {
    remember_denial(table, name(zone), {one, at(expires)}, at(0));
  }
  void store_soa(std::string_view zone = "example.", int expires = 60, int minimum = 300) {
    store(set(std::string(zone) + " SOA m. r. 1 2 3 4 " + std::to_string(minimum)), zone, expires);
  }
  void store_rfc4035() {
    store_soa();
    for (const RRsetPtr& one : rfc4035().all()) store(one);
  }
  void store_nsec3(const std::vector<std::pair<std::string_view, std::string_view>>& names,
                   unsigned iterations = 0, unsigned flags = 0) {
    store_soa();
    for (const RRsetPtr& one : testing::chain(names, iterations, flags)) store(one);
  }
  std::optional<Synthesis> ask(std::string_view asked, RrType type, int when = 1) {
    return synthesise(table, name(asked), type, at(when), budget);
  }
  Answer answer(std::string_view asked, RrType type = RrType::a, int when = 1) {
    const auto synthesis = ask(asked, type, when);
    if (!synthesis) return Answer::none;
    return synthesis->is_name_error ? Answer::name_error : Answer::no_data;
  }
};

TEST_F(SynthesisTest, names_between_names_do_not_exist) {
  store_rfc4035();
  const auto synthesis = ask("ml.example.", RrType::a);
  ASSERT_TRUE(synthesis);
  EXPECT_TRUE(synthesis->is_name_error);
  ASSERT_EQ(synthesis->parts.size(), 3u);
  EXPECT_EQ(synthesis->parts[0].set->type(), RrType::soa);
  EXPECT_EQ(synthesis->parts[1].set->owner(), name("b.example."));
  EXPECT_EQ(synthesis->parts[2].set->owner(), name("example."));
  EXPECT_EQ(answer("a.ml.example."), Answer::name_error);
  EXPECT_EQ(answer("zz.example."), Answer::name_error);
  EXPECT_EQ(answer("ml.example.", RrType::ds), Answer::name_error);
}

TEST_F(SynthesisTest, one_set_may_prove_all) {
  store_soa();
  store(set("example. NSEC example. NS SOA RRSIG NSEC"));
  EXPECT_EQ(ask("a.example.", RrType::a)->parts.size(), 2u);
}

TEST_F(SynthesisTest, names_have_only_the_types_that_they_have) {
  store_rfc4035();
  EXPECT_EQ(answer("ns1.example.", RrType::mx), Answer::no_data);
  EXPECT_EQ(answer("ns1.example.", RrType::a), Answer::none);
  EXPECT_EQ(answer("y.w.example.", RrType::a), Answer::no_data);       // an empty non-terminal
  EXPECT_EQ(answer("a.z.w.example.", RrType::aaaa), Answer::no_data);  // by the wildcard
  EXPECT_EQ(answer("a.z.w.example.", RrType::mx), Answer::none);
  EXPECT_EQ(answer("example.", RrType::txt), Answer::no_data);
}

TEST_F(SynthesisTest, cuts_are_left_to_the_walk) {
  store_rfc4035();
  EXPECT_EQ(answer("b.example.", RrType::a), Answer::none);
  EXPECT_EQ(answer("x.b.example.", RrType::a), Answer::none);
  EXPECT_EQ(answer("x.a.example.", RrType::ds), Answer::none);
  EXPECT_EQ(answer("b.example.", RrType::ds), Answer::no_data);
  EXPECT_EQ(answer("a.example.", RrType::ds), Answer::none);
}

TEST_F(SynthesisTest, the_ds_of_a_zone_is_looked_for_in_its_parent) {
  store_rfc4035();
  EXPECT_EQ(answer("example.", RrType::ds), Answer::none);
  store_soa(".");
  store(set(". NSEC example. NS SOA"), ".");
  store(set("example. NSEC . NS DS RRSIG NSEC"), ".");
  EXPECT_EQ(answer("example.", RrType::ds), Answer::none);
  EXPECT_EQ(answer(".", RrType::ds), Answer::no_data);
  store(set("example. NSEC . NS RRSIG NSEC"), ".");
  EXPECT_EQ(answer("example.", RrType::ds), Answer::no_data);
  EXPECT_EQ(answer("test.", RrType::ds), Answer::name_error);
}

TEST_F(SynthesisTest, questions_of_meta_types_are_not_answered) {
  store_rfc4035();
  for (const RrType type : {RrType::any, RrType::axfr, RrType::none, RrType::nxname, RrType::rrsig})
    EXPECT_EQ(answer("ml.example.", type), Answer::none);
}

TEST_F(SynthesisTest, the_shortest_of_the_ttls_holds) {
  store_soa("example.", 50, 300);
  store(rfc4035().of({"b.example."}).front(), "example.", 40);
  store(rfc4035().of({"example."}).front(), "example.", 30);
  const auto synthesis = ask("ml.example.", RrType::a, 10);
  ASSERT_TRUE(synthesis);
  EXPECT_EQ(synthesis->ttl, 20u);
  EXPECT_EQ(synthesis->parts[0].ttl_left, 40u);
  EXPECT_EQ(synthesis->parts[1].ttl_left, 30u);
  EXPECT_EQ(synthesis->parts[2].ttl_left, 20u);
  EXPECT_EQ(ask("ns.example.", RrType::a, 29)->ttl, 1u);
  EXPECT_EQ(answer("ns.example.", RrType::a, 30), Answer::none);
  store_soa("example.", 50, 7);
  store(rfc4035().of({"example."}).front(), "example.", 30);
  EXPECT_EQ(ask("ml.example.", RrType::a, 10)->ttl, 7u);
}

TEST_F(SynthesisTest, without_a_fresh_soa_nothing_is_synthesised) {
  for (const RRsetPtr& one : rfc4035().all()) store(one);
  EXPECT_EQ(answer("ml.example."), Answer::none);
  store_soa("example.", 20);
  EXPECT_EQ(answer("ml.example."), Answer::name_error);
  EXPECT_EQ(answer("ml.example.", RrType::a, 20), Answer::none);
}

TEST_F(SynthesisTest, a_proof_with_a_piece_missing_is_none) {
  store_soa();
  store(rfc4035().of({"b.example."}).front());
  EXPECT_EQ(answer("ml.example."), Answer::none);
  store(rfc4035().of({"example."}).front());
  EXPECT_EQ(answer("ml.example."), Answer::name_error);
}

TEST_F(SynthesisTest, E02_sets_that_reach_beyond_the_zone_are_not_kept) {
  store(set("b.example. NSEC z.test. A RRSIG NSEC"));
  store(set("b.test. NSEC c.example. A RRSIG NSEC"));
  store(set("test. SOA m. r. 1 2 3 4 5"));
  EXPECT_EQ(table.use().entries, 0u);
  store(set("b.example. NSEC z.example. A RRSIG NSEC"));
  EXPECT_EQ(table.use().entries, 1u);
}

TEST_F(SynthesisTest, E03_hashes_of_another_zone_are_not_kept) {
  for (const RRsetPtr& one : testing::chain({{"example.", "NS SOA"}}, 0, 0, "sub.example."))
    store(one);
  EXPECT_EQ(table.use().entries, 0u);
}

TEST_F(SynthesisTest, sets_made_for_one_denial_are_not_kept) {
  store(set("ml.example. NSEC \\000.ml.example. A RRSIG NSEC"));
  store(set("ml.example. NSEC \\000.ml.example. RRSIG NSEC NXNAME"));
  const std::string zeros(31, '0');
  store(set(zeros + "0.example. NSEC3 1 0 0 - " + zeros + "1 A RRSIG"));
  store(set(zeros + "0.example. NSEC3 1 0 0 - " + zeros + "2 A RRSIG"));
  store(set(std::string(32, 'v') + ".example. NSEC3 1 0 0 - " + zeros + "0 A RRSIG"));
  EXPECT_EQ(table.use().entries, 0u);
  store(set(zeros + "0.example. NSEC3 1 0 0 - " + zeros + "3 A RRSIG"));
  store(set("ml.example. NSEC \\000.mm.example. A RRSIG NSEC"));
  EXPECT_EQ(table.use().entries, 2u);
}

TEST_F(SynthesisTest, E05_sets_made_from_a_wildcard_are_not_kept) {
  store(testing::signed_set("a.example. NSEC c.example. TXT RRSIG NSEC", 1, "example."));
  EXPECT_EQ(table.use().entries, 0u);
}

TEST_F(SynthesisTest, other_sets_are_not_kept) {
  store(set("a.example. A 192.0.2.1"));
  store(set("a.example. NSEC3PARAM 1 0 0 -"));
  EXPECT_EQ(table.use().entries, 0u);
}

TEST_F(SynthesisTest, hashed_names_do_not_exist) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}, {"x.b.example.", "A"}}, 1);
  const auto synthesis = ask("c.b.example.", RrType::a);
  ASSERT_TRUE(synthesis);
  EXPECT_TRUE(synthesis->is_name_error);
  EXPECT_EQ(synthesis->parts.front().set->type(), RrType::soa);
  EXPECT_EQ(answer("d.c.example."), Answer::name_error);
  EXPECT_EQ(answer("b.example.", RrType::mx), Answer::no_data);
  EXPECT_EQ(answer("b.example.", RrType::a), Answer::none);
  EXPECT_FALSE(budget.is_exhausted());
}

TEST_F(SynthesisTest, a_hashed_wildcard_without_the_type_is_no_data) {
  store_nsec3({{"example.", "NS SOA"}, {"*.example.", "MX"}});
  EXPECT_EQ(answer("c.b.example.", RrType::a), Answer::no_data);
  EXPECT_EQ(answer("c.b.example.", RrType::mx), Answer::none);
}

TEST_F(SynthesisTest, hashed_cuts_are_left_to_the_walk) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "NS"}});
  EXPECT_EQ(answer("c.b.example."), Answer::none);
  EXPECT_EQ(answer("b.example."), Answer::none);
  EXPECT_EQ(answer("b.example.", RrType::ds), Answer::no_data);
}

TEST_F(SynthesisTest, E08_spans_of_opt_out_are_not_kept) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}}, 0, 1);
  EXPECT_EQ(table.use().entries, 1u);  // the SOA
  EXPECT_EQ(answer("c.example."), Answer::none);
}

TEST_F(SynthesisTest, D02_hashes_of_many_iterations_are_not_kept) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}}, 11);
  EXPECT_EQ(table.use().entries, 1u);
  limits.nsec3_hash_blocks = 1000;
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}}, 10);
  EXPECT_EQ(answer("c.example."), Answer::name_error);
}

TEST_F(SynthesisTest, D02_iterations_over_the_operator_s_limit_prove_nothing) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}}, 2);
  limits.nsec3_iterations = 1;
  EXPECT_EQ(answer("c.example."), Answer::none);
  EXPECT_EQ(answer("b.example.", RrType::mx), Answer::none);
  limits.nsec3_iterations = 2;
  EXPECT_EQ(answer("c.example."), Answer::name_error);
}

TEST_F(SynthesisTest, D02_never_takes_more_than_half_of_what_the_budget_has_left) {
  store_nsec3({{"example.", "NS SOA"}, {"b.example.", "A"}}, 1);
  // One label below the apex: nine hashes of two blocks at most.
  limits.nsec3_hash_blocks = 35;
  EXPECT_EQ(answer("c.example."), Answer::none);
  EXPECT_EQ(budget.hash_blocks_spent(), 0u);
  limits.nsec3_hash_blocks = 36;
  EXPECT_EQ(answer("c.example."), Answer::name_error);
  EXPECT_LE(budget.hash_blocks_spent(), 18u);
  EXPECT_EQ(answer("d.example."), Answer::none);
  EXPECT_FALSE(budget.is_exhausted());
}

}  // namespace
}  // namespace godwit::dnssec
