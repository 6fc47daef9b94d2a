// The fault and the server in at most three lines: what the question came to, at whom it failed,
// and where that is known what to look at.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>

#include "iterator/explanation.h"
#include "iterator/response.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

namespace {

using namespace trace;

// Of a list, so that a line stays one.
constexpr std::size_t shown_max = 4;

// What a server came to at a zone.
enum class Fared : std::uint8_t { silent, unreachable, lame, refused, failed, unreadable, other };

struct AskedServer {
  wire::Endpoint server;
  Fared fared = Fared::silent;
  std::string said;
};

// A resolution as far as it has come: the zone it asks, and how that zone's servers have fared
// since one of them was of use.
struct Level {
  wire::Name name;
  wire::RrType type{};
  wire::Name zone;
  std::vector<AskedServer> servers;
  std::vector<wire::Name> without_glue;  // that lie in the zone
  std::vector<wire::Name> aliases;
  ResolveError error = ResolveError::none;
};

Fared fared_of(ResponseKind kind) noexcept {
  switch (kind) {
    case ResponseKind::lame:
      return Fared::lame;
    case ResponseKind::refused:
      return Fared::refused;
    case ResponseKind::server_failure:
    case ResponseKind::format_error:
    case ResponseKind::bad_cookie:
      return Fared::failed;
    case ResponseKind::malformed:
      return Fared::unreadable;
    default:
      return Fared::other;
  }
}

std::string said_by(const Classified& e) {
  const bool tells_by_rcode = e.rcode != wire::Rcode::noerror && e.kind != ResponseKind::malformed;
  return tells_by_rcode ? wire::to_text(e.rcode) : std::string(describe(e.kind));
}

// Goes through the steps once and keeps what a headline may need.
class Reading {
 public:
  explicit Reading(std::span<const Event> steps) {
    for (const Event& step : steps) std::visit(*this, step);
  }

  void operator()(const Started& e) {
    levels_.emplace_back();
    levels_.back().name = e.name;
    levels_.back().type = e.type;
  }
  void operator()(const Ended& e) {
    if (levels_.size() < 2) return;
    levels_.back().error = e.error;
    if (e.error != ResolveError::none) failed_inside = std::move(levels_.back());
    levels_.pop_back();
  }
  void operator()(const DelegationUsed& e) { enter_zone(e.cut); }
  void operator()(const Referred& e) { enter_zone(e.cut); }
  void operator()(const ZoneChosen& e) { enter_zone(e.cut); }
  // An address may also be met by the way, where somebody else says whose it is.
  void operator()(const ServerKnown& e) {
    if (levels_.size() <= 1)
      names_.insert_or_assign(e.address, e);
    else
      names_.try_emplace(e.address, e);
  }
  void operator()(const ServerWithoutAddress& e) {
    if (e.needs_glue) level().without_glue.push_back(e.name);
  }
  void operator()(const QueryDone& e) {
    answered_by = e.server;
    switch (e.outcome) {
      case ExchangeOutcome::timed_out:
        return note({e.server, Fared::silent, "no answer"});
      case ExchangeOutcome::unreachable:
        return note({e.server, Fared::unreachable, "unreachable"});
      case ExchangeOutcome::near_miss:
        return note({e.server, Fared::other, "forged or mangled responses"});
      default:
        return;
    }
  }
  void operator()(const Classified& e) {
    if (is_usable(e.kind))
      leave_servers();
    else if (e.kind != ResponseKind::truncated)
      note({e.server, fared_of(e.kind), said_by(e)});
  }
  void operator()(const AliasFollowed& e) {
    std::vector<wire::Name>& aliases = level().aliases;
    if (aliases.empty()) aliases.push_back(e.from);
    aliases.push_back(e.to);
  }
  void operator()(const CacheLookup& e) { last_lookup = e; }
  void operator()(const NotCached& e) { not_cached = e; }
  void operator()(const FailureRecalled& e) { recalled = e; }
  void operator()(const Disbelieved& e) { disbelieved = e; }
  void operator()(const Spent& e) { spent = e; }
  void operator()(const Joined& e) { joined = joined || e.flight == Flight::question; }
  void operator()(const Finished& e) { finished = e; }
  void operator()(const auto&) {}

