// The configuration as plain structs. The initialisers are the defaults: no other file states them
// (the table in conf/settings.h has the ranges and the sentences). Not validated by itself:
// conf/load.h makes checked ones. Immutable once loaded; shared between threads as shared_ptr<const
// Config> and replaced whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "wire/ip_address.h"

namespace godwit::conf {

using wire::Endpoint;
using wire::IpAddress;
using wire::IpPrefix;

enum class Transport : std::uint8_t { udp, tcp, tls, https };
enum class QnameMinimisation : std::uint8_t { off, relaxed, strict };
enum class LogLevel : std::uint8_t { error, warning, info, debug };
enum class LogFormat : std::uint8_t { text, json };

struct Listen {
  IpAddress address;
  std::uint16_t port = 53;
  std::vector<Transport> transports{Transport::udp, Transport::tcp};
  friend bool operator==(const Listen&, const Listen&) = default;
};

// The two loopback addresses, port 53, UDP and TCP.
[[nodiscard]] std::vector<Listen> default_listen();

struct Tls {
  std::string certificate;  // file in PEM
  std::string key;          // file in PEM
  friend bool operator==(const Tls&, const Tls&) = default;
};

// The longest prefix that holds the client decides, `deny` wins between equals; no prefix: refused.
struct AccessControl {
  std::vector<IpPrefix> allow = default_allow();
  std::vector<IpPrefix> deny;
  [[nodiscard]] static std::vector<IpPrefix> default_allow();
  friend bool operator==(const AccessControl&, const AccessControl&) = default;
};

// A forward zone (servers are resolvers) or a stub zone (servers are authoritative).
struct ZoneServers {
  std::string name;  // presentation format, lower case, absolute: ends in a dot
  std::vector<Endpoint> servers;
  friend bool operator==(const ZoneServers&, const ZoneServers&) = default;
};

struct ResolverLimits {
  std::uint32_t upstream_packets = 64;
  std::uint64_t upstream_bytes = 100'000;
  std::chrono::milliseconds answer_time{5'000};
  std::chrono::milliseconds resolution_time{6'000};
  std::uint32_t recursion_depth = 6;
  std::uint32_t alias_hops = 12;
  std::uint32_t name_servers = 13;
  std::uint32_t addresses_per_server_name = 6;
  std::uint32_t addresses_per_delegation = 16;
  std::uint32_t failed_address_lookups = 4;
  std::uint32_t sends_per_server = 3;
  std::uint32_t minimise_steps = 10;
  std::uint32_t minimise_single_labels = 4;
  std::uint32_t records_per_rrset = 128;
  std::uint32_t types_per_name = 64;
  std::uint64_t entry_bytes = 16'384;
  std::uint32_t waiting_total = 4'096;
  std::uint32_t waiting_per_client = 100;
  std::uint32_t waiting_per_client_with_cookie = 1'000;
  std::uint32_t waiting_per_question = 10;
  friend bool operator==(const ResolverLimits&, const ResolverLimits&) = default;
};

struct Resolver {
  std::string root_hints;  // file in master format; empty: built in
  bool upstream_ipv4 = true;
  bool upstream_ipv6 = true;
  QnameMinimisation qname_minimisation = QnameMinimisation::relaxed;
  std::vector<IpPrefix> do_not_query = default_do_not_query();
  bool special_names = true;
  bool case_randomisation = true;
  bool cookies = true;
  std::uint32_t edns_buffer_size = 1'232;  // bytes
  std::uint32_t prefetch = 5;              // percent
  std::vector<ZoneServers> forward_zones;
  std::vector<ZoneServers> stub_zones;
  ResolverLimits limits;
  [[nodiscard]] static std::vector<IpPrefix> default_do_not_query();
  friend bool operator==(const Resolver&, const Resolver&) = default;
};

struct Answers {
  bool minimal = true;
  std::uint32_t edns_buffer_size = 1'232;  // bytes
  std::string nsid;                        // empty: no NSID is sent
  std::string identity;                    // CH TXT id.server; empty: refused
  std::string version;                     // CH TXT version.bind; empty: refused
  friend bool operator==(const Answers&, const Answers&) = default;
};

// By time, seconds since 1970; never: the epoch itself.
struct NegativeTrustAnchor {
  std::string name;  // as ZoneServers::name
  std::chrono::sys_seconds until{};
  friend bool operator==(const NegativeTrustAnchor&, const NegativeTrustAnchor&) = default;
};

struct DnssecLimits {
  std::uint32_t signature_checks = 24;
  std::chrono::milliseconds signature_time{7};
  std::uint32_t failed_checks = 4;
  std::chrono::milliseconds failed_time{1};
  std::uint32_t checks_per_rrset = 4;
  std::uint32_t keys_per_tag = 2;
  std::uint32_t ds_per_zone = 8;
  std::uint32_t proofs_per_response = 8;
  std::uint32_t nsec3_iterations = 50;
  std::uint32_t nsec3_iterations_max = 150;
  std::uint32_t nsec3_hash_blocks = 2'000;
  friend bool operator==(const DnssecLimits&, const DnssecLimits&) = default;
};

// Which trust anchors are followed through rollovers: the built-in ones, all, none.
enum class Rollover : std::uint8_t { built_in, all, none };

struct Dnssec {
  bool validation = true;
  std::vector<std::string> trust_anchors;  // records in master format
  std::string trust_anchor_file;
  Rollover rfc5011 = Rollover::built_in;
  std::string trust_anchor_state;  // file; empty: see default_state_file() in daemon/anchor_store.h
  std::vector<NegativeTrustAnchor> negative_trust_anchors;
  bool sha1_signatures = true;
  std::chrono::seconds signature_skew{60};
  std::chrono::seconds bogus_ttl{60};
  bool aggressive_denials = true;
  bool signal_trust_anchors = true;
  bool root_key_sentinel = true;
  DnssecLimits limits;
  friend bool operator==(const Dnssec&, const Dnssec&) = default;
};

// What a local zone says of names that it has no data of.
enum class LocalZoneType : std::uint8_t { fixed, transparent, redirect, refuse };

struct LocalZone {
  std::string name;  // as ZoneServers::name
  LocalZoneType type = LocalZoneType::fixed;
  std::string file;  // in master format; empty: none
  friend bool operator==(const LocalZone&, const LocalZone&) = default;
};

// How a block list is written, and what it does with a name.
enum class ListForm : std::uint8_t { names, hosts, rpz };
enum class ListAnswer : std::uint8_t { nxdomain, nodata, address, refused };
enum class ListReason : std::uint8_t { blocked, censored, filtered };

struct BlockList {
  std::string name;
  std::string file;
  ListForm form = ListForm::names;
  ListAnswer answer = ListAnswer::nxdomain;
  std::vector<IpAddress> addresses = default_addresses();
  std::vector<IpPrefix> clients;  // empty: all
  ListReason reason = ListReason::blocked;
  [[nodiscard]] static std::vector<IpAddress> default_addresses();
  friend bool operator==(const BlockList&, const BlockList&) = default;
};

struct Rebinding {
  bool protect = false;
  std::vector<IpPrefix> private_addresses = default_private_addresses();
  std::vector<std::string> allowed_names;  // as ZoneServers::name
  [[nodiscard]] static std::vector<IpPrefix> default_private_addresses();
  friend bool operator==(const Rebinding&, const Rebinding&) = default;
};

struct Local {
  std::vector<std::string> hosts_files;
  std::vector<std::string> records;  // in master format
  std::vector<LocalZone> zones;
  std::vector<BlockList> block_lists;
  Rebinding rebinding;
  std::uint32_t names_max = 2'000'000;
  friend bool operator==(const Local&, const Local&) = default;
};

struct Cache {
  std::uint64_t size_bytes = 0;  // 0: by the memory of the machine (daemon/memory_limit.h)
  std::chrono::seconds max_ttl{86'400};
  std::chrono::seconds min_ttl{0};
  std::chrono::seconds max_negative_ttl{3'600};
  std::chrono::seconds min_delegation_ttl{60};
  std::chrono::seconds failure_ttl_min{5};
  std::chrono::seconds failure_ttl_max{300};
  bool snapshot = true;
  std::string snapshot_file;                    // empty: see state_file() in daemon/new_file.h
  std::chrono::seconds snapshot_interval{900};  // 0: at the end alone
  bool serve_stale = false;
  std::chrono::seconds stale_time{86'400};
  std::chrono::seconds stale_ttl{30};
  std::chrono::milliseconds stale_wait{1'800};
  std::chrono::seconds stale_retry{30};
  bool curve = true;
  friend bool operator==(const Cache&, const Cache&) = default;
};

struct Tcp {
  std::uint32_t connections = 1'024;
  std::uint32_t connections_per_client = 64;
  std::chrono::milliseconds idle_timeout{10'000};
  std::chrono::milliseconds idle_timeout_min{200};  // when all connections are taken
  std::uint32_t in_flight = 32;                     // queries of one connection
  std::chrono::milliseconds write_stall_timeout{2'000};
  std::chrono::milliseconds backlog_timeout{10'000};
  std::uint64_t buffer_bytes = 1ULL << 20;        // unsent answers of one connection
  std::uint64_t buffer_bytes_total = 4ULL << 20;  // of all
  bool keepalive = true;                          // RFC 7828
  friend bool operator==(const Tcp&, const Tcp&) = default;
};

struct Log {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  bool queries = false;
  friend bool operator==(const Log&, const Log&) = default;
};

struct Control {
  std::string socket = "/run/godwit/control.sock";    // empty: none
  std::string read_socket = "/run/godwit/read.sock";  // empty: none
  friend bool operator==(const Control&, const Control&) = default;
};

// What is kept of resolutions that went wrong, for godwitctl why.
struct Recorder {
  std::uint32_t records = 128;               // of each kind; 0: nothing is recorded
  std::uint64_t size_bytes = 512ULL << 10U;  // of each kind
  std::chrono::milliseconds slow_time{2'000};
  friend bool operator==(const Recorder&, const Recorder&) = default;
};

// What a start does where the kernel lacks a part of the sandbox.
enum class Sandbox : std::uint8_t {
  required,     // fails
  best_effort,  // goes on with what there is
  off,          // there is none at all
};
enum class SandboxBreach : std::uint8_t { deny, kill };

struct Process {
  std::string user;  // empty: "godwit" if there is such an account, else "nobody"
  Sandbox sandbox = Sandbox::best_effort;
  SandboxBreach sandbox_breach = SandboxBreach::deny;
  friend bool operator==(const Process&, const Process&) = default;
};

struct Config {
  std::uint32_t workers = 0;  // 0: one for each CPU
  std::vector<Listen> listen = default_listen();
  Tls tls;
  AccessControl access_control;
  Resolver resolver;
  Answers answers;
  Local local;
  Dnssec dnssec;
  Cache cache;
  Tcp tcp;
  Log log;
  Control control;
  Recorder recorder;
  Process process;
  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace godwit::conf
