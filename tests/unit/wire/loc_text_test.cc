#include <gtest/gtest.h>

#include "tests/unit/wire/test_bytes.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::wire {
namespace {

std::string reread(std::string_view text) {
  const auto rdata = parse_rdata(RrType::loc, text, Name());
  if (!rdata) return std::string(describe(rdata.error()));
  return rdata_to_text(RrType::loc, *rdata);
}

const std::string bad_text(describe(WireError::bad_text));

TEST(LocText, minutes_seconds_and_sizes_may_be_left_out) {
  EXPECT_EQ(reread("1 N 2 E 3"), "1 0 0.000 N 2 0 0.000 E 3.00m 1.00m 10000.00m 10.00m");
  EXPECT_EQ(reread("1 2 s 3 4 w -5.5m 6"), "1 2 0.000 S 3 4 0.000 W -5.50m 6.00m 10000.00m 10.00m");
  EXPECT_EQ(reread("1 2 3.4 N 5 6 7.89 E 0m 1m 2m 3m"),
            "1 2 3.400 N 5 6 7.890 E 0.00m 1.00m 2.00m 3.00m");
}

TEST(LocText, sizes_keep_one_digit) {
  EXPECT_EQ(reread("0 N 0 E 0 123m 0.09m 0.19m"),
            "0 0 0.000 N 0 0 0.000 E 0.00m 100.00m 0.09m 0.10m");
  EXPECT_EQ(reread("0 N 0 E 0 90000000"),
            "0 0 0.000 N 0 0 0.000 E 0.00m 90000000.00m 10000.00m 10.00m");
  EXPECT_EQ(reread("0 N 0 E 0 90000000.01"), bad_text);
  EXPECT_EQ(reread("0 N 0 E 0 -1"), bad_text);
}

TEST(LocText, angles_stay_on_the_globe) {
  EXPECT_NE(reread("89 59 59.999 N 179 59 59.999 E 0"), bad_text);
  EXPECT_NE(reread("90 N 180 E 0"), bad_text);
  EXPECT_EQ(reread("90 0 0.001 N 0 E 0"), bad_text);
  EXPECT_EQ(reread("0 N 180 0 0.001 E 0"), bad_text);
  EXPECT_EQ(reread("91 N 0 E 0"), bad_text);
  EXPECT_EQ(reread("0 60 N 0 E 0"), bad_text);
  EXPECT_EQ(reread("0 0 60 N 0 E 0"), bad_text);
  EXPECT_EQ(reread("0 0 0.0001 N 0 E 0"), bad_text);
}

TEST(LocText, altitudes_have_limits) {
  EXPECT_NE(reread("0 N 0 E -100000m"), bad_text);
  EXPECT_EQ(reread("0 N 0 E -100000.01m"), bad_text);
  EXPECT_NE(reread("0 N 0 E 42849672.95m"), bad_text);
  EXPECT_EQ(reread("0 N 0 E 42849672.96m"), bad_text);
}

TEST(LocText, refuses_what_is_no_location) {
  for (const char* text : {"", "N 0 E 0", "0 0 E 0", "0 N 0 0", "0 N 0 E", "0 E 0 N 0", "0 N 0 E m",
                           "0 0 0 0 N 0 E 0", "0 N 0 E 0 1 1 1 1", "-1 N 0 E 0", "x N 0 E 0", "0"})
    EXPECT_EQ(reread(text), bad_text) << text;
}

TEST(LocText, values_without_a_text_form_are_shown_as_octets) {
  const char* cases[] = {
      "01121613800000008000000000989680",  // version 1
      "0112",
      "00A21613800000008000000000989680",  // a digit of 10
      "001A1613800000008000000000989680",  // an exponent of 10
      "00021613800000008000000000989680",  // zero with an exponent
      "00121613FFFFFFFF8000000000989680",  // latitude over 90 degrees
      "00121613800000000000000000989680",  // longitude over 180 degrees
  };
  for (const char* hex : cases) {
    const Octets rdata = from_hex(hex);
    EXPECT_TRUE(is_valid_rdata(RrType::loc, rdata));
    const std::string text = rdata_to_text(RrType::loc, rdata);
    EXPECT_EQ(text, "\\# " + std::to_string(rdata.size()) + ' ' + hex);
    EXPECT_EQ(reread(text), text);
  }
}

}  // namespace
}  // namespace godwit::wire
