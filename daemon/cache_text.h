// What the caches remember as people read it: records as lines of a master file, and what is
// believed of them. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cache/delegation_cache.h"
#include "cache/negative_cache.h"

namespace godwit::daemon {

[[nodiscard]] std::string_view security_text(cache::Security security) noexcept;

struct RecordLine {
  wire::RrType type = wire::RrType::none;
  std::string rdata;
  std::string text;  // "name ttl IN type rdata"
};
// A line for each record of the set and each signature, with that TTL in place of its own.
[[nodiscard]] std::vector<RecordLine> record_lines(const wire::RRset& set, std::uint32_t ttl);

// "NXDOMAIN gone.example.", with the type of a NODATA.
[[nodiscard]] std::string denial_text(const cache::NegativeCache::Kept& kept);
// What an entry is worth and whose word it is: members of a line, and the same for people.
struct Worth {
  boost::json::object facts;
  std::string says;  // "answer, secure, from 192.0.2.1"
};
[[nodiscard]] Worth worth_of(const cache::CachedRRset& found);
// With what is denied among the members: "secure, by the SOA of example., from 192.0.2.1".
[[nodiscard]] Worth worth_of(const cache::NegativeCache::Kept& kept);
// ", from 192.0.2.1" and the member of that name; empty where nobody knows.
[[nodiscard]] std::string tell_giver(const cache::Giver& giver, boost::json::object& facts);
// "example. ns1.example. (192.0.2.1, 2001:db8::1) ns.other.".
[[nodiscard]] std::string delegation_text(const cache::Delegation& delegation);

}  // namespace godwit::daemon
