// Collects what the doctor judges: godwitd's own words, the files of the host, and the probes.
// Blocks for some seconds.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "daemon/doctor_facts.h"

namespace godwit::daemon {

// What godwitd's answer to the command "doctor" says. What is missing in it stays as in
// DaemonFacts.
[[nodiscard]] DaemonFacts read_daemon_facts(const boost::json::object& line);
// The facts to go on with where godwitd does not answer, for a reason: built-in root servers and
// trust anchors.
[[nodiscard]] DaemonFacts facts_without_daemon(std::string reason);

// The sum of the drops of sockets with this port, from the text of /proc/net/udp or udp6.
[[nodiscard]] std::uint64_t datagrams_dropped(const std::string& proc_net_udp, std::uint16_t port);

[[nodiscard]] HostFacts look_at_host();

}  // namespace godwit::daemon
