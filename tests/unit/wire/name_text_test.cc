#include "wire/name_text.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/wire/test_bytes.h"

namespace godwit::wire {
namespace {

Name name_of(std::string_view text) {
  return parse_name(text).value();
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(NameText, reads_labels_with_and_without_the_final_dot) {
  EXPECT_EQ(to_hex(name_of("www.Example.").wire()), "03777777074578616D706C6500");
  EXPECT_TRUE(name_of("www.Example").is_identical(name_of("www.Example.")));
  EXPECT_TRUE(name_of(".").is_root());
}

TEST(NameText, reads_escapes) {
  EXPECT_EQ(to_hex(name_of("a\\.b.").wire()), "03612E6200");
  EXPECT_EQ(to_hex(name_of("\\000\\255\\032.").wire()), "0300FF2000");
  EXPECT_EQ(to_hex(name_of("\\a\\\\.").wire()), "02615C00");
  EXPECT_EQ(to_hex(name_of("\\ x").wire()), "02207800");
}

TEST(NameText, takes_octets_above_127_as_they_are) {
  EXPECT_EQ(to_hex(name_of("b\xc3\xbc.").wire()), "0362C3BC00");
}

TEST(NameText, at_sign_is_the_origin_only_where_there_is_one) {
  EXPECT_EQ(parse_name("@", name_of("example.")).value(), name_of("example."));
  EXPECT_EQ(to_text(name_of("@")), "\\@.");
  EXPECT_EQ(to_text(parse_name("\\@", name_of("example.")).value()), "\\@.example.");
}

TEST(NameText, relative_names_are_below_the_origin) {
  const Name origin = name_of("example.org.");
  EXPECT_EQ(to_text(parse_name("www", origin).value()), "www.example.org.");
  EXPECT_EQ(to_text(parse_name("www.", origin).value()), "www.");
  EXPECT_EQ(to_text(parse_name("a.b", origin).value()), "a.b.example.org.");
  EXPECT_EQ(to_text(parse_name("www\\.", origin).value()), "www\\..example.org.");
  EXPECT_TRUE(parse_name(".", origin).value().is_root());
}

TEST(NameText, refuses_text_that_is_no_name) {
  EXPECT_EQ(parse_name("").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("", name_of("org")).error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a b").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\tb").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\x7f").error(), WireError::bad_text);
  EXPECT_EQ(parse_name(std::string_view("a\0b", 3)).error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\\").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\\1").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\\12").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\\12x").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("a\\256").error(), WireError::bad_text);
  EXPECT_EQ(parse_name("..").error(), WireError::bad_label);
  EXPECT_EQ(parse_name(".a").error(), WireError::bad_label);
  EXPECT_EQ(parse_name("a..b").error(), WireError::bad_label);
  EXPECT_EQ(parse_name("a..").error(), WireError::bad_label);
}

TEST(NameText, labels_reach_63_octets) {
  EXPECT_EQ(name_of(std::string(62, 'x')).size(), 64u);
  EXPECT_EQ(name_of(std::string(63, 'x')).size(), 65u);
  EXPECT_EQ(parse_name(std::string(64, 'x')).error(), WireError::bad_label);
  EXPECT_EQ(name_of(repeat("\\255", 63)).size(), 65u);
  EXPECT_EQ(parse_name(repeat("\\255", 64)).error(), WireError::bad_label);
}

TEST(NameText, names_reach_255_octets) {
  const std::string three = repeat(std::string(63, 'x') + ".", 3);  // 192 octets
  EXPECT_EQ(name_of(three + std::string(60, 'y')).size(), 254u);
  EXPECT_EQ(name_of(three + std::string(61, 'y')).size(), 255u);
  EXPECT_EQ(name_of(three + std::string(61, 'y') + ".").size(), 255u);
  EXPECT_EQ(parse_name(three + std::string(62, 'y')).error(), WireError::name_too_long);
  EXPECT_EQ(parse_name(three + std::string(62, 'y') + ".").error(), WireError::name_too_long);
  EXPECT_EQ(parse_name(three + std::string(61, 'y') + ".z").error(), WireError::name_too_long);
}

TEST(NameText, names_reach_127_labels) {
  EXPECT_EQ(name_of(repeat("a.", 126)).label_count(), 126u);
  EXPECT_EQ(name_of(repeat("a.", 127)).label_count(), 127u);
  EXPECT_EQ(parse_name(repeat("a.", 128)).error(), WireError::name_too_long);
}

TEST(NameText, the_origin_counts_towards_the_length) {
  const Name origin = name_of(repeat(std::string(63, 'x') + ".", 3));  // 193 octets
  EXPECT_EQ(parse_name(std::string(61, 'y'), origin).value().size(), 255u);
  EXPECT_EQ(parse_name(std::string(62, 'y'), origin).error(), WireError::name_too_long);
  EXPECT_EQ(parse_name(std::string(62, 'y') + ".", origin).value().size(), 64u);
}

TEST(NameText, shows_nothing_that_a_terminal_or_a_master_file_would_act_on) {
  EXPECT_EQ(to_text(Name()), ".");
  EXPECT_EQ(to_text(name_of("_dmarc.a-b.x/y*z.")), "_dmarc.a-b.x/y*z.");
  EXPECT_EQ(to_text(name_of("a\\027[31m\\010\\200.")), "a\\027[31m\\010\\200.");
  EXPECT_EQ(to_text(name_of("\\\"\\(\\)\\.\\;\\\\\\@\\$\\032\\127.")),
            "\\\"\\(\\)\\.\\;\\\\\\@\\$\\032\\127.");
  for (unsigned octet = 0; octet < 256; ++octet) {
    const std::uint8_t label[] = {static_cast<std::uint8_t>(octet)};
    for (const char c : to_text(Name().with_label(label).value())) {
      EXPECT_GT(c, ' ');
      EXPECT_LT(c, 0x7f);
    }
  }
}

TEST(NameText, random_names_survive_text) {
  std::mt19937 random(20260730);
  for (int round = 0; round < 5000; ++round) {
    Octets wire;
    for (unsigned labels = random() % 8; labels > 0; --labels) {
      const std::size_t octets = 1 + random() % 30;
      wire.push_back(static_cast<std::uint8_t>(octets));
      for (std::size_t i = 0; i < octets; ++i) wire.push_back(static_cast<std::uint8_t>(random()));
    }
    wire.push_back(0);
    const Name name = Name::from_wire(wire).value();
    const auto again = parse_name(to_text(name));
    ASSERT_TRUE(again) << to_text(name);
    ASSERT_TRUE(again->is_identical(name)) << to_text(name);
  }
}

}  // namespace
}  // namespace godwit::wire
