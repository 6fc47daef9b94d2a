#include "wire/rdata_layout.h"

#include <algorithm>
#include <array>

#include "wire/svcb.h"

namespace godwit::wire {
namespace {

using F = RdataField;

template <F... fields>
constexpr std::array row{fields...};

struct Row {
  RrType type;
  std::span<const RdataField> fields;
};

constexpr Row rows[] = {
    {RrType::a, row<F::ipv4>},
    {RrType::ns, row<F::name_compressible>},
    {RrType::md, row<F::name_compressible>},
    {RrType::mf, row<F::name_compressible>},
    {RrType::cname, row<F::name_compressible>},
    {RrType::soa,
     row<F::name_compressible, F::name_compressible, F::u32, F::ttl, F::ttl, F::ttl, F::ttl>},
    {RrType::mb, row<F::name_compressible>},
    {RrType::mg, row<F::name_compressible>},
    {RrType::mr, row<F::name_compressible>},
    {RrType::ptr, row<F::name_compressible>},
    {RrType::hinfo, row<F::string, F::string>},
    {RrType::minfo, row<F::name_compressible, F::name_compressible>},
    {RrType::mx, row<F::u16, F::name_compressible>},
    {RrType::txt, row<F::strings>},
    {RrType::rp, row<F::name_expandable, F::name_expandable>},
    {RrType::afsdb, row<F::u16, F::name_expandable>},
    {RrType::rt, row<F::u16, F::name_expandable>},
    {RrType::sig, row<F::type, F::algorithm, F::u8, F::ttl, F::time, F::time, F::u16,
                      F::name_expandable, F::base64_rest>},
    {RrType::px, row<F::u16, F::name_expandable, F::name_expandable>},
    {RrType::aaaa, row<F::ipv6>},
    {RrType::loc, row<F::loc>},
    // RFC 2052 had the target compressed, RFC 2782 forbids it: no server of today does.
    {RrType::srv, row<F::u16, F::u16, F::u16, F::name>},
    {RrType::naptr, row<F::u16, F::u16, F::string, F::string, F::string, F::name_expandable>},
    {RrType::kx, row<F::u16, F::name>},
    {RrType::cert, row<F::certificate_type, F::u16, F::algorithm, F::base64_rest>},
    {RrType::dname, row<F::name>},
    {RrType::ds, row<F::u16, F::algorithm, F::u8, F::hex_rest>},
    {RrType::sshfp, row<F::u8, F::u8, F::hex_rest>},
    {RrType::rrsig,
     row<F::type, F::algorithm, F::u8, F::ttl, F::time, F::time, F::u16, F::name, F::base64_rest>},
    {RrType::nsec, row<F::name_exact_case, F::type_bitmap>},
    {RrType::dnskey, row<F::u16, F::u8, F::algorithm, F::base64_rest>},
    {RrType::dhcid, row<F::base64_rest>},
    {RrType::nsec3, row<F::u8, F::u8, F::u16, F::salt, F::hash, F::type_bitmap_or_none>},
    {RrType::nsec3param, row<F::u8, F::u8, F::u16, F::salt>},
    {RrType::tlsa, row<F::u8, F::u8, F::u8, F::hex_rest>},
    {RrType::smimea, row<F::u8, F::u8, F::u8, F::hex_rest>},
    {RrType::cds, row<F::u16, F::algorithm, F::u8, F::hex_rest>},
    {RrType::cdnskey, row<F::u16, F::u8, F::algorithm, F::base64_rest>},
    {RrType::openpgpkey, row<F::base64_rest>},
    {RrType::csync, row<F::u32, F::u16, F::type_bitmap_or_none>},
    {RrType::zonemd, row<F::u32, F::u8, F::u8, F::hex_rest>},
    {RrType::svcb, row<F::u16, F::name_exact_case, F::svc_params>},
    {RrType::https, row<F::u16, F::name_exact_case, F::svc_params>},
    {RrType::spf, row<F::strings>},
    {RrType::uri, row<F::u16, F::u16, F::text_rest>},
    {RrType::caa, row<F::u8, F::caa_tag, F::text_rest_or_none>},
};

// Where a type's row is, plus one; types from the end of the index on are opaque.
constexpr auto row_index = [] {
  std::array<std::uint8_t, static_cast<std::size_t>(RrType::caa) + 1> index{};
  for (std::size_t i = 0; i < std::size(rows); ++i)
    index[static_cast<std::size_t>(rows[i].type)] = static_cast<std::uint8_t>(i + 1);
  return index;
}();

constexpr std::size_t bitmap_octets_max = 32;
constexpr std::size_t loc_octets = 16;

std::optional<std::size_t> fixed(std::size_t octets, Bytes rest) noexcept {
  if (rest.size() < octets) return std::nullopt;
  return octets;
}

std::optional<std::size_t> rest_if(bool valid, Bytes rest) noexcept {
  if (!valid) return std::nullopt;
  return rest.size();
}

// A length octet and as many octets as it says.
std::optional<std::size_t> counted(std::size_t octets_min, Bytes rest) noexcept {
  if (rest.empty() || rest[0] < octets_min || rest.size() - 1 < rest[0]) return std::nullopt;
  return std::size_t{1} + rest[0];
}

std::optional<std::size_t> plain_name(Bytes rest) noexcept {
  std::size_t position = 0;
  while (position < rest.size() && position < name_octets_max) {
    const std::uint8_t length = rest[position];
    ++position;
    if (length == 0) return position;
    if (length > label_octets_max) return std::nullopt;
    position += length;
  }
  return std::nullopt;
}

bool are_strings(Bytes rest) noexcept {
  if (rest.empty()) return false;
  while (!rest.empty()) {
    const auto octets = counted(0, rest);
    if (!octets) return false;
    rest = rest.subspan(*octets);
  }
  return true;
}

// Windows in strictly ascending order, each of 1 to 32 octets, the last of them not zero (RFC 4034
// §4.1.2).
bool is_type_bitmap(Bytes rest) noexcept {
  int last_window = -1;
  while (!rest.empty()) {
    if (rest.size() < 2 || rest[0] <= last_window) return false;
    last_window = rest[0];
    const std::size_t octets = rest[1];
    if (octets == 0 || octets > bitmap_octets_max || rest.size() - 2 < octets) return false;
    if (rest[1 + octets] == 0) return false;
    rest = rest.subspan(2 + octets);
  }
  return true;
}

bool is_letter_or_digit(std::uint8_t c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::optional<std::size_t> caa_tag(Bytes rest) noexcept {
  const auto octets = counted(1, rest);
  if (!octets) return std::nullopt;
  const Bytes tag = rest.subspan(1, *octets - 1);
  if (!std::all_of(tag.begin(), tag.end(), is_letter_or_digit)) return std::nullopt;
  return octets;
}

// Only version 0 has a known form, others are to be let through (RFC 1876 §2).
bool is_loc(Bytes rest) noexcept {
  if (rest.empty()) return false;
  return rest[0] != 0 || rest.size() == loc_octets;
}

}  // namespace

std::span<const RdataField> rdata_layout(RrType type) noexcept {
  const auto value = static_cast<std::size_t>(type);
  if (value >= row_index.size() || row_index[value] == 0) return {};
  return rows[row_index[value] - 1u].fields;
}

std::optional<std::size_t> field_octets(RdataField field, Bytes rest) noexcept {
  switch (field) {
    case F::u8:
    case F::algorithm:
      return fixed(1, rest);
    case F::u16:
    case F::type:
    case F::certificate_type:
      return fixed(2, rest);
    case F::u32:
    case F::ttl:
    case F::time:
    case F::ipv4:
      return fixed(4, rest);
    case F::ipv6:
      return fixed(16, rest);
    case F::name_compressible:
    case F::name_expandable:
    case F::name:
    case F::name_exact_case:
      return plain_name(rest);
    case F::string:
    case F::salt:
      return counted(0, rest);
    case F::hash:
      return counted(1, rest);
    case F::caa_tag:
      return caa_tag(rest);
    case F::strings:
      return rest_if(are_strings(rest), rest);
    case F::base64_rest:
    case F::hex_rest:
    case F::text_rest:
      return rest_if(!rest.empty(), rest);
    case F::text_rest_or_none:
      return rest.size();
    case F::type_bitmap:
      return rest_if(!rest.empty() && is_type_bitmap(rest), rest);
    case F::type_bitmap_or_none:
      return rest_if(is_type_bitmap(rest), rest);
    case F::svc_params:
      return rest_if(is_valid_svc_params(rest), rest);
    case F::loc:
      return rest_if(is_loc(rest), rest);
  }
  return std::nullopt;
}

}  // namespace godwit::wire
