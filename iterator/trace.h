// The stream of steps of one resolution, for logs, explanations and tests. Nobody listening costs
// one branch a step: events are built only when there is a Trace. On the worker's thread.
#pragma once

#include <string>
#include <variant>

#include "cache/time.h"
#include "iterator/resolve_error.h"
#include "iterator/seams.h"
#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::iterator {

enum class ResponseKind : std::uint8_t;

namespace trace {

enum class CacheResult : std::uint8_t { miss, answer, alias, nodata, nxdomain, failure };

struct Started {
  wire::Name name;
  wire::RrType type;
  unsigned depth;
};  // a question, or a server-address look-up inside one
struct Joined {
  wire::Name name;
  wire::RrType type;
};  // somebody else is resolving it already
struct CacheLookup {
  wire::Name name;
  wire::RrType type;
  CacheResult result;
  std::uint32_t ttl_left;
};
struct ZoneChosen {
  wire::Name cut;
  std::size_t addresses;
  bool forward;
};
struct QuerySent {
  wire::Endpoint server;
  Transport transport;
  wire::Name name;
  wire::RrType type;
  bool edns;
  cache::Duration timeout;
};
struct QueryDone {
  wire::Endpoint server;
  ExchangeOutcome outcome;
  cache::Duration elapsed;
  std::size_t octets;
};
struct Classified {
  wire::Endpoint server;
  ResponseKind kind;
  wire::Rcode rcode;
  std::size_t records_dropped;
};
struct Referred {
  wire::Name cut;
  std::size_t servers;
  std::size_t glue;
};
struct AliasFollowed {
  wire::Name from;
  wire::Name to;
};
struct AddressLookup {
  wire::Name server;
  wire::RrType type;
};
struct Finished {
  wire::Name name;
  wire::RrType type;
  wire::Rcode rcode;
  ResolveError error;
  std::uint32_t packets;
  cache::Duration elapsed;
};

using Event = std::variant<Started, Joined, CacheLookup, ZoneChosen, QuerySent, QueryDone,
                           Classified, Referred, AliasFollowed, AddressLookup, Finished>;

// One line of text for an event, safe for logs.
[[nodiscard]] std::string to_text(const Event& event);

}  // namespace trace

class Trace {
 public:
  virtual ~Trace() = default;
  virtual void on(const trace::Event& event) = 0;
};

}  // namespace godwit::iterator
