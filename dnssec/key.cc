#include "dnssec/key.h"

#include <algorithm>

#include "dnssec/public_keys.h"

namespace godwit::dnssec {

std::optional<DnskeyView> read_dnskey(wire::Bytes rdata) noexcept {
  wire::ByteReader reader(rdata);
  DnskeyView view;
  view.flags = reader.u16();
  view.protocol = reader.u8();
  view.algorithm = Algorithm{reader.u8()};
  view.public_key = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return view;
}

std::uint16_t key_tag(wire::Bytes dnskey_rdata) noexcept {
  const std::size_t size = dnskey_rdata.size();
  // Of the oldest algorithm it is part of the modulus (RFC 4034 appendix B.1).
  if (size >= 4 + 3 && Algorithm{dnskey_rdata[3]} == Algorithm::rsa_md5)
    return wire::load_u16(dnskey_rdata.data() + size - 3);
  std::uint32_t sum = 0;  // of 32767 words at most: does not overflow
  std::size_t at = 0;
  for (; at + 1 < size; at += 2) sum += wire::load_u16(dnskey_rdata.data() + at);
  if (at < size) sum += std::uint32_t{dnskey_rdata[at]} << 8;
  sum += sum >> 16;
  return static_cast<std::uint16_t>(sum);
}

std::unique_ptr<const PublicKey> PublicKey::make(Algorithm algorithm, wire::Bytes public_key,
                                                 const RsaBounds& bounds) {
  switch (algorithm) {
    case Algorithm::rsa_sha1:
    case Algorithm::rsa_sha1_nsec3:
    case Algorithm::rsa_sha256:
    case Algorithm::rsa_sha512:
      return make_rsa_key(algorithm, public_key, bounds);
    case Algorithm::ecdsa_p256:
    case Algorithm::ecdsa_p384:
      return make_ecdsa_key(algorithm, public_key);
    case Algorithm::ed25519:
      return make_ed25519_key(public_key);
    case Algorithm::ed448:
      return make_ed448_key(public_key);
    default:
      return nullptr;
  }
}

ZoneKey::ZoneKey(wire::Bytes dnskey_rdata)
    : rdata_(dnskey_rdata.begin(), dnskey_rdata.end()),
      view_(read_dnskey(rdata_).value_or(DnskeyView{})),
      tag_(key_tag(rdata_)) {}

const PublicKey* ZoneKey::public_key(const RsaBounds& bounds) const {
  std::call_once(once_, [this, &bounds] {
    public_key_ = PublicKey::make(view_.algorithm, view_.public_key, bounds);
  });
  return public_key_.get();
}

std::vector<ZoneKeyPtr> zone_keys(const wire::RRset& dnskeys, std::span<const ZoneKeyPtr> known) {
  std::vector<ZoneKeyPtr> keys;
  if (dnskeys.type() != wire::RrType::dnskey) return keys;
  for (const wire::Bytes rdata : dnskeys.records()) {
    const auto view = read_dnskey(rdata);
    if (!view || !view->is_zone_key() || view->is_revoked()) continue;
    const auto same = std::ranges::find_if(
        known, [rdata](const ZoneKeyPtr& key) { return std::ranges::equal(key->rdata(), rdata); });
    keys.push_back(same != known.end() ? *same : std::make_shared<const ZoneKey>(rdata));
  }
  return keys;
}

}  // namespace godwit::dnssec
