#include "cache/answer_cache.h"

#include <algorithm>

#include "cache/packed_copies.h"

namespace godwit::cache {
namespace {
// Types asked of one name, in all variants.
constexpr std::size_t answers_per_owner_max = 32;
}  // namespace

AnswerCache::AnswerCache(const KeyedHash& hash, std::size_t octets_max, const ChangeStamps& stamps)
    : stamps_(stamps),
      table_(hash, {.octets_max = octets_max, .per_owner_max = answers_per_owner_max}),
      hash_(hash) {}

std::optional<ReadyAnswer> AnswerCache::find(const PackedKey& key, Time now,
                                             PackedBuffer& buffer) const noexcept {
  const auto entry = table_.find(key, now, buffer);
  if (!entry) return std::nullopt;
  auto answer = ReadyAnswer::read(*entry);
  if (!answer || answer->epoch() != epoch() || !answer->is_current(stamps_)) return std::nullopt;
  return answer;
}

bool AnswerCache::put(const PackedKey& key, const ReadyParts& parts, Time expires, Time now) {
  std::array<std::uint8_t, ready_payload_octets_max> buffer;
  const wire::Bytes payload = pack_ready(parts, buffer);
  return !payload.empty() &&
         table_.put(key, {std::min(expires, parts.keep_until), 0, payload}, now);
}

std::vector<AnswerCache::Kept> AnswerCache::of_owner(const wire::Name& owner, Time now) const {
  PackedCopies copies;
  table_.for_each_of(hash_.owner(owner.wire()), owner.wire(),
                     [&](std::span<const std::uint64_t> words) { copies.add(words); });
  std::vector<Kept> out;
  copies.for_each([&](const PackedEntry& entry) {
    const auto answer = ReadyAnswer::read(entry);
    if (entry.expires <= now || !answer || answer->epoch() != epoch() ||
        !answer->is_current(stamps_))
      return;
    out.push_back({static_cast<wire::RrType>(entry.type), AnswerVariant::from_octet(entry.variant),
                   ttl_left(entry.expires, now)});
  });
  return out;
}

std::size_t AnswerCache::erase_owner(const wire::Name& owner, std::optional<wire::RrType> type) {
  return table_.erase_each(hash_.owner(owner.wire()), owner.wire(), [type](const PackedHead& head) {
    return !type || head.type == static_cast<std::uint16_t>(*type);
  });
}

void AnswerCache::clear() {
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  table_.clear();
}

}  // namespace godwit::cache
