#include "dnssec/failure.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/message_text.h"

namespace godwit::dnssec {
namespace {

using godwit::test::name;
using wire::EdeCode;

constexpr int faults = static_cast<int>(Fault::chain_unreachable) + 1;

Failure failure_of(Fault fault) {
  Failure failure(fault);
  failure.algorithm = Algorithm::ecdsa_p256;
  failure.key_tag = 12345;
  failure.time = 1'795'309'323;  // 2026-11-22T01:02:03Z
  failure.type = wire::RrType::aaaa;
  failure.owner = name("www.example.com.");
  failure.zone = name("example.com.");
  return failure;
}

TEST(Failure, is_none_by_default) {
  EXPECT_FALSE(Failure());
  EXPECT_TRUE(Failure(Fault::clock_wrong));
}

TEST(Ede, fits_each_fault) {
  EXPECT_EQ(ede_of(Fault::none), EdeCode::other);
  EXPECT_EQ(ede_of(Fault::signature_wrong), EdeCode::dnssec_bogus);
  EXPECT_EQ(ede_of(Fault::signature_expired), EdeCode::signature_expired);
  EXPECT_EQ(ede_of(Fault::signature_not_yet_valid), EdeCode::signature_not_yet_valid);
  EXPECT_EQ(ede_of(Fault::signature_expired_before_valid), EdeCode::signature_expired_before_valid);
  EXPECT_EQ(ede_of(Fault::signature_malformed), EdeCode::dnssec_bogus);
  EXPECT_EQ(ede_of(Fault::signer_wrong), EdeCode::dnssec_bogus);
  EXPECT_EQ(ede_of(Fault::signatures_missing), EdeCode::rrsigs_missing);
  EXPECT_EQ(ede_of(Fault::dnskey_missing), EdeCode::dnskey_missing);
  EXPECT_EQ(ede_of(Fault::dnskey_unreachable), EdeCode::dnskey_missing);
  EXPECT_EQ(ede_of(Fault::dnskey_unusable), EdeCode::dnskey_missing);
  EXPECT_EQ(ede_of(Fault::key_for_signature_missing), EdeCode::dnskey_missing);
  EXPECT_EQ(ede_of(Fault::no_zone_key_bit), EdeCode::no_zone_key_bit);
  EXPECT_EQ(ede_of(Fault::unsupported_algorithms), EdeCode::unsupported_dnskey_algorithm);
  EXPECT_EQ(ede_of(Fault::unsupported_digests), EdeCode::unsupported_ds_digest);
  EXPECT_EQ(ede_of(Fault::nsec_missing), EdeCode::nsec_missing);
  EXPECT_EQ(ede_of(Fault::nsec_wrong), EdeCode::dnssec_bogus);
  EXPECT_EQ(ede_of(Fault::nsec3_iterations_insecure), EdeCode::unsupported_nsec3_iterations);
  EXPECT_EQ(ede_of(Fault::nsec3_iterations_excessive), EdeCode::unsupported_nsec3_iterations);
  EXPECT_EQ(ede_of(Fault::too_much_work), EdeCode::dnssec_bogus);
  EXPECT_EQ(ede_of(Fault::clock_wrong), EdeCode::signature_not_yet_valid);
  EXPECT_EQ(ede_of(Fault::chain_unreachable), EdeCode::dnssec_indeterminate);
}

TEST(FailureText, names_zone_key_data_and_time) {
  EXPECT_EQ(to_text(failure_of(Fault::signature_expired)),
            "the signature of www.example.com. AAAA by key 12345 (ECDSAP256SHA256) of zone "
            "example.com. expired at 2026-11-22T01:02:03Z; the zone has to be signed anew");
}

TEST(FailureText, names_a_name_alone_where_all_of_it_is_denied) {
  Failure failure = failure_of(Fault::nsec_missing);
  failure.type = wire::RrType::none;
  EXPECT_EQ(to_text(failure),
            "the denial of www.example.com. by zone example.com. comes without its proof");
}

TEST(FailureText, has_the_time_of_the_whole_range) {
  Failure failure = failure_of(Fault::signature_not_yet_valid);
  failure.time = 0;
  EXPECT_NE(to_text(failure).find("1970-01-01T00:00:00Z"), std::string::npos);
  failure.time = 0xffffffff;
  EXPECT_NE(to_text(failure).find("2106-02-07T06:28:15Z"), std::string::npos);
  failure.time = 1'709'210'096;
  EXPECT_NE(to_text(failure).find("2024-02-29T12:34:56Z"), std::string::npos);
}

TEST(FailureText, differs_for_each_fault_and_names_the_zone) {
  std::set<std::string> texts;
  for (int fault = 0; fault < faults; ++fault) {
    const std::string text = to_text(failure_of(static_cast<Fault>(fault)));
    texts.insert(text);
    const bool says_zone =
        static_cast<Fault>(fault) != Fault::none && static_cast<Fault>(fault) != Fault::clock_wrong;
    if (!says_zone) continue;
    EXPECT_NE(text.find("example.com."), std::string::npos) << text;
  }
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(faults));
}

TEST(FailureText, is_short_and_printable_whatever_the_names) {
  wire::Name longest;
  const std::vector<std::uint8_t> label(61, 0x07);
  while (const auto longer = longest.with_label(label)) longest = *longer;
  for (int fault = 0; fault < faults; ++fault) {
    Failure failure = failure_of(static_cast<Fault>(fault));
    failure.owner = failure.zone = longest;
    failure.algorithm = Algorithm::rsa_sha1_nsec3;
    failure.type = wire::RrType{65535};
    failure.key_tag = 65535;
    const std::string text = to_text(failure);
    EXPECT_LE(text.size(), 400u);
    EXPECT_FALSE(text.empty());
    for (const char c : text) EXPECT_TRUE(c >= ' ' && c <= '~');
  }
}

TEST(FailureText, of_a_failure_without_details_is_still_a_sentence) {
  for (int fault = 0; fault < faults; ++fault)
    EXPECT_FALSE(to_text(Failure(static_cast<Fault>(fault))).empty());
}

TEST(Graver, is_what_tells_more_of_the_cause) {
  const auto graver_fault = [](Fault a, Fault b) {
    const Failure x(a), y(b);
    EXPECT_EQ(graver(x, y).fault, graver(y, x).fault);
    return graver(x, y).fault;
  };
  EXPECT_EQ(graver_fault(Fault::none, Fault::unsupported_algorithms),
            Fault::unsupported_algorithms);
  EXPECT_EQ(graver_fault(Fault::signature_expired, Fault::key_for_signature_missing),
            Fault::signature_expired);
  EXPECT_EQ(graver_fault(Fault::signature_expired, Fault::signature_wrong), Fault::signature_wrong);
  EXPECT_EQ(graver_fault(Fault::signature_wrong, Fault::too_much_work), Fault::too_much_work);
  EXPECT_EQ(graver_fault(Fault::signatures_missing, Fault::dnskey_unreachable),
            Fault::dnskey_unreachable);
  for (int a = 0; a < faults; ++a)
    for (int b = 0; b < faults; ++b) {
      const Fault winner = graver_fault(static_cast<Fault>(a), static_cast<Fault>(b));
      EXPECT_TRUE(winner == static_cast<Fault>(a) || winner == static_cast<Fault>(b));
    }
}

TEST(Graver, of_equals_is_the_first) {
  Failure a = failure_of(Fault::signature_wrong), b = a;
  b.key_tag = 1;
  EXPECT_EQ(graver(a, b).key_tag, 12345);
}

}  // namespace
}  // namespace godwit::dnssec
