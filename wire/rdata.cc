#include "wire/rdata.h"

namespace godwit::wire {
namespace {

// Where a target begins in the RDATA of the types that have one.
std::optional<std::size_t> target_offset(RrType type) noexcept {
  switch (type) {
    case RrType::ns:
    case RrType::cname:
    case RrType::dname:
    case RrType::ptr:
      return 0;
    case RrType::mx:
    case RrType::kx:
    case RrType::afsdb:
    case RrType::rt:
      return 2;
    case RrType::srv:
      return 6;
    default:
      return std::nullopt;
  }
}

// Takes an uncompressed name from the front of `rest`.
std::optional<Name> take_name(Bytes& rest) noexcept {
  const auto octets = field_octets(RdataField::name, rest);
  if (!octets) return std::nullopt;
  const Name name = Name::from_valid_wire(rest.first(*octets));
  rest = rest.subspan(*octets);
  return name;
}

bool may_be_compressed(RdataField field) noexcept {
  return field == RdataField::name_compressible || field == RdataField::name_expandable;
}

// The name at `position`, which must end by `end`. Pointers lead backward, so nothing beyond is
// looked at, and a name that runs on is a fault of the RDATA.
Result<NameView> parse_rdata_name(Bytes message, std::size_t position, std::size_t end,
                                  RdataField field) noexcept {
  const Result<NameView> name = NameView::parse(message.first(end), position);
  if (!name) return name.error() == WireError::short_input ? WireError::bad_rdata : name.error();
  if (name->is_compressed() && !may_be_compressed(field)) return WireError::bad_rdata;
  return name;
}

}  // namespace

Result<std::size_t> unpack_rdata(Bytes message, std::size_t offset, std::size_t length, RrType type,
                                 MutableBytes out) noexcept {
  if (offset > message.size() || length > message.size() - offset) return WireError::short_input;
  if (out.size() > rdata_octets_max) out = out.first(rdata_octets_max);
  const std::size_t end = offset + length;
  const auto layout = rdata_layout(type);
  if (layout.empty()) {
    if (length > out.size()) return WireError::no_space;
    if (length != 0) std::memcpy(out.data(), message.data() + offset, length);
    return length;
  }
  std::size_t position = offset;
  std::size_t written = 0;
  for (const RdataField field : layout) {
    if (is_name(field)) {
      const Result<NameView> name = parse_rdata_name(message, position, end, field);
      if (!name) return name.error();
      if (name->size() > out.size() - written) return WireError::no_space;
      name->copy_to(out.data() + written);
      written += name->size();
      position = name->end_offset();
      continue;
    }
    const Bytes rest = message.subspan(position, end - position);
    const auto octets = field_octets(field, rest);
    if (!octets) return WireError::bad_rdata;
    if (*octets > out.size() - written) return WireError::no_space;
    if (*octets != 0) std::memcpy(out.data() + written, rest.data(), *octets);
    written += *octets;
    position += *octets;
  }
  if (position != end) return WireError::bad_rdata;
  return written;
}

bool is_valid_rdata(RrType type, Bytes rdata) noexcept {
  if (rdata.size() > rdata_octets_max) return false;
  const auto layout = rdata_layout(type);
  if (layout.empty()) return true;
  for (const RdataField field : layout) {
    const auto octets = field_octets(field, rdata);
    if (!octets) return false;
    rdata = rdata.subspan(*octets);
  }
  return rdata.empty();
}

std::optional<Name> target_name(RrType type, Bytes rdata) noexcept {
  const auto offset = target_offset(type);
  if (!offset || *offset > rdata.size()) return std::nullopt;
  Bytes rest = rdata.subspan(*offset);
  return take_name(rest);
}

std::optional<SoaView> read_soa(Bytes rdata) noexcept {
  constexpr std::size_t numbers_octets = 20;
  const auto mname = take_name(rdata);
  if (!mname) return std::nullopt;
  const auto rname = take_name(rdata);
  if (!rname || rdata.size() != numbers_octets) return std::nullopt;
  ByteReader reader(rdata);
  SoaView soa{*mname, *rname, 0, 0, 0, 0, 0};
  soa.serial = reader.u32();
  soa.refresh = reader.u32();
  soa.retry = reader.u32();
  soa.expire = reader.u32();
  soa.minimum = reader.u32();
  return soa;
}

}  // namespace godwit::wire
