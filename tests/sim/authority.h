// An authoritative server that answers from zone data, with the faults that such servers have. What
// it would say can be changed by the world's tampering before it is encoded. One thread.
#pragma once

#include <functional>

#include "tests/sim/network.h"
#include "tests/sim/zone.h"

namespace godwit::sim {

// How a server misbehaves, to everybody and always.
struct Habits {
  Duration delay = milliseconds(5);
  bool silent = false;       // dead
  bool unreachable = false;  // ICMP port unreachable, connection refused
  bool refuses_tcp = false;
  bool only_tcp = false;  // UDP is swallowed
  bool truncates_udp = false;
  bool formerr_on_edns = false;
  bool drops_edns = false;    // no answer to queries with OPT
  bool ignores_edns = false;  // answers without OPT
  bool lowercases = false;    // the question comes back in lower case
  bool without_aa = false;
  bool upward_referral = false;       // lame: refers to the root
  std::optional<wire::Rcode> always;  // lame: REFUSED, SERVFAIL, NOTIMP ...
  bool nxdomain_for_ents = false;
  bool follows_aliases = true;    // within the zones it has
  bool adds_zone_ns = false;      // NS of the zone and its addresses beside every answer
  Duration up_for{};              // flapping: up so long, then down as long; 0 = always up
  std::uint32_t drops_first = 0;  // that many queries are lost
};

class Authority;

// Last word over what servers of a world say; for generated faults.
struct Tampering {
  // Before encoding: may change anything.
  std::function<void(const Authority&, const Arrival&, const Message& query, Message& reply)>
      message;
};

class Authority final : public Server {
 public:
  Authority(const wire::IpAddress& address, const Tampering& tampering)
      : address_(address), tampering_(tampering) {}

  Authority& serves(const Zone& zone);
  Authority& drops(std::uint32_t queries);
  [[nodiscard]] Habits& habits() noexcept { return habits_; }
  [[nodiscard]] const Habits& habits() const noexcept { return habits_; }
  [[nodiscard]] const wire::IpAddress& address() const noexcept { return address_; }
  [[nodiscard]] const std::vector<const Zone*>& zones() const noexcept { return zones_; }
  [[nodiscard]] bool has_zone(const Zone* zone) const;

  std::vector<Reply> respond(const Arrival& arrival) override;
  // What it says, were it not for habits of transport.
  [[nodiscard]] Message answer(const Message& query) const;

 private:
  [[nodiscard]] bool swallows(const Arrival& arrival);
  [[nodiscard]] const Zone* best_zone(const wire::Name& name, wire::RrType type) const;
  void add_more(const Zone& zone, wire::RrType type, Message& reply) const;
  void add_found(const Zone& zone, const Zone::Lookup& found, Message& reply) const;
  void add_addresses(const Zone& zone, const std::vector<Record>& ns, Message& reply) const;

  wire::IpAddress address_;
  const Tampering& tampering_;
  Habits habits_;
  std::vector<const Zone*> zones_;
  std::uint32_t dropped_ = 0;
};

}  // namespace godwit::sim
