// Which of a zone's servers have the newest data, and how the others fare.
#include <algorithm>

#include "daemon/propagation_findings.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

using iterator::Heard;
using iterator::ResponseKind;
using iterator::SurveyedServer;
using iterator::SurveyReply;

ServerStanding standing_of(const SurveyedServer& server) noexcept {
  const SurveyReply& soa = server.soa;
  switch (soa.heard) {
    case Heard::not_asked:
      return ServerStanding::not_asked;
    case Heard::excluded:
      return ServerStanding::excluded;
    case Heard::silence:
      return ServerStanding::silent;
    case Heard::unreachable:
      return ServerStanding::unreachable;
    case Heard::nonsense:
      return ServerStanding::nonsense;
    case Heard::response:
      break;
  }
  if (soa.kind == ResponseKind::refused) return ServerStanding::refuses;
  if (soa.kind == ResponseKind::lame || soa.kind == ResponseKind::referral)
    return ServerStanding::lame;
  if (!soa.is_usable()) return ServerStanding::fails;
  if (!soa.authoritative) return ServerStanding::not_authoritative;
  if (!soa.set || soa.set->type() != wire::RrType::soa) return ServerStanding::lame;
  // What it says of the zone and not of the name, it was asked for in vain.
  if (server.answer.heard == Heard::response && !server.answer.is_usable())
    return ServerStanding::fails;
  return ServerStanding::good;
}

void PropagationJudge::find_reference() {
  for (const SurveyedServer& server : survey_.servers) {
    if (standing_of(server) != ServerStanding::good) continue;
    const auto serial = serial_of(server.soa);
    if (!serial) continue;
    if (!reference_.serial || is_later_serial(*serial, *reference_.serial))
      reference_.serial = serial;
  }
  std::ptrdiff_t most = 0;
  for (const SurveyedServer& server : survey_.servers) {
    const auto has_newest = [this](const SurveyedServer& one) {
      return standing_of(one) == ServerStanding::good && serial_of(one.soa) == reference_.serial &&
             one.answer.is_usable();
    };
    if (!has_newest(server)) continue;
    const auto alike = std::ranges::count_if(survey_.servers, [&](const SurveyedServer& one) {
      return has_newest(one) && say_the_same(one.answer, server.answer);
    });
    if (alike <= most) continue;
    most = alike;
    reference_.answer = &server.answer;
    reference_.ns = server.ns.is_usable() && server.ns.set ? &server.ns : nullptr;
  }
}

// Where a host has no way to a family, all of its addresses are away, and that says nothing of the
// servers. Anybody who answers over it shows that there is a way.
bool PropagationJudge::family_is_away(bool is_v4) const {
  const auto shows_a_way = [is_v4](const wire::Endpoint& of, const SurveyReply& reply) {
    return of.address.is_v4() == is_v4 && reply.heard == Heard::response;
  };
  for (const auto& parent : survey_.parents)
    if (shows_a_way(parent.address, parent.delegation)) return false;
  for (const auto& resolver : survey_.against)
    if (shows_a_way(resolver.address, resolver.answer)) return false;
  bool has_any = false, answers_elsewhere = false;
  for (const SurveyedServer& server : survey_.servers) {
    if (server.address.address.is_v4() != is_v4) {
      answers_elsewhere = answers_elsewhere || server.soa.heard == Heard::response;
    } else if (server.soa.heard == Heard::unreachable || server.soa.heard == Heard::silence) {
      has_any = has_any || server.soa.heard == Heard::unreachable;
    } else if (server.soa.heard != Heard::not_asked) {
      return false;
    }
  }
  return has_any && answers_elsewhere;
}

void PropagationJudge::judge_good_server(const SurveyedServer& server) {
  const std::string who = server_text(server.name, server.address);
  const std::string about = server.address.address.to_text();
  const std::uint32_t serial = *serial_of(server.soa);
  const bool is_same = reference_.answer != nullptr && server.answer.is_usable() &&
                       say_the_same(server.answer, *reference_.answer);
  if (serial != *reference_.serial) {
    std::string text = who + " is behind: it has serial " + std::to_string(serial) +
                       ", the newest is " + std::to_string(*reference_.serial);
    text += is_same ? "; it answers the same"
                    : "; it answers " + reply_text(server.answer) + ", the others " +
                          (reference_.answer ? reply_text(*reference_.answer) : "nothing");
    auto& finding = add(Kind::behind, Severity::fault, std::move(text));
    finding.about = about;
    finding.remedy = "have it transfer the zone, and see why it did not: NOTIFY, access, its log";
    return;
  }
  if (!server.answer.is_usable()) return;
  if (!is_same) {
    auto& finding =
        add(Kind::differs, Severity::fault,
            who + " has serial " + std::to_string(serial) + " as others and answers " +
                reply_text(server.answer) + " instead of " + reply_text(*reference_.answer));
    finding.about = about;
    finding.remedy = "raise the serial with each change, or see whether answers depend on who asks";
    return;
  }
  const bool has_ns = reference_.ns != nullptr && server.ns.is_usable() && server.ns.set;
  if (has_ns && !say_the_same(server.ns, *reference_.ns)) {
    auto& finding = add(Kind::differs, Severity::fault,
                        who + " has the NS set " + reply_text(server.ns) + " instead of " +
                            reply_text(*reference_.ns) + ", with the same serial");
    finding.about = about;
    finding.remedy = "raise the serial with each change";
  }
}

