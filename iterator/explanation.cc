#include "iterator/explanation.h"

#include <optional>
#include <utility>

#include "iterator/response.h"
#include "wire/codes_text.h"

namespace godwit::iterator {

namespace {

using namespace trace;

// What belongs to the step before it rather than to the resolution.
enum class Group : std::uint8_t { none, zone, validation };

struct Chooser {
  Group operator()(const ServerKnown&) const { return Group::zone; }
  Group operator()(const ServerWithoutAddress&) const { return Group::zone; }
  Group operator()(const ServerChosen&) const { return Group::zone; }
  Group operator()(const ServerPassedOver&) const { return Group::zone; }
  Group operator()(const QuerySent&) const { return Group::zone; }
  Group operator()(const QueryDone&) const { return Group::zone; }
  Group operator()(const Classified&) const { return Group::zone; }
  Group operator()(const RecordDropped&) const { return Group::zone; }
  Group operator()(const Joined& e) const {
    return e.flight == Flight::query ? Group::zone : Group::none;
  }
  Group operator()(const ZoneTrusted&) const { return Group::validation; }
  Group operator()(const SetJudged&) const { return Group::validation; }
  Group operator()(const DenialJudged&) const { return Group::validation; }
  Group operator()(const Disbelieved&) const { return Group::validation; }
  Group operator()(const auto&) const { return Group::none; }
};

Group group_of(const Event& step) noexcept {
  return std::visit(Chooser{}, step);
}

// The kind of step that such a step stands below when it comes after it; empty: none.
std::string_view kind_above(const Event& step) noexcept {
  if (std::holds_alternative<RecordDropped>(step)) return "exchange";
  return std::holds_alternative<ProofUsed>(step) ? "cache" : "";
}

void add_facts(ExplainedStep& to, const Event& step) {
  for (ExplainedFact& fact : facts_of(step)) {
    bool is_new = true;
    for (const ExplainedFact& known : to.facts) is_new = is_new && known.name != fact.name;
    if (is_new) to.facts.push_back(std::move(fact));
  }
}

ExplainedStep made_of(const Event& step) {
  return {kind_of(step), to_text(step), facts_of(step), {}};
}

// Behind the server's name, which the line begins with.
std::string_view without_server(std::string_view text, const wire::Endpoint& server) {
  return text.substr(server.to_text().size());
}

class TreeMaker {
 public:
  void take(const Event& step) {
    if (std::holds_alternative<Started>(step)) {
      begin(step);
    } else if (const auto* ended = std::get_if<Ended>(&step)) {
      end(*ended, step);
    } else if (std::holds_alternative<Finished>(step)) {
      finish(step);
    } else if (std::holds_alternative<ZoneChosen>(step)) {
      leave_group();
      enter(made_of(step), Group::zone);
    } else {
      take_part(step);
    }
  }
  ExplainedStep make() {
    while (open_.size() > 1) close();
    if (!has_root_ && open_.front().step.steps.size() == 1)
      return std::move(open_.front().step.steps.front());
    return std::move(open_.front().step);
  }

 private:
  struct Open {
    ExplainedStep step;
    Group group = Group::none;
  };

  void enter(ExplainedStep step, Group group) { open_.push_back({std::move(step), group}); }
  void close() {
    ExplainedStep done = std::move(open_.back().step);
    open_.pop_back();
    open_.back().step.steps.push_back(std::move(done));
  }
  void leave_group() {
    if (open_.back().group != Group::none) close();
  }

  void begin(const Event& step) {
    leave_group();
    if (open_.size() == 1 && !has_root_) {
      open_.front().step = {"resolution", to_text(step), facts_of(step),
                            std::move(open_.front().step.steps)};
      has_root_ = true;
      return;
    }
    enter({"resolution", to_text(step), facts_of(step), {}}, Group::none);
  }

  void end(const Ended& ended, const Event& step) {
    leave_group();
    if (open_.size() == 1) return;
    ExplainedStep& inner = open_.back().step;
    inner.text += ended.error == ResolveError::none
                      ? ": " + wire::to_text(ended.rcode)
                      : ": " + std::string(describe(ended.error).text);
    add_facts(inner, step);
    close();
  }

  void finish(const Event& step) {
    while (open_.size() > 1) close();
    ExplainedStep& root = open_.front().step;
    root.text = to_text(step).substr(std::string_view("done ").size());
    add_facts(root, step);
    has_root_ = true;
  }

  void take_part(const Event& step) {
    const Group group = group_of(step);
    if (open_.back().group != group) {
      leave_group();
      if (group == Group::validation) enter({"validation", "validation", {}, {}}, group);
    }
    std::vector<ExplainedStep>& steps = open_.back().step.steps;
    const bool follows_query = !steps.empty() && steps.back().kind == "exchange";
    const auto* done = std::get_if<QueryDone>(&step);
    const auto* classified = std::get_if<Classified>(&step);
    if (!steps.empty() && steps.back().kind == kind_above(step)) {
      steps.back().steps.push_back(made_of(step));
      return;
    }
    if (!follows_query || (!done && !classified)) {
      steps.push_back(made_of(step));
      return;
    }
    const std::string text = to_text(step);
    steps.back().text += done ? std::string(without_server(text, done->server))
                              : "," + std::string(without_server(text, classified->server));
    add_facts(steps.back(), step);
  }

  std::vector<Open> open_{Open{{"question", "a question", {}, {}}, Group::none}};
  bool has_root_ = false;
};

void write(const ExplainedStep& step, std::size_t level, std::string& out) {
  out.append(2 * level, ' ').append(step.text).push_back('\n');
  for (const ExplainedStep& below : step.steps) write(below, level + 1, out);
}

}  // namespace

Explanation explain(std::span<const Event> steps) {
  TreeMaker maker;
  for (const Event& step : steps) maker.take(step);
  return {headline_of(steps), maker.make()};
}

std::string to_text(const Explanation& explanation) {
  std::string out;
  for (const std::string& line : explanation.headline) out += line + '\n';
  out.push_back('\n');
  write(explanation.root, 0, out);
  return out;
}

}  // namespace godwit::iterator
