// A scenario file (.rpl) as plain values, and its parser: settings, ranges of scripted servers,
// steps. Not the player. Any octets may be given to the parser; it answers with a scenario or with
// the line and the reason.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/message.h"
#include "wire/ip_address.h"

namespace godwit::scenario {

// What a MATCH line names.
struct MatchFields {
  bool opcode = false, qtype = false, qname = false, qcase = false, question = false,
       subdomain = false, flags = false, rcode = false, answer = false, authority = false,
       additional = false, ttl = false, dnssec_ok = false;
  std::optional<bool> tcp;  // nothing: either transport
};

struct Entry {
  MatchFields match;
  sim::Message message;
  bool copy_id = false;
  bool copy_query = false;
  bool drop = false;                     // ADJUST do_not_answer
  std::optional<sim::Octets> raw;        // verbatim octets instead of `message`
  std::optional<sim::Octets> edns_data;  // options that the OPT record has, exactly
};

struct Range {
  unsigned first = 0;
  unsigned last = 0;
  std::vector<wire::IpAddress> addresses;  // none: every address
  std::vector<Entry> entries;
};

enum class StepKind : std::uint8_t {
  query,
  check_answer,
  check_out_query,
  reply,
  timeout,
  traffic,
  time_passes,
  nothing,
};

struct Step {
  unsigned number = 0;
  StepKind kind = StepKind::nothing;
  std::optional<Entry> entry;
  double elapse_seconds = 0;
  std::size_t line = 0;
};

// `block` is "" or the kind of zone that the setting stands in, `block_index` tells two such blocks
// apart.
struct Setting {
  std::string block;
  std::size_t block_index = 0;
  std::string key;
  std::string value;
};

struct Scenario {
  std::vector<Setting> settings;
  std::string title;
  std::vector<Range> ranges;
  std::vector<Step> steps;

  // The value of a setting outside of zone blocks; empty when it is not there.
  [[nodiscard]] std::string setting(std::string_view key) const;
};

struct Parsed {
  std::optional<Scenario> scenario;
  std::size_t error_line = 0;
  std::string error;
};

[[nodiscard]] Parsed parse_rpl(std::string_view text);

}  // namespace godwit::scenario
