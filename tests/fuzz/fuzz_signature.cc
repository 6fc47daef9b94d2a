// Keys, signatures and DS records of any octets, over sets of any octets. Properties: nothing is
// read beyond them; a check ends within the limits and says why it failed; a set signed by a key of
// the zone is secure until an octet of its records or of the signature is changed; what is found by
// a DS set is among the keys.
#include <string>

#include "dnssec/ds.h"
#include "dnssec/signature.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/signer.h"
#include "wire/rdata.h"

namespace {

using namespace godwit;
using namespace godwit::dnssec;
using fuzz::Choices;
using fuzz::require;
using Octets = std::vector<std::uint8_t>;

constexpr std::uint32_t now = 1'800'000'000;

void require_sentence(const Failure& failure) {
  const std::string text = to_text(failure);
  require(!text.empty() && text.size() <= 400);
  for (const char c : text) require(c >= ' ' && c <= '~');
}

// The name, brought below `zone` where there is room.
wire::Name below(const wire::Name& name, const wire::Name& zone) {
  const auto moved = name.with_suffix_replaced(wire::Name(), zone);
  return moved ? *moved : zone;
}

wire::RRsetPtr set_of(Choices& choices, const wire::Name& zone) {
  static constexpr std::array types = {
      wire::RrType::a,     wire::RrType::ns,   wire::RrType::px,
      wire::RrType::soa,   wire::RrType::nsec, wire::RrType::naptr,
      wire::RrType::rrsig, wire::RrType::ds,   wire::RrType{65280}};
  wire::RRsetBuilder builder(below(choices.name(), zone), types[choices.below(types.size())]);
  for (unsigned i = 1 + choices.u8() % 4u; i != 0; --i)
    builder.add(fuzz::copy(choices.counted()), choices.u32() & wire::ttl_seconds_max);
  return builder.build();
}

// Octets that are often a key or a signature but for the last part.
Octets dnskey_of(Choices& choices) {
  static constexpr std::array<std::uint8_t, 9> algorithms{5, 7, 8, 10, 13, 14, 15, 16, 12};
  if (choices.flag()) return fuzz::copy(choices.counted());
  Octets rdata{1, static_cast<std::uint8_t>(choices.u8()), 3,
               algorithms[choices.below(algorithms.size())]};
  const wire::Bytes key = choices.bytes(choices.below(600));
  rdata.insert(rdata.end(), key.begin(), key.end());
  return rdata;
}

Octets rrsig_of(Choices& choices, const wire::RRset& set, const wire::Name& zone,
                const Octets& dnskey) {
  if (choices.flag() || dnskey.size() < 4) return fuzz::copy(choices.counted());
  Octets rdata(18);
  wire::store_u16(&rdata[0], static_cast<std::uint16_t>(set.type()));
  rdata[2] = dnskey[3];
  rdata[3] = static_cast<std::uint8_t>(choices.u8() % 8);
  wire::store_u32(&rdata[8], now + choices.u16());
  wire::store_u32(&rdata[12], now - choices.u16());
  wire::store_u16(&rdata[16], key_tag(dnskey));
  rdata.insert(rdata.end(), zone.wire().begin(), zone.wire().end());
  const wire::Bytes signature = choices.bytes(choices.below(600));
  rdata.insert(rdata.end(), signature.begin(), signature.end());
  return rdata;
}

bool is_secure(const wire::RRset& set, const wire::Name& zone, std::span<const ZoneKeyPtr> keys) {
  const ValidationLimits limits;
  ValidationBudget budget(limits);
  RRsetCheck check(set, zone, keys, {.now = now}, {}, limits);
  unsigned steps = 0;
  for (; check.state() == RRsetCheck::State::pending; ++steps) {
    require(check.next_cost() != 0);
    check.step(budget);
  }
  require(steps <= limits.checks_per_rrset);
  require(budget.microseconds_spent() <= limits.signature_microseconds);
  const bool secure = check.state() == RRsetCheck::State::secure;
  require(secure == !check.failure());
  if (!secure) require_sentence(check.failure());
  if (secure) require(check.labels() <= set.owner().label_count() && check.ttl() <= set.ttl());
  return secure;
}

void check_any(Choices& choices, const wire::Name& zone) {
  const wire::RRsetPtr set = set_of(choices, zone);
  std::vector<Octets> dnskeys, rrsigs;
  std::vector<ZoneKeyPtr> keys;
  for (unsigned i = choices.u8() % 4u; i != 0; --i) {
    dnskeys.push_back(dnskey_of(choices));
    keys.push_back(std::make_shared<const ZoneKey>(dnskeys.back()));
  }
  for (unsigned i = choices.u8() % 4u; i != 0; --i)
    rrsigs.push_back(
        rrsig_of(choices, *set, zone, dnskeys.empty() ? Octets() : dnskeys[i % dnskeys.size()]));
  const wire::RRsetPtr with = test::with_signatures(*set, rrsigs);
  (void)is_secure(*with, zone, keys);
  require(possible_signers(*with).size() <= 4);
  for (const Octets& rrsig : rrsigs) {
    (void)signed_data(*set, rrsig);
    const auto view = read_rrsig(rrsig);
    require(!view || !signed_data(*set, rrsig).empty());
  }
}

void check_signed(Choices& choices, const wire::Name& zone) {
  static const test::SigningKey key(Algorithm::ed25519);
  static const std::vector<ZoneKeyPtr> keys{key.zone_key()};
  const wire::RRsetPtr set = set_of(choices, zone);
  if (set->type() == wire::RrType::rrsig) return;
  const Octets rrsig = test::rrsig_rdata(*set, key, {.zone = zone});
  require(is_secure(*test::with_signatures(*set, {rrsig}), zone, keys));
  Octets changed = rrsig;
  const std::size_t at = changed.size() - 1 - choices.below(64);
  changed[at] ^= static_cast<std::uint8_t>(1U << choices.below(8));
  require(!is_secure(*test::with_signatures(*set, {changed}), zone, keys));

  wire::RRsetBuilder more(set->owner(), set->type());
  for (const wire::Bytes rdata : set->records()) more.add(rdata, set->ttl());
  if (!more.add(fuzz::copy(choices.counted()), set->ttl())) return;
  require(!is_secure(*test::with_signatures(*more.build(), {rrsig}), zone, keys));
}

void check_ds(Choices& choices, const wire::Name& zone) {
  wire::RRsetBuilder dnskeys(zone, wire::RrType::dnskey), ds(zone, wire::RrType::ds);
  for (unsigned i = 1 + choices.u8() % 6u; i != 0; --i) {
    const Octets dnskey = dnskey_of(choices);
    dnskeys.add(dnskey, 60);
    if (dnskey.size() >= 4 && choices.flag())
      ds.add(test::ds_rdata(zone, dnskey, Digest{static_cast<std::uint8_t>(choices.u8() % 5)}), 60);
    else
      ds.add(fuzz::copy(choices.counted()), 60);
  }
  const wire::RRsetPtr ds_set = ds.build(), dnskey_set = dnskeys.build();
  const ValidationLimits limits;
  const DsMeaning meaning = meaning_of(*ds_set, {});
  require(meaning.is_usable == !meaning.failure);
  if (!meaning.is_usable) require_sentence(meaning.failure);
  const EntryKeys entry = entry_keys(*ds_set, *dnskey_set, {}, limits);
  require(entry.keys.empty() == static_cast<bool>(entry.failure));
  require(entry.keys.size() <= limits.ds_per_zone);
  require(entry.keys.empty() || meaning.is_usable);
  for (const ZoneKeyPtr& key : entry.keys) {
    require(key->public_key() != nullptr && key->view().is_zone_key());
    require(std::ranges::any_of(dnskey_set->records(), [&key](wire::Bytes rdata) {
      return std::ranges::equal(rdata, key->rdata());
    }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  const std::uint8_t kind = choices.u8();
  const wire::Name zone = choices.name();
  if (kind % 3 == 0)
    check_any(choices, zone);
  else if (kind % 3 == 1)
    check_signed(choices, zone);
  else
    check_ds(choices, zone);
  return 0;
}
