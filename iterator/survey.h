// What the servers of a zone say of one name, each asked for itself, and what their parents say of
// them: the facts for whoever wants to know how far a change has come (propagation). Nothing of it
// is remembered, and nothing that is remembered is asked. On the worker's thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "iterator/answer.h"
#include "iterator/resolver_options.h"
#include "iterator/response.h"
#include "iterator/shared.h"

namespace godwit::iterator {

// What a survey may ask at most.
inline constexpr std::size_t survey_addresses_max = 64;  // of the zone's servers
inline constexpr std::size_t survey_questions_each = 4;  // SOA, the question, NS, DNSKEY
inline constexpr std::size_t survey_parents_max = 8;     // addresses of the parent's servers
inline constexpr std::size_t survey_names_max = 32;      // names of servers
inline constexpr std::size_t survey_targets_max = 16;    // names that the answer points to
inline constexpr std::size_t survey_against_max = 8;     // other resolvers
inline constexpr std::size_t survey_addresses_per_name = 8;
inline constexpr std::size_t survey_lanes = 16;  // addresses that are asked at once

struct SurveyRequest {
  SurveyRequest() = default;
  Question question;
  std::vector<wire::IpAddress> against;  // resolvers to ask, too
  Duration time = std::chrono::seconds(10);
};

enum class Heard : std::uint8_t {
  not_asked,  // for want of time, or since it said nothing before
  excluded,   // it may not be asked: its family, or resolver.do-not-query
  response,
  silence,
  unreachable,  // the system says so
  nonsense,     // nothing that matches the query, over TCP either
};

// What one address said to one question.
struct SurveyReply {
  SurveyReply() = default;
  Heard heard = Heard::not_asked;
  ResponseKind kind = ResponseKind::malformed;  // of a response
  bool authoritative = false;
  wire::RRsetPtr set;  // data of the name asked for, or its CNAME; null: none
  wire::RRsetPtr soa;  // of a denial; may be null
  std::optional<cache::Delegation> referral;
  wire::RRsetPtr ds;  // beside the referral
  [[nodiscard]] bool is_usable() const noexcept {
    return heard == Heard::response && iterator::is_usable(kind);
  }
};

struct SurveyedServer {
  SurveyedServer(const wire::Name& n, const wire::Endpoint& e) : name(n), address(e) {}
  wire::Name name;  // the first that has the address
  wire::Endpoint address;
  SurveyReply soa, answer, ns, dnskey;
};

struct SurveyedParent {
  SurveyedParent(const wire::Name& n, const wire::Endpoint& e) : name(n), address(e) {}
  wire::Name name;
  wire::Endpoint address;
  SurveyReply delegation;
  SurveyReply ds;  // asked for where it serves the child, too, and does not refer
};

// How a name that others point to fares.
enum class Pointed : std::uint8_t { unknown, found, alias, nothing };

// A server name of the zone.
struct SurveyedName {
  explicit SurveyedName(const wire::Name& n) : name(n) {}
  wire::Name name;
  bool at_parent = false, at_child = false;
  std::vector<wire::IpAddress> glue;  // the parent's
  std::vector<wire::IpAddress> own;   // as its own zone has them
  Pointed pointed = Pointed::unknown;
};

struct SurveyedTarget {
  explicit SurveyedTarget(const wire::Name& n) : name(n) {}
  wire::Name name;
  Pointed pointed = Pointed::unknown;
};

enum class ChainEnd : std::uint8_t { none, data, nodata, nxdomain, loop, too_long, unresolved };

struct SurveyedResolver {
  explicit SurveyedResolver(const wire::Endpoint& e) : address(e) {}
  wire::Endpoint address;
  SurveyReply answer;
};

struct PropagationSurvey {
  PropagationSurvey() = default;
  Question question;
  bool is_found = false;  // the zone; else `failure` says why not
  std::string failure;
  wire::Name zone;
  bool is_configured = false;  // the operator names its servers (a stub zone)
  std::vector<SurveyedServer> servers;
  std::vector<SurveyedParent> parents;
  std::vector<SurveyedName> names;
  std::vector<wire::Name> chain;  // of aliases, the question's name first; empty: it is no alias
  ChainEnd chain_end = ChainEnd::none;
  std::vector<wire::RrType> beside_alias;  // types that are there although there is a CNAME
  std::vector<SurveyedTarget> targets;     // of MX, SRV and NS records
  std::vector<SurveyedResolver> against;
  bool is_cut_short = false;  // for want of time, or by a bound
};
using PropagationSurveyPtr = std::shared_ptr<const PropagationSurvey>;

// Asks them all. Ends within request.time and the time of one resolution. Never null. Its
// resolutions ask from the root down, whatever is remembered in `shared` and is forwarded; stub
// zones are kept to. Lifetime: `shared` and what `seams` refers to outlive the call.
[[nodiscard]] Task<PropagationSurveyPtr> survey_propagation(
    const Shared* shared, Seams seams, std::shared_ptr<const ResolverOptions> options,
    SurveyRequest request);

}  // namespace godwit::iterator