  [[nodiscard]] const Level& outermost() const {
    static const Level none;
    return levels_.empty() ? none : levels_.front();
  }
  [[nodiscard]] const ServerKnown* known(const wire::Endpoint& server) const {
    const auto found = names_.find(server);
    return found == names_.end() ? nullptr : &found->second;
  }

  std::vector<AskedServer> in_vain;    // of zones that another server was of use for
  std::optional<Level> failed_inside;  // the look-up that failed last
  std::optional<wire::Endpoint> answered_by;
  std::optional<CacheLookup> last_lookup;
  std::optional<NotCached> not_cached;
  std::optional<FailureRecalled> recalled;
  std::optional<Disbelieved> disbelieved;
  std::optional<Spent> spent;
  std::optional<Finished> finished;
  bool joined = false;

 private:
  Level& level() {
    if (levels_.empty()) levels_.emplace_back();
    return levels_.back();
  }
  void enter_zone(const wire::Name& zone) {
    if (level().zone != zone) leave_servers();
    if (level().zone != zone) level().without_glue.clear();
    level().zone = zone;
  }
  void leave_servers() {
    std::vector<AskedServer>& servers = level().servers;
    std::ranges::move(servers, std::back_inserter(in_vain));
    servers.clear();
  }
  // What it has said counts, not that it was silent later.
  void note(AskedServer one) {
    for (AskedServer& known : level().servers) {
      if (known.server != one.server) continue;
      const bool tells_more = one.fared != Fared::silent || known.fared == Fared::silent;
      if (tells_more) known = std::move(one);
      return;
    }
    level().servers.push_back(std::move(one));
  }

  std::vector<Level> levels_;
  std::map<wire::Endpoint, ServerKnown> names_;
};

std::string question(const wire::Name& name, wire::RrType type) {
  return wire::to_text(name) + ' ' + wire::to_text(type);
}

std::string_view text_of(Fared fared) {
  switch (fared) {
    case Fared::silent:
      return "no server of it answers";
    case Fared::unreachable:
      return "no server of it can be reached";
    case Fared::lame:
      return "its servers are lame: they do not serve it";
    case Fared::refused:
      return "its servers refuse to answer for it";
    case Fared::failed:
      return "its servers answer with an error";
    case Fared::unreadable:
      return "its servers send responses that cannot be read or contradict themselves";
    case Fared::other:
      break;
  }
  return "none of its servers gives a usable answer";
}

// What all of them have in common. Lame and refusing is the same to whoever asks; who is silent and
// who is out of reach, too.
Fared common_of(const std::vector<AskedServer>& servers) {
  const auto all = [&servers](auto... kinds) {
    return std::ranges::all_of(
        servers, [kinds...](const AskedServer& one) { return ((one.fared == kinds) || ...); });
  };
  if (all(servers.front().fared)) return servers.front().fared;
  if (all(Fared::lame, Fared::refused)) return Fared::lame;
  return all(Fared::silent, Fared::unreachable) ? Fared::silent : Fared::other;
}

std::string shown(const Reading& reading, const wire::Endpoint& server) {
  const ServerKnown* known = reading.known(server);
  const bool is_named = known && known->source != AddressSource::configured;
  return server.address.to_text() + (is_named ? " (" + wire::to_text(known->name) + ")" : "");
}

// The first of them, as `show` has each, and how many more there are.
template <class One, class Show>
std::string first_of(const std::vector<One>& all, Show&& show) {
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), shown_max); ++i)
    out += (i ? ", " : "") + show(all[i]);
  if (all.size() > shown_max) out += " and " + std::to_string(all.size() - shown_max) + " more";
  return out;
}

std::string list_of(const Reading& reading, const std::vector<AskedServer>& servers) {
  return first_of(servers, [&reading](const AskedServer& one) {
    return shown(reading, one.server) + ' ' + one.said;
  });
}

