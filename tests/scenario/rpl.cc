#include "tests/scenario/rpl.h"

#include <charconv>

#include "tests/scenario/rpl_entry.h"
#include "tests/scenario/rpl_settings.h"

namespace godwit::scenario {
namespace {

std::optional<StepKind> step_kind(std::string_view word) {
  constexpr std::pair<std::string_view, StepKind> kinds[] = {
      {"QUERY", StepKind::query},
      {"CHECK_ANSWER", StepKind::check_answer},
      {"CHECK_OUT_QUERY", StepKind::check_out_query},
      {"REPLY", StepKind::reply},
      {"TIMEOUT", StepKind::timeout},
      {"TRAFFIC", StepKind::traffic},
      {"TIME_PASSES", StepKind::time_passes},
      {"NOTHING", StepKind::nothing},
  };
  for (const auto& [text, kind] : kinds)
    if (text == word) return kind;
  return std::nullopt;
}

bool wants_entry(StepKind kind) {
  return kind == StepKind::query || kind == StepKind::check_answer ||
         kind == StepKind::check_out_query || kind == StepKind::reply;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(text) {}

  Parsed parse() {
    Parsed parsed;
    if (settings() && steps_and_ranges()) {
      parsed.scenario = std::move(scenario_);
    } else {
      parsed.error_line = lines_.number();
      parsed.error = error_.empty() ? "the file ends too early" : error_;
    }
    return parsed;
  }

 private:
  bool fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return false;
  }

  bool settings() {
    SettingsReader reader;
    while (const auto line = lines_.next_raw()) {
      if (words_of(*line).first() == "CONFIG_END") {
        scenario_.settings = reader.take();
        return true;
      }
      reader.line(*line);
    }
    return fail("no CONFIG_END");
  }

  bool steps_and_ranges() {
    while (const auto line = lines_.next()) {
      const Words words = words_of(*line);
      if (words.first() == "SCENARIO_END") return true;
      if (words.first() == "$ORIGIN") {
        if (!read_origin(words, origin_)) return fail("$ORIGIN wants a name");
      } else if (words.first() == "SCENARIO_BEGIN") {
        scenario_.title = words.after_first();
      } else if (words.first() == "RANGE_BEGIN") {
        if (!range(words)) return false;
      } else if (words.first() == "STEP") {
        if (!step(words)) return false;
      } else if (scenario_.title.empty() || !is_title_text(words)) {
        return fail("neither RANGE_BEGIN nor STEP: " + std::string(words.first()));
      }
    }
    return fail("no SCENARIO_END");
  }

  // A title may run over lines until the first range or step.
  bool is_title_text(const Words& words) const {
    return scenario_.ranges.empty() && scenario_.steps.empty() && !words.empty();
  }

  bool range(const Words& words) {
    Range range;
    if (words.size() < 3 || !read_number(words[1], range.first) ||
        !read_number(words[2], range.last))
      return fail("RANGE_BEGIN wants two step numbers");
    while (const auto line = lines_.next()) {
      const Words inner = words_of(*line);
      if (inner.first() == "RANGE_END") {
        scenario_.ranges.push_back(std::move(range));
        return true;
      }
      if (inner.first() == "ADDRESS") {
        const auto address =
            inner.size() > 1 ? wire::IpAddress::parse(inner[1]) : std::optional<wire::IpAddress>();
        if (!address) return fail("ADDRESS wants an IP address");
        range.addresses.push_back(*address);
      } else if (inner.first() == "$ORIGIN") {
        if (!read_origin(inner, origin_)) return fail("$ORIGIN wants a name");
      } else if (inner.first() == "ENTRY_BEGIN") {
        auto entry = read_entry(lines_, origin_, error_);
        if (!entry) return false;
        range.entries.push_back(std::move(*entry));
      } else {
        return fail("neither ENTRY_BEGIN nor RANGE_END: " + std::string(inner.first()));
      }
    }
    return fail("no RANGE_END");
  }

  bool step(const Words& words) {
    Step step;
    step.line = lines_.number();
    const auto kind = words.size() > 2 ? step_kind(words[2]) : std::optional<StepKind>();
    if (!kind || !read_number(words[1], step.number)) return fail("STEP wants a number and a kind");
    step.kind = *kind;
    if (step.kind == StepKind::time_passes &&
        (words.size() < 5 || words[3] != "ELAPSE" || !read_number(words[4], step.elapse_seconds) ||
         !(step.elapse_seconds >= 0 && step.elapse_seconds < 1e9)))
      return fail("TIME_PASSES wants ELAPSE and seconds");
    if (!scenario_.steps.empty() && scenario_.steps.back().number > step.number)
      return fail("step numbers go back");
    if (wants_entry(step.kind)) {
      const auto line = lines_.next();
      if (!line || words_of(*line).first() != "ENTRY_BEGIN") return fail("no ENTRY_BEGIN");
      step.entry = read_entry(lines_, origin_, error_);
      if (!step.entry) return false;
    }
    scenario_.steps.push_back(std::move(step));
    return true;
  }

  Lines lines_;
  wire::Name origin_;
  Scenario scenario_;
  std::string error_;
};

}  // namespace

std::string Scenario::setting(std::string_view key) const {
  for (const Setting& setting : settings)
    if (setting.block.empty() && setting.key == key) return setting.value;
  return {};
}

Parsed parse_rpl(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace godwit::scenario
