#include "wire/rdata_names.h"

#include <algorithm>
#include <cstring>

#include "wire/name.h"

namespace godwit::wire {
namespace {

bool is_in_name(const RdataNames& names, std::size_t at) noexcept {
  for (const RdataName& name : names.all())
    if (at >= name.begin && at < name.end) return true;
  return false;
}

}  // namespace

RdataNames find_names(RrType type, Bytes rdata) noexcept {
  RdataNames found;
  const auto layout = rdata_layout(type);
  const auto last =
      std::find_if(layout.rbegin(), layout.rend(), [](RdataField field) { return is_name(field); });
  const auto fields_to_read = static_cast<std::size_t>(layout.rend() - last);
  std::size_t at = 0;
  for (const RdataField field : layout.first(fields_to_read)) {
    const auto octets = field_octets(field, rdata.subspan(at));
    if (!octets || found.count == RdataNames::count_max) break;
    if (is_name(field))
      found.names[found.count++] = {static_cast<std::uint16_t>(at),
                                    static_cast<std::uint16_t>(at + *octets),
                                    field == RdataField::name_compressible};
    at += *octets;
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
