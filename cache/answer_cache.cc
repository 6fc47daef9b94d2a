#include "cache/answer_cache.h"

#include <algorithm>

namespace godwit::cache {
namespace {
// Types asked of one name, in all variants.
constexpr std::size_t answers_per_owner_max = 32;
}  // namespace

AnswerCache::AnswerCache(const KeyedHash& hash, std::size_t octets_max, const ChangeStamps& stamps)
    : stamps_(stamps),
      table_(hash, {.octets_max = octets_max, .per_owner_max = answers_per_owner_max}) {}

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

void AnswerCache::clear() {
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  table_.clear();
}

}  // namespace godwit::cache
