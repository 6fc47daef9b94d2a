// godwitctl without a daemon: command line, help, what is printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "daemon/control_commands.h"
#include "daemon/ctl_command_line.h"
#include "daemon/ctl_help.h"
#include "daemon/ctl_print.h"

namespace godwit::daemon {
namespace {

using Action = CtlLine::Action;

CtlLine parse(std::vector<const char*> words) {
  return parse_ctl_line(words);
}

std::string committed(const std::string& path) {
  std::ifstream file(std::string(GODWIT_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Godwitctl, has_a_row_for_each_command_of_the_daemon_and_no_other) {
  std::vector<std::string_view> here, there;
  for (const auto& command : ctl_commands()) here.push_back(command.name);
  for (const auto& command : control_commands()) there.push_back(command.name);
  std::ranges::sort(here);
  std::ranges::sort(there);
  EXPECT_EQ(here, there);
}

TEST(Godwitctl, has_the_manual_page_that_its_table_makes) {
  EXPECT_EQ(committed("docs/man/godwitctl.1"), ctl_manual())
      << "run: godwitctl --print-man >docs/man/godwitctl.1";
}

TEST(Godwitctl, takes_options_anywhere) {
  for (const auto& line : {parse({"--json", "--socket", "/x", "status"}),
                           parse({"status", "--socket=/x", "--json"})}) {
    EXPECT_EQ(line.action, Action::ask) << line.error;
    EXPECT_EQ(line.socket_path, "/x");
    EXPECT_TRUE(line.as_json);
    ASSERT_NE(line.command, nullptr);
    EXPECT_EQ(line.request.at("command").as_string(), "status");
  }
}

TEST(Godwitctl, takes_commands_of_two_words_with_their_parameters) {
  const auto with = parse({"log", "level", "debug"});
  ASSERT_EQ(with.action, Action::ask) << with.error;
  EXPECT_EQ(with.request.at("command").as_string(), "log level");
  EXPECT_EQ(with.request.at("level").as_string(), "debug");
  EXPECT_FALSE(parse({"log", "level"}).request.contains("level"));
  EXPECT_EQ(parse({"log", "level", "a", "b"}).action, Action::error);
  EXPECT_NE(parse({"config"}).error.find("\"config diff\""), std::string::npos);
}

TEST(Godwitctl, tells_what_is_wrong_with_a_command_line) {
  EXPECT_NE(parse({"stauts"}).error.find("did you mean status"), std::string::npos);
  for (const auto& words : std::vector<std::vector<const char*>>{{},
                                                                 {"status", "now"},
                                                                 {"status", "--under", "x"},
                                                                 {"--socket"},
                                                                 {"-x"},
                                                                 {"status", "--nothing"}}) {
    const auto line = parse(words);
    EXPECT_EQ(line.action, Action::error);
    EXPECT_NE(line.error, "");
  }
}

TEST(Godwitctl, says_what_was_meant_and_where_to_read_on) {
  const auto misspelt = parse({"explain", "a.", "--chache-only"});
  EXPECT_NE(misspelt.error.find("did you mean --cache-only"), std::string::npos);
  ASSERT_NE(misspelt.command, nullptr);
  EXPECT_EQ(misspelt.command->name, "explain");
  EXPECT_EQ(parse({"explain", "a.", "--xyz"}).error.find("did you mean"), std::string::npos);
  EXPECT_NE(parse({"explain", "\xe4.test"}).error.find("\\DDD"), std::string::npos);
  EXPECT_EQ(parse({"explain", "\xc3\xa4.test"}).action, Action::ask) << "godwitd knows names";
  const std::string too_long(200, 'x');
  for (const char* const path : {"", too_long.c_str()})
    EXPECT_EQ(parse({"--socket", path, "status"}).action, Action::error);
}

TEST(Godwitctl, helps_with_each_command) {
  const auto help = ctl_help();
  for (const auto& command : ctl_commands()) {
    EXPECT_NE(help.find(command.name), std::string::npos);
    std::string shown = ctl_help(command);
    std::istringstream lines(shown);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
    std::ranges::replace(shown, '\n', ' ');
    EXPECT_NE(shown.find(command.sentence), std::string::npos);
    EXPECT_NE(shown.find(command.details), std::string::npos);
    EXPECT_TRUE(command.sentence.ends_with("."));
    if (command.form == CtlForm::table) {
      EXPECT_FALSE(command.columns.empty());
    }
  }
  EXPECT_EQ(parse({"--help"}).action, Action::help);
  const auto one = parse({"status", "--help"});
  EXPECT_EQ(one.action, Action::help);
  EXPECT_NE(one.command, nullptr);
}

TEST(Godwitctl, prints_quantities_with_their_units) {
  EXPECT_EQ(ctl_quantity("x-octets", 1'023), "1023 octets");
  EXPECT_EQ(ctl_quantity("x-octets-max", 1'536), "1.5 KiB");
  EXPECT_EQ(ctl_quantity("x-octets", std::int64_t{3} << 30), "3.0 GiB");
  EXPECT_EQ(ctl_quantity("x-seconds", 59), "59 s");
  EXPECT_EQ(ctl_quantity("x-seconds", 3'600), "1 h");
  EXPECT_EQ(ctl_quantity("x-seconds", 90'061), "1 d 1 h");
  EXPECT_EQ(ctl_quantity("x-percent", 7), "7 %");
  EXPECT_EQ(ctl_quantity("x", true), "yes");
  EXPECT_EQ(ctl_quantity("x-octets", nullptr), "-");
}

constexpr CtlCommand command_of(CtlForm form, std::span<const CtlColumn> columns) {
  return {.name = "t",
          .parameters = {},
          .sentence = "T.",
          .details = {},
          .form = form,
          .columns = columns};
}

TEST(Godwitctl, shows_once_what_is_there_for_programs_too) {
  static constexpr CtlColumn columns[] = {{"address", 0}};
  static constexpr CtlCommand table = command_of(CtlForm::table, columns);
  CtlPrinter printer(table, false);
  EXPECT_EQ(printer.print({{"rtt", "1.5 ms"}, {"rtt-microseconds", 1'500}}),
            "rtt               1.5 ms\n");
  EXPECT_EQ(printer.print({{"asked", "2 s ago"}, {"asked-seconds-ago", 2}}),
            "asked              2 s ago\n");
  EXPECT_EQ(printer.print({{"ends-in-seconds", 7}}), "ends-in-seconds  7\n");
}

TEST(Godwitctl, lets_nothing_through_that_moves_a_terminal) {
  const CtlCommand& status = ctl_commands().front();
  CtlPrinter printer(status, false);
  EXPECT_EQ(printer.print({{"a\x1b", "b\x1b[2J\n"}}), "a\\x1B  b\\x1B[2J\\x0A\n");
  EXPECT_EQ(printer.print_error("\x07"), "godwitctl: \\x07\n");
}

TEST(Godwitctl, colours_only_when_told_to) {
  const CtlCommand& status = ctl_commands().front();
  CtlPrinter plain(status, false), colourful(status, true);
  EXPECT_EQ(plain.print({{"a", 1}}).find('\x1b'), std::string::npos);
  EXPECT_NE(colourful.print({{"a", 1}}).find('\x1b'), std::string::npos);
}

TEST(Godwitctl, aligns_the_columns_of_a_table) {
  static constexpr CtlColumn columns[] = {{"name", 6}, {"value", 0}};
  static constexpr CtlCommand table = command_of(CtlForm::table, columns);
  CtlPrinter printer(table, false);
  EXPECT_EQ(printer.print({{"name", "a"}, {"value", 1}}), "name    value\na       1\n");
  EXPECT_EQ(printer.print({{"name", "longer-one"}}), "longer-one  -\n");
  EXPECT_EQ(printer.print({{"problem", "wrong"}}), "wrong\n");
  EXPECT_EQ(printer.print({{"left-out", 7}}), "left-out  7\n") << "a line of another shape";
  const boost::json::array list{"a", 1, "\x1b"};
  EXPECT_EQ(printer.print({{"name", "b"}, {"value", list}}), "b       a, 1, \\x1B\n");
  EXPECT_EQ(printer.print({{"name", "c"}, {"value", boost::json::array()}}), "c       -\n");
}

TEST(Godwitctl, shows_an_explanation_as_a_tree) {
  static constexpr CtlColumn columns[] = {{"at", 4}, {"fault", 0}};
  static constexpr CtlCommand tree = command_of(CtlForm::tree, columns);
  CtlPrinter plain(tree, false), colourful(tree, true);
  const boost::json::object head{{"headline", {"it is lame", "asked 1"}}, {"answered", false}};
  EXPECT_EQ(plain.print(head), "it is lame\nasked 1\n\n");
  EXPECT_EQ(colourful.print(head), "\x1b[31mit is lame\x1b[0m\nasked 1\n\n");
  const auto step = [](std::int64_t level, const char* kind, boost::json::object facts) {
    return boost::json::object{
        {"level", level}, {"kind", kind}, {"text", "t\n"}, {"facts", std::move(facts)}};
  };
  EXPECT_EQ(plain.print(step(2, "zone", {})), "    t\\x0A\n");
  EXPECT_EQ(plain.print(step(32, "zone", {})).find('t'), 64u);
  EXPECT_EQ(plain.print(step(33, "zone", {})).find('t'), 64u);
  EXPECT_EQ(plain.print(step(-1, "zone", {})).find('t'), 0u) << "nonsense";
  const auto is_red = [&](const boost::json::object& line) {
    return colourful.print(line).find("\x1b[31m") != std::string::npos;
  };
  EXPECT_TRUE(is_red(step(1, "disbelieved", {})));
  EXPECT_TRUE(is_red(step(1, "exchange", {{"outcome", "timeout"}})));
  EXPECT_FALSE(is_red(step(1, "exchange", {{"outcome", "answered"}})));
  EXPECT_EQ(plain.print({{"section", "answer"}, {"record", "a. 1 IN A 192.0.2.1"}}),
            "\na. 1 IN A 192.0.2.1\n");
  const boost::json::object soa{{"section", "authority"}, {"record", "a. 1 IN SOA"}};
  EXPECT_EQ(plain.print(soa), "; authority\na. 1 IN SOA\n") << "no answer to what was asked";
  EXPECT_EQ(plain.print(soa), "a. 1 IN SOA\n");
  EXPECT_EQ(plain.print({{"ede", 22}, {"reason", "none"}}), "Extended DNS Error 22: none\n");
  EXPECT_EQ(plain.print({{"at", "noon"}, {"fault", "f"}}), "at    fault\nnoon  f\n");
}

}  // namespace
}  // namespace godwit::daemon
