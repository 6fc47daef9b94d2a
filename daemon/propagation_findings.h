// What a survey of a zone's servers (iterator/survey.h) means beside what is remembered here: who
// is behind, what is wrong, when a change is seen here and elsewhere, and what to do. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/doctor_findings.h"
#include "daemon/propagation_copy.h"
#include "iterator/survey.h"

namespace godwit::daemon {

// Seconds of TTL up to which a change needs no preparation.
inline constexpr std::uint32_t propagation_short_ttl = 300;

enum class PropagationKind : std::uint8_t {
  servers,      // of the zone: agree, or not
  behind,       // an older serial
  differs,      // the newest serial, another answer or NS set
  no_answer,    // silent, or not to be reached
  lame,         // says that it does not serve the zone, or not with authority
  cache,        // of this resolver
  resolver,     // another one
  others,       // what anybody may hold
  delegation,   // parent and child
  server_name,  // of a server: glue, addresses, aliases
  signing,      // DS and DNSKEY
  alias,
  target,
  advice,
  limits,  // not everything was asked
};
[[nodiscard]] std::string_view to_text(PropagationKind kind) noexcept;

struct PropagationFinding {
  PropagationKind kind = PropagationKind::servers;
  Severity severity = Severity::good;
  std::string about;  // a server, a resolver, a name
  std::string text;
  std::string remedy;            // empty: nothing
  bool is_disagreement = false;  // not everybody has the same yet; every fault is one
  // A moment that the text names, in seconds since 1970, and how far it is away.
  std::optional<std::int64_t> at;
  std::int64_t in_seconds = 0;
};

// A server of the zone, for the table.
struct PropagationRow {
  std::string name, address, state, serial, answer;
};

struct PropagationReport {
  wire::Name zone;
  std::vector<PropagationRow> servers;
  std::vector<PropagationFinding> findings;
  [[nodiscard]] bool agrees() const noexcept;
};

[[nodiscard]] PropagationReport judge_propagation(const iterator::PropagationSurvey& survey,
                                                  const CachedCopy& copy);

// How one server fares with the zone.
enum class ServerStanding : std::uint8_t {
  good,
  excluded,
  not_asked,
  silent,
  unreachable,
  nonsense,
  refuses,
  fails,
  lame,
  not_authoritative,
};
[[nodiscard]] std::string_view to_text(ServerStanding standing) noexcept;
[[nodiscard]] ServerStanding standing_of(const iterator::SurveyedServer& server) noexcept;

// What the servers with the newest serial say: the most of them, where they differ.
struct PropagationReference {
  std::optional<std::uint32_t> serial;
  const iterator::SurveyReply* answer = nullptr;  // null: nobody answers
  const iterator::SurveyReply* ns = nullptr;
};

// The parts of it, for each other's use; each appends to `report`. Lifetime: the survey's.
class PropagationJudge {
 public:
  PropagationJudge(const iterator::PropagationSurvey& survey, const CachedCopy& copy,
                   PropagationReport& report);
  void judge_servers();     // propagation_servers.cc
  void judge_cache();       // propagation_times.cc
  void judge_resolvers();   // propagation_times.cc
  void judge_others();      // propagation_times.cc
  void give_advice();       // propagation_times.cc
  void judge_delegation();  // propagation_delegation.cc
  void judge_names();       // propagation_delegation.cc
  void judge_signing();     // propagation_delegation.cc
  void judge_answer();      // propagation_answer.cc

 private:
  using Kind = PropagationKind;
  PropagationFinding& add(Kind kind, Severity severity, std::string text);
  void set_moment(PropagationFinding& finding, iterator::Duration left) const;
  // propagation_servers.cc
  void find_reference();
  void judge_server(const iterator::SurveyedServer& server, bool family_is_away);
  void judge_good_server(const iterator::SurveyedServer& server);
  [[nodiscard]] bool family_is_away(bool is_v4) const;
  // propagation_delegation.cc
  void judge_parents();
  void judge_glue(const iterator::SurveyedName& name);
  [[nodiscard]] const iterator::SurveyedParent* one_that_refers() const;
  [[nodiscard]] wire::RRsetPtr ds_set() const;
  // propagation_times.cc
  [[nodiscard]] std::optional<std::uint32_t> ttl_of(const iterator::SurveyReply& reply) const;
  [[nodiscard]] std::optional<std::uint32_t> delegation_ttl() const;
  void judge_held_delegation();

  const iterator::PropagationSurvey& survey_;
  const CachedCopy& copy_;
  PropagationReport& report_;
  PropagationReference reference_;
};

// The words that they share.
[[nodiscard]] std::string server_text(const wire::Name& name, const wire::Endpoint& address);
// "198.18.0.1", "alias of x.", "no such name"; "-" where nothing was said.
[[nodiscard]] std::string reply_text(const iterator::SurveyReply& reply);
[[nodiscard]] std::string set_text(const wire::RRset& set);
[[nodiscard]] bool say_the_same(const iterator::SurveyReply& a, const iterator::SurveyReply& b);
[[nodiscard]] std::optional<std::uint32_t> serial_of(const iterator::SurveyReply& soa);
// Whether `a` is the later one (RFC 1982 §3.2).
[[nodiscard]] bool is_later_serial(std::uint32_t a, std::uint32_t b) noexcept;
// "14:32:07 UTC", with the date if it is another day than that of `now`.
[[nodiscard]] std::string moment_text(std::int64_t at, std::int64_t now);

}  // namespace godwit::daemon
