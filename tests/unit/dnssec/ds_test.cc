#include "dnssec/ds.h"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/check_support.h"

namespace godwit::dnssec {
namespace {

using test::name;
using test::Octets;
using test::rrset;
using test::SigningKey;

const wire::Name zone = name("example.com.");

wire::RRsetPtr ds_of(const std::vector<Octets>& records) {
  wire::RRsetBuilder builder(zone, wire::RrType::ds);
  for (const Octets& rdata : records) builder.add(rdata, 3600);
  return builder.build();
}

Octets ds(const SigningKey& key, Digest digest = Digest::sha256) {
  return godwit::test::ds_rdata(zone, key.dnskey_rdata(), digest);
}

wire::RRsetPtr dnskeys(const std::vector<Octets>& records) {
  wire::RRsetBuilder builder(zone, wire::RrType::dnskey);
  for (const Octets& rdata : records) builder.add(rdata, 3600);
  return builder.build();
}

EntryKeys entry(const std::vector<Octets>& ds_records, const std::vector<Octets>& keys,
                const AlgorithmPolicy& policy = {}, const ValidationLimits& limits = {}) {
  return entry_keys(*ds_of(ds_records), *dnskeys(keys), policy, limits);
}

class Ds : public testing::Test {
 protected:
  const SigningKey key_{Algorithm::ed25519, 1};
  const SigningKey other_{Algorithm::ed25519, 2};
  const SigningKey p256_{Algorithm::ecdsa_p256, 3};
};

// RFC 4034 §5.4, RFC 4509 §2.3, RFC 6605 §6, RFC 8080 §6.
TEST_F(Ds, digests_are_those_of_the_rfcs) {
  const auto is_of = [](const std::string& ds_line, const std::string& key_line) {
    const auto record = godwit::test::record(ds_line);
    const auto key = godwit::test::record(key_line);
    const auto view = read_ds(record.rdata);
    EXPECT_EQ(view->key_tag, key_tag(key.rdata));
    return std::ranges::equal(view->digest, ds_digest(record.owner, key.rdata, view->digest_type));
  };
  const std::string rsa =
      "dskey.example.com. 86400 IN DNSKEY 256 3 5 "
      "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAph"
      "XdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
  EXPECT_TRUE(
      is_of("DSkey.example.com. IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118", rsa));
  EXPECT_TRUE(
      is_of("dskey.example.com. IN DS 60485 5 2 "
            "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
            rsa));
  EXPECT_TRUE(
      is_of("example.net. IN DS 55648 13 2 "
            "B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17",
            "example.net. IN DNSKEY 257 3 13 "
            "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9x"
            "MWyQLc8NAA=="));
  EXPECT_TRUE(
      is_of("example.net. IN DS 10771 14 4 "
            "72D7B62976CE06438E9C0BF319013CF801F09ECC84B8D7E9495F27E305C6A9B0563A9B5F4D288405C3008A"
            "946DF983"
            "D6",
            "example.net. IN DNSKEY 257 3 14 "
            "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/"
            "egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45N"
            "BwY8rp65F6Glur8I/mlVNgF6W/qTI37m40"));
  EXPECT_TRUE(
      is_of("example.com. IN DS 3613 15 2 "
            "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
            "example.com. IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="));
  EXPECT_TRUE(
      is_of("example.com. IN DS 9713 16 2 "
            "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
            "example.com. IN DNSKEY 257 3 16 "
            "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA"));
}

TEST_F(Ds, digest_of_an_unsupported_type_is_empty) {
  EXPECT_TRUE(ds_digest(zone, key_.dnskey_rdata(), Digest::gost).empty());
  EXPECT_TRUE(ds_digest(zone, key_.dnskey_rdata(), Digest{0}).empty());
}

TEST_F(Ds, E10_shorter_than_its_fixed_part_or_without_digest_is_none) {
  const Octets whole{1, 2, 8, 2, 9};
  EXPECT_TRUE(read_ds(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_ds(wire::Bytes(whole).first(size)));
}

TEST_F(Ds, names_its_key_by_every_digest) {
  for (const Digest digest : {Digest::sha1, Digest::sha256, Digest::sha384}) {
    const EntryKeys found = entry({ds(key_, digest)}, {other_.dnskey_rdata(), key_.dnskey_rdata()});
    ASSERT_EQ(found.keys.size(), 1u);
    EXPECT_EQ(found.keys[0]->tag(), key_.tag());
    EXPECT_FALSE(found.failure);
  }
}

TEST_F(Ds, names_each_key_once) {
  EXPECT_EQ(entry({ds(key_), ds(key_, Digest::sha384), ds(p256_)},
                  {key_.dnskey_rdata(), p256_.dnskey_rdata()})
                .keys.size(),
            2u);
}

TEST_F(Ds, that_names_no_key_says_which_is_missing) {
  const EntryKeys found = entry({ds(key_)}, {other_.dnskey_rdata()});
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.failure.fault, Fault::dnskey_missing);
  EXPECT_EQ(found.failure.key_tag, key_.tag());
  EXPECT_EQ(found.failure.zone, zone);
  EXPECT_EQ(found.failure.type, wire::RrType::dnskey);
}

TEST_F(Ds, of_a_zone_without_keys_says_which_is_missing) {
  const Failure failure = without_keys(*ds_of({ds(key_)}));
  EXPECT_EQ(failure.fault, Fault::dnskey_missing);
  EXPECT_EQ(failure.key_tag, key_.tag());
  EXPECT_EQ(failure.algorithm, Algorithm::ed25519);
  EXPECT_EQ(failure.zone, zone);
  EXPECT_EQ(without_keys(*ds_of({{1, 2}})).fault, Fault::dnskey_missing);
}

TEST_F(Ds, with_a_digest_of_something_else_names_no_key) {
  Octets wrong = ds(key_);
  wrong.back() ^= 1;
  EXPECT_EQ(entry({wrong}, {key_.dnskey_rdata()}).failure.fault, Fault::dnskey_missing);
  Octets longer = ds(key_);
  longer.push_back(0);
  EXPECT_EQ(entry({longer}, {key_.dnskey_rdata()}).failure.fault, Fault::dnskey_missing);
  Octets shorter = ds(key_);
  shorter.pop_back();
  EXPECT_EQ(entry({shorter}, {key_.dnskey_rdata()}).failure.fault, Fault::dnskey_missing);
}

TEST_F(Ds, of_another_zone_names_no_key) {
  const Octets elsewhere =
      godwit::test::ds_rdata(name("example.net."), key_.dnskey_rdata(), Digest::sha256);
  EXPECT_TRUE(entry({elsewhere}, {key_.dnskey_rdata()}).keys.empty());
}

TEST_F(Ds, without_any_dnskey_says_what_is_missing) {
  wire::RRsetBuilder builder(zone, wire::RrType::dnskey);
  builder.add_signature(Octets{1}, 60);
  const auto found = entry_keys(*ds_of({ds(key_)}), *builder.build(), {}, {});
  EXPECT_EQ(found.failure.fault, Fault::dnskey_missing);
}

TEST_F(Ds, of_a_key_without_the_zone_key_bit_says_so) {
  const SigningKey host(Algorithm::ed25519, 4, 0x0001);
  const EntryKeys found = entry({ds(host)}, {host.dnskey_rdata()});
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.failure.fault, Fault::no_zone_key_bit);
  EXPECT_EQ(found.failure.key_tag, host.tag());
}

TEST_F(Ds, of_a_revoked_key_is_as_if_it_were_missing) {
  const SigningKey revoked(Algorithm::ed25519, 4, 0x0181);
  EXPECT_EQ(entry({ds(revoked)}, {revoked.dnskey_rdata()}).failure.fault, Fault::dnskey_missing);
}

TEST_F(Ds, E10_of_a_malformed_key_is_a_failure_unless_another_is_good) {
  const Octets malformed{1, 1, 3, 13, 1, 2, 3};
  const Octets names_it = godwit::test::ds_rdata(zone, malformed, Digest::sha256);
  const EntryKeys found = entry({names_it}, {malformed});
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.failure.fault, Fault::dnskey_unusable);
  EXPECT_EQ(entry({names_it, ds(key_)}, {malformed, key_.dnskey_rdata()}).keys.size(), 1u);

