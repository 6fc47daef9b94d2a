// Field by field.
#include "daemon/settings.h"

#include <algorithm>
#include <thread>

#include "conf/read_file.h"
#include "daemon/anchor_settings.h"
#include "daemon/build_date.h"
#include "daemon/privileges.h"
#include "daemon/sandbox.h"
#include "daemon/socket_address.h"
#include "iterator/root_hints.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

constexpr std::chrono::milliseconds drain_margin{200};

iterator::Limits limits_of(const conf::ResolverLimits& from) {
  iterator::Limits out;
  out.upstream_packets = from.upstream_packets;
  out.upstream_octets = static_cast<decltype(out.upstream_octets)>(from.upstream_bytes);
  out.resolution_time = from.resolution_time;
  out.recursion_depth = from.recursion_depth;
  out.alias_hops = from.alias_hops;
  out.name_servers = from.name_servers;
  out.addresses_per_server_name = from.addresses_per_server_name;
  out.addresses_per_delegation = from.addresses_per_delegation;
  out.failed_address_lookups = from.failed_address_lookups;
  out.records_per_rrset = from.records_per_rrset;
  out.sends_per_server = from.sends_per_server;
  out.minimise_steps = from.minimise_steps;
  out.minimise_single_labels = from.minimise_single_labels;
  return out;
}

iterator::Minimisation minimisation_of(conf::QnameMinimisation from) noexcept {
  switch (from) {
    case conf::QnameMinimisation::off:
      return iterator::Minimisation::off;
    case conf::QnameMinimisation::relaxed:
      return iterator::Minimisation::relaxed;
    case conf::QnameMinimisation::strict:
      return iterator::Minimisation::strict;
  }
  return iterator::Minimisation::relaxed;
}

constexpr std::string_view root_hints_key = "resolver.root-hints";

// What is wrong, and with which setting; an empty text: nothing.
struct Fault {
  std::string_view key;
  std::string text;
};

std::string read_root_hints(const std::string& path, iterator::ResolverOptions& options) {
  const std::string name = conf::shown(path);
  const auto text = conf::read_file(path, root_hints_octets_max);
  if (!text) return name + " cannot be read: " + text.error().message();
  if (text->empty()) return name + " is empty";
  if (text->size() > root_hints_octets_max)
    return name + " is longer than " + std::to_string(root_hints_octets_max) + " octets";
  auto hints = iterator::parse_root_hints(*text);
  if (!hints) {
    const auto line = hints.error().line;
    return name + (line > 0 ? " line " + std::to_string(line) : std::string()) + ": " +
           std::string(iterator::describe(hints.error().fault));
  }
  options.root_hints = std::make_shared<const cache::Delegation>(std::move(*hints));
  return {};
}

std::string add_zones(const std::vector<conf::ZoneServers>& zones, bool forward,
                      iterator::ResolverOptions& options) {
  for (const auto& zone : zones) {
    const auto name = wire::parse_name(zone.name);
    if (!name) return "not a domain name: " + conf::shown(zone.name);
    options.zones.push_back({*name, forward, zone.servers});
  }
  return {};
}

// A name server that we are ourselves would be a loop.
void add_own_addresses(const std::vector<ListenPoint>& listening,
                       iterator::ResolverOptions& options) {
  for (const auto& point : listening) {
    const auto& address = point.endpoint.address;
    if (point.endpoint.port != dns_port || is_wildcard(address)) continue;
    const auto bits = static_cast<std::uint8_t>(8 * address.octets().size());
    options.do_not_query.push_back({address, bits});
  }
}

dnssec::ValidationLimits limits_of(const conf::DnssecLimits& from) {
  using std::chrono::microseconds;
  const auto count = [](microseconds time) { return static_cast<std::uint32_t>(time.count()); };
  dnssec::ValidationLimits out;
  out.signature_checks = from.signature_checks;
  out.signature_microseconds = count(from.signature_time);
  out.failed_checks = from.failed_checks;
  out.failed_microseconds = count(from.failed_time);
  out.checks_per_rrset = from.checks_per_rrset;
  out.keys_per_tag = from.keys_per_tag;
  out.ds_per_zone = from.ds_per_zone;
  out.proofs_per_response = from.proofs_per_response;
  out.nsec3_iterations = from.nsec3_iterations;
  out.nsec3_iterations_max = from.nsec3_iterations_max;
  out.nsec3_hash_blocks = from.nsec3_hash_blocks;
  return out;
}

void fill_validation(const conf::Dnssec& from, iterator::ResolverOptions& out) {
  out.algorithms.sha1_signatures = from.sha1_signatures;
  out.validation = limits_of(from.limits);
  out.signature_skew_seconds = static_cast<std::uint32_t>(from.signature_skew.count());
  out.bogus_time = from.bogus_ttl;
  out.aggressive_denials = from.aggressive_denials;
  out.signals_trust_anchors = from.signal_trust_anchors;
  out.root_key_sentinel = from.root_key_sentinel;
  out.build_date = build_date();
}

