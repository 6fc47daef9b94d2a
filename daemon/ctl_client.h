// godwitctl's side of the control socket: one request, then the lines of its answer. Blocks, within
// a time for each step. Errors are values.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "daemon/fd.h"

namespace godwit::daemon {

class CtlClient {
 public:
  // What is wrong with the connection, or nothing. `step_time`: a step that takes longer has
  // failed.
  [[nodiscard]] std::string connect(const std::string& path, std::chrono::seconds step_time);
  [[nodiscard]] std::string send(const std::string& line);
  // The next line, without its end; nothing: the connection has ended, or nothing came in time.
  [[nodiscard]] std::optional<std::string> receive();
  // Why nothing came.
  [[nodiscard]] std::string why_no_line() const;

  // A longer line is none of godwitd's.
  static constexpr std::size_t line_octets_max = 1 << 20;

 private:
  Fd socket_;
  std::string received_;
  std::chrono::seconds step_time_{};
  bool has_timed_out_ = false;
};

}  // namespace godwit::daemon
