// Every limit of a resolution, named, and the one budget that a client's question has: handed by
// reference to every sub-lookup, retry and alias restart, and never reset. Used on one worker's
// thread.
#pragma once

#include <cstdint>

#include "cache/time.h"

namespace godwit::iterator {

// Defaults are the product's; the operator's names are resolver.limits.*.
struct Limits {
  std::uint32_t upstream_packets = 64;      // queries sent for one client question
  std::uint32_t upstream_octets = 100'000;  // received for one client question
  cache::Duration resolution_time = std::chrono::seconds(5);
  std::uint32_t recursion_depth = 6;  // server-address look-ups inside one another
  std::uint32_t alias_hops = 12;
  std::uint32_t name_servers = 13;  // kept of a delegation, at random
  std::uint32_t addresses_per_server_name = 6;
  std::uint32_t addresses_per_delegation = 16;  // for one question to it, of more at random
  std::uint32_t failed_address_lookups = 4;
  // A response of more is not taken. Repeated ones count among those received only; behind the
  // answer section nobody has a reason to repeat any, so that records_per_response holds there
  // already.
  std::uint32_t records_received_per_response = 2'048;
  std::uint32_t records_per_response = 512;
  std::uint32_t records_per_rrset = 128;     // different ones; a response with more is not taken
  std::uint32_t signatures_per_rrset = 16;   // kept, of those that cover a set
  std::uint32_t proofs_per_response = 8;     // NSEC or NSEC3 sets kept
  std::uint32_t bogus_responses = 4;         // to one question, from as many servers
  std::uint32_t sends_per_server = 3;        // for one question
  std::uint32_t minimise_steps = 10;         // RFC 9156 §2.3 MAX_MINIMISE_COUNT
  std::uint32_t minimise_single_labels = 4;  // RFC 9156 §2.3 MINIMISE_ONE_LAB
  std::uint32_t steps = 200;                 // turns of the walk's loop, whatever they cost
};

class Budget {
 public:
  Budget(const Limits& limits, cache::Time now) noexcept
      : limits_(limits), ends_(now + limits.resolution_time) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Each spends one and says whether it was there to spend.
  [[nodiscard]] bool spend_packet() noexcept { return spend(packets_, limits_.upstream_packets); }
  [[nodiscard]] bool spend_step() noexcept { return spend(steps_, limits_.steps); }
  [[nodiscard]] bool spend_failed_address_lookup() noexcept {
    return spend(failed_address_lookups_, limits_.failed_address_lookups);
  }
  [[nodiscard]] bool spend_octets(std::size_t octets) noexcept {
    octets_ += octets;
    return octets_ <= limits_.upstream_octets;
  }
  [[nodiscard]] bool has_packets() const noexcept { return packets_ < limits_.upstream_packets; }
  [[nodiscard]] bool has_octets() const noexcept { return octets_ <= limits_.upstream_octets; }
  [[nodiscard]] bool has_address_lookups() const noexcept {
    return failed_address_lookups_ < limits_.failed_address_lookups;
  }
  // Notes that a look-up of a server's address was left out for want of depth or of failures that
  // may still be met. What fails from then on may have failed for that.
  void withhold_lookup() noexcept { has_withheld_lookup_ = true; }
  [[nodiscard]] bool has_withheld_lookup() const noexcept { return has_withheld_lookup_; }
  [[nodiscard]] bool has_time(cache::Time now) const noexcept { return now < ends_; }

  [[nodiscard]] cache::Time ends() const noexcept { return ends_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  [[nodiscard]] std::uint32_t packets_spent() const noexcept { return packets_; }
  [[nodiscard]] std::size_t octets_spent() const noexcept { return octets_; }
  [[nodiscard]] std::uint32_t steps_spent() const noexcept { return steps_; }
  [[nodiscard]] std::uint32_t failed_address_lookups() const noexcept {
    return failed_address_lookups_;
  }

 private:
  static bool spend(std::uint32_t& spent, std::uint32_t limit) noexcept {
    if (spent >= limit) return false;
    ++spent;
    return true;
  }
  const Limits& limits_;
  cache::Time ends_;
  std::uint32_t packets_ = 0, steps_ = 0, failed_address_lookups_ = 0;
  std::size_t octets_ = 0;
  bool has_withheld_lookup_ = false;
};

}  // namespace godwit::iterator