bool are_all_glue(const Reading& reading, const std::vector<AskedServer>& servers) {
  return std::ranges::all_of(servers, [&reading](const AskedServer& one) {
    const ServerKnown* known = reading.known(one.server);
    return known && known->source == AddressSource::glue;
  });
}

// The zone whose servers fail, who they are, and who says that they are there.
void add_servers(const Reading& reading, const Level& level, std::string first,
                 std::vector<std::string>& lines) {
  const Fared common = common_of(level.servers);
  const std::string zone = wire::to_text(level.zone);
  lines.push_back(std::move(first) + "zone " + zone + ": " + std::string(text_of(common)));
  lines.push_back("asked " + std::to_string(level.servers.size()) + ": " +
                  list_of(reading, level.servers));
  if (!level.zone.is_root() && are_all_glue(reading, level.servers))
    lines.push_back("the parent of " + zone +
                    " gives these addresses as glue: if they are wrong, correct them there");
}

void add_bogus(const Reading& reading, std::string first, std::vector<std::string>& lines) {
  const dnssec::Failure& failure = reading.disbelieved->failure;
  lines.push_back(std::move(first) + dnssec::to_text(failure));
  const auto ede = static_cast<unsigned>(dnssec::ede_of(failure.fault));
  lines.push_back("validation of zone " + wire::to_text(failure.zone) + " failed (EDE " +
                  std::to_string(ede) + "), response of " +
                  shown(reading, reading.disbelieved->server));
  // Keys and DS sets may be missing because somebody else's servers fail.
  const bool is_about_servers = failure.fault == dnssec::Fault::dnskey_unreachable ||
                                failure.fault == dnssec::Fault::chain_unreachable;
  const std::optional<Level>& inside = reading.failed_inside;
  if (is_about_servers && inside && !inside->servers.empty())
    lines.push_back(question(inside->name, inside->type) + ": " +
                    list_of(reading, inside->servers));
}

void add_aliases(const Reading& reading, std::string first, std::vector<std::string>& lines) {
  const Level& level = reading.outermost();
  const ResolveError error = reading.finished->error;
  lines.push_back(std::move(first) + std::string(describe(error).text));
  const std::vector<wire::Name>& names = level.aliases;
  constexpr std::size_t names_shown = 2 * shown_max;
  std::string chain;
  for (std::size_t i = 0; i < std::min(names.size(), names_shown); ++i)
    chain += (i ? " -> " : "") + wire::to_text(names[i]);
  if (names.size() > names_shown)
    chain += " -> ... -> " + wire::to_text(names.back()) + " (" + std::to_string(names.size() - 1) +
             " aliases)";
  if (!chain.empty()) lines.push_back(std::move(chain));
  if (reading.answered_by && reading.finished->packets > 0)
    lines.push_back("the last one is from " + shown(reading, *reading.answered_by) +
                    ", a server of " + wire::to_text(level.zone));
}

void add_without_addresses(const Reading& reading, const Level& level, std::string first,
                           ResolveError error, std::vector<std::string>& lines) {
  lines.push_back(std::move(first) + "zone " + wire::to_text(level.zone) + ": " +
                  std::string(describe(error).text));
  if (!level.without_glue.empty())
    lines.push_back(
        first_of(level.without_glue, [](const wire::Name& name) { return wire::to_text(name); }) +
        ": in the zone itself, and the parent of " + wire::to_text(level.zone) +
        " gives no address as glue: correct that there");
  const std::optional<Level>& inside = reading.failed_inside;
  if (!inside) return;
  lines.push_back("server " + question(inside->name, inside->type) + ": " +
                  std::string(describe(inside->error).text));
  if (!inside->servers.empty())
    lines.push_back("zone " + wire::to_text(inside->zone) + ": " +
                    list_of(reading, inside->servers));
}

bool is_about_servers(ResolveError error) noexcept {
  return error >= ResolveError::no_reachable_servers && error <= ResolveError::too_many_records;
}