void PropagationJudge::judge_server(const SurveyedServer& server, bool is_away) {
  const std::string who = server_text(server.name, server.address);
  const std::string zone = wire::to_text(survey_.zone);
  const auto tell = [&](Kind kind, std::string text, std::string remedy) {
    auto& finding = add(kind, Severity::fault, who + " " + std::move(text));
    finding.about = server.address.address.to_text();
    finding.remedy = std::move(remedy);
  };
  const std::string or_drop = ", or take it out of the NS sets";
  switch (standing_of(server)) {
    case ServerStanding::good:
      return judge_good_server(server);
    case ServerStanding::excluded:
    case ServerStanding::not_asked:
      return;
    case ServerStanding::silent:
      if (!is_away) tell(Kind::no_answer, "does not answer", "see whether it runs" + or_drop);
      return;
    case ServerStanding::unreachable:
      if (!is_away)
        tell(Kind::no_answer, "is not to be reached: no route, or nobody listens",
             "see whether it runs" + or_drop);
      return;
    case ServerStanding::nonsense:
      return tell(Kind::no_answer, "sends what is no response to the question",
                  "see what stands before it");
    case ServerStanding::refuses:
      return tell(Kind::lame, "refuses to answer for " + zone, "have it serve the zone" + or_drop);
    case ServerStanding::fails:
      return tell(Kind::lame,
                  "gives no usable answer (" +
                      std::string(iterator::describe(server.soa.is_usable() ? server.answer.kind
                                                                            : server.soa.kind)) +
                      ")",
                  "see its log: a zone that has expired or does not load answers so");
    case ServerStanding::lame:
      return tell(Kind::lame, "is lame: it does not serve " + zone,
                  "have it serve the zone" + or_drop);
    case ServerStanding::not_authoritative:
      return tell(Kind::lame, "answers without authority for " + zone,
                  "have it serve the zone itself, as a resolver it does not count" + or_drop);
  }
}

void PropagationJudge::judge_servers() {
  const bool is_away[] = {family_is_away(false), family_is_away(true)};
  std::size_t asked = 0, agreeing = 0;
  const std::size_t summary = report_.findings.size();
  report_.findings.emplace_back();
  for (const SurveyedServer& server : survey_.servers) {
    const bool is_v4 = server.address.address.is_v4();
    const auto serial = serial_of(server.soa);
    const std::size_t before = report_.findings.size();
    judge_server(server, is_away[is_v4 ? 1 : 0]);
    const ServerStanding standing = standing_of(server);
    const bool is_fine = standing == ServerStanding::good && report_.findings.size() == before;
    std::string state(to_text(standing));
    if (standing == ServerStanding::good && !is_fine)
      state = to_text(report_.findings[before].kind);
    report_.servers.push_back({wire::to_text(server.name), server.address.address.to_text(),
                               std::move(state), serial ? std::to_string(*serial) : "-",
                               reply_text(server.answer)});
    const bool counts = standing != ServerStanding::excluded &&
                        standing != ServerStanding::not_asked &&
                        !(is_away[is_v4 ? 1 : 0] && standing != ServerStanding::good);
    asked += counts ? 1 : 0;
    agreeing += is_fine ? 1 : 0;
  }
  PropagationFinding& first = report_.findings[summary];
  const bool all = agreeing == asked && agreeing > 0;
  first.severity = all ? Severity::good : Severity::fault;
  first.is_disagreement = !all;
  first.about = wire::to_text(survey_.zone);
  first.text = std::to_string(agreeing) + " of " + std::to_string(asked) +
               " addresses of the servers of " + first.about + " have the newest data";
  if (reference_.serial) first.text += ", serial " + std::to_string(*reference_.serial);
  if (reference_.answer != nullptr) first.text += ": " + reply_text(*reference_.answer);
  for (const bool is_v4 : {true, false})
    if (is_away[is_v4 ? 1 : 0])
      add(Kind::limits, Severity::note,
          std::string("this host has no way to ") + (is_v4 ? "IPv4" : "IPv6") +
              ": the servers' addresses of that family are not compared");
}

}  // namespace godwit::daemon
