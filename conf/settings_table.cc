// The rows of the table, but for the groups `resolver` (settings_resolver.cc), `dnssec`
// (settings_dnssec.cc) and `local` (settings_local.cc).
#include "conf/choice_type.h"
#include "conf/list_type.h"
#include "conf/object.h"
#include "conf/section.h"
#include "conf/settings_dnssec.h"
#include "conf/settings_local.h"
#include "conf/settings_resolver.h"

namespace godwit::conf {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1ULL << 10U;
constexpr std::uint64_t mib = 1ULL << 20U;
constexpr std::uint64_t gib = 1ULL << 30U;
constexpr std::size_t socket_path_bytes_max = 107;  // sun_path of unix(7), with its end
constexpr std::size_t txt_bytes_max = 255;          // one character-string of a TXT record
constexpr std::string_view no_encryption =
    "this version does not offer DNS over TLS or HTTPS; transports are udp and tcp";

TypePointer<std::vector<wire::IpPrefix>> client_prefixes() {
  return list_of(client_prefix(), {0, 65'536});
}

void add_top(Table& table) {
  Section<Config, Config> top(
      table, "", [](Config& c) -> Config& { return c; }, "");
  top.add("workers", &Config::workers, integer(0, 256),
          "Number of worker threads, each with its own sockets; 0 stands for one for each CPU.")
      .reload = Reload::restart;
  top.add("listen", &Config::listen, list_of(object<Listen>(listen_table()), {1, 64}),
          "Addresses on which questions are taken; those of IPv6 take none over IPv4, so that all "
          "of both are 0.0.0.0 and ::. Sockets that the service manager passes in are used instead "
          "of these.")
      .reload = Reload::restart;
}

void add_tls(Table& table) {
  Section<Config, Tls> tls(
      table, "tls", [](Config& c) -> Tls& { return c.tls; },
      "Encrypted transports towards clients; not offered by this version.");
  tls.add("certificate", &Tls::certificate, text("a file name", path_bytes_max),
          "File with the certificate chain in PEM.")
      .not_offered = no_encryption;
  tls.add("key", &Tls::key, text("a file name", path_bytes_max),
          "File with the private key in PEM.")
      .not_offered = no_encryption;
}

void add_access_control(Table& table) {
  Section<Config, AccessControl> access(
      table, "access-control", [](Config& c) -> AccessControl& { return c.access_control; },
      "Who may ask. The longest prefix that holds the client's address decides, deny wins between "
      "two of the same length, and a client in no prefix is refused.");
  access.add("allow", &AccessControl::allow, client_prefixes(), "Clients that are answered.");
  access.add("deny", &AccessControl::deny, client_prefixes(),
             "Clients that are refused, within a prefix that is allowed.");
}

void add_answers(Table& table) {
  Section<Config, Answers> answers(
      table, "answers", [](Config& c) -> Answers& { return c.answers; },
      "What answers to clients look like.");
  answers
      .add("minimal", &Answers::minimal, boolean(),
           "Leave out of an answer what it does not need: authority and additional records of "
           "positive answers.")
      .not_offered = "this version leaves them out always";
  answers.add("edns-buffer-size", &Answers::edns_buffer_size, integer(512, 4'096),
              "Largest answer in bytes that is sent over UDP, and the size announced to clients; "
              "more than 1232 risks fragments.");
  answers.add("nsid", &Answers::nsid, text("a text", txt_bytes_max),
              "Name server identifier (RFC 5001) for clients that ask for it; empty: none.");
  answers.add("identity", &Answers::identity, text("a text", txt_bytes_max),
              "Answer to id.server and hostname.bind in class CHAOS (RFC 4892); empty: such "
              "questions are refused.");
  answers.add("version", &Answers::version, text("a text", txt_bytes_max),
              "Answer to version.server and version.bind in class CHAOS; empty: such questions are "
              "refused.");
}

void add_cache(Table& table) {
  Section<Config, Cache> cache(
      table, "cache", [](Config& c) -> Cache& { return c.cache; },
      "What is remembered, how much of it and for how long.");
  cache.set_reload(Reload::restart);  // the caches are made once and outlive every reload
  cache.add(
      "size", &Cache::size_bytes, size_or_auto(4 * mib, 1'024 * gib),
      "Memory for everything that is remembered; when it is full, the least used goes. The program "
      "takes up to 64MiB beside it. auto stands for a quarter of the machine's memory, or of what "
      "the control group allows if that is less, but at most 1GiB and what leaves 64MiB.");
  cache.add("max-ttl", &Cache::max_ttl, time_to_live(1s, 7 * 86'400s),
            "Longest time for which a record is kept, whatever its TTL.");
  cache.add("min-ttl", &Cache::min_ttl, time_to_live(0s, 3'600s),
            "Shortest time for which a record is kept, whatever its TTL; more than 0 overrides the "
            "owners of zones.");
  cache.add("max-negative-ttl", &Cache::max_negative_ttl, time_to_live(1s, 86'400s),
            "Longest time for which the absence of a name or a type is kept (RFC 2308).");
  cache.add("min-delegation-ttl", &Cache::min_delegation_ttl, time_to_live(0s, 3'600s),
            "Shortest time for which a delegation is kept, but no longer than max-ttl.");
  cache.add("failure-ttl-min", &Cache::failure_ttl_min, time_to_live(1s, 300s),
            "Time for which a failed resolution is kept at first; it doubles with each failure "
            "(RFC 9520).");
  cache.add("failure-ttl-max", &Cache::failure_ttl_max, time_to_live(1s, 300s),
            "Longest time for which a failed resolution is kept.");
  cache.add("snapshot", &Cache::snapshot, boolean(),
            "Write the cache to a file at intervals and at the end, and take from it at the next "
            "start what has not expired by then.");
  cache.add("snapshot-file", &Cache::snapshot_file, text("a file name", path_bytes_max),
            "That file, readable by the program's user alone; empty: cache.snapshot in the "
            "service's state folder.");
  cache.add("snapshot-interval", &Cache::snapshot_interval, time_to_live(0s, 86'400s),
            "Time between two snapshots, which is what a crash may lose; 0 stands for none but at "
            "the end.");
  cache.add("serve-stale", &Cache::serve_stale, boolean(),
            "Whether answers that have ended are given when the servers cannot be reached, with an "
            "Extended DNS Error that says so (RFC 8767). What is bogus never is, nor what was "
            "learnt before its zone was delegated to other servers.");
  cache.add("stale-time", &Cache::stale_time, time_to_live(1s, 7 * 86'400s),
            "Longest time since its end for which an answer is given so.");
  cache.set_reload(Reload::live);
  cache.add("stale-ttl", &Cache::stale_ttl, time_to_live(1s, 3'600s),
            "TTL of records that have ended.");
  cache.add("stale-wait", &Cache::stale_wait, duration(0ms, 10s),
            "How long a client waits for the servers before it is given what has ended, while they "
            "are asked further. 0: not at all.");
  cache.add("stale-retry", &Cache::stale_retry, time_to_live(1s, 300s),
            "How long servers that could not be reached are not asked again for what is answered "
            "so; clients do not wait meanwhile.");
  cache.add("curve", &Cache::curve, boolean(),
            "Whether a sample of the questions is simulated, to tell how many a smaller or larger "
            "cache would answer (godwit_cache_curve_hit_ratio of godwitctl metrics). Takes up to "
            "6MiB, and less than a hundredth of a processor.");
}

void add_tcp(Table& table) {
  Section<Config, Tcp> tcp(
      table, "tcp", [](Config& c) -> Tcp& { return c.tcp; }, "Connections from clients.");
  tcp.add("connections", &Tcp::connections, integer(1, 65'536),
          "Largest number of connections at one time, over all workers.");
  tcp.add("connections-per-client", &Tcp::connections_per_client, integer(1, 65'536),
          "Largest number of connections of one client address.");
  tcp.add("idle-timeout", &Tcp::idle_timeout, duration(100ms, 10min),
          "Time after which a connection without questions is closed. It shrinks as connections "
          "run out.");
  tcp.add("idle-timeout-min", &Tcp::idle_timeout_min, duration(10ms, 10min),
          "What the idle timeout shrinks to when all connections are taken.");
  tcp.add("in-flight", &Tcp::in_flight, integer(1, 1'024),
          "Largest number of unanswered questions of one connection; no more are read until one is "
          "answered.");
  tcp.add("write-stall-timeout", &Tcp::write_stall_timeout, duration(100ms, 1min),
          "Time after which a connection is closed whose client does not take its answers.");
  tcp.add(
      "backlog-timeout", &Tcp::backlog_timeout, duration(100ms, 10min),
      "Time in which a client must have taken all that was waiting for it at one moment, or its "
      "connection is closed, however steadily it takes a little.");
  tcp.add("buffer-bytes", &Tcp::buffer_bytes, size(64 * kib, 64 * mib),
          "Largest amount of answers that wait for one connection to take them; no more questions "
          "are read from it then.");
  tcp.add("buffer-bytes-total", &Tcp::buffer_bytes_total, size(64 * kib, 16 * gib),
          "Largest amount of answers that wait for all connections; beyond it the slowest reader's "
          "connection is closed.");
  tcp.add("keepalive", &Tcp::keepalive, boolean(),
          "Tell clients that ask for it how long an idle connection stays open (RFC 7828).");
}

void add_log(Table& table) {
  Section<Config, Log> log(
      table, "log", [](Config& c) -> Log& { return c.log; },
      "What is written to standard error, and so to the journal.");
  log.add("level", &Log::level,
          one_of<LogLevel>({{"error", LogLevel::error},
                            {"warning", LogLevel::warning},
                            {"info", LogLevel::info},
                            {"debug", LogLevel::debug}}),
          "Least important messages that are written.");
  log.add("format", &Log::format,
          one_of<LogFormat>({{"text", LogFormat::text}, {"json", LogFormat::json}}),
          "Form of a message: key=value words, or one JSON object a line.");
  log.add("queries", &Log::queries, boolean(),
          "Write a line for each question of a client; costs time and privacy.");
}

void add_control(Table& table) {
  Section<Config, Control> control(
      table, "control", [](Config& c) -> Control& { return c.control; },
      "How the running program is asked and told things, by godwitctl(1).");
  control
      .add("socket", &Control::socket, text("a file name", socket_path_bytes_max),
           "Socket in the file system for godwitctl(1), open to root and the program's own user; "
           "empty: none.")
      .reload = Reload::restart;
  control
      .add("read-socket", &Control::read_socket, text("a file name", socket_path_bytes_max),
           "Socket for readers, such as godwit-web(8), open to the program's own group, on which "
           "nothing can be changed; empty: none.")
      .reload = Reload::restart;
}

void add_recorder(Table& table) {
  Section<Config, Recorder> recorder(
      table, "recorder", [](Config& c) -> Recorder& { return c.recorder; },
      "What is kept of resolutions that failed, whose data were bogus, that were slow, or in whose "
      "stead an answer was given that had ended, for "
      "godwitctl why: of each of these kinds the latest ones.");
  recorder.add("records", &Recorder::records, integer(0, 4'096),
               "Largest number of resolutions of a kind that are kept; 0 keeps none.");
  recorder.add("size", &Recorder::size_bytes, size(64 * kib, 64 * mib),
               "Largest amount of memory for those of a kind.");
  recorder.add("slow-time", &Recorder::slow_time, duration(10ms, 60s),
               "A resolution that takes as long is slow.");
}

void add_process(Table& table) {
  Section<Config, Process> process(
      table, "process", [](Config& c) -> Process& { return c.process; },
      "The process and its rights.");
  process.set_reload(Reload::restart);  // what is given up does not come back
  process.add(
      "user", &Process::user, text("an account", 64),
      "Account that the program changes to when it was started as root and has its sockets; "
      "empty: godwit if there is such an account, else nobody.");
  process.add("sandbox", &Process::sandbox,
              one_of<Sandbox>({{"required", Sandbox::required},
                               {"best-effort", Sandbox::best_effort},
                               {"off", Sandbox::off}}),
              "Whether the program, once it has its sockets, gives up all files, ports and system "
              "calls that it does not need (Landlock and seccomp). required: it does not start "
              "where the kernel has not both; best-effort: it goes on with what there is and says "
              "what is missing.");
  process.add("sandbox-breach", &Process::sandbox_breach,
              one_of<SandboxBreach>({{"deny", SandboxBreach::deny}, {"kill", SandboxBreach::kill}}),
              "What becomes of a system call that the sandbox does not allow: it fails, or the "
              "program ends at once.");
}

Table make_settings_table() {
  Table table;
  table.defaults = std::make_shared<const Config>();
  add_top(table);
  add_tls(table);
  add_access_control(table);
  add_resolver(table);
  add_answers(table);
  add_local(table);
  add_dnssec(table);
  add_cache(table);
  add_tcp(table);
  add_log(table);
  add_control(table);
  add_recorder(table);
  add_process(table);
  return table;
}

Table make_listen_table() {
  Table table;
  table.defaults = std::make_shared<const Listen>();
  Section<Listen, Listen> item(
      table, "", [](Listen& l) -> Listen& { return l; }, "");
  item.add("address", &Listen::address, ip_address(),
           "Address of this host; 0.0.0.0 and :: stand for all of them.")
      .required = true;
  item.add("port", &Listen::port, port(), "Port.");
  item.add("transports", &Listen::transports,
           list_of(one_of<Transport>({{"udp", Transport::udp},
                                      {"tcp", Transport::tcp},
                                      {"tls", Transport::tls, no_encryption},
                                      {"https", Transport::https, no_encryption}}),
                   {1, 4}),
           "Transports on that port.");
  return table;
}

}  // namespace

const Table& settings_table() {
  static const Table table = make_settings_table();
  return table;
}

const Table& listen_table() {
  static const Table table = make_listen_table();
  return table;
}

}  // namespace godwit::conf
