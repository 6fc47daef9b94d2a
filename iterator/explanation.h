// What a resolution did, for people and programs: a tree of its steps, and a headline of at most
// three lines that names the fault and the server. Pure: made from the steps alone (trace.h), as
// they came or as a log has kept them (step_log.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "iterator/trace.h"

namespace godwit::iterator {

// A fact of a step for programs: its name, and a text, a number or yes and no. Times are in
// microseconds, sizes in octets.
struct ExplainedFact {
  std::string_view name;  // static
  std::variant<std::string, std::int64_t, bool> value;
};

struct ExplainedStep {
  std::string_view kind;  // static: "resolution", "zone", "exchange", "validation", ...
  std::string text;       // one line
  std::vector<ExplainedFact> facts;
  std::vector<ExplainedStep> steps;
};

struct Explanation {
  std::vector<std::string> headline;
  ExplainedStep root;
};

inline constexpr std::size_t headline_lines_max = 3;

// Never fails: of steps that break off it tells as far as they go.
[[nodiscard]] Explanation explain(std::span<const trace::Event> steps);

// The headline alone, from the same steps (explanation_headline.cc).
[[nodiscard]] std::vector<std::string> headline_of(std::span<const trace::Event> steps);

// What a step is called, and its facts (explanation_facts.cc).
[[nodiscard]] std::string_view kind_of(const trace::Event& step) noexcept;
[[nodiscard]] std::vector<ExplainedFact> facts_of(const trace::Event& step);

// The headline, an empty line, and the tree with two spaces for each level. Lines end with a line
// feed; names in them are escaped (wire/name_text.h).
[[nodiscard]] std::string to_text(const Explanation& explanation);

}  // namespace godwit::iterator
