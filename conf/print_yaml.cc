// The configuration in effect and the example: the same walk over the table, with other comments.
#include "conf/print.h"
#include "conf/settings.h"
#include "conf/text_wrap.h"

namespace godwit::conf {
namespace {

constexpr std::size_t columns = 100;

std::string indent(std::size_t depth) {
  return std::string(depth * 2, ' ');
}

// What is shown one item a line: lists of maps.
std::vector<std::string> items_of(const Setting& setting, const void* value) {
  if (setting.type->item_table() == nullptr) return {};
  return setting.type->print_items(value);
}

class ConfigPrinter {
 public:
  explicit ConfigPrinter(const Loaded& loaded) : loaded_(loaded) {}

  void print_group(std::string_view group, std::size_t depth) {
    for (const Child& child : children(settings_table(), group)) {
      out_ += indent(depth).append(child.name) + ':';
      if (child.setting == nullptr) {
        out_ += '\n';
        print_group(child.group->path, depth + 1);
      } else {
        print_setting(*child.setting, depth);
      }
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void print_setting(const Setting& setting, std::size_t depth) {
    const void* value = value_in(setting, &loaded_.config);
    const auto items = items_of(setting, value);
    if (items.empty()) out_ += ' ' + setting.type->print(value);
    out_ += "  # " + origin(setting) + '\n';
    for (const std::string& item : items) out_ += indent(depth) + "- " + item + '\n';
  }

  [[nodiscard]] std::string origin(const Setting& setting) const {
    const auto row = static_cast<std::size_t>(&setting - settings_table().settings.data());
    const std::uint32_t line = loaded_.origins[row].line;
    return line == 0 ? "default" : loaded_.filename + ':' + std::to_string(line);
  }

  const Loaded& loaded_;
  std::string out_;
};

class ExamplePrinter {
 public:
  void print_group(std::string_view group, std::size_t depth) {
    bool first = depth > 0;
    for (const Child& child : children(settings_table(), group)) {
      if (!first) out_ += '\n';
      first = false;
      if (child.setting != nullptr) {
        print_comment(child.setting->sentence, depth);
        print_comment(as_sentence(child.setting->type->rule()), depth);
        print_setting(child.name, *child.setting, depth);
      } else {
        print_comment(child.group->sentence, depth);
        out_ += indent(depth).append(child.name) + ":\n";
        print_group(child.group->path, depth + 1);
      }
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void print_comment(std::string_view sentence, std::size_t depth) {
    const std::string prefix = indent(depth) + "# ";
    for (const std::string& line : wrapped(sentence, columns - prefix.size())) {
      out_ += prefix + line + '\n';
    }
  }

  void print_setting(std::string_view name, const Setting& setting, std::size_t depth) {
    const void* value = value_in(setting, settings_table().defaults.get());
    const auto items = items_of(setting, value);
    out_ += indent(depth).append("#").append(name) + ':';
    out_ += items.empty() ? ' ' + setting.type->print(value) + '\n' : "\n";
    for (const std::string& item : items) out_ += indent(depth) + "#- " + item + '\n';
  }

  std::string out_;
};

}  // namespace

std::string print_config(const Loaded& loaded) {
  ConfigPrinter printer(loaded);
  printer.print_group("", 0);
  return printer.take();
}

std::string print_example() {
  ExamplePrinter printer;
  printer.print_group("", 0);
  return "# Configuration of godwit, the recursive DNS resolver; godwit.yaml(5) explains it.\n"
         "# Every setting is here at its default: an empty file means the same. Check changes "
         "with\n"
         "# godwitd --check-config, show what is in effect with godwitd --print-config.\n" +
         printer.take();
}

}  // namespace godwit::conf
