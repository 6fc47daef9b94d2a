// The answers of godwitd as people read them. Pure: text out. Nothing of an answer reaches a
// terminal unescaped.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "daemon/ctl_commands.h"

namespace godwit::daemon {

class CtlPrinter {
 public:
  CtlPrinter(const CtlCommand& command, bool in_colour) noexcept
      : command_(command), in_colour_(in_colour) {}
  // One line of the answer, other than the last.
  [[nodiscard]] std::string print(const boost::json::object& line);
  [[nodiscard]] std::string print_error(std::string_view text) const;

 private:
  [[nodiscard]] std::string row(const boost::json::object& line);
  [[nodiscard]] std::string branch(const boost::json::object& line);
  [[nodiscard]] std::string headline_of(const boost::json::object& line,
                                        const boost::json::value& headline) const;
  [[nodiscard]] std::string coloured(std::string_view code, std::string_view text) const;
  const CtlCommand& command_;
  const bool in_colour_;
  bool has_header_ = false;
  bool has_records_ = false;
  bool has_authority_ = false;
};

// A value as one word or sentence.
[[nodiscard]] std::string ctl_text(const boost::json::value& value);
// As that, but quantities for people, by the end of the key: "-octets", "-seconds", "-percent".
[[nodiscard]] std::string ctl_quantity(std::string_view key, const boost::json::value& value);

}  // namespace godwit::daemon
