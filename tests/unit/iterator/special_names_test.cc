// Names that are answered without asking the Internet, row by row of the registries.
#include "iterator/special_names.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include <string>

#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

using wire::Rcode;
using wire::RrType;

std::string v6_reverse(std::string_view last_nibble) {
  std::string out(last_nibble);
  for (int i = 0; i < 31; ++i) out += ".0";
  return out + ".ip6.arpa.";
}

// "-" not special, "NXDOMAIN", "NODATA", or the records' RDATA.
std::string ask(const SpecialNames& names, std::string_view name, RrType type = RrType::a) {
  const auto answer = names.find({name_of(name), type});
  if (!answer) return "-";
  if (answer->rcode != Rcode::noerror) return wire::to_text(answer->rcode);
  if (answer->answer.empty()) return "NODATA";
  std::string out;
  for (const auto rdata : answer->answer.front().set->records())
    out += (out.empty() ? "" : " ") + wire::rdata_to_text(type, rdata);
  return out;
}

std::string ask(std::string_view name, RrType type = RrType::a) {
  static const SpecialNames names({});
  return ask(names, name, type);
}

SpecialNames with_zones(std::initializer_list<std::string_view> texts) {
  std::vector<wire::Name> zones;
  for (const auto text : texts) zones.push_back(name_of(text));
  return SpecialNames(zones);
}

TEST(SpecialNames, ordinary_names_are_not_special) {
  for (const auto* name : {".", "com.", "www.example.com.", "example.", "www.example.", "alt.",
                           "x.alt.", "arpa.", "in-addr.arpa.", "1.2.3.4.in-addr.arpa.",
                           "localhost.example.com.", "xlocalhost.", "notest.", "internal."}) {
    EXPECT_EQ(ask(name), "-") << name;
  }
}

TEST(SpecialNames, localhost_and_all_below_have_the_loopback_addresses) {
  for (const auto* name : {"localhost.", "LOCALHOST.", "a.localhost.", "a.b.localhost."}) {
    EXPECT_EQ(ask(name), "127.0.0.1");
    EXPECT_EQ(ask(name, RrType::aaaa), "::1");
    EXPECT_EQ(ask(name, RrType::mx), "NODATA");
    EXPECT_EQ(ask(name, RrType::ds), "NODATA");
  }
}

TEST(SpecialNames, names_that_are_not_of_the_dns_do_not_exist) {
  for (const std::string top : {"invalid.", "test.", "onion.", "local."}) {
    EXPECT_EQ(ask("www." + top), "NXDOMAIN");
    EXPECT_EQ(ask("a.b.c." + top, RrType::txt), "NXDOMAIN");
  }
}

TEST(SpecialNames, a_name_that_owns_an_soa_record_exists) {
  for (const std::string top : {"localhost.", "invalid.", "test.", "onion.", "local."}) {
    EXPECT_EQ(ask(top, RrType::soa), top + " nobody.invalid. 1 3600 1200 604800 10800");
    EXPECT_EQ(ask(top, RrType::ns), top);
    EXPECT_EQ(ask(top, RrType::mx), "NODATA");
    EXPECT_EQ(ask(top, RrType::ds), "NODATA");
  }
  EXPECT_EQ(ask("onion."), "NODATA");
  EXPECT_EQ(ask("a.localhost.", RrType::soa), "NODATA");
  EXPECT_EQ(ask("a.onion.", RrType::soa), "NXDOMAIN");
}

// The types of the records in the answer section, or the rcode.
std::string ask_any(const SpecialNames& names, std::string_view name) {
  const auto answer = names.find({name_of(name), RrType::any});
  if (!answer) return "-";
  if (answer->rcode != Rcode::noerror) return wire::to_text(answer->rcode);
  std::string out;
  for (const auto& part : answer->answer) out += wire::to_text(part.set->type()) + " ";
  return out + (answer->authority.empty() ? "" : "NODATA");
}

TEST(SpecialNames, any_gives_all_that_is_known_here) {
  const SpecialNames names({});
  EXPECT_EQ(ask_any(names, "x.invalid."), "NXDOMAIN");
  EXPECT_EQ(ask_any(names, "x.10.in-addr.arpa."), "NXDOMAIN");
  EXPECT_EQ(ask_any(names, "onion."), "SOA NS ");
  EXPECT_EQ(ask_any(names, "localhost."), "SOA NS A AAAA ");
  EXPECT_EQ(ask_any(names, "a.localhost."), "A AAAA ");
  EXPECT_EQ(ask_any(names, "1.0.0.127.in-addr.arpa."), "PTR ");
  EXPECT_EQ(ask_any(names, "0.0.127.in-addr.arpa."), "NODATA");
  EXPECT_EQ(ask_any(names, "_dns.resolver.arpa."), "NODATA");
  EXPECT_EQ(ask_any(names, "www.example."), "-");
  EXPECT_EQ(ask_any(with_zones({"corp.test."}), "www.corp.test."), "-");
}

