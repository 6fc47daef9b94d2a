// What godwitctl's doctor looks at, as plain values: what godwitd says, what the host's files say,
// and what came of questions that the doctor sent itself. Gathered by doctor_gather.h, judged by
// doctor_findings.h. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/listen_sockets.h"
#include "wire/message_view.h"

namespace godwit::daemon {

// What a probe is sent for.
enum class ProbeAim : std::uint8_t {
  own,      // the root's NS set, from godwitd itself
  root,     // the root's SOA, from a root server
  stream,   // the same over TCP
  large,    // the root's keys, with EDNS and room for what godwit asks for
  huge,     // all the root's own records, with room for what only fragments bring
  nowhere,  // the root's SOA, from an address at which there is nothing
};

struct Probe {
  ProbeAim aim = ProbeAim::root;
  wire::Endpoint server;
  bool over_tcp = false;
};

enum class ProbeEnd : std::uint8_t { answered, timed_out, unreachable };

struct ProbeOutcome {
  Probe probe;
  ProbeEnd end = ProbeEnd::timed_out;
  std::string reason;  // of `unreachable`, as the system says it
  std::chrono::milliseconds took{};
  std::vector<std::uint8_t> message;  // when answered; at least a header
  [[nodiscard]] wire::Header header() const noexcept {
    const auto parsed = wire::Header::parse(message);
    return parsed ? *parsed : wire::Header();
  }
};

// What godwitd says of itself over the control socket.
struct DaemonFacts {
  std::string unreachable;  // why it says nothing; empty: it does
  std::vector<ListenPoint> listens;
  std::vector<wire::IpAddress> roots;
  std::string anchors;  // the root's, in presentation form; empty: nothing is validated
  std::string clock_fault;
  std::uint64_t descriptors_max = 0;
  bool upstream_ipv4 = true;
  bool upstream_ipv6 = true;
};

struct HostFacts {
  std::int64_t wall_seconds = 0;  // since 1970
  bool has_ipv4 = false;          // an address that reaches farther than the link
  bool has_ipv6 = false;
  std::string resolv_conf;
  std::string resolv_conf_target;  // where the link leads; empty: it is none
  std::string nss_hosts;           // the "hosts:" line of nsswitch.conf
  // Datagrams to the port of DNS that the system threw away for want of room.
  std::uint64_t datagrams_dropped = 0;
};

struct DoctorFacts {
  DaemonFacts daemon;
  HostFacts host;
  std::vector<ProbeOutcome> probes;
};

}  // namespace godwit::daemon
