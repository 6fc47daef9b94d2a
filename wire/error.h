// What can be wrong with bytes that claim to be DNS, and the result type of everything that reads
// or writes them. No strings, no allocation: an error is one byte. Text for people is made by
// describe().
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string_view>

namespace godwit::wire {

enum class WireError : std::uint8_t {
  short_input,        // the data ends before the item does
  bad_label,          // label type 0x40 or 0x80, or a label over 63 octets
  name_too_long,      // over 255 octets (RFC 1035 §2.3.4)
  bad_pointer,        // forward, into the header, or past the end (RFC 1035 §4.1.4)
  too_many_pointers,  // a chain over compression_hops_max
  bad_rdata,          // RDATA does not have the shape of its type
  bad_count,          // QDCOUNT above 1, or records missing that the header announces
  trailing_data,      // bytes after the last record
  bad_opt,            // a second OPT, OPT outside additional, owner not root, option overruns
  too_many_options,   // over edns_options_max
  bad_text,           // presentation format that cannot be read
  bad_directive,      // of a master file: another one than $ORIGIN and $TTL
  no_space,           // the caller's buffer is full
};

template <class T>
using Result = boost::system::result<T, WireError>;

// A short English phrase for logs and Extended DNS Errors; static storage.
[[nodiscard]] std::string_view describe(WireError error) noexcept;

// boost::system::result asks for this when value() meets an error; reaching it is a bug in the
// caller.
[[noreturn]] void throw_exception_from_error(WireError error, const boost::source_location& where);

}  // namespace godwit::wire
