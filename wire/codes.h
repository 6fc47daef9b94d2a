// The numbers of the protocol that godwit names: types, classes, opcodes, rcodes, Extended DNS
// Errors, EDNS options. Every other number is carried through untouched (RFC 3597); mnemonics as
// text are in codes_text.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace godwit::wire {

enum class RrType : std::uint16_t {
  none = 0,
  a = 1,
  ns = 2,
  md = 3,
  mf = 4,
  cname = 5,
  soa = 6,
  mb = 7,
  mg = 8,
  mr = 9,
  null = 10,
  wks = 11,
  ptr = 12,
  hinfo = 13,
  minfo = 14,
  mx = 15,
  txt = 16,
  rp = 17,
  afsdb = 18,
  rt = 21,
  sig = 24,
  key = 25,
  px = 26,
  aaaa = 28,
  loc = 29,
  srv = 33,
  naptr = 35,
  kx = 36,
  cert = 37,
  dname = 39,
  opt = 41,
  apl = 42,
  ds = 43,
  sshfp = 44,
  rrsig = 46,
  nsec = 47,
  dnskey = 48,
  dhcid = 49,
  nsec3 = 50,
  nsec3param = 51,
  tlsa = 52,
  smimea = 53,
  cds = 59,
  cdnskey = 60,
  openpgpkey = 61,
  csync = 62,
  zonemd = 63,
  svcb = 64,
  https = 65,
  spf = 99,
  nxname = 128,
  tkey = 249,
  tsig = 250,
  ixfr = 251,
  axfr = 252,
  mailb = 253,
  maila = 254,
  any = 255,
  uri = 256,
  caa = 257,
  dlv = 32769,
};

enum class RrClass : std::uint16_t { in = 1, ch = 3, hs = 4, none = 254, any = 255 };

enum class Opcode : std::uint8_t {
  query = 0,
  iquery = 1,
  status = 2,
  notify = 4,
  update = 5,
  dso = 6
};

// Including the upper bits from the OPT record (RFC 6891 §6.1.3).
enum class Rcode : std::uint16_t {
  noerror = 0,
  formerr = 1,
  servfail = 2,
  nxdomain = 3,
  notimp = 4,
  refused = 5,
  yxdomain = 6,
  yxrrset = 7,
  nxrrset = 8,
  notauth = 9,
  notzone = 10,
  badvers = 16,
  badcookie = 23,
};

// RFC 8914 §4 and the IANA registry.
enum class EdeCode : std::uint16_t {
  other = 0,
  unsupported_dnskey_algorithm = 1,
  unsupported_ds_digest = 2,
  stale_answer = 3,
  forged_answer = 4,
  dnssec_indeterminate = 5,
  dnssec_bogus = 6,
  signature_expired = 7,
  signature_not_yet_valid = 8,
  dnskey_missing = 9,
  rrsigs_missing = 10,
  no_zone_key_bit = 11,
  nsec_missing = 12,
  cached_error = 13,
  not_ready = 14,
  blocked = 15,
  censored = 16,
  filtered = 17,
  prohibited = 18,
  stale_nxdomain = 19,
  not_authoritative = 20,
  not_supported = 21,
  no_reachable_authority = 22,
  network_error = 23,
  invalid_data = 24,
  signature_expired_before_valid = 25,
  too_early = 26,
  unsupported_nsec3_iterations = 27,
  unable_to_conform = 28,
  synthesized = 29,
  invalid_query_type = 30,
};

enum class EdnsOption : std::uint16_t {
  nsid = 3,
  client_subnet = 8,
  expire = 9,
  cookie = 10,
  keepalive = 11,
  padding = 12,
  chain = 13,
  key_tag = 14,
  extended_error = 15,
  report_channel = 18,
};

// TTLs with the top bit set count as zero (RFC 2181 §8).
inline constexpr std::uint32_t ttl_seconds_max = 0x7fffffff;

inline constexpr std::size_t name_octets_max = 255;
inline constexpr std::size_t label_octets_max = 63;
inline constexpr std::size_t labels_max = 127;  // not counting the root
inline constexpr std::size_t header_octets = 12;
inline constexpr std::size_t message_octets_max = 65535;

// Types that exist only in questions or as protocol elements, never as cached data (RFC 6895 §3.1).
[[nodiscard]] constexpr bool is_meta(RrType type) noexcept {
  const auto v = static_cast<std::uint16_t>(type);
  return type == RrType::none || type == RrType::opt || (v >= 128 && v <= 255);
}

}  // namespace godwit::wire
