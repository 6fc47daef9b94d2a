#include "iterator/resolution.h"

#include <utility>

#include "iterator/ask_zone.h"
#include "iterator/report.h"
#include "iterator/root_hints.h"
#include "iterator/server_lookups.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

namespace {

// Who has sent something bogus is not asked again; but once more when it was asked without EDNS,
// which it may have learnt or not have understood for once: signatures come with EDNS alone.
void pass_over(std::vector<ServerCandidate>& candidates, const Response& bogus) {
  for (ServerCandidate& candidate : candidates) {
    if (candidate.server != bogus.server) continue;
    candidate.excluded = !bogus.without_edns || candidate.needs_edns;
    candidate.needs_edns = true;
  }
}

}  // namespace

Resolution::Resolution(WalkContext& walk, const Question& question, Duration must_last)
    : walk_(walk),
      outer_(nullptr),
      depth_(0),
      own_judge_(walk, *this),
      progress_(question, *walk.options),
      began_(walk.now()),
      must_last_(must_last),
      glue_will_do_(false) {
  if (progress_.least >= cache::Security::insecure) judge_ = &own_judge_;
}

Resolution::Resolution(WalkContext& walk, const Question& question, const Resolution& outer,
                       bool glue_will_do)
    : walk_(walk),
      outer_(&outer),
      depth_(outer.depth_ + 1),
      own_judge_(walk, *this),
      progress_(question, walk.options->limits.alias_hops),
      began_(walk.now()),
      glue_will_do_(glue_will_do) {
  progress_.least = cache::Security::indeterminate;
}

Resolution::Resolution(WalkContext& walk, const Question& question, const Resolution& outer,
                       ChainPart part)
    : walk_(walk),
      outer_(&outer),
      depth_(outer.depth_),
      own_judge_(walk, *this),
      judge_(part.judge ? part.judge : &own_judge_),
      is_chain_part_(true),
      progress_(question, 0),
      began_(walk.now()),
      glue_will_do_(false) {
  progress_.least = cache::Security::insecure;
}

Task<Answer> Resolution::run() {
  if (walk_.trace)
    walk_.trace->on(
        trace::Started{progress_.question.name, progress_.question.type, depth_, is_chain_part_});
  while (!complete_) {
    const CacheOutcome cached = look_into_caches();
    if (cached == CacheOutcome::complete) break;
    if (cached == CacheOutcome::failed) {
      report_end();
      co_return failure_answer(progress_);
    }
    const bool settled = co_await walk_to_sname();
    if (!settled) {
      explain_failure();
      forget_ended();
      remember_failure();
      report_end();
      co_return failure_answer(progress_);
    }
  }
  finish_flattening(progress_);
  report_end();
  co_return std::move(progress_.answer);
}

// Of the outermost one more is told by whoever began it.
void Resolution::report_end() const {
  const bool is_inside = outer_ != nullptr;
  if (walk_.trace && is_inside)
    walk_.trace->on(trace::Ended{progress_.answer.rcode, progress_.error});
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

// A DS is asked of the zone above the one that its name is in.
void Resolution::note_zone(const ZoneServers& zone) noexcept {
  if (progress_.chain.hops() == 0 && progress_.question.type != RrType::ds)
    zone_labels_ = static_cast<std::uint8_t>(zone.cut.label_count());
}

// From the closest known zone to the servers of sname's own, one zone cut or one more label a turn.
Task<bool> Resolution::walk_to_sname() {
  Walk walk;
  ZoneServers start = co_await starting_zone();
  walk.zone = std::move(start);
  note_zone(walk.zone);
  report_delegation(walk_, walk.zone);
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
    const Judged judged = co_await ask(walk.zone, question.name, question.type, !question.is_full);
    const Turn turn = take_turn(walk, question, judged);
    if (turn != Turn::go_on) co_return turn == Turn::settled;
  }
}

Task<ZoneServers> Resolution::starting_zone() {
  const Name& sname = progress_.sname();
  const RrType type = progress_.question.type;
  std::optional<ZoneServers> known = known_start(walk_, sname, type);
  if (known) co_return std::move(*known);
  cache::DelegationPtr root = co_await root_delegation();
  co_return ZoneServers(std::move(root));
}

