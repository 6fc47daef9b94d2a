#include "tests/unit/dnssec/denial_support.h"

namespace godwit::dnssec {
namespace {

using testing::chain;
using testing::Judge;
using testing::name;
using testing::rfc5155;
using testing::rfc5155_hashes;
using testing::set;
using wire::RRsetPtr;
using wire::RrType;
using Cut = Denial::Cut;

// The records of appendix A of RFC 5155 at the hashes of names.
std::vector<RRsetPtr> at(std::initializer_list<std::string_view> names) {
  std::vector<RRsetPtr> sets;
  for (const std::string_view text : names) {
    const std::string owner(rfc5155_hashes().at(text));
    const auto one = rfc5155().of({owner + ".example."});
    sets.push_back(one.front());
  }
  return sets;
}

// The same, with the opt-out flag put in or out.
RRsetPtr with_flags(const RRsetPtr& record, std::uint8_t flags) {
  std::vector<std::uint8_t> rdata(record->records().front().begin(),
                                  record->records().front().end());
  rdata[1] = flags;
  wire::RRsetBuilder builder(record->owner(), record->type());
  builder.add(rdata, record->ttl());
  return builder.build();
}
std::vector<RRsetPtr> without_opt_out(std::vector<RRsetPtr> records) {
  for (RRsetPtr& record : records) record = with_flags(record, 0);
  return records;
}

TEST(DenialNsec3, name_error_of_rfc_5155_b_1) {
  // a.c.x.w.example.: closest encloser x.w, next closer c.x.w, wildcard *.x.w.
  const auto records = at({"example.", "x.w.example.", "a.example."});
  const Judge opt_out(records);
  EXPECT_EQ(opt_out.no_name("a.c.x.w.example."), Proof::insecure);
  const Judge judge(without_opt_out(records));
  const ProofResult result = judge.denial.no_name(name("a.c.x.w.example."));
  EXPECT_EQ(result.proof, Proof::proven);
  EXPECT_EQ(result.closest_encloser, name("x.w.example."));
  EXPECT_EQ(judge.no_data("a.c.x.w.example.", RrType::a), Proof::unproven);
  for (std::size_t left_out = 0; left_out < records.size(); ++left_out) {
    auto fewer = without_opt_out(records);
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_EQ(Judge(fewer).no_name("a.c.x.w.example."), Proof::unproven) << left_out;
  }
}

TEST(DenialNsec3, no_data_errors_of_rfc_5155_b_2) {
  const Judge judge(at({"ns1.example."}));
  EXPECT_EQ(judge.no_data("ns1.example.", RrType::mx), Proof::proven);
  EXPECT_EQ(judge.no_data("ns1.example.", RrType::a), Proof::unproven);
  EXPECT_EQ(judge.no_name("ns1.example."), Proof::unproven);
  const Judge empty_non_terminal(at({"y.w.example."}));
  EXPECT_EQ(empty_non_terminal.no_data("y.w.example.", RrType::a), Proof::proven);
}

TEST(DenialNsec3, E08_referral_to_an_opt_out_zone_of_rfc_5155_b_3) {
  // c.example. is between 35mth.. (a) and b4um8.. by its hash; its closest encloser the apex.
  const auto records = at({"example.", "a.example."});
  const Judge judge(records);
  EXPECT_EQ(judge.cut_at("c.example."), Cut::insecure_delegation);
  EXPECT_EQ(judge.no_data("c.example.", RrType::ds), Proof::insecure);
  const Judge strict(without_opt_out(records));
  EXPECT_EQ(strict.cut_at("c.example."), Cut::no_cut);
  EXPECT_EQ(strict.no_data("c.example.", RrType::ds), Proof::unproven);
}

TEST(DenialNsec3, wildcard_expansion_of_rfc_5155_b_4) {
  // a.z.w.example. from *.w.example.: z.w.example. is covered by the record of ns2.
  const auto records = at({"ns2.example."});
  EXPECT_EQ(Judge(records).no_closer_match("a.z.w.example.", 2), Proof::insecure);
  const Judge judge(without_opt_out(records));
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 2), Proof::proven);
  EXPECT_EQ(judge.no_closer_match("a.z.w.example.", 4), Proof::unproven);
  EXPECT_EQ(Judge(at({"example."})).no_closer_match("a.z.w.example.", 2), Proof::unproven);
}

TEST(DenialNsec3, a_wildcard_above_the_zone_or_as_long_as_the_name_matches_nothing) {
  const Judge judge(
      chain({{"sub.example.", "NS SOA"}, {"b.sub.example.", "A"}}, 0, 0, "sub.example."),
      "sub.example.");
  EXPECT_EQ(judge.no_closer_match("c.sub.example.", 2), Proof::proven);
  for (const unsigned labels : {0u, 1u, 3u, 4u})
    EXPECT_EQ(judge.no_closer_match("c.sub.example.", labels), Proof::unproven);
}

