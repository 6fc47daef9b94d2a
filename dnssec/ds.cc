#include "dnssec/ds.h"

#include <algorithm>

#include "dnssec/hash.h"
#include "dnssec/public_keys.h"

namespace godwit::dnssec {
namespace {

std::optional<Hash> hash_for(Digest type) noexcept {
  switch (type) {
    case Digest::sha1:
      return Hash::sha1;
    case Digest::sha256:
      return Hash::sha256;
    case Digest::sha384:
      return Hash::sha384;
    default:
      return std::nullopt;
  }
}

HashValue digest_of(const wire::Name& zone, wire::Bytes dnskey_rdata, Digest type) noexcept {
  const auto kind = hash_for(type);
  return kind ? hash_of(*kind, zone.to_lower().wire(), dnskey_rdata) : HashValue{};
}

Failure failure_of(Fault fault, const wire::Name& zone, const DsView& ds) {
  Failure failure(fault);
  failure.algorithm = ds.algorithm;
  failure.key_tag = ds.key_tag;
  failure.type = wire::RrType::dnskey;
  failure.owner = zone;
  failure.zone = zone;
  return failure;
}

bool is_supported(const DsView& ds, const AlgorithmPolicy& policy) noexcept {
  return is_supported(ds.algorithm, policy) && is_supported(ds.digest_type);
}

// The records that may lead to a key, at most as many as are considered.
std::vector<DsView> usable_records(const wire::RRset& set, const AlgorithmPolicy& policy,
                                   std::size_t most) {
  std::vector<DsView> records;
  for (const wire::Bytes rdata : set.records()) {
    const auto ds = read_ds(rdata);
    if (ds && is_supported(*ds, policy)) records.push_back(*ds);
  }
  const std::vector<DsView> all = records;
  std::erase_if(records, [&all](const DsView& ds) {
    return ds.digest_type == Digest::sha1 && std::ranges::any_of(all, [&ds](const DsView& other) {
             return other.algorithm == ds.algorithm && other.digest_type != Digest::sha1;
           });
  });
  if (records.size() > most) records.resize(most);
  return records;
}

// Looks for the keys that one record names.
class KeySearch {
 public:
  KeySearch(const wire::Name& zone, const wire::RRset& dnskeys, const RsaBounds& rsa,
            const ValidationLimits& limits)
      : zone_(zone), rsa_(rsa), limits_(limits) {
    for (const wire::Bytes rdata : dnskeys.records())
      if (rdata.size() >= dnskey_fixed_octets) keys_.push_back({rdata, key_tag(rdata)});
  }

  void add_keys_of(const DsView& ds, EntryKeys& entry) const {
    const auto is_named = [&ds](const Tagged& key) {
      return key.tag == ds.key_tag && Algorithm{key.rdata[3]} == ds.algorithm;
    };
    Failure failure = failure_of(Fault::dnskey_missing, zone_, ds);
    const auto named = std::ranges::count_if(keys_, is_named);
    if (static_cast<std::size_t>(named) > limits_.keys_per_tag) {
      failure.fault = Fault::too_much_work;
    } else {
      for (const Tagged& key : keys_) {
        if (!is_named(key)) continue;
        // Not even hashed: a message holds 64 KiB of it.
        if (key.rdata.size() > dnskey_octets_max) {
          failure.fault = Fault::dnskey_unusable;
          continue;
        }
        if (!has_digest(key.rdata, ds)) continue;
        const Fault fault = add_key(key.rdata, entry);
        if (fault != Fault::none) failure.fault = fault;
      }
    }
    entry.failure = graver(entry.failure, failure);
  }

 private:
  static constexpr std::size_t dnskey_fixed_octets = 4;
  // Of the longest key that is taken, with three octets for the length of its exponent.
  static constexpr std::size_t dnskey_octets_max =
      dnskey_fixed_octets + 3 + rsa_exponent_octets_max + rsa_modulus_bits_max / 8;
  struct Tagged {
    wire::Bytes rdata;
    std::uint16_t tag;
  };

  [[nodiscard]] bool has_digest(wire::Bytes dnskey_rdata, const DsView& ds) const noexcept {
    const HashValue digest = digest_of(zone_, dnskey_rdata, ds.digest_type);
    return digest.size != 0 && std::ranges::equal(digest.bytes(), ds.digest);
  }

  // Adds a key that the parent vouches for, unless it is none that may sign.
  [[nodiscard]] Fault add_key(wire::Bytes rdata, EntryKeys& entry) const {
    constexpr std::uint16_t zone_key_bit = 0x0100;
    auto key = std::make_shared<const ZoneKey>(rdata);
    if ((key->view().flags & zone_key_bit) == 0) return Fault::no_zone_key_bit;
    if (key->view().is_revoked()) return Fault::dnskey_missing;
    if (!key->view().is_zone_key() || !key->public_key(rsa_)) return Fault::dnskey_unusable;
    const bool is_there = std::ranges::any_of(entry.keys, [rdata](const ZoneKeyPtr& other) {
      return std::ranges::equal(other->rdata(), rdata);
    });
    if (!is_there) entry.keys.push_back(std::move(key));
    return Fault::none;
  }

  const wire::Name& zone_;
  const RsaBounds& rsa_;
  const ValidationLimits& limits_;
  std::vector<Tagged> keys_;
};

}  // namespace

std::optional<DsView> read_ds(wire::Bytes rdata) noexcept {
  wire::ByteReader reader(rdata);
  DsView view;
  view.key_tag = reader.u16();
  view.algorithm = Algorithm{reader.u8()};
  view.digest_type = Digest{reader.u8()};
  view.digest = reader.rest();
  if (!reader.ok() || view.digest.empty()) return std::nullopt;
  return view;
}

std::vector<std::uint8_t> ds_digest(const wire::Name& zone, wire::Bytes dnskey_rdata, Digest type) {
  const HashValue digest = digest_of(zone, dnskey_rdata, type);
  return {digest.bytes().begin(), digest.bytes().end()};
}

DsMeaning meaning_of(const wire::RRset& ds, const AlgorithmPolicy& policy) {
  DsMeaning meaning;
  const wire::Name zone = ds.owner();
  for (const wire::Bytes rdata : ds.records()) {
    const auto view = read_ds(rdata);
    // What cannot be read is not of an unknown kind: it must not make a zone insecure.
    if (!view || is_supported(*view, policy)) return {true, {}};
    const Fault fault = is_supported(view->algorithm, policy) ? Fault::unsupported_digests
                                                              : Fault::unsupported_algorithms;
    meaning.failure = graver(meaning.failure, failure_of(fault, zone, *view));
  }
  return meaning;
}

EntryKeys entry_keys(const wire::RRset& ds, const wire::RRset& dnskeys,
                     const AlgorithmPolicy& policy, const ValidationLimits& limits) {
  EntryKeys entry;
  const wire::Name zone = ds.owner();
  const KeySearch search(zone, dnskeys, policy.rsa, limits);
  for (const DsView& record : usable_records(ds, policy, limits.ds_per_zone))
    search.add_keys_of(record, entry);
  if (!entry.keys.empty())
    entry.failure = {};
  else if (!entry.failure)
    entry.failure = failure_of(Fault::dnskey_missing, zone, {});
  return entry;
}

Failure without_keys(const wire::RRset& ds) {
  const auto named = read_ds(ds.records().front());
  return failure_of(Fault::dnskey_missing, ds.owner(), named.value_or(DsView{}));
}

}  // namespace godwit::dnssec
