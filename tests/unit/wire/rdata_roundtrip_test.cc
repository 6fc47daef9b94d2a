// Random RDATA of every type through text and back. The generator follows the rows of fields, so a
// type that joins the table is tested from then on.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/wire/test_bytes.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"
#include "wire/svcb.h"

namespace godwit::wire {
namespace {

class RdataGenerator {
 public:
  explicit RdataGenerator(std::uint32_t seed) : random_(seed) {}

  Octets rdata(RrType type) {
    out_.clear();
    for (const RdataField f : rdata_layout(type)) field(f);
    return out_;
  }
  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  void octets(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out_.push_back(static_cast<std::uint8_t>(random_()));
  }
  void counted(std::size_t minimum, std::size_t maximum) {
    const std::size_t count = minimum + below(maximum - minimum + 1);
    out_.push_back(static_cast<std::uint8_t>(count));
    octets(count);
  }
  void u16(std::size_t value) {
    out_.push_back(static_cast<std::uint8_t>(value >> 8));
    out_.push_back(static_cast<std::uint8_t>(value));
  }
  void name() {
    for (std::size_t labels = below(4); labels > 0; --labels) counted(1, 12);
    out_.push_back(0);
  }
  void bitmap(std::size_t windows_min) {
    std::size_t window = 0;
    for (std::size_t windows = windows_min + below(3); windows > 0; --windows) {
      window += below(80);
      out_.push_back(static_cast<std::uint8_t>(window++));
      counted(1, 32);
      out_.back() |= 1;
    }
  }
  void svc_params() {
    if (below(3) == 0) {
      u16(0);
      u16(2);
      u16(3);
      u16(3);
      u16(2);
      octets(2);
    }
    for (std::size_t key = 4, left = below(5); left > 0; --left, key += 1 + below(3)) {
      u16(key);
      const std::size_t unit = key == 4 ? 4 : key == 6 ? 16 : 1;
      const std::size_t count = key == 8 ? 0 : unit * (1 + below(3));
      u16(count);
      octets(count);
    }
  }
  void caa_tag() {
    const std::size_t count = 1 + below(15);
    out_.push_back(static_cast<std::uint8_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      out_.push_back(static_cast<std::uint8_t>("azAZ09"[below(6)]));
  }

  void field(RdataField f) {
    switch (f) {
      case RdataField::u8:
      case RdataField::algorithm:
        return octets(1);
      case RdataField::u16:
      case RdataField::type:
      case RdataField::certificate_type:
        return octets(2);
      case RdataField::u32:
      case RdataField::ttl:
      case RdataField::time:
      case RdataField::ipv4:
        return octets(4);
      case RdataField::ipv6:
        return octets(16);
      case RdataField::name_compressible:
      case RdataField::name_expandable:
      case RdataField::name:
      case RdataField::name_exact_case:
        return name();
      case RdataField::string:
      case RdataField::salt:
        return counted(0, 255);
      case RdataField::strings:
        for (std::size_t left = 1 + below(3); left > 0; --left) counted(0, 255);
        return;
      case RdataField::base64_rest:
      case RdataField::hex_rest:
      case RdataField::text_rest:
        return octets(1 + below(300));
      case RdataField::text_rest_or_none:
        return octets(below(300));
      case RdataField::hash:
        return counted(1, 40);
      case RdataField::type_bitmap:
        return bitmap(1);
      case RdataField::type_bitmap_or_none:
        return bitmap(0);
      case RdataField::svc_params:
        return svc_params();
      case RdataField::caa_tag:
        return caa_tag();
      case RdataField::loc:
        out_.push_back(0);
        return octets(15);
    }
  }

  std::mt19937 random_;
  Octets out_;
};

std::vector<RrType> known_types() {
  std::vector<RrType> types;
  for (unsigned value = 0; value <= 0xffff; ++value)
    if (is_known_type(RrType{static_cast<std::uint16_t>(value)}))
      types.push_back(RrType{static_cast<std::uint16_t>(value)});
  return types;
}

TEST(RdataRoundTrip, the_table_knows_its_types) {
  std::string names;
  for (const RrType type : known_types()) names += to_text(type) + ' ';
  EXPECT_EQ(names,
            "A NS MD MF CNAME SOA MB MG MR PTR HINFO MINFO MX TXT RP AFSDB RT SIG PX AAAA LOC SRV "
            "NAPTR KX CERT DNAME DS SSHFP RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA CDS "
            "CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF URI CAA ");
}

TEST(RdataRoundTrip, random_rdata_survives_text) {
  for (const RrType type : known_types()) {
    RdataGenerator generator(static_cast<std::uint32_t>(type));
    std::size_t valid = 0;
    for (int round = 0; round < 300; ++round) {
      const Octets rdata = generator.rdata(type);
      if (!is_valid_rdata(type, rdata)) continue;
      ++valid;
      const std::string text = rdata_to_text(type, rdata);
      const auto again = parse_rdata(type, text, Name());
      ASSERT_TRUE(again) << to_text(type) << ' ' << text;
      ASSERT_EQ(*again, rdata) << to_text(type) << ' ' << text;
      ASSERT_EQ(rdata_to_text(type, *again), text);
      for (const char c : text) ASSERT_TRUE(c >= ' ' && c <= '~') << to_text(type) << ' ' << text;
    }
    EXPECT_GT(valid, 250u) << to_text(type);
  }
}

TEST(RdataRoundTrip, damaged_rdata_is_refused_or_survives_text) {
  for (const RrType type : known_types()) {
    RdataGenerator generator(static_cast<std::uint32_t>(type) + 1000);
    for (int round = 0; round < 200; ++round) {
      Octets rdata = generator.rdata(type);
      for (std::size_t times = 1 + generator.below(3); times > 0 && !rdata.empty(); --times)
        rdata[generator.below(rdata.size())] = static_cast<std::uint8_t>(generator.below(256));
      rdata.resize(rdata.size() - generator.below(2));
      const auto again = parse_rdata(type, rdata_to_text(type, rdata), Name());
      ASSERT_EQ(again.has_value(), is_valid_rdata(type, rdata)) << to_text(type);
      if (again) {
        ASSERT_EQ(*again, rdata) << to_text(type);
      }
    }
  }
}

TEST(RdataRoundTrip, what_unpacks_is_valid) {
  for (const RrType type : known_types()) {
    RdataGenerator generator(static_cast<std::uint32_t>(type) + 2000);
    for (int round = 0; round < 200; ++round) {
      Octets message = generator.rdata(type);
      message.insert(message.begin(), 12, 0);
      if (message.size() > 12 && round % 2 == 1)
        message[12 + generator.below(message.size() - 12)] = 0xc0;
      Octets out(4096);
      const auto size = unpack_rdata(message, 12, message.size() - 12, type, out);
      if (size) {
        ASSERT_TRUE(is_valid_rdata(type, {out.data(), *size})) << to_text(type);
      }
    }
  }
}

}  // namespace
}  // namespace godwit::wire