Fault fill_resolver(const conf::Config& config, const std::vector<ListenPoint>& listening,
                    iterator::ResolverOptions& out) {
  const auto& from = config.resolver;
  out.limits = limits_of(from.limits);
  out.upstream_ipv4 = from.upstream_ipv4;
  out.upstream_ipv6 = from.upstream_ipv6;
  out.minimisation = minimisation_of(from.qname_minimisation);
  out.case_randomisation = from.case_randomisation;
  out.cookies = from.cookies;
  out.edns_octets = static_cast<std::uint16_t>(from.edns_buffer_size);
  out.prefetch_percent = from.prefetch;
  out.do_not_query = from.do_not_query;
  add_own_addresses(listening, out);
  if (auto error = add_zones(from.forward_zones, true, out); !error.empty())
    return {"resolver.forward-zones", std::move(error)};
  if (auto error = add_zones(from.stub_zones, false, out); !error.empty())
    return {"resolver.stub-zones", std::move(error)};
  if (from.special_names) {
    std::vector<wire::Name> configured;
    for (const auto& zone : out.zones) configured.push_back(zone.name);
    out.special_names = std::make_shared<const iterator::SpecialNames>(configured);
  }
  fill_validation(config.dnssec, out);
  if (config.cache.serve_stale) out.stale.time_max = config.cache.stale_time;
  out.stale.ttl = static_cast<std::uint32_t>(config.cache.stale_ttl.count());
  out.stale.retry = config.cache.stale_retry;
  if (from.root_hints.empty()) return {};
  return {root_hints_key, read_root_hints(from.root_hints, out)};
}

std::shared_ptr<AnswerPolicy> answer_policy(const conf::Config& config,
                                            const iterator::ResolverOptions& resolver) {
  auto out = std::make_shared<AnswerPolicy>();
  out->access = AccessControl(config.access_control.allow, config.access_control.deny);
  out->edns_octets = static_cast<std::uint16_t>(config.answers.edns_buffer_size);
  out->nsid = config.answers.nsid;
  out->identity.identity = config.answers.identity;
  out->identity.version = config.answers.version;
  out->special_names = resolver.special_names;
  out->local_data = resolver.local_data;
  return out;
}

}  // namespace

SettingsResult make_settings(const conf::Config& config, const std::vector<ListenPoint>& listening,
                             const LocalSettings* read_before) {
  auto out = std::make_shared<Settings>();
  auto options = std::make_shared<iterator::ResolverOptions>();
  if (auto fault = fill_resolver(config, listening, *options); !fault.text.empty())
    return {nullptr, fault.key, std::move(fault.text)};
  auto anchors = make_anchors(config.dnssec);
  if (!anchors.error.empty()) return {nullptr, anchors.key, std::move(anchors.error)};
  auto own =
      read_before != nullptr ? *read_before : read_local_settings(config.local, options->zones);
  if (!own.error.empty()) return {nullptr, own.key, std::move(own.error)};
  options->local_data = std::move(own.data);
  const local::PolicyPtr policy = std::move(own.policy);
  out->local_issues = std::move(own.issues);
  options->anchors = anchors.configured.anchors;
  out->anchors = std::move(anchors.configured);
  auto answers = answer_policy(config, *options);
  answers->policy = policy;
  answers->rebinding = make_rebinding(config.local.rebinding, options->zones);
  out->answers = std::move(answers);
  out->resolver = std::move(options);
  const auto& limits = config.resolver.limits;
  out->waiting.maxima = {limits.waiting_total, limits.waiting_per_client,
                         limits.waiting_per_question};
  out->waiting.per_client_proven = limits.waiting_per_client_with_cookie;
  out->waiting.answer_time = limits.answer_time;
  out->waiting.gives_stale = config.cache.serve_stale;
  out->waiting.stale_wait = config.cache.stale_wait;
  out->waiting.log_queries = config.log.queries;
  auto& tcp = out->tcp.maxima;
  tcp.connections = config.tcp.connections;
  tcp.per_client = config.tcp.connections_per_client;
  tcp.unsent_octets = config.tcp.buffer_bytes_total;
  tcp.idle_timeout = config.tcp.idle_timeout;
  tcp.idle_timeout_min = config.tcp.idle_timeout_min;
  out->tcp.session.in_flight = config.tcp.in_flight;
  out->tcp.session.unsent_octets = config.tcp.buffer_bytes;
  out->tcp.session.write_stall = config.tcp.write_stall_timeout;
  out->tcp.session.backlog_time = config.tcp.backlog_timeout;
  out->tcp.keepalive = config.tcp.keepalive;
  out->refuse_own_addresses = std::ranges::any_of(listening, [](const ListenPoint& point) {
    return point.endpoint.port == dns_port && is_wildcard(point.endpoint.address);
  });
  return {std::move(out), {}, {}};
}

std::shared_ptr<const Settings> with_anchors(const Settings& settings,
                                             dnssec::TrustAnchorsPtr anchors) {
  auto options = std::make_shared<iterator::ResolverOptions>(*settings.resolver);
  options->anchors = std::move(anchors);
  auto out = std::make_shared<Settings>(settings);
  out->resolver = std::move(options);
  return out;
}

