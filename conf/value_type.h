// What a setting can be: a value type reads a node into a C++ value with its range checked, prints
// the value as YAML that reads back to the same, and says the same rule to people and as JSON
// Schema. Types are made once, by the functions below, and shared by the rows of the table
// (conf/settings.h).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/document.h"
#include "wire/ip_address.h"

namespace godwit::conf {

struct Table;

// Where problems go while one value is read, and what the value is called in them.
struct Reading {
  Problems& problems;
  std::string path;

  void report(ConfigError error, Position position, std::string text) const;
};

// The face without the C++ type: `value` is a pointer to the type that this was made for.
class ValueType {
 public:
  ValueType() = default;
  ValueType(const ValueType&) = delete;
  ValueType& operator=(const ValueType&) = delete;
  virtual ~ValueType() = default;

  // Reads the node into *value; on a problem reports it and leaves *value alone.
  virtual bool read(const Node& node, void* value, const Reading& reading) const = 0;
  // Assigns *from to *to.
  virtual void copy(const void* from, void* to) const = 0;
  // In YAML flow style, strings always in double quotes.
  [[nodiscard]] virtual std::string print(const void* value) const = 0;
  // The table about the items of a list of maps; null for everything else.
  [[nodiscard]] virtual const Table* item_table() const { return nullptr; }
  // The printed items of a list, for showing them one a line; empty if it is none.
  [[nodiscard]] virtual std::vector<std::string> print_items(const void*) const { return {}; }
  [[nodiscard]] virtual std::string json(const void* value) const;
  // The members of the JSON Schema object, without braces.
  [[nodiscard]] virtual std::string schema() const = 0;
  // For people: "integer, 1 to 99".
  [[nodiscard]] virtual std::string rule() const = 0;
};

template <class T>
class ValueTypeOf : public ValueType {
 public:
  using Value = T;

  [[nodiscard]] virtual std::optional<T> parse(const Node& node, const Reading& reading) const = 0;
  [[nodiscard]] virtual std::string text_of(const T& value) const = 0;

  bool read(const Node& node, void* value, const Reading& reading) const final {
    if (node.kind == Node::Kind::null) {
      reading.report(ConfigError::wrong_type, node.position, "has no value; expected " + rule());
      return false;
    }
    std::optional<T> parsed = parse(node, reading);
    if (!parsed) return false;
    *static_cast<T*>(value) = std::move(*parsed);
    return true;
  }
  void copy(const void* from, void* to) const final {
    *static_cast<T*>(to) = *static_cast<const T*>(from);
  }
  [[nodiscard]] std::string print(const void* value) const final {
    return text_of(*static_cast<const T*>(value));
  }
};

template <class T>
using TypePointer = std::shared_ptr<const ValueTypeOf<T>>;

// A scalar's text, or nothing and a problem. `plain` refuses quotes: 53 is an integer, "53" is a
// string.
[[nodiscard]] const std::string* scalar_text(const Node& node, const Reading& reading,
                                             const ValueType& type, bool plain);
// The text in double quotes, as YAML and JSON both read it.
[[nodiscard]] std::string double_quoted(std::string_view text);

// true or false.
[[nodiscard]] TypePointer<bool> boolean();
// A decimal integer between the bounds, both included.
[[nodiscard]] TypePointer<std::uint32_t> integer(std::uint32_t min, std::uint32_t max);
[[nodiscard]] TypePointer<std::uint16_t> port();  // 1 to 65535
// Bytes: a number, or a number with KiB, MiB or GiB.
[[nodiscard]] TypePointer<std::uint64_t> size(std::uint64_t min_bytes, std::uint64_t max_bytes);
// As size, or the word auto, which is 0: whoever uses it chooses one.
[[nodiscard]] TypePointer<std::uint64_t> size_or_auto(std::uint64_t min_bytes,
                                                      std::uint64_t max_bytes);
// A number with ms, s, m, h or d; a lone number is seconds.
[[nodiscard]] TypePointer<std::chrono::milliseconds> duration(std::chrono::milliseconds min,
                                                              std::chrono::milliseconds max);
// As duration, but whole seconds only.
[[nodiscard]] TypePointer<std::chrono::seconds> time_to_live(std::chrono::seconds min,
                                                             std::chrono::seconds max);
// A day such as 2030-01-31, which stands for its first moment, or a moment such as
// 2030-01-31T18:00:00Z, both in UTC; or the word never, which is the epoch.
[[nodiscard]] TypePointer<std::chrono::sys_seconds> moment_or_never();
// Any text without control characters; `what` names it in errors ("a file name").
// PATH_MAX of Linux.
inline constexpr std::size_t path_bytes_max = 4'096;
[[nodiscard]] TypePointer<std::string> text(std::string_view what, std::size_t max_bytes);
// A domain name; the value is its presentation format in lower case with the final dot.
[[nodiscard]] TypePointer<std::string> domain_name();
[[nodiscard]] TypePointer<wire::IpAddress> ip_address();
[[nodiscard]] TypePointer<wire::Endpoint> endpoint();       // ADDRESS or ADDRESS@PORT
[[nodiscard]] TypePointer<wire::IpPrefix> ip_prefix();      // ADDRESS/LENGTH or ADDRESS
[[nodiscard]] TypePointer<wire::IpPrefix> client_prefix();  // the same, of clients

}  // namespace godwit::conf
