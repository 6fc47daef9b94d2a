// The small parts around the process: log lines, activation, notification, command line, counters,
// ports.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <climits>  // PIPE_BUF
#include <fstream>
#include <set>

#include "daemon/activation.h"
#include "daemon/command_line.h"
#include "daemon/counters.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/settings.h"
#include "daemon/source_port.h"
#include "daemon/system_seams.h"

namespace godwit::daemon {
namespace {

std::string text(std::initializer_list<LogField> fields) {
  return log_text("event", {fields.begin(), fields.size()});
}

TEST(LogLine, plain_values_stay_plain) {
  EXPECT_EQ(text({{"a", "x.y-z"}, {"n", -3}}), "event a=x.y-z n=-3");
}

TEST(LogLine, what_could_break_a_line_or_a_terminal_is_escaped) {
  EXPECT_EQ(text({{"a", ""}}), "event a=\"\"");
  EXPECT_EQ(text({{"a", "two words"}}), "event a=\"two words\"");
  EXPECT_EQ(text({{"a", "x=y"}}), "event a=\"x=y\"");
  EXPECT_EQ(text({{"a", "q\"\\"}}), "event a=\"q\\\"\\\\\"");
  EXPECT_EQ(text({{"a", "l\nf\x1b[31m\x7f\xff"}}), "event a=\"l\\x0af\\x1b[31m\\x7f\\xff\"");
  EXPECT_EQ(text({{"a", std::string_view("n\0l", 3)}}), "event a=\"n\\x00l\"");
}

TEST(LogLine, json_is_json) {
  const LogField fields[] = {{"a", "x\"\n\xff"}, {"n", 42}};
  EXPECT_EQ(log_json(LogSeverity::warning, "event", fields),
            "{\"level\":\"warning\",\"event\":\"event\",\"a\":\"x\\\"\\u000a\\u00ff\",\"n\":42}");
}

TEST(LogLine, a_value_that_was_cut_says_so) {
  LogField fields[] = {{"a", "0123456789"}, {"b", "two words"}, {"n", 1}};
  EXPECT_TRUE(cut_longest(fields, 2));
  EXPECT_EQ(log_text("event", fields), "event a=01234... b=\"two words\" n=1");
  EXPECT_TRUE(cut_longest(fields, 100));
  EXPECT_EQ(log_text("event", fields), "event a=01234... b=\"...\" n=1");
  EXPECT_TRUE(cut_longest(fields, 0));
  EXPECT_EQ(log_json(LogSeverity::info, "event", fields),
            "{\"level\":\"info\",\"event\":\"event\",\"a\":\"01...\",\"b\":\"...\",\"n\":1}");
  EXPECT_TRUE(cut_longest(fields, 0));
  EXPECT_FALSE(cut_longest(fields, 1));
}

// The line that a value of so many octets makes.
std::string line_with(LogShape shape, const std::string& value) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  Log log(writer.get(), true);
  log.set(LogSeverity::info, shape);
  log.info("event", {{"name", value}, {"other", value}, {"n", 1}});
  std::string out(3 * Log::line_octets_max, '\0');
  const auto size = ::read(reader.get(), out.data(), out.size());
  out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return out;
}

TEST(Log, lines_fit_into_what_a_pipe_takes_at_once) {
  static_assert(Log::line_octets_max == PIPE_BUF);
  for (const auto shape : {LogShape::text, LogShape::json}) {
    const std::size_t around = line_with(shape, "x").size() - 2;
    const std::size_t at = (Log::line_octets_max - around) / 2;
    for (const std::size_t octets : {at - 1, at}) {
      const std::string line = line_with(shape, std::string(octets, 'x'));
      EXPECT_EQ(line.size(), around + 2 * octets);
      EXPECT_EQ(line.find("..."), std::string::npos);
    }
    for (const std::size_t octets : {at + 1, 2 * at, 4 * at}) {
      const std::string line = line_with(shape, std::string(octets, 'x'));
      EXPECT_LE(line.size(), Log::line_octets_max) << octets;
      EXPECT_GT(line.size(), Log::line_octets_max - 16) << octets;
      EXPECT_NE(line.find("..."), std::string::npos);
      EXPECT_TRUE(line.ends_with(shape == LogShape::json ? "\"n\":1}\n" : " n=1\n"));
    }
    const std::string escaped = line_with(shape, std::string(2 * at, '\xff'));
    EXPECT_LE(escaped.size(), Log::line_octets_max);
    EXPECT_TRUE(escaped.ends_with(shape == LogShape::json ? "\"n\":1}\n" : " n=1\n"));
  }
}

TEST(Log, noise_is_written_a_few_times_only) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  Log log(writer.get(), true);
  for (unsigned i = 0; i < 100; ++i) log.noisy("storm", {{"n", i}});
  log.debug("hidden", {});
  std::string buffer(65536, '\0');
  buffer.resize(static_cast<std::size_t>(::read(reader.get(), buffer.data(), buffer.size())));
  EXPECT_EQ(std::ranges::count(buffer, '\n'), Log::repeats_max);
  EXPECT_TRUE(buffer.starts_with("<4>storm n=0\n"));
}

