#include "iterator/cache_look.h"

#include "iterator/cached_answer.h"
#include "iterator/report.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {
namespace {

void tell_start(const WalkContext& walk, const wire::Name& sname, wire::RrType type) {
  std::optional<ZoneServers> known = known_start(walk, sname, type);
  const ZoneServers zone = known ? std::move(*known) : ZoneServers(root_hints_of(*walk.options));
  report_delegation(walk, zone);
  const std::vector<NamedServer> servers = named_servers(zone, walk, AddressesOf::each_family);
  std::vector<ServerCandidate> candidates;
  gather_candidates(candidates, zone, servers, walk);
  walk.trace->on(trace::ZoneChosen{zone.cut, candidates.size(), zone.mode == ZoneMode::forward});
  report_servers(walk, zone, candidates, false);
  const auto choice =
      choose_server(candidates, walk.caches().servers, 1, walk.now(), walk.seams.entropy);
  if (choice) report_choice(walk, candidates, *choice);
}

}  // namespace

std::optional<Answer> look_into_caches(const WalkContext& walk, const Question& question) {
  walk.trace->on(trace::Started{question.name, question.type, 0});
  AnswerInProgress progress(question, *walk.options);
  const CacheOutcome outcome =
      continue_from_cache(progress, walk.caches(), *walk.options, walk.now(), walk.trace);
  if (outcome == CacheOutcome::miss) {
    tell_start(walk, progress.sname(), question.type);
    walk.trace->on(trace::NotCached{progress.sname(), question.type});
    return std::nullopt;
  }
  if (outcome == CacheOutcome::complete) finish_flattening(progress);
  Answer answer =
      outcome == CacheOutcome::failed ? failure_answer(progress) : std::move(progress.answer);
  walk.trace->on(trace::Finished{
      question.name, question.type, answer.rcode, progress.error, 0, {}, answer.security});
  return answer;
}

}  // namespace godwit::iterator
