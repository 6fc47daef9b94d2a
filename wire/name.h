// An owned domain name: uncompressed wire form, inline, at most 255 octets, always valid, ending in
// the root label. Compares without regard to ASCII case (RFC 4343); octets are kept as they came,
// 8-bit clean (RFC 2181 §11). Text is in name_text.h. A name inside a message is a NameView
// (name_view.h).
#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <string_view>

#include "wire/byte_io.h"
#include "wire/codes.h"
#include "wire/error.h"

namespace godwit::wire {

[[nodiscard]] constexpr std::uint8_t ascii_lower(std::uint8_t c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + 32) : c;
}

// Eight octets in lower case. With the top bits out of the way, adding 0x80 - 'A' or 0x7f - 'Z'
// carries into an octet's top bit exactly when it is at least 'A' or above 'Z'; the two differ for
// capitals alone.
[[nodiscard]] constexpr std::uint64_t lower_word(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const std::uint64_t low_bits = word & (0x7f * ones);
  const std::uint64_t from_a = low_bits + (0x80 - 'A') * ones;
  const std::uint64_t above_z = low_bits + (0x7f - 'Z') * ones;
  const std::uint64_t capital = (from_a ^ above_z) & ~word & (0x80 * ones);
  return word | capital >> 2;
}
// Whether two words are equal without regard to ASCII case. Mostly the case is the same, too.
[[nodiscard]] constexpr bool equal_words(std::uint64_t a, std::uint64_t b) noexcept {
  return a == b || lower_word(a) == lower_word(b);
}

// Whether two octet strings are equal without regard to ASCII case. Safe over whole names: length
// octets are below 64.
[[nodiscard]] bool equal_ignoring_case(Bytes a, Bytes b) noexcept;
[[nodiscard]] inline bool equal_text_ignoring_case(std::string_view a,
                                                   std::string_view b) noexcept {
  return equal_ignoring_case(Bytes{reinterpret_cast<const std::uint8_t*>(a.data()), a.size()},
                             Bytes{reinterpret_cast<const std::uint8_t*>(b.data()), b.size()});
}
// Copies `octets` to `out`, which has room for them, with ASCII letters in lower case; they may be
// the same place. Safe over whole names, as above. Cost: eight octets at a time.
void copy_lower(Bytes octets, std::uint8_t* out) noexcept;

class Name {
 public:
  // The root.
  Name() noexcept : size_(1), labels_(0) { octets_[0] = 0; }
  Name(const Name& other) noexcept { *this = other; }
  Name& operator=(const Name& other) noexcept {
    size_ = other.size_;
    labels_ = other.labels_;
    std::memmove(octets_.data(), other.octets_.data(), size_);
    return *this;
  }

  // The name that `octets` are, all of them. Errors: bad_label, name_too_long, short_input,
  // trailing_data.
  [[nodiscard]] static Result<Name> from_wire(Bytes octets) noexcept;
  // As from_wire, for octets that were validated before (packed RRsets). Cost: a copy, one pass.
  [[nodiscard]] static Name from_valid_wire(Bytes octets) noexcept;

  [[nodiscard]] Bytes wire() const noexcept { return {octets_.data(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }  // octets, with the root label
  [[nodiscard]] unsigned label_count() const noexcept { return labels_; }  // without the root label
  [[nodiscard]] bool is_root() const noexcept { return labels_ == 0; }

  // The octets of the label that is `index`-th from the left (0 = leftmost); empty beyond the last.
  [[nodiscard]] Bytes label(unsigned index) const noexcept;

  // The name without its leftmost label; the root's parent is the root.
  [[nodiscard]] Name parent() const noexcept { return suffix(labels_ ? labels_ - 1 : 0); }
  // The rightmost `labels` labels (all of them when there are fewer).
  [[nodiscard]] Name suffix(unsigned labels) const noexcept;
  // The wire form of that suffix, inside this name. Lifetime: this name's.
  [[nodiscard]] Bytes suffix_wire(unsigned labels) const noexcept;

  // Whether this name is `ancestor` or below it.
  [[nodiscard]] bool is_at_or_below(const Name& ancestor) const noexcept;
  [[nodiscard]] bool is_below(const Name& ancestor) const noexcept {
    return labels_ > ancestor.labels_ && is_at_or_below(ancestor);
  }
  // The number of labels that both names have in common, from the root.
  [[nodiscard]] unsigned common_labels(const Name& other) const noexcept;

  // This name with a label put before it. Errors: bad_label (empty or over 63), name_too_long.
  [[nodiscard]] Result<Name> with_label(Bytes label) const noexcept;
  // This name, which is below `from`, moved below `to` (DNAME, RFC 6672 §2.2). Errors:
  // name_too_long; bad_label if it is not.
  [[nodiscard]] Result<Name> with_suffix_replaced(const Name& from, const Name& to) const noexcept;

  [[nodiscard]] Name to_lower() const noexcept;
  // The octets, to change letter case in place (0x20); nothing else may be changed.
  [[nodiscard]] MutableBytes mutable_wire() noexcept { return {octets_.data(), size_}; }
  // Whether the octets are equal, case included.
  [[nodiscard]] bool is_identical(const Name& other) const noexcept {
    return size_ == other.size_ && std::memcmp(octets_.data(), other.octets_.data(), size_) == 0;
  }

  [[nodiscard]] friend bool operator==(const Name& a, const Name& b) noexcept {
    return a.size_ == b.size_ && equal_ignoring_case(a.wire(), b.wire());
  }
  // Canonical order (RFC 4034 §6.1).
  friend std::weak_ordering operator<=>(const Name& a, const Name& b) noexcept;

 private:
  friend class NameView;
  std::uint8_t size_;
  std::uint8_t labels_;
  std::array<std::uint8_t, name_octets_max> octets_;
};

}  // namespace godwit::wire
