// What the caches remember as people read it: records as lines of a master file, and what is
// believed of them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cache/delegation_cache.h"
#include "cache/negative_cache.h"

namespace godwit::daemon {

// Where a set was said, by the section of the response; "glue" to "answer".
[[nodiscard]] std::string_view trust_text(cache::Trust trust) noexcept;
[[nodiscard]] std::string_view security_text(cache::Security security) noexcept;

struct RecordLine {
  wire::RrType type = wire::RrType::none;
  std::string rdata;
  std::string text;  // "name ttl IN type rdata"
};
// A line for each record of the set and each signature, with that TTL in place of its own.
[[nodiscard]] std::vector<RecordLine> record_lines(const wire::RRset& set, std::uint32_t ttl);

// "NODATA", "NXDOMAIN", "no closer match".
[[nodiscard]] std::string_view denial_kind_text(cache::NegativeKind kind) noexcept;
// "NXDOMAIN gone.example.", with the type of a NODATA.
[[nodiscard]] std::string denial_text(const cache::NegativeCache::Kept& kept);
// "example. ns1.example. (192.0.2.1, 2001:db8::1) ns.other.".
[[nodiscard]] std::string delegation_text(const cache::Delegation& delegation);

}  // namespace godwit::daemon
