// What a command says: lines of JSON, the last of which has "done". A long answer is made piece by
// piece, as the reader takes it. One thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace godwit::daemon {

// Why an answer ends with an error; a script's exit status follows from it.
enum class ControlFailure : std::uint8_t {
  request,   // it cannot be understood
  negative,  // it was understood, and the answer is no
};

class ControlAnswer {
 public:
  // Makes the next piece; false: it was the last. A piece may have no line. Short: nothing else
  // happens on the thread meanwhile.
  using Piece = std::function<bool(ControlAnswer&)>;

  void line(const boost::json::object& members);
  // The rest follows, piece by piece.
  void go_on(Piece next) { next_ = std::move(next); }
  // Ends the answer with an error.
  void fail(ControlFailure kind, std::string text);
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  // For who sends it: makes one more piece if there are more, then the last line.
  void advance();
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  [[nodiscard]] std::string take_octets() noexcept { return std::exchange(octets_, {}); }

 private:
  void end();
  std::string octets_;
  Piece next_;
  ControlFailure kind_ = ControlFailure::request;
  std::string error_;
  bool has_failed_ = false;
  bool is_complete_ = false;
};

}  // namespace godwit::daemon
