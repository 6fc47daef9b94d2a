// Messages in a TCP stream: two octets of length, then the message (RFC 1035 §4.2.2, RFC 7766 §8).
// Sans-IO. Holds no more than what was received.
#pragma once

#include <optional>
#include <vector>

#include "wire/byte_io.h"
#include "wire/codes.h"

namespace godwit::daemon {

inline constexpr std::size_t frame_length_octets = 2;
// How much of a stream is read at a time.
inline constexpr std::size_t stream_read_octets = 16 * 1024;

class FrameReader {
 public:
  // Octets of the stream, in any portions.
  void append(wire::Bytes octets);
  // The next whole message; empty when it is not all there. Lifetime: until append or next.
  [[nodiscard]] std::optional<wire::Bytes> next() noexcept;

  // Whether the stream cannot be DNS: a length that no message has (under 12 octets).
  [[nodiscard]] bool has_bad_length() const noexcept;
  // Whether what has begun cannot be a query: a long message, not all there yet, whose first octets
  // are no header of a query, as the greetings of other protocols look.
  [[nodiscard]] bool begins_with_no_query() const noexcept;
  // Whether a message has begun and not ended.
  [[nodiscard]] bool in_message() const noexcept { return begin_ < buffer_.size(); }
  [[nodiscard]] std::size_t held_octets() const noexcept { return buffer_.size() - begin_; }

 private:
  void compact();
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  // of the first octet not given out
};

// `message` with its length before it, appended to `out`.
void append_frame(std::vector<std::uint8_t>& out, wire::Bytes message);

}  // namespace godwit::daemon
