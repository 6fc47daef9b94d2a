// The value type of moments: days and times of day in UTC.
#include <charconv>

#include "conf/time_text.h"
#include "conf/value_type.h"

namespace godwit::conf {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view never = "never";

// The number that the digits at [begin, begin + count) are; they have been checked.
int number_at(std::string_view text, std::size_t begin, std::size_t count) {
  int value = 0;
  std::from_chars(text.data() + begin, text.data() + begin + count, value);
  return value;
}

// Whether `text` has the shape: '0' stands for a digit, all else for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !is_digit : text[i] != shape[i]) return false;
  }
  return true;
}

std::string padded(unsigned value, std::size_t width) {
  const std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

}  // namespace

std::optional<sys_seconds> parse_moment(std::string_view text) {
  const bool is_day = has_shape(text, "0000-00-00");
  if (!is_day && !has_shape(text, "0000-00-00T00:00:00Z")) return std::nullopt;
  const std::chrono::year_month_day day{
      std::chrono::year(number_at(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(number_at(text, 5, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2)))};
  if (!day.ok() || day.year() < std::chrono::year(1971)) return std::nullopt;
  if (is_day) return std::chrono::sys_days(day);
  const int hour = number_at(text, 11, 2), minute = number_at(text, 14, 2),
            second = number_at(text, 17, 2);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::string print_moment(sys_seconds moment) {
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day day{midnight};
  std::string out = padded(static_cast<unsigned>(static_cast<int>(day.year())), 4) + '-' +
                    padded(static_cast<unsigned>(day.month()), 2) + '-' +
                    padded(static_cast<unsigned>(day.day()), 2);
  if (midnight == moment) return out;
  const auto second = static_cast<unsigned>((moment - midnight).count());
  return out + 'T' + padded(second / 3'600, 2) + ':' + padded(second / 60 % 60, 2) + ':' +
         padded(second % 60, 2) + 'Z';
}

namespace {

class MomentOrNever final : public ValueTypeOf<sys_seconds> {
 public:
  std::optional<sys_seconds> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    if (*given == never) return sys_seconds{};
    const auto moment = parse_moment(*given);
    if (!moment) {
      reading.report(ConfigError::bad_value, node.position,
                     "is " + shown(*given) + "; expected " + rule());
    }
    return moment;
  }
  std::string text_of(const sys_seconds& value) const override {
    return value == sys_seconds{} ? std::string(never) : double_quoted(print_moment(value));
  }
  std::string schema() const override {
    return R"("type": "string", "pattern": "^(never|[0-9]{4}-[0-9]{2}-[0-9]{2}()"
           R"(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)$")";
  }
  std::string rule() const override {
    return "a day such as 2030-01-31, a moment such as 2030-01-31T18:00:00Z, or never";
  }
};

}  // namespace

TypePointer<std::chrono::sys_seconds> moment_or_never() {
  return std::make_shared<MomentOrNever>();
}

}  // namespace godwit::conf
