// What validating costs: making a key, one check of a signature of each algorithm, the octets that
// are signed, a DS digest, and turning down what cannot be a key or a signature.
#include <benchmark/benchmark.h>

#include "dnssec/canonical.h"
#include "dnssec/signature.h"
#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::bench {
namespace {

using dnssec::Algorithm;

struct Signed {
  Signed(Algorithm algorithm, unsigned rsa_bits)
      : key(algorithm, 1, test::zone_signing, rsa_bits),
        set(test::signed_set(*test::rrset({"www.example.com. 300 IN A 192.0.2.1",
                                           "www.example.com. 300 IN A 192.0.2.2"}),
                             key, {.zone = test::name("example.com.")})),
        keys{key.zone_key()} {}
  test::SigningKey key;
  wire::RRsetPtr set;
  std::vector<dnssec::ZoneKeyPtr> keys;
};

// As the walk does: the conditions, the octets, the arithmetic.
void check_rrset(benchmark::State& state, Algorithm algorithm, unsigned rsa_bits) {
  const Signed data(algorithm, rsa_bits);
  const dnssec::ValidationLimits limits;
  const wire::Name zone = test::name("example.com.");
  for (auto _ : state) {
    dnssec::ValidationBudget budget(limits);
    dnssec::RRsetCheck check(*data.set, zone, data.keys, {.now = 1'800'000'000}, {}, limits);
    check.step(budget);
    if (check.state() != dnssec::RRsetCheck::State::secure) state.SkipWithError("not secure");
  }
}

void make_key(benchmark::State& state, Algorithm algorithm, unsigned rsa_bits) {
  const test::SigningKey key(algorithm, 1, test::zone_signing, rsa_bits);
  const wire::Bytes octets = wire::Bytes(key.dnskey_rdata()).subspan(4);
  for (auto _ : state) {
    if (!dnssec::PublicKey::make(algorithm, octets)) state.SkipWithError("no key");
  }
}

// The most expensive modulus and exponent that are taken; the signature is wrong.
void check_largest_rsa(benchmark::State& state) {
  test::Octets octets = test::detail::octets_from(1, "modulus", 5 + 512);
  octets[0] = 4;
  std::fill_n(octets.begin() + 1, 4, std::uint8_t{0xff});
  octets[5] |= 0x80;
  octets.back() |= 1;
  const auto key = dnssec::PublicKey::make(Algorithm::rsa_sha256, octets);
  test::Octets signature = test::detail::octets_from(2, "signature", 512);
  signature[0] &= 0x7f;
  for (auto _ : state) benchmark::DoNotOptimize(key->verify(octets, signature));
}
BENCHMARK(check_largest_rsa)->Unit(benchmark::kMicrosecond);

// A point that is not on the curve, a modulus of 65,536 bits.
void refuse_key(benchmark::State& state, Algorithm algorithm, std::size_t octets) {
  test::Octets key(octets, 0xff);
  key[0] = 4;
  for (auto _ : state) {
    if (dnssec::PublicKey::make(algorithm, key)) state.SkipWithError("a key");
  }
}
BENCHMARK_CAPTURE(refuse_key, off_curve_p256, Algorithm::ecdsa_p256, 64)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(refuse_key, off_curve_p384, Algorithm::ecdsa_p384, 96)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(refuse_key, rsa_65536, Algorithm::rsa_sha256, 5 + 8192)
    ->Unit(benchmark::kMicrosecond);

// Signatures that have all expired cost nothing but reading them.
void skip_expired(benchmark::State& state) {
  const Signed data(Algorithm::ed25519, 0);
  std::vector<test::Octets> rrsigs;
  for (std::uint32_t i = 0; i < 340; ++i) {
    test::Octets rrsig(data.set->signatures().front().begin(),
                       data.set->signatures().front().end());
    wire::store_u32(&rrsig[8], 1'750'000'000 + i);
    rrsigs.push_back(std::move(rrsig));
  }
  const wire::RRsetPtr set = test::with_signatures(*data.set, rrsigs);
  const dnssec::ValidationLimits limits;
  for (auto _ : state) {
    const dnssec::RRsetCheck check(*set, test::name("example.com."), data.keys,
                                   {.now = 1'800'000'000}, {}, limits);
    if (check.state() != dnssec::RRsetCheck::State::failed) state.SkipWithError("pending");
  }
}
BENCHMARK(skip_expired)->Unit(benchmark::kMicrosecond);

void write_signed_data(benchmark::State& state, wire::RrType type) {
  const auto count = static_cast<unsigned>(state.range(0));
  std::vector<std::string> lines;
  for (unsigned i = count; i != 0; --i)
    lines.push_back("Www.Example.com. 300 IN " +
                    (type == wire::RrType::a ? "A 192.0.2." + std::to_string(i)
                                             : "NS Ns" + std::to_string(i) + ".Example.net."));
  const test::SigningKey key(Algorithm::ed25519);
  const wire::RRsetPtr set =
      test::signed_set(*test::rrset(lines), key, {.zone = test::name("example.com.")});
  for (auto _ : state)
    benchmark::DoNotOptimize(dnssec::signed_data(*set, set->signatures().front()));
}
BENCHMARK_CAPTURE(write_signed_data, addresses, wire::RrType::a)->Arg(1)->Arg(128);
BENCHMARK_CAPTURE(write_signed_data, names, wire::RrType::ns)->Arg(1)->Arg(128);

void find_entry_key(benchmark::State& state) {
  const wire::Name zone = test::name("example.com.");
  const test::SigningKey ksk(Algorithm::ecdsa_p256, 1), zsk(Algorithm::ecdsa_p256, 2, 256);
  const auto ds = test::ds_set(zone, {&ksk});
  const auto dnskeys = test::dnskey_set(zone, {&ksk, &zsk});
  const dnssec::ValidationLimits limits;
  for (auto _ : state)
    benchmark::DoNotOptimize(dnssec::entry_keys(*ds, *dnskeys, {}, limits).keys.size());
}
BENCHMARK(find_entry_key)->Unit(benchmark::kMicrosecond);

struct Kind {
  const char* name;
  Algorithm algorithm;
  unsigned rsa_bits;
};

[[maybe_unused]] const bool added = [] {
  for (const Kind& kind :
       {Kind{"rsa_sha1_1024", Algorithm::rsa_sha1, 1024},
        Kind{"rsa_sha256_1024", Algorithm::rsa_sha256, 1024},
        Kind{"rsa_sha256_2048", Algorithm::rsa_sha256, 2048},
        Kind{"rsa_sha512_2048", Algorithm::rsa_sha512, 2048},
        Kind{"ecdsa_p256", Algorithm::ecdsa_p256, 0}, Kind{"ecdsa_p384", Algorithm::ecdsa_p384, 0},
        Kind{"ed25519", Algorithm::ed25519, 0}, Kind{"ed448", Algorithm::ed448, 0}}) {
    benchmark::RegisterBenchmark((std::string("check_rrset/") + kind.name).c_str(), check_rrset,
                                 kind.algorithm, kind.rsa_bits)
        ->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark((std::string("make_key/") + kind.name).c_str(), make_key,
                                 kind.algorithm, kind.rsa_bits)
        ->Unit(benchmark::kMicrosecond);
  }
  return true;
}();

}  // namespace
}  // namespace godwit::bench