  Octets other_protocol = key_.dnskey_rdata();
  other_protocol[2] = 2;
  EXPECT_EQ(entry({godwit::test::ds_rdata(zone, other_protocol, Digest::sha256)}, {other_protocol})
                .failure.fault,
            Fault::dnskey_unusable);
}

TEST_F(Ds, E10_of_a_truncated_dnskey_is_never_read_beyond) {
  for (std::size_t size = 0; size < key_.dnskey_rdata().size(); ++size) {
    const Octets cut(key_.dnskey_rdata().begin(),
                     key_.dnskey_rdata().begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(entry({ds(key_)}, {cut}).keys.empty());
    if (size < 4) continue;
    EXPECT_EQ(entry({godwit::test::ds_rdata(zone, cut, Digest::sha256)}, {cut}).failure.fault,
              Fault::dnskey_unusable);
  }
}

// Where the algorithm would be, one too short has what lies behind it in memory: the length of the
// next record.
TEST_F(Ds, E10_of_a_dnskey_without_algorithm_names_none) {
  const Octets shortest{0, 0};
  const Octets next(15, 1);
  const std::vector<std::uint8_t> digest = ds_digest(zone, shortest, Digest::sha256);
  Octets names_it{0, 0, 15, 2};
  names_it.insert(names_it.end(), digest.begin(), digest.end());
  EXPECT_EQ(entry({names_it}, {shortest, next}).failure.fault, Fault::dnskey_missing);
}

TEST_F(Ds, with_sha1_does_not_count_beside_a_better_one_of_its_algorithm) {
  Octets wrong = ds(key_, Digest::sha256);
  wrong.back() ^= 1;
  EXPECT_TRUE(entry({wrong, ds(key_, Digest::sha1)}, {key_.dnskey_rdata()}).keys.empty());
  EXPECT_EQ(entry({ds(p256_, Digest::sha256), ds(key_, Digest::sha1)},
                  {key_.dnskey_rdata(), p256_.dnskey_rdata()})
                .keys.size(),
            2u);
  Octets unknown = wrong;
  unknown[3] = 3;
  EXPECT_EQ(entry({unknown, ds(key_, Digest::sha1)}, {key_.dnskey_rdata()}).keys.size(), 1u);
}

TEST_F(Ds, records_beyond_the_limit_are_not_considered) {
  ValidationLimits limits;
  const auto found_behind = [&](unsigned others) {
    std::vector<Octets> records;
    for (unsigned i = 0; i < others; ++i) {
      Octets wrong = ds(key_);
      wrong.back() = static_cast<std::uint8_t>(wrong.back() + 1 + i);
      records.push_back(wrong);
    }
    records.push_back(ds(key_));
    return !entry(records, {key_.dnskey_rdata()}, {}, limits).keys.empty();
  };
  EXPECT_TRUE(found_behind(limits.ds_per_zone - 2));
  EXPECT_TRUE(found_behind(limits.ds_per_zone - 1));
  EXPECT_FALSE(found_behind(limits.ds_per_zone));
}

TEST_F(Ds, with_too_many_keys_of_one_tag_is_too_much_work) {
  // Words changed by opposite amounts leave the sum, and so the tag.
  const auto twin = [&](std::uint8_t n) {
    Octets rdata = key_.dnskey_rdata();
    rdata[4] = 0x50;
    rdata[6] = 0x50;
    rdata[4] = static_cast<std::uint8_t>(rdata[4] + n);
    rdata[6] = static_cast<std::uint8_t>(rdata[6] - n);
    return rdata;
  };
  ASSERT_EQ(key_tag(twin(0)), key_tag(twin(1)));
  const Octets names_first = godwit::test::ds_rdata(zone, twin(0), Digest::sha256);
  EXPECT_EQ(entry({names_first}, {twin(0), twin(1)}).keys.size(), 1u);
  const EntryKeys found = entry({names_first}, {twin(0), twin(1), twin(2)});
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.failure.fault, Fault::too_much_work);
}

