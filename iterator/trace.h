// The stream of steps of one resolution, for logs, explanations (explanation.h), recordings
// (step_log.h) and tests. Nobody listening costs one branch a step: steps are built only when there
// is a Trace. On the worker's thread.
//
// A resolution is one flow: between a Started and its Ended or Finished are its own steps and those
// of the look-ups inside it, in the order in which they were taken.
#pragma once

#include <string>
#include <type_traits>
#include <variant>

#include "cache/giver.h"
#include "cache/security.h"
#include "cache/time.h"
#include "dnssec/failure.h"
#include "iterator/resolve_error.h"
#include "iterator/seams.h"
#include "wire/ip_address.h"
#include "wire/message_view.h"
#include "wire/name.h"

namespace godwit::iterator {

enum class ResponseKind : std::uint8_t;
enum class ZoneMode : std::uint8_t;

namespace trace {

// `local`: it is for godwit itself to answer.
enum class CacheResult : std::uint8_t { miss, answer, alias, nodata, nxdomain, failure, local };
// What somebody else is doing already.
enum class Flight : std::uint8_t { question, query, keys };
enum class DelegationSource : std::uint8_t { remembered, root_hints, configured };
enum class AddressSource : std::uint8_t { glue, remembered, looked_up, configured };
// Why a server was not the one to ask.
enum class PassedOver : std::uint8_t { slower, as_good, asked_more, down, lame, failed };
enum class Alias : std::uint8_t { followed, loop, too_long };
// Why a record of a response was not taken.
enum class Dropped : std::uint8_t {
  other_class,      // than IN
  outside_zone,     // of which the servers that were asked have nothing to say
  not_asked_for,    // in the answer section, and neither the answer nor on the way to it
  to_be_asked_for,  // behind an alias whose target is asked for anew
  made_anew,        // a CNAME from a DNAME
  not_needed,       // beside the answer
};

struct Started {
  wire::Name name;
  wire::RrType type;
  unsigned depth;
  bool for_chain = false;  // a DS or keys that validation needs
};                         // a question, or a look-up inside one
struct Ended {
  wire::Rcode rcode;
  ResolveError error;
};  // the look-up that was started last
struct Joined {
  wire::Name name;
  wire::RrType type;
  Flight flight = Flight::question;
};  // somebody else is at it already
struct CacheLookup {
  wire::Name name;
  wire::RrType type;
  CacheResult result;
  std::uint32_t ttl_left;
  std::uint32_t age = 0;  // seconds since it was stored; 0 where the entry does not tell
  cache::Security security = cache::Security::indeterminate;
  cache::Giver giver{};
};
struct ProofUsed {
  wire::Name owner;
  wire::RrType type;
  std::uint32_t ttl_left;
  cache::Giver giver{};
};  // the denial before it was made of such, which were given for other names (RFC 8198)
struct NotCached {
  wire::Name name;
  wire::RrType type;
};  // the caches were looked into for their own sake, and this they do not have
struct FailureRecalled {
  ResolveError error;
  std::string detail;  // empty: there is no more to tell than that
};                     // what the failure was that the caches have
struct DelegationUsed {
  wire::Name cut;
  DelegationSource source;
  ZoneMode mode;
  std::uint16_t servers;
  std::uint16_t glue;
  std::uint32_t seconds_left;
  cache::Giver giver{};
};  // where the walk begins
struct ServerKnown {
  wire::Name name;
  wire::Endpoint address;
  AddressSource source;
};
struct ServerWithoutAddress {
  wire::Name name;
  bool needs_glue;  // it lies in the zone that it serves: only the parent can tell
};                  // that the delegation names, and that cannot be asked
struct ZoneChosen {
  wire::Name cut;
  std::size_t addresses;
  bool forward;
};
struct ServerChosen {
  wire::Endpoint server;
  bool is_known;  // anything measured yet
  cache::Duration rtt;
  std::uint8_t timeouts_in_row;
  bool is_down;  // so that this is a probe
};
struct ServerPassedOver {
  wire::Endpoint server;
  PassedOver why;
  cache::Duration measure;  // RTT, where known; of a server that is down, for how long
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
  std::size_t outside_bailiwick = 0;  // of those that were dropped
};
struct RecordDropped {
  wire::Name owner;
  wire::RrType type;
  wire::Section section;
  Dropped why;
};  // of the response before it
struct Referred {
  wire::Name cut;
  std::size_t servers;
  std::size_t glue;
  bool has_ds = false;
};
struct AliasFollowed {
  wire::Name from;
  wire::Name to;
  Alias what = Alias::followed;
};
struct AddressLookup {
  wire::Name server;
  wire::RrType type;
};
struct ZoneTrusted {
  wire::Name zone;
  cache::Security security;
  std::uint16_t keys;
  bool was_known;
  std::uint32_t seconds_left;
};  // what is believed of a zone
struct SetJudged {
  wire::Name owner;
  wire::RrType type;
  cache::Security security;
  std::uint16_t key_tag;  // of a secure one: of the key that has signed it
  wire::Name zone;        // likewise: whose key that is
};
struct DenialJudged {
  wire::Name name;
  cache::Security security;
};
struct Disbelieved {
  wire::Endpoint server;  // whose response it is
  dnssec::Failure failure;
};
// What of a limit of the question's budget is spent.
struct OfLimit {
  std::uint32_t spent = 0;
  std::uint32_t limit = 0;
};
struct Spent {
  OfLimit packets, octets, steps, failed_address_lookups;
  OfLimit signature_checks, signature_microseconds, failed_checks, nsec3_hash_blocks;
};
struct Finished {
  wire::Name name;
  wire::RrType type;
  wire::Rcode rcode;
  ResolveError error;
  std::uint32_t packets;
  cache::Duration elapsed;
  cache::Security security = cache::Security::indeterminate;
  // What has ended was given, instead of a failure or to those who could not wait (RFC 8767).
  bool gave_stale = false;
};

using Event = std::variant<Started, Ended, Joined, CacheLookup, ProofUsed, NotCached,
                           FailureRecalled, DelegationUsed, ServerKnown, ServerWithoutAddress,
                           ZoneChosen, ServerChosen, ServerPassedOver, QuerySent, QueryDone,
                           Classified, RecordDropped, Referred, AliasFollowed, AddressLookup,
                           ZoneTrusted, SetJudged, DenialJudged, Disbelieved, Spent, Finished>;

// Which of the alternatives of Event a step is; of anything else their number.
template <class Step, class... Steps>
constexpr std::size_t step_index(const std::variant<Steps...>*) noexcept {
  std::size_t index = 0;
  (void)((std::is_same_v<Step, Steps> || (++index, false)) || ...);
  return index;
}
template <class Step>
inline constexpr std::size_t index_of_step = step_index<Step>(static_cast<const Event*>(nullptr));
template <class Step>
concept IsStep = index_of_step<Step> < std::variant_size_v<Event>;

// A step as it is told: steps hold whole names, and most are looked at once and forgotten, so that
// nothing is copied. Lifetime: that of the step.
class Told {
 public:
  template <IsStep Step>
  Told(const Step& step) noexcept : index_(index_of_step<Step>), step_(&step) {}
  Told(const Event& event) noexcept
      : index_(event.index()),
        step_(std::visit([](const auto& step) { return static_cast<const void*>(&step); }, event)) {
  }
  [[nodiscard]] std::size_t index() const noexcept { return index_; }
  // Null: it is another one.
  template <IsStep Step>
  [[nodiscard]] const Step* get_if() const noexcept {
    return index_ == index_of_step<Step> ? static_cast<const Step*>(step_) : nullptr;
  }
  // Calls visit(step).
  template <class Visit>
  void visit(Visit&& visit) const {
    visit_one_of(visit, static_cast<const Event*>(nullptr));
  }
  // A copy, for whoever keeps it.
  [[nodiscard]] Event kept() const;

 private:
  template <class Visit, class... Steps>
  void visit_one_of(Visit& visit, const std::variant<Steps...>*) const {
    std::size_t index = 0;
    (void)((index_ == index++ && (visit(*static_cast<const Steps*>(step_)), true)) || ...);
  }
  std::size_t index_;
  const void* step_;
};

// One line of text for an event, safe for logs.
[[nodiscard]] std::string to_text(const Event& event);

}  // namespace trace

class Trace {
 public:
  virtual ~Trace() = default;
  virtual void on(trace::Told step) = 0;
  // Whether to tell of each server that could be asked, of those that were passed over, and of each
  // record that was dropped: worth their cost for one who reads. Servers of a zone all of which
  // fail are told anyway.
  [[nodiscard]] virtual bool wants_details() const noexcept { return false; }
};

}  // namespace godwit::iterator
