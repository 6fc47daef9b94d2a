#include "dnssec/canonical.h"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using test::name;
using test::Octets;
using test::rrset;

// RRSIG RDATA with a signature of one octet.
Octets rrsig(std::uint8_t labels, const wire::Name& signer = name("example.com.")) {
  Octets rdata{0, 1, 15, labels, 0, 0, 0x0e, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 0xab, 0xcd};
  rdata.insert(rdata.end(), signer.wire().begin(), signer.wire().end());
  rdata.push_back(0x77);
  return rdata;
}

// What follows the RRSIG's part.
Octets records_of(const wire::RRset& set, std::uint8_t labels) {
  const Octets head = rrsig(labels);
  const Octets data = signed_data(set, head);
  EXPECT_TRUE(data.size() > head.size());
  EXPECT_TRUE(std::equal(head.begin(), head.end() - 1, data.begin()));
  return {data.begin() + static_cast<std::ptrdiff_t>(head.size()) - 1, data.end()};
}

Octets record(const wire::Name& owner, wire::RrType type, const Octets& rdata) {
  Octets out(owner.wire().begin(), owner.wire().end());
  const auto number = static_cast<std::uint16_t>(type);
  const Octets fixed{static_cast<std::uint8_t>(number >> 8),
                     static_cast<std::uint8_t>(number),
                     0,
                     1,
                     0,
                     0,
                     0x0e,
                     0x10,
                     static_cast<std::uint8_t>(rdata.size() >> 8),
                     static_cast<std::uint8_t>(rdata.size())};
  out.insert(out.end(), fixed.begin(), fixed.end());
  out.insert(out.end(), rdata.begin(), rdata.end());
  return out;
}

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(SignedLabels, count_neither_the_root_nor_an_asterisk) {
  EXPECT_EQ(signed_labels(name(".")), 0u);
  EXPECT_EQ(signed_labels(name("example.")), 1u);
  EXPECT_EQ(signed_labels(name("*.example.")), 1u);
  EXPECT_EQ(signed_labels(name("*.")), 0u);
  EXPECT_EQ(signed_labels(name("*a.example.")), 2u);
  EXPECT_EQ(signed_labels(name("a.*.example.")), 3u);
}

TEST(SignedData, has_the_signer_and_owner_in_lower_case_and_the_original_ttl) {
  const auto set = rrset({"WWW.Example.COM. 17 IN A 192.0.2.1"});
  const Octets data = signed_data(*set, rrsig(3, name("Example.Com.")));
  const Octets lower = rrsig(3);
  EXPECT_EQ(data, Octets(lower.begin(), lower.end() - 1) +
                      record(name("www.example.com."), wire::RrType::a, {192, 0, 2, 1}));
}

TEST(SignedData, has_the_records_in_order_of_their_octets) {
  const auto set = rrset({"a.example.com. IN TXT b", "a.example.com. IN TXT a",
                          "a.example.com. IN TXT aa", "a.example.com. IN TXT \"\""});
  const wire::Name owner = name("a.example.com.");
  const auto txt = [&](const Octets& rdata) { return record(owner, wire::RrType::txt, rdata); };
  EXPECT_EQ(records_of(*set, 3), txt({0}) + txt({1, 'a'}) + txt({1, 'b'}) + txt({2, 'a', 'a'}));
}

TEST(SignedData, has_a_shorter_record_before_one_that_begins_with_it) {
  wire::RRsetBuilder builder(name("a.example.com."), wire::RrType{65280});
  builder.add(Octets{1, 2, 3}, 60);
  builder.add(Octets{1, 2}, 60);
  builder.add(Octets{}, 60);
  const auto unknown = [](const Octets& rdata) {
    return record(name("a.example.com."), wire::RrType{65280}, rdata);
  };
  EXPECT_EQ(records_of(*builder.build(), 3), unknown({}) + unknown({1, 2}) + unknown({1, 2, 3}));
}

TEST(SignedData, is_ordered_by_names_in_lower_case) {
  const auto set =
      rrset({"example.com. IN NS B.example.com.", "example.com. IN NS a.EXAMPLE.com."});
  const auto ns = [](std::string_view target) {
    const wire::Name lower = name(target);
    return record(name("example.com."), wire::RrType::ns,
                  {lower.wire().begin(), lower.wire().end()});
  };
  EXPECT_EQ(records_of(*set, 2), ns("a.example.com.") + ns("b.example.com."));
}