TEST(Log, a_reader_that_does_not_read_holds_nobody_up) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  const auto size = static_cast<std::size_t>(::fcntl(writer.get(), F_GETPIPE_SZ));
  const std::string filling(size, '.');
  ASSERT_EQ(::write(writer.get(), filling.data(), size), static_cast<ssize_t>(size));
  Log log(writer.get(), true);
  log.error("lost", {});
  std::string buffer(size, '\0');
  ASSERT_EQ(::read(reader.get(), buffer.data(), size), static_cast<ssize_t>(size));
  log.error("written", {});
  buffer.resize(static_cast<std::size_t>(::read(reader.get(), buffer.data(), size)));
  EXPECT_EQ(buffer, "<3>written\n");
}

TEST(Log, json_has_its_time_and_its_counters_inside) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  Log log(writer.get(), false);
  log.set(LogSeverity::error, LogShape::json);
  const LogField fields[] = {{"queries-received", 3}};
  log.info("hidden", {});
  log.always(LogSeverity::info, "counters", fields);
  std::string buffer(4096, '\0');
  buffer.resize(static_cast<std::size_t>(::read(reader.get(), buffer.data(), buffer.size())));
  EXPECT_TRUE(buffer.starts_with("{\"time\":\"20")) << buffer;
  EXPECT_TRUE(
      buffer.ends_with("Z\",\"level\":\"info\",\"event\":\"counters\",\"queries-received\":3}\n"))
      << buffer;
}

TEST(Log, the_journal_is_known_by_device_and_inode) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  struct stat status {};
  ASSERT_EQ(::fstat(writer.get(), &status), 0);
  const auto name = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_TRUE(is_journal(writer.get(), name.c_str()));
  EXPECT_FALSE(is_journal(writer.get(), (name + "1").c_str()));
  for (const char* bad : {"", ":", "8", "8:", "x:9", "8:9 "}) EXPECT_FALSE(is_journal(1, bad));
  EXPECT_FALSE(is_journal(writer.get(), nullptr));
}

TEST(Activation, descriptors_begin_at_three_and_have_names) {
  const auto got = parse_activation("42", "3", "udp:tcp", 42);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0], (ActivatedName{3, "udp"}));
  EXPECT_EQ(got[1], (ActivatedName{4, "tcp"}));
  EXPECT_EQ(got[2], (ActivatedName{5, ""}));
  EXPECT_EQ(parse_activation("42", "1", nullptr, 42).size(), 1u);
}

TEST(Activation, what_is_for_others_or_unreadable_is_left_alone) {
  EXPECT_TRUE(parse_activation("41", "1", "udp", 42).empty());
  EXPECT_TRUE(parse_activation(nullptr, "1", "udp", 42).empty());
  EXPECT_TRUE(parse_activation("42", nullptr, "udp", 42).empty());
  for (const char* count : {"", "0", "-1", "1x", "99999999999999999999", "1025"})
    EXPECT_TRUE(parse_activation("42", count, nullptr, 42).empty()) << count;
  EXPECT_EQ(parse_activation("42", "1024", nullptr, 42).size(), 1024u);
}

