// What has the shape of its type and what does not: limits below, at and above.
#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

struct ShapeCase {
  RrType type;
  const char* rdata;
  bool valid;
};

std::string describe_case(const ShapeCase& c) {
  return "type " + std::to_string(static_cast<int>(c.type)) + " rdata " + c.rdata;
}

void check(std::span<const ShapeCase> cases) {
  for (const ShapeCase& c : cases) {
    const Octets rdata = from_hex(c.rdata);
    EXPECT_EQ(is_valid_rdata(c.type, rdata), c.valid) << describe_case(c);
    Octets out(rdata.size());
    EXPECT_EQ(unpack_rdata(rdata, 0, rdata.size(), c.type, out).has_value(), c.valid)
        << describe_case(c);
  }
}

TEST(RdataShape, addresses_have_one_length) {
  const ShapeCase cases[] = {
      {RrType::a, "", false},
      {RrType::a, "C00002", false},
      {RrType::a, "C0000201", true},
      {RrType::a, "C000020100", false},
      {RrType::aaaa, "20010DB80000000000000000000000", false},
      {RrType::aaaa, "20010DB8000000000000000000000001", true},
      {RrType::aaaa, "20010DB800000000000000000000000100", false},
  };
  check(cases);
}

TEST(RdataShape, names_are_there_and_nothing_follows_them) {
  const ShapeCase cases[] = {
      {RrType::ns, "", false},
      {RrType::ns, "00", true},
      {RrType::ns, "0000", false},
      {RrType::ns, "0161", false},
      {RrType::cname, "016100", true},
      {RrType::cname, "4061", false},
      {RrType::cname, "8061", false},
      {RrType::cname, "C000", false},
      {RrType::dname, "0161000000", false},
      {RrType::mx, "", false},
      {RrType::mx, "00", false},
      {RrType::mx, "000A", false},
      {RrType::mx, "000A00", true},
      {RrType::mx, "000A0161", false},
      {RrType::srv, "00010002003500", true},
      {RrType::srv, "000100020035", false},
      {RrType::minfo, "0000", true},
      {RrType::minfo, "00", false},
      {RrType::rp, "0000", true},
      {RrType::rp, "000000", false},
      {RrType::soa, "00000000000100000002000000030000000400000005", true},
      {RrType::soa, "000000000001000000020000000300000004000000", false},
      {RrType::soa, "0000000000010000000200000003000000040000000500", false},
  };
  check(cases);
}

TEST(RdataShape, plain_names_reach_255_octets_and_labels_63) {
  const auto name_octets = [](std::size_t last_label) {
    Octets name;
    for (const std::size_t octets :
         {std::size_t{63}, std::size_t{63}, std::size_t{63}, last_label}) {
      name.push_back(static_cast<std::uint8_t>(octets));
      name.insert(name.end(), octets, 'x');
    }
    name.push_back(0);
    return name;
  };
  EXPECT_TRUE(is_valid_rdata(RrType::ns, name_octets(60)));   // 254
  EXPECT_TRUE(is_valid_rdata(RrType::ns, name_octets(61)));   // 255
  EXPECT_FALSE(is_valid_rdata(RrType::ns, name_octets(62)));  // 256
  EXPECT_FALSE(is_valid_rdata(RrType::ns, name_octets(63)));
}

TEST(RdataShape, strings_fill_the_rdata) {
  const ShapeCase cases[] = {
      {RrType::txt, "", false},
      {RrType::txt, "00", true},
      {RrType::txt, "0161", true},
      {RrType::txt, "0261", false},
      {RrType::txt, "01610000", true},
      {RrType::txt, "016102", false},
      {RrType::spf, "", false},
      {RrType::hinfo, "0000", true},
      {RrType::hinfo, "00", false},
      {RrType::hinfo, "000000", false},
      {RrType::naptr, "00010002 0155 00 00 00", true},
      {RrType::naptr, "00010002 0155 00 00", false},
      {RrType::naptr, "00010002 0555 00 00 00", false},
      {RrType::caa, "00 05 6973737565", true},
      {RrType::caa, "00 05 6973737565 3B", true},
      {RrType::caa, "00 05 697373", false},
      {RrType::caa, "00 00 6161", false},
      {RrType::caa, "00 01 2D 6161", false},
      {RrType::caa, "00", false},
      {RrType::caa, "", false},
      {RrType::uri, "00010002", false},
      {RrType::uri, "00010002 61", true},
  };
  check(cases);
}