TEST(SpecialNames, each_locally_served_zone_has_soa_and_ns_and_nothing_below) {
  const std::string zones[] = {"10.in-addr.arpa.",
                               "16.172.in-addr.arpa.",
                               "31.172.in-addr.arpa.",
                               "168.192.in-addr.arpa.",
                               "0.in-addr.arpa.",
                               "127.in-addr.arpa.",
                               "254.169.in-addr.arpa.",
                               "2.0.192.in-addr.arpa.",
                               "100.51.198.in-addr.arpa.",
                               "113.0.203.in-addr.arpa.",
                               "255.255.255.255.in-addr.arpa.",
                               "64.100.in-addr.arpa.",
                               "127.100.in-addr.arpa.",
                               v6_reverse("0"),
                               "d.f.ip6.arpa.",
                               "8.e.f.ip6.arpa.",
                               "9.e.f.ip6.arpa.",
                               "a.e.f.ip6.arpa.",
                               "b.e.f.ip6.arpa.",
                               "8.b.d.0.1.0.0.2.ip6.arpa.",
                               "home.arpa.",
                               "service.arpa.",
                               "ipv4only.arpa."};
  for (const auto& zone : zones) {
    EXPECT_EQ(ask(zone, RrType::soa), zone + " nobody.invalid. 1 3600 1200 604800 10800");
    EXPECT_EQ(ask(zone, RrType::ns), zone);
    EXPECT_EQ(ask(zone, RrType::mx), "NODATA");
    EXPECT_EQ(ask("x." + zone), "NXDOMAIN");
  }
}

TEST(SpecialNames, the_zones_end_where_the_address_blocks_do) {
  for (const auto* name :
       {"9.in-addr.arpa.", "11.in-addr.arpa.", "15.172.in-addr.arpa.", "32.172.in-addr.arpa.",
        "167.192.in-addr.arpa.", "63.100.in-addr.arpa.", "128.100.in-addr.arpa.",
        "0.0.192.in-addr.arpa.", "254.255.255.255.in-addr.arpa.", "c.f.ip6.arpa.",
        "7.e.f.ip6.arpa.", "c.e.f.ip6.arpa.", "9.b.d.0.1.0.0.2.ip6.arpa.", "0.ip6.arpa."}) {
    EXPECT_EQ(ask(name, RrType::ptr), "-") << name;
  }
  EXPECT_EQ(ask(v6_reverse("2"), RrType::ptr), "-");
}

TEST(SpecialNames, the_loopback_addresses_are_localhost) {
  EXPECT_EQ(ask("1.0.0.127.in-addr.arpa.", RrType::ptr), "localhost.");
  EXPECT_EQ(ask(v6_reverse("1"), RrType::ptr), "localhost.");
  EXPECT_EQ(ask("2.0.0.127.in-addr.arpa.", RrType::ptr), "NXDOMAIN");
  EXPECT_EQ(ask("0.0.127.in-addr.arpa.", RrType::ptr), "NODATA");
  EXPECT_EQ(ask("x.1.0.0.127.in-addr.arpa.", RrType::ptr), "NXDOMAIN");
}

TEST(SpecialNames, ipv4only_arpa_has_its_two_addresses_and_reverse_names) {
  EXPECT_EQ(ask("ipv4only.arpa."), "192.0.0.170 192.0.0.171");
  EXPECT_EQ(ask("ipv4only.arpa.", RrType::aaaa), "NODATA");
  EXPECT_EQ(ask("170.0.0.192.in-addr.arpa.", RrType::ptr), "ipv4only.arpa.");
  EXPECT_EQ(ask("171.0.0.192.in-addr.arpa.", RrType::ptr), "ipv4only.arpa.");
  EXPECT_EQ(ask("172.0.0.192.in-addr.arpa.", RrType::ptr), "-");
}

TEST(SpecialNames, no_other_resolver_is_designated) {
  EXPECT_EQ(ask("_dns.resolver.arpa.", RrType::svcb), "NODATA");
  EXPECT_EQ(ask("resolver.arpa."), "NODATA");
  EXPECT_EQ(ask("a.b.resolver.arpa.", RrType::txt), "NODATA");
}

TEST(SpecialNames, ds_of_a_zone_that_the_public_dns_delegates_is_its_parents_to_answer) {
  EXPECT_EQ(ask("10.in-addr.arpa.", RrType::ds), "-");
  EXPECT_EQ(ask("home.arpa.", RrType::ds), "-");
  EXPECT_EQ(ask("resolver.arpa.", RrType::ds), "-");
  EXPECT_EQ(ask("1.10.in-addr.arpa.", RrType::ds), "NXDOMAIN");
}

