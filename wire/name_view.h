// A domain name where it stands in a message, with compression pointers followed and bounded once,
// at construction. A NameView cannot exist unvalidated, so everything but parse() is noexcept.
// Lifetime: the message's bytes.
#pragma once

#include <optional>

#include "wire/name.h"

namespace godwit::wire {

// Strictly backward pointers only, and no more than this many for one name.
inline constexpr unsigned compression_hops_max = 64;

class NameView {
 public:
  // The name that begins at `offset` of `message`, of which no more than 65535 octets are looked
  // at. Pointers must lead strictly backward, each to a place before the labels that it ends, and
  // never into the header. Errors: short_input, bad_label, bad_pointer, too_many_pointers,
  // name_too_long. Cost: one pass over the labels. RFC 1035 §4.1.4.
  [[nodiscard]] static Result<NameView> parse(Bytes message, std::size_t offset) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }        // uncompressed octets
  [[nodiscard]] unsigned label_count() const noexcept { return labels_; }  // without the root
  [[nodiscard]] unsigned pointer_count() const noexcept { return hops_; }  // followed to read it
  [[nodiscard]] std::size_t end_offset() const noexcept {
    return end_offset_;
  }  // after the name in the message
  [[nodiscard]] bool is_compressed() const noexcept { return hops_ != 0; }

  [[nodiscard]] Name to_name() const noexcept;
  // Writes the uncompressed octets, as they are, to `out`, which has room for size().
  void copy_to(std::uint8_t* out) const noexcept;

  [[nodiscard]] bool operator==(const Name& other) const noexcept {
    return labels_ == other.label_count() && is(other.wire());
  }
  // Whether it is the name whose wire form this is, in any letter case.
  [[nodiscard]] bool is(Bytes name_wire) const noexcept;
  [[nodiscard]] bool is_identical(const Name& other) const noexcept;  // case included

 private:
  friend class RecordReader;
  NameView() noexcept = default;
  // Becomes the name that begins there; after an error it is none, and nobody is to see it.
  [[nodiscard]] std::optional<WireError> read(Bytes message, std::size_t offset) noexcept;
  Bytes message_;
  std::uint16_t offset_ = 0;
  std::uint16_t end_offset_ = 0;
  std::uint8_t size_ = 0;
  std::uint8_t labels_ = 0;
  std::uint8_t hops_ = 0;
};

}  // namespace godwit::wire
