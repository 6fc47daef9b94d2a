// The value type of a setting that is one of a few words. A word may be known and not offered by
// this version: then the refusal says so instead of calling it unknown.
#pragma once

#include "conf/nearest.h"
#include "conf/value_type.h"

namespace godwit::conf {

template <class E>
struct Choice {
  std::string_view word;
  E value;
  std::string_view not_offered = {};  // why, as a sentence; empty: offered
};

template <class E>
class ChoiceType final : public ValueTypeOf<E> {
 public:
  explicit ChoiceType(std::vector<Choice<E>> choices) : choices_(std::move(choices)) {}

  std::optional<E> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, false);
    if (given == nullptr) return std::nullopt;
    std::vector<std::string_view> words;
    for (const auto& choice : choices_) {
      if (choice.not_offered.empty()) words.push_back(choice.word);
      if (choice.word != *given) continue;
      if (choice.not_offered.empty()) return choice.value;
      reading.report(ConfigError::not_offered, node.position, std::string(choice.not_offered));
      return std::nullopt;
    }
    std::string text = "is " + shown(*given) + "; expected " + rule();
    const std::string_view meant = nearest(*given, words);
    if (!meant.empty()) text += "; did you mean " + std::string(meant) + "?";
    reading.report(ConfigError::bad_value, node.position, std::move(text));
    return std::nullopt;
  }
  std::string text_of(const E& value) const override {
    for (const auto& choice : choices_) {
      if (choice.value == value) return std::string(choice.word);
    }
    return {};
  }
  std::string schema() const override { return R"("enum": [)" + joined("\"", ", ") + ']'; }
  std::string rule() const override { return "one of " + joined("", ", "); }

 private:
  [[nodiscard]] std::string joined(std::string_view quote, std::string_view separator) const {
    std::string out;
    for (const auto& choice : choices_) {
      if (!choice.not_offered.empty()) continue;
      if (!out.empty()) out += separator;
      out.append(quote).append(choice.word).append(quote);
    }
    return out;
  }

  std::vector<Choice<E>> choices_;
};

template <class E>
[[nodiscard]] TypePointer<E> one_of(std::vector<Choice<E>> choices) {
  return std::make_shared<ChoiceType<E>>(std::move(choices));
}

}  // namespace godwit::conf
