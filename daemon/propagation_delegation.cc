// What a zone's parent says of it beside what it says itself: NS sets, glue, DS.
#include <algorithm>

#include "daemon/propagation_findings.h"
#include "dnssec/ds.h"
#include "dnssec/key.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

using iterator::Pointed;
using iterator::SurveyedName;
using iterator::SurveyedParent;

namespace {

constexpr std::size_t named_max = 4;

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size() && i < named_max; ++i)
    out.append(i == 0 ? "" : ", ").append(items[i]);
  if (items.size() > named_max) out += " and " + std::to_string(items.size() - named_max) + " more";
  return out;
}

// The names of `set` that `other` has not.
std::vector<std::string> missing_from(const wire::RRset& other, const wire::RRset& set) {
  std::vector<std::string> out;
  for (const wire::Bytes record : set.records()) {
    const bool is_there = std::ranges::any_of(other.records(), [record](wire::Bytes one) {
      return wire::equal_ignoring_case(one, record);
    });
    if (!is_there) out.push_back(wire::to_text(wire::Name::from_valid_wire(record)));
  }
  return out;
}

std::vector<std::string> not_among(const std::vector<wire::IpAddress>& these,
                                   const std::vector<wire::IpAddress>& those) {
  std::vector<std::string> out;
  for (const wire::IpAddress& address : these)
    if (std::ranges::find(those, address) == those.end()) out.push_back(address.to_text());
  return out;
}

bool matches(const wire::Name& zone, wire::Bytes ds_rdata, const wire::RRset& keys) {
  const auto ds = dnssec::read_ds(ds_rdata);
  if (!ds) return false;
  return std::ranges::any_of(keys.records(), [&](wire::Bytes key) {
    return dnssec::key_tag(key) == ds->key_tag &&
           std::ranges::equal(dnssec::ds_digest(zone, key, ds->digest_type), ds->digest);
  });
}

std::string key_tags(const wire::RRset& keys) {
  std::vector<std::string> out;
  for (const wire::Bytes key : keys.records()) out.push_back(std::to_string(dnssec::key_tag(key)));
  return joined(out);
}

std::string ds_tags(const wire::RRset& set) {
  std::vector<std::string> out;
  for (const wire::Bytes record : set.records())
    if (const auto ds = dnssec::read_ds(record)) out.push_back(std::to_string(ds->key_tag));
  return joined(out);
}

}  // namespace

const SurveyedParent* PropagationJudge::one_that_refers() const {
  for (const SurveyedParent& parent : survey_.parents) {
    const auto& referral = parent.delegation.referral;
    if (referral && referral->ns && referral->cut() == survey_.zone) return &parent;
  }
  return nullptr;
}

wire::RRsetPtr PropagationJudge::ds_set() const {
  for (const SurveyedParent& parent : survey_.parents) {
    if (parent.delegation.ds) return parent.delegation.ds;
    if (parent.ds.is_usable() && parent.ds.set && parent.ds.set->type() == wire::RrType::ds)
      return parent.ds.set;
  }
  return nullptr;
}

void PropagationJudge::judge_parents() {
  const SurveyedParent* const first = one_that_refers();
  for (const SurveyedParent& parent : survey_.parents) {
    const std::string who = server_text(parent.name, parent.address);
    const auto& referral = parent.delegation.referral;
    if (parent.delegation.heard != iterator::Heard::response) continue;
    if (!parent.delegation.is_usable()) {
      add(Kind::delegation, Severity::note,
          "the parent's server " + who + " gives no usable answer for the delegation")
          .about = parent.address.address.to_text();
      continue;
    }
    if (first == nullptr || !referral || referral->cut() != survey_.zone) continue;
    const wire::RRset& expected = *first->delegation.referral->ns;
    if (referral->ns->has_same_data(expected)) continue;
    auto& finding =
        add(Kind::delegation, Severity::fault,
            "the parent's servers differ: " + who + " names " + set_text(*referral->ns) + ", " +
                server_text(first->name, first->address) + " " + set_text(expected));
    finding.about = parent.address.address.to_text();
    finding.remedy = "wait for the parent's servers: one of them has the change";
  }
}

void PropagationJudge::judge_delegation() {
  if (survey_.zone.is_root() || survey_.is_configured) return;
  judge_parents();
  const SurveyedParent* const parent = one_that_refers();
  if (parent == nullptr || reference_.ns == nullptr) return;
  const wire::RRset& given = *parent->delegation.referral->ns;
  const wire::RRset& own = *reference_.ns->set;
  const auto at_parent = missing_from(own, given), at_child = missing_from(given, own);
  const std::string zone = wire::to_text(survey_.zone);
  if (at_parent.empty() && at_child.empty()) {
    add(Kind::delegation, Severity::good, "parent and zone name the same servers of " + zone)
        .about = zone;
    return;
  }
  std::string text;
  if (!at_parent.empty())
    text = "the parent names " + joined(at_parent) + " for " + zone + ", which the zone does not";
  if (!at_child.empty())
    text += (text.empty() ? "" : "; ") + zone + " names " + joined(at_child) +
            ", which the parent does not";
  auto& finding = add(Kind::delegation, Severity::fault, std::move(text));
  finding.about = zone;
  finding.remedy = "make both NS sets alike: the zone's own, and the one at the registry";
}

