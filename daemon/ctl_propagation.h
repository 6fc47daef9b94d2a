// godwitctl propagation as people see it: the servers as a table, findings with what to do about
// them; and of a repeated look what has changed since the last one. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace godwit::daemon {

// A line with "text": what was found.
[[nodiscard]] std::string found_text(const boost::json::object& line, bool in_colour);

// What changes from one look to the next: of servers their state, serial and answer, of findings
// that they are there. Times that only run down are no change.
class PropagationChanges {
 public:
  // The lines of this look that are new or otherwise than in the last one, and after them those
  // that are gone, with "gone". The first time: all.
  [[nodiscard]] std::vector<boost::json::object> take(
      const std::vector<boost::json::object>& lines);

 private:
  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::string> before_;
  std::map<Key, boost::json::object> lines_before_;
  bool is_first_ = true;
};

}  // namespace godwit::daemon
