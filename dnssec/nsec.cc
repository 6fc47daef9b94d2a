#include "dnssec/nsec.h"

#include <algorithm>

#include "wire/rdata_names.h"

namespace godwit::dnssec {

using wire::Name;
using wire::RrType;

bool TypeBitmap::has(RrType type) const noexcept {
  const auto number = static_cast<std::uint16_t>(type);
  const std::size_t octet = (number & 0xff) / 8;
  const unsigned mask = 0x80u >> (number & 7);
  wire::ByteReader reader(windows_);
  while (!reader.at_end()) {
    const std::uint8_t window = reader.u8();
    const wire::Bytes bits = reader.bytes(reader.u8());
    if (window == number >> 8) return octet < bits.size() && (bits[octet] & mask) != 0;
  }
  return false;
}

bool TypeBitmap::is_delegation() const noexcept {
  return has(RrType::ns) && !has(RrType::soa);
}

bool TypeBitmap::denies(RrType type, bool is_root) const noexcept {
  if (has(type) || has(RrType::cname)) return false;
  // At a cut the parent speaks of the DS alone, and the child of everything else.
  if (type == RrType::ds) return is_root || !has(RrType::soa);
  return !is_delegation();
}

bool NsecView::covers(const Name& name, const Name& apex) const noexcept {
  if (!name.is_at_or_below(apex) || !owner.is_at_or_below(apex) || !next.is_at_or_below(apex))
    return false;
  return owner < name && (next == apex || name < next);
}

unsigned NsecView::encloser_labels(const Name& name) const noexcept {
  return std::max(name.common_labels(owner), name.common_labels(next));
}

bool is_wildcard_expansion(const wire::RRset& set) noexcept {
  constexpr std::size_t labels_offset = 3;
  const Name owner = set.owner();
  const wire::Bytes first = owner.label(0);
  const bool is_wildcard = first.size() == 1 && first[0] == '*';
  const unsigned labels = owner.label_count() - (is_wildcard ? 1 : 0);
  for (const wire::Bytes rrsig : set.signatures())
    if (rrsig.size() > labels_offset && rrsig[labels_offset] < labels) return true;
  return false;
}

std::optional<NsecView> read_nsec(const wire::RRset& set) noexcept {
  if (set.type() != RrType::nsec || set.size() != 1 || is_wildcard_expansion(set))
    return std::nullopt;
  const wire::Bytes rdata = set.records().front();
  const wire::RdataNames names = wire::find_names(RrType::nsec, rdata);
  if (names.count != 1) return std::nullopt;
  const std::size_t end = names.names[0].end;
  const auto next = Name::from_wire(rdata.first(end));
  if (!next) return std::nullopt;
  return NsecView{set.owner(), *next, TypeBitmap(rdata.subspan(end))};
}

}  // namespace godwit::dnssec
