// Which answers of a batch leave in one system message: those of one length to one destination,
// which the kernel cuts apart again (UDP_SEGMENT). Pure, no heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::daemon {

inline constexpr std::size_t replies_per_batch = 64;
// Older kernels take no more segments in one send; a batch has no more anyway.
inline constexpr std::size_t segments_max = 64;
// A longer datagram might not pass whole: segments are never fragmented (RFC 9715 §3.1).
inline constexpr std::uint16_t segment_octets_max = 1232;
// What an IP packet holds beside its headers, with some to spare for options.
inline constexpr std::size_t group_octets_max = 65'000;

struct ReplyShape {
  // Equal: same peer, same address of ours. Below replies_per_batch.
  std::uint8_t destination = 0;
  std::uint16_t octets = 0;
};

// The answers of a batch in an order in which each group stands together. Answers of one group keep
// their order among each other; all but the last are of one length, and the last is no longer.
struct ReplyGroups {
  std::array<std::uint8_t, replies_per_batch> order;  // indices of answers
  std::array<std::uint8_t, replies_per_batch> ends;   // in `order`, of each group
  std::size_t count = 0;
};

// Groups at most replies_per_batch answers. With `together` false each stands alone. Cost: linear
// for usual batches.
[[nodiscard]] ReplyGroups group_replies(std::span<const ReplyShape> replies,
                                        bool together) noexcept;

}  // namespace godwit::daemon
