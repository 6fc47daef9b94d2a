// sendmmsg over groups of answers. A group that the system refuses is sent answer by answer, so
// that exactly those count as dropped that it does not take.
#include "daemon/reply_batch.h"

#include <netinet/udp.h>

#include <cerrno>
#include <cstring>

namespace godwit::daemon {
namespace {

constexpr std::size_t arena_octets = 64 * 1024;
constexpr std::uint8_t no_destination = 0xff;
// A small MTU on the way to one peer says nothing about the others; many in a row do.
constexpr unsigned refusals_max = 16;

bool can_segment(int fd) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
}

bool same_address(const SocketAddress& a, const SocketAddress& b) noexcept {
  return a.family() == b.family() && std::memcmp(a.get(), b.get(), a.size()) == 0;
}

std::size_t hash_of(const SocketAddress& peer) noexcept {
  std::uint64_t words[3] = {};
  std::memcpy(words, peer.get(), peer.family() == AF_INET ? 8 : 24);
  return static_cast<std::size_t>(((words[0] ^ words[1] * 31 ^ words[2]) * 0x9e3779b97f4a7c15) >>
                                  57);
}

}  // namespace

struct ReplyBatch::Buffers {
  std::array<Reply, replies_per_batch> replies;
  std::array<ReplyShape, replies_per_batch> shapes;
  std::array<std::uint8_t, 128> destinations;  // a hash table of first answers to each
  std::array<mmsghdr, replies_per_batch> headers;
  std::array<iovec, replies_per_batch> vectors;
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, control_octets_max> octets;
  };
  std::array<Control, replies_per_batch> controls;
  alignas(64) std::array<std::uint8_t, arena_octets> arena;
};

ReplyBatch::ReplyBatch(int fd, WorkerCounters& counters, Log& log)
    : fd_(fd),
      counters_(counters),
      log_(log),
      segments_(can_segment(fd)),
      buffers_(std::make_unique<Buffers>()) {
  buffers_->destinations.fill(no_destination);
}

ReplyBatch::~ReplyBatch() = default;

bool ReplyBatch::has_room() const noexcept {
  return count_ < replies_per_batch && arena_octets - used_octets_ >= udp_answer_octets_max;
}

wire::MutableBytes ReplyBatch::room() noexcept {
  return wire::MutableBytes(buffers_->arena).subspan(used_octets_, udp_answer_octets_max);
}

std::uint8_t ReplyBatch::destination_of(std::size_t index) noexcept {
  auto& replies = buffers_->replies;
  const auto& reply = replies[index];
  const auto is_same = [&reply](const Reply& other) {
    return same_address(reply.peer, other.peer) && reply.info.known == other.info.known &&
           (!reply.info.known || (same_address(reply.info.local, other.info.local) &&
                                  reply.info.interface_index == other.info.interface_index));
  };
  auto& table = buffers_->destinations;
  for (auto at = hash_of(reply.peer);; ++at) {
    auto& slot = table[at % table.size()];
    if (slot == no_destination) slot = static_cast<std::uint8_t>(index);
    if (slot == index || is_same(replies[slot])) return slot;
  }
}

void ReplyBatch::add(std::size_t octets, wire::Rcode rcode, const SocketAddress& peer,
                     const PacketInfo& info) noexcept {
  auto& reply = buffers_->replies[count_];
  reply.peer = peer;
  reply.info.known = info.known;
  if (info.known) reply.info = info;
  reply.at = static_cast<std::uint32_t>(used_octets_);
  reply.rcode = static_cast<std::uint16_t>(rcode);
  buffers_->shapes[count_] = {destination_of(count_), static_cast<std::uint16_t>(octets)};
  if ((buffers_->arena[used_octets_ + 2] & 0x02) != 0) counters_.answers_truncated.add();
  used_octets_ += octets;
  ++count_;
}

std::span<const std::uint8_t> ReplyBatch::replies_of(std::size_t group) const noexcept {
  const std::size_t begin = group == 0 ? 0 : groups_.ends[group - 1];
  return std::span(groups_.order).subspan(begin, groups_.ends[group] - begin);
}

// The header and the vectors of one system message. Answers that stand together make one vector.
void ReplyBatch::prepare(std::size_t group, std::span<const std::uint8_t> replies) noexcept {
  auto& buffers = *buffers_;
  auto* const vectors = buffers.vectors.data() + (replies.data() - groups_.order.data());
  std::size_t used = 0;
  const std::uint8_t* end = nullptr;
  for (const auto index : replies) {
    auto* const octets = buffers.arena.data() + buffers.replies[index].at;
    const std::size_t size = buffers.shapes[index].octets;
    if (octets == end)
      vectors[used - 1].iov_len += size;
    else
      vectors[used++] = {octets, size};
    end = octets + size;
  }
  auto& first = buffers.replies[replies.front()];
  auto& header = buffers.headers[group].msg_hdr;
  header.msg_name = first.peer.get();
  header.msg_namelen = first.peer.size();
  header.msg_iov = vectors;
  header.msg_iovlen = used;
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  header.msg_flags = 0;
  if (!first.info.known && replies.size() == 1) return;
  header.msg_control = buffers.controls[group].octets.data();
  if (first.info.known) add_packet_info(first.info, header);
  if (replies.size() > 1) add_segment_size(buffers.shapes[replies.front()].octets, header);
}

void ReplyBatch::flush() {
  if (count_ == 0) return;
  auto& buffers = *buffers_;
  groups_ = group_replies(std::span(buffers.shapes).first(count_), segments_);
  for (std::size_t i = 0; i < groups_.count; ++i) prepare(i, replies_of(i));
  std::size_t done = 0;
  while (done < groups_.count) {
    const int sent = ::sendmmsg(fd_, buffers.headers.data() + done,
                                static_cast<unsigned>(groups_.count - done), MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) {
      // The device, or something on the way to it, does not do checksums or segments.
      if (errno == EIO || errno == EOPNOTSUPP) segments_ = false;
      send_one_by_one(done++);
      continue;
    }
    for (int i = 0; i < sent; ++i) count_sent(done++);
  }
  buffers.destinations.fill(no_destination);
  count_ = used_octets_ = 0;
}

void ReplyBatch::count_sent(std::size_t group) noexcept {
  if (replies_of(group).size() > 1) refusals_ = 0;
  for (const auto index : replies_of(group)) counters_.answered(buffers_->replies[index].rcode);
}

void ReplyBatch::count_failed(int error) {
  counters_.dropped(DropCause::send_failed);
  log_.noisy("reply-failed", {{"reason", std::strerror(error)}});
}

// What failed alone has failed.
void ReplyBatch::send_one_by_one(std::size_t group) {
  const int error = errno;
  const auto replies = replies_of(group);
  if (replies.size() == 1) return count_failed(error);
  bool all_sent = true;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    prepare(group, replies.subspan(i, 1));
    ssize_t sent = 0;
    do sent = ::sendmsg(fd_, &buffers_->headers[group].msg_hdr, MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
      count_failed(errno);
    else
      counters_.answered(buffers_->replies[replies[i]].rcode);
    all_sent = all_sent && sent >= 0;
  }
  if (all_sent && ++refusals_ == refusals_max) segments_ = false;
}

}  // namespace godwit::daemon
