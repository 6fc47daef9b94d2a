// The value types that have no structure: truth, numbers, sizes, durations and text.
#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "conf/time_text.h"
#include "conf/value_type.h"

namespace godwit::conf {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Ascending; the first is what a lone number counts.
constexpr std::array size_units{Unit{"", 1}, Unit{"KiB", 1ULL << 10U}, Unit{"MiB", 1ULL << 20U},
                                Unit{"GiB", 1ULL << 30U}};
constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", 60'000},
                                    Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
// Longer numbers overflow; none is in any range.
constexpr std::size_t digits_max = 12;

struct Quantity {
  std::uint64_t number = 0;
  std::string_view unit;
};

std::optional<Quantity> split_quantity(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > digits_max) return std::nullopt;
  Quantity quantity{0, text.substr(digits)};
  std::from_chars(text.data(), text.data() + digits, quantity.number);
  return quantity;
}

std::optional<std::uint64_t> in_units(std::string_view text, std::span<const Unit> units) {
  const auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& u) { return u.name == quantity->unit; });
  if (unit == units.end()) return std::nullopt;
  std::uint64_t value = 0;
  if (__builtin_mul_overflow(quantity->number, unit->factor, &value)) return std::nullopt;
  return value;
}

// Beyond this is beyond every range.
constexpr std::uint64_t milliseconds_max = 1'000'000'000'000;

std::optional<std::uint64_t> milliseconds_in(std::string_view text) {
  const bool lone = text.find_first_not_of("0123456789") == std::string::npos;
  return in_units(lone ? std::string(text) + 's' : std::string(text), duration_units);
}

// In the largest unit that leaves a whole number.
std::string with_unit(std::uint64_t value, std::span<const Unit> units) {
  Unit best = units.front();
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) best = unit;
  }
  return std::to_string(value / best.factor) + std::string(best.name);
}

class Boolean final : public ValueTypeOf<bool> {
 public:
  std::optional<bool> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, true);
    if (given == nullptr) return std::nullopt;
    if (*given == "true") return true;
    if (*given == "false") return false;
    reading.report(ConfigError::bad_value, node.position,
                   "is " + shown(*given) + "; expected " + rule());
    return std::nullopt;
  }
  std::string text_of(const bool& value) const override { return value ? "true" : "false"; }
  std::string schema() const override { return R"("type": "boolean")"; }
  std::string rule() const override { return "true or false"; }
};

template <class T>
class Integer final : public ValueTypeOf<T> {
 public:
  Integer(T min, T max) : min_(min), max_(max) {}

  std::optional<T> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, true);
    if (given == nullptr) return std::nullopt;
    const std::size_t digits_at = given->starts_with('-') ? 1 : 0;
    if (given->size() == digits_at ||
        given->find_first_not_of("0123456789", digits_at) != std::string::npos) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule());
      return std::nullopt;
    }
    T value{};
    const auto [stop, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (error != std::errc{} || *stop != '\0' || value < min_ || value > max_) {
      reading.report(ConfigError::out_of_range, node.position,
                     "is " + shown(*given) + "; expected " + rule());
      return std::nullopt;
    }
    return value;
  }
  std::string text_of(const T& value) const override { return std::to_string(value); }
  std::string schema() const override {
    return R"("type": "integer", "minimum": )" + std::to_string(min_) + R"(, "maximum": )" +
           std::to_string(max_);
  }
  std::string rule() const override {
    return "an integer, " + std::to_string(min_) + " to " + std::to_string(max_);
  }

 private:
  T min_;
  T max_;
};

class Size : public ValueTypeOf<std::uint64_t> {
 public:
  Size(std::uint64_t min, std::uint64_t max) : min_(min), max_(max) {}

  std::optional<std::uint64_t> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto value = in_units(*given, size_units);
    if (!value) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule() +
                         " (a number of bytes, or one with KiB, MiB or GiB)");
    } else if (*value < min_ || *value > max_) {
      reading.report(ConfigError::out_of_range, node.position,
                     "is " + shown(*given) + "; expected " + rule());
    } else {
      return value;
    }
    return std::nullopt;
  }
  std::string text_of(const std::uint64_t& value) const override {
    return with_unit(value, size_units);
  }
  std::string schema() const override {
    return R"("type": ["integer", "string"], "pattern": "^[0-9]{1,12}(KiB|MiB|GiB)?$")";
  }
  std::string rule() const override { return "a size, " + text_of(min_) + " to " + text_of(max_); }

 private:
  std::uint64_t min_;
  std::uint64_t max_;
};

constexpr std::string_view automatic = "auto";

class SizeOrAuto final : public Size {
 public:
  using Size::Size;