// RFC 4034 §6.2 and RFC 6840 §5.1: which names are in lower case.
TEST(SignedData, folds_the_names_of_old_types_and_leaves_the_others) {
  const auto is_folded = [](const std::string& type_and_rdata) {
    const auto upper = rrset({"a.example.com. IN " + type_and_rdata});
    std::string text = type_and_rdata;
    const std::size_t at = text.find("NAME");
    text.replace(at, 4, "name");
    const auto lower = rrset({"a.example.com. IN " + text});
    return signed_data(*upper, rrsig(3)) == signed_data(*lower, rrsig(3));
  };
  for (const char* folded :
       {"NS NAME.", "CNAME NAME.", "SOA NAME. a. 1 2 3 4 5", "SOA a. NAME. 1 2 3 4 5", "PTR NAME.",
        "MINFO a. NAME.", "MX 1 NAME.", "RP NAME. a.", "AFSDB 1 NAME.", "RT 1 NAME.",
        "PX 1 a. NAME.", "SRV 1 2 3 NAME.", "NAPTR 1 2 a b c NAME.", "KX 1 NAME.", "DNAME NAME."})
    EXPECT_TRUE(is_folded(folded)) << folded;
  for (const char* kept : {"NSEC NAME. A", "SVCB 1 NAME.", "HTTPS 1 NAME.", "TXT NAME",
                           "NAPTR 1 2 NAME b c a.", "CAA 0 issue NAME", "HINFO NAME a"})
    EXPECT_FALSE(is_folded(kept)) << kept;
}

TEST(SignedData, of_fewer_labels_is_the_wildcards) {
  const auto set = rrset({"A.b.c.Example.com. IN A 192.0.2.1"});
  const auto address = [](std::string_view owner) {
    return record(name(owner), wire::RrType::a, {192, 0, 2, 1});
  };
  EXPECT_EQ(records_of(*set, 5), address("a.b.c.example.com."));
  EXPECT_EQ(records_of(*set, 4), address("*.b.c.example.com."));
  EXPECT_EQ(records_of(*set, 2), address("*.example.com."));
  EXPECT_EQ(records_of(*set, 0), address("*."));
  EXPECT_EQ(records_of(*set, 255), address("a.b.c.example.com."));
}

TEST(SignedData, of_the_wildcard_itself_is_its_own) {
  const auto set = rrset({"*.example.com. IN A 192.0.2.1"});
  EXPECT_EQ(records_of(*set, 2), record(name("*.example.com."), wire::RrType::a, {192, 0, 2, 1}));
  EXPECT_EQ(records_of(*set, 1), record(name("*.com."), wire::RrType::a, {192, 0, 2, 1}));
}

TEST(SignedData, E12_of_the_longest_owner_fits_at_every_number_of_labels) {
  wire::Name owner;
  while (const auto longer = owner.with_label(Octets{'A'})) owner = *longer;
  ASSERT_EQ(owner.size(), 255u);
  ASSERT_EQ(owner.label_count(), 127u);
  wire::RRsetBuilder builder(owner, wire::RrType::a);
  builder.add(Octets{192, 0, 2, 1}, 60);
  const auto set = builder.build();
  for (unsigned labels = 0; labels < 256; ++labels) {
    const Octets data = signed_data(*set, rrsig(static_cast<std::uint8_t>(labels)));
    const std::size_t owner_octets = labels < 127 ? 2 * labels + 3 : 255;
    EXPECT_EQ(data.size(), 18 + 13 + owner_octets + 10 + 4);
  }
}

TEST(SignedData, E12_of_a_truncated_rrsig_is_nothing) {
  const auto set = rrset({"www.example.com. IN A 192.0.2.1"});
  const Octets whole = rrsig(3);
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    EXPECT_TRUE(signed_data(*set, wire::Bytes(whole).first(size)).empty()) << size;
  Octets bad = whole;
  bad[18] = 0xc0;
  EXPECT_TRUE(signed_data(*set, bad).empty());
}

// RDATA that ends inside its names: what is there is taken as it is, and nothing beyond it is read.
TEST(SignedData, E12_of_rdata_that_is_too_short_reads_nothing_beyond) {
  for (const wire::RrType type : {wire::RrType::px, wire::RrType::soa, wire::RrType::mx,
                                  wire::RrType::naptr, wire::RrType::minfo, wire::RrType::srv}) {
    const Octets whole{0, 1, 63, 'A', 'B'};
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      wire::RRsetBuilder builder(name("a.example.com."), type);
      builder.add(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), 60);
      EXPECT_EQ(records_of(*builder.build(), 3),
                record(name("a.example.com."), type,
                       {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
  }
}

TEST(SignedData, of_a_set_without_records_is_the_rrsig_alone) {
  wire::RRsetBuilder builder(name("a.example.com."), wire::RrType::ns);
  builder.add_signature(rrsig(3), 60);
  EXPECT_EQ(signed_data(*builder.build(), rrsig(3)).size(), rrsig(3).size() - 1);
}

TEST(SignedData, is_bounded) {
  const std::size_t owner_octets = name("a.example.com.").size();
  const std::size_t fixed = 18 + 13 + 2 * (owner_octets + 10);
  const auto with = [](std::size_t octets) {
    wire::RRsetBuilder builder(name("a.example.com."), wire::RrType{65280});
    builder.add(Octets(wire::message_octets_max, 1), 60);
    builder.add(Octets(octets - wire::message_octets_max, 2), 60);
    return signed_data(*builder.build(), rrsig(3)).size();
  };
  EXPECT_EQ(with(signed_octets_max - fixed - 1), signed_octets_max - 1);
  EXPECT_EQ(with(signed_octets_max - fixed), signed_octets_max);
  EXPECT_EQ(with(signed_octets_max - fixed + 1), 0u);
}

}  // namespace
}  // namespace godwit::dnssec
