// When a change is seen: by this resolver, by others that are asked, by anybody; and what to do
// before the next one.
#include <algorithm>

#include "daemon/propagation_findings.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

using iterator::Heard;
using iterator::SurveyReply;
using State = CachedCopy::State;

namespace {

std::string question_text(const iterator::Question& question) {
  return wire::to_text(question.name) + " " + wire::to_text(question.type);
}

// What clients are told until the copy ends.
std::string copy_text(const CachedCopy& copy) {
  switch (copy.state) {
    case State::data:
      return "it answers " + set_text(*copy.set);
    case State::nodata:
      return "it answers that there is no data";
    case State::nxdomain:
      return "it answers that there is no such name";
    case State::failure:
      return "it answers that it failed";
    default:
      return {};
  }
}

bool is_copy_of(const CachedCopy& copy, const SurveyReply& reply) {
  if (copy.state == State::data) return reply.set && copy.set->has_same_data(*reply.set);
  if (copy.state == State::nodata)
    return !reply.set && reply.kind == iterator::ResponseKind::nodata;
  return copy.state == State::nxdomain && !reply.set &&
         reply.kind == iterator::ResponseKind::nxdomain;
}

std::string in_seconds_text(std::int64_t seconds) {
  return "in " + std::to_string(seconds) + " s";
}

}  // namespace

// RFC 2308 §5: the lesser of the SOA's own TTL and its MINIMUM.
std::optional<std::uint32_t> PropagationJudge::ttl_of(const SurveyReply& reply) const {
  if (!reply.is_usable()) return std::nullopt;
  if (reply.set) return reply.set->ttl();
  if (!reply.soa) return std::nullopt;
  const auto soa = wire::read_soa(reply.soa->records().front());
  return soa ? std::optional(std::min(reply.soa->ttl(), soa->minimum)) : std::nullopt;
}

std::optional<std::uint32_t> PropagationJudge::delegation_ttl() const {
  const auto* const parent = one_that_refers();
  if (parent == nullptr) return std::nullopt;
  return parent->delegation.referral->ns->ttl();
}

void PropagationJudge::judge_cache() {
  const std::string question = question_text(survey_.question);
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(copy_.taken_at.time_since_epoch()).count();
  if (copy_.state == State::local) {
    add(Kind::cache, Severity::note,
        "this resolver answers for " + question + " itself, whatever the zone says");
    return;
  }
  if (copy_.state == State::none) {
    add(Kind::cache, Severity::good,
        "this cache holds nothing of " + question + ": it gets what the servers say");
  } else if (reference_.answer != nullptr && is_copy_of(copy_, *reference_.answer)) {
    auto& finding = add(Kind::cache, Severity::good, {});
    set_moment(finding, copy_.left);
    finding.text = "this cache holds the newest data, until " + moment_text(*finding.at, now) +
                   ", " + in_seconds_text(finding.in_seconds);
  } else {
    auto& finding = add(Kind::cache, Severity::note, {});
    finding.is_disagreement = true;
    set_moment(finding, copy_.left);
    finding.text = "this cache will see the change at " + moment_text(*finding.at, now) + ", " +
                   in_seconds_text(finding.in_seconds) + "; until then " + copy_text(copy_);
  }
  judge_held_delegation();
}

// Who is asked when the copy has ended is another matter.
void PropagationJudge::judge_held_delegation() {
  const auto* const parent = one_that_refers();
  if (!copy_.delegation || parent == nullptr) return;
  const wire::RRset& now_given = *parent->delegation.referral->ns;
  if (copy_.delegation->has_same_data(now_given)) return;
  auto& finding = add(Kind::cache, Severity::note, {});
  finding.is_disagreement = true;
  finding.about = wire::to_text(survey_.zone);
  set_moment(finding, copy_.delegation_left);
  const std::int64_t now = *finding.at - finding.in_seconds;
  finding.text = "this cache asks the servers of the delegation before (" +
                 set_text(*copy_.delegation) + ") until " + moment_text(*finding.at, now) + ", " +
                 in_seconds_text(finding.in_seconds);
  finding.remedy = "let the old servers answer with the new data until then";
}

