#include "iterator/resolution.h"

#include <utility>

#include "iterator/ask_zone.h"
#include "iterator/root_hints.h"
#include "iterator/server_lookups.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

Resolution::Resolution(WalkContext& walk, const Question& question, Duration must_last)
    : walk_(walk),
      outer_(nullptr),
      depth_(0),
      progress_(question, walk.options->limits.alias_hops),
      began_(walk.now()),
      must_last_(must_last),
      glue_will_do_(false) {}

Resolution::Resolution(WalkContext& walk, const Question& question, const Resolution& outer,
                       bool glue_will_do)
    : walk_(walk),
      outer_(&outer),
      depth_(outer.depth_ + 1),
      progress_(question, walk.options->limits.alias_hops),
      began_(walk.now()),
      glue_will_do_(glue_will_do) {}

Task<Answer> Resolution::run() {
  if (walk_.trace)
    walk_.trace->on(trace::Started{progress_.question.name, progress_.question.type, depth_});
  while (!complete_) {
    const CacheOutcome cached = look_into_caches();
    if (cached == CacheOutcome::complete) break;
    if (cached == CacheOutcome::failed) co_return failure_answer(progress_);
    const bool settled = co_await walk_to_sname();
    if (!settled) {
      remember_failure();
      co_return failure_answer(progress_);
    }
  }
  co_return std::move(progress_.answer);
}

CacheOutcome Resolution::look_into_caches() {
  if (!std::exchange(behind_caches_, false))
    return continue_from_cache(progress_, walk_.caches(), *walk_.options, walk_.now() + must_last_,
                               walk_.trace);
  if (walk_.trace)
    walk_.trace->on(trace::CacheLookup{progress_.sname(), progress_.question.type,
                                       trace::CacheResult::miss, 0});
  return CacheOutcome::miss;
}

// From the closest known zone to the servers of sname's own, one zone cut or one more label a turn.
Task<bool> Resolution::walk_to_sname() {
  Walk walk;
  ZoneServers start = co_await starting_zone();
  walk.zone = std::move(start);
  walk.minimisation.sname = progress_.sname();
  walk.minimisation.stype = progress_.question.type;
  walk.minimisation.known_labels = walk.zone.cut.label_count();
  for (;;) {
    ResolveError lacking = walk_.exhausted();
    if (!walk_.budget.spend_step()) lacking = ResolveError::out_of_steps;
    if (lacking != ResolveError::none) {
      progress_.error = lacking;
      co_return false;
    }
    const MinimisedQuestion question = next_step(walk);
    const ResponsePtr response =
        co_await ask(walk.zone, question.name, question.type, !question.is_full);
    const Turn turn = take_turn(walk, question, *response);
    if (turn != Turn::go_on) co_return turn == Turn::settled;
  }
}

Task<ZoneServers> Resolution::starting_zone() {
  const Name& sname = progress_.sname();
  const RrType type = progress_.question.type;
  const ConfiguredZone* configured = configured_zone(*walk_.options, sname, type);
  if (configured && configured->forward) co_return ZoneServers(*configured);
  const Name from = type == RrType::ds ? sname.parent() : sname;
  cache::DelegationPtr closest = walk_.caches().delegations.closest(from, walk_.now());
  if (configured && (!closest || closest->cut().label_count() <= configured->name.label_count()))
    co_return ZoneServers(*configured);
  if (closest) co_return ZoneServers(std::move(closest));
  cache::DelegationPtr root = co_await root_delegation();
  co_return ZoneServers(std::move(root));
}

// The root's servers: primed (RFC 8109), or for a minute the hints alone when nobody can be primed
// from.
Task<cache::DelegationPtr> Resolution::root_delegation() {
  constexpr std::uint32_t hints_alone_seconds = 60;
  ZoneServers hints(walk_.options->root_hints ? walk_.options->root_hints : built_in_root_hints());
  const ResponsePtr response = co_await ask(hints, Name(), RrType::ns, false);
  cache::DelegationCache& delegations = walk_.caches().delegations;
  if (is_usable(response->kind) && response->referral && !response->referral->glue.empty())
    co_return delegations.store(*response->referral, walk_.now());
  co_return delegations.store(with_ttl(*hints.delegation, hints_alone_seconds), walk_.now());
}

