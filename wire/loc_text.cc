#include "wire/loc_text.h"

#include <array>
#include <optional>

#include "wire/byte_io.h"
#include "wire/text_number.h"

namespace godwit::wire {
namespace {

constexpr std::size_t loc_octets = 16;
constexpr std::int64_t angle_zero = std::int64_t{1} << 31;  // the equator, the prime meridian
constexpr std::int64_t degree_milliseconds = 3'600'000;
constexpr std::int64_t minute_milliseconds = 60'000;
constexpr std::int64_t second_milliseconds = 1000;
constexpr std::int64_t altitude_zero_cm = 10'000'000;  // 100 km below the ellipsoid
constexpr std::int64_t latitude_degrees_max = 90;
constexpr std::int64_t longitude_degrees_max = 180;
constexpr std::int64_t size_cm_max = 9'000'000'000;  // 9e9
constexpr std::uint8_t size_default = 0x12;          // 1 m
constexpr std::uint8_t horizontal_precision_default = 0x16;
constexpr std::uint8_t vertical_precision_default = 0x13;

void append_padded(std::string& out, std::int64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

struct Axis {
  std::int64_t degrees_max;
  char positive;
  char negative;
};
constexpr Axis latitude{latitude_degrees_max, 'N', 'S'};
constexpr Axis longitude{longitude_degrees_max, 'E', 'W'};

bool append_angle(std::string& out, std::uint32_t wire, const Axis& axis) {
  const std::int64_t signed_value = std::int64_t{wire} - angle_zero;
  const std::int64_t value = signed_value < 0 ? -signed_value : signed_value;
  if (value > axis.degrees_max * degree_milliseconds) return false;
  out += std::to_string(value / degree_milliseconds);
  out += ' ';
  out += std::to_string(value / minute_milliseconds % 60);
  out += ' ';
  out += std::to_string(value / second_milliseconds % 60);
  out += '.';
  append_padded(out, value % second_milliseconds, 3);
  out += ' ';
  out += signed_value < 0 ? axis.negative : axis.positive;
  out += ' ';
  return true;
}

void append_metres(std::string& out, std::int64_t centimetres) {
  if (centimetres < 0) {
    out += '-';
    centimetres = -centimetres;
  }
  out += std::to_string(centimetres / 100);
  out += '.';
  append_padded(out, centimetres % 100, 2);
  out += 'm';
}

// A digit and a power of ten, one in each half of the octet (§2). Zero has one spelling.
bool append_size(std::string& out, std::uint8_t wire) {
  const unsigned digit = wire >> 4;
  const unsigned exponent = wire & 0x0f;
  if (digit > 9 || exponent > 9 || (digit == 0 && exponent != 0)) return false;
  std::int64_t centimetres = digit;
  for (unsigned i = 0; i < exponent; ++i) centimetres *= 10;
  append_metres(out, centimetres);
  return true;
}

// Walks the tokens; every step says whether what it wants was there.
class LocReader {
 public:
  explicit LocReader(std::span<const TextToken> tokens) noexcept : tokens_(tokens) {}
  [[nodiscard]] bool at_end() const noexcept { return tokens_.empty(); }

  // "d [m [s.sss]] H"
  std::optional<std::uint32_t> angle(const Axis& axis) noexcept {
    constexpr std::int64_t parts_max[] = {180, 59, 59'999};
    constexpr std::int64_t parts_unit[] = {degree_milliseconds, minute_milliseconds, 1};
    std::int64_t value = 0;
    for (unsigned i = 0; !at_end(); ++i) {
      const std::string_view text = take();
      if (i > 0 && text.size() == 1 && hemisphere(text[0], axis) != 0) {
        if (value > axis.degrees_max * degree_milliseconds) return std::nullopt;
        return static_cast<std::uint32_t>(angle_zero + hemisphere(text[0], axis) * value);
      }
      if (i >= std::size(parts_max)) return std::nullopt;
      const auto part = parse_fixed_point(text, i == 2 ? 3 : 0);
      if (!part || *part < 0 || *part > parts_max[i]) return std::nullopt;
      value += *part * parts_unit[i];
    }
    return std::nullopt;
  }

  // Centimetres from "1.5m"; the unit may be left out.
  std::optional<std::int64_t> metres() noexcept {
    if (at_end()) return std::nullopt;
    std::string_view text = take();
    if (text.ends_with('m') || text.ends_with('M')) text.remove_suffix(1);
    return parse_fixed_point(text, 2);
  }

  std::optional<std::uint8_t> size_or(std::uint8_t default_value) noexcept {
    if (at_end()) return default_value;
    auto centimetres = metres();
    if (!centimetres || *centimetres < 0 || *centimetres > size_cm_max) return std::nullopt;
    std::int64_t digit = *centimetres;
    unsigned exponent = 0;
    for (; digit > 9; digit /= 10) ++exponent;
    return static_cast<std::uint8_t>(static_cast<unsigned>(digit) << 4 | exponent);
  }

 private:
  std::string_view take() noexcept {
    const std::string_view text = tokens_.front().text;
    tokens_ = tokens_.subspan(1);
    return text;
  }
  static int hemisphere(char c, const Axis& axis) noexcept {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (upper == axis.positive) return 1;
    return upper == axis.negative ? -1 : 0;
  }
  std::span<const TextToken> tokens_;
};

}  // namespace

bool append_loc(std::string& out, std::span<const std::uint8_t> rdata) {
  if (rdata.size() != loc_octets || rdata[0] != 0) return false;
  std::string text;
  if (!append_angle(text, load_u32(rdata.data() + 4), latitude)) return false;
  if (!append_angle(text, load_u32(rdata.data() + 8), longitude)) return false;
  append_metres(text, std::int64_t{load_u32(rdata.data() + 12)} - altitude_zero_cm);
  for (std::size_t i = 1; i <= 3; ++i) {
    text += ' ';
    if (!append_size(text, rdata[i])) return false;
  }
  out += text;
  return true;
}

Result<void> parse_loc(std::span<const TextToken> tokens, std::vector<std::uint8_t>& out) {
  LocReader reader(tokens);
  const auto north = reader.angle(latitude);
  if (!north) return WireError::bad_text;
  const auto east = reader.angle(longitude);
  if (!east) return WireError::bad_text;
  const auto altitude_cm = reader.metres();
  if (!altitude_cm) return WireError::bad_text;
  const std::int64_t altitude = *altitude_cm + altitude_zero_cm;
  if (altitude < 0 || altitude > 0xffffffff) return WireError::bad_text;
  const auto size = reader.size_or(size_default);
  const auto horizontal = reader.size_or(horizontal_precision_default);
  const auto vertical = reader.size_or(vertical_precision_default);
  if (!size || !horizontal || !vertical || !reader.at_end()) return WireError::bad_text;
  std::array<std::uint8_t, loc_octets> wire{0, *size, *horizontal, *vertical};
  store_u32(wire.data() + 4, *north);
  store_u32(wire.data() + 8, *east);
  store_u32(wire.data() + 12, static_cast<std::uint32_t>(altitude));
  out.insert(out.end(), wire.begin(), wire.end());
  return {};
}

}  // namespace godwit::wire