LocalSettings check_surroundings(conf::Loaded& loaded) {
  LocalSettings out;
  const auto made = make_settings(loaded.config, listen_points(loaded.config));
  if (!made.settings) loaded.add_problem(conf::ConfigError::bad_value, made.key, made.error);
  if (made.settings) {
    out.data = made.settings->resolver->local_data;
    out.policy = made.settings->answers->policy;
    out.issues = made.settings->local_issues;
    for (auto& note : texts_of(made.settings->local_issues))
      loaded.notes.push_back(std::move(note));
  }
  if (auto error = check_user(loaded.config.process.user); !error.empty())
    loaded.add_problem(conf::ConfigError::bad_value, "process.user", std::move(error));
  const auto kernel = sandbox_of_kernel();
  if (loaded.config.process.sandbox == conf::Sandbox::required && !kernel.is_whole)
    loaded.add_problem(conf::ConfigError::bad_value, "process.sandbox",
                       "is required, and missing is " + kernel.missing);
  else if (loaded.config.process.sandbox != conf::Sandbox::off)
    loaded.notes.push_back("process.sandbox: the kernel has " + kernel.text);
  const auto memory = memory_limit();
  const auto cache = cache_choice(loaded.config, memory);
  if (loaded.config.cache.size_bytes == 0) loaded.notes.push_back("cache.size: " + cache.reason);
  if (!cache.fits) loaded.notes.push_back("cache.size: " + too_little_memory(memory));
  return out;
}

std::vector<ListenPoint> listen_points(const conf::Config& config) {
  std::vector<ListenPoint> out;
  for (const auto& listen : config.listen) {
    for (const auto transport : listen.transports) {
      if (transport != conf::Transport::udp && transport != conf::Transport::tcp) continue;
      const bool stream = transport == conf::Transport::tcp;
      const ListenPoint point{{listen.address, listen.port}, stream};
      if (std::ranges::find(out, point) == out.end()) out.push_back(point);
    }
  }
  return out;
}

CacheChoice cache_choice(const conf::Config& config, const MemoryLimit& memory) {
  CacheChoice out;
  const bool is_stated = config.cache.size_bytes > 0;
  out.octets = is_stated ? config.cache.size_bytes : default_cache_octets(memory.octets);
  out.reason = is_stated ? "stated" : default_cache_reason(memory);
  out.fits = out.octets + memory_beside_cache <= memory.octets;
  return out;
}

iterator::CachesOptions caches_options(const conf::Config& config, const MemoryLimit& memory) {
  iterator::CachesOptions out;
  out.octets = cache_choice(config, memory).octets;
  out.ttl.min = static_cast<std::uint32_t>(config.cache.min_ttl.count());
  out.ttl.max = static_cast<std::uint32_t>(config.cache.max_ttl.count());
  out.ttl.negative_max = static_cast<std::uint32_t>(config.cache.max_negative_ttl.count());
  out.ttl.delegation_min = static_cast<std::uint32_t>(config.cache.min_delegation_ttl.count());
  out.entry_octets_max = config.resolver.limits.entry_bytes;
  out.records_per_rrset = config.resolver.limits.records_per_rrset;
  out.types_per_name = config.resolver.limits.types_per_name;
  out.failure_seconds_min = static_cast<std::uint32_t>(config.cache.failure_ttl_min.count());
  out.failure_seconds_max = static_cast<std::uint32_t>(config.cache.failure_ttl_max.count());
  if (config.cache.serve_stale) out.stale_time = config.cache.stale_time;
  return out;
}

unsigned worker_count(const conf::Config& config) {
  if (config.workers > 0) return config.workers;
  return std::max(1u, std::thread::hardware_concurrency());
}

iterator::Duration drain_time(const conf::Config& config) {
  // Slow readers have that much even where answers come sooner.
  const iterator::Duration least = config.tcp.write_stall_timeout;
  const auto wanted = std::max<iterator::Duration>(config.resolver.limits.answer_time, least);
  return std::min<iterator::Duration>(wanted + drain_margin, drain_time_max);
}

RecorderLimits recorder_limits(const conf::Config& config) {
  const auto& from = config.recorder;
  return {from.records, static_cast<std::size_t>(from.size_bytes), from.slow_time};
}

void apply_log_settings(const conf::Config& config, Log& log) {
  auto level = LogSeverity::info;
  switch (config.log.level) {
    case conf::LogLevel::error:
      level = LogSeverity::error;
      break;
    case conf::LogLevel::warning:
      level = LogSeverity::warning;
      break;
    case conf::LogLevel::info:
      level = LogSeverity::info;
      break;
    case conf::LogLevel::debug:
      level = LogSeverity::debug;
      break;
  }
  log.set(level, config.log.format == conf::LogFormat::json ? LogShape::json : LogShape::text);
}

}  // namespace godwit::daemon
