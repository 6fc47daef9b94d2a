// An entry's payload: [since i64, nanoseconds][servers u64, a sum of their hashes].
#include "cache/cut_history.h"

#include <cstring>

namespace godwit::cache {
namespace {

struct Known {
  std::int64_t since = 0;
  std::uint64_t servers = 0;
};

std::optional<Known> find_known(const PackedTable& table, const PackedKey& key, Time now) {
  __attribute__((uninitialized)) SmallPackedBuffer room;  // read as far as it is filled
  std::vector<std::uint64_t> words;
  const auto entry = table.fetch(key, now, room, words);
  if (!entry || entry->payload.size() != sizeof(Known)) return std::nullopt;
  Known out;
  std::memcpy(&out, entry->payload.data(), sizeof out);
  return out;
}

}  // namespace

CutHistory::CutHistory(const KeyedHash& hash, std::size_t octets_max)
    : hash_(hash), table_(hash, {.octets_max = octets_max}) {}

void CutHistory::note(const wire::RRset& ns, Duration keep, Time now) {
  const PackedKey key = key_of(ns.owner_wire());
  Known known{now.time_since_epoch().count(), 0};
  for (const wire::Bytes server : ns.records()) known.servers += hash_.owner(server);
  const auto before = find_known(table_, key, now);
  if (before && before->servers == known.servers) known.since = before->since;
  const auto* const octets = reinterpret_cast<const std::uint8_t*>(&known);
  (void)table_.put(key, {now + keep, 0, {octets, sizeof known}}, now);
}

std::optional<Time> CutHistory::since(const wire::Name& cut, Time now) const {
  const auto known = find_known(table_, key_of(cut.wire()), now);
  if (!known) return std::nullopt;
  return Time(Duration(known->since));
}

}  // namespace godwit::cache
