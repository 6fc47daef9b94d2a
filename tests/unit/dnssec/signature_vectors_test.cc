// Keys and signatures as the RFCs print them.
#include <gtest/gtest.h>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using test::check_lines;

// RFC 5702 §6.2; the key of §6.1 is shorter than what is taken.
const std::string rsasha512_key =
    "example.net. 3600 IN DNSKEY 256 3 10 "
    "AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13tOnD9u/1kTg7cV"
    "6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL";
const std::string rsasha512_rrsig =
    "www.example.net. 3600 IN RRSIG A 10 3 3600 20300101000000 20000101000000 3740 example.net. "
    "tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzEWzr0iGYgZBWm/"
    "zp"
    "q+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk0fthPgxdDLw=";

TEST(SignatureVectors, rfc_5702_rsasha512) {
  EXPECT_TRUE(check_lines({rsasha512_key}, {"www.example.net. 3600 IN A 192.0.2.91"},
                          rsasha512_rrsig, 1'600'000'000)
                  .secure);
  EXPECT_FALSE(check_lines({rsasha512_key}, {"www.example.net. 3600 IN A 192.0.2.92"},
                           rsasha512_rrsig, 1'600'000'000)
                   .secure);
}

TEST(SignatureVectors, rfc_5702_rsasha256_is_too_short_a_key) {
  const auto checked = check_lines(
      {"example.net. 3600 IN DNSKEY 256 3 8 "
       "AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/"
       "DlUmObdk="},
      {"www.example.net. 3600 IN A 192.0.2.91"},
      "www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 example.net. "
      "kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==",
      1'600'000'000);
  EXPECT_FALSE(checked.secure);
  EXPECT_EQ(checked.failure.fault, Fault::dnskey_unusable);
}

TEST(SignatureVectors, rfc_6605_p256) {
  EXPECT_TRUE(check_lines({"example.net. 3600 IN DNSKEY 257 3 13 "
                           "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+"
                           "MAnLr+Wi9xMWyQLc8NAA=="},
                          {"www.example.net. 3600 IN A 192.0.2.1"},
                          "www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 "
                          "20100812100439 55648 example.net. "
                          "qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus"
                          "7ZwmwWep666VCw==",
                          1'283'000'000)
                  .secure);
}

TEST(SignatureVectors, rfc_6605_p384) {
  EXPECT_TRUE(
      check_lines({"example.net. 3600 IN DNSKEY 257 3 14 "
                   "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X"
                   "1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40"},
                  {"www.example.net. 3600 IN A 192.0.2.1"},
                  "www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 "
                  "20100812102025 10771 example.net. "
                  "/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74"
                  "hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm",
                  1'283'000'000)
          .secure);
}

// RFC 8080 §6, with the signatures of erratum 4935: those first printed have the labels wrong.
struct EddsaVector {
  const char* key;
  const char* rrsig;
};
class Rfc8080 : public testing::TestWithParam<EddsaVector> {};

TEST_P(Rfc8080, is_secure_until_it_is_changed) {
  const std::string key = std::string("example.com. 3600 IN DNSKEY 257 3 ") + GetParam().key;
  const std::string rrsig = std::string("example.com. 3600 IN RRSIG MX ") + GetParam().rrsig;
  const std::uint32_t time = 1'439'000'000;
  EXPECT_TRUE(
      check_lines({key}, {"example.com. 3600 IN MX 10 mail.example.com."}, rrsig, time).secure);
  EXPECT_FALSE(
      check_lines({key}, {"example.com. 3600 IN MX 11 mail.example.com."}, rrsig, time).secure);
}

INSTANTIATE_TEST_SUITE_P(
    SignatureVectors, Rfc8080,
    testing::Values(
        EddsaVector{"15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
                    "15 2 3600 1440021600 1438207200 3613 example.com. "
                    "oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMn"
                    "gwcrqNAg=="},
        EddsaVector{"15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
                    "15 2 3600 1440021600 1438207200 35217 example.com. "
                    "zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7Ku"
                    "I5k2pcBg=="},
        EddsaVector{
            "16 3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
            "16 2 3600 1440021600 1438207200 9713 example.com. "
            "3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/NBtO"
            "Xft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA"},
        EddsaVector{
            "16 kkreGWoccSDmUBGAe7+zsbG6ZAFQp+syPmYUurBRQc3tDjeMCJcVMRDmgcNLp5HlHAMy12VoISsA",
            "16 2 3600 1440021600 1438207200 38353 example.com. "
            "E1/oLjSGIbmLny/4fcgM1z4oL6aqo+izT3urCyHyvEp4Sp8Syg1eI+lJ57CSnZqjJP41O/9l4m0AsQ4f7qI1gV"
            "nML8vWWiyW2KXhT9kuAICUSxv5OWbf81Rq7Yu60npabODB0QFPb/rkW3kUZmQ0YQUA"}));

// RFC 4035 appendix B.6: RSA with SHA-1, made from a wildcard.
TEST(SignatureVectors, rfc_4035_wildcard_with_sha1) {
  const auto checked = check_lines(
      {"example. 3600 IN DNSKEY 256 3 5 "
       "AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/"
       "lvI5CQePxXHZS4i8dANH4DX3tbHol61ek8EFMcsGXxKciJFHyhl94"
       "C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZIySFNsgEYvh0z2542lzMKR4Dh8uZffQ=="},
      {"a.z.w.example. 3600 IN MX 1 ai.example."},
      "a.z.w.example. 3600 IN RRSIG MX 5 2 3600 20040509183619 20040409183619 38519 example. "
      "OMK8rAZlepfzLWW75Dxd63jy2wswESzxDKG2f9AMN1CytCd10cYISAxfAdvXSZ7xujKAtPbctvOQ2ofO7AZJ+"
      "d01EeeQTVB"
      "Pq4/6KCWhqe2XTjnkVLNvvhnc0u28aoSsG0+4InvkkOHknKxw4kX18MMR34i8lC36SR5xBni8vHI=",
      1'082'000'000);
  EXPECT_TRUE(checked.secure) << to_text(checked.failure);
  EXPECT_TRUE(checked.from_wildcard);
  EXPECT_EQ(checked.labels, 2u);
}

}  // namespace
}  // namespace godwit::dnssec
