// Surveys made by hand, for the tests of what they mean.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/propagation_findings.h"
#include "tests/support/message_text.h"

namespace godwit::daemon::propagation_test {

using iterator::Heard;
using iterator::ResponseKind;
using iterator::SurveyReply;

inline wire::Endpoint endpoint(const char* address) {
  return {*wire::IpAddress::parse(address), 53};
}

inline SurveyReply said(const std::vector<std::string>& records) {
  SurveyReply out;
  out.heard = Heard::response;
  out.kind = ResponseKind::answer;
  out.authoritative = true;
  out.set = test::rrset(records);
  if (out.set->type() == wire::RrType::cname) out.kind = ResponseKind::alias;
  return out;
}

inline SurveyReply denied(ResponseKind kind, const std::string& soa) {
  SurveyReply out;
  out.heard = Heard::response;
  out.kind = kind;
  out.authoritative = true;
  out.soa = test::rrset({soa});
  return out;
}

inline SurveyReply of_kind(ResponseKind kind) {
  SurveyReply out;
  out.heard = Heard::response;
  out.kind = kind;
  return out;
}

inline SurveyReply unheard(Heard heard) {
  SurveyReply out;
  out.heard = heard;
  return out;
}

inline SurveyReply soa_with(std::uint32_t serial) {
  return said({"example. 3600 SOA ns1.example. h.example. " + std::to_string(serial) +
               " 1800 900 604800 60"});
}

// A zone with four servers of which all is well: serial 7, www at 198.18.0.1 with a TTL of 300.
struct PropagationWorld {
  PropagationWorld() {
    survey.question = iterator::Question(test::name("www.example."), wire::RrType::a);
    survey.is_found = true;
    survey.zone = test::name("example.");
    for (const char* const address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::4"}) {
      const std::string number(1, static_cast<char>('1' + survey.servers.size()));
      const wire::Name name = test::name("ns" + number + ".example.");
      auto& server = survey.servers.emplace_back(name, endpoint(address));
      server.soa = soa_with(7);
      server.answer = said({"www.example. 300 A 198.18.0.1"});
      server.ns = said(ns_set());
      server.dnskey = denied(ResponseKind::nodata, soa_text);
      auto& known = survey.names.emplace_back(name);
      known.at_parent = known.at_child = true;
      known.glue = known.own = {server.address.address};
      known.pointed = iterator::Pointed::found;
    }
    auto& parent = survey.parents.emplace_back(test::name("a.root."), endpoint("192.0.2.99"));
    parent.delegation = of_kind(ResponseKind::referral);
    parent.delegation.referral = delegation(ns_set(86'400));
    copy.taken_at = moment;
  }

  static std::vector<std::string> ns_set(unsigned ttl = 3600) {
    std::vector<std::string> out;
    for (const char* const server : {"ns1", "ns2", "ns3", "ns4"})
      out.push_back("example. " + std::to_string(ttl) + " NS " + server + ".example.");
    return out;
  }
  static cache::Delegation delegation(const std::vector<std::string>& records) {
    cache::Delegation out;
    out.ns = test::rrset(records);
    return out;
  }
  void hold(const std::vector<std::string>& records, iterator::Duration left) {
    copy.state = CachedCopy::State::data;
    copy.set = test::rrset(records);
    copy.left = left;
  }
  [[nodiscard]] PropagationReport report() const { return judge_propagation(survey, copy); }

  static constexpr const char* soa_text =
      "example. 900 SOA ns1.example. h.example. 7 1800 900 604800 60";
  // 2026-11-22T14:27:20.25Z
  static constexpr std::chrono::system_clock::time_point moment{
      std::chrono::milliseconds(1'795'357'640'250)};
  iterator::PropagationSurvey survey;
  CachedCopy copy;
};

// Those of a kind, with what they say; "" where there is none.
inline std::vector<PropagationFinding> all_of(const PropagationReport& report,
                                              PropagationKind kind) {
  std::vector<PropagationFinding> out;
  for (const auto& finding : report.findings)
    if (finding.kind == kind) out.push_back(finding);
  return out;
}

inline PropagationFinding only(const PropagationReport& report, PropagationKind kind) {
  const auto found = all_of(report, kind);
  EXPECT_EQ(found.size(), 1u) << to_text(kind);
  return found.empty() ? PropagationFinding() : found.front();
}

inline std::size_t faults(const PropagationReport& report) {
  return static_cast<std::size_t>(
      std::ranges::count(report.findings, Severity::fault, &PropagationFinding::severity));
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace godwit::daemon::propagation_test
