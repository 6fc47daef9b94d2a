// Value types one by one: what they read, what they refuse, and that they print what they read.
#include "conf/value_type.h"

#include <gtest/gtest.h>

#include "conf/choice_type.h"
#include "conf/list_type.h"

namespace godwit::conf {
namespace {

using namespace std::chrono_literals;

// What `yaml`, the value of a key, reads as; nothing if there is a problem.
template <class T>
std::optional<T> read(const TypePointer<T>& type, const std::string& yaml) {
  Problems problems;
  const auto root = parse_document("key: " + yaml + '\n', problems);
  if (!root) return std::nullopt;
  T value{};
  const bool good = type->read(root->entries.at(0).value, &value, Reading{problems, "key"});
  EXPECT_EQ(good, problems.empty()) << yaml;
  return good ? std::optional(value) : std::nullopt;
}

template <class T>
std::optional<std::string> read_and_print(const TypePointer<T>& type, const std::string& yaml) {
  const auto value = read(type, yaml);
  if (!value) return std::nullopt;
  const std::string printed = type->print(&*value);
  EXPECT_EQ(read(type, printed), value) << printed;
  return printed;
}

TEST(ValueType, boolean_is_true_or_false_and_nothing_else) {
  EXPECT_EQ(read(boolean(), "true"), true);
  EXPECT_EQ(read(boolean(), "false"), false);
  for (const auto* yaml : {"yes", "True", "1", "\"true\"", "[true]", "", "{a: 1}"}) {
    EXPECT_EQ(read(boolean(), yaml), std::nullopt) << yaml;
  }
}

TEST(ValueType, integer_keeps_its_range) {
  const auto type = integer(2, 99);
  EXPECT_EQ(read(type, "1"), std::nullopt);
  EXPECT_EQ(read(type, "2"), 2U);
  EXPECT_EQ(read(type, "3"), 3U);
  EXPECT_EQ(read(type, "98"), 98U);
  EXPECT_EQ(read(type, "99"), 99U);
  EXPECT_EQ(read(type, "100"), std::nullopt);
}

TEST(ValueType, integer_is_plain_decimal) {
  const auto type = integer(0, 4'294'967'295);
  for (const auto* yaml : {"-1", "0x10", "1e3", "1.0", "\"5\"", "4294967296", "-", "five", "1_000",
                           "99999999999999999999999"}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
  EXPECT_EQ(read(type, "4294967295"), 4'294'967'295U);
}

TEST(ValueType, port_is_never_0) {
  EXPECT_EQ(read(port(), "0"), std::nullopt);
  EXPECT_EQ(read(port(), "1"), 1);
  EXPECT_EQ(read(port(), "65535"), 65535);
  EXPECT_EQ(read(port(), "65536"), std::nullopt);
}

TEST(ValueType, size_has_units_and_a_range) {
  const auto type = size(4096, 1ULL << 40U);
  EXPECT_EQ(read(type, "4095"), std::nullopt);
  EXPECT_EQ(read(type, "4096"), 4096U);
  EXPECT_EQ(read(type, "4KiB"), 4096U);
  EXPECT_EQ(read(type, "\"64MiB\""), 64U << 20U);
  EXPECT_EQ(read(type, "1024GiB"), 1ULL << 40U);
  EXPECT_EQ(read(type, "1025GiB"), std::nullopt);
  for (const auto* yaml :
       {"64MB", "64 MiB", "64mib", "MiB", "1.5GiB", "-1", "999999999999GiB", "9999999999999"}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
}

TEST(ValueType, size_is_printed_in_the_largest_whole_unit) {
  const auto type = size(0, 1ULL << 40U);
  EXPECT_EQ(read_and_print(type, "0"), "0");
  EXPECT_EQ(read_and_print(type, "100000"), "100000");
  EXPECT_EQ(read_and_print(type, "16384"), "16KiB");
  EXPECT_EQ(read_and_print(type, "1536MiB"), "1536MiB");
  EXPECT_EQ(read_and_print(type, "2048MiB"), "2GiB");
}

TEST(ValueType, size_may_be_left_to_the_program) {
  const auto type = size_or_auto(4096, 1ULL << 40U);
  EXPECT_EQ(read(type, "auto"), 0U);
  EXPECT_EQ(read(type, "4KiB"), 4096U);
  for (const auto* yaml : {"0", "Auto", "auto ma", "automatic", "4095", "1025GiB", "[auto]"})
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  EXPECT_EQ(read_and_print(type, "auto"), "auto");
  EXPECT_EQ(read_and_print(type, "8MiB"), "8MiB");
}

TEST(ValueType, duration_has_units_and_a_range) {
  const auto type = duration(100ms, 1h);
  EXPECT_EQ(read(type, "99ms"), std::nullopt);
  EXPECT_EQ(read(type, "100ms"), 100ms);
  EXPECT_EQ(read(type, "101ms"), 101ms);
  EXPECT_EQ(read(type, "5"), 5s);
  EXPECT_EQ(read(type, "2m"), 2min);
  EXPECT_EQ(read(type, "1h"), 1h);
  EXPECT_EQ(read(type, "3601s"), std::nullopt);
  for (const auto* yaml : {"5 s", "1.5s", "5sec", "s", "-5s", "999999999999d", "5us"}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
  EXPECT_EQ(read_and_print(type, "1500ms"), "1500ms");
  EXPECT_EQ(read_and_print(type, "60000ms"), "1m");
}

TEST(ValueType, time_to_live_is_in_whole_seconds) {
  const auto type = time_to_live(0s, 7 * 86'400s);
  EXPECT_EQ(read(type, "0"), 0s);
  EXPECT_EQ(read(type, "86400"), 86'400s);
  EXPECT_EQ(read(type, "2000ms"), 2s);
  EXPECT_EQ(read(type, "1500ms"), std::nullopt);
  EXPECT_EQ(read(type, "7d"), 7 * 86'400s);
  EXPECT_EQ(read(type, "604801"), std::nullopt);
  EXPECT_EQ(read_and_print(type, "86400"), "1d");
}

TEST(ValueType, moment_is_a_day_or_a_second_of_it_in_utc) {
  const auto type = moment_or_never();
  EXPECT_EQ(read(type, "2030-01-31")->time_since_epoch(), 1'896'048'000s);
  EXPECT_EQ(read(type, "2030-01-31T18:00:01Z")->time_since_epoch(), 1'896'112'801s);
  EXPECT_EQ(read(type, "never")->time_since_epoch(), 0s);
  EXPECT_EQ(read_and_print(type, "2040-02-29"), "\"2040-02-29\"");
  EXPECT_EQ(read_and_print(type, "2040-02-29T00:00:00Z"), "\"2040-02-29\"");
  EXPECT_EQ(read_and_print(type, "2040-02-29T23:59:59Z"), "\"2040-02-29T23:59:59Z\"");
  EXPECT_EQ(read_and_print(type, "never"), "never");
  for (const auto* yaml :
       {"2041-02-29", "2030-13-01", "2030-00-01", "2030-1-31", "2030-01-31T24:00:00Z",
        "2030-01-31T00:60:00Z", "2030-01-31T00:00:60Z", "2030-01-31T00:00:00", "2030-01-31 00:00Z",
        "1970-01-01", "30d", "0", "Never", ""}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
}

TEST(ValueType, text_is_bounded_and_printable) {
  const auto type = text("a text", 4);
  EXPECT_EQ(read(type, "abc"), "abc");
  EXPECT_EQ(read(type, "abcd"), "abcd");
  EXPECT_EQ(read(type, "abcde"), std::nullopt);
  EXPECT_EQ(read(type, "12"), "12");
  EXPECT_EQ(read(type, "\"\""), "");
  EXPECT_EQ(read(type, "\"\\n\""), std::nullopt);
  EXPECT_EQ(read(type, "\"a\\0\""), std::nullopt);
  EXPECT_EQ(read(type, "[a]"), std::nullopt);
  EXPECT_EQ(read_and_print(type, R"("\"\\")"), R"("\"\\")");
}

TEST(ValueType, domain_name_is_made_absolute_and_lower_case) {
  const auto type = domain_name();
  EXPECT_EQ(read(type, "Corp.Example"), "corp.example.");
  EXPECT_EQ(read(type, "corp.example."), "corp.example.");
  EXPECT_EQ(read(type, "."), ".");
  EXPECT_EQ(read(type, std::string(63, 'a') + ".example"), std::string(63, 'a') + ".example.");
  EXPECT_EQ(read(type, std::string(64, 'a') + ".example"), std::nullopt);
  for (const auto* yaml : {"a..b", "\"\"", ".a", "[a]"}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
}

TEST(ValueType, addresses_and_endpoints) {
  EXPECT_EQ(read_and_print(ip_address(), "192.0.2.1"), "\"192.0.2.1\"");
  EXPECT_EQ(read_and_print(ip_address(), "2001:DB8::1"), "\"2001:db8::1\"");
  for (const auto* yaml : {"192.0.2", "192.0.2.256", "::g", "example", "192.0.2.1@53", "\"\""}) {
    EXPECT_EQ(read(ip_address(), yaml), std::nullopt) << yaml;
  }
  EXPECT_EQ(read_and_print(endpoint(), "192.0.2.1@53"), "\"192.0.2.1\"");
  EXPECT_EQ(read_and_print(endpoint(), "2001:db8::1@5353"), "\"2001:db8::1@5353\"");
  EXPECT_EQ(read_and_print(endpoint(), "192.0.2.1@65535"), "\"192.0.2.1@65535\"");
  for (const auto* yaml : {"192.0.2.1@0", "192.0.2.1@65536", "192.0.2.1@", "192.0.2.1@5a", "@53",
                           "192.0.2.1:53", "192.0.2.1@53@53"}) {
    EXPECT_EQ(read(endpoint(), yaml), std::nullopt) << yaml;
  }
}

TEST(ValueType, prefix_has_no_bits_behind_its_length) {
  const auto type = ip_prefix();
  EXPECT_EQ(read_and_print(type, "10.0.0.0/8"), "\"10.0.0.0/8\"");
  EXPECT_EQ(read_and_print(type, "0.0.0.0/0"), "\"0.0.0.0/0\"");
  EXPECT_EQ(read_and_print(type, "192.0.2.1"), "\"192.0.2.1/32\"");
  EXPECT_EQ(read_and_print(type, "\"::1\""), "\"::1/128\"");
  for (const auto* yaml :
       {"10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10/8", "2001::/2"}) {
    EXPECT_EQ(read(type, yaml), std::nullopt) << yaml;
  }
}

enum class Colour : std::uint8_t { red, green, blue };

TEST(ValueType, choice_is_one_of_the_offered_words) {
  const auto type = one_of<Colour>(
      {{"red", Colour::red}, {"green", Colour::green}, {"blue", Colour::blue, "no blue yet"}});
  EXPECT_EQ(read(type, "green"), Colour::green);
  EXPECT_EQ(read(type, "Green"), std::nullopt);
  EXPECT_EQ(read(type, "blue"), std::nullopt);
  EXPECT_EQ(type->rule(), "one of red, green");
  EXPECT_EQ(type->schema(), R"("enum": ["red", "green"])");
}

TEST(ValueType, list_keeps_its_bounds_and_has_nothing_twice) {
  const auto type = list_of(integer(0, 9), {1, 3});
  EXPECT_EQ(read(type, "[]"), std::nullopt);
  EXPECT_EQ(read_and_print(type, "[5]"), "[5]");
  EXPECT_EQ(read_and_print(type, "[1, 2]"), "[1, 2]");
  EXPECT_EQ(read_and_print(type, "[1, 2, 3]"), "[1, 2, 3]");
  EXPECT_EQ(read(type, "[1, 2, 3, 4]"), std::nullopt);
  EXPECT_EQ(read(type, "[1, 1]"), std::nullopt);
  EXPECT_EQ(read(type, "[1, 10]"), std::nullopt);
  EXPECT_EQ(read(type, "1"), std::nullopt);
}

}  // namespace
}  // namespace godwit::conf