TEST(RdataShape, type_bitmaps_keep_their_rules) {
  const ShapeCase cases[] = {
      {RrType::nsec, "00", false},  // no type at all
      {RrType::nsec, "00 00", false},
      {RrType::nsec, "00 00 00", false},  // a window of no octets
      {RrType::nsec, "00 00 01 40", true},
      {RrType::nsec, "00 00 02 40", false},
      {RrType::nsec, "00 00 01 00", false},  // trailing zero octet
      {RrType::nsec, "00 00 02 4000", false},
      {RrType::nsec, "00 00 01 40 01 01 40", true},
      {RrType::nsec, "00 00 01 40 00 01 40", false},  // window twice
      {RrType::nsec, "00 01 01 40 00 01 40", false},  // windows descend
      {RrType::nsec, "00 00 01 40 FF 01 80", true},
      {RrType::nsec, "00 00 01 40 FF", false},
      {RrType::nsec3, "01 00 0000 00 01 61", true},  // an empty non-terminal
      {RrType::nsec3, "01 00 0000 00 01 61 00 01 40", true},
      {RrType::nsec3, "01 00 0000 00 01 61 00 00", false},
      {RrType::csync, "00000001 0003", true},
      {RrType::csync, "00000001 0003 00 01 60", true},
      {RrType::csync, "00000001 0003 00 01 00", false},
  };
  check(cases);
  for (const std::size_t octets : {31u, 32u, 33u}) {
    Octets rdata = {0, 0, static_cast<std::uint8_t>(octets)};
    rdata.insert(rdata.end(), octets, 0xff);
    EXPECT_EQ(is_valid_rdata(RrType::nsec, rdata), octets <= 32) << octets;
  }
}

TEST(RdataShape, nsec3_salt_may_be_empty_but_not_the_hash) {
  const ShapeCase cases[] = {
      {RrType::nsec3, "01 00 0000 02 AABB 01 61", true},
      {RrType::nsec3, "01 00 0000 03 AABB", false},
      {RrType::nsec3, "01 00 0000 00 00", false},
      {RrType::nsec3, "01 00 0000 00", false},
      {RrType::nsec3, "01 00 0000", false},
      {RrType::nsec3param, "01 00 0000 00", true},
      {RrType::nsec3param, "01 00 0000 02 AABB", true},
      {RrType::nsec3param, "01 00 0000 02 AABB 00", false},
      {RrType::nsec3param, "01 00 0000 03 AABB", false},
      {RrType::nsec3param, "01 00 0000", false},
  };
  check(cases);
}

TEST(RdataShape, keys_digests_and_signatures_are_not_empty) {
  const ShapeCase cases[] = {
      {RrType::dnskey, "010003", false},
      {RrType::dnskey, "01000308", false},
      {RrType::dnskey, "0100030801", true},
      {RrType::dnskey, "0100FF0801", true},  // the protocol is for the validator to judge
      {RrType::cdnskey, "0000030000", true},
      {RrType::ds, "1234 08 02", false},
      {RrType::ds, "1234 08 02 AA", true},
      {RrType::cds, "0000 00 00 00", true},
      {RrType::tlsa, "030101", false},
      {RrType::tlsa, "030101AA", true},
      {RrType::sshfp, "0101", false},
      {RrType::sshfp, "0101AA", true},
      {RrType::zonemd, "00000001 01", false},
      {RrType::zonemd, "00000001 01 01 AA", true},
      {RrType::cert, "0001 0000 00", false},
      {RrType::cert, "0001 0000 00 AA", true},
      {RrType::openpgpkey, "", false},
      {RrType::openpgpkey, "AA", true},
      {RrType::rrsig, "0001 08 02 00000E10 60000000 50000000 1234 00", false},
      {RrType::rrsig, "0001 08 02 00000E10 60000000 50000000 1234 00 AA", true},
      {RrType::rrsig, "0001 08 02 00000E10 60000000 50000000 1234", false},
  };
  check(cases);
}