TEST(DenialNsec3, wildcard_no_data_of_rfc_5155_b_5) {
  const auto records = at({"w.example.", "ns2.example.", "*.w.example."});
  EXPECT_EQ(Judge(records).no_data("a.z.w.example.", RrType::aaaa), Proof::insecure);
  const Judge judge(without_opt_out(records));
  const ProofResult result = judge.denial.no_data(name("a.z.w.example."), RrType::aaaa);
  EXPECT_EQ(result.proof, Proof::proven);
  EXPECT_EQ(result.closest_encloser, name("w.example."));
  EXPECT_EQ(judge.no_data("a.z.w.example.", RrType::mx), Proof::unproven);
  EXPECT_EQ(judge.no_name("a.z.w.example."), Proof::unproven);
  for (std::size_t left_out = 0; left_out < records.size(); ++left_out) {
    auto fewer = without_opt_out(records);
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_EQ(Judge(fewer).no_data("a.z.w.example.", RrType::aaaa), Proof::unproven) << left_out;
  }
}

TEST(DenialNsec3, ds_at_the_apex_of_rfc_5155_b_6_is_the_parent_s_to_deny) {
  const Judge judge(at({"example."}));
  EXPECT_EQ(judge.no_data("example.", RrType::ds), Proof::unproven);
  EXPECT_EQ(judge.no_data("example.", RrType::aaaa), Proof::proven);
  EXPECT_EQ(judge.cut_at("example."), Cut::unproven);
  const Judge child(chain({{"a.example.", "NS SOA RRSIG DNSKEY"}}));
  EXPECT_EQ(child.no_data("a.example.", RrType::ds), Proof::unproven);
  EXPECT_EQ(child.cut_at("a.example."), Cut::unproven);
}

TEST(DenialNsec3, cuts_are_told_by_ns_and_ds) {
  const Judge judge(chain({{"example.", "NS SOA"},
                           {"a.example.", "NS DS"},
                           {"b.example.", "NS"},
                           {"c.example.", "A"},
                           {"d.example.", "CNAME"}}));
  EXPECT_EQ(judge.cut_at("a.example."), Cut::unproven);
  EXPECT_EQ(judge.cut_at("b.example."), Cut::insecure_delegation);
  EXPECT_EQ(judge.cut_at("c.example."), Cut::no_cut);
  EXPECT_EQ(judge.cut_at("x.c.example."), Cut::no_cut);
  EXPECT_EQ(judge.no_data("d.example.", RrType::ds), Proof::unproven);
}

TEST(DenialNsec3, the_record_of_a_cut_or_dname_denies_nothing_below_it) {
  for (const std::string_view types : {"NS", "NS DS", "DNAME"}) {
    const Judge judge(chain({{"example.", "NS SOA"}, {"b.example.", types}}));
    EXPECT_EQ(judge.no_name("x.b.example."), Proof::unproven);
    EXPECT_EQ(judge.no_data("x.b.example.", RrType::ds), Proof::unproven);
    EXPECT_EQ(judge.cut_at("x.b.example."), Cut::unproven);
    EXPECT_EQ(judge.no_data("b.example.", RrType::a),
              types == "DNAME" ? Proof::proven : Proof::unproven);
    EXPECT_EQ(judge.no_name("x.example."), Proof::proven);
  }
}

TEST(DenialNsec3, an_alias_has_data_of_every_type) {
  const Judge judge(chain({{"example.", "NS SOA"}, {"c.example.", "CNAME"}}));
  EXPECT_EQ(judge.no_data("c.example.", RrType::a), Proof::unproven);
  const Judge wildcard(chain({{"example.", "NS SOA"}, {"*.example.", "CNAME"}}));
  EXPECT_EQ(wildcard.no_data("c.example.", RrType::a), Proof::unproven);
  const Judge opt_out(chain({{"example.", "NS SOA"}, {"*.example.", "CNAME"}}, 0, 1));
  EXPECT_EQ(opt_out.no_data("c.example.", RrType::a), Proof::unproven);
  // But for DS: the name may be an insecure delegation, which no wildcard makes.
  EXPECT_EQ(opt_out.no_data("c.example.", RrType::ds), Proof::insecure);
}

