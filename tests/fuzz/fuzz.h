// What the fuzz targets share: a check that holds in every build, and choices taken from the input.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "wire/name.h"

namespace godwit::fuzz {

// A property; the fuzzer keeps the input that breaks one.
inline void require(bool holds) {
  if (!holds) std::abort();
}

// Takes the input apart from the front; past its end everything is zero or empty.
class Choices {
 public:
  explicit Choices(wire::Bytes input) : reader_(input) {}

  [[nodiscard]] bool at_end() const { return reader_.at_end(); }
  std::uint8_t u8() { return reader_.u8(); }
  std::uint16_t u16() { return reader_.u16(); }
  std::uint32_t u32() { return reader_.u32(); }
  bool flag() { return (u8() & 1) != 0; }
  unsigned below(unsigned bound) { return u16() % bound; }
  wire::Bytes rest() { return reader_.rest(); }
  wire::Bytes bytes(std::size_t most) { return reader_.bytes(std::min(most, reader_.remaining())); }
  // As many octets as the next one says.
  wire::Bytes counted() { return bytes(u8()); }

  // A name of few and mostly short labels, so that names have suffixes in common.
  wire::Name name() {
    wire::Name name;
    for (unsigned labels = u8() % 8; labels != 0; --labels) {
      const std::uint8_t kind = u8();
      const wire::Bytes label = kind < 0xf0 ? bytes(1 + kind % 3) : bytes(1 + u8() % 63u);
      if (const auto longer = name.with_label(label)) name = *longer;
    }
    return name;
  }

 private:
  wire::ByteReader reader_;
};

inline std::vector<std::uint8_t> copy(wire::Bytes octets) {
  return {octets.begin(), octets.end()};
}

}  // namespace godwit::fuzz
