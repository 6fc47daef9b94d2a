// The steps of a survey (survey.h): where the zone begins, whom its parent names, who they are,
// what each says, and what the answer points to. Lives in the frame of survey_propagation.
#pragma once

#include "iterator/forgetful_resolver.h"
#include "iterator/survey_ask.h"

namespace godwit::iterator {

class SurveyWalk {
 public:
  SurveyWalk(const Shared& shared, const Seams& seams,
             const std::shared_ptr<const ResolverOptions>& options, SurveyRequest request);
  SurveyWalk(const SurveyWalk&) = delete;
  SurveyWalk& operator=(const SurveyWalk&) = delete;

  [[nodiscard]] Task<PropagationSurveyPtr> run();

 private:
  // survey.cc
  Task<void> find_zone();
  Task<wire::Name> deepest_apex(wire::Name from, wire::Name at_least);
  Task<void> ask_parents();
  Task<void> ask_parent(std::size_t index);
  void take_parents_names();
  void take_childs_names();
  // Asks at the addresses of the names from `names_known_` on, which it looks up.
  Task<void> ask_new_names();
  Task<void> look_up_name(std::size_t index);
  [[nodiscard]] bool is_lost(const SurveyedName& name) const;
  void add_new_servers(std::vector<wire::IpAddress> SurveyedName::*addresses);
  Task<void> ask_new_servers();
  Task<void> ask_server(std::size_t index);
  Task<void> ask_against(std::size_t index);
  // survey_targets.cc
  Task<void> follow_chain();
  Task<void> end_chain();
  Task<void> look_beside_alias();
  Task<void> look_at_targets();
  Task<void> look_at_target(std::size_t index);

  using Work = std::function<Task<void>(std::size_t)>;
  struct Addresses {
    Addresses() = default;
    std::vector<wire::IpAddress> list;
    Pointed pointed = Pointed::unknown;
  };
  Task<Addresses> look_up_addresses(wire::Name name);
  Task<AnswerPtr> resolve(wire::Name name, wire::RrType type);
  Task<SurveyReply> ask_if_not(const SurveyReply* known, wire::Endpoint server, wire::Name name,
                               wire::RrType type);

  SurveyedName* name_at(const wire::Name& name);
  void add_server(const wire::Name& name, const wire::IpAddress& address);
  void add_parents_of(const cache::Delegation& delegation);
  [[nodiscard]] bool may_ask(const wire::IpAddress& address) const;
  [[nodiscard]] bool is_over() noexcept;
  [[nodiscard]] const SurveyedServer* one_that_answers() const;

  const Seams seams_;
  const std::shared_ptr<const ResolverOptions> options_;
  const SurveyRequest request_;
  ForgetfulResolver own_;
  SurveyAsker asker_;
  std::shared_ptr<PropagationSurvey> survey_;
  wire::Name parent_;  // the zone whose servers delegate
  std::size_t names_known_ = 0, servers_known_ = 0;
};

}  // namespace godwit::iterator
