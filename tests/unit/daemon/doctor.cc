// What the doctor says of facts, and what it makes of the host's files. Without a network.
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/ctl_doctor.h"
#include "daemon/doctor_gather.h"
#include "daemon/doctor_probe.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

using std::chrono::milliseconds;

wire::Endpoint at(const char* address, std::uint16_t port = 53) {
  return {*wire::IpAddress::parse(address), port};
}

// A header with some flags, and padding to a size.
ProbeOutcome answered(ProbeAim aim, const char* server, std::size_t octets = 100) {
  ProbeOutcome out;
  out.probe = {aim, at(server), aim == ProbeAim::stream};
  out.end = ProbeEnd::answered;
  out.took = milliseconds(20);
  out.message.assign(octets, 0);
  out.message[2] = 0x84;  // QR, AA
  out.message[7] = 1;     // ANCOUNT
  return out;
}
ProbeOutcome silent(ProbeAim aim, const char* server) {
  ProbeOutcome out;
  out.probe = {aim, at(server), aim == ProbeAim::stream};
  return out;
}
void from_a_resolver(ProbeOutcome& outcome) {
  outcome.message[2] = 0x80;
  outcome.message[3] = 0x80;  // RA
}

// A host on which all is well.
DoctorFacts well() {
  DoctorFacts out;
  out.daemon.listens = {{at("127.0.0.1"), false}, {at("127.0.0.1"), true}};
  out.daemon.roots = {*wire::IpAddress::parse("198.41.0.4")};
  out.daemon.descriptors_max = 524'288;
  out.host.has_ipv4 = true;
  out.host.resolv_conf = "# ours\nnameserver 127.0.0.1\noptions trust-ad\n";
  out.probes = {
      answered(ProbeAim::own, "127.0.0.1"),          answered(ProbeAim::root, "198.41.0.4"),
      answered(ProbeAim::stream, "198.41.0.4"),      answered(ProbeAim::large, "198.41.0.4", 1'139),
      answered(ProbeAim::huge, "198.41.0.4", 2'400), silent(ProbeAim::nowhere, "192.0.2.53")};
  return out;
}

const Finding* find(const Findings& findings, std::string_view area,
                    Severity severity = Severity::fault) {
  const auto found = std::ranges::find_if(findings, [&](const Finding& finding) {
    return finding.area == area && finding.severity == severity;
  });
  return found == findings.end() ? nullptr : &*found;
}

Findings of(void (*part)(const DoctorFacts&, Findings&), const DoctorFacts& facts) {
  Findings out;
  part(facts, out);
  return out;
}

TEST(Doctor, finds_no_fault_where_all_is_well) {
  auto facts = well();
  for (const auto part : {diagnose_daemon, diagnose_resolv_conf, diagnose_network})
    for (const Finding& finding : of(part, facts))
      EXPECT_EQ(finding.severity, Severity::good) << finding.area << ": " << finding.text;
}

TEST(Doctor, says_when_godwitd_does_not_answer_and_goes_on_without_it) {
  auto facts = well();
  facts.daemon = facts_without_daemon("cannot reach godwitd at /run/x: Connection refused");
  EXPECT_EQ(facts.daemon.roots.size(), 26u);
  const auto findings = diagnose(facts);
  ASSERT_NE(find(findings, "godwitd"), nullptr);
  EXPECT_NE(find(findings, "godwitd")->text.find("Connection refused"), std::string::npos);
  EXPECT_NE(find(findings, "ipv4", Severity::good), nullptr);
  EXPECT_EQ(find(findings, "resolv.conf"), nullptr);
}

TEST(Doctor, tells_a_refusal_from_silence_and_from_a_failure) {
  auto facts = well();
  facts.probes[0].message[3] = 5;
  EXPECT_NE(find(diagnose(facts), "answers")->remedy.find("access-control.allow"),
            std::string::npos);
  facts.probes[0].message[3] = 2;
  EXPECT_NE(find(diagnose(facts), "answers")->text.find("cannot look up the root"),
            std::string::npos);
  facts.probes[0] = silent(ProbeAim::own, "127.0.0.1");
  EXPECT_NE(find(diagnose(facts), "answers")->text.find("nobody answers at 127.0.0.1"),
            std::string::npos);
}

TEST(Doctor, notes_few_descriptors_and_lost_datagrams) {
  auto facts = well();
  facts.daemon.descriptors_max = 4'096;
  EXPECT_EQ(find(diagnose(facts), "limits", Severity::note), nullptr);
  facts.daemon.descriptors_max = 4'095;
  EXPECT_NE(find(diagnose(facts), "limits", Severity::note), nullptr);
  facts = well();
  facts.host.datagrams_dropped = 7;
  EXPECT_NE(find(diagnose(facts), "limits", Severity::note)->text.find("7 datagrams"),
            std::string::npos);
}

TEST(Doctor, reads_whom_programs_ask) {
  auto facts = well();
  const auto fault = [&facts](const char* text) {
    facts.host.resolv_conf = text;
    return find(of(diagnose_resolv_conf, facts), "resolv.conf") != nullptr;
  };
  EXPECT_FALSE(fault("nameserver 127.0.0.1\n"));
  EXPECT_FALSE(fault(""));  // resolv.conf(5): the own host
  EXPECT_TRUE(fault("nameserver 127.0.0.53\n"));
  EXPECT_TRUE(fault("nameserver 9.9.9.9\nnameserver 127.0.0.1\n"));
  EXPECT_TRUE(fault("nameserver ::1\n"));
  facts.daemon.listens = {{at("::"), false}};
  EXPECT_FALSE(fault("nameserver ::1\n"));
  EXPECT_FALSE(fault("nameserver 127.0.0.1\n"));
  facts.daemon.listens = {{at("0.0.0.0", 5353), false}};
  EXPECT_TRUE(fault("nameserver 127.0.0.1\n"));
  facts = well();
  facts.host.resolv_conf = "nameserver 127.0.0.1\nnameserver 9.9.9.9\n";
  facts.host.nss_hosts = "hosts: files resolve dns";
  const auto findings = of(diagnose_resolv_conf, facts);
  EXPECT_EQ(std::ranges::count(findings, Severity::note, &Finding::severity), 2);
}

TEST(Doctor, tells_a_dead_network_from_a_missing_family) {
  auto facts = well();
  facts.probes[1] = silent(ProbeAim::root, "198.41.0.4");
  EXPECT_NE(find(diagnose(facts), "ipv4"), nullptr);
  facts = well();
  facts.probes.push_back(silent(ProbeAim::root, "2001:503:ba3e::2:30"));
  EXPECT_EQ(find(diagnose(facts), "ipv6"), nullptr);
  EXPECT_NE(find(diagnose(facts), "ipv6", Severity::note), nullptr);
  facts.host.has_ipv6 = true;
  EXPECT_NE(find(diagnose(facts), "ipv6"), nullptr);
  facts.daemon.upstream_ipv6 = false;
  EXPECT_EQ(find(diagnose(facts), "ipv6"), nullptr);
}

TEST(Doctor, notes_when_less_than_half_of_the_servers_answer) {
  auto facts = well();
  facts.probes.push_back(silent(ProbeAim::root, "199.9.14.201"));
  EXPECT_NE(find(diagnose(facts), "ipv4", Severity::good), nullptr);
  facts.probes.push_back(silent(ProbeAim::root, "192.33.4.12"));
  EXPECT_NE(find(diagnose(facts), "ipv4", Severity::note), nullptr);
}

TEST(Doctor, finds_what_does_not_pass_tcp_edns_fragments) {
  auto facts = well();
  facts.probes[2] = silent(ProbeAim::stream, "198.41.0.4");
  EXPECT_NE(find(diagnose(facts), "tcp"), nullptr);
  facts = well();
  facts.probes[3] = silent(ProbeAim::large, "198.41.0.4");
  EXPECT_NE(find(diagnose(facts), "sizes"), nullptr);
  facts = well();
  facts.probes[4] = silent(ProbeAim::huge, "198.41.0.4");
  EXPECT_NE(find(diagnose(facts), "sizes", Severity::note), nullptr);
  facts.probes[4] = answered(ProbeAim::huge, "198.41.0.4", 1'472);
  EXPECT_EQ(find(diagnose(facts), "sizes", Severity::good)->text.find("fragments"),
            std::string::npos);
  facts.probes[4] = answered(ProbeAim::huge, "198.41.0.4", 1'473);
  EXPECT_NE(find(diagnose(facts), "sizes", Severity::good)->text.find("fragments"),
            std::string::npos);
}

TEST(Doctor, finds_who_answers_in_place_of_the_root_servers) {
  auto facts = well();
  EXPECT_NE(find(diagnose(facts), "intercepted", Severity::good), nullptr);
  from_a_resolver(facts.probes[1]);
  EXPECT_NE(find(diagnose(facts), "intercepted"), nullptr);
  facts = well();
  facts.probes[5] = answered(ProbeAim::nowhere, "192.0.2.53");
  EXPECT_NE(find(diagnose(facts), "intercepted"), nullptr);
}

// The root's answer to "DNSKEY" with one key and its signature.
ProbeOutcome keys_of_root(const std::string& key_text, const std::string& inception,
                          const std::string& expiration) {
  auto out = answered(ProbeAim::large, "198.41.0.4", 12);
  const auto key = *wire::parse_rdata(wire::RrType::dnskey, key_text, wire::Name());
  const auto signature = *wire::parse_rdata(
      wire::RrType::rrsig, "DNSKEY 8 0 172800 " + expiration + " " + inception + " 20326 . AAAA",
      wire::Name());
  const auto append = [&out](wire::RrType type, const std::vector<std::uint8_t>& rdata) {
    const auto code = static_cast<std::uint16_t>(type);
    for (const int octet :
         {0, code >> 8, code & 0xff, 0, 1, 0, 0, 0, 60, static_cast<int>(rdata.size() >> 8),
          static_cast<int>(rdata.size() & 0xff)})
      out.message.push_back(static_cast<std::uint8_t>(octet));
    out.message.insert(out.message.end(), rdata.begin(), rdata.end());
  };
  append(wire::RrType::dnskey, key);
  append(wire::RrType::rrsig, signature);
  out.message[7] = 2;
  return out;
}

TEST(Doctor, compares_the_roots_keys_and_the_clock_with_what_is_trusted) {
  constexpr const char* key = "257 3 8 AwEAAQ==";
  auto facts = well();
  facts.daemon.anchors = std::string(". 60 IN DNSKEY ") + key + "\n";
  facts.host.wall_seconds = 1'784'000'000;  // 2026-07-14
  facts.probes[3] = keys_of_root(key, "20260701000000", "20260722000000");
  EXPECT_NE(find(diagnose(facts), "anchors", Severity::good), nullptr);
  EXPECT_NE(find(diagnose(facts), "clock", Severity::good), nullptr);

  facts.host.wall_seconds = 1'700'000'000;
  EXPECT_NE(find(diagnose(facts), "clock")->text.find("2023-11-14"), std::string::npos);
  facts.host.wall_seconds = 1'784'900'000;
  EXPECT_NE(find(diagnose(facts), "clock"), nullptr);

  facts.probes[3] = keys_of_root("257 3 8 AwEAAg==", "20260701000000", "20260722000000");
  EXPECT_NE(find(diagnose(facts), "anchors"), nullptr);
  facts.daemon.anchors.clear();
  EXPECT_EQ(find(diagnose(facts), "anchors"), nullptr);
  EXPECT_NE(find(diagnose(facts), "anchors", Severity::note), nullptr);
}

TEST(Doctor, says_when_keys_are_taken_out_of_answers) {
  auto facts = well();
  facts.daemon = facts_without_daemon("x");
  EXPECT_NE(find(diagnose(facts), "anchors")->text.find("no keys"), std::string::npos);
}

TEST(Doctor, makes_nothing_of_a_message_that_breaks_off) {
  auto facts = well();
  facts.daemon.anchors = ". 60 IN DNSKEY 257 3 8 AwEAAQ==\n";
  const auto whole = keys_of_root("257 3 8 AwEAAQ==", "20260701000000", "20260722000000");
  for (std::size_t octets = 12; octets < whole.message.size(); ++octets) {
    facts.probes[3] = whole;
    facts.probes[3].message.resize(octets);
    (void)diagnose(facts);
  }
}

TEST(Doctor, plans_few_probes_however_much_there_is) {
  auto facts = well();
  auto probes = plan_probes(facts.daemon);
  EXPECT_EQ(std::ranges::count(probes, ProbeAim::own, &Probe::aim), 2);
  EXPECT_EQ(std::ranges::count(probes, ProbeAim::root, &Probe::aim), 1);
  EXPECT_EQ(std::ranges::count(probes, ProbeAim::nowhere, &Probe::aim), 2);
  facts.daemon.upstream_ipv6 = false;
  EXPECT_EQ(std::ranges::count(plan_probes(facts.daemon), ProbeAim::nowhere, &Probe::aim), 1);
  facts.daemon.listens.assign(100, {at("0.0.0.0", 5300), false});
  facts.daemon.roots.assign(1'000, *wire::IpAddress::parse("198.41.0.4"));
  probes = plan_probes(facts.daemon);
  EXPECT_EQ(probes.size(), probes_max);
  EXPECT_EQ(std::ranges::count(probes, ProbeAim::own, &Probe::aim), 8);
  EXPECT_EQ(probes[0].server, at("127.0.0.1", 5300));
}

TEST(Doctor, reads_what_godwitd_says_and_passes_over_what_it_does_not) {
  const boost::json::object line{{"listen-udp", {"127.0.0.1@53", "nonsense", "::1@0"}},
                                 {"listen-tcp", {"::1@53"}},
                                 {"roots", {"198.41.0.4", 7}},
                                 {"anchors", {". 60 IN DNSKEY 257 3 8 AwEAAQ=="}},
                                 {"descriptors-max", 1024},
                                 {"upstream-ipv6", false}};
  const auto facts = read_daemon_facts(line);
  ASSERT_EQ(facts.listens.size(), 2u);
  EXPECT_TRUE(facts.listens[1].stream);
  EXPECT_EQ(facts.roots.size(), 1u);
  EXPECT_EQ(facts.descriptors_max, 1024u);
  EXPECT_TRUE(facts.upstream_ipv4);
  EXPECT_FALSE(facts.upstream_ipv6);
  EXPECT_TRUE(read_daemon_facts({{"listen-udp", 3}}).listens.empty());
}

TEST(Doctor, adds_up_the_drops_of_one_port) {
  const std::string text =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode ref pointer drops\n"
      "  1: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 40\n"
      "  2: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 2\n"
      "  3: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 9\n"
      "garbage\n";
  EXPECT_EQ(datagrams_dropped(text, 53), 42u);
  EXPECT_EQ(datagrams_dropped("", 53), 0u);
}

TEST(Doctor, shows_a_remedy_on_a_line_of_its_own_and_nothing_unescaped) {
  const Finding finding{"answers", Severity::fault, "bad \x1b[31m", "do this"};
  EXPECT_EQ(finding_text(finding, false),
            "fault answers      bad \\x1B[31m\n                   > do this\n");
  EXPECT_EQ(finding_text({"tcp", Severity::good, "x", {}}, true),
            "\x1b[32mgood \x1b[0m tcp          x\n");
}

}  // namespace
}  // namespace godwit::daemon