  std::optional<std::uint64_t> parse(const Node& node, const Reading& reading) const override {
    if (node.kind == Node::Kind::scalar && node.text == automatic) return 0;
    return Size::parse(node, reading);
  }
  std::string text_of(const std::uint64_t& value) const override {
    return value == 0 ? std::string(automatic) : Size::text_of(value);
  }
  std::string schema() const override {
    return R"("type": ["integer", "string"], "pattern": "^(auto|[0-9]{1,12}(KiB|MiB|GiB)?)$")";
  }
  std::string rule() const override { return Size::rule() + ", or auto"; }
};

// T is milliseconds or seconds: what the program counts in.
template <class T>
class Duration final : public ValueTypeOf<T> {
 public:
  Duration(T min, T max) : min_(min), max_(max) {}

  std::optional<T> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto count = milliseconds_in(*given);
    const std::chrono::milliseconds value(
        count ? static_cast<std::int64_t>(std::min(*count, milliseconds_max)) : 0);
    if (!count || value % T{1} != std::chrono::milliseconds{0}) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule() +
                         (whole_seconds ? " (a number with s, m, h or d)"
                                        : " (a number with ms, s, m, h or d)"));
    } else if (value < min_ || value > max_) {
      reading.report(ConfigError::out_of_range, node.position,
                     "is " + shown(*given) + "; expected " + rule());
    } else {
      return std::chrono::duration_cast<T>(value);
    }
    return std::nullopt;
  }
  std::string text_of(const T& value) const override {
    const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
    return count == 0 ? "0s" : with_unit(static_cast<std::uint64_t>(count), duration_units);
  }
  std::string schema() const override {
    return std::string(R"("type": ["integer", "string"], "pattern": "^[0-9]{1,12}()") +
           (whole_seconds ? "" : "ms|") + R"(s|m|h|d)?$")";
  }
  std::string rule() const override {
    return "a duration, " + text_of(min_) + " to " + text_of(max_);
  }

 private:
  static constexpr bool whole_seconds = std::is_same_v<T, std::chrono::seconds>;
  T min_;
  T max_;
};

class Text final : public ValueTypeOf<std::string> {
 public:
  Text(std::string_view what, std::size_t max_bytes) : what_(what), max_bytes_(max_bytes) {}

  std::optional<std::string> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    const auto is_control = [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (std::any_of(given->begin(), given->end(), is_control)) {
      reading.report(ConfigError::bad_value, node.position,
                     "holds a control character: " + shown(*given));
      return std::nullopt;
    }
    if (given->size() > max_bytes_) {
      reading.report(ConfigError::out_of_range, node.position,
                     "is " + std::to_string(given->size()) + " bytes long; expected " + rule());
      return std::nullopt;
    }
    return *given;
  }
  std::string text_of(const std::string& value) const override { return double_quoted(value); }
  std::string schema() const override {
    return R"("type": "string", "maxLength": )" + std::to_string(max_bytes_);
  }
  std::string rule() const override {
    return what_ + ", at most " + std::to_string(max_bytes_) + " bytes";
  }

 private:
  std::string what_;
  std::size_t max_bytes_;
};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto count = milliseconds_in(text);
  if (!count || *count > milliseconds_max) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*count));
}

TypePointer<bool> boolean() {
  return std::make_shared<Boolean>();
}
TypePointer<std::uint32_t> integer(std::uint32_t min, std::uint32_t max) {
  return std::make_shared<Integer<std::uint32_t>>(min, max);
}
TypePointer<std::uint16_t> port() {
  return std::make_shared<Integer<std::uint16_t>>(std::uint16_t{1}, std::uint16_t{65535});
}
TypePointer<std::uint64_t> size(std::uint64_t min_bytes, std::uint64_t max_bytes) {
  return std::make_shared<Size>(min_bytes, max_bytes);
}
TypePointer<std::uint64_t> size_or_auto(std::uint64_t min_bytes, std::uint64_t max_bytes) {
  return std::make_shared<SizeOrAuto>(min_bytes, max_bytes);
}
TypePointer<std::chrono::milliseconds> duration(std::chrono::milliseconds min,
                                                std::chrono::milliseconds max) {
  return std::make_shared<Duration<std::chrono::milliseconds>>(min, max);
}
TypePointer<std::chrono::seconds> time_to_live(std::chrono::seconds min, std::chrono::seconds max) {
  return std::make_shared<Duration<std::chrono::seconds>>(min, max);
}
TypePointer<std::string> text(std::string_view what, std::size_t max_bytes) {
  return std::make_shared<Text>(what, max_bytes);
}

}  // namespace godwit::conf
