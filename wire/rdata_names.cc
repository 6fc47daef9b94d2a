#include "wire/rdata_names.h"

#include <algorithm>
#include <cstring>

#include "wire/name.h"

namespace godwit::wire {

namespace {

// The octets of a field of fixed size, 0 for the others.
std::size_t fixed_octets(RdataField field) noexcept {
  switch (field) {
    case RdataField::u8:
      return 1;
    case RdataField::u16:
    case RdataField::type:
      return 2;
    case RdataField::u32:
    case RdataField::ttl:
    case RdataField::time:
    case RdataField::ipv4:
      return 4;
    case RdataField::ipv6:
    case RdataField::loc:
      return 16;
    default:
      return 0;
  }
}

// One past the uncompressed name at `at`; 0 when it does not end within the RDATA.
std::size_t end_of_name(Bytes rdata, std::size_t at) noexcept {
  while (at < rdata.size() && rdata[at] != 0) {
    if (rdata[at] > label_octets_max) return 0;
    at += 1u + rdata[at];
  }
  return at < rdata.size() ? at + 1 : 0;
}

bool is_name(RdataField field) noexcept {
  return field == RdataField::name || field == RdataField::name_compressible;
}

bool is_in_name(const RdataNames& names, std::size_t at) noexcept {
  for (const RdataName& name : names.all())
    if (at >= name.begin && at < name.end) return true;
  return false;
}

}  // namespace

RdataNames find_names(RrType type, Bytes rdata) noexcept {
  RdataNames found;
  const auto layout = rdata_layout(type);
  const auto last = std::find_if(layout.rbegin(), layout.rend(), is_name);
  const auto fields_to_read = static_cast<std::size_t>(layout.rend() - last);
  std::size_t at = 0;
  for (std::size_t i = 0; i < fields_to_read && found.count < RdataNames::count_max; ++i) {
    const RdataField field = layout[i];
    if (is_name(field)) {
      const std::size_t end = end_of_name(rdata, at);
      if (end == 0) break;
      found.names[found.count++] = {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(end),
                                    field == RdataField::name_compressible};
      at = end;
    } else if (field == RdataField::string) {
      if (at >= rdata.size()) break;
      at += 1u + rdata[at];
    } else if (const std::size_t octets = fixed_octets(field); octets != 0) {
      at += octets;
    } else {
      break;
    }
  }
  return found;
}

std::strong_ordering compare_rdata(RrType type, Bytes a, Bytes b) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order == 0) return a.size() <=> b.size();
  const RdataNames in_a = find_names(type, a);
  if (in_a.count == 0) return order <=> 0;
  const RdataNames in_b = find_names(type, b);
  for (std::size_t i = 0; i < common; ++i) {
    const std::uint8_t x = is_in_name(in_a, i) ? ascii_lower(a[i]) : a[i];
    const std::uint8_t y = is_in_name(in_b, i) ? ascii_lower(b[i]) : b[i];
    if (x != y) return x <=> y;
  }
  return a.size() <=> b.size();
}

}  // namespace godwit::wire