// Asks the zone's known servers; when they all fail, finds addresses of more of them, as long as
// there are any.
Task<ResponsePtr> Resolution::ask(ZoneServers& zone, Name name, RrType type, bool probe) {
  AskedQuestion asked;
  asked.name = name;
  asked.type = type;
  asked.cut = zone.cut;
  asked.probe = probe;
  asked.forwarded = zone.mode == ZoneMode::forward;
  // A probe that is lost costs little: the whole name is asked for next.
  const bool may_insist = !probe || walk_.options->minimisation == Minimisation::strict;
  ResponsePtr fallback;
  ResponsePtr response = failed_response(ResolveError::no_server_addresses);
  std::vector<ServerCandidate> candidates;
  ServerLookups lookups(walk_, zone, candidates, *this);
  bool more_names = true;
  for (bool first = true;; first = false) {
    // Nearly always whom the parent named is enough; when it was not, it matters who else is known.
    std::vector<NamedServer> known =
        named_servers(zone, walk_, first ? AddressesOf::any_family : AddressesOf::each_family);
    gather_candidates(candidates, zone, known, walk_);
    more_names = more_names && has_room(candidates, *walk_.options) && lookups.may_have_more(known);
    // While another server may yet be found, the known ones get one send each, and those of a dead
    // family none.
    const std::uint32_t sends_max =
        more_names || !may_insist ? 1 : walk_.options->limits.sends_per_server;
    const bool worth_asking = more_names ? anybody_left_alive(candidates, sends_max, walk_)
                                         : anybody_left(candidates, sends_max);
    if (worth_asking) {
      if (walk_.trace)
        walk_.trace->on(trace::ZoneChosen{zone.cut, candidates.size(), asked.forwarded});
      ResponsePtr said = co_await ask_zone(walk_, asked, zone.mode, candidates, sends_max);
      if (is_usable(said->kind) && !said->last_resort) co_return said;
      if (is_usable(said->kind)) fallback = said;
      // What some have said still counts when the others, asked once more, are silent.
      const bool tells_more = graver(said->error, response->error) == said->error;
      if (tells_more) response = std::move(said);
      const ResolveError lacking = walk_.exhausted();
      const bool vain = lacking != ResolveError::none || agree_that_it_is_too_large(candidates);
      if (vain && fallback) break;
      if (lacking != ResolveError::none) co_return failed_response(lacking);
      if (vain) co_return response;
      continue;
    }
    // Of servers without any address each family was looked for at once.
    if (first && !candidates.empty()) continue;
    if (!more_names) break;
    const bool found = co_await lookups.find_more(std::move(known));
    more_names = found;
    met_loop_ = met_loop_ || lookups.has_met_loop();
  }
  if (fallback) {
    remember_data(walk_, *fallback);
    co_return fallback;
  }
  co_return no_server_left(lookups, !candidates.empty(), std::move(response));
}

// What to say when nobody is left to ask; `last` is the last failure of those that were.
ResponsePtr Resolution::no_server_left(const ServerLookups& lookups, bool knew_servers,
                                       ResponsePtr last) const {
  const ResolveError limit = lookups.withheld_by();
  if (limit != ResolveError::none) walk_.budget.withhold_lookup();
  if (last->error != ResolveError::no_server_addresses) return last;
  if (knew_servers) return failed_response(ResolveError::servers_lame);
  if (limit != ResolveError::none) return failed_response(limit);
  return met_loop_ ? failed_response(ResolveError::delegation_loop) : last;
}

MinimisedQuestion Resolution::next_step(Walk& walk) const {
  const bool minimises = walk_.options->minimisation != Minimisation::off && !walk.ask_in_full &&
                         walk.zone.mode != ZoneMode::forward;
  if (!minimises) return {progress_.sname(), progress_.question.type, true};
  walk.minimisation.cut = walk.zone.cut;
  walk.minimisation.probes = probes_;
  for (;;) {
    MinimisedQuestion question = next_question(walk.minimisation, walk_.options->limits);
    if (question.is_full) return question;
    const cache::Time now = walk_.now();
    // There is no cut below a DNAME. Looking for one costs, so it is done where aliases lead to
    // aliases; else the probe's response says it.
    const bool may_have_dname = progress_.chain.hops() > 0;
    if (may_have_dname && walk_.caches().rrsets.find(question.name, RrType::dname, now))
      return {progress_.sname(), progress_.question.type, true};
    // A name that is known to be there, with no cut at it, needs no probe.
    const bool known = walk_.caches().rrsets.find(question.name, RrType::a, now).has_value() ||
                       walk_.caches().negatives.find(question.name, RrType::a, now).has_value();
    if (!known) return question;
    walk.minimisation.known_labels = question.name.label_count();
  }
}

Resolution::Turn Resolution::take_turn(Walk& walk, const MinimisedQuestion& asked,
                                       const Response& response) {
  if (response.kind == ResponseKind::referral) {
    if (!response.referral) return fail(ResolveError::internal);
    // What a zone delegates ends with the zone's own delegation (ghost domains).
    const Time latest = walk.zone.delegation ? walk.zone.delegation->expires : Time::max();
    cache::DelegationPtr below =
        walk_.caches().delegations.store_until(*response.referral, latest, walk_.now());
    if (walk_.trace)
      walk_.trace->on(trace::Referred{below->cut(), below->ns->size(), below->glue.size()});
    walk.zone = ZoneServers(std::move(below));
    walk.minimisation.known_labels = walk.zone.cut.label_count();
    if (!asked.is_full) ++probes_;
    if (glue_will_do_ && progress_.chain.hops() == 0 &&
        has_glue_for(*walk.zone.delegation, progress_.sname(), progress_.question.type)) {
      complete_ = settled_by_glue_ = true;
      return Turn::settled;
    }
    return Turn::go_on;
  }
  if (!asked.is_full) return take_probe(walk, asked, response);
  if (!is_usable(response.kind)) return fail(response.error);
  return take_answer(response) ? Turn::settled : Turn::failed;
}

