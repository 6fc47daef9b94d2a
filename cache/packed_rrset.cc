#include "cache/packed_rrset.h"

#include "cache/snapshot_record.h"
#include "wire/rdata.h"

namespace godwit::cache {
namespace {

constexpr std::size_t ttl_octets = 4, counts_octets = 4;

}  // namespace

PackedRRset::PackedRRset(const wire::RRset& set, Standing standing, const Giver& giver)
    : rank_(static_cast<std::uint8_t>(static_cast<unsigned>(standing.trust) |
                                      static_cast<unsigned>(standing.security) << security_shift)) {
  const wire::RdataList records = set.records();
  const wire::RdataList signatures = set.signatures();
  const wire::Bytes from = octets_of(giver);
  if (giver) rank_ |= giver->is_v4() ? giver_v4 : giver_v6;
  auto end = payload_.begin();
  if (records.size() == 1 && signatures.empty() &&
      records.front().size() <= short_rdata_octets_max) {
    rank_ |= is_short;
    const wire::Bytes rdata = records.front();
    payload_.resize(ttl_octets + rdata.size() + from.size(), boost::container::default_init);
    end = std::copy(rdata.begin(), rdata.end(), payload_.begin() + ttl_octets);
  } else {
    const wire::Bytes packed = records.packed();
    const wire::Bytes covering = signatures.packed();
    payload_.resize(ttl_octets + counts_octets + packed.size() + covering.size() + from.size(),
                    boost::container::default_init);
    wire::store_u16(payload_.data() + ttl_octets, static_cast<std::uint16_t>(records.size()));
    wire::store_u16(payload_.data() + ttl_octets + 2,
                    static_cast<std::uint16_t>(signatures.size()));
    end = std::copy(packed.begin(), packed.end(), payload_.begin() + ttl_octets + counts_octets);
    end = std::copy(covering.begin(), covering.end(), end);
  }
  std::copy(from.begin(), from.end(), end);
  wire::store_u32(payload_.data(), set.ttl());
}

wire::RRsetPtr PackedRRset::read(const PackedEntry& entry) {
  const wire::Bytes payload = entry.payload.first(entry.payload.size() - giver_octets(entry.rank));
  wire::RRsetParts parts;
  parts.owner = entry.owner;
  parts.type = static_cast<wire::RrType>(entry.type);
  parts.ttl = wire::load_u32(payload.data());
  std::array<std::uint8_t, 2 + short_rdata_octets_max> record;
  if ((entry.rank & is_short) != 0) {
    const wire::Bytes rdata = payload.subspan(ttl_octets);
    wire::store_u16(record.data(), static_cast<std::uint16_t>(rdata.size()));
    std::copy(rdata.begin(), rdata.end(), record.begin() + 2);
    parts.records = wire::RdataList(wire::Bytes(record).first(2 + rdata.size()), 1);
    return wire::RRset::make(parts);
  }
  const std::uint16_t record_count = wire::load_u16(payload.data() + ttl_octets);
  const std::uint16_t signature_count = wire::load_u16(payload.data() + ttl_octets + 2);
  const wire::Bytes lists = payload.subspan(ttl_octets + counts_octets);
  std::size_t records_octets = 0;
  for (std::uint16_t i = 0; i < record_count; ++i)
    records_octets += 2u + wire::load_u16(lists.data() + records_octets);
  parts.records = wire::RdataList(lists.first(records_octets), record_count);
  parts.signatures = wire::RdataList(lists.subspan(records_octets), signature_count);
  return wire::RRset::make(parts);
}

Giver PackedRRset::giver_of(const PackedEntry& entry) noexcept {
  return cache::giver_of(entry.payload.last(giver_octets(entry.rank)));
}

bool PackedRRset::is_sound(wire::RrType type, std::uint8_t rank, wire::Bytes payload,
                           std::size_t records_max) noexcept {
  const std::size_t from = giver_octets(rank);
  if (!can_be_giver(from) || payload.size() < from ||
      standing_of(rank).trust > Trust::answer_authoritative || wire::is_meta(type))
    return false;
  payload = payload.first(payload.size() - from);
  wire::ByteReader reader(payload);
  if (reader.u32() > wire::ttl_seconds_max || !reader.ok()) return false;
  if ((rank & is_short) != 0) {
    const wire::Bytes rdata = reader.rest();
    return rdata.size() <= short_rdata_octets_max && wire::is_valid_rdata(type, rdata);
  }
  const std::uint16_t records = reader.u16(), signatures = reader.u16();
  wire::Bytes lists = reader.rest();
  return reader.ok() && records > 0 && records <= records_max && signatures <= records_max &&
         take_rdata(lists, records, type) && take_rdata(lists, signatures, wire::RrType::rrsig) &&
         lists.empty();
}

}  // namespace godwit::cache
