// Service parameters as text: the examples of RFC 9460 appendix D and the rules around them.
#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::wire {
namespace {

std::string params_of(std::string_view text) {
  const auto rdata = parse_rdata(RrType::svcb, "1 . " + std::string(text), Name());
  if (!rdata) return std::string(describe(rdata.error()));
  EXPECT_TRUE(is_valid_rdata(RrType::svcb, *rdata));
  return rdata_to_text(RrType::svcb, *rdata).substr(3 + (rdata->size() > 3 ? 1 : 0));
}

const std::string bad_text(describe(WireError::bad_text));
const std::string bad_rdata(describe(WireError::bad_rdata));

TEST(SvcbText, reads_every_spelling_of_a_value) {
  EXPECT_EQ(params_of(""), "");
  EXPECT_EQ(params_of("port=53"), "port=53");
  EXPECT_EQ(params_of("port=\"53\""), "port=53");
  EXPECT_EQ(params_of("port=\\053\\051"), "port=53");
  EXPECT_EQ(params_of("alpn=h2"), "alpn=\"h2\"");
  EXPECT_EQ(params_of("alpn=\"h2,h3\""), "alpn=\"h2,h3\"");
  EXPECT_EQ(params_of("alpn=h\\050"), "alpn=\"h2\"");
  EXPECT_EQ(params_of("key3=\\000\\053"), "port=53");
  EXPECT_EQ(params_of("key1=\\002h2"), "alpn=\"h2\"");
  EXPECT_EQ(params_of("no-default-alpn alpn=h2"), "alpn=\"h2\" no-default-alpn");
  EXPECT_EQ(params_of("no-default-alpn=\"\""), "no-default-alpn");
  EXPECT_EQ(params_of("key9=\"\""), "key9");
  EXPECT_EQ(params_of("key65535=a"), "key65535=\"a\"");
  EXPECT_EQ(params_of("ech=\"\""), "ech");
  EXPECT_EQ(params_of("key10=\"a b\" port=1"), "port=1 key10=\"a b\"");
}

TEST(SvcbText, alpn_has_two_levels_of_escapes) {
  // RFC 9460 figure 10: both spellings are one value.
  const std::string expected = "alpn=\"f\\\\\\\\oo\\\\,bar,h2\"";
  EXPECT_EQ(params_of("alpn=\"f\\\\\\\\oo\\\\,bar,h2\""), expected);
  EXPECT_EQ(params_of("alpn=f\\\\\\092oo\\092,bar,h2"), expected);
  EXPECT_EQ(params_of("alpn=\"\\195\\188\""), "alpn=\"\\195\\188\"");
}

TEST(SvcbText, keys_come_in_any_order_but_once) {
  EXPECT_EQ(params_of("ipv4hint=192.0.2.1 alpn=\"h2,h3-19\" mandatory=ipv4hint,alpn"),
            "mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1");
  EXPECT_EQ(params_of("key123=abc key123=def"), bad_text);
  EXPECT_EQ(params_of("port=1 key3=\\000\\001"), bad_text);
  EXPECT_EQ(params_of("mandatory=key667 key667=x"), "mandatory=key667 key667=\"x\"");
}

TEST(SvcbText, refuses_the_failure_cases_of_appendix_d) {
  EXPECT_EQ(params_of("mandatory"), bad_text);
  EXPECT_EQ(params_of("alpn"), bad_text);
  EXPECT_EQ(params_of("port"), bad_text);
  EXPECT_EQ(params_of("ipv4hint"), bad_text);
  EXPECT_EQ(params_of("ipv6hint"), bad_text);
  EXPECT_EQ(params_of("no-default-alpn=abc"), bad_rdata);
  EXPECT_EQ(params_of("mandatory=key123"), bad_rdata);
  EXPECT_EQ(params_of("mandatory=mandatory"), bad_rdata);
  EXPECT_EQ(params_of("mandatory=key123,key123 key123=abc"), bad_rdata);
}

TEST(SvcbText, refuses_other_nonsense) {
  for (const char* text : {"port=65536",
                           "port=-1",
                           "port=",
                           "alpn=\"\"",
                           "alpn=,h2",
                           "alpn=h2,",
                           "alpn=h2\\\\",
                           "ipv4hint=192.0.2",
                           "ipv4hint=::1",
                           "ipv6hint=192.0.2.1",
                           "ipv4hint=192.0.2.1,",
                           "ech=A",
                           "nosuchkey",
                           "PORT=1",
                           "key",
                           "key01=a",
                           "key65536=a",
                           "key-1",
                           "=",
                           "=a",
                           "\"port=1\"",
                           "mandatory=nosuch port=1",
                           "alpn=\"h2",
                           "port=1 \"x\"",
                           "key5x=1"})
    EXPECT_EQ(params_of(text), bad_text) << text;
  EXPECT_EQ(params_of("key4=abc"), bad_rdata);
  EXPECT_EQ(params_of("ohttp=x"), bad_rdata);
}

TEST(SvcbText, alpn_identifiers_reach_255_octets) {
  for (const std::size_t octets : {254u, 255u, 256u}) {
    const std::string text = "alpn=\"" + std::string(octets, 'x') + '"';
    EXPECT_EQ(params_of(text), octets <= 255 ? text : bad_text) << octets;
  }
}

}  // namespace
}  // namespace godwit::wire
