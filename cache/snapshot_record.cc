#include "cache/snapshot_record.h"

#include "wire/rdata.h"

namespace godwit::cache {
namespace {

constexpr std::size_t sets_max = 255;

void append_u8(SnapshotOctets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value));
}
void append_u16(SnapshotOctets& out, std::size_t value) {
  append_u8(out, value >> 8);
  append_u8(out, value);
}
void append_u32(SnapshotOctets& out, std::size_t value) {
  append_u16(out, value >> 16);
  append_u16(out, value);
}
void append(SnapshotOctets& out, wire::Bytes octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}
void append_name(SnapshotOctets& out, wire::Bytes name) {
  append_u8(out, name.size());
  append(out, name);
}

// Writes the length of a record once it is known.
class Framed {
 public:
  explicit Framed(SnapshotOctets& out) : out_(out), begin_(out.size()) { append_u32(out, 0); }
  ~Framed() {
    wire::store_u32(out_.data() + begin_, static_cast<std::uint32_t>(out_.size() - begin_ - 4));
  }
  Framed(const Framed&) = delete;
  Framed& operator=(const Framed&) = delete;

 private:
  SnapshotOctets& out_;
  std::size_t begin_;
};

void append_set(const wire::RRsetPtr& set, SnapshotOctets& out) {
  if (!set) return append_u8(out, 0);
  const wire::Bytes records = set->records().packed();
  const wire::Bytes signatures = set->signatures().packed();
  append_name(out, set->owner_wire());
  append_u16(out, static_cast<std::uint16_t>(set->type()));
  append_u32(out, set->ttl());
  append_u16(out, set->records().size());
  append_u16(out, set->signatures().size());
  append_u32(out, records.size() + signatures.size());
  append(out, records);
  append(out, signatures);
}

// A set, or none; nothing: not the shape of either.
std::optional<wire::RRsetPtr> read_set(wire::ByteReader& reader) {
  const wire::Bytes owner = reader.bytes(reader.u8());
  if (reader.ok() && owner.empty()) return wire::RRsetPtr();
  wire::RRsetParts parts;
  parts.owner = owner;
  parts.type = static_cast<wire::RrType>(reader.u16());
  parts.ttl = reader.u32();
  const std::uint16_t records = reader.u16(), signatures = reader.u16();
  const wire::Bytes lists = reader.bytes(reader.u32());
  if (!reader.ok() || !is_name(owner) || wire::is_meta(parts.type) || records == 0 ||
      parts.ttl > wire::ttl_seconds_max)
    return std::nullopt;
  wire::Bytes left = lists;
  if (!take_rdata(left, records, parts.type)) return std::nullopt;
  const std::size_t records_octets = lists.size() - left.size();
  if (!take_rdata(left, signatures, wire::RrType::rrsig) || !left.empty()) return std::nullopt;
  parts.records = wire::RdataList(lists.first(records_octets), records);
  parts.signatures = wire::RdataList(lists.subspan(records_octets), signatures);
  return wire::RRset::make(parts);
}

bool is_kind(std::uint8_t kind) noexcept {
  return kind <= static_cast<std::uint8_t>(NegativeKind::no_closer_match);
}
bool is_security(std::uint8_t security) noexcept {
  return security <= static_cast<std::uint8_t>(Security::secure);
}

bool is_proof(wire::RrType type) noexcept {
  return type == wire::RrType::nsec || type == wire::RrType::nsec3;
}

bool read_evidence(wire::ByteReader& reader, CachedNegative& out) {
  const std::size_t sets = reader.u8();
  const auto soa = read_set(reader);
  if (!soa || (*soa && (*soa)->type() != wire::RrType::soa)) return false;
  out.soa = *soa;
  std::vector<wire::RRsetPtr> proofs;
  for (std::size_t i = 0; i < sets; ++i) {
    auto proof = read_set(reader);
    if (!proof || !*proof || !is_proof((*proof)->type())) return false;
    proofs.push_back(std::move(*proof));
  }
  if (!proofs.empty())
    out.evidence.proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(std::move(proofs));
  return true;
}

}  // namespace

bool is_name(wire::Bytes owner) noexcept {
  if (owner.size() > wire::name_octets_max) return false;
  std::size_t at = 0;
  while (at < owner.size() && owner[at] != 0) {
    if (owner[at] > wire::label_octets_max) return false;
    at += 1u + owner[at];
  }
  return at + 1 == owner.size();
}

bool take_rdata(wire::Bytes& lists, std::size_t count, wire::RrType type) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    if (lists.size() < 2) return false;
    const std::size_t octets = wire::load_u16(lists.data());
    if (lists.size() - 2 < octets || !wire::is_valid_rdata(type, lists.subspan(2, octets)))
      return false;
    lists = lists.subspan(2 + octets);
  }
  return true;
}

void append_packed(const PackedRecord& record, SnapshotOctets& out) {
  const Framed framed(out);
  append_u32(out, record.left);
  append_u16(out, record.type);
  append_u8(out, record.rank);
  append_u8(out, record.heat);
  append_name(out, record.owner);
  append(out, record.payload);
}

void append_negative(const NegativeRecord& record, SnapshotOctets& out) {
  const CachedNegative& denial = record.denial;
  const auto& proofs = denial.evidence.proofs;
  const std::size_t sets = proofs ? proofs->size() : 0;
  if (sets > sets_max) return;  // none that the caches take has as many
  const Framed framed(out);
  append_u32(out, record.left);
  append_u8(out, static_cast<std::size_t>(denial.kind));
  append_u8(out, static_cast<std::size_t>(denial.evidence.security));
  append_u16(out, static_cast<std::uint16_t>(record.type));
  append_name(out, denial.owner.wire());
  append_u8(out, sets);
  append_set(denial.soa, out);
  for (std::size_t i = 0; i < sets; ++i) append_set((*proofs)[i], out);
  append(out, octets_of(denial.evidence.giver));
}

wire::Bytes next_record(wire::ByteReader& block) noexcept {
  return block.bytes(block.u32());
}

std::optional<PackedRecord> read_packed(wire::Bytes record) noexcept {
  wire::ByteReader reader(record);
  PackedRecord out;
  out.left = reader.u32();
  out.type = reader.u16();
  out.rank = reader.u8();
  out.heat = reader.u8();
  out.owner = reader.bytes(reader.u8());
  out.payload = reader.rest();
  if (!reader.ok() || !is_name(out.owner)) return std::nullopt;
  return out;
}

std::optional<NegativeRecord> read_negative(wire::Bytes record) {
  wire::ByteReader reader(record);
  NegativeRecord out;
  out.left = reader.u32();
  const std::uint8_t kind = reader.u8(), security = reader.u8();
  out.type = static_cast<wire::RrType>(reader.u16());
  const wire::Bytes owner = reader.bytes(reader.u8());
  if (!reader.ok() || !is_kind(kind) || !is_security(security) || !is_name(owner))
    return std::nullopt;
  out.denial.kind = static_cast<NegativeKind>(kind);
  out.denial.owner = wire::Name::from_valid_wire(owner);
  out.denial.evidence.security = static_cast<Security>(security);
  if (!read_evidence(reader, out.denial) || !reader.ok() || !can_be_giver(reader.remaining()))
    return std::nullopt;
  out.denial.evidence.giver = giver_of(reader.rest());
  return out;
}

}  // namespace godwit::cache
