// What the facts of a doctor's visit mean, in plain words with the remedy. Pure.
#pragma once

#include <string>
#include <vector>

#include "daemon/doctor_facts.h"

namespace godwit::daemon {

enum class Severity : std::uint8_t {
  good,
  note,   // worth knowing; names are looked up all the same
  fault,  // something does not work
};
[[nodiscard]] std::string_view to_text(Severity severity) noexcept;

struct Finding {
  std::string area;  // one word
  Severity severity = Severity::good;
  std::string text;
  std::string remedy;  // what to do next; empty: nothing
};
using Findings = std::vector<Finding>;

// All areas in their order: godwitd, its clock and limits, the host's resolv.conf, the network, the
// root's keys.
[[nodiscard]] Findings diagnose(const DoctorFacts& facts);

// The parts of it, each appending to `out`.
void diagnose_daemon(const DoctorFacts& facts, Findings& out);       // doctor_host.cc
void diagnose_resolv_conf(const DoctorFacts& facts, Findings& out);  // doctor_host.cc
void diagnose_network(const DoctorFacts& facts, Findings& out);      // doctor_network.cc
void diagnose_trust(const DoctorFacts& facts, Findings& out);        // doctor_trust.cc

}  // namespace godwit::daemon
