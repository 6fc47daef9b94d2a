// Reassembly of length-prefixed messages.
#include "daemon/tcp_framing.h"

namespace godwit::daemon {
namespace {

// No query of this length is of any use; what claims to be one is looked at before it is waited
// for.
constexpr std::size_t suspicious_octets_min = 4096;
constexpr std::size_t plausible_count_max = 255;
constexpr std::size_t kept_capacity_octets_max = 16 * 1024;

bool is_plausible_header(const std::uint8_t* header) noexcept {
  const bool is_query = (header[2] & 0x80) == 0;
  return is_query && wire::load_u16(header + 4) <= 1 &&
         wire::load_u16(header + 6) <= plausible_count_max &&
         wire::load_u16(header + 8) <= plausible_count_max &&
         wire::load_u16(header + 10) <= plausible_count_max;
}

}  // namespace

void FrameReader::append(wire::Bytes octets) {
  compact();
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

void FrameReader::compact() {
  if (begin_ == 0) return;
  if (begin_ == buffer_.size() && buffer_.capacity() > kept_capacity_octets_max)
    std::vector<std::uint8_t>().swap(buffer_);
  else
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
}

std::optional<wire::Bytes> FrameReader::next() noexcept {
  const auto left = wire::Bytes(buffer_).subspan(begin_);
  if (left.size() < frame_length_octets || has_bad_length()) return std::nullopt;
  const std::size_t length = wire::load_u16(left.data());
  if (left.size() - frame_length_octets < length) return std::nullopt;
  begin_ += frame_length_octets + length;
  return left.subspan(frame_length_octets, length);
}

bool FrameReader::has_bad_length() const noexcept {
  return held_octets() >= frame_length_octets &&
         wire::load_u16(buffer_.data() + begin_) < wire::header_octets;
}

bool FrameReader::begins_with_no_query() const noexcept {
  if (held_octets() < frame_length_octets + wire::header_octets) return false;
  const std::size_t length = wire::load_u16(buffer_.data() + begin_);
  return length >= suspicious_octets_min && held_octets() - frame_length_octets < length &&
         !is_plausible_header(buffer_.data() + begin_ + frame_length_octets);
}

void append_frame(std::vector<std::uint8_t>& out, wire::Bytes message) {
  const auto size = static_cast<std::uint16_t>(message.size());
  out.push_back(static_cast<std::uint8_t>(size >> 8));
  out.push_back(static_cast<std::uint8_t>(size));
  out.insert(out.end(), message.begin(), message.end());
}

}  // namespace godwit::daemon