// A probe for fewer labels than the name has (RFC 9156): it shows the way, and is no answer.
Resolution::Turn Resolution::take_probe(Walk& walk, const MinimisedQuestion& asked,
                                        const Response& response) {
  ++probes_;
  walk.minimisation.known_labels = asked.name.label_count();
  const bool strict = walk_.options->minimisation == Minimisation::strict;
  switch (response.kind) {
    case ResponseKind::nodata:
      if (response.soa)
        walk_.caches().negatives.store_nodata(asked.name, asked.type, response.soa, walk_.now());
      return Turn::go_on;
    case ResponseKind::alias:
      // There is no cut below a DNAME.
      walk.ask_in_full = response.answer.front()->type() == RrType::dname;
      return Turn::go_on;
    case ResponseKind::answer:
      return Turn::go_on;
    case ResponseKind::nxdomain:
      if (strict) {
        take_denial(response, asked.name);
        return Turn::settled;
      }
      walk.ask_in_full = true;  // servers that deny empty non-terminals are not believed
      return Turn::go_on;
    default:
      break;
  }
  const bool hopeless = response.error == ResolveError::no_server_addresses ||
                        walk_.exhausted() != ResolveError::none;
  if (strict || hopeless) return fail(response.error);
  walk.ask_in_full = true;
  return Turn::go_on;
}

// Takes a response to the full question into the answer. False: the chain cannot be followed.
bool Resolution::take_answer(const Response& response) {
  const cache::TtlLimits& ttl = walk_.caches().ttl;
  if (response.kind == ResponseKind::alias_too_long) {
    for (const wire::RRsetPtr& set : response.answer)
      progress_.answer.answer.push_back({set, ttl.clamp(set->ttl())});
    progress_.answer.rcode = wire::Rcode::yxdomain;
    complete_ = true;
    return true;
  }
  const RrType type = progress_.question.type;
  wire::RRsetPtr dname;
  for (const wire::RRsetPtr& set : response.answer) {
    const std::uint32_t seconds = ttl.clamp(set->ttl());
    if (set->type() == RrType::cname && type != RrType::cname) {
      if (!follow_alias(progress_, {set, seconds, dname}, walk_.trace)) return false;
      dname = nullptr;
    } else {
      progress_.answer.answer.push_back({set, seconds});
      if (set->type() == RrType::dname) dname = set;
    }
  }
  if (response.denial) take_denial(response, progress_.sname());
  walk_.caches().failures.erase(progress_.sname(), type);
  if (progress_.chain.hops() > 0) walk_.caches().failures.erase(progress_.question.name, type);
  complete_ = complete_ || response.settles_final_name;
  probes_ = 0;
  return true;
}

void Resolution::take_denial(const Response& response, const Name& denied) {
  cache::NegativeCache& negatives = walk_.caches().negatives;
  const bool nxdomain = response.denial == ResponseKind::nxdomain;
  if (nxdomain) progress_.answer.rcode = wire::Rcode::nxdomain;
  if (response.soa) {
    if (nxdomain)
      negatives.store_nxdomain(denied, response.soa, walk_.now());
    else
      negatives.store_nodata(denied, progress_.question.type, response.soa, walk_.now());
    const std::optional<wire::SoaView> soa = wire::read_soa(response.soa->records().front());
    const std::uint32_t minimum = soa ? soa->minimum : 0;
    progress_.answer.authority.push_back(
        {response.soa, walk_.caches().ttl.clamp_negative(response.soa->ttl(), minimum)});
  }
  complete_ = true;
}

bool Resolution::is_looking_for(const Name& server) const {
  for (const Resolution* resolution = this; resolution; resolution = resolution->outer_) {
    const RrType type = resolution->progress_.question.type;
    if ((type == RrType::a || type == RrType::aaaa) && resolution->progress_.sname() == server)
      return true;
  }
  return false;
}

Resolution::Turn Resolution::fail(ResolveError error) {
  progress_.error = error;
  return Turn::failed;
}

// So that the world is not asked again at once (RFC 9520). What is met by the way that led here -
// a limit, a circle of server names, a chain of aliases - says nothing about the server name that
// is looked up nor about the target of an alias: it is the question asked first that fails. Else
// whoever owns the beginning of a way could make names of others fail.
void Resolution::remember_failure() const {
  const ResolveError error = progress_.error;
  // A refresh that fails leaves the answer as good as it is.
  if (walk_.now() < began_ + must_last_) return;
  if (error == ResolveError::none || error == ResolveError::cancelled ||
      error == ResolveError::internal)
    return;
  const bool limited = is_limit(error) || walk_.budget.has_withheld_lookup();
  if (outer_ && (limited || met_loop_)) return;
  const bool by_the_way =
      limited || error == ResolveError::alias_loop || error == ResolveError::alias_chain_too_long;
  const Name& failed = by_the_way ? progress_.question.name : progress_.sname();
  walk_.caches().failures.store(failed, progress_.question.type, static_cast<std::uint16_t>(error),
                                walk_.now());
}

}  // namespace godwit::iterator
