// A zone's public keys: what a DNSKEY record says, and the key itself, made ready for checks when
// it is first needed. Immutable and shared; any thread. RFC 4034 §2 and appendix B, RFC 3110, RFC
// 6605, RFC 8080.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "dnssec/algorithms.h"
#include "wire/rrset.h"

namespace godwit::dnssec {

// DNSKEY RDATA, read in place.
struct DnskeyView {
  std::uint16_t flags = 0;
  std::uint8_t protocol = 0;
  Algorithm algorithm{};
  wire::Bytes public_key;
  [[nodiscard]] bool is_zone_key() const noexcept { return (flags & 0x0100) != 0 && protocol == 3; }
  [[nodiscard]] bool is_secure_entry_point() const noexcept { return (flags & 0x0001) != 0; }
  [[nodiscard]] bool is_revoked() const noexcept { return (flags & 0x0080) != 0; }  // RFC 5011 §7
};
[[nodiscard]] std::optional<DnskeyView> read_dnskey(wire::Bytes rdata) noexcept;
// The key tag of DNSKEY RDATA (RFC 4034 appendix B).
[[nodiscard]] std::uint16_t key_tag(wire::Bytes dnskey_rdata) noexcept;

// A key in the form that checks want. Bounds: RSA of 1024 to 4096 bits with an odd modulus and an
// exponent of at most 2^32; points on the curve; exact lengths.
class PublicKey {
 public:
  // Null: unsupported, malformed or out of bounds. Cost: 20 us at most.
  [[nodiscard]] static std::unique_ptr<const PublicKey> make(Algorithm algorithm,
                                                             wire::Bytes public_key,
                                                             const RsaBounds& bounds = {});
  virtual ~PublicKey() = default;
  // Whether `signature` is this key's over `data`. Cost: cost_microseconds(algorithm) and the
  // hashing of `data`. Errors: none; whatever cannot be is no signature.
  [[nodiscard]] virtual bool verify(wire::Bytes data, wire::Bytes signature) const = 0;
};

// One key of a zone's DNSKEY set.
class ZoneKey {
 public:
  explicit ZoneKey(wire::Bytes dnskey_rdata);  // as read by read_dnskey
  ZoneKey(const ZoneKey&) = delete;
  ZoneKey& operator=(const ZoneKey&) = delete;
  [[nodiscard]] std::uint16_t tag() const noexcept { return tag_; }
  [[nodiscard]] const DnskeyView& view() const noexcept { return view_; }
  [[nodiscard]] wire::Bytes rdata() const noexcept { return rdata_; }
  // Null when it is no key. Made by the first call, for all threads and
  // with its bounds.
  [[nodiscard]] const PublicKey* public_key(const RsaBounds& bounds = {}) const;

 private:
  std::vector<std::uint8_t> rdata_;
  DnskeyView view_;
  std::uint16_t tag_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<const PublicKey> public_key_;
};
using ZoneKeyPtr = std::shared_ptr<const ZoneKey>;

// The keys of a set that may sign for its zone: zone key bit, protocol 3, not revoked; whether
// their algorithms are supported is not asked. Those that are among `known` are taken from there,
// so that no key is made twice: entry keys, or the keys of the set that this one replaces.
[[nodiscard]] std::vector<ZoneKeyPtr> zone_keys(const wire::RRset& dnskeys,
                                                std::span<const ZoneKeyPtr> known = {});

}  // namespace godwit::dnssec
