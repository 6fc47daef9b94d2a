#include "tests/unit/dnssec/denial_support.h"

namespace godwit::dnssec {
namespace {

using testing::Judge;
using testing::name;
using testing::rfc4035;
using testing::set;
using testing::signed_set;
using wire::RrType;
using Cut = Denial::Cut;

TEST(DenialNsec, name_error_of_rfc_4035_b_2) {
  const Judge judge(rfc4035().of({"b.example.", "example."}));
  const ProofResult result = judge.denial.no_name(name("ml.example."));
  EXPECT_EQ(result.proof, Proof::proven);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.closest_encloser, name("example."));
  // Neither half is enough, and neither kind of absence is the other.
  EXPECT_EQ(Judge(rfc4035().of({"b.example."})).no_name("ml.example."), Proof::unproven);
  EXPECT_EQ(Judge(rfc4035().of({"example."})).no_name("ml.example."), Proof::unproven);
  EXPECT_EQ(judge.no_data("ml.example.", RrType::a), Proof::unproven);
}

TEST(DenialNsec, no_data_error_of_rfc_4035_b_3) {
  const Judge judge(rfc4035().of({"ns1.example."}));
  EXPECT_EQ(judge.no_data("ns1.example.", RrType::mx), Proof::proven);
  EXPECT_EQ(judge.no_data("NS1.example.", RrType::ds), Proof::proven);
  EXPECT_EQ(judge.no_data("ns1.example.", RrType::a), Proof::unproven);
  EXPECT_EQ(judge.no_name("ns1.example."), Proof::unproven);
}

TEST(DenialNsec, referral_to_an_unsigned_zone_of_rfc_4035_b_5) {
  const Judge judge(rfc4035().of({"b.example."}));
  EXPECT_EQ(judge.cut_at("b.example."), Cut::insecure_delegation);
  EXPECT_EQ(judge.no_data("b.example.", RrType::ds), Proof::proven);
}

TEST(DenialNsec, wildcard_expansion_of_rfc_4035_b_6) {
  const Judge judge(rfc4035().of({"x.y.w.example."}));
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 2), Proof::proven);
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 1), Proof::unproven);
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 3), Proof::unproven);
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 4), Proof::unproven);
  // y.w.example. exists, so that *.w.example. makes nothing below it.
  EXPECT_EQ(judge.no_closer_match("z.y.w.example.", 2), Proof::unproven);
  const Judge other(rfc4035().of({"xx.example."}));
  EXPECT_EQ(other.no_closer_match("a.z.w.example.", 2), Proof::unproven);
}

TEST(DenialNsec, a_wildcard_above_the_zone_matches_nothing) {
  const Judge judge(rfc4035().of({"xx.example."}));
  EXPECT_EQ(judge.no_closer_match("z.example.", 1), Proof::proven);
  EXPECT_EQ(judge.no_closer_match("z.example.", 0), Proof::unproven);
  EXPECT_EQ(judge.no_closer_match("z.test.", 1), Proof::unproven);
}

TEST(DenialNsec, an_empty_non_terminal_is_no_place_for_a_wildcard) {
  const Judge judge(rfc4035().of({"x.w.example."}));
  EXPECT_EQ(judge.no_closer_match("y.w.example.", 2), Proof::unproven);
}

TEST(DenialNsec, wildcard_no_data_of_rfc_4035_b_7) {
  const Judge judge(rfc4035().of({"x.y.w.example.", "*.w.example."}));
  const ProofResult result = judge.denial.no_data(name("a.z.w.example."), RrType::aaaa);
  EXPECT_EQ(result.proof, Proof::proven);
  EXPECT_EQ(result.closest_encloser, name("w.example."));
  EXPECT_EQ(judge.no_data("a.z.w.example.", RrType::mx), Proof::unproven);
  EXPECT_EQ(judge.no_name("a.z.w.example."), Proof::unproven);
  EXPECT_EQ(Judge(rfc4035().of({"*.w.example."})).no_data("a.z.w.example.", RrType::aaaa),
            Proof::unproven);
  EXPECT_EQ(Judge(rfc4035().of({"x.y.w.example."})).no_data("a.z.w.example.", RrType::aaaa),
            Proof::unproven);
}

TEST(DenialNsec, the_wildcard_of_a_name_that_is_no_ancestor_s_child_is_not_its) {
  // The closest encloser of b.y.w.example. is y.w.example., not w.example.
  const Judge judge(rfc4035().of({"x.w.example.", "*.w.example."}));
  EXPECT_EQ(judge.no_data("b.y.w.example.", RrType::aaaa), Proof::unproven);
}

