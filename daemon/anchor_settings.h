// The trust anchors that a configuration states, from its text and its file: the only place where
// they are read. What RFC 5011 makes of them later is the anchor keeper's. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "conf/config.h"
#include "dnssec/trust_anchors.h"

namespace godwit::daemon {

// Where trust begins, and which of it is followed through rollovers.
struct ConfiguredAnchors {
  dnssec::TrustAnchorsPtr anchors;  // null: nothing is validated
  // Whether the root's are the built-in ones.
  bool has_built_in = false;
  conf::Rollover rollover = conf::Rollover::none;
  // Whether zones' servers are told which keys are trusted (RFC 8145), whenever they are asked for
  // them: those of zones that are not followed, too.
  bool tells_servers = false;
  [[nodiscard]] bool follows(const dnssec::TrustAnchor& anchor) const noexcept;
};

struct AnchorsResult {
  ConfiguredAnchors configured;
  std::string_view key;  // of the setting that is wrong; static
  std::string error;     // empty: none
};

// Errors: a file that cannot be read or holds no anchor, a record that is none.
[[nodiscard]] AnchorsResult make_anchors(const conf::Dnssec& config);

// The most of a file with trust anchors; the root's own take 1 kB.
inline constexpr std::size_t anchor_file_octets_max = 1 << 20;

}  // namespace godwit::daemon