void add_failure(const Reading& reading, std::string first, std::vector<std::string>& lines) {
  const Level& level = reading.outermost();
  const ResolveError error = reading.finished->error;
  const bool is_bogus = error == ResolveError::bogus || error == ResolveError::out_of_validation;
  if (reading.recalled && reading.recalled->error == error && level.servers.empty()) {
    const std::string& detail = reading.recalled->detail;
    lines.push_back(std::move(first) +
                    (detail.empty() ? std::string(describe(error).text) : detail));
    lines.push_back("remembered from an earlier attempt");
  } else if (is_bogus && reading.disbelieved) {
    add_bogus(reading, std::move(first), lines);
  } else if (error == ResolveError::alias_loop || error == ResolveError::alias_chain_too_long) {
    add_aliases(reading, std::move(first), lines);
  } else if (is_about_servers(error) && !level.servers.empty()) {
    add_servers(reading, level, std::move(first), lines);
  } else if (error == ResolveError::no_server_addresses || error == ResolveError::delegation_loop ||
             is_about_servers(error)) {
    add_without_addresses(reading, level, std::move(first), error, lines);
  } else {
    lines.push_back(std::move(first) + std::string(describe(error).text));
    if (!level.servers.empty())
      lines.push_back("zone " + wire::to_text(level.zone) + ": " + list_of(reading, level.servers));
  }
}

// Where the answer came from.
void add_source(const Reading& reading, std::vector<std::string>& lines) {
  const bool asked = reading.answered_by && reading.finished->packets > 0;
  if (asked)
    lines.push_back("from " + shown(reading, *reading.answered_by) + ", a server of " +
                    wire::to_text(reading.outermost().zone));
  else if (reading.last_lookup && reading.last_lookup->result == CacheResult::local)
    lines.push_back("answered here, without servers");
  else if (reading.last_lookup && reading.last_lookup->result != CacheResult::miss)
    lines.push_back("from the cache");
}

// What an answer has cost time, and more of it another time.
void add_in_vain(const Reading& reading, std::vector<std::string>& lines) {
  if (!reading.in_vain.empty())
    lines.push_back("asked in vain: " + list_of(reading, reading.in_vain));
}

// What had ended was given: for want of an answer, or since it was long in coming.
void add_stale(const Reading& reading, std::vector<std::string>& lines) {
  const Finished& e = *reading.finished;
  std::string first =
      wire::to_text(e.rcode) + " for " + question(e.name, e.type) + ", from what had ended: ";
  if (e.error != ResolveError::none) return add_failure(reading, std::move(first), lines);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(e.elapsed).count();
  lines.push_back(std::move(first) + "a newer answer took " + std::to_string(took) + " ms");
  add_in_vain(reading, lines);
  add_source(reading, lines);
}

}  // namespace

std::vector<std::string> headline_of(std::span<const Event> steps) {
  const Reading reading(steps);
  std::vector<std::string> lines;
  if (reading.finished) {
    const Finished& e = *reading.finished;
    if (e.gave_stale) {
      add_stale(reading, lines);
    } else if (e.error != ResolveError::none) {
      add_failure(reading, wire::to_text(e.rcode) + " for " + question(e.name, e.type) + ": ",
                  lines);
    } else {
      lines.push_back(to_text(Event(e)).substr(std::string_view("done ").size()));
      add_source(reading, lines);
      add_in_vain(reading, lines);
    }
  } else if (reading.not_cached) {
    lines.push_back("the caches do not answer " +
                    question(reading.not_cached->name, reading.not_cached->type));
    lines.push_back("servers of " + wire::to_text(reading.outermost().zone) + " would be asked");
  } else if (reading.joined) {
    lines.push_back("somebody else was resolving the same question; this one had its answer");
  } else {
    lines.push_back("the steps break off before the end");
  }
  if (lines.size() > headline_lines_max) lines.resize(headline_lines_max);
  return lines;
}

}  // namespace godwit::iterator