TEST(Notify, speaks_to_the_socket_that_is_named) {
  const std::string name = "@godwit-notify-test-" + std::to_string(::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name.begin() + 1, name.end(), address.sun_path + 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const Fd manager(::socket(AF_UNIX, SOCK_DGRAM, 0));
  ASSERT_EQ(::bind(manager.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  const auto next = [&manager] {
    std::string out(512, '\0');
    out.resize(static_cast<std::size_t>(::recv(manager.get(), out.data(), out.size(), 0)));
    return out;
  };
  const Notifier notifier(name.c_str());
  EXPECT_TRUE(notifier.active());
  notifier.ready("serving");
  EXPECT_EQ(next(), "READY=1\nSTATUS=serving");
  notifier.reloading();
  EXPECT_TRUE(next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  notifier.watchdog();
  EXPECT_EQ(next(), "WATCHDOG=1");
  notifier.stopping("bye");
  EXPECT_EQ(next(), "STOPPING=1\nSTATUS=bye");
}

TEST(Notify, nobody_listening_is_fine) {
  for (const char* path :
       {static_cast<const char*>(nullptr), "", "relative", "/nonexistent/socket"}) {
    const Notifier notifier(path);
    EXPECT_FALSE(notifier.active());
    notifier.ready("");
  }
}

TEST(Notify, the_watchdog_is_for_one_process) {
  EXPECT_EQ(watchdog_period("400000", nullptr, 7), std::chrono::milliseconds(400));
  EXPECT_EQ(watchdog_period("400000", "7", 7), std::chrono::milliseconds(400));
  EXPECT_FALSE(watchdog_period("400000", "8", 7));
  EXPECT_FALSE(watchdog_period("0", nullptr, 7));
  EXPECT_FALSE(watchdog_period("x", nullptr, 7));
  EXPECT_FALSE(watchdog_period(nullptr, nullptr, 7));
}

CommandLine parsed(std::initializer_list<const char*> words) {
  return parse_command_line({words.begin(), words.size()});
}

TEST(CommandLine, serves_by_default_with_a_file_that_may_be_missing) {
  const auto line = parsed({});
  EXPECT_EQ(line.action, CommandLine::Action::serve);
  EXPECT_EQ(line.config_path, "/etc/godwit/godwit.yaml");
  EXPECT_EQ(line.if_missing, conf::IfMissing::defaults);
}

TEST(CommandLine, a_named_file_must_be_there) {
  for (const auto& line : {parsed({"--config", "x.yaml"}), parsed({"--config=x.yaml"})}) {
    EXPECT_EQ(line.action, CommandLine::Action::serve);
    EXPECT_EQ(line.config_path, "x.yaml");
    EXPECT_EQ(line.if_missing, conf::IfMissing::problem);
  }
}

TEST(CommandLine, commands_and_errors) {
  const auto check = parsed({"--check-config", "--config", "x.yaml"});
  EXPECT_EQ(check.action, CommandLine::Action::configuration_command);
  EXPECT_EQ(check.command, conf::Command::check_config);
  EXPECT_EQ(check.config_path, "x.yaml");
  EXPECT_EQ(parsed({"--version"}).action, CommandLine::Action::version);
  EXPECT_EQ(parsed({"--selftest-sandbox"}).action, CommandLine::Action::selftest_sandbox);
  EXPECT_EQ(parsed({"-h"}).action, CommandLine::Action::help);
  EXPECT_EQ(parsed({"--config"}).action, CommandLine::Action::error);
  EXPECT_EQ(parsed({"--confug"}).action, CommandLine::Action::error);
  EXPECT_EQ(parsed({"x"}).action, CommandLine::Action::error);
}

TEST(CommandLine, two_commands_are_an_error) {
  for (const auto& line : {parsed({"--check-config", "--print-config"}),
                           parsed({"--selftest-sandbox", "--print-config"}),
                           parsed({"--check-config", "--check-config"})}) {
    EXPECT_EQ(line.action, CommandLine::Action::error);
    EXPECT_TRUE(line.error.starts_with("one command only")) << line.error;
  }
}

TEST(Settings, the_end_waits_for_answers_but_not_longer_than_the_service_manager) {
  using namespace std::chrono_literals;
  conf::Config config;
  EXPECT_EQ(drain_time(config), 5'200ms);
  auto& answer_time = config.resolver.limits.answer_time;
  answer_time = 8'799ms;
  EXPECT_EQ(drain_time(config), 8'999ms);
  answer_time = 8'800ms;
  EXPECT_EQ(drain_time(config), 9s);
  answer_time = 30s;
  EXPECT_EQ(drain_time(config), 9s);
  answer_time = 100ms;
  EXPECT_EQ(drain_time(config), 2'200ms);
}

// The number of seconds that the unit gives for `key`.
std::chrono::seconds unit_seconds(const std::string& key) {
  std::ifstream unit(GODWIT_SOURCE_DIR "/packaging/systemd/godwit.service.in");
  for (std::string line; std::getline(unit, line);)
    if (line.starts_with(key + "="))
      return std::chrono::seconds(std::stoi(line.substr(key.size() + 1)));
  ADD_FAILURE() << "the unit has no " << key;
  return {};
}

TEST(Settings, the_unit_waits_for_the_whole_of_the_end) {
  EXPECT_LT(drain_time_max + cancel_time, unit_seconds("TimeoutStopSec"));
}

TEST(Settings, limits_of_slow_readers_are_the_configured_ones) {
  using namespace std::chrono_literals;
  conf::Config config;
  const auto by_default = make_settings(config, {}).settings->tcp;
  EXPECT_EQ(by_default.maxima.unsent_octets, TcpMaxima{}.unsent_octets);
  EXPECT_EQ(by_default.maxima.per_client, TcpMaxima{}.per_client);
  EXPECT_EQ(by_default.session.unsent_octets, TcpSessionLimits{}.unsent_octets);
  EXPECT_EQ(by_default.session.backlog_time, TcpSessionLimits{}.backlog_time);
  config.tcp.buffer_bytes = 100'000;
  config.tcp.buffer_bytes_total = 200'000;
  config.tcp.backlog_timeout = 3s;
  const auto made = make_settings(config, {}).settings->tcp;
  EXPECT_EQ(made.session.unsent_octets, 100'000u);
  EXPECT_EQ(made.maxima.unsent_octets, 200'000u);
  EXPECT_EQ(made.session.backlog_time, 3s);
}

TEST(Counters, the_line_sums_workers_and_drops_by_cause) {
  WorkerCounters one, two;
  for (int i = 0; i < 5; ++i) one.queries_received.add();
  one.answered(0);
  one.answered(3);
  one.dropped(DropCause::too_short);
  one.dropped(DropCause::internal);
  one.queries_waiting.add();
  two.queries_received.add(2);
  two.dropped(DropCause::too_short);
  two.answered(23);
  CounterTotals totals;
  totals.add(one);
  totals.add(two);
  totals.add("extra", 9);
  EXPECT_EQ(totals.get("queries-received"), 7u);
  EXPECT_EQ(totals.get("queries-received"), totals.get("queries-answered") +
                                                totals.get("queries-dropped") +
                                                totals.get("queries-waiting"));
  EXPECT_EQ(totals.get("drop-too-short"), 2u);
  EXPECT_EQ(totals.get("drop-internal"), 1u);
  EXPECT_EQ(totals.get("rcode-nxdomain"), 1u);
  EXPECT_EQ(totals.get("rcode-other"), 1u);
  const auto line = log_text("counters", totals.fields());
  EXPECT_TRUE(line.starts_with("counters queries-received=7 queries-answered=3 "));
  EXPECT_TRUE(line.ends_with(" extra=9"));
}

TEST(Counters, every_cause_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < drop_cause_count; ++i)
    names.insert(to_text(static_cast<DropCause>(i)));
  EXPECT_EQ(names.size(), drop_cause_count);
  EXPECT_EQ(static_cast<std::size_t>(DropCause::policy) + 1, drop_cause_count);
}

TEST(SourcePort, covers_the_whole_range_evenly_without_the_avoided) {
  SystemEntropy entropy;
  std::vector<unsigned> hits(65536, 0);
  constexpr unsigned draws = 4'000'000;
  for (unsigned i = 0; i < draws; ++i) ++hits[draw_source_port(entropy)];
  unsigned seen = 0;
  for (unsigned port = 0; port < 65536; ++port) {
    if (port < source_port_min || is_avoided_port(static_cast<std::uint16_t>(port))) {
      EXPECT_EQ(hits[port], 0u);
    }
    if (hits[port] > 0) ++seen;
    EXPECT_LT(hits[port], 150u);  // 62 expected, standard deviation 8
  }
  EXPECT_EQ(seen, 65536u - 1024u - 4u);
}

TEST(SystemEntropy, octets_look_random_and_streams_differ) {
  SystemEntropy one, two;
  std::vector<std::uint8_t> a(100'000), b(100'000);
  one.fill(a);
  two.fill(b);
  EXPECT_NE(a, b);
  std::array<unsigned, 256> counts{};
  for (const auto octet : a) ++counts[octet];
  double chi_squared = 0;
  for (const auto count : counts) chi_squared += (count - 390.625) * (count - 390.625) / 390.625;
  EXPECT_LT(chi_squared, 380);  // 255 degrees of freedom; above with probability 1e-6
  EXPECT_GT(chi_squared, 150);
}

// Until the system's clock has gone on.
void spin() {
  const auto before = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() == before) {
  }
}

TEST(SystemClock, goes_forward_when_it_is_looked_at_again) {
  const SystemClock clock;
  const auto before = clock.now();
  spin();
  EXPECT_EQ(clock.now(), before);
  clock.look_again();
  EXPECT_LT(before, clock.now());
  const auto difference = std::chrono::system_clock::now() - clock.wall();
  EXPECT_LT(std::chrono::abs(difference), std::chrono::seconds(1));
}

}  // namespace
}  // namespace godwit::daemon
