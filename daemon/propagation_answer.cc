// What is wrong with the answer itself: aliases, and names that it points to.
#include <algorithm>

#include "daemon/propagation_findings.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {

using iterator::ChainEnd;
using iterator::Pointed;

namespace {

std::string chain_text(const std::vector<wire::Name>& chain) {
  std::string out;
  for (const wire::Name& name : chain) out += (out.empty() ? "" : " -> ") + wire::to_text(name);
  return out;
}

// What is wrong with the end of a chain; nothing: it leads somewhere.
std::string fault_of_end(const iterator::PropagationSurvey& survey) {
  const std::string last = survey.chain.empty() ? "" : wire::to_text(survey.chain.back());
  switch (survey.chain_end) {
    case ChainEnd::none:
    case ChainEnd::data:
      break;
    case ChainEnd::nodata:
      return "its target " + last + " has no " + wire::to_text(survey.question.type) + " data";
    case ChainEnd::nxdomain:
      return "its target " + last + " does not exist";
    case ChainEnd::loop:
      return "it leads back into itself";
    case ChainEnd::too_long:
      return "it is longer than is followed";
    case ChainEnd::unresolved:
      return "its target " + last + " cannot be looked up";
  }
  return {};
}

}  // namespace

void PropagationJudge::judge_answer() {
  const std::string name = wire::to_text(survey_.question.name);
  const auto fault = [this](Kind kind, const std::string& about, std::string text,
                            std::string remedy) {
    auto& finding = add(kind, Severity::fault, std::move(text));
    finding.about = about;
    finding.remedy = std::move(remedy);
  };
  const bool is_alias = std::ranges::any_of(survey_.servers, [](const auto& server) {
    return server.answer.is_usable() && server.answer.set &&
           server.answer.set->type() == wire::RrType::cname;
  });
  if (is_alias && survey_.question.name == survey_.zone)
    fault(Kind::alias, name,
          "there is a CNAME at the apex of " + name + ", beside its SOA and NS (RFC 1034 3.6.2)",
          "give the apex addresses of its own, or ALIAS where the server has it");
  if (!survey_.beside_alias.empty()) {
    std::string types;
    for (const wire::RrType type : survey_.beside_alias)
      types += (types.empty() ? "" : ", ") + wire::to_text(type);
    fault(Kind::alias, name, name + " has a CNAME and " + types + " beside it (RFC 2181 10.1)",
          "keep one or the other: which one is seen is up to each server and cache");
  }
  const std::string wrong = fault_of_end(survey_);
  if (!wrong.empty())
    fault(Kind::alias, name, name + " is an alias, and " + wrong + ": " + chain_text(survey_.chain),
          "change the CNAME, or what it points to");
  else if (survey_.chain.size() > 1)
    add(Kind::alias, Severity::good,
        name + " is an alias: " + chain_text(survey_.chain) +
            "; of what it points to, ask by that name")
        .about = name;
  const std::string type = wire::to_text(survey_.question.type);
  for (const auto& target : survey_.targets) {
    const std::string shown = wire::to_text(target.name);
    if (target.pointed == Pointed::alias)
      fault(Kind::target, shown,
            type + " of " + name + " points at " + shown + ", which is an alias (RFC 2181 10.3)",
            "name the alias's target instead");
    else if (target.pointed == Pointed::nothing)
      fault(Kind::target, shown,
            type + " of " + name + " points at " + shown + ", which has no address",
            "give it an address, or point elsewhere");
  }
}

}  // namespace godwit::daemon
