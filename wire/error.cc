#include "wire/error.h"

#include <stdexcept>

namespace godwit::wire {

std::string_view describe(WireError error) noexcept {
  switch (error) {
    case WireError::short_input:
      return "the message ends too early";
    case WireError::bad_label:
      return "a label is malformed";
    case WireError::name_too_long:
      return "a name is longer than 255 octets";
    case WireError::bad_pointer:
      return "a compression pointer does not lead backward";
    case WireError::too_many_pointers:
      return "a name has too many compression pointers";
    case WireError::bad_rdata:
      return "record data does not fit its type";
    case WireError::bad_count:
      return "the section counts are wrong";
    case WireError::trailing_data:
      return "octets follow the last record";
    case WireError::bad_opt:
      return "the OPT record is malformed or misplaced";
    case WireError::too_many_options:
      return "too many EDNS options";
    case WireError::bad_text:
      return "the text cannot be read";
    case WireError::bad_directive:
      return "a directive other than $ORIGIN and $TTL, such as $INCLUDE, is not read: put the "
             "records themselves there";
    case WireError::no_space:
      return "the buffer is full";
  }
  return "unknown error";
}

void throw_exception_from_error(WireError error, const boost::source_location&) {
  throw std::logic_error(std::string(describe(error)));
}

}  // namespace godwit::wire
