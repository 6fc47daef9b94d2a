// What godwitd says to one request on its socket for readers, read from octets. Pure and bounded:
// whoever sits behind that socket, this process goes on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::web {

// Of all lines of an answer together: more than the longest one that godwitd has.
inline constexpr std::size_t answer_octets_max = 8U << 20U;

struct Answer {
  enum class Outcome : std::uint8_t {
    told,
    not_understood,  // godwitd does not know the request
    negative,        // it does, and the answer is no
    unreachable,     // nobody is there, or takes no more connections
    broken,          // the answer ended too early, too late, too long, or is none
  };
  Outcome outcome = Outcome::broken;
  std::string error;               // a sentence for people
  std::vector<std::string> lines;  // each a JSON object, without the last one
};

class AnswerReader {
 public:
  // What has come. True: the answer is complete, for better or worse, and nothing more is taken.
  bool take(std::string_view octets);
  // Of a complete one; else it has broken off.
  [[nodiscard]] Answer finish();

 private:
  bool take_line(std::string_view line);
  bool end(Answer::Outcome outcome, std::string error);
  std::string rest_;  // of a line that has not ended
  std::size_t octets_ = 0;
  Answer answer_;
  bool is_complete_ = false;
};

}  // namespace godwit::web
