// What is replayed: requests in the order of time, and what is known of each name asked for. A name
// and a type together are one key, numbered from 0. No DNS here: only who is asked for when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace godwit::bench {

using Key = std::uint32_t;

struct Request {
  std::uint64_t at_ms = 0;
  Key key = 0;
  std::uint32_t ttl_s = 0;
  bool counted = true;  // false: warms the cache or attacks it, but is not in the hit ratio
};

// What the entry of a key takes and costs. Units: octets in steps of 8; cost in milliseconds of
// waiting for servers; queries per second, 0 when nobody knows (a log).
struct KeyFacts {
  std::uint32_t octets = 0;
  std::uint32_t cost_ms = 0;
  double rate = 0;
};

struct Trace {
  std::string title;
  std::vector<Request> requests;
  std::vector<KeyFacts> keys;
};

}  // namespace godwit::bench