TEST(RdataShape, locations_of_version_0_have_16_octets) {
  const ShapeCase cases[] = {
      {RrType::loc, "", false},
      {RrType::loc, "00 12 16 13 80000000 80000000 009896", false},
      {RrType::loc, "00 12 16 13 80000000 80000000 00989680", true},
      {RrType::loc, "00 12 16 13 80000000 80000000 00989680 00", false},
      {RrType::loc, "01 12", true},
  };
  check(cases);
}

TEST(RdataShape, service_parameters_ascend_and_have_their_values) {
  const ShapeCase cases[] = {
      {RrType::svcb, "", false},
      {RrType::svcb, "0001", false},
      {RrType::svcb, "0001 00", true},
      {RrType::https, "0000 00", true},
      {RrType::https, "0001 00 00", false},
      {RrType::https, "0001 00 0003", false},
      {RrType::https, "0001 00 0003 0002 01", false},
      {RrType::https, "0001 00 0003 0002 01BB", true},
      {RrType::https, "0001 00 0003 0001 01", false},
      {RrType::https, "0001 00 0003 0003 01BB00", false},
      {RrType::https, "0001 00 0003 0002 01BB 0003 0002 01BB", false},    // twice
      {RrType::https, "0001 00 0003 0002 01BB 0001 0003 026832", false},  // descending
      {RrType::https, "0001 00 0001 0000", false},
      {RrType::https, "0001 00 0001 0001 00", false},
      {RrType::https, "0001 00 0001 0004 026832 00", false},
      {RrType::https, "0001 00 0001 0003 036832", false},
      {RrType::https, "0001 00 0001 0003 026832", true},
      {RrType::https, "0001 00 0001 0003 026832 0002 0000", true},
      {RrType::https, "0001 00 0002 0001 00", false},
      {RrType::https, "0001 00 0004 0000", false},
      {RrType::https, "0001 00 0004 0003 010203", false},
      {RrType::https, "0001 00 0004 0004 01020304", true},
      {RrType::https, "0001 00 0004 0005 0102030405", false},
      {RrType::https, "0001 00 0004 0008 0102030405060708", true},
      {RrType::https, "0001 00 0006 0000", false},
      {RrType::https, "0001 00 0006 000F 000102030405060708090A0B0C0D0E", false},
      {RrType::https, "0001 00 0006 0010 000102030405060708090A0B0C0D0E0F", true},
      {RrType::https, "0001 00 0006 0011 000102030405060708090A0B0C0D0E0F10", false},
      {RrType::https, "0001 00 0008 0000", true},
      {RrType::https, "0001 00 0008 0001 00", false},
      {RrType::https, "0001 00 029A 0000", true},
      {RrType::https, "0001 00 FFFF 0001 00", true},
      // In AliasMode the parameters mean nothing, yet must be well formed.
      {RrType::https, "0000 00 0003 0002 01BB", true},
      {RrType::https, "0000 00 0003 0001 01", false},
  };
  check(cases);
}

TEST(RdataShape, mandatory_lists_present_keys_in_order_and_not_itself) {
  const ShapeCase cases[] = {
      {RrType::https, "0001 00 0000 0002 0003 0003 0002 01BB", true},
      {RrType::https, "0001 00 0000 0000 0003 0002 01BB", false},
      {RrType::https, "0001 00 0000 0001 00 0003 0002 01BB", false},
      {RrType::https, "0001 00 0000 0003 000300 0003 0002 01BB", false},
      {RrType::https, "0001 00 0000 0002 0000 0003 0002 01BB", false},      // itself
      {RrType::https, "0001 00 0000 0004 00000003 0003 0002 01BB", false},  // itself, too
      {RrType::https, "0001 00 0000 0002 0004 0003 0002 01BB", false},      // missing
      {RrType::https, "0001 00 0000 0004 00010003 0003 0002 01BB", false},  // one missing
      {RrType::https, "0001 00 0000 0004 00030003 0003 0002 01BB", false},  // twice
      {RrType::https, "0001 00 0000 0004 00010003 0001 0003 026832 0003 0002 01BB", true},
      {RrType::https, "0001 00 0000 0004 00030001 0001 0003 026832 0003 0002 01BB", false},
      {RrType::https, "0001 00 0000 0002 0003", false},
  };
  check(cases);
}

}  // namespace
}  // namespace godwit::wire
