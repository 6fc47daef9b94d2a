// Options may stand anywhere; "--" ends them. A command has one word or two.
#include "daemon/ctl_command_line.h"

#include <sys/un.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "conf/config.h"
#include "conf/nearest.h"
#include "conf/problem.h"

namespace godwit::daemon {
namespace {

using Kind = CtlParameter::Kind;

CtlLine mistaken(std::string text) {
  CtlLine out;
  out.action = CtlLine::Action::error;
  out.error = std::move(text);
  return out;
}

// Takes the command's name off the words.
const CtlCommand* take_command(std::vector<std::string_view>& words) {
  const CtlCommand* out = nullptr;
  for (const CtlCommand& command : ctl_commands()) {
    const std::string two =
        words.size() > 1 ? std::string(words[0]).append(" ").append(words[1]) : "";
    if (command.name == two) out = &command;
    if (command.name == words[0] && out == nullptr) out = &command;
  }
  if (out == nullptr) return nullptr;
  const auto count = 1 + std::ranges::count(out->name, ' ');
  words.erase(words.begin(), words.begin() + count);
  return out;
}

std::string unknown(const std::vector<std::string_view>& words) {
  std::string given(words[0]);
  std::vector<std::string_view> names, of_this_group;
  for (const CtlCommand& command : ctl_commands()) {
    names.push_back(command.name);
    if (command.name.starts_with(given + " ")) of_this_group.push_back(command.name);
  }
  if (words.size() > 1) given.append(" ").append(words[1]);
  std::string out = "unknown command: " + conf::shown(given);
  const auto meant = conf::nearest(given, names);
  if (!of_this_group.empty()) {
    out += "; there are";
    for (const auto name : of_this_group) out.append(" \"").append(name).append("\"");
  } else if (!meant.empty()) {
    out.append("; did you mean ").append(meant).append("?");
  }
  return out;
}

std::string no_option(const CtlCommand& command, std::string_view key) {
  std::vector<std::string_view> keys{"socket", "json", "help"};
  for (const CtlParameter& parameter : command.parameters)
    if (parameter.kind == Kind::option || parameter.kind == Kind::flag)
      keys.push_back(parameter.key);
  std::string out =
      std::string(command.name) + " has no option " + conf::shown("--" + std::string(key));
  const auto meant = conf::nearest(key, keys);
  return meant.empty() ? out : out + "; did you mean --" + std::string(meant) + "?";
}

// JSON has no room for other octets.
bool is_utf8(const boost::json::object& request) {
  boost::system::error_code error;
  (void)boost::json::parse(boost::json::serialize(request), error);
  return !error;
}

const CtlParameter* option_of(const CtlCommand& command, std::string_view key) {
  for (const CtlParameter& parameter : command.parameters) {
    const bool is_option = parameter.kind == Kind::option || parameter.kind == Kind::flag;
    if (is_option && parameter.key == key) return &parameter;
  }
  return nullptr;
}

class Reader {
 public:
  explicit Reader(std::span<const char* const> words) {
    out_.socket_path = conf::Config().control.socket;
    for (const char* const word : words) words_.emplace_back(word);
  }

  CtlLine read() {
    if (!sort_words()) return mistaken(std::move(error_));
    if (out_.action == CtlLine::Action::version || out_.action == CtlLine::Action::manual ||
        out_.action == CtlLine::Action::words)
      return std::move(out_);
    if (plain_.empty())
      return out_.action == CtlLine::Action::help ? std::move(out_)
                                                  : mistaken("a command is missing");
    const auto given = plain_;
    out_.command = take_command(plain_);
    if (out_.command == nullptr) return mistaken(unknown(given));
    if (out_.action == CtlLine::Action::help) return std::move(out_);
    out_.request["command"] = out_.command->name;
    if (take_options() && take_parameters()) {
      if (is_utf8(out_.request)) return std::move(out_);
      error_ = "the command line is no text in UTF-8; octets of a name are written as \\DDD";
    }
    CtlLine out = mistaken(std::move(error_));
    out.command = out_.command;
    return out;
  }

 private:
  struct Option {
    std::string_view key;
    std::string_view value;
    bool has_value = false;
  };

  bool fail(std::string text) {
    error_ = std::move(text);
    return false;
  }

  // Whether an option of that name takes its value from the next word: of any command, as the
  // command may come after it.
  static bool takes_word(std::string_view key) {
    if (key == "socket") return true;
    return std::ranges::any_of(ctl_commands(), [key](const CtlCommand& command) {
      const auto* const option = option_of(command, key);
      return option != nullptr && option->kind == Kind::option;
    });
  }

  bool sort_words() {
    bool options_end = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto word = words_[i];
      if (options_end || word.size() < 2 || word[0] != '-') {
        plain_.push_back(word);
      } else if (word == "--") {
        options_end = true;
      } else if (word == "-h" || word == "--help") {
        out_.action = CtlLine::Action::help;
      } else if (word == "-V" || word == "--version") {
        out_.action = CtlLine::Action::version;
      } else if (word == "--print-man") {
        out_.action = CtlLine::Action::manual;
      } else if (word == "--print-words") {
        out_.action = CtlLine::Action::words;
      } else if (word == "--json") {
        out_.as_json = true;
      } else if (!word.starts_with("--")) {
        return fail("unknown option: " + conf::shown(word));
      } else if (!sort_option(word.substr(2), i)) {
        return false;
      }
    }
    return true;
  }

  bool sort_option(std::string_view text, std::size_t& i) {
    const auto equals = text.find('=');
    Option option{text.substr(0, equals), {}, equals != text.npos};
    if (option.has_value) {
      option.value = text.substr(equals + 1);
    } else if (takes_word(option.key)) {
      if (i + 1 == words_.size()) return fail("--" + std::string(option.key) + " needs a value");
      option.value = words_[++i];
      option.has_value = true;
    }
    if (option.key != "socket") {
      options_.push_back(option);
    } else {
      out_.socket_path = option.value;
      constexpr std::size_t octets_max = sizeof(sockaddr_un::sun_path) - 1;
      if (option.value.empty() || option.value.size() > octets_max)
        return fail("the name of a socket has 1 to " + std::to_string(octets_max) + " octets");
    }
    return true;
  }

  bool take_options() {
    for (const Option& option : options_) {
      const auto* const known = option_of(*out_.command, option.key);
      const std::string shown = "--" + std::string(option.key);
      if (known == nullptr) return fail(no_option(*out_.command, option.key));
      if (known->kind == Kind::flag && option.has_value) return fail(shown + " takes no value");
      if (known->kind == Kind::flag) {
        out_.request[option.key] = true;
      } else {
        out_.request[option.key] = option.value;
      }
    }
    return true;
  }

  bool take_parameters() {
    std::size_t taken = 0;
    for (const CtlParameter& parameter : out_.command->parameters) {
      if (parameter.kind == Kind::option || parameter.kind == Kind::flag) continue;
      if (taken < plain_.size()) {
        out_.request[parameter.key] = plain_[taken++];
      } else if (parameter.kind == Kind::needed) {
        return fail(std::string(out_.command->name) + " needs " + std::string(parameter.value));
      }
    }
    if (taken < plain_.size())
      return fail(std::string(out_.command->name) + " does not take " + conf::shown(plain_[taken]));
    return true;
  }

  std::vector<std::string_view> words_, plain_;
  std::vector<Option> options_;
  CtlLine out_;
  std::string error_;
};

}  // namespace

CtlLine parse_ctl_line(std::span<const char* const> words) {
  return Reader(words).read();
}

}  // namespace godwit::daemon
