// What the readers of RDATA text take besides the form that is written, and what they refuse; the
// vectors per type are in rdata_vectors_test.cc.
#include "wire/rdata_text.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/name_text.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

Name name_of(std::string_view text) {
  return parse_name(text).value();
}

// The canonical text of what is read, or the error's phrase.
std::string reread(const char* type, std::string_view text) {
  const RrType parsed_type = parse_type(type).value();
  const auto rdata = parse_rdata(parsed_type, text, name_of("example."));
  if (!rdata) return std::string(describe(rdata.error()));
  return rdata_to_text(parsed_type, *rdata);
}

const std::string bad_text(describe(WireError::bad_text));
const std::string bad_rdata(describe(WireError::bad_rdata));

struct TextCase {
  const char* type;
  const char* text;
  std::string expected;
};

void check(std::span<const TextCase> cases) {
  for (const TextCase& c : cases) EXPECT_EQ(reread(c.type, c.text), c.expected) << c.text;
}

TEST(RdataText, reads_other_spellings) {
  const TextCase cases[] = {
      {"NS", "ns1", "ns1.example."},
      {"NS", "@", "example."},
      {"MX", "10\tmail ; the post", "10 mail.example."},
      {"MX", "( 10\n mail )", "10 mail.example."},
      {"AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"SOA", "ns admin 1 2h 1H 2w 1d", "ns.example. admin.example. 1 7200 3600 1209600 86400"},
      {"TXT", "plain words", "\"plain\" \"words\""},
      {"TXT", "a\\032b \"c\\\"d\"", "\"a b\" \"c\\\"d\""},
      {"TXT", "b\xc3\xbc", "\"b\\195\\188\""},
      {"HINFO", "PC Linux", "\"PC\" \"Linux\""},
      {"CAA", "0 issue ca.example", "0 issue \"ca.example\""},
      {"URI", "1 2 http://a/", "1 2 \"http://a/\""},
      {"DS", "1 ED25519 2 ab CD\n", "1 15 2 ABCD"},
      {"DNSKEY", "257 3 RSASHA256 AwEA AQ==", "257 3 8 AwEAAQ=="},
      {"CERT", "PGP 0 0 AA==", "3 0 0 AA=="},
      {"RRSIG", "a 8 1 1h 1709209800 0 1 @ AA==",
       "A 8 1 3600 20240229123000 19700101000000 1 example. AA=="},
      {"NSEC", "@ TYPE2 AAAA a A", "example. A NS AAAA"},
      {"NSEC3", "1 0 0 - co ns", "1 0 0 - CO NS"},
      {"NSEC3PARAM", "1 0 0 aabb", "1 0 0 AABB"},
      {"TYPE1", "192.0.2.1", "192.0.2.1"},
      {"TYPE65280", "\\# 4 0a 00 0001", "\\# 4 0A000001"},
  };
  check(cases);
}

TEST(RdataText, the_generic_form_of_a_known_type_must_fit_the_type) {
  const TextCase cases[] = {
      {"A", "\\# 4 C0000201", "192.0.2.1"}, {"A", "\\# 3 C00002", bad_rdata},
      {"A", "\\# 4 C00002", bad_text},      {"A", "\\# 4 C000020", bad_text},
      {"A", "\\# C0000201", bad_text},      {"A", "\\#", bad_text},
      {"NS", "\\# 2 C00C", bad_rdata},      {"TXT", "\\# 0", bad_rdata},
      {"TXT", "\"\\#\" 4", "\"#\" \"4\""},  {"NULL", "\\# 65536 00", bad_text},
      {"TYPE65280", "192.0.2.1", bad_text}, {"TYPE65280", "", bad_text},
  };
  check(cases);
}

TEST(RdataText, refuses_what_it_cannot_read) {
  const TextCase cases[] = {
      {"A", "", bad_text},
      {"A", "192.0.2", bad_text},
      {"A", "192.0.2.256", bad_text},
      {"A", "192.0.2.1 192.0.2.2", bad_text},
      {"A", "\"192.0.2.1\"", bad_text},
      {"A", "2001:db8::1", bad_text},
      {"A", "192.0.2.1\n192.0.2.2", bad_text},
      {"A", "(192.0.2.1", bad_text},
      {"AAAA", "192.0.2.1", bad_text},
      {"NS", "a..b", std::string(describe(WireError::bad_label))},
      {"NS", "\"a\"", bad_text},
      {"MX", "65536 a", bad_text},
      {"MX", "10", bad_text},
      {"MX", "-1 a", bad_text},
      {"TXT", "", bad_text},
      {"TXT", "\"open", bad_text},
      {"HINFO", "one", bad_text},
      {"HINFO", "one two three", bad_text},
      {"CAA", "256 issue a", bad_text},
      {"CAA", "0 is-sue a", bad_rdata},
      {"CAA", "0 issue", bad_text},
      {"CAA", "0 issue a b", bad_text},
      {"URI", "1 2 \"\"", bad_rdata},
      {"DS", "1 8 2", bad_rdata},
      {"DS", "1 8 2 ABC", bad_text},
      {"DS", "1 NOSUCH 2 AB", bad_text},
      {"DNSKEY", "257 3 8", bad_rdata},
      {"DNSKEY", "257 3 8 AwEAAQ=", bad_text},
      {"DNSKEY", "257 3 8 \"AwEAAQ==\"", bad_text},
      {"RRSIG", "A 8 1 1 20240229123060 0 1 @ AA==", bad_text},
      {"NSEC", "@", bad_rdata},
      {"NSEC", "@ NOSUCH", bad_text},
      {"NSEC3", "1 0 0 - -", bad_text},
      {"NSEC3", "1 0 0 ABC CO", bad_text},
      {"NSEC3", "1 0 0", bad_text},
      {"LOC", "", bad_text},
  };
  check(cases);
}

TEST(RdataText, strings_reach_255_octets) {
  for (const std::size_t octets : {254u, 255u, 256u}) {
    const std::string text(octets, 'x');
    EXPECT_EQ(reread("TXT", text), octets <= 255 ? '"' + text + '"' : bad_text);
  }
  const std::string escaped = [] {
    std::string text;
    for (int i = 0; i < 255; ++i) text += "\\255";
    return text;
  }();
  EXPECT_EQ(reread("TXT", escaped), '"' + escaped + '"');
  EXPECT_EQ(reread("TXT", escaped + "x"), bad_text);
  EXPECT_EQ(reread("URI", "1 2 \"" + std::string(256, 'x') + '"'),
            "1 2 \"" + std::string(256, 'x') + '"');
}

TEST(RdataText, salts_reach_255_octets) {
  EXPECT_EQ(reread("NSEC3PARAM", "1 0 0 " + std::string(510, 'A')),
            "1 0 0 " + std::string(510, 'A'));
  EXPECT_EQ(reread("NSEC3PARAM", "1 0 0 " + std::string(512, 'A')), bad_text);
}

TEST(RdataText, rdata_reaches_65535_octets) {
  for (const std::size_t octets : {65534u, 65535u, 65536u}) {
    const std::string digits(octets * 2, 'A');
    const auto rdata =
        parse_rdata(RrType{65280}, "\\# " + std::to_string(octets) + ' ' + digits, Name());
    EXPECT_EQ(rdata.has_value(), octets <= 65535);
    std::string base64;
    append_base64(base64, Octets(octets));
    const auto key = parse_rdata(RrType::openpgpkey, base64, Name());
    EXPECT_EQ(key.has_value(), octets <= 65535);
    if (!key) {
      EXPECT_EQ(key.error(), WireError::bad_rdata);
    }
  }
}

TEST(RdataText, shows_what_does_not_fit_in_the_generic_form) {
  EXPECT_EQ(rdata_to_text(RrType::a, from_hex("C00002")), "\\# 3 C00002");
  EXPECT_EQ(rdata_to_text(RrType::txt, {}), "\\# 0");
  EXPECT_EQ(rdata_to_text(RrType::ns, from_hex("C00C")), "\\# 2 C00C");
}

TEST(RdataText, sets_are_shown_a_record_a_line_with_their_signatures) {
  RRsetBuilder builder(name_of("www.example."), RrType::a);
  builder.add(from_hex("C0000201"), 300);
  builder.add(from_hex("C0000202"), 300);
  builder.add_signature(from_hex("0001 08 02 0000012C 60000000 50000000 1234 00 AA"), 300);
  EXPECT_EQ(to_text(*builder.build()),
            "www.example. 300 IN A 192.0.2.1\n"
            "www.example. 300 IN A 192.0.2.2\n"
            "www.example. 300 IN RRSIG A 8 2 300 20210114082536 20120713110120 4660 . qg==");
}

}  // namespace
}  // namespace godwit::wire
