// Names for tests. Throws on text that is none.
#pragma once

#include <initializer_list>
#include <string_view>

#include "wire/name_text.h"

namespace godwit::test {

inline wire::Name name_of(std::string_view text) {
  return wire::parse_name(text).value();
}

// Of labels as they are, without escapes.
inline wire::Name name_of(std::initializer_list<std::string_view> labels) {
  wire::Name out;
  for (auto label = std::rbegin(labels); label != std::rend(labels); ++label) {
    const auto* octets = reinterpret_cast<const std::uint8_t*>(label->data());
    out = out.with_label({octets, label->size()}).value();
  }
  return out;
}

}  // namespace godwit::test
