#include "daemon/control_explanation.h"

#include <boost/json/array.hpp>
#include <utility>

namespace godwit::daemon {
namespace {

constexpr std::size_t lines_per_piece = 64;

boost::json::object facts_of(const iterator::ExplainedStep& step) {
  boost::json::object out;
  for (const iterator::ExplainedFact& fact : step.facts)
    std::visit([&](const auto& value) { out[fact.name] = value; }, fact.value);
  return out;
}

class Teller {
 public:
  explicit Teller(ToldExplanation told) : told_(std::move(told)) {
    open_.push_back({&told_.explanation.root, 0});
  }
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  // Some of the lines that are left; false: they were the last.
  bool tell(ControlAnswer& answer) {
    if (!std::exchange(has_begun_, true)) tell_head(answer);
    for (std::size_t i = 0; i < lines_per_piece; ++i) {
      if (!open_.empty()) {
        tell_step(answer);
      } else if (next_of_tail_ < told_.tail.size()) {
        answer.line(told_.tail[next_of_tail_++]);
      } else {
        if (!told_.failure.empty()) answer.fail(ControlFailure::negative, told_.failure);
        return false;
      }
    }
    return true;
  }

 private:
  struct Open {
    const iterator::ExplainedStep* step;
    std::size_t level;
  };

  void tell_head(ControlAnswer& answer) {
    boost::json::array headline;
    for (const std::string& line : told_.explanation.headline) headline.emplace_back(line);
    told_.head["headline"] = std::move(headline);
    answer.line(told_.head);
  }
  void tell_step(ControlAnswer& answer) {
    const auto [step, level] = open_.back();
    open_.pop_back();
    answer.line(
        {{"level", level}, {"kind", step->kind}, {"text", step->text}, {"facts", facts_of(*step)}});
    for (std::size_t i = step->steps.size(); i-- > 0;)
      open_.push_back({&step->steps[i], level + 1});
  }

  ToldExplanation told_;
  std::vector<Open> open_;  // the next one is the last
  std::size_t next_of_tail_ = 0;
  bool has_begun_ = false;
};

}  // namespace

ControlPiece tell(ToldExplanation told) {
  return [teller = std::make_shared<Teller>(std::move(told))](ControlAnswer& answer) {
    return teller->tell(answer);
  };
}

}  // namespace godwit::daemon
