// Deadlines move with whole messages, never with single octets.
#include "daemon/tcp_session.h"

#include <algorithm>

namespace godwit::daemon {
namespace {
constexpr std::size_t kept_output_octets_max = 64 * 1024;
constexpr std::size_t frame_header_octets = 2;
}  // namespace

void TcpSession::received(wire::Bytes octets, cache::Time now) {
  if (!input_.in_message()) message_began_ = now;
  input_.append(octets);
}

std::optional<wire::Bytes> TcpSession::next_query(cache::Time now) noexcept {
  if (in_flight_ >= limits_.in_flight || unsent().size() >= limits_.unsent_octets)
    return std::nullopt;
  const auto message = input_.next();
  if (message) last_active_ = message_began_ = now;
  return message;
}

void TcpSession::query_ended(cache::Time now) noexcept {
  if (in_flight_ > 0) --in_flight_;
  last_active_ = now;
  // What is buffered behind a full pipeline has not been the peer's delay.
  message_began_ = now;
}

void TcpSession::answer(wire::Bytes message, wire::Rcode rcode, cache::Time now) {
  const bool is_first = !wants_write();
  if (is_first) {
    write_progress_ = now;
    output_.clear();
    sent_octets_ = 0;
  }
  append_frame(output_, message);
  frames_.push_back({static_cast<std::uint16_t>(message.size()), rcode});
  if (is_first) begin_backlog(now);
  last_active_ = now;
}

void TcpSession::begin_backlog(cache::Time now) noexcept {
  backlog_began_ = now;
  backlog_octets_ = unsent().size();
}

void TcpSession::sent(std::size_t octets, cache::Time now) {
  if (octets == 0) return;
  sent_octets_ += octets;
  sent_frame_octets_ += octets;
  write_progress_ = now;
  if (octets >= backlog_octets_)
    begin_backlog(now);
  else
    backlog_octets_ -= octets;
  last_active_ = now;
  message_began_ = std::max(message_began_, now);
  if (!wants_write()) {
    output_.clear();
    sent_octets_ = 0;
    if (output_.capacity() > kept_output_octets_max) std::vector<std::uint8_t>().swap(output_);
  } else if (sent_octets_ > output_.size() / 2) {
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(sent_octets_));
    sent_octets_ = 0;
  }
}

std::optional<wire::Rcode> TcpSession::next_sent_answer() noexcept {
  if (answers_left() == 0) return std::nullopt;
  const Frame frame = frames_[first_frame_];
  const std::size_t octets = frame_header_octets + frame.message_octets;
  if (sent_frame_octets_ < octets) return std::nullopt;
  sent_frame_octets_ -= octets;
  ++first_frame_;
  if (first_frame_ > frames_.size() / 2) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(first_frame_));
    first_frame_ = 0;
  }
  return frame.rcode;
}

TcpEnd TcpSession::end(cache::Time now, cache::Duration idle_timeout) const noexcept {
  // What was asked before the garbage is still answered.
  if (is_garbage() && in_flight_ == 0 && !wants_write()) return TcpEnd::garbage;
  if (wants_write() && now >= write_deadline()) return TcpEnd::stalled;
  if (peer_finished_ && in_flight_ == 0 && !wants_write()) return TcpEnd::done;
  if (in_flight_ > 0 || wants_write()) return TcpEnd::open;
  return now >= deadline(idle_timeout) ? TcpEnd::idle : TcpEnd::open;
}

cache::Time TcpSession::write_deadline() const noexcept {
  return std::min(write_progress_ + limits_.write_stall, backlog_began_ + limits_.backlog_time);
}

cache::Time TcpSession::deadline(cache::Duration idle_timeout) const noexcept {
  if (wants_write()) return write_deadline();
  return (input_.in_message() ? message_began_ : last_active_) + idle_timeout;
}

}  // namespace godwit::daemon
