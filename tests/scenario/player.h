// Plays a scenario in virtual time: its ranges are the servers, its steps the client. Replies take
// no time, so that a step sees everything that follows from it without a timeout:
//   QUERY            sends the entry, lets everything happen that happens at once
//   CHECK_ANSWER     waits for an answer to the entry's question, as long as a resolution may take,
//                    and compares it
//   CHECK_OUT_QUERY  waits for a query like the entry, among those sent after the one checked last
//   REPLY            answers the oldest query that waits and that the entry matches
//   TIMEOUT          moves the clock to where the oldest waiting query times out; nothing if none
//   waits TIME_PASSES      moves the clock, with all that happens meanwhile TRAFFIC, NOTHING let
//   happen what happens at once
// Two kinds of CHECK_OUT_QUERY are no checks. Files that name the root hint by a bare stub-addr are
// of a suite that skips that step. And where names are minimised, whether a probe for a zone cut is
// sent at the full name before the question itself is the resolver's choice (RFC 9156 §2.3).
// A query to a server that no active range answers waits: for a REPLY, or its timeout. Beyond the
// steps, a scenario fails when a question costs more packets than its limit.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/scenario/rpl.h"

namespace godwit::scenario {

struct Played {
  bool passed = false;
  std::string failure;  // "step 10 (line 57): rcode differs ..."
  std::uint32_t packets = 0;
  std::vector<std::string> ignored_settings;
};

using TraceLine = std::function<void(const std::string&)>;

[[nodiscard]] Played play(const Scenario& scenario, const TraceLine& trace = {});

// Reads and plays; a file that cannot be read is a failure.
[[nodiscard]] Played play_file(const std::string& path, const TraceLine& trace = {});

}  // namespace godwit::scenario