TEST(DenialNsec, ds_at_the_apex_of_rfc_4035_b_8_is_the_parent_s_to_deny) {
  const Judge judge(rfc4035().of({"example."}));
  EXPECT_EQ(judge.no_data("example.", RrType::ds), Proof::unproven);
  EXPECT_EQ(judge.no_data("example.", RrType::txt), Proof::proven);
  EXPECT_EQ(judge.cut_at("example."), Cut::unproven);
  const Judge root({set(". NSEC aaa. NS SOA RRSIG NSEC DNSKEY")}, ".");
  EXPECT_EQ(root.no_data(".", RrType::ds), Proof::proven);
  // Also when the record looks like one of the parent's.
  const Judge disguised({set("example. NSEC a.example. NS RRSIG NSEC")});
  EXPECT_EQ(disguised.no_data("example.", RrType::ds), Proof::unproven);
  EXPECT_EQ(disguised.cut_at("example."), Cut::unproven);
  // The child's record among the parent's: its SOA tells.
  const Judge child({set("a.example. NSEC a.example. NS SOA RRSIG NSEC DNSKEY")});
  EXPECT_EQ(child.no_data("a.example.", RrType::ds), Proof::unproven);
  EXPECT_EQ(child.cut_at("a.example."), Cut::unproven);
}

TEST(DenialNsec, an_empty_non_terminal_has_no_data_but_exists) {
  const Judge judge(rfc4035().of({"x.w.example.", "*.w.example.", "example."}));
  EXPECT_EQ(judge.no_data("y.w.example.", RrType::a), Proof::proven);
  EXPECT_EQ(judge.no_data("y.w.example.", RrType::ds), Proof::proven);
  EXPECT_EQ(judge.no_name("y.w.example."), Proof::unproven);
  EXPECT_EQ(judge.cut_at("y.w.example."), Cut::no_cut);
  const Judge above(rfc4035().of({"ns2.example.", "example."}));
  EXPECT_EQ(above.no_data("w.example.", RrType::a), Proof::proven);
  EXPECT_EQ(above.no_name("w.example."), Proof::unproven);
}

TEST(DenialNsec, a_wildcard_that_is_an_empty_non_terminal_exists) {
  const Judge judge(
      {set("example. NSEC x.*.example. NS SOA"), set("x.*.example. NSEC example. A")});
  EXPECT_EQ(judge.no_name("b.example."), Proof::unproven);
}

TEST(DenialNsec, the_record_of_a_cut_denies_only_its_ds) {
  const Judge judge(rfc4035().of({"b.example.", "example."}));
  EXPECT_EQ(judge.no_data("b.example.", RrType::a), Proof::unproven);
  EXPECT_EQ(judge.no_name("x.b.example."), Proof::unproven);
  EXPECT_EQ(judge.no_name("x.y.b.example."), Proof::unproven);
  EXPECT_EQ(judge.cut_at("x.b.example."), Cut::unproven);
  EXPECT_EQ(judge.no_closer_match("x.b.example.", 2), Proof::unproven);
  EXPECT_EQ(judge.no_data("x.b.example.", RrType::a), Proof::unproven);
}

TEST(DenialNsec, the_record_of_a_dname_denies_nothing_below_it) {
  const Judge judge(
      {set("d.example. NSEC e.example. DNAME RRSIG NSEC"), set("example. NSEC d.example. NS SOA")});
  EXPECT_EQ(judge.no_name("x.d.example."), Proof::unproven);
  EXPECT_EQ(judge.no_data("d.example.", RrType::a), Proof::proven);
  EXPECT_EQ(judge.no_name("dd.example."), Proof::proven);
}

TEST(DenialNsec, an_alias_has_data_of_every_type) {
  const Judge judge({set("c.example. NSEC d.example. CNAME RRSIG NSEC")});
  EXPECT_EQ(judge.no_data("c.example.", RrType::a), Proof::unproven);
  EXPECT_EQ(judge.no_data("c.example.", RrType::cname), Proof::unproven);
  const Judge wildcard({set("*.example. NSEC e.example. CNAME RRSIG NSEC")});
  EXPECT_EQ(wildcard.no_data("c.example.", RrType::a), Proof::unproven);
}

TEST(DenialNsec, cuts_are_told_by_ns_and_ds) {
  const Judge judge(rfc4035().of({"a.example.", "ai.example.", "b.example.", "ns1.example."}));
  Failure failure;
  EXPECT_EQ(judge.denial.cut_at(name("a.example."), failure), Cut::unproven);
  EXPECT_EQ(failure.fault, Fault::nsec_wrong);
  EXPECT_EQ(failure.zone, name("example."));
  EXPECT_EQ(judge.denial.cut_at(name("b.example."), failure), Cut::insecure_delegation);
  EXPECT_FALSE(failure);
  EXPECT_EQ(judge.cut_at("ai.example."), Cut::no_cut);
  EXPECT_EQ(judge.cut_at("aj.example."), Cut::no_cut);
  EXPECT_EQ(judge.cut_at("z.example."), Cut::unproven);
  EXPECT_EQ(judge.cut_at("b.test."), Cut::unproven);
}

TEST(DenialNsec, without_records_the_proof_is_missing) {
  const Judge judge({});
  const ProofResult result = judge.denial.no_data(name("a.example."), RrType::mx);
  EXPECT_EQ(result.proof, Proof::unproven);
  EXPECT_EQ(result.failure.fault, Fault::nsec_missing);
  EXPECT_EQ(result.failure.owner, name("a.example."));
  EXPECT_EQ(result.failure.type, RrType::mx);
  EXPECT_EQ(result.failure.zone, name("example."));
  EXPECT_EQ(judge.denial.no_name(name("a.example.")).failure.fault, Fault::nsec_missing);
  EXPECT_EQ(judge.denial.no_closer_match(name("a.example."), 1).failure.fault, Fault::nsec_missing);
  const Judge wrong(rfc4035().of({"xx.example."}));
  EXPECT_EQ(wrong.denial.no_name(name("ml.example.")).failure.fault, Fault::nsec_wrong);
}

