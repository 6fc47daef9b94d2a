// Events as lines of text. Names come out of wire::to_text(), which escapes what a terminal or a
// log would take for its own.
#include "iterator/trace.h"

#include <chrono>
#include <cstdio>

#include "iterator/classify.h"
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
      break;
  }
  return "failed a short time ago";
}

struct Writer {
  std::string operator()(const Started& e) const {
    std::string out = "resolve " + question(e.name, e.type);
    if (e.depth > 0) out += ", for a server's address, depth " + std::to_string(e.depth);
    return out;
  }
  std::string operator()(const Joined& e) const {
    return "wait for the same question under way: " + question(e.name, e.type);
  }
  std::string operator()(const CacheLookup& e) const {
    std::string out = question(e.name, e.type) + ": " + std::string(describe(e.result));
    if (e.result != CacheResult::miss) out += ", " + std::to_string(e.ttl_left) + " s left";
    return out;
  }
  std::string operator()(const ZoneChosen& e) const {
    return std::string(e.forward ? "forward to " : "servers of ") + wire::to_text(e.cut) + ": " +
           counted(e.addresses, "address", "addresses");
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
    return out;
  }
  std::string operator()(const Referred& e) const {
    return "referral to " + wire::to_text(e.cut) + ": " + counted(e.servers, "server", "servers") +
           ", " + counted(e.glue, "address", "addresses");
  }
  std::string operator()(const AliasFollowed& e) const {
    return "alias: " + wire::to_text(e.from) + " -> " + wire::to_text(e.to);
  }
  std::string operator()(const AddressLookup& e) const {
    return "look up the server's address: " + question(e.server, e.type);
  }
  std::string operator()(const Finished& e) const {
    std::string out = "done " + question(e.name, e.type) + ": " + wire::to_text(e.rcode);
    if (e.error != ResolveError::none) {
      out += " (" + std::string(iterator::describe(e.error).text) + ')';
    }
    return out + ", " + counted(e.packets, "query", "queries") + ", " + milliseconds(e.elapsed);
  }
};

}  // namespace

std::string to_text(const Event& event) {
  return std::visit(Writer{}, event);
}

}  // namespace godwit::iterator::trace
