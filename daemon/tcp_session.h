// One client's TCP connection as a state machine: octets in, messages out; answers in, octets out;
// and when it is to be read, written or closed. Sans-IO. RFC 7766, RFC 7828; the limits defend
// against slow senders, slow readers and floods of pipelined queries (CVE-2018-5743,
// CVE-2024-0760).
#pragma once

#include "cache/time.h"
#include "daemon/tcp_framing.h"

namespace godwit::daemon {

struct TcpSessionLimits {
  std::uint32_t in_flight = 32;          // queries that wait; reading stops at it
  std::size_t unsent_octets = 1u << 20;  // answers that are not taken; reading stops at it
  cache::Duration write_stall = std::chrono::seconds(2);    // nothing at all is taken
  cache::Duration backlog_time = std::chrono::seconds(10);  // what was unsent is not all taken
};

enum class TcpEnd : std::uint8_t {
  open,
  done,     // the peer has finished, and has everything it asked for
  idle,     // no whole message came in the idle time, however many octets of one
  stalled,  // the peer does not read, or too slowly
  garbage,  // not DNS
};

class TcpSession {
 public:
  TcpSession(const TcpSessionLimits& limits, cache::Time now) noexcept
      : limits_(limits), last_active_(now) {}

  void received(wire::Bytes octets, cache::Time now);
  void peer_finished() noexcept { peer_finished_ = true; }
  // The next query, if one more may be in flight. Lifetime: until received().
  [[nodiscard]] std::optional<wire::Bytes> next_query(cache::Time now) noexcept;
  void query_waits() noexcept { ++in_flight_; }
  // A query that waited is over, with or without an answer.
  void query_ended(cache::Time now) noexcept;
  // Errors: bad_alloc; the answer does not count then, and the connection is of no use any more.
  void answer(wire::Bytes message, wire::Rcode rcode, cache::Time now);

  [[nodiscard]] wire::Bytes unsent() const noexcept {
    return wire::Bytes(output_).subspan(sent_octets_);
  }
  void sent(std::size_t octets, cache::Time now);
  // The rcode of the next answer that has been sent to its last octet.
  [[nodiscard]] std::optional<wire::Rcode> next_sent_answer() noexcept;
  // Answers of which something is unsent, or which next_sent_answer() has not given out.
  [[nodiscard]] std::size_t answers_left() const noexcept { return frames_.size() - first_frame_; }

  [[nodiscard]] bool wants_read() const noexcept {
    return !peer_finished_ && !is_garbage() && in_flight_ < limits_.in_flight &&
           unsent().size() < limits_.unsent_octets;
  }
  [[nodiscard]] bool wants_write() const noexcept { return !unsent().empty(); }
  // What has come last is not DNS, and nothing after it can be.
  [[nodiscard]] bool is_garbage() const noexcept {
    return input_.has_bad_length() || input_.begins_with_no_query();
  }
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  [[nodiscard]] bool is_idle() const noexcept {
    return in_flight_ == 0 && !wants_write() && !input_.in_message();
  }

  // Whether the connection is over at `now`, and why.
  [[nodiscard]] TcpEnd end(cache::Time now, cache::Duration idle_timeout) const noexcept;
  // When end() may change by itself.
  [[nodiscard]] cache::Time deadline(cache::Duration idle_timeout) const noexcept;
  [[nodiscard]] cache::Time last_active() const noexcept { return last_active_; }
  // While there is something unsent: since when some of it is.
  [[nodiscard]] cache::Time backlog_began() const noexcept { return backlog_began_; }

 private:
  struct Frame {
    std::uint16_t message_octets;
    wire::Rcode rcode;
  };
  void begin_backlog(cache::Time now) noexcept;
  [[nodiscard]] cache::Time write_deadline() const noexcept;
  TcpSessionLimits limits_;
  FrameReader input_;
  std::vector<std::uint8_t> output_;
  std::size_t sent_octets_ = 0;  // of the output
  std::vector<Frame> frames_;
  std::size_t first_frame_ = 0;
  std::size_t sent_frame_octets_ = 0;  // from the start of the first frame on
  std::uint32_t in_flight_ = 0;
  bool peer_finished_ = false;
  cache::Time last_active_;       // a whole query came, or an answer went out
  cache::Time message_began_{};   // of the unfinished message
  cache::Time write_progress_{};  // the peer took something, or had nothing to take
  // Octets at a time are no reason to wait for ever: of what was unsent at one time all must go by
  // another; then it is the turn of what is unsent by then.
  cache::Time backlog_began_{};
  std::size_t backlog_octets_ = 0;
};

}  // namespace godwit::daemon
