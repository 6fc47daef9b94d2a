// Events as lines of text. Names come out of wire::to_text(), which escapes what a terminal or a
// log would take for its own.
#include "iterator/trace.h"

#include <chrono>
#include <cstdio>
#include <optional>

#include "iterator/response.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::iterator::trace {
namespace {

std::string question(const wire::Name& name, wire::RrType type) {
  return wire::to_text(name) + ' ' + wire::to_text(type);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

// "0.4 ms", "37 ms": a tenth below ten milliseconds, where servers nearby are told apart.
std::string milliseconds(cache::Duration duration) {
  const double value = std::chrono::duration<double, std::milli>(duration).count();
  char text[32];
  std::snprintf(text, sizeof text, value < 10 && value != 0 ? "%.1f ms" : "%.0f ms", value);
  return text;
}

std::string_view describe(Transport transport) {
  return transport == Transport::udp ? "udp" : "tcp";
}

std::string_view describe(ExchangeOutcome outcome) {
  switch (outcome) {
    case ExchangeOutcome::answered:
      return "answered";
    case ExchangeOutcome::timed_out:
      return "no answer";
    case ExchangeOutcome::unreachable:
      return "unreachable";
    case ExchangeOutcome::near_miss:
      return "a response that does not match the query";
    case ExchangeOutcome::cancelled:
      break;
  }
  return "cancelled";
}

std::string_view describe(CacheResult result) {
  switch (result) {
    case CacheResult::miss:
      return "not in the cache";
    case CacheResult::answer:
      return "answer in the cache";
    case CacheResult::alias:
      return "alias in the cache";
    case CacheResult::nodata:
      return "in the cache: the name has no such records";
    case CacheResult::nxdomain:
      return "in the cache: the name does not exist";
    case CacheResult::failure:
      return "failed a short time ago";
    case CacheResult::local:
      break;
  }
  return "a name that is answered here";
}

std::string_view describe(cache::Security security) {
  switch (security) {
    case cache::Security::secure:
      return "secure";
    case cache::Security::insecure:
      return "insecure";
    case cache::Security::indeterminate:
      return "not judged";
    case cache::Security::bogus:
      break;
  }
  return "bogus";
}

std::string_view describe(Flight flight) {
  switch (flight) {
    case Flight::question:
      return "question";
    case Flight::query:
      return "query";
    case Flight::keys:
      break;
  }
  return "look-up of keys";
}

std::string_view describe(AddressSource source) {
  switch (source) {
    case AddressSource::glue:
      return "glue from the parent";
    case AddressSource::remembered:
      return "from the cache";
    case AddressSource::looked_up:
      return "looked up";
    case AddressSource::configured:
      break;
  }
  return "configured";
}

std::string_view describe(DelegationSource source, ZoneMode mode) {
  switch (source) {
    case DelegationSource::remembered:
      return "delegation";
    case DelegationSource::root_hints:
      return "root hints";
    case DelegationSource::configured:
      break;
  }
  return mode == ZoneMode::forward ? "forward zone" : "stub zone";
}

std::string_view describe(wire::Section section) {
  switch (section) {
    case wire::Section::answer:
      return "answer";
    case wire::Section::authority:
      return "authority";
    case wire::Section::additional:
      break;
  }
  return "additional";
}

std::string_view describe(Dropped why) {
  switch (why) {
    case Dropped::other_class:
      return "of another class than IN";
    case Dropped::outside_zone:
      return "outside the zone that was asked";
    case Dropped::not_asked_for:
      return "nobody asked for it";
    case Dropped::to_be_asked_for:
      return "behind an alias, asked for anew";
    case Dropped::made_anew:
      return "made from the DNAME here";
    case Dropped::not_needed:
      break;
  }
  return "not needed";
}

std::string measured(const ServerPassedOver& e) {
  const bool is_known = e.measure != cache::Duration{};
  switch (e.why) {
    case PassedOver::slower:
      return is_known ? "slower, RTT " + milliseconds(e.measure) : "not heard of yet";
    case PassedOver::as_good:
      return is_known ? "as good, RTT " + milliseconds(e.measure) : "as good, not heard of yet";
    case PassedOver::asked_more:
      return "was asked already";
    case PassedOver::down:
      return "down for " + milliseconds(e.measure) + " more";
    case PassedOver::lame:
      return "lame for the zone";
    case PassedOver::failed:
      break;
  }
  return "has failed this question";
}

std::string from(const cache::Giver& giver) {
  return giver ? ", from " + giver->to_text() : std::string();
}

// What nothing was spent of is not worth a word.
void add_spent(std::string& to, const char* what, const OfLimit& of) {
  if (of.spent == 0) return;
  to += to.empty() ? "" : ", ";
  to += std::string(what) + ' ' + std::to_string(of.spent) + '/' + std::to_string(of.limit);
}

struct Writer {
  std::string operator()(const Started& e) const {
    std::string out = "resolve " + question(e.name, e.type);
    if (e.for_chain) return out + ", for validation";
    if (e.depth > 0) out += ", for a server's address, depth " + std::to_string(e.depth);
    return out;
  }
  std::string operator()(const Ended& e) const {
    std::string out = "look-up done: " + wire::to_text(e.rcode);
    if (e.error != ResolveError::none)
      out = "look-up failed: " + std::string(iterator::describe(e.error).text);
    return out;
  }
  std::string operator()(const Joined& e) const {
    return "wait for the same " + std::string(describe(e.flight)) +
           " under way: " + question(e.name, e.type);
  }
  std::string operator()(const CacheLookup& e) const {
    std::string out = question(e.name, e.type) + ": " + std::string(describe(e.result));
    if (e.result == CacheResult::miss || e.result == CacheResult::local) return out;
    out += ", " + std::to_string(e.ttl_left) + " s left";
    if (e.result != CacheResult::failure)
      out += ", " + std::to_string(e.age) + " s old, " + std::string(describe(e.security));
    return out + from(e.giver);
  }
  std::string operator()(const ProofUsed& e) const {
    return "proven by " + question(e.owner, e.type) + ", " + std::to_string(e.ttl_left) +
           " s left" + from(e.giver);
  }
  std::string operator()(const NotCached& e) const {
    return "the caches do not answer " + question(e.name, e.type);
  }
  std::string operator()(const FailureRecalled& e) const {
    return "it failed: " +
           (e.detail.empty() ? std::string(iterator::describe(e.error).text) : e.detail);
  }
  std::string operator()(const DelegationUsed& e) const {
    std::string out = std::string(describe(e.source, e.mode)) + " of " + wire::to_text(e.cut) +
                      ": " + counted(e.servers, "server", "servers");
    if (e.source == DelegationSource::configured) return out;
    out += ", " + counted(e.glue, "address", "addresses");
    if (e.seconds_left > 0) out += ", " + std::to_string(e.seconds_left) + " s left";
    return out + from(e.giver);
  }
  std::string operator()(const ServerKnown& e) const {
    if (e.source == AddressSource::configured) return "server " + e.address.to_text();
    return "server " + wire::to_text(e.name) + " at " + e.address.to_text() + ", " +
           std::string(describe(e.source));
  }
  std::string operator()(const ServerWithoutAddress& e) const {
    return "server " + wire::to_text(e.name) + ": no address is known" +
           (e.needs_glue ? "; it lies in the zone, and the parent gives none" : "");
  }
  std::string operator()(const ZoneChosen& e) const {
    return std::string(e.forward ? "forward to " : "servers of ") + wire::to_text(e.cut) + ": " +
           counted(e.addresses, "address", "addresses");
  }
  std::string operator()(const ServerChosen& e) const {
    std::string out = "choose " + e.server.to_text();
    out += e.is_known ? ": RTT " + milliseconds(e.rtt) : std::string(": not heard of yet");
    if (e.timeouts_in_row > 0)
      out += ", " + counted(e.timeouts_in_row, "timeout", "timeouts") + " in a row";
    if (e.is_down) out += ", down: a probe";
    return out;
  }
  std::string operator()(const ServerPassedOver& e) const {
    return "not " + e.server.to_text() + ": " + measured(e);
  }
  std::string operator()(const QuerySent& e) const {
    return "ask " + e.server.to_text() + ' ' + std::string(describe(e.transport)) + ' ' +
           question(e.name, e.type) + (e.edns ? " (edns, " : " (no edns, ") +
           milliseconds(e.timeout) + ')';
  }
  std::string operator()(const QueryDone& e) const {
    std::string out = e.server.to_text() + ": " + std::string(describe(e.outcome));
    if (e.outcome == ExchangeOutcome::answered) out += ", " + counted(e.octets, "octet", "octets");
    return out + " after " + milliseconds(e.elapsed);
  }
  std::string operator()(const Classified& e) const {
    std::string out = e.server.to_text() + " says " + wire::to_text(e.rcode) + ": " +
                      std::string(iterator::describe(e.kind));
    if (e.records_dropped > 0) {
      out += ", " + counted(e.records_dropped, "record", "records") + " dropped";
    }
    if (e.outside_bailiwick > 0)
      out += ", " + std::to_string(e.outside_bailiwick) + " of them outside the zone";
    return out;
  }
  std::string operator()(const RecordDropped& e) const {
    return "dropped " + question(e.owner, e.type) + ", " + std::string(describe(e.section)) + ": " +
           std::string(describe(e.why));
  }
  std::string operator()(const Referred& e) const {
    return "referral to " + wire::to_text(e.cut) + ": " + counted(e.servers, "server", "servers") +
           ", " + counted(e.glue, "address", "addresses") + (e.has_ds ? ", signed (DS)" : "");
  }
  std::string operator()(const AliasFollowed& e) const {
    std::string out = "alias: " + wire::to_text(e.from) + " -> " + wire::to_text(e.to);
    if (e.what == Alias::loop) out += ", which leads back";
    if (e.what == Alias::too_long) out += ", one too many";
    return out;
  }
  std::string operator()(const AddressLookup& e) const {
    return "look up the server's address: " + question(e.server, e.type);
  }
  std::string operator()(const ZoneTrusted& e) const {
    std::string out = "zone " + wire::to_text(e.zone) + " is " + std::string(describe(e.security));
    if (e.keys > 0) out += " by " + counted(e.keys, "key", "keys");
    if (e.was_known) out += ", known";
    if (e.seconds_left > 0) out += ", " + std::to_string(e.seconds_left) + " s left";
    return out;
  }
  std::string operator()(const SetJudged& e) const {
    std::string out = question(e.owner, e.type) + " is " + std::string(describe(e.security));
    if (e.security == cache::Security::secure)
      out += ": signed by key " + std::to_string(e.key_tag) + " of " + wire::to_text(e.zone);
    return out;
  }
  std::string operator()(const DenialJudged& e) const {
    return "the denial of " + wire::to_text(e.name) + " is " + std::string(describe(e.security));
  }
  std::string operator()(const Disbelieved& e) const {
    return "not believed, from " + e.server.to_text() + ": " + dnssec::to_text(e.failure) +
           " (EDE " + std::to_string(static_cast<unsigned>(dnssec::ede_of(e.failure.fault))) + ')';
  }
  std::string operator()(const Spent& e) const {
    std::string out;
    add_spent(out, "queries", e.packets);
    add_spent(out, "octets", e.octets);
    add_spent(out, "steps", e.steps);
    add_spent(out, "failed address look-ups", e.failed_address_lookups);
    add_spent(out, "signature checks", e.signature_checks);
    add_spent(out, "their microseconds", e.signature_microseconds);
    add_spent(out, "failed checks", e.failed_checks);
    add_spent(out, "NSEC3 hash blocks", e.nsec3_hash_blocks);
    return "spent: " + (out.empty() ? "nothing" : out);
  }
  std::string operator()(const Finished& e) const {
    std::string out = "done " + question(e.name, e.type) + ": " + wire::to_text(e.rcode);
    if (e.error != ResolveError::none) {
      out += " (" + std::string(iterator::describe(e.error).text) + ')';
    }
    if (e.security != cache::Security::indeterminate && e.error == ResolveError::none)
      out += ", " + std::string(describe(e.security));
    if (e.gave_stale) out += ", an answer that had ended was given";
    return out + ", " + counted(e.packets, "query", "queries") + ", " + milliseconds(e.elapsed);
  }
};

}  // namespace

Event Told::kept() const {
  std::optional<Event> copy;
  visit([&copy](const auto& step) { copy.emplace(step); });
  return std::move(*copy);
}

std::string to_text(const Event& event) {
  return std::visit(Writer{}, event);
}

}  // namespace godwit::iterator::trace
