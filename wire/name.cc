#include "wire/name.h"

#include <algorithm>

namespace godwit::wire {

namespace {

std::uint64_t load_word(const std::uint8_t* p) noexcept {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

std::uint32_t load_half(const std::uint8_t* p) noexcept {
  std::uint32_t half;
  std::memcpy(&half, p, sizeof half);
  return half;
}

// Read as far as find_labels() has written.
using LabelStarts = std::array<std::uint8_t, labels_max + 1>;

// Where each label of `wire` begins, the leftmost first; returns how many there are.
unsigned find_labels(Bytes wire, LabelStarts& starts) noexcept {
  unsigned count = 0;
  for (std::size_t at = 0; wire[at] != 0; at += 1u + wire[at])
    starts[count++] = static_cast<std::uint8_t>(at);
  return count;
}

std::weak_ordering compare_labels(Bytes a, Bytes b) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i)
    if (const auto order = ascii_lower(a[i]) <=> ascii_lower(b[i]); order != 0) return order;
  return a.size() <=> b.size();
}

}  // namespace

bool equal_ignoring_case(Bytes a, Bytes b) noexcept {
  if (a.size() != b.size()) return false;
  const std::uint8_t* p = a.data();
  const std::uint8_t* q = b.data();
  std::size_t left = a.size();
  if (left >= 8) {
    for (; left > 8; left -= 8, p += 8, q += 8)
      if (!equal_words(load_word(p), load_word(q))) return false;
    // The last eight octets, some of them a second time.
    p = a.data() + a.size() - 8;
    q = b.data() + b.size() - 8;
    return equal_words(load_word(p), load_word(q));
  }
  if (left >= 4)
    return equal_words(load_half(p), load_half(q)) &&
           equal_words(load_half(p + left - 4), load_half(q + left - 4));
  for (; left != 0; --left)
    if (ascii_lower(*p++) != ascii_lower(*q++)) return false;
  return true;
}

void copy_lower(Bytes octets, std::uint8_t* out) noexcept {
  const std::uint8_t* p = octets.data();
  std::size_t left = octets.size();
  for (; left >= 8; left -= 8, p += 8, out += 8) {
    const std::uint64_t word = lower_word(load_word(p));
    std::memcpy(out, &word, sizeof word);
  }
  for (; left != 0; --left) *out++ = ascii_lower(*p++);
}

Result<Name> Name::from_wire(Bytes octets) noexcept {
  std::size_t at = 0;
  unsigned labels = 0;
  for (;;) {
    if (at >= octets.size()) return WireError::short_input;
    const std::uint8_t length = octets[at];
    if (length == 0) break;
    if (length > label_octets_max) return WireError::bad_label;
    at += 1u + length;
    if (at >= name_octets_max) return WireError::name_too_long;
    ++labels;
  }
  if (at + 1 != octets.size()) return WireError::trailing_data;
  Name name;
  name.size_ = static_cast<std::uint8_t>(octets.size());
  name.labels_ = static_cast<std::uint8_t>(labels);
  std::memcpy(name.octets_.data(), octets.data(), octets.size());
  return name;
}

Name Name::from_valid_wire(Bytes octets) noexcept {
  Name name;
  std::memcpy(name.octets_.data(), octets.data(), octets.size());
  name.size_ = static_cast<std::uint8_t>(octets.size());
  std::uint8_t labels = 0;
  for (std::size_t at = 0; name.octets_[at] != 0; at += 1u + name.octets_[at]) ++labels;
  name.labels_ = labels;
  return name;
}

Bytes Name::label(unsigned index) const noexcept {
  if (index >= labels_) return {};
  std::size_t at = 0;
  for (; index != 0; --index) at += 1u + octets_[at];
  return {octets_.data() + at + 1, octets_[at]};
}

Bytes Name::suffix_wire(unsigned labels) const noexcept {
  std::size_t at = 0;
  for (unsigned i = labels_; i > labels; --i) at += 1u + octets_[at];
  return {octets_.data() + at, size_ - at};
}

Name Name::suffix(unsigned labels) const noexcept {
  const Bytes octets = suffix_wire(labels);
  Name name;
  std::memcpy(name.octets_.data(), octets.data(), octets.size());
  name.size_ = static_cast<std::uint8_t>(octets.size());
  name.labels_ = static_cast<std::uint8_t>(std::min<unsigned>(labels, labels_));
  return name;
}

bool Name::is_at_or_below(const Name& ancestor) const noexcept {
  return labels_ >= ancestor.labels_ && size_ >= ancestor.size_ &&
         equal_ignoring_case(suffix_wire(ancestor.labels_), ancestor.wire());
}

unsigned Name::common_labels(const Name& other) const noexcept {
  __attribute__((uninitialized)) LabelStarts mine;
  __attribute__((uninitialized)) LabelStarts theirs;
  const unsigned my_count = find_labels(wire(), mine);
  const unsigned their_count = find_labels(other.wire(), theirs);
  const unsigned most = std::min(my_count, their_count);
  for (unsigned common = 0; common < most; ++common) {
    const std::size_t a = mine[my_count - common - 1];
    const std::size_t b = theirs[their_count - common - 1];
    if (!equal_ignoring_case({octets_.data() + a, 1u + octets_[a]},
                             {other.octets_.data() + b, 1u + other.octets_[b]}))
      return common;
  }
  return most;
}

Result<Name> Name::with_label(Bytes label) const noexcept {
  if (label.empty() || label.size() > label_octets_max) return WireError::bad_label;
  if (size_ + label.size() + 1 > name_octets_max) return WireError::name_too_long;
  Name name;
  name.octets_[0] = static_cast<std::uint8_t>(label.size());
  std::memcpy(name.octets_.data() + 1, label.data(), label.size());
  std::memcpy(name.octets_.data() + 1 + label.size(), octets_.data(), size_);
  name.size_ = static_cast<std::uint8_t>(size_ + label.size() + 1);
  name.labels_ = static_cast<std::uint8_t>(labels_ + 1);
  return name;
}

Result<Name> Name::with_suffix_replaced(const Name& from, const Name& to) const noexcept {
  if (!is_below(from)) return WireError::bad_label;
  const std::size_t kept = static_cast<std::size_t>(size_) - from.size_;
  if (kept + to.size_ > name_octets_max) return WireError::name_too_long;
  Name name;
  std::memcpy(name.octets_.data(), octets_.data(), kept);
  std::memcpy(name.octets_.data() + kept, to.octets_.data(), to.size_);
  name.size_ = static_cast<std::uint8_t>(kept + to.size_);
  name.labels_ = static_cast<std::uint8_t>(labels_ - from.labels_ + to.labels_);
  return name;
}

Name Name::to_lower() const noexcept {
  Name name;
  copy_lower(wire(), name.octets_.data());
  name.size_ = size_;
  name.labels_ = labels_;
  return name;
}

std::weak_ordering operator<=>(const Name& a, const Name& b) noexcept {
  __attribute__((uninitialized)) LabelStarts a_starts;
  __attribute__((uninitialized)) LabelStarts b_starts;
  unsigned a_left = find_labels(a.wire(), a_starts);
  unsigned b_left = find_labels(b.wire(), b_starts);
  while (a_left != 0 && b_left != 0) {
    const std::size_t i = a_starts[--a_left];
    const std::size_t j = b_starts[--b_left];
    const auto order = compare_labels({a.octets_.data() + i + 1, a.octets_[i]},
                                      {b.octets_.data() + j + 1, b.octets_[j]});
    if (order != 0) return order;
  }
  return a_left <=> b_left;
}

}  // namespace godwit::wire
