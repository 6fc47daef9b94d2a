#include "wire/rdata.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/name_text.h"

namespace godwit::wire {
namespace {

// A header of zeros, then at offset 12 the name "example.com." that pointers may lead to; RDATA
// follows at rdata_offset.
constexpr std::size_t rdata_offset = 25;

Octets message_with(std::string_view rdata_hex, std::string_view following_hex) {
  Octets message(12);
  for (const char* part : {"07 6578616D706C65 03 636F6D 00"})
    for (const std::uint8_t octet : from_hex(part)) message.push_back(octet);
  for (const std::uint8_t octet : from_hex(rdata_hex)) message.push_back(octet);
  for (const std::uint8_t octet : from_hex(following_hex)) message.push_back(octet);
  return message;
}

// The hexadecimal of what comes out, or the error's phrase. Octets follow the RDATA, as a next
// record does.
std::string unpacked(RrType type, std::string_view rdata_hex,
                     std::string_view following_hex = "03 777777 00 0001 0001") {
  const Octets message = message_with(rdata_hex, following_hex);
  Octets out(1000);
  const auto size = unpack_rdata(message, rdata_offset, from_hex(rdata_hex).size(), type, out);
  if (!size) return std::string(describe(size.error()));
  return to_hex({out.data(), *size});
}

const std::string bad_rdata(describe(WireError::bad_rdata));
constexpr const char* example_com = "076578616D706C6503636F6D00";

struct PointerCase {
  RrType type;
  const char* compressed;
  const char* expanded;
};

TEST(UnpackRdata, expands_pointers_in_the_types_that_may_have_them) {
  const PointerCase cases[] = {
      {RrType::ns, "C00C", "076578616D706C6503636F6D00"},
      {RrType::ns, "01 61 C00C", "0161076578616D706C6503636F6D00"},
      {RrType::cname, "C014", "03636F6D00"},
      {RrType::ptr, "C00C", "076578616D706C6503636F6D00"},
      {RrType::md, "C014", "03636F6D00"},
      {RrType::mf, "C014", "03636F6D00"},
      {RrType::mb, "C014", "03636F6D00"},
      {RrType::mg, "C014", "03636F6D00"},
      {RrType::mr, "C014", "03636F6D00"},
      {RrType::mx, "000A C014", "000A03636F6D00"},
      {RrType::minfo, "C014 C014", "03636F6D0003636F6D00"},
      {RrType::rp, "C014 C014", "03636F6D0003636F6D00"},
      {RrType::afsdb, "0001 C014", "000103636F6D00"},
      {RrType::rt, "0001 C014", "000103636F6D00"},
      {RrType::px, "0001 C014 C014", "000103636F6D0003636F6D00"},
      {RrType::naptr, "0001 0002 00 00 00 C014", "0001000200000003636F6D00"},
      {RrType::soa, "C014 01 61 C014 00000001 00000002 00000003 00000004 00000005",
       "03636F6D00016103636F6D000000000100000002000000030000000400000005"},
  };
  for (const PointerCase& c : cases)
    EXPECT_EQ(unpacked(c.type, c.compressed), c.expanded) << static_cast<int>(c.type);
}

TEST(UnpackRdata, refuses_pointers_where_they_are_forbidden) {
  const std::pair<RrType, const char*> cases[] = {
      {RrType::srv, "0001 0002 0035 C00C"},
      {RrType::dname, "C00C"},
      {RrType::dname, "01 61 C00C"},
      {RrType::kx, "000A C00C"},
      {RrType::nsec, "C00C 0001 40"},
      {RrType::rrsig, "0001 08 02 00000E10 60000000 50000000 1234 C00C 00112233"},
      {RrType::svcb, "0001 C00C"},
      {RrType::https, "0001 C00C 0001 0003 02 6832"},
  };
  for (const auto& [type, rdata] : cases)
    EXPECT_EQ(unpacked(type, rdata), bad_rdata) << static_cast<int>(type);
  // The same records with the name in full are fine.
  EXPECT_NE(unpacked(RrType::srv, std::string("0001 0002 0035") + example_com), bad_rdata);
  EXPECT_NE(unpacked(RrType::nsec, std::string(example_com) + "0001 40"), bad_rdata);
}

TEST(UnpackRdata, leaves_the_octets_of_unknown_types_alone) {
  EXPECT_EQ(unpacked(RrType{65280}, "C00C 01"), "C00C01");
  EXPECT_EQ(unpacked(RrType{65280}, ""), "");
  EXPECT_EQ(unpacked(RrType::null, "C0"), "C0");
}

TEST(UnpackRdata, names_must_end_with_the_rdata) {
  // The label would go on into the next record.
  EXPECT_EQ(unpacked(RrType::ns, "05 6162"), bad_rdata);
  EXPECT_EQ(unpacked(RrType::ns, "02 6162", "00 00 00"), bad_rdata);
  EXPECT_EQ(unpacked(RrType::cname, "C0", "0C 00"), bad_rdata);
  EXPECT_EQ(unpacked(RrType::cname, "", "00"), bad_rdata);
  EXPECT_EQ(unpacked(RrType::ns, "00 00"), bad_rdata);
  EXPECT_EQ(unpacked(RrType::mx, "000A C00C 00"), bad_rdata);
  // At the end of the message it is the record's fault, too.
  EXPECT_EQ(unpacked(RrType::ns, "05 6162", ""), bad_rdata);
  EXPECT_EQ(unpacked(RrType::ns, "", ""), bad_rdata);
}

TEST(UnpackRdata, bad_names_keep_their_own_error) {
  EXPECT_EQ(unpacked(RrType::ns, "40 61"), describe(WireError::bad_label));
  EXPECT_EQ(unpacked(RrType::ns, "80 61"), describe(WireError::bad_label));
  EXPECT_EQ(unpacked(RrType::ns, "C019"), describe(WireError::bad_pointer));
  EXPECT_EQ(unpacked(RrType::ns, "C004"), describe(WireError::bad_pointer));
}

TEST(UnpackRdata, rdata_beyond_the_message_is_short_input) {
  const Octets message = message_with("C00C", "");
  Octets out(300);
  EXPECT_EQ(unpack_rdata(message, rdata_offset, 3, RrType::ns, out).error(),
            WireError::short_input);
  EXPECT_EQ(unpack_rdata(message, message.size() + 1, 0, RrType::ns, out).error(),
            WireError::short_input);
  EXPECT_EQ(unpack_rdata(message, 5, SIZE_MAX, RrType::null, out).error(), WireError::short_input);
  EXPECT_EQ(unpack_rdata(message, rdata_offset, 2, RrType::ns, out).value(), 13u);
}

TEST(UnpackRdata, writes_up_to_the_last_octet_of_the_buffer_and_no_further) {
  const Octets message = message_with("000A C00C", "");
  for (const auto& [type, needed] :
       {std::pair{RrType::mx, std::size_t{15}}, std::pair{RrType::null, std::size_t{4}}}) {
    for (std::size_t room = 0; room <= needed + 1; ++room) {
      Octets out(room);
      const auto size = unpack_rdata(message, rdata_offset, 4, type, out);
      if (room < needed) {
        EXPECT_EQ(size.error(), WireError::no_space);
      } else {
        EXPECT_EQ(size.value(), needed);
      }
    }
  }
}

TEST(UnpackRdata, never_makes_more_than_65535_octets) {
  // A SIG whose signature leaves no room for the name that its pointer stands for.
  Octets message = message_with("0001 08 02 00000E10 60000000 50000000 1234 C00C", "");
  Octets out(70000);
  const std::size_t fixed = 18 + 13;
  message.resize(rdata_offset + 20 + (rdata_octets_max - fixed));
  EXPECT_EQ(
      unpack_rdata(message, rdata_offset, message.size() - rdata_offset, RrType::sig, out).value(),
      rdata_octets_max);
  message.resize(message.size() + 1);
  EXPECT_EQ(
      unpack_rdata(message, rdata_offset, message.size() - rdata_offset, RrType::sig, out).error(),
      WireError::no_space);
}

TEST(UnpackRdata, what_it_makes_is_valid) {
  const std::pair<RrType, const char*> cases[] = {{RrType::mx, "000A C00C"},
                                                  {RrType::ns, "C00C"},
                                                  {RrType::a, "C0000201"},
                                                  {RrType::txt, "00"},
                                                  {RrType::rp, "C00C C00C"}};
  for (const auto& [type, rdata] : cases) {
    const std::string hex = unpacked(type, rdata);
    EXPECT_TRUE(is_valid_rdata(type, from_hex(hex))) << hex;
  }
  EXPECT_FALSE(is_valid_rdata(RrType::ns, from_hex("C00C")));
  EXPECT_FALSE(is_valid_rdata(RrType::ns, from_hex("07 6578616D706C65 03 636F6D 00 C000")));
}

TEST(IsValidRdata, unknown_types_take_anything_up_to_65535_octets) {
  EXPECT_TRUE(is_valid_rdata(RrType{65280}, {}));
  EXPECT_TRUE(is_valid_rdata(RrType{65280}, Octets(rdata_octets_max)));
  EXPECT_FALSE(is_valid_rdata(RrType{65280}, Octets(rdata_octets_max + 1)));
  EXPECT_FALSE(is_valid_rdata(RrType::openpgpkey, Octets(rdata_octets_max + 1)));
}

TEST(TargetName, is_the_name_of_the_types_that_point_somewhere) {
  const std::pair<RrType, const char*> cases[] = {
      {RrType::ns, ""},     {RrType::cname, ""},      {RrType::dname, ""},
      {RrType::ptr, ""},    {RrType::mx, "000A"},     {RrType::kx, "000A"},
      {RrType::rt, "000A"}, {RrType::afsdb, "01 00"}, {RrType::srv, "0001 0002 0003"}};
  for (const auto& [type, prefix] : cases) {
    const auto target = target_name(type, from_hex(std::string(prefix) + example_com));
    ASSERT_TRUE(target) << static_cast<int>(type);
    EXPECT_EQ(to_text(*target), "example.com.");
  }
  EXPECT_FALSE(target_name(RrType::txt, from_hex("03 616263")));
  EXPECT_FALSE(target_name(RrType::soa, from_hex(example_com)));
  EXPECT_FALSE(target_name(RrType::srv, from_hex("0001")));
  EXPECT_FALSE(target_name(RrType::ns, {}));
}

TEST(ReadSoa, gives_every_field) {
  const auto soa = read_soa(
      from_hex("02 6E73 00 05 61646D696E 00 00000001 00000002 00000003 00000004 FFFFFFFF"));
  ASSERT_TRUE(soa);
  EXPECT_EQ(to_text(soa->mname), "ns.");
  EXPECT_EQ(to_text(soa->rname), "admin.");
  EXPECT_EQ(soa->serial, 1u);
  EXPECT_EQ(soa->refresh, 2u);
  EXPECT_EQ(soa->retry, 3u);
  EXPECT_EQ(soa->expire, 4u);
  EXPECT_EQ(soa->minimum, 0xffffffffu);
}

TEST(ReadSoa, gives_nothing_for_anything_else) {
  EXPECT_FALSE(read_soa({}));
  EXPECT_FALSE(read_soa(from_hex("00")));
  EXPECT_FALSE(read_soa(from_hex("00 00 00000001 00000002 00000003 00000004 FFFFFF")));
  EXPECT_FALSE(read_soa(from_hex("00 00 00000001 00000002 00000003 00000004 FFFFFFFF 00")));
}

}  // namespace
}  // namespace godwit::wire
