#include "wire/codes_text.h"

#include <gtest/gtest.h>

namespace godwit::wire {
namespace {

TEST(CodesText, types_have_their_mnemonic_or_a_number) {
  EXPECT_EQ(to_text(RrType::a), "A");
  EXPECT_EQ(to_text(RrType::nsec3param), "NSEC3PARAM");
  EXPECT_EQ(to_text(RrType::any), "ANY");
  EXPECT_EQ(to_text(RrType::caa), "CAA");
  EXPECT_EQ(to_text(RrType::dlv), "DLV");
  EXPECT_EQ(to_text(RrType{0}), "TYPE0");
  EXPECT_EQ(to_text(RrType{65280}), "TYPE65280");
  EXPECT_EQ(to_text(RrType{65535}), "TYPE65535");
}

TEST(CodesText, every_type_is_read_back) {
  for (unsigned value = 0; value <= 0xffff; ++value) {
    const RrType type{static_cast<std::uint16_t>(value)};
    ASSERT_EQ(parse_type(to_text(type)), type) << value;
    ASSERT_EQ(parse_type("TYPE" + std::to_string(value)), type);
  }
}

TEST(CodesText, types_are_read_in_any_case) {
  EXPECT_EQ(parse_type("aAaA"), RrType::aaaa);
  EXPECT_EQ(parse_type("type28"), RrType::aaaa);
  for (const char* text :
       {"", "TYPE", "TYPE65536", "TYPE-1", "TYPE 1", "TYPE1x", "XYZ", "1", "AAA"})
    EXPECT_FALSE(parse_type(text)) << text;
}

TEST(CodesText, classes_both_ways) {
  EXPECT_EQ(to_text(RrClass::in), "IN");
  EXPECT_EQ(to_text(RrClass::ch), "CH");
  EXPECT_EQ(to_text(RrClass{32}), "CLASS32");
  EXPECT_EQ(parse_class("in"), RrClass::in);
  EXPECT_EQ(parse_class("HS"), RrClass::hs);
  EXPECT_EQ(parse_class("CLASS65535"), RrClass{65535});
  EXPECT_FALSE(parse_class("CLASS65536"));
  EXPECT_FALSE(parse_class("INN"));
}

TEST(CodesText, rcodes_both_ways) {
  EXPECT_EQ(to_text(Rcode::nxdomain), "NXDOMAIN");
  EXPECT_EQ(to_text(Rcode::badcookie), "BADCOOKIE");
  EXPECT_EQ(to_text(Rcode{3841}), "RCODE3841");
  EXPECT_EQ(parse_rcode("servfail"), Rcode::servfail);
  EXPECT_EQ(parse_rcode("RCODE4095"), Rcode{4095});
  EXPECT_FALSE(parse_rcode("RCODE4096"));
}

TEST(CodesText, opcodes_are_named) {
  EXPECT_EQ(to_text(Opcode::query), "QUERY");
  EXPECT_EQ(to_text(Opcode::dso), "DSO");
  EXPECT_EQ(to_text(Opcode{15}), "OPCODE15");
}

TEST(CodesText, algorithms_and_certificate_types_are_names_or_numbers) {
  EXPECT_EQ(parse_algorithm("RSASHA256"), 8);
  EXPECT_EQ(parse_algorithm("ed25519"), 15);
  EXPECT_EQ(parse_algorithm("255"), 255);
  EXPECT_FALSE(parse_algorithm("256"));
  EXPECT_FALSE(parse_algorithm(""));
  EXPECT_EQ(parse_certificate_type("PKIX"), 1);
  EXPECT_EQ(parse_certificate_type("65535"), 65535);
  EXPECT_FALSE(parse_certificate_type("65536"));
}

}  // namespace
}  // namespace godwit::wire