TEST_F(Ds, does_not_lead_to_what_is_longer_than_any_key) {
  const auto fault_of = [](std::size_t modulus_octets) {
    Octets rdata{1, 1, 3, 8, 0, 0, 8};
    rdata.insert(rdata.end(), 8 + modulus_octets, 0xff);
    const Octets names_it = godwit::test::ds_rdata(zone, rdata, Digest::sha256);
    // One that is not even hashed is told apart by a DS with another digest.
    Octets names_another = names_it;
    names_another.back() ^= 1;
    EXPECT_EQ(entry({names_it}, {rdata}).failure.fault, Fault::dnskey_unusable);
    return entry({names_another}, {rdata}).failure.fault;
  };
  EXPECT_EQ(fault_of(511), Fault::dnskey_missing);
  EXPECT_EQ(fault_of(512), Fault::dnskey_missing);
  EXPECT_EQ(fault_of(513), Fault::dnskey_unusable);
  EXPECT_EQ(fault_of(60'000), Fault::dnskey_unusable);
}

TEST_F(Ds, of_an_unsupported_algorithm_is_no_way_in) {
  Octets gost_key = key_.dnskey_rdata();
  gost_key[3] = 12;
  const Octets gost = godwit::test::ds_rdata(zone, gost_key, Digest::sha256);
  EXPECT_EQ(entry({gost, ds(key_)}, {gost_key, key_.dnskey_rdata()}).keys.size(), 1u);
  EXPECT_EQ(entry({gost, ds(key_)}, {gost_key}).failure.fault, Fault::dnskey_missing);
}

TEST_F(Ds, E16_is_usable_when_any_record_is_supported) {
  Octets gost = ds(key_);
  gost[2] = 12;
  Octets unknown_digest = ds(key_);
  unknown_digest[3] = 77;
  EXPECT_TRUE(meaning_of(*ds_of({ds(key_)}), {}).is_usable);
  EXPECT_TRUE(meaning_of(*ds_of({gost, unknown_digest, ds(p256_)}), {}).is_usable);
  EXPECT_FALSE(meaning_of(*ds_of({ds(key_)}), {}).failure);

  const DsMeaning no_algorithm = meaning_of(*ds_of({gost}), {});
  EXPECT_FALSE(no_algorithm.is_usable);
  EXPECT_EQ(no_algorithm.failure.fault, Fault::unsupported_algorithms);
  EXPECT_EQ(no_algorithm.failure.algorithm, Algorithm::gost);
  EXPECT_EQ(no_algorithm.failure.zone, zone);

  const DsMeaning no_digest = meaning_of(*ds_of({unknown_digest}), {});
  EXPECT_FALSE(no_digest.is_usable);
  EXPECT_EQ(no_digest.failure.fault, Fault::unsupported_digests);
}

TEST_F(Ds, E16_with_a_supported_record_must_validate_though_another_is_unknown) {
  Octets gost_key = key_.dnskey_rdata();
  gost_key[3] = 12;
  const Octets gost = godwit::test::ds_rdata(zone, gost_key, Digest::sha256);
  Octets dangling = ds(key_);
  dangling.back() ^= 1;
  const auto set = ds_of({gost, dangling});
  EXPECT_TRUE(meaning_of(*set, {}).is_usable);
  EXPECT_EQ(entry_keys(*set, *dnskeys({gost_key, key_.dnskey_rdata()}), {}, {}).failure.fault,
            Fault::dnskey_missing);
}

TEST_F(Ds, E16_that_is_malformed_never_makes_a_zone_insecure) {
  EXPECT_TRUE(meaning_of(*ds_of({{1, 2, 8}}), {}).is_usable);
  Octets short_digest = ds(key_);
  short_digest.resize(5);
  EXPECT_TRUE(meaning_of(*ds_of({short_digest}), {}).is_usable);
}

TEST_F(Ds, of_sha1_signatures_is_unsupported_when_these_are_turned_off) {
  const SigningKey rsa(Algorithm::rsa_sha1, 1);
  EXPECT_TRUE(meaning_of(*ds_of({ds(rsa)}), {}).is_usable);
  const AlgorithmPolicy off{.sha1_signatures = false, .rsa = {}};
  EXPECT_EQ(meaning_of(*ds_of({ds(rsa)}), off).failure.fault, Fault::unsupported_algorithms);
  EXPECT_TRUE(entry({ds(rsa)}, {rsa.dnskey_rdata()}, off).keys.empty());
  EXPECT_TRUE(meaning_of(*ds_of({ds(key_, Digest::sha1)}), off).is_usable);
}

}  // namespace
}  // namespace godwit::dnssec
