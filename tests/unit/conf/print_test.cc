// What is made from the table: that it reads back, and that the committed copies are up to date.
#include "conf/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "conf/commands.h"

namespace godwit::conf {
namespace {

using testing::HasSubstr;

std::string committed(const std::string& path) {
  std::ifstream file(GODWIT_SOURCE_DIR "/" + path);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

void find_nothing(Loaded&) {}

Outcome run(Command command, const std::string& path, FurtherCheck further = find_nothing,
            IfMissing if_missing = IfMissing::problem) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = run_command(command, path, if_missing, further, {out, err});
  return {status, out.str(), err.str()};
}

std::string temporary_file(std::string_view text) {
  std::string path = testing::TempDir() + "godwit-print-test.yaml";
  std::ofstream(path) << text;
  return path;
}

TEST(Print, configuration_reads_back_to_the_same) {
  const Loaded first = load_text(
      "workers: 2\n"
      "listen: [{address: \"::1\", port: 5300, transports: [tcp]}]\n"
      "resolver:\n"
      "  root-hints: \"a \\\"quoted\\\" \\\\ name\"\n"
      "  forward-zones: [{name: a.example, servers: [192.0.2.1, \"::1@5300\"]}]\n"
      "  do-not-query: []\n"
      "cache: {size: 1GiB}\n",
      "f");
  ASSERT_TRUE(first.good());
  const Loaded second = load_text(print_config(first), "g");
  for (const Problem& problem : second.problems) ADD_FAILURE() << to_text(problem, "g");
  EXPECT_EQ(first.config, second.config);
}

TEST(Print, configuration_says_where_values_come_from) {
  const std::string text = print_config(load_text("\ncache:\n  size: 8MiB\n", "/etc/x.yaml"));
  EXPECT_THAT(text, HasSubstr("workers: 0  # default\n"));
  EXPECT_THAT(text, HasSubstr("cache:\n  size: 8MiB  # /etc/x.yaml:3\n"));
  EXPECT_THAT(text, HasSubstr("listen:  # default\n- {address: \"127.0.0.1\", port: 53, "
                              "transports: [udp, tcp]}\n"));
}

TEST(Print, committed_schema_is_what_the_table_makes) {
  EXPECT_EQ(committed("docs/godwit.schema.json"), print_schema())
      << "run: godwitd --print-schema >docs/godwit.schema.json";
}

TEST(Print, committed_manual_is_what_the_table_makes) {
  EXPECT_EQ(committed("docs/man/godwit.yaml.5"), print_manual())
      << "run: godwitd --print-man >docs/man/godwit.yaml.5";
}

TEST(Print, committed_example_is_what_the_table_makes) {
  EXPECT_EQ(committed("packaging/godwit.yaml"), print_example())
      << "run: godwitd --print-example >packaging/godwit.yaml";
}

TEST(Print, example_is_good_as_it_is_and_with_every_setting_uncommented) {
  const std::string example = print_example();
  EXPECT_TRUE(load_text(example, "f").good());
  std::string uncommented;
  std::istringstream lines(example);
  for (std::string line; std::getline(lines, line);) {
    const auto hash = line.find_first_not_of(' ');
    const bool prose = hash == std::string::npos || line.compare(hash, 2, "# ") == 0;
    if (!prose && line[hash] == '#') line.erase(hash, 1);
    uncommented += line + '\n';
  }
  EXPECT_THAT(uncommented, HasSubstr("\nworkers: 0\n"));
  EXPECT_THAT(uncommented, HasSubstr("\n- {address: \"::1\", "));
  const Loaded loaded = load_text(uncommented, "f");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << to_text(problem, "f");
  EXPECT_EQ(loaded.config, Config{});
  for (const Position& origin : loaded.origins) EXPECT_NE(origin.line, 0U);
}

TEST(Print, manual_has_no_line_that_the_formatter_takes_as_its_own) {
  std::istringstream lines(print_manual());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.')) continue;
    const std::string request = line.substr(1, line.find(' ') - 1);
    EXPECT_THAT((std::set<std::string>{"\\\"", "TH", "SH", "SS", "TP", "PP", "BR", "B", "I", "RS",
                                       "RE", "EX", "EE", "br"}),
                testing::Contains(request))
        << line;
  }
}

TEST(Commands, are_found_by_their_option) {
  EXPECT_EQ(command_of("--check-config"), Command::check_config);
  EXPECT_EQ(command_of("--print-config"), Command::print_config);
  EXPECT_EQ(command_of("--print-schema"), Command::print_schema);
  EXPECT_EQ(command_of("--print-man"), Command::print_manual);
  EXPECT_EQ(command_of("--print-example"), Command::print_example);
  EXPECT_EQ(command_of("--config"), std::nullopt);
}

TEST(Commands, good_configuration_is_called_good) {
  const std::string path = temporary_file("workers: 1\n");
  const Outcome outcome = run(Command::check_config, path);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, path + ": configuration is good\n");
  EXPECT_EQ(outcome.out, "");
}

TEST(Commands, problems_are_told_and_the_status_says_so) {
  const std::string path = temporary_file("worker: 1\n");
  for (const Command command : {Command::check_config, Command::print_config}) {
    const Outcome outcome = run(command, path);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, path + ":1:1: worker: unknown key; did you mean workers?\n");
    EXPECT_EQ(outcome.out, "");
  }
}

void find_bad_user(Loaded& loaded) {
  loaded.add_problem(ConfigError::bad_value, "process.user", "no such user");
  loaded.add_problem(ConfigError::bad_value, "workers", "too lazy");
}

TEST(Commands, check_adds_what_is_found_beyond_the_file) {
  const std::string path = temporary_file("process:\n  user: somebody\n");
  const Outcome outcome = run(Command::check_config, path, find_bad_user);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err,
            path + ":2:3: process.user: no such user\n" + path + ": workers: too lazy\n");
  EXPECT_EQ(run(Command::print_config, path, find_bad_user).status, 0);
}

TEST(Commands, a_file_that_is_not_there_is_not_called_good) {
  const std::string path = testing::TempDir() + "godwit-no-such-file.yaml";
  const Outcome outcome = run(Command::check_config, path, find_nothing, IfMissing::defaults);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, path + ": there is no such file: the defaults are in use, and good\n");
}

TEST(Commands, print_writes_the_file_to_standard_output_alone) {
  for (const Command command : {Command::print_config, Command::print_schema, Command::print_manual,
                                Command::print_example}) {
    const Outcome outcome = run(command, temporary_file(""));
    EXPECT_EQ(outcome.status, 0);
    EXPECT_FALSE(outcome.out.empty());
    EXPECT_EQ(outcome.err, "");
  }
}

}  // namespace
}  // namespace godwit::conf