TEST(SpecialNames, a_negative_answer_has_the_soa_and_says_why) {
  const SpecialNames names({});
  const auto answer = names.find({name_of("x.onion."), RrType::a});
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->authoritative);
  ASSERT_EQ(answer->authority.size(), 1u);
  EXPECT_EQ(answer->authority.front().set->owner(), name_of("onion."));
  EXPECT_EQ(answer->authority.front().set->type(), RrType::soa);
  EXPECT_EQ(answer->authority.front().ttl, 10'800u);
  ASSERT_EQ(answer->errors.size(), 1u);
  EXPECT_NE(answer->errors.front().text.find("RFC 7686"), std::string::npos);
}

TEST(SpecialNames, a_positive_answer_is_authoritative_and_keeps_the_letter_case_of_the_question) {
  const SpecialNames names({});
  const auto answer = names.find({name_of("LocalHost."), RrType::a});
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->authoritative);
  EXPECT_TRUE(answer->errors.empty());
  EXPECT_TRUE(answer->answer.front().set->owner().is_identical(name_of("LocalHost.")));
}

TEST(SpecialNames, every_record_made_has_valid_rdata_and_every_zone_a_reason) {
  const SpecialNames names({});
  EXPECT_EQ(names.zones().size(), 28u + 16u + 64u);
  for (const auto& zone : names.zones()) {
    EXPECT_FALSE(zone.reason.empty());
    for (const auto type : {RrType::soa, RrType::ns, RrType::a, RrType::aaaa, RrType::ptr}) {
      const auto answer = names.find({zone.name, type});
      ASSERT_TRUE(answer.has_value());
      for (const auto& part : {answer->answer, answer->authority}) {
        for (const auto& shown : part) {
          for (const auto rdata : shown.set->records())
            EXPECT_TRUE(wire::is_valid_rdata(shown.set->type(), rdata)) << wire::to_text(zone.name);
        }
      }
    }
  }
}

TEST(SpecialNames, other_classes_are_not_looked_at) {
  const SpecialNames names({});
  EXPECT_FALSE(names.find({name_of("localhost."), RrType::a, wire::RrClass::ch}).has_value());
}

TEST(SpecialNames, a_configured_zone_at_a_special_zone_takes_its_place) {
  const auto names = with_zones({"10.in-addr.arpa."});
  EXPECT_EQ(ask(names, "10.in-addr.arpa.", RrType::soa), "-");
  EXPECT_EQ(ask(names, "1.0.0.10.in-addr.arpa.", RrType::ptr), "-");
  EXPECT_EQ(ask(names, "1.0.168.192.in-addr.arpa.", RrType::ptr), "NXDOMAIN");
}

TEST(SpecialNames, a_configured_zone_above_special_zones_takes_their_place) {
  const auto names = with_zones({"in-addr.arpa."});
  EXPECT_EQ(ask(names, "1.0.0.10.in-addr.arpa.", RrType::ptr), "-");
  EXPECT_EQ(ask(names, "x.d.f.ip6.arpa.", RrType::ptr), "NXDOMAIN");
}

TEST(SpecialNames, a_configured_zone_below_a_special_zone_is_left_out_of_it) {
  const auto names = with_zones({"b.a.home.arpa."});
  EXPECT_EQ(ask(names, "b.a.home.arpa."), "-");
  EXPECT_EQ(ask(names, "x.B.A.home.arpa."), "-");
  EXPECT_EQ(ask(names, "c.a.home.arpa."), "NXDOMAIN");
}

TEST(SpecialNames, a_name_above_a_configured_zone_is_not_denied) {
  const auto names = with_zones({"b.a.home.arpa.", "corp.test."});
  EXPECT_EQ(ask(names, "a.home.arpa."), "NODATA");
  EXPECT_EQ(ask(names, "test."), "NODATA");
  EXPECT_EQ(ask(names, "www.corp.test."), "-");
  EXPECT_EQ(ask(names, "www.test."), "NXDOMAIN");
}

TEST(SpecialNames, the_ds_of_a_configured_zone_is_denied_by_the_special_zone_above) {
  const auto names = with_zones({"a.home.arpa."});
  EXPECT_EQ(ask(names, "a.home.arpa.", RrType::ds), "NODATA");
  EXPECT_EQ(ask(names, "x.a.home.arpa.", RrType::ds), "-");
}

TEST(SpecialNames, forwarding_everything_says_nothing_about_special_names) {
  const auto names = with_zones({"."});
  EXPECT_EQ(ask(names, "localhost."), "127.0.0.1");
  EXPECT_EQ(ask(names, "1.0.0.10.in-addr.arpa.", RrType::ptr), "NXDOMAIN");
}

}  // namespace
}  // namespace godwit::iterator