// The root's servers: primed (RFC 8109), or for a minute the hints alone when nobody can be primed
// from.
Task<cache::DelegationPtr> Resolution::root_delegation() {
  constexpr std::uint32_t hints_alone_seconds = 60;
  ZoneServers hints(root_hints_of(*walk_.options));
  const Name root;
  is_priming_ = true;
  const Judged judged = co_await ask(hints, root, RrType::ns, false);
  is_priming_ = false;
  const ResponsePtr& response = judged.response;
  cache::DelegationCache& delegations = walk_.caches().delegations;
  if (is_usable(response->kind) && response->referral && !response->referral->glue.empty())
    co_return delegations.store(*response->referral, walk_.now());
  co_return delegations.store(with_ttl(*hints.delegation, hints_alone_seconds), walk_.now());
}

// Asks the zone's known servers; when they all fail, finds addresses of more of them, as long as
// there are any.
Task<Judged> Resolution::ask(ZoneServers& zone, Name name, RrType type, bool probe) {
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
  Judged bogus;
  std::uint32_t bogus_responses = 0;
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
      report_servers(walk_, zone, candidates, false);
      ResponsePtr said = co_await ask_zone(walk_, asked, zone.mode, candidates, sends_max);
      if (is_usable(said->kind) && !said->last_resort) {
        Judged judged = co_await judge(asked, said);
        if (judged.error == ResolveError::bogus) report_server(walk_, zone, said->server);
        const bool is_final = judged.error != ResolveError::bogus || !judged.others_may_do_better ||
                              ++bogus_responses >= walk_.options->limits.bogus_responses;
        if (is_final) co_return judged;
        pass_over(candidates, *said);
        bogus = std::move(judged);
        continue;
      }
      if (is_usable(said->kind)) fallback = said;
      // What some have said still counts when the others, asked once more, are silent.
      const bool tells_more = graver(said->error, response->error) == said->error;
      if (tells_more) response = std::move(said);
      const ResolveError lacking = walk_.exhausted();
      const bool vain = lacking != ResolveError::none || agree_that_it_is_too_large(candidates);
      if ((vain && fallback) || bogus.response) break;
      if (lacking != ResolveError::none) co_return Judged(failed_response(lacking));
      if (vain) co_return Judged(response);
      continue;
    }
    // Of servers without any address each family was looked for at once.
    if (first && !candidates.empty()) continue;
    if (!more_names) break;
    const bool found = co_await lookups.find_more(std::move(known));
    more_names = found;
    met_loop_ = met_loop_ || lookups.has_met_loop();
  }
  if (bogus.response) co_return bogus;
  if (fallback) {
    Judged judged = co_await judge(asked, fallback);
    co_return judged;
  }
  report_servers(walk_, zone, candidates, true);
  response = no_server_left(lookups, !candidates.empty(), std::move(response));
  co_return Judged(response);
}

// A probe's response shows the way; what it says of names is no part of an answer, unless it is
// that there is nothing there nor below.
bool Resolution::is_judged(const AskedQuestion& asked, const Response& response) const noexcept {
  if (!judge_ || is_priming_) return false;
  return !asked.probe || response.kind == ResponseKind::referral ||
         response.kind == ResponseKind::nxdomain;
}

// Judges a usable response, and remembers its data with what came of it.
Task<Judged> Resolution::judge(const AskedQuestion& asked, ResponsePtr response) {
  Judged judged(response);
  if (is_judged(asked, *response)) {
    Judged by_judge = co_await judge_->judge(asked, response);
    if (walk_.trace && by_judge.failure)
      walk_.trace->on(trace::Disbelieved{response->server, by_judge.failure});
    // Of a probe that proves nothing the whole name is asked for.
    const bool is_needed = !asked.probe || response->kind == ResponseKind::referral ||
                           walk_.options->minimisation == Minimisation::strict;
    if (is_needed || by_judge.error == ResolveError::none) judged = std::move(by_judge);
  }
  const bool is_chains_key = is_chain_part_ && judge_ != &own_judge_;
  // What is bogus is kept for nobody; the keys of a zone are kept by whoever has verified them.
  if (judged.error == ResolveError::none && !is_chains_key) remember_data(walk_, judged);
  co_return judged;
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
    const cache::HashedName name(walk_.caches().hash, question.name);
    const bool known = walk_.caches().rrsets.find(name, RrType::a, now).has_value() ||
                       walk_.caches().negatives.find(name, RrType::a, now).has_value();
    if (!known) return question;
    walk.minimisation.known_labels = question.name.label_count();
  }
}

}  // namespace godwit::iterator