void PropagationJudge::judge_resolvers() {
  for (const iterator::SurveyedResolver& resolver : survey_.against) {
    const SurveyReply& reply = resolver.answer;
    const std::string who = resolver.address.address.to_text();
    if (!reply.is_usable()) {
      const bool has_said = reply.heard == Heard::response;
      auto& finding = add(Kind::resolver, Severity::fault,
                          who + " gives no answer" +
                              (has_said ? ": " + std::string(iterator::describe(reply.kind)) : ""));
      finding.about = who;
      continue;
    }
    const bool is_new = reference_.answer != nullptr && say_the_same(reply, *reference_.answer);
    auto& finding = add(Kind::resolver, is_new ? Severity::good : Severity::note, {});
    finding.about = who;
    finding.is_disagreement = !is_new;
    if (is_new) {
      finding.text = who + " answers with the newest data";
      continue;
    }
    finding.text = who + " answers " + reply_text(reply);
    const auto left = ttl_of(reply);
    if (!left) continue;
    set_moment(finding, cache::Seconds(*left));
    finding.text += " until " + moment_text(*finding.at, *finding.at - finding.in_seconds) + ", " +
                    in_seconds_text(finding.in_seconds);
  }
}

void PropagationJudge::judge_others() {
  if (reference_.answer == nullptr) return;
  std::optional<std::uint32_t> longest = ttl_of(*reference_.answer);
  const auto consider = [&longest](std::optional<std::uint32_t> ttl) {
    if (ttl && (!longest || *ttl > *longest)) longest = ttl;
  };
  bool has_old = false;
  for (const auto& server : survey_.servers) {
    if (!server.answer.is_usable()) continue;
    consider(ttl_of(server.answer));
    has_old = has_old || !say_the_same(server.answer, *reference_.answer);
  }
  if (copy_.set) consider(copy_.set->ttl());
  if (!longest) return;
  auto& finding = add(Kind::others, Severity::note, {});
  if (has_old) {
    finding.text = "others may fetch the old data from servers that are behind, and keep it for " +
                   std::to_string(*longest) + " s after these have caught up";
  } else {
    set_moment(finding, cache::Seconds(*longest));
    finding.text = "others may hold what was there before until " +
                   moment_text(*finding.at, *finding.at - finding.in_seconds) + ", " +
                   in_seconds_text(*longest);
  }
  if (const auto ttl = delegation_ttl())
    finding.text +=
        "; a change of the zone's servers is seen by all after " + std::to_string(*ttl) + " s";
}

void PropagationJudge::give_advice() {
  if (reference_.answer == nullptr) return;
  const std::string question = question_text(survey_.question);
  const auto ttl = ttl_of(*reference_.answer);
  if (!ttl) return;
  const bool is_denial = reference_.answer->set == nullptr;
  if (*ttl <= propagation_short_ttl) {
    if (!is_denial)
      add(Kind::advice, Severity::good,
          "a change of " + question + " is seen by all within " + std::to_string(*ttl) +
              " s, its TTL");
    return;
  }
  auto& finding = add(Kind::advice, Severity::note, {});
  set_moment(finding, cache::Seconds(*ttl));
  const std::string moment = moment_text(*finding.at, *finding.at - finding.in_seconds);
  const std::string seconds = std::to_string(*ttl);
  if (is_denial) {
    finding.text = "who asks for " + question + " now is told for up to " + seconds +
                   " s (negative TTL of the SOA) that it is not there: until " + moment;
    finding.remedy = "publish it before anybody is told of it, or lower MINIMUM of the SOA to " +
                     std::to_string(propagation_short_ttl);
    return;
  }
  finding.text =
      "a change of " + question + " is seen by all only after " + seconds + " s, its TTL";
  finding.remedy = "before a move lower the TTL of " + question + " to " +
                   std::to_string(propagation_short_ttl) + " now; the old one may live until " +
                   moment + ", and the move is safe after that";
}

}  // namespace godwit::daemon
