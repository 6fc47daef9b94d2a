#include "wire/rdata_names.h"

namespace godwit::wire {

namespace {

bool is_folded(const RdataNames& names, std::size_t at) noexcept {
  for (const RdataName& name : names.all())
    if (at >= name.begin && at < name.end) return name.field != RdataField::name_exact_case;
  return false;
}

}  // namespace

RdataNames find_names(RrType type, Bytes rdata) noexcept {
  RdataNames found;
  const auto layout = rdata_layout(type);
  const auto last =
      std::find_if(layout.rbegin(), layout.rend(), [](RdataField field) { return is_name(field); });
  std::size_t at = 0;
  for (const RdataField field : layout.first(static_cast<std::size_t>(layout.rend() - last))) {
    const auto octets = field_octets(field, rdata.subspan(at));
    if (!octets || found.count == RdataNames::count_max) break;
    const std::size_t end = at + *octets;
    if (is_name(field))
      found.names[found.count++] = {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(end),
                                    field};
    at = end;
  }
  return found;
}

RdataOrder::RdataOrder(RrType type) noexcept
    : type_(type), has_names_(std::ranges::any_of(rdata_layout(type), [](RdataField field) {
        return is_name(field) && field != RdataField::name_exact_case;
      })) {}

std::strong_ordering RdataOrder::compare_with_names(Bytes a, Bytes b) const noexcept {
  const RdataNames in_a = find_names(type_, a);
  const RdataNames in_b = find_names(type_, b);
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const std::uint8_t x = is_folded(in_a, i) ? ascii_lower(a[i]) : a[i];
    const std::uint8_t y = is_folded(in_b, i) ? ascii_lower(b[i]) : b[i];
    if (x != y) return x <=> y;
  }
  return a.size() <=> b.size();
}

}  // namespace godwit::wire