TEST(DenialNsec, E02_a_next_name_outside_the_zone_proves_nothing) {
  const Judge judge(
      {set("b.example. NSEC z.test. A RRSIG NSEC"), set("example. NSEC b.example. NS SOA")});
  EXPECT_EQ(judge.no_name("ml.example."), Proof::unproven);
  EXPECT_EQ(judge.cut_at("ml.example."), Cut::unproven);
  const Judge backward(
      {set("x.example. NSEC c.example. A RRSIG NSEC"), set("example. NSEC b.example. NS SOA")});
  EXPECT_EQ(backward.no_name("z.example."), Proof::unproven);
}

TEST(DenialNsec, E02_a_record_of_another_zone_denies_no_name_of_this_one) {
  // The record of the parent between whose names all of the child lies.
  const Judge judge({set("s.example. NSEC z.example. A RRSIG NSEC")}, "sub.example.");
  EXPECT_EQ(judge.no_name("a.sub.example."), Proof::unproven);
  EXPECT_EQ(judge.no_closer_match("a.sub.example.", 2), Proof::unproven);
  const Judge at_owner({set("b.test. NSEC c.test. NS RRSIG NSEC")});
  EXPECT_EQ(at_owner.no_data("b.test.", RrType::ds), Proof::unproven);
  EXPECT_EQ(at_owner.cut_at("b.test."), Cut::unproven);
  // A name that is not of the zone at all.
  const Judge outside({set("a.example. NSEC z.example. A RRSIG NSEC")});
  EXPECT_EQ(outside.no_name("b.test."), Proof::unproven);
}

TEST(DenialNsec, E05_the_record_of_a_wildcard_under_another_owner_proves_nothing) {
  const std::string_view line = "a.example. NSEC c.example. TXT RRSIG NSEC";
  const Judge replayed({signed_set(line, 1, "example.")});
  EXPECT_EQ(replayed.no_data("a.example.", RrType::a), Proof::unproven);
  EXPECT_EQ(replayed.cut_at("b.example."), Cut::unproven);
  const Judge own({signed_set(line, 2, "example.")});
  EXPECT_EQ(own.no_data("a.example.", RrType::a), Proof::proven);
}

TEST(DenialNsec, compact_denial_proves_a_name_error_by_its_type) {
  const Judge judge({set("ml.example. NSEC \\000.ml.example. RRSIG NSEC NXNAME")});
  const ProofResult result = judge.denial.no_name(name("ml.example."));
  EXPECT_EQ(result.proof, Proof::proven);
  EXPECT_EQ(result.closest_encloser, name("example."));
  EXPECT_EQ(judge.no_name("x.ml.example."), Proof::unproven);
  EXPECT_EQ(judge.no_data("ml.example.", RrType::a), Proof::proven);
  EXPECT_EQ(judge.cut_at("ml.example."), Cut::no_cut);
  const Judge data({set("ml.example. NSEC \\000.ml.example. RRSIG NSEC AAAA")});
  EXPECT_EQ(data.no_data("ml.example.", RrType::a), Proof::proven);
  EXPECT_EQ(data.no_data("ml.example.", RrType::aaaa), Proof::unproven);
  EXPECT_EQ(data.no_name("ml.example."), Proof::unproven);
}

TEST(DenialNsec, compact_denial_of_a_wildcard_s_own_name_is_no_wildcard) {
  const Judge judge({set("ml.example. NSEC mm.example. A RRSIG NSEC"),
                     set("*.example. NSEC \\000.*.example. RRSIG NSEC NXNAME")});
  EXPECT_EQ(judge.no_data("mlx.example.", RrType::a), Proof::unproven);
}

TEST(DenialNsec, D03_sets_over_the_limit_are_not_looked_at) {
  std::vector<wire::RRsetPtr> sets;
  for (int i = 0; i < 7; ++i)
    sets.push_back(set("n" + std::to_string(i) + ".example. NSEC o.example. A RRSIG NSEC"));
  sets.push_back(set("ns1.example. NSEC ns2.example. A RRSIG NSEC"));
  sets.push_back(set("ns2.example. NSEC ns3.example. A RRSIG NSEC"));
  const Judge judge(sets);
  EXPECT_EQ(judge.no_data("ns1.example.", RrType::mx), Proof::proven);
  EXPECT_EQ(judge.no_data("ns2.example.", RrType::mx), Proof::unproven);
  // Other sets do not count.
  sets.insert(sets.begin(), 20, set("example. SOA a. b. 1 2 3 4 5"));
  EXPECT_EQ(Judge(sets).no_data("ns1.example.", RrType::mx), Proof::proven);
}

}  // namespace
}  // namespace godwit::dnssec