TEST(DenialNsec3, E08_within_opt_out_no_name_is_secure) {
  const Judge judge(chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 0, 1));
  EXPECT_EQ(judge.no_name("c.example."), Proof::insecure);
  EXPECT_EQ(judge.no_data("c.example.", RrType::ds), Proof::insecure);
  EXPECT_EQ(judge.no_data("c.example.", RrType::a), Proof::insecure);
  EXPECT_EQ(judge.no_closer_match("c.example.", 1), Proof::insecure);
  EXPECT_EQ(judge.cut_at("c.example."), Cut::insecure_delegation);
  // What has a record is proven all the same.
  EXPECT_EQ(judge.no_data("b.example.", RrType::mx), Proof::proven);
  EXPECT_EQ(judge.cut_at("b.example."), Cut::no_cut);
}

TEST(DenialNsec3, E03_a_record_of_a_child_whose_label_is_a_hash_of_the_parent_proves_nothing) {
  // The hashes are right for names of example., the owners are in sub.example.
  const auto impersonated =
      chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 0, 0, "sub.example.");
  const Judge judge(impersonated);
  EXPECT_EQ(judge.no_name("c.example."), Proof::unproven);
  EXPECT_EQ(judge.no_data("b.example.", RrType::mx), Proof::unproven);
  const Judge own(chain({{"example.", "NS SOA"}, {"b.example.", "A"}}));
  EXPECT_EQ(own.no_name("c.example."), Proof::proven);
}

TEST(DenialNsec3, iterations_over_the_limit_are_insecure_and_then_failures) {
  const auto proof = [](unsigned iterations) {
    const ValidationLimits limits{.nsec3_hash_blocks = 10'000};
    const Judge judge(chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, iterations), "example.",
                      limits);
    const ProofResult result = judge.denial.no_name(name("c.example."));
    if (iterations > limits.nsec3_iterations) {
      EXPECT_EQ(judge.budget.hash_blocks_spent(), 0u);
    }
    Failure failure;
    const Cut cut = judge.denial.cut_at(name("b.example."), failure);
    EXPECT_EQ(failure.fault, result.failure.fault);
    EXPECT_EQ(cut, result.proof == Proof::proven     ? Cut::no_cut
                   : result.proof == Proof::insecure ? Cut::insecure_delegation
                                                     : Cut::unproven);
    return std::pair(result.proof, result.failure.fault);
  };
  EXPECT_EQ(proof(50), std::pair(Proof::proven, Fault::none));
  EXPECT_EQ(proof(51), std::pair(Proof::insecure, Fault::nsec3_iterations_insecure));
  EXPECT_EQ(proof(150), std::pair(Proof::insecure, Fault::nsec3_iterations_insecure));
  EXPECT_EQ(proof(151), std::pair(Proof::unproven, Fault::nsec3_iterations_excessive));
  EXPECT_EQ(proof(65535), std::pair(Proof::unproven, Fault::nsec3_iterations_excessive));
}

TEST(DenialNsec3, sets_with_other_parameters_are_left_out) {
  const auto few = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 1);
  const auto many = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 200);
  auto both = many;
  both.insert(both.end(), few.begin(), few.end());
  EXPECT_EQ(Judge(both).no_name("c.example."), Proof::proven);
  // Halves of two chains make no proof.
  const auto other = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 2);
  for (const auto& a : few)
    for (const auto& b : other) EXPECT_EQ(Judge({a, b}).no_name("c.example."), Proof::unproven);
}

TEST(DenialNsec3, D02_a_refused_hash_is_too_much_work) {
  const auto records = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 9);
  // c.example., example. and *.example. are hashed.
  const auto fault = [&](std::uint32_t blocks) {
    const ValidationLimits limits{.nsec3_hash_blocks = blocks};
    const Judge judge(records, "example.", limits);
    const ProofResult result = judge.denial.no_name(name("c.example."));
    EXPECT_EQ(result.proof == Proof::proven, !result.failure);
    EXPECT_EQ(judge.budget.is_exhausted(), blocks < 30);
    return result.failure.fault;
  };
  EXPECT_EQ(fault(9), Fault::too_much_work);
  EXPECT_EQ(fault(29), Fault::too_much_work);
  EXPECT_EQ(fault(30), Fault::none);
  EXPECT_EQ(fault(31), Fault::none);
  const ValidationLimits none{.nsec3_hash_blocks = 0};
  const Judge judge(records, "example.", none);
  EXPECT_EQ(judge.denial.no_data(name("c.example."), RrType::a).failure.fault,
            Fault::too_much_work);
  EXPECT_EQ(judge.denial.no_closer_match(name("c.example."), 1).failure.fault,
            Fault::too_much_work);
  Failure failure;
  EXPECT_EQ(judge.denial.cut_at(name("c.example."), failure), Cut::unproven);
  EXPECT_EQ(failure.fault, Fault::too_much_work);
}

