// The part of a scenario file before CONFIG_END, in which keys end with a colon and may share a
// line: "forward-zone: name: "." forward-addr: 192.0.2.1".
#pragma once

#include <string_view>
#include <vector>

#include "tests/scenario/rpl.h"

namespace godwit::scenario {

class SettingsReader {
 public:
  // One line; comments begin with ';' or '#'.
  void line(std::string_view text);
  [[nodiscard]] std::vector<Setting> take();

 private:
  void word(std::string_view text, bool quoted);
  std::vector<Setting> settings_;
  std::string block_;
  std::size_t block_index_ = 0;
  bool open_ = false;  // the last setting takes values
};

}  // namespace godwit::scenario
