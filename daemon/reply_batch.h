// Answers on their way out of one UDP socket: written one behind another, sent together, and
// counted one by one. What goes to one peer leaves in one system message where the kernel can cut
// it apart again. On the worker's thread.
#pragma once

#include <array>
#include <memory>

#include "daemon/counters.h"
#include "daemon/log.h"
#include "daemon/packet_info.h"
#include "daemon/reply_groups.h"
#include "wire/byte_io.h"
#include "wire/codes.h"

namespace godwit::daemon {

inline constexpr std::size_t udp_answer_octets_max = 4096;

class ReplyBatch {
 public:
  // `fd` is the socket that flush() sends by; it need not be open for anything else.
  ReplyBatch(int fd, WorkerCounters& counters, Log& log);
  ~ReplyBatch();

  [[nodiscard]] bool has_room() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  // Where the next answer is written; asked for only while there is room. Lifetime: until add().
  [[nodiscard]] wire::MutableBytes room() noexcept;
  // Takes the answer of so many octets that stands at the beginning of room().
  void add(std::size_t octets, wire::Rcode rcode, const SocketAddress& peer,
           const PacketInfo& info) noexcept;
  // Sends all, and counts each one sent or dropped.
  void flush();

 private:
  struct Buffers;
  struct Reply {
    SocketAddress peer;
    PacketInfo info;
    std::uint32_t at = 0;
    std::uint16_t rcode = 0;
  };
  [[nodiscard]] std::uint8_t destination_of(std::size_t index) noexcept;
  void prepare(std::size_t group, std::span<const std::uint8_t> replies) noexcept;
  [[nodiscard]] std::span<const std::uint8_t> replies_of(std::size_t group) const noexcept;
  void send_one_by_one(std::size_t group);
  void count_sent(std::size_t group) noexcept;
  void count_failed(int error);

  int fd_;
  WorkerCounters& counters_;
  Log& log_;
  bool segments_;          // whether the kernel is asked to cut messages apart
  unsigned refusals_ = 0;  // groups in a row that were only taken one by one
  std::size_t count_ = 0;
  std::size_t used_octets_ = 0;
  ReplyGroups groups_;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace godwit::daemon
