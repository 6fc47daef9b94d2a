#include "cache/packed_ghosts.h"

#include <algorithm>

namespace godwit::cache {
namespace {

constexpr unsigned slots = 4, slot_bits = 16, heat_bits = 4;
constexpr std::uint16_t heat_mask = (1u << heat_bits) - 1;
constexpr std::uint16_t expired_bit = 1u << heat_bits;
constexpr std::uint16_t fingerprint_mask = 0xffff & ~(expired_bit | heat_mask);
constexpr std::uint64_t half_of_all_heat = 0x0007'0007'0007'0007;
constexpr std::uint64_t all_but_heat = 0xfff0'fff0'fff0'fff0;

// Never 0, which stands for nothing.
constexpr std::uint16_t fingerprint_of(std::uint32_t tag) noexcept {
  const auto bits = static_cast<std::uint16_t>(tag << (heat_bits + 1));
  return bits == 0 ? std::uint16_t{1u << (heat_bits + 1)} : bits;
}

constexpr std::uint16_t slot_of(std::uint64_t bucket, unsigned slot) noexcept {
  return static_cast<std::uint16_t>(bucket >> (slot * slot_bits));
}

// The bucket without that slot, those after it moved up, and room for a new one in front.
constexpr std::uint64_t without(std::uint64_t bucket, unsigned slot) noexcept {
  const std::uint64_t before = (std::uint64_t{1} << (slot * slot_bits)) - 1;
  const std::uint64_t behind = slot + 1 < slots ? ~std::uint64_t{0} << ((slot + 1) * slot_bits) : 0;
  return (bucket & before) << slot_bits | (bucket & behind);
}

}  // namespace

std::size_t PackedGhosts::bucket_of(std::uint32_t tag) const noexcept {
  return static_cast<std::size_t>(std::uint64_t{tag} * buckets_.size() >> 32);
}

void PackedGhosts::remember(std::uint32_t tag, std::uint8_t heat, bool had_expired) {
  if (buckets_.empty()) buckets_.resize(octets_max_ / sizeof(std::uint64_t));
  if (buckets_.empty()) return;
  std::uint64_t& bucket = buckets_[bucket_of(tag)];
  const std::uint16_t fingerprint = fingerprint_of(tag);
  unsigned victim = slots - 1;
  for (unsigned i = slots; i-- > 0;) {
    const std::uint16_t slot = slot_of(bucket, i);
    const bool is_itself = (slot & fingerprint_mask) == fingerprint;
    if (is_itself || (slot & heat_mask) < (slot_of(bucket, victim) & heat_mask)) victim = i;
    if (slot == 0 || is_itself) {
      victim = i;
      break;
    }
  }
  if ((slot_of(bucket, victim) & heat_mask) > heat) return;
  const std::uint16_t how = had_expired ? expired_bit : std::uint16_t{0};
  bucket = without(bucket, victim) |
           static_cast<std::uint16_t>(fingerprint | how | std::min(heat, heat_max));
}

PackedGhosts::Recalled PackedGhosts::look_at(std::uint32_t tag) const noexcept {
  if (buckets_.empty()) return {};
  const std::uint64_t bucket = buckets_[bucket_of(tag)];
  for (unsigned i = 0; i < slots; ++i) {
    const std::uint16_t slot = slot_of(bucket, i);
    if ((slot & fingerprint_mask) == fingerprint_of(tag))
      return {true, static_cast<std::uint8_t>(slot & heat_mask), (slot & expired_bit) != 0};
  }
  return {};
}

PackedGhosts::Recalled PackedGhosts::recall(std::uint32_t tag) noexcept {
  const Recalled found = look_at(tag);
  if (!found.known) return found;
  std::uint64_t& bucket = buckets_[bucket_of(tag)];
  for (unsigned i = 0; i < slots; ++i) {
    if ((slot_of(bucket, i) & fingerprint_mask) != fingerprint_of(tag)) continue;
    bucket &= ~(std::uint64_t{0xffff} << (i * slot_bits));
    break;
  }
  return found;
}

void PackedGhosts::age() noexcept {
  for (std::uint64_t& bucket : buckets_)
    bucket = (bucket & all_but_heat) | (bucket >> 1 & half_of_all_heat);
}

}  // namespace godwit::cache
