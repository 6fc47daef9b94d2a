#include "iterator/survey.h"

#include <algorithm>

#include "iterator/address_filter.h"
#include "iterator/cached_answer.h"
#include "iterator/lanes.h"
#include "iterator/survey_walk.h"
#include "iterator/zone_servers.h"

namespace godwit::iterator {

using wire::Name;
using wire::RrType;

namespace {

// One resolution leaves time for the servers to be asked themselves.
constexpr int resolutions_in_time = 2;

// As the operator has them, but for what would hide the zones' own words: all servers of a
// delegation count, nothing is answered locally, and nothing is forwarded.
std::shared_ptr<const ResolverOptions> options_for_survey(const ResolverOptions& options,
                                                          Duration time) {
  auto out = std::make_shared<ResolverOptions>(options);
  out->special_names = nullptr;
  out->local_data = nullptr;
  out->stale = StalePolicy();
  std::erase_if(out->zones, [](const ConfiguredZone& zone) { return zone.forward; });
  out->limits.name_servers = survey_names_max;
  out->limits.addresses_per_server_name = survey_addresses_per_name;
  // The walk to a zone whose servers are silent gets to them at once, and then waits for them.
  out->limits.resolution_time = std::min(out->limits.resolution_time, time / resolutions_in_time);
  return out;
}

// The nearest zone at or above `name` whose SOA an answer shows, no nearer to the root than `cut`.
std::optional<Name> apex_shown(const Answer& answer, const Name& name, const Name& cut) {
  for (const auto* section : {&answer.answer, &answer.authority})
    for (const AnswerRRset& part : *section) {
      if (part.set->type() != RrType::soa) continue;
      const Name owner = part.set->owner();
      if (name.is_at_or_below(owner) && owner.is_at_or_below(cut)) return owner;
    }
  return std::nullopt;
}

}  // namespace

SurveyWalk::SurveyWalk(const Shared& shared, const Seams& seams,
                       const std::shared_ptr<const ResolverOptions>& options, SurveyRequest request)
    : seams_(seams),
      options_(options_for_survey(*options, request.time)),
      request_(std::move(request)),
      own_(shared, seams_, options_),
      asker_(seams_, options_, seams_.clock.now() + request_.time),
      survey_(std::make_shared<PropagationSurvey>()) {
  survey_->question = request_.question;
}

bool SurveyWalk::is_over() noexcept {
  if (!asker_.is_over()) return false;
  survey_->is_cut_short = true;
  return true;
}

bool SurveyWalk::may_ask(const wire::IpAddress& address) const {
  const bool is_enabled = address.is_v4() ? options_->upstream_ipv4 : options_->upstream_ipv6;
  return is_enabled && may_query(address, options_->do_not_query);
}

// Nobody's signatures are judged: what is wrong with them is another question.
Task<AnswerPtr> SurveyWalk::resolve(Name name, RrType type) {
  Question question(name, type);
  question.checking_disabled = true;
  AnswerPtr answer = co_await own_.resolver().resolve_apart(std::move(question), nullptr);
  co_return answer;
}

// The SOA of an alias is that of its target, so that each name on the way down is asked for.
Task<Name> SurveyWalk::deepest_apex(Name from, Name at_least) {
  Name apex = at_least;
  for (unsigned labels = at_least.label_count() + 1; labels < from.label_count(); ++labels) {
    if (is_over()) break;
    const Name candidate = from.suffix(labels);
    const AnswerPtr answer = co_await resolve(candidate, RrType::soa);
    const auto shown = apex_shown(*answer, candidate, apex);
    if (shown) apex = *shown;
  }
  co_return apex;
}

Task<void> SurveyWalk::find_zone() {
  const Question& asked = request_.question;
  const bool is_parents = asked.type == RrType::ds && !asked.name.is_root();
  const Name start = is_parents ? asked.name.parent() : asked.name;
  if (const auto* stub = configured_zone(*options_, asked.name, asked.type)) {
    survey_->zone = stub->name;
    survey_->is_found = survey_->is_configured = true;
    for (const wire::Endpoint& server : stub->servers)
      survey_->servers.emplace_back(stub->name, server);
    co_return;
  }
  // Of the root it is its NS set that is learnt with its servers' addresses.
  const RrType type = start.is_root() ? RrType::ns : RrType::soa;
  const AnswerPtr answer = co_await resolve(start, type);
  const auto delegation = own_.caches().delegations.closest(start, seams_.clock.now());
  if (!delegation) {
    survey_->failure = "no server of the root answers";
    co_return;
  }
  survey_->is_found = true;
  survey_->zone = delegation->cut();
  const auto shown = apex_shown(*answer, start, survey_->zone);
  if (shown) {
    survey_->zone = *shown;
  } else if (!answer->answer.empty()) {
    const Name deepest = co_await deepest_apex(start, survey_->zone);
    survey_->zone = deepest;
  }
}

void SurveyWalk::add_parents_of(const cache::Delegation& delegation) {
  std::vector<Name> names;
  for (const wire::Bytes record : delegation.ns->records())
    names.push_back(Name::from_valid_wire(record));
  for (const auto& glue : delegation.glue) {
    if (survey_->parents.size() == survey_parents_max) return;
    if (glue.server < names.size() && may_ask(glue.address))
      survey_->parents.emplace_back(names[glue.server], wire::Endpoint{glue.address});
  }
}

Task<void> SurveyWalk::ask_parents() {
  if (survey_->zone.is_root() || survey_->is_configured) co_return;
  const Time now = seams_.clock.now();
  auto delegation = own_.caches().delegations.closest(survey_->zone.parent(), now);
  if (!delegation) delegation = root_hints_of(*options_);
  parent_ = delegation->cut();
  add_parents_of(*delegation);
  if (survey_->parents.empty()) {
    for (const wire::Bytes record : delegation->ns->records()) {
      if (survey_->parents.size() >= survey_parents_max || is_over()) break;
      const Name name = Name::from_valid_wire(record);
      const Addresses found = co_await look_up_addresses(name);
      for (const wire::IpAddress& address : found.list)
        if (may_ask(address) && survey_->parents.size() < survey_parents_max)
          survey_->parents.emplace_back(name, wire::Endpoint{address});
    }
  }
  Work work = [this](std::size_t index) { return ask_parent(index); };
  co_await in_lanes(survey_->parents.size(), survey_lanes, std::move(work));
}

Task<void> SurveyWalk::ask_parent(std::size_t index) {
  AskedQuestion asked;
  asked.name = survey_->zone;
  asked.type = RrType::ns;
  asked.cut = parent_;
  const wire::Endpoint server = survey_->parents[index].address;
  SurveyReply reply = co_await asker_.ask(server, asked);
  const bool refers = reply.referral.has_value();
  const bool is_usable = reply.is_usable();
  survey_->parents[index].delegation = std::move(reply);
  if (refers || !is_usable) co_return;
  asked.type = RrType::ds;
  SurveyReply ds = co_await asker_.ask(server, asked);
  survey_->parents[index].ds = std::move(ds);
}

SurveyedName* SurveyWalk::name_at(const Name& name) {
  const auto found = std::ranges::find(survey_->names, name, &SurveyedName::name);
  if (found != survey_->names.end()) return &*found;
  if (survey_->names.size() == survey_names_max) {
    survey_->is_cut_short = true;
    return nullptr;
  }
  return &survey_->names.emplace_back(name);
}

// Of what the parent's servers say now; where none says anything, of what brought the walk here.
void SurveyWalk::take_parents_names() {
  std::vector<const cache::Delegation*> said;
  for (const SurveyedParent& parent : survey_->parents)
    if (parent.delegation.referral && parent.delegation.referral->cut() == survey_->zone)
      said.push_back(&*parent.delegation.referral);
  const auto known = own_.caches().delegations.find(survey_->zone, seams_.clock.now());
  const bool is_from_parent = !survey_->zone.is_root();
  if (said.empty() && known) said.push_back(known.get());
  for (const cache::Delegation* delegation : said) {
    std::vector<SurveyedName*> by_index;
    for (const wire::Bytes record : delegation->ns->records())
      (void)name_at(Name::from_valid_wire(record));
    for (const wire::Bytes record : delegation->ns->records()) {
      SurveyedName* const name = name_at(Name::from_valid_wire(record));
      if (name != nullptr && is_from_parent) name->at_parent = true;
      by_index.push_back(name);
    }
    for (const auto& glue : delegation->glue) {
      SurveyedName* const name = glue.server < by_index.size() ? by_index[glue.server] : nullptr;
      if (name == nullptr || std::ranges::count(name->glue, glue.address) > 0) continue;
      if (name->glue.size() < survey_addresses_per_name) name->glue.push_back(glue.address);
    }
  }
}

void SurveyWalk::take_childs_names() {
  const auto take = [this](const wire::RRsetPtr& ns) {
    if (!ns || ns->type() != RrType::ns) return;
    for (const wire::Bytes record : ns->records())
      if (SurveyedName* const name = name_at(Name::from_valid_wire(record))) name->at_child = true;
  };
  for (const SurveyedServer& server : survey_->servers)
    if (server.ns.authoritative) take(server.ns.set);
  for (const SurveyedParent& parent : survey_->parents)
    if (parent.delegation.authoritative) take(parent.delegation.set);
}

Task<SurveyWalk::Addresses> SurveyWalk::look_up_addresses(Name name) {
  Addresses out;
  bool is_denied = true;
  for (const RrType type : {RrType::a, RrType::aaaa}) {
    if (is_over()) co_return out;
    const AnswerPtr answer = co_await resolve(name, type);
    const bool is_settled =
        answer->rcode == wire::Rcode::noerror || answer->rcode == wire::Rcode::nxdomain;
    is_denied = is_denied && is_settled;
    for (const AnswerRRset& part : answer->answer) {
      if (part.set->type() == RrType::cname && part.set->owner() == name)
        out.pointed = Pointed::alias;
      if (part.set->type() != type) continue;
      for (const wire::Bytes record : part.set->records()) {
        if (out.list.size() == survey_addresses_per_name) break;
        out.list.push_back(type == RrType::a ? wire::IpAddress::v4(record.first<4>())
                                             : wire::IpAddress::v6(record.first<16>()));
      }
    }
  }
  if (out.pointed == Pointed::alias) co_return out;
  if (!out.list.empty()) out.pointed = Pointed::found;
  if (out.list.empty() && is_denied) out.pointed = Pointed::nothing;
  co_return out;
}

// Whether nobody is there to say what addresses the name has.
bool SurveyWalk::is_lost(const SurveyedName& name) const {
  const auto has_answered = [](const SurveyedServer& server) {
    return server.soa.heard == Heard::response;
  };
  return name.name.is_at_or_below(survey_->zone) && servers_known_ > 0 &&
         std::ranges::none_of(survey_->servers, has_answered);
}

Task<void> SurveyWalk::look_up_name(std::size_t index) {
  const Name name = survey_->names[names_known_ + index].name;
  if (is_lost(survey_->names[names_known_ + index])) co_return;
  const Addresses found = co_await look_up_addresses(name);
  survey_->names[names_known_ + index].own = found.list;
  survey_->names[names_known_ + index].pointed = found.pointed;
}

void SurveyWalk::add_server(const Name& name, const wire::IpAddress& address) {
  const wire::Endpoint endpoint{address};
  if (std::ranges::count(survey_->servers, endpoint, &SurveyedServer::address) > 0) return;
  if (survey_->servers.size() == survey_addresses_max) {
    survey_->is_cut_short = true;
    return;
  }
  survey_->servers.emplace_back(name, endpoint);
}

// Whom the parent's addresses reach is asked first: where all are silent, looking for their own
// names in the zone would take what time there is, and tell nothing.
Task<void> SurveyWalk::ask_new_names() {
  add_new_servers(&SurveyedName::glue);
  co_await ask_new_servers();
  const std::size_t names = survey_->names.size() - names_known_;
  Work look_up = [this](std::size_t index) { return look_up_name(index); };
  co_await in_lanes(names, survey_lanes, std::move(look_up));
  add_new_servers(&SurveyedName::own);
  names_known_ = survey_->names.size();
  co_await ask_new_servers();
}

void SurveyWalk::add_new_servers(std::vector<wire::IpAddress> SurveyedName::*addresses) {
  for (std::size_t i = names_known_; i < survey_->names.size(); ++i)
    for (const wire::IpAddress& address : survey_->names[i].*addresses)
      add_server(survey_->names[i].name, address);
}

Task<void> SurveyWalk::ask_new_servers() {
  const std::size_t servers = survey_->servers.size() - servers_known_;
  Work ask = [this](std::size_t index) { return ask_server(servers_known_ + index); };
  co_await in_lanes(servers, survey_lanes, std::move(ask));
  servers_known_ = survey_->servers.size();
}

// What was asked already, in another capacity, is not asked twice.
Task<SurveyReply> SurveyWalk::ask_if_not(const SurveyReply* known, wire::Endpoint server, Name name,
                                         RrType type) {
  if (known != nullptr) co_return *known;
  AskedQuestion asked;
  asked.name = name;
  asked.type = type;
  asked.cut = survey_->zone;
  SurveyReply reply = co_await asker_.ask(server, std::move(asked));
  co_return reply;
}

Task<void> SurveyWalk::ask_server(std::size_t index) {
  const Question& question = request_.question;
  SurveyedServer server = survey_->servers[index];
  if (!survey_->is_configured && !may_ask(server.address.address)) {
    survey_->servers[index].soa.heard = Heard::excluded;
    co_return;
  }
  const bool is_apex = question.name == survey_->zone;
  const wire::Endpoint address = server.address;
  SurveyReply soa = co_await ask_if_not(nullptr, address, survey_->zone, RrType::soa);
  server.soa = std::move(soa);
  if (server.soa.heard == Heard::response) {
    const SurveyReply* known = is_apex && question.type == RrType::soa ? &server.soa : nullptr;
    SurveyReply answer = co_await ask_if_not(known, address, question.name, question.type);
    server.answer = std::move(answer);
    known = is_apex && question.type == RrType::ns ? &server.answer : nullptr;
    SurveyReply ns = co_await ask_if_not(known, address, survey_->zone, RrType::ns);
    server.ns = std::move(ns);
    known = is_apex && question.type == RrType::dnskey ? &server.answer : nullptr;
    SurveyReply dnskey = co_await ask_if_not(known, address, survey_->zone, RrType::dnskey);
    server.dnskey = std::move(dnskey);
  }
  survey_->servers[index] = std::move(server);
}

Task<void> SurveyWalk::ask_against(std::size_t index) {
  AskedQuestion asked;
  asked.name = request_.question.name;
  asked.type = request_.question.type;
  asked.forwarded = true;
  const wire::Endpoint server = survey_->against[index].address;
  SurveyReply reply = co_await asker_.ask(server, std::move(asked));
  survey_->against[index].answer = std::move(reply);
}

Task<PropagationSurveyPtr> SurveyWalk::run() {
  co_await find_zone();
  if (survey_->is_found) {
    co_await ask_parents();
    take_parents_names();
    take_childs_names();
    co_await ask_new_names();
    take_childs_names();
    co_await ask_new_names();
    co_await follow_chain();
    co_await look_beside_alias();
    co_await look_at_targets();
  }
  for (const wire::IpAddress& address : request_.against)
    if (survey_->against.size() < survey_against_max)
      survey_->against.emplace_back(wire::Endpoint{address});
  Work work = [this](std::size_t index) { return ask_against(index); };
  co_await in_lanes(survey_->against.size(), survey_lanes, std::move(work));
  (void)is_over();
  co_return survey_;
}

Task<PropagationSurveyPtr> survey_propagation(const Shared* shared, Seams seams,
                                              std::shared_ptr<const ResolverOptions> options,
                                              SurveyRequest request) {
  const auto walk = std::make_unique<SurveyWalk>(*shared, seams, options, std::move(request));
  PropagationSurveyPtr survey = co_await walk->run();
  co_return survey;
}

}  // namespace godwit::iterator