void PropagationJudge::judge_glue(const SurveyedName& name) {
  const std::string shown = wire::to_text(name.name);
  const bool is_inside = name.name.is_at_or_below(survey_.zone);
  if (name.at_parent && is_inside && name.glue.empty() && one_that_refers() != nullptr) {
    auto& finding = add(Kind::server_name, Severity::fault, "the parent has no glue for " + shown);
    finding.about = shown;
    finding.remedy = "have the parent give its addresses: it cannot be found without";
    return;
  }
  if (name.glue.empty() || name.own.empty()) return;
  const auto wrong = not_among(name.glue, name.own), lacking = not_among(name.own, name.glue);
  if (!wrong.empty()) {
    auto& finding = add(Kind::server_name, Severity::fault,
                        "the parent gives " + joined(wrong) + " as glue for " + shown +
                            ", which is none of its addresses");
    finding.about = shown;
    finding.remedy = "have the parent's glue changed to the addresses that the zone has";
  } else if (!lacking.empty() && is_inside) {
    auto& finding = add(Kind::server_name, Severity::note,
                        "the parent's glue for " + shown + " lacks " + joined(lacking));
    finding.about = shown;
    finding.remedy = "have the parent's glue completed";
  }
}

void PropagationJudge::judge_names() {
  for (const SurveyedName& name : survey_.names) {
    const std::string shown = wire::to_text(name.name);
    const auto fault = [&](std::string text, std::string remedy) {
      auto& finding = add(Kind::server_name, Severity::fault, std::move(text));
      finding.about = shown;
      finding.remedy = std::move(remedy);
    };
    if (name.pointed == Pointed::alias)
      fault("an NS record points at " + shown + ", which is an alias (RFC 2181 10.3)",
            "name the alias's target in the NS record");
    else if (name.pointed == Pointed::nothing)
      fault("the server name " + shown + " has no address",
            "give it A and AAAA records, or take it out of the NS sets");
    else if (name.own.empty() && name.glue.empty())
      fault("the addresses of " + shown + " cannot be looked up", "see godwitctl explain " + shown);
    judge_glue(name);
  }
}

void PropagationJudge::judge_signing() {
  if (survey_.is_configured) return;
  const wire::RRsetPtr ds = ds_set();
  const std::string zone = wire::to_text(survey_.zone);
  std::vector<std::string> without_keys, without_match;
  wire::RRsetPtr keys, other_keys;
  for (const auto& server : survey_.servers) {
    if (standing_of(server) != ServerStanding::good || !server.dnskey.is_usable()) continue;
    const std::string who = server_text(server.name, server.address);
    const wire::RRsetPtr& shown = server.dnskey.set;
    const bool has_keys = shown && shown->type() == wire::RrType::dnskey;
    if (has_keys) keys = shown;
    if (!ds) continue;
    const auto is_of = [&](wire::Bytes record) { return matches(survey_.zone, record, *shown); };
    if (!has_keys) without_keys.push_back(who);
    if (has_keys && std::ranges::none_of(ds->records(), is_of)) {
      without_match.push_back(who);
      other_keys = shown;
    }
  }
  const auto fault = [&](std::string text, std::string remedy) {
    auto& finding = add(Kind::signing, Severity::fault, std::move(text));
    finding.about = zone;
    finding.remedy = std::move(remedy);
  };
  if (!without_keys.empty())
    fault("the parent has a DS for " + zone + ", and no DNSKEY is shown by " + joined(without_keys),
          "have every server serve the signed zone, or the parent take out the DS");
  if (!without_match.empty())
    fault("no DS of " + zone + " (key tags " + ds_tags(*ds) + ") matches a DNSKEY (" +
              key_tags(*other_keys) + ") of " + joined(without_match),
          "have the parent's DS changed: who validates gets no answer");
  if (!ds && keys)
    add(Kind::signing, Severity::note,
        zone + " shows keys, and the parent has no DS: nobody validates it")
        .about = zone;
  if (ds && keys && without_keys.empty() && without_match.empty())
    add(Kind::signing, Severity::good,
        "a DS of " + zone + " matches the keys that its servers show")
        .about = zone;
}

}  // namespace godwit::daemon
