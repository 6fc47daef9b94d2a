// How long one send may wait for its response. Pure over what is known of the server, what else the
// question could do, and the time that it has left.
#pragma once

#include "cache/server_table.h"
#include "iterator/seams.h"

namespace godwit::iterator {

// The servers that a question could ask instead.
enum class Alternative : std::uint8_t {
  none,
  doubtful,  // silent of late, as far as they were asked
  good,
};

struct Wait {
  cache::ServerState state;
  Transport transport = Transport::udp;
  Alternative alternative = Alternative::none;
  bool is_first = true;  // of the sends of this question to this server
  bool is_last = false;
  Time now{};
  Time ends{};  // of the question's time
};

// Losses in row from which a server is doubted.
inline constexpr std::uint8_t losses_until_doubted = 3;

// Over UDP longer with each loss in row, as the table has it and remembers from one question to the
// next, so that a server is reached in the end however slow it is; a TCP connection says soon
// enough whether it comes about, and takes round trips to do so. With nobody else to ask, what a
// server took so far sets the first wait alone: one that was fast may have more to do this time. No
// longer than a share of the time that is left, unless there is nothing else to do with it. A
// server that is silent is only felt for where there is a good one, and while it is held down, but
// for one wait longer than any that it has had.
[[nodiscard]] Duration patience(const Wait& wait, const cache::ServerTable& table);

}  // namespace godwit::iterator
