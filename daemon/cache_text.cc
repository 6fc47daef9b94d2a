#include "daemon/cache_text.h"

#include "wire/codes_text.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

// By the section of the response.
std::string_view trust_text(cache::Trust trust) noexcept {
  switch (trust) {
    case cache::Trust::glue:
      return "glue";
    case cache::Trust::authority_nonauthoritative:
      return "referral";
    case cache::Trust::answer_nonauthoritative:
      return "answer without AA";
    case cache::Trust::authority_authoritative:
      return "authority section";
    case cache::Trust::answer_authoritative:
      break;
  }
  return "answer";
}

std::string_view denial_kind_text(cache::NegativeKind kind) noexcept {
  switch (kind) {
    case cache::NegativeKind::nodata:
      return "NODATA";
    case cache::NegativeKind::nxdomain:
      return "NXDOMAIN";
    case cache::NegativeKind::no_closer_match:
      break;
  }
  return "no closer match";
}

}  // namespace

std::string_view security_text(cache::Security security) noexcept {
  switch (security) {
    case cache::Security::bogus:
      return "bogus";
    case cache::Security::indeterminate:
      return "not judged";
    case cache::Security::insecure:
      return "insecure";
    case cache::Security::secure:
      break;
  }
  return "secure";
}

std::vector<RecordLine> record_lines(const wire::RRset& set, std::uint32_t ttl) {
  std::vector<RecordLine> out;
  out.reserve(set.size() + set.signatures().size());
  const std::string before = wire::to_text(set.owner()) + " " + std::to_string(ttl) + " " +
                             wire::to_text(set.rr_class()) + " ";
  const auto add = [&](wire::RrType type, const wire::RdataList& list) {
    const std::string head = before + wire::to_text(type) + " ";
    for (const wire::Bytes rdata : list) {
      std::string text = wire::rdata_to_text(type, rdata);
      std::string whole = head + text;
      out.push_back({type, std::move(text), std::move(whole)});
    }
  };
  add(set.type(), set.records());
  add(wire::RrType::rrsig, set.signatures());
  return out;
}

std::string denial_text(const cache::NegativeCache::Kept& kept) {
  std::string out(denial_kind_text(kept.denial.kind));
  out += " " + wire::to_text(kept.denial.owner);
  if (kept.denial.kind == cache::NegativeKind::nodata) out += " " + wire::to_text(kept.type);
  return out;
}

std::string tell_giver(const cache::Giver& giver, boost::json::object& facts) {
  if (!giver) return {};
  const std::string address = giver->to_text();
  facts["from"] = address;
  return ", from " + address;
}

Worth worth_of(const cache::CachedRRset& found) {
  Worth out;
  out.facts["trust"] = trust_text(found.trust);
  out.facts["security"] = security_text(found.security);
  out.says = std::string(trust_text(found.trust)) + ", " +
             std::string(security_text(found.security)) + tell_giver(found.giver, out.facts);
  return out;
}

Worth worth_of(const cache::NegativeCache::Kept& kept) {
  const cache::CachedNegative& denial = kept.denial;
  Worth out;
  out.facts["denial"] = denial_kind_text(denial.kind);
  out.facts["name"] = wire::to_text(denial.owner);
  if (denial.kind == cache::NegativeKind::nodata) out.facts["type"] = wire::to_text(kept.type);
  out.facts["security"] = security_text(denial.evidence.security);
  out.says = security_text(denial.evidence.security);
  if (denial.soa) {
    const std::string zone = wire::to_text(denial.soa->owner());
    out.facts["zone"] = zone;
    out.says += ", by the SOA of " + zone;
  }
  if (denial.evidence.proofs) {
    const std::size_t proofs = denial.evidence.proofs->size();
    out.facts["proofs"] = proofs;
    out.says += ", with " + std::to_string(proofs) + (proofs == 1 ? " proof" : " proofs");
  }
  out.says += tell_giver(denial.evidence.giver, out.facts);
  return out;
}

std::string delegation_text(const cache::Delegation& delegation) {
  std::string out = wire::to_text(delegation.cut());
  std::uint16_t server = 0;
  for (const wire::Bytes name : delegation.ns->records()) {
    out += " " + wire::to_text(wire::Name::from_valid_wire(name));
    std::string addresses;
    for (const auto& glue : delegation.glue)
      if (glue.server == server)
        addresses += (addresses.empty() ? "" : ", ") + glue.address.to_text();
    if (!addresses.empty()) out += " (" + addresses + ")";
    ++server;
  }
  return out;
}

}  // namespace godwit::daemon
