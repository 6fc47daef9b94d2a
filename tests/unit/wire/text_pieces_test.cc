// The small pieces of presentation format: numbers, durations, dates, encodings, tokens.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/wire/test_bytes.h"
#include "wire/text_lexer.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

TEST(TextNumber, takes_digits_up_to_the_limit) {
  EXPECT_EQ(parse_number("0", 255), 0u);
  EXPECT_EQ(parse_number("254", 255), 254u);
  EXPECT_EQ(parse_number("255", 255), 255u);
  EXPECT_FALSE(parse_number("256", 255));
  EXPECT_EQ(parse_number("4294967295", 0xffffffff), 0xffffffffu);
  EXPECT_FALSE(parse_number("4294967296", 0xffffffff));
  EXPECT_EQ(parse_number("007", 255), 7u);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0"})
    EXPECT_FALSE(parse_number(text, 255)) << text;
}

TEST(TextNumber, durations_have_units) {
  EXPECT_EQ(parse_duration("3600"), 3600u);
  EXPECT_EQ(parse_duration("1w2D3h4M5s"), 604800u + 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
  EXPECT_EQ(parse_duration("4294967295s"), 0xffffffffu);
  EXPECT_EQ(parse_duration("7101w"), 7101u * 604800);
  for (const char* text : {"", "1x", "h", "1h2", "4294967296", "4294967295s1s", "7102w", "-1h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(TextNumber, fixed_point_numbers_have_so_many_decimals) {
  EXPECT_EQ(parse_fixed_point("1", 2), 100);
  EXPECT_EQ(parse_fixed_point("-1.5", 2), -150);
  EXPECT_EQ(parse_fixed_point("0.05", 2), 5);
  EXPECT_EQ(parse_fixed_point("7", 0), 7);
  for (const char* text : {"", ".", "1.", ".5", "1.234", "1.-5", "--1", "1e2", "1.2.3"})
    EXPECT_FALSE(parse_fixed_point(text, 2)) << text;
}

TEST(TextNumber, dates_reach_from_1970_to_2106) {
  EXPECT_EQ(timestamp_to_text(0), "19700101000000");
  EXPECT_EQ(timestamp_to_text(1709209800), "20240229123000");
  EXPECT_EQ(timestamp_to_text(0xffffffff), "21060207062815");
  EXPECT_EQ(parse_timestamp("19700101000000"), 0u);
  EXPECT_EQ(parse_timestamp("20240229123000"), 1709209800u);
  EXPECT_EQ(parse_timestamp("21060207062815"), 0xffffffffu);
  EXPECT_FALSE(parse_timestamp("21060207062816"));
  EXPECT_FALSE(parse_timestamp("19691231235959"));
}

TEST(TextNumber, dates_are_dates_of_the_calendar) {
  for (const char* text : {"20230229000000", "20240230000000", "20241301000000", "20240001000000",
                           "20240100000000", "20240101240000", "20240101006000", "20240101000060",
                           "2024010100000x", "2024010100000", "202401010000000", "", "x"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(TextNumber, short_dates_are_seconds) {
  EXPECT_EQ(parse_timestamp("1709209800"), 1709209800u);
  EXPECT_EQ(parse_timestamp("4294967295"), 0xffffffffu);
  EXPECT_FALSE(parse_timestamp("4294967296"));
}

std::string base64(std::string_view text) {
  std::string out;
  append_base64(out, bytes_of(text));
  return out;
}

std::string base32hex(std::string_view text) {
  std::string out;
  append_base32hex(out, bytes_of(text));
  return out;
}

TEST(TextEncoding, gives_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base32hex("f"), "CO");
  EXPECT_EQ(base32hex("fo"), "CPNG");
  EXPECT_EQ(base32hex("foo"), "CPNMU");
  EXPECT_EQ(base32hex("foob"), "CPNMUOG");
  EXPECT_EQ(base32hex("foobar"), "CPNMUOJ1E8");
  EXPECT_EQ(to_hex(bytes_of("foobar")), "666F6F626172");
}

TEST(TextEncoding, decodes_what_it_encodes) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    Octets octets(random() % 40);
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
    std::string hex, b64, b32;
    append_hex(hex, octets);
    append_base64(b64, octets);
    append_base32hex(b32, octets);
    Octets out;
    ASSERT_TRUE(decode_hex(hex, out));
    EXPECT_EQ(out, octets);
    out.clear();
    ASSERT_TRUE(decode_base64(b64, out));
    EXPECT_EQ(out, octets);
    out.clear();
    ASSERT_TRUE(decode_base32hex(b32, out));
    EXPECT_EQ(out, octets);
  }
}

TEST(TextEncoding, refuses_what_is_not_canonical) {
  Octets out;
  for (const char* text :
       {"Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Z!==", "Zm 9v"})
    EXPECT_FALSE(decode_base64(text, out)) << text;
  for (const char* text : {"C", "CP1", "CPN", "CPNMUO", "CO======", "CW", "C "})
    EXPECT_FALSE(decode_base32hex(text, out)) << text;
  for (const char* text : {"0", "0g", "000", "0 0"}) EXPECT_FALSE(decode_hex(text, out)) << text;
}

std::string tokens_of(std::string_view text) {
  TextLexer lexer(text);
  std::string out;
  while (true) {
    const auto entry = lexer.next();
    if (!entry) return out + "error@" + std::to_string(lexer.entry_line());
    if (entry->tokens.empty()) return out;
    out += std::to_string(lexer.entry_line());
    if (entry->begins_blank) out += '_';
    for (const TextToken& token : entry->tokens) {
      out += token.quoted ? '"' : '[';
      out += token.text;
      out += token.quoted ? '"' : ']';
    }
    out += '\n';
  }
}

TEST(TextLexer, cuts_words_and_quoted_strings) {
  EXPECT_EQ(tokens_of("a  b\tc"), "1[a][b][c]\n");
  EXPECT_EQ(tokens_of("a \"b c\" \"\" d"), "1[a]\"b c\"\"\"[d]\n");
  EXPECT_EQ(tokens_of("a\"b\"\"c\""), "1[a]\"b\"\"c\"\n");
  EXPECT_EQ(tokens_of("\"a\\\"b\" c\\ d e\\;f"), "1\"a\\\"b\"[c\\ d][e\\;f]\n");
  EXPECT_EQ(tokens_of("alpn=\"h2 h3\"x"), "1[alpn=\"h2 h3\"][x]\n");
  EXPECT_EQ(tokens_of(""), "");
}

TEST(TextLexer, lines_are_entries) {
  EXPECT_EQ(tokens_of("a\nb\r\n\n  c\n"), "1[a]\n2[b]\n4_[c]\n");
  EXPECT_EQ(tokens_of("a;b\n;c\n d ; e"), "1[a]\n3_[d]\n");
  EXPECT_EQ(tokens_of("  ; only this\na"), "2[a]\n");
  EXPECT_EQ(tokens_of("a \";\" b"), "1[a]\";\"[b]\n");
}

TEST(TextLexer, parentheses_join_lines) {
  EXPECT_EQ(tokens_of("a ( b ; x )\n c\n) d\ne"), "1[a][b][c][d]\n4[e]\n");
  EXPECT_EQ(tokens_of("a((b)(c))d"), "1[a][b][c][d]\n");
  EXPECT_EQ(tokens_of("\n(\na)"), "2[a]\n");
}

TEST(TextLexer, says_where_an_entry_went_wrong) {
  EXPECT_EQ(tokens_of("a\nb (\n\n"), "1[a]\nerror@2");
  EXPECT_EQ(tokens_of("a\n)"), "1[a]\nerror@2");
  EXPECT_EQ(tokens_of("\"a\nb\""), "error@1");
  EXPECT_EQ(tokens_of("\"a"), "error@1");
  EXPECT_EQ(tokens_of("\"a\\"), "error@1");
  EXPECT_EQ(tokens_of("a\\"), "error@1");
  EXPECT_EQ(tokens_of("a\\\nb"), "error@1");
  EXPECT_EQ(tokens_of("a\x01"), "error@1");
  EXPECT_EQ(tokens_of("\x7f"), "error@1");
  EXPECT_EQ(tokens_of(std::string_view("a\0", 2)), "error@1");
  EXPECT_EQ(tokens_of("\"a\x1b\""), "error@1");
}

TEST(TextLexer, resolves_escapes_in_tokens) {
  EXPECT_EQ(to_hex(token_octets({"a\\065\\\\\\\"", false}).value()), "61415C22");
  EXPECT_FALSE(token_octets({"a\\06", false}));
  EXPECT_FALSE(token_octets({"a\"b", false}));
}

}  // namespace
}  // namespace godwit::wire
