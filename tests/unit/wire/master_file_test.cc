#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::wire {
namespace {

Name name_of(std::string_view text) {
  return parse_name(text).value();
}

std::string show(const RecordText& record) {
  return to_text(record.owner) + ' ' + (record.ttl ? std::to_string(*record.ttl) : "-") + ' ' +
         to_text(record.rr_class) + ' ' + to_text(record.type) + ' ' +
         rdata_to_text(record.type, record.rdata);
}

std::string record(std::string_view line) {
  const auto parsed = parse_record(line, name_of("example."), name_of("before.example."));
  if (!parsed) return std::string(describe(parsed.error()));
  return show(*parsed);
}

std::string file(std::string_view text) {
  const auto records = parse_master_file(text, name_of("example."));
  if (!records)
    return "line " + std::to_string(records.error().line) + ": " +
           std::string(describe(records.error().error));
  std::string out;
  for (const RecordText& r : *records) out += show(r) + '\n';
  return out;
}

const std::string bad_text(describe(WireError::bad_text));
const std::string bad_rdata(describe(WireError::bad_rdata));

TEST(ParseRecord, ttl_and_class_come_in_either_order_or_not_at_all) {
  EXPECT_EQ(record("www A 192.0.2.1"), "www.example. - IN A 192.0.2.1");
  EXPECT_EQ(record("www. 300 A 192.0.2.1"), "www. 300 IN A 192.0.2.1");
  EXPECT_EQ(record("www CH A 192.0.2.1"), "www.example. - CH A 192.0.2.1");
  EXPECT_EQ(record("www 300 IN A 192.0.2.1"), "www.example. 300 IN A 192.0.2.1");
  EXPECT_EQ(record("www in 1h a 192.0.2.1"), "www.example. 3600 IN A 192.0.2.1");
  EXPECT_EQ(record("@ CLASS32 0 TYPE65280 \\# 1 FF"), "example. 0 CLASS32 TYPE65280 \\# 1 FF");
  EXPECT_EQ(record("a ANY A 192.0.2.1"), "a.example. - ANY A 192.0.2.1");
}

TEST(ParseRecord, an_owner_left_out_is_the_one_before) {
  EXPECT_EQ(record("  300 A 192.0.2.1"), "before.example. 300 IN A 192.0.2.1");
  EXPECT_EQ(record("\tMX 10 mail"), "before.example. - IN MX 10 mail.example.");
}

TEST(ParseRecord, comments_and_parentheses_are_blanks) {
  EXPECT_EQ(record("a A 192.0.2.1 ; home"), "a.example. - IN A 192.0.2.1");
  EXPECT_EQ(record("a SOA ns root (1 2 3\n 4 5)\n"),
            "a.example. - IN SOA ns.example. root.example. 1 2 3 4 5");
}

TEST(ParseRecord, a_name_may_look_like_anything) {
  EXPECT_EQ(record("A A 192.0.2.1"), "A.example. - IN A 192.0.2.1");
  EXPECT_EQ(record("300 IN A 192.0.2.1"), "300.example. - IN A 192.0.2.1");
  EXPECT_EQ(record("\\$TTL NS ns"), "\\$TTL.example. - IN NS ns.example.");
}

TEST(ParseRecord, ttls_reach_31_bits) {
  EXPECT_EQ(record("a 2147483646 A 192.0.2.1"), "a.example. 2147483646 IN A 192.0.2.1");
  EXPECT_EQ(record("a 2147483647 A 192.0.2.1"), "a.example. 2147483647 IN A 192.0.2.1");
  EXPECT_EQ(record("a 2147483648 A 192.0.2.1"), bad_text);
}

TEST(ParseRecord, refuses_what_is_no_record) {
  for (const char* line :
       {"", "   ", "; nothing", "a", "a 300", "a IN", "a 300 IN", "a A", "a 300 300 A 192.0.2.1",
        "a IN IN A 192.0.2.1", "a NOSUCH 1", "\"a\" A 192.0.2.1", "a \"A\" 192.0.2.1",
        "a TYPE0 \\# 0", "a A (192.0.2.1", "a A 192.0.2.1)", "a A 192.0.2.1\nb A 192.0.2.2",
        "a 1x A 192.0.2.1", "a TYPE65280 x"})
    EXPECT_EQ(record(line), bad_text) << line;
  EXPECT_EQ(record("a NSEC b"), bad_rdata);
  EXPECT_EQ(record("a..b A 192.0.2.1"), describe(WireError::bad_label));
}

TEST(MasterFile, reads_records_with_what_went_before) {
  EXPECT_EQ(file("$TTL 1h\n"
                 "@ IN SOA ns root (\n"
                 "    2026073001 ; serial\n"
                 "    7200 3600 1209600 300 )\n"
                 "  NS ns\n"
                 "ns A 192.0.2.1\n"
                 "   60 AAAA 2001:db8::1\n"
                 "   TXT \"a b\"\n"
                 "$ORIGIN sub\n"
                 "$TTL 5\n"
                 "www CNAME @\n"
                 "$ORIGIN .\n"
                 "org NS ns.org\n"),
            "example. 3600 IN SOA ns.example. root.example. 2026073001 7200 3600 1209600 300\n"
            "example. 3600 IN NS ns.example.\n"
            "ns.example. 3600 IN A 192.0.2.1\n"
            "ns.example. 60 IN AAAA 2001:db8::1\n"
            "ns.example. 3600 IN TXT \"a b\"\n"
            "www.sub.example. 5 IN CNAME sub.example.\n"
            "org. 5 IN NS ns.org.\n");
}

TEST(MasterFile, without_a_default_the_last_ttl_and_class_stay) {
  EXPECT_EQ(file("a A 192.0.2.1\na 60 CH A 192.0.2.1\na A 192.0.2.1\n"),
            "a.example. - IN A 192.0.2.1\n"
            "a.example. 60 CH A 192.0.2.1\n"
            "a.example. 60 CH A 192.0.2.1\n");
}

TEST(MasterFile, may_be_empty) {
  EXPECT_EQ(file(""), "");
  EXPECT_EQ(file("\n ; nothing here\n\n"), "");
  EXPECT_EQ(file("$ORIGIN org.\n"), "");
}

TEST(MasterFile, says_on_which_line_reading_stopped) {
  EXPECT_EQ(file("a A 192.0.2.1\n\nb A 192.0.2\n"), "line 3: " + bad_text);
  EXPECT_EQ(file("a SOA a b (\n1 2\n3 4)\n"), "line 1: " + bad_text);
  EXPECT_EQ(file("a A 192.0.2.1\nb SOA ( 1\n2\n"), "line 2: " + bad_text);
  EXPECT_EQ(file("a A 192.0.2.1\n)\n"), "line 2: " + bad_text);
  EXPECT_EQ(file("a NSEC b\n"), "line 1: " + bad_rdata);
}

TEST(MasterFile, may_begin_with_a_byte_order_mark) {
  EXPECT_EQ(file("\xef\xbb\xbf$TTL 30\na A 192.0.2.1\n"), file("$TTL 30\na A 192.0.2.1\n"));
  EXPECT_EQ(file("\xef\xbb\xbf"), "");
  EXPECT_EQ(file("\xef\xbb"), "line 1: " + bad_text);
}

TEST(MasterFile, refuses_directives_that_reach_further) {
  for (const char* text : {"$INCLUDE /etc/passwd\n", "$include x\n",
                           "$GENERATE 1-9 a A 192.0.2.$\n", "$NOSUCH 1\n", "$\n"})
    EXPECT_EQ(file(text), "line 1: " + std::string(describe(WireError::bad_directive))) << text;
  for (const char* text : {"$TTL\n", "$TTL x\n", "$TTL 1 2\n", "$TTL 2147483648\n", "$ORIGIN\n",
                           "$ORIGIN a b\n", "$ORIGIN \"a\"\n", "  A 192.0.2.1\n"})
    EXPECT_EQ(file(text), "line 1: " + bad_text) << text;
  EXPECT_EQ(file("$ORIGIN a..b\n"), "line 1: " + std::string(describe(WireError::bad_label)));
  EXPECT_EQ(file("$TTL 2147483647\n"), "");
}

}  // namespace
}  // namespace godwit::wire