TEST(DenialNsec3, D02_the_search_for_the_closest_encloser_ends_at_the_apex) {
  // No record matches anything: every candidate is hashed, those above the zone are not.
  const auto records = chain({{"elsewhere.test.", "A"}}, 0, 0, "sub.example.");
  const ValidationLimits limits{.nsec3_hash_blocks = 1000};
  const Judge judge(records, "sub.example.", limits);
  EXPECT_EQ(judge.no_name("a.b.c.sub.example."), Proof::unproven);
  EXPECT_EQ(judge.budget.hash_blocks_spent(), 4u);
  EXPECT_EQ(judge.no_name("a.b.c.sub.test."), Proof::unproven);
  EXPECT_EQ(judge.budget.hash_blocks_spent(), 4u);
}

TEST(DenialNsec3, D02_the_budget_suffices_for_some_denials_of_as_many_iterations_as_are_secure) {
  const Judge judge(chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 50));
  EXPECT_EQ(judge.limits.nsec3_iterations, 50u);
  for (int questions = 0; questions < 4; ++questions)
    EXPECT_EQ(judge.no_name("a.b.c.d.e.example."), Proof::proven);
}

TEST(DenialNsec3, D02_a_name_of_127_labels_spends_no_more_than_the_budget) {
  wire::Name deep = name("example.");
  constexpr std::uint8_t label[] = {'a'};
  while (const auto longer = deep.with_label(label)) deep = *longer;
  const auto records = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 50);
  const Judge judge(records);
  const ProofResult result = judge.denial.no_name(deep);
  EXPECT_EQ(result.failure.fault, Fault::too_much_work);
  EXPECT_LE(judge.budget.hash_blocks_spent(), judge.limits.nsec3_hash_blocks);
}

// An alias from one such zone to a name that another has not: two denials, four labels deep each.
TEST(DenialNsec3, iterations_at_the_limit_leave_room_for_two_denials) {
  const ValidationLimits defaults;
  const auto records = chain({{"example.", "NS SOA"}, {"b.example.", "A"}},
                             static_cast<std::uint16_t>(defaults.nsec3_iterations));
  const Judge judge(records, "example.", defaults);
  EXPECT_EQ(judge.no_name("w.x.y.z.example."), Proof::proven);
  EXPECT_EQ(judge.no_name("s.t.u.v.example."), Proof::proven);
  EXPECT_FALSE(judge.budget.is_exhausted());
}

TEST(DenialNsec3, D03_sets_over_the_limit_are_not_looked_at) {
  const RRsetPtr apex = at({"example."}).front();
  std::vector<RRsetPtr> sets(7, apex);
  sets.push_back(at({"ns1.example."}).front());
  EXPECT_EQ(Judge(sets).no_data("ns1.example.", RrType::mx), Proof::proven);
  sets.insert(sets.begin(), apex);
  EXPECT_EQ(Judge(sets).no_data("ns1.example.", RrType::mx), Proof::unproven);
}

TEST(DenialNsec3, E19_each_kind_is_tried_by_itself) {
  const auto nsec3 = chain({{"example.", "NS SOA"}, {"b.example.", "A"}});
  const auto nsec = testing::rfc4035().of({"b.example.", "example."});
  const auto join = [](std::vector<RRsetPtr> a, const std::vector<RRsetPtr>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  for (const auto& both : {join(nsec, nsec3), join(nsec3, nsec)}) {
    const Judge judge(both);
    EXPECT_EQ(judge.no_name("ml.example."), Proof::proven);  // by either
    EXPECT_EQ(judge.no_name("zz.example."), Proof::proven);  // by NSEC3 alone
    EXPECT_EQ(judge.no_data("example.", RrType::mx), Proof::proven);
  }
  // Halves of both kinds make no proof.
  EXPECT_EQ(Judge({nsec[0], nsec3[0]}).no_name("ml.example."), Proof::unproven);
  // Neither spoils the other by being useless.
  const auto excessive = chain({{"example.", "NS SOA"}, {"b.example.", "A"}}, 1000);
  EXPECT_EQ(Judge(join(excessive, nsec)).no_name("ml.example."), Proof::proven);
  EXPECT_EQ(Judge(join(nsec, excessive)).denial.no_name(name("zz.example.")).failure.fault,
            Fault::nsec3_iterations_excessive);
}

TEST(DenialNsec3, compact_denial_proves_a_name_error_by_its_type) {
  const Judge judge(chain({{"ml.example.", "NXNAME RRSIG"}}));
  EXPECT_EQ(judge.no_name("ml.example."), Proof::proven);
  EXPECT_EQ(judge.no_data("ml.example.", RrType::a), Proof::proven);
  EXPECT_EQ(judge.no_name("mm.example."), Proof::unproven);
}

}  // namespace
}  // namespace godwit::dnssec
