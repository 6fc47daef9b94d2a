// The facts of steps for programs: one row of names a step.
#include <limits>

#include "iterator/explanation.h"
#include "iterator/response.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

namespace {

using namespace trace;
using Facts = std::vector<ExplainedFact>;

ExplainedFact fact(std::string_view name, const wire::Name& value) {
  return {name, wire::to_text(value)};
}
ExplainedFact fact(std::string_view name, wire::RrType value) {
  return {name, wire::to_text(value)};
}
ExplainedFact fact(std::string_view name, wire::Rcode value) {
  return {name, wire::to_text(value)};
}
ExplainedFact fact(std::string_view name, const wire::Endpoint& value) {
  return {name, value.to_text()};
}
ExplainedFact fact(std::string_view name, std::string value) {
  return {name, std::move(value)};
}
ExplainedFact fact(std::string_view name, const char* value) {
  return {name, std::string(value)};
}
ExplainedFact fact(std::string_view name, bool value) {
  return {name, value};
}
ExplainedFact fact(std::string_view name, std::size_t value) {
  return {name, static_cast<std::int64_t>(value)};
}
ExplainedFact fact(std::string_view name, std::uint32_t value) {
  return {name, std::int64_t{value}};
}
ExplainedFact fact(std::string_view name, cache::Duration value) {
  return {name, std::chrono::duration_cast<std::chrono::microseconds>(value).count()};
}
ExplainedFact fact(std::string_view name, cache::Security value) {
  static constexpr const char* names[] = {"bogus", "indeterminate", "insecure", "secure"};
  return fact(name, names[static_cast<std::size_t>(value)]);
}
ExplainedFact fact(std::string_view name, ResolveError value) {
  return fact(name, std::string(describe(value).text));
}

void add(Facts& to, const cache::Giver& giver) {
  if (giver) to.push_back(fact("from", giver->to_text()));
}

void add(Facts& to, std::string_view spent, std::string_view limit, const OfLimit& of) {
  to.push_back(fact(spent, of.spent));
  to.push_back(fact(limit, of.limit));
}

const char* name_of(CacheResult result) {
  static constexpr const char* names[] = {"miss",     "answer",  "alias", "nodata",
                                          "nxdomain", "failure", "local"};
  return names[static_cast<std::size_t>(result)];
}

const char* name_of(ExchangeOutcome outcome) {
  static constexpr const char* names[] = {"answered", "timeout", "unreachable", "near-miss",
                                          "cancelled"};
  return names[static_cast<std::size_t>(outcome)];
}

const char* name_of(AddressSource source) {
  static constexpr const char* names[] = {"glue", "cache", "look-up", "configured"};
  return names[static_cast<std::size_t>(source)];
}

const char* name_of(PassedOver why) {
  static constexpr const char* names[] = {"slower", "as-good", "asked-more",
                                          "down",   "lame",    "failed"};
  return names[static_cast<std::size_t>(why)];
}

const char* name_of(wire::Section section) {
  static constexpr const char* names[] = {"answer", "authority", "additional"};
  return names[static_cast<std::size_t>(section)];
}

const char* name_of(Dropped why) {
  static constexpr const char* names[] = {"other-class",     "outside-zone", "not-asked-for",
                                          "to-be-asked-for", "made-anew",    "not-needed"};
  return names[static_cast<std::size_t>(why)];
}

const char* name_of(DelegationSource source) {
  static constexpr const char* names[] = {"cache", "root-hints", "configured"};
  return names[static_cast<std::size_t>(source)];
}

const char* name_of(Flight flight) {
  static constexpr const char* names[] = {"question", "query", "keys"};
  return names[static_cast<std::size_t>(flight)];
}

const char* name_of(Alias what) {
  static constexpr const char* names[] = {"followed", "loop", "too-long"};
  return names[static_cast<std::size_t>(what)];
}

struct FactsMaker {
  Facts operator()(const Started& e) const {
    Facts all{fact("name", e.name), fact("type", e.type), fact("depth", std::uint32_t{e.depth})};
    if (e.for_chain) all.push_back(fact("for-validation", true));
    return all;
  }
  Facts operator()(const Ended& e) const {
    if (e.error == ResolveError::none) return {fact("rcode", e.rcode)};
    return {fact("error", e.error)};
  }
  Facts operator()(const Joined& e) const {
    return {fact("name", e.name), fact("type", e.type), fact("joined", name_of(e.flight))};
  }
  Facts operator()(const CacheLookup& e) const {
    Facts all{fact("name", e.name), fact("type", e.type), fact("result", name_of(e.result))};
    if (e.result == CacheResult::miss || e.result == CacheResult::local) return all;
    all.push_back(fact("ttl-left", e.ttl_left));
    if (e.result != CacheResult::failure) {
      all.push_back(fact("age", e.age));
      all.push_back(fact("security", e.security));
    }
    add(all, e.giver);
    return all;
  }
  Facts operator()(const ProofUsed& e) const {
    Facts all{fact("name", e.owner), fact("type", e.type), fact("ttl-left", e.ttl_left)};
    add(all, e.giver);
    return all;
  }
  Facts operator()(const NotCached& e) const {
    return {fact("name", e.name), fact("type", e.type)};
  }
  Facts operator()(const FailureRecalled& e) const {
    return {fact("error", e.error), fact("detail", e.detail)};
  }
  Facts operator()(const DelegationUsed& e) const {
    Facts all{fact("zone", e.cut), fact("source", name_of(e.source)),
              fact("servers", std::uint32_t{e.servers}), fact("glue", std::uint32_t{e.glue}),
              fact("ttl-left", e.seconds_left)};
    add(all, e.giver);
    return all;
  }
  Facts operator()(const ServerKnown& e) const {
    return {fact("name", e.name), fact("server", e.address), fact("source", name_of(e.source))};
  }
  Facts operator()(const ServerWithoutAddress& e) const {
    return {fact("name", e.name), fact("needs-glue", e.needs_glue)};
  }
  Facts operator()(const ZoneChosen& e) const {
    return {fact("zone", e.cut), fact("addresses", e.addresses), fact("forward", e.forward)};
  }
  Facts operator()(const ServerChosen& e) const {
    Facts all{fact("server", e.server)};
    if (e.is_known) all.push_back(fact("rtt-microseconds", e.rtt));
    all.push_back(fact("timeouts-in-row", std::uint32_t{e.timeouts_in_row}));
    all.push_back(fact("down", e.is_down));
    return all;
  }
  Facts operator()(const ServerPassedOver& e) const {
    Facts all{fact("server", e.server), fact("why", name_of(e.why))};
    if (e.measure == cache::Duration{}) return all;
    all.push_back(
        fact(e.why == PassedOver::down ? "down-for-microseconds" : "rtt-microseconds", e.measure));
    return all;
  }
  Facts operator()(const QuerySent& e) const {
    return {fact("server", e.server), fact("tcp", e.transport == Transport::tcp),
            fact("name", e.name),     fact("type", e.type),
            fact("edns", e.edns),     fact("timeout-microseconds", e.timeout)};
  }
  Facts operator()(const QueryDone& e) const {
    return {fact("outcome", name_of(e.outcome)), fact("took-microseconds", e.elapsed),
            fact("octets", e.octets)};
  }
  Facts operator()(const Classified& e) const {
    return {fact("rcode", e.rcode), fact("response", std::string(describe(e.kind))),
            fact("records-dropped", e.records_dropped),
            fact("outside-bailiwick", e.outside_bailiwick)};
  }
  Facts operator()(const RecordDropped& e) const {
    return {fact("name", e.owner), fact("type", e.type), fact("section", name_of(e.section)),
            fact("why", name_of(e.why))};
  }
  Facts operator()(const Referred& e) const {
    return {fact("zone", e.cut), fact("servers", e.servers), fact("glue", e.glue),
            fact("ds", e.has_ds)};
  }
  Facts operator()(const AliasFollowed& e) const {
    return {fact("from", e.from), fact("to", e.to), fact("result", name_of(e.what))};
  }
  Facts operator()(const AddressLookup& e) const {
    return {fact("name", e.server), fact("type", e.type)};
  }
  Facts operator()(const ZoneTrusted& e) const {
    return {fact("zone", e.zone), fact("security", e.security), fact("keys", std::uint32_t{e.keys}),
            fact("known", e.was_known), fact("ttl-left", e.seconds_left)};
  }
  Facts operator()(const SetJudged& e) const {
    Facts all{fact("name", e.owner), fact("type", e.type), fact("security", e.security)};
    if (e.security != cache::Security::secure) return all;
    all.push_back(fact("key-tag", std::uint32_t{e.key_tag}));
    all.push_back(fact("zone", e.zone));
    return all;
  }
  Facts operator()(const DenialJudged& e) const {
    return {fact("name", e.name), fact("security", e.security)};
  }
  Facts operator()(const Disbelieved& e) const {
    return {fact("server", e.server),
            fact("zone", e.failure.zone),
            fact("name", e.failure.owner),
            fact("type", e.failure.type),
            fact("key-tag", std::uint32_t{e.failure.key_tag}),
            fact("time", e.failure.time),
            fact("reason", dnssec::to_text(e.failure)),
            fact("ede", static_cast<std::uint32_t>(dnssec::ede_of(e.failure.fault)))};
  }
  Facts operator()(const Spent& e) const {
    Facts all;
    add(all, "queries", "queries-limit", e.packets);
    add(all, "octets", "octets-limit", e.octets);
    add(all, "steps", "steps-limit", e.steps);
    add(all, "failed-address-lookups", "failed-address-lookups-limit", e.failed_address_lookups);
    add(all, "signature-checks", "signature-checks-limit", e.signature_checks);
    add(all, "signature-microseconds", "signature-microseconds-limit", e.signature_microseconds);
    add(all, "failed-checks", "failed-checks-limit", e.failed_checks);
    add(all, "nsec3-hash-blocks", "nsec3-hash-blocks-limit", e.nsec3_hash_blocks);
    return all;
  }
  Facts operator()(const Finished& e) const {
    Facts all{fact("name", e.name),
              fact("type", e.type),
              fact("rcode", e.rcode),
              fact("queries", e.packets),
              fact("took-microseconds", e.elapsed),
              fact("security", e.security)};
    if (e.error != ResolveError::none) all.push_back(fact("error", e.error));
    if (e.gave_stale) all.push_back(fact("gave-stale", e.gave_stale));
    return all;
  }
};

struct Namer {
  std::string_view operator()(const Joined&) const { return "joined"; }
  std::string_view operator()(const CacheLookup&) const { return "cache"; }
  std::string_view operator()(const ProofUsed&) const { return "proof"; }
  std::string_view operator()(const NotCached&) const { return "not-cached"; }
  std::string_view operator()(const FailureRecalled&) const { return "failure"; }
  std::string_view operator()(const DelegationUsed&) const { return "delegation"; }
  std::string_view operator()(const ServerKnown&) const { return "server"; }
  std::string_view operator()(const ServerWithoutAddress&) const { return "server"; }
  std::string_view operator()(const ZoneChosen&) const { return "zone"; }
  std::string_view operator()(const ServerChosen&) const { return "chosen"; }
  std::string_view operator()(const ServerPassedOver&) const { return "passed-over"; }
  std::string_view operator()(const QuerySent&) const { return "exchange"; }
  std::string_view operator()(const QueryDone&) const { return "exchange-end"; }
  std::string_view operator()(const Classified&) const { return "response"; }
  std::string_view operator()(const RecordDropped&) const { return "dropped"; }
  std::string_view operator()(const Referred&) const { return "referral"; }
  std::string_view operator()(const AliasFollowed&) const { return "alias"; }
  std::string_view operator()(const AddressLookup&) const { return "address-look-up"; }
  std::string_view operator()(const ZoneTrusted&) const { return "zone-trust"; }
  std::string_view operator()(const SetJudged&) const { return "rrset"; }
  std::string_view operator()(const DenialJudged&) const { return "denial"; }
  std::string_view operator()(const Disbelieved&) const { return "disbelieved"; }
  std::string_view operator()(const Spent&) const { return "budget"; }
  std::string_view operator()(const auto&) const { return "resolution"; }
};

}  // namespace

std::string_view kind_of(const Event& step) noexcept {
  return std::visit(Namer{}, step);
}

std::vector<ExplainedFact> facts_of(const Event& step) {
  return std::visit(FactsMaker{}, step);
}

}  // namespace godwit::iterator
