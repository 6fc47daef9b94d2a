// An answer ready to be sent, as an AnswerCache keeps it: the octets behind the question, and where
// in them the TTLs stand and when each set expires. No header, question or OPT record: those are
// the client's. Pure; any thread.
#pragma once

#include <optional>

#include "cache/change_stamps.h"
#include "cache/packed_entry.h"
#include "cache/ttl.h"
#include "wire/codes.h"

namespace godwit::cache {

// Longer ones are not worth their room: most clients would get them cut, or over TCP.
inline constexpr std::size_t ready_body_octets_max = 1232;
// Room for the payload of the largest answer that can be kept.
inline constexpr std::size_t ready_payload_octets_max = 3072;

// A set in a rendered message, in the order of the message.
struct ReadySet {
  std::uint16_t octets = 0;   // all its records, signatures included
  std::uint16_t records = 0;  // signatures included
  std::uint16_t rotated = 0;  // so many of its first records take turns; 0: none
  Time expires{};
};

// What an answer is packed from. Offsets in `body` are those of a message whose question ends where
// `body` begins; pointers in it point into that message.
struct ReadyParts {
  wire::Rcode rcode = wire::Rcode::noerror;
  bool secure = false;  // all of it, for the AD bit
  std::uint16_t answer_count = 0;
  std::uint16_t authority_count = 0;
  wire::Bytes body;
  std::span<const ReadySet> sets;  // all of `body`, one behind the other
  std::span<const ChangeMark> marks;
  std::uint32_t epoch = 0;
  std::uint32_t life_seconds = 0;  // of the set that expires first, as it was when stored
  Time keep_until = Time::max();   // no longer than this, whatever the sets
};

// The payload of an entry, in `buffer`. Empty: the answer cannot be kept (too large, or of a shape
// that patching does not reach).
[[nodiscard]] wire::Bytes pack_ready(const ReadyParts& parts, wire::MutableBytes buffer) noexcept;

// A kept answer. Lifetime: the entry's.
class ReadyAnswer {
 public:
  // Empty: no such payload.
  [[nodiscard]] static std::optional<ReadyAnswer> read(const PackedEntry& entry) noexcept;

  [[nodiscard]] std::uint32_t epoch() const noexcept { return head_.epoch; }
  [[nodiscard]] std::uint32_t life_seconds() const noexcept { return head_.life_seconds; }
  [[nodiscard]] std::uint32_t seconds_left(Time now) const noexcept {
    return ttl_left(expires_, now);
  }
  [[nodiscard]] wire::Rcode rcode() const noexcept {
    return static_cast<wire::Rcode>(head_.rcode & rcode_mask);
  }
  [[nodiscard]] bool is_secure() const noexcept { return (head_.rcode & secure_bit) != 0; }
  [[nodiscard]] std::uint16_t answer_count() const noexcept { return head_.answer_count; }
  [[nodiscard]] std::uint16_t authority_count() const noexcept { return head_.authority_count; }
  [[nodiscard]] std::size_t body_octets() const noexcept { return body_.size(); }
  [[nodiscard]] bool is_current(const ChangeStamps& stamps) const noexcept;

  // Writes the body at `out`, which has room for body_octets(), with the TTLs as of `now`; address
  // records begin with record `rotate_by` modulo their number.
  void write(std::uint8_t* out, std::uint32_t rotate_by, Time now) const noexcept;

 private:
  friend wire::Bytes pack_ready(const ReadyParts& parts, wire::MutableBytes buffer) noexcept;
  static constexpr std::uint8_t secure_bit = 0x80, rcode_mask = 0x0f;
  struct Head {
    std::uint32_t epoch = 0;
    std::uint32_t life_seconds = 0;
    std::uint16_t answer_count = 0, authority_count = 0;
    // Records that take turns: where in `body` they begin, the octets of the first, whose owner may
    // be written in full, and of each other one.
    std::uint16_t rotated_at = 0, first_octets = 0, record_octets = 0;
    std::uint8_t rotated = 0, rdata_octets = 0;
    std::uint8_t rcode = 0;  // and secure_bit
    std::uint8_t marks = 0, expiries = 0, runs = 0;
  };
  // Records of one length, one behind the other.
  struct Run {
    std::uint16_t ttl_at = 0;  // of the first, in `body`
    std::uint16_t step = 0;
    std::uint8_t count = 0;
    std::uint8_t set = 0;
  };
  class Packer;
  void rotate(std::uint8_t* out, std::uint32_t first) const noexcept;
  template <class Item>
  [[nodiscard]] static Item item(const std::uint8_t* items, std::size_t index) noexcept {
    Item out;
    std::memcpy(&out, items + index * sizeof(Item), sizeof out);
    return out;
  }
  Head head_;
  const std::uint8_t* marks_ = nullptr;
  const std::uint8_t* expiries_ = nullptr;  // of each set, or of none: the entry's end is its own
  const std::uint8_t* runs_ = nullptr;
  wire::Bytes body_;
  Time expires_{};
};

}  // namespace godwit::cache
