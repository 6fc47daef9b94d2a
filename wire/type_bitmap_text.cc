#include "wire/type_bitmap_text.h"

#include <algorithm>
#include <array>

#include "wire/codes_text.h"

namespace godwit::wire {
namespace {

constexpr std::size_t window_octets = 32;

void append_window(std::vector<std::uint8_t>& out, std::span<const std::uint16_t> types) {
  std::array<std::uint8_t, window_octets> bits{};
  for (const std::uint16_t type : types) {
    const unsigned low = type & 0xff;
    bits[low / 8] = static_cast<std::uint8_t>(bits[low / 8] | 0x80u >> low % 8);
  }
  const std::size_t octets = (types.back() & 0xffu) / 8 + 1;
  out.push_back(static_cast<std::uint8_t>(types.front() >> 8));
  out.push_back(static_cast<std::uint8_t>(octets));
  out.insert(out.end(), bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(octets));
}

}  // namespace

void append_type_bitmap(std::string& out, std::span<const std::uint8_t> bitmap) {
  bool first = true;
  while (bitmap.size() >= 2) {
    const unsigned window = bitmap[0];
    const unsigned octets = bitmap[1];
    for (unsigned bit = 0; bit < octets * 8; ++bit) {
      if ((bitmap[2 + bit / 8] & 0x80u >> bit % 8) == 0) continue;
      if (!first) out += ' ';
      first = false;
      out += to_text(static_cast<RrType>(window << 8 | bit));
    }
    bitmap = bitmap.subspan(2 + octets);
  }
}

Result<void> parse_type_bitmap(std::span<const TextToken> tokens, std::vector<std::uint8_t>& out) {
  std::vector<std::uint16_t> types;
  for (const TextToken& token : tokens) {
    const auto type = parse_type(token.text);
    if (!type) return WireError::bad_text;
    types.push_back(static_cast<std::uint16_t>(*type));
  }
  std::sort(types.begin(), types.end());
  for (auto window = types.begin(); window != types.end();) {
    const auto end = std::find_if(
        window, types.end(), [window](std::uint16_t type) { return type >> 8 != *window >> 8; });
    append_window(out, {window, end});
    window = end;
  }
  return {};
}

}  // namespace godwit::wire
