// The sandbox, as far as it can be told without entering one: the table of calls, the program made
// of it, what each version of Landlock forbids, and which places and ports a configuration needs.
#include "daemon/sandbox.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "conf/load.h"
#include "daemon/sandbox_calls.h"

namespace godwit::daemon {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t machine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t machine = 0;
#endif

std::uint32_t next_value(const sock_filter& step, std::uint32_t value, const seccomp_data& data) {
  if (BPF_CLASS(step.code) == BPF_LD) {
    std::uint32_t loaded = 0;
    std::memcpy(&loaded, reinterpret_cast<const std::uint8_t*>(&data) + step.k, sizeof loaded);
    return loaded;
  }
  return BPF_OP(step.code) == BPF_AND ? value & step.k : value;
}

bool jumps(const sock_filter& step, std::uint32_t value) {
  switch (BPF_OP(step.code)) {
    case BPF_JEQ:
      return value == step.k;
    case BPF_JGT:
      return value > step.k;
    case BPF_JGE:
      return value >= step.k;
    default:
      return (value & step.k) != 0;
  }
}

// What the kernel would make of a call: the program of a filter, carried out.
std::uint32_t judge_data(const SandboxFilter& filter, const seccomp_data& data) {
  const auto octets = filter.program();
  std::vector<sock_filter> program(octets.size() / sizeof(sock_filter));
  std::memcpy(program.data(), octets.data(), program.size() * sizeof(sock_filter));
  std::uint32_t value = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const auto& step = program[at];
    if (BPF_CLASS(step.code) == BPF_RET) return step.k;
    if (BPF_CLASS(step.code) != BPF_JMP)
      value = next_value(step, value, data);
    else if (BPF_OP(step.code) == BPF_JA)
      at += step.k;
    else
      at += jumps(step, value) ? step.jt : step.jf;
  }
  ADD_FAILURE() << "the program has no end";
  return 0;
}

std::uint32_t judge(const SandboxFilter& filter, long number,
                    std::initializer_list<std::uint64_t> arguments = {}) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = machine;
  std::ranges::copy(arguments, data.args);
  return judge_data(filter, data);
}

constexpr std::uint32_t allowed = SECCOMP_RET_ALLOW;
constexpr std::uint32_t denied = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint64_t high_bits = 1ULL << 32;

class SandboxFilterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (machine == 0) GTEST_SKIP() << "no number for this machine";
  }
  SandboxFilter filter_{OnBreach::deny};
};

TEST(SandboxCalls, there_are_sixty_at_most_each_with_its_reason_and_once) {
  EXPECT_LE(allowed_calls().size(), allowed_calls_max);
  std::set<std::string_view> names;
  for (const auto& call : allowed_calls()) {
    EXPECT_FALSE(call.reason.empty()) << call.name;
    EXPECT_TRUE(names.insert(call.name).second) << call.name;
    for (const auto one : call.cases) EXPECT_FALSE(one.empty()) << call.name;
  }
}

TEST_F(SandboxFilterTest, every_call_of_the_table_is_in_it) {
  EXPECT_EQ(filter_.error(), "");
  EXPECT_EQ(filter_.calls(), allowed_calls().size());
  EXPECT_FALSE(filter_.program().empty());
}

TEST_F(SandboxFilterTest, what_is_not_in_the_table_fails) {
  EXPECT_EQ(judge(filter_, SYS_read), allowed);
  EXPECT_EQ(judge(filter_, SYS_openat), allowed);
  for (const long number : {SYS_execve, SYS_execveat, SYS_ptrace, SYS_kill, SYS_setresuid,
                            SYS_mount, SYS_process_vm_readv, SYS_io_uring_setup, SYS_bpf,
                            SYS_socketpair, SYS_pkey_mprotect, SYS_memfd_create, SYS_seccomp})
    EXPECT_EQ(judge(filter_, number), denied) << number;
}

TEST_F(SandboxFilterTest, the_process_ends_where_that_is_wanted) {
  const SandboxFilter killing(OnBreach::kill);
  EXPECT_EQ(judge(killing, SYS_execve), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(judge(killing, SYS_read), allowed);
}

TEST_F(SandboxFilterTest, calls_of_another_machine_end_the_process) {
  seccomp_data data{};
  data.nr = static_cast<int>(SYS_read);
  data.arch = machine ^ 1U;
  const auto action = judge_data(filter_, data);
  EXPECT_TRUE(action == SECCOMP_RET_KILL_THREAD || action == SECCOMP_RET_KILL_PROCESS) << action;
}

TEST_F(SandboxFilterTest, sockets_are_of_udp_and_tcp_over_ip) {
  const auto socket = [&](std::uint64_t family, std::uint64_t type, std::uint64_t protocol) {
    return judge(filter_, SYS_socket, {family, type, protocol});
  };
  constexpr std::uint64_t flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  EXPECT_EQ(socket(AF_INET, SOCK_DGRAM | flags, IPPROTO_UDP), allowed);
  EXPECT_EQ(socket(AF_INET6, SOCK_STREAM | flags, IPPROTO_TCP), allowed);
  EXPECT_EQ(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), denied);
  EXPECT_EQ(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), denied);
  EXPECT_EQ(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), denied);
  EXPECT_EQ(socket(AF_PACKET, SOCK_RAW, 0), denied);
  EXPECT_EQ(socket(AF_NETLINK, SOCK_RAW, 0), denied);
  EXPECT_EQ(socket(AF_UNIX, SOCK_STREAM, 0), denied);
}

TEST_F(SandboxFilterTest, memory_never_becomes_code) {
  const auto write_and_run = PROT_READ | PROT_WRITE | PROT_EXEC;
  EXPECT_EQ(judge(filter_, SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE}), allowed);
  EXPECT_EQ(judge(filter_, SYS_mmap, {0, 4096, write_and_run}), denied);
  EXPECT_EQ(judge(filter_, SYS_mprotect, {0, 4096, PROT_READ}), allowed);
  EXPECT_EQ(judge(filter_, SYS_mprotect, {0, 4096, PROT_READ | PROT_EXEC}), denied);
}

TEST_F(SandboxFilterTest, tcp_never_connects_with_its_first_octets) {
  EXPECT_EQ(judge(filter_, SYS_sendto, {3, 0, 0, MSG_NOSIGNAL}), allowed);
  EXPECT_EQ(judge(filter_, SYS_sendto, {3, 0, 0, MSG_FASTOPEN}), denied);
  EXPECT_EQ(judge(filter_, SYS_sendmsg, {3, 0, MSG_FASTOPEN | MSG_DONTWAIT}), denied);
  EXPECT_EQ(judge(filter_, SYS_sendmmsg, {3, 0, 1, MSG_FASTOPEN}), denied);
  EXPECT_EQ(judge(filter_, SYS_setsockopt, {3, IPPROTO_TCP, TCP_NODELAY}), allowed);
  EXPECT_EQ(judge(filter_, SYS_setsockopt, {3, IPPROTO_TCP, TCP_FASTOPEN_CONNECT}), denied);
  EXPECT_EQ(judge(filter_, SYS_setsockopt, {3, high_bits | IPPROTO_TCP, TCP_ULP}), denied);
}

TEST_F(SandboxFilterTest, there_are_new_threads_but_no_new_processes) {
  constexpr std::uint64_t thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
  EXPECT_EQ(judge(filter_, SYS_clone, {thread}), allowed);
  EXPECT_EQ(judge(filter_, SYS_clone, {CLONE_VM | CLONE_VFORK}), denied);
  EXPECT_EQ(judge(filter_, SYS_clone3), SECCOMP_RET_ERRNO | ENOSYS);
}

TEST_F(SandboxFilterTest, signals_and_requests_are_few) {
  const auto own = static_cast<std::uint64_t>(::getpid());
  EXPECT_EQ(judge(filter_, SYS_tgkill, {own, own}), allowed);
  EXPECT_EQ(judge(filter_, SYS_tgkill, {own + 1, own + 1}), denied);
  EXPECT_EQ(judge(filter_, SYS_ioctl, {3, FIONBIO}), allowed);
  EXPECT_EQ(judge(filter_, SYS_ioctl, {0, TIOCSTI}), denied);
  EXPECT_EQ(judge(filter_, SYS_prctl, {PR_SET_NAME}), allowed);
  EXPECT_EQ(judge(filter_, SYS_prctl, {PR_SET_DUMPABLE, 1}), denied);
}

TEST(Landlock, a_version_forbids_what_it_knows) {
  EXPECT_EQ(landlock_rights(0).files, 0u);
  EXPECT_EQ(landlock_rights(1).files, 0x1fffu);
  EXPECT_EQ(landlock_rights(2).files, 0x3fffu);
  EXPECT_EQ(landlock_rights(3).files, 0x7fffu);
  EXPECT_EQ(landlock_rights(3).ports, 0u);
  EXPECT_EQ(landlock_rights(4).ports, 3u);
  EXPECT_EQ(landlock_rights(5).files, 0xffffu);
  EXPECT_EQ(landlock_rights(5).scopes, 0u);
  EXPECT_EQ(landlock_rights(6).scopes, 3u);
  EXPECT_EQ(landlock_rights(1'000).files, 0xffffu);
}

TEST(Landlock, no_place_has_a_right_that_its_version_does_not_know) {
  for (int version = 0; version <= 8; ++version) {
    const auto all = landlock_rights(version).files;
    EXPECT_EQ(writing_rights(version) & ~all, 0u);
    EXPECT_EQ(removing_rights(version) & ~writing_rights(version), 0u);
    EXPECT_EQ(reading_rights(version, true) & ~all, 0u);
    EXPECT_EQ(reading_rights(version, false) & ~reading_rights(version, true), 0u);
  }
}

TEST(Landlock, what_a_version_lacks_is_told) {
  EXPECT_EQ(landlock_gaps(0).size(), 3u);
  EXPECT_EQ(landlock_gaps(3).size(), 2u);
  EXPECT_EQ(landlock_gaps(4).size(), 1u);
  EXPECT_TRUE(landlock_gaps(6).empty());
}

TEST(SandboxPlan, a_file_is_readable_with_its_folder_unless_that_is_everybodys) {
  using Places = std::vector<std::string>;
  EXPECT_EQ(readable_places("/no/such/godwit.yaml"), Places{"/no/such"});
  EXPECT_EQ(readable_places("/etc/no-such.yaml"), Places{"/etc/no-such.yaml"});
  EXPECT_EQ(readable_places("/no-such.yaml"), Places{"/no-such.yaml"});
}

TEST(SandboxPlan, a_link_is_readable_where_it_leads_to) {
  namespace fs = std::filesystem;
  const fs::path top = fs::canonical(testing::TempDir()) / "godwit-sandbox-links";
  fs::remove_all(top);
  fs::create_directories(top / "named");
  fs::create_directories(top / "real");
  std::ofstream(top / "real" / "a.yaml") << "\n";
  fs::create_symlink(top / "real" / "a.yaml", top / "named" / "a.yaml");
  EXPECT_EQ(readable_places((top / "named" / "a.yaml").string()),
            (std::vector<std::string>{(top / "named").string(), (top / "real").string()}));
  fs::remove_all(top);
}

SandboxPlan plan_of(std::string_view yaml) {
  const auto loaded = conf::load_text(yaml, "f");
  EXPECT_TRUE(loaded.good());
  return sandbox_plan(loaded.config, "/no/conf/godwit.yaml", "/no/state");
}

TEST(SandboxPlan, what_a_reload_reads_of_local_answers_is_readable) {
  const auto plan = plan_of(
      "local:\n  hosts-files: [/no/hosts/one]\n"
      "  block-lists: [{name: ads, file: /no/lists/ads, form: names}]\n");
  for (const char* folder : {"/no/conf", "/no/hosts", "/no/lists"})
    EXPECT_NE(std::ranges::find(plan.rules.read, folder), plan.rules.read.end()) << folder;
}

TEST(SandboxPlan, a_configuration_needs_its_files_and_the_ports_of_its_servers) {
  const auto plain = plan_of("");
  EXPECT_EQ(plain.wanted, conf::Sandbox::best_effort);
  EXPECT_EQ(plain.on_breach, OnBreach::deny);
  EXPECT_EQ(plain.rules.read, std::vector<std::string>{"/no/conf"});
  EXPECT_EQ(plain.rules.write, std::vector<std::string>{"/no/state"});
  EXPECT_EQ(plain.rules.remove, std::vector<std::string>{"/run/godwit"});
  EXPECT_EQ(plain.rules.connect_ports, std::vector<std::uint16_t>{53});
  constexpr std::string_view yaml =
      "process: {sandbox: required, sandbox-breach: kill}\n"
      "resolver:\n"
      "  root-hints: /no/hints/root.hints\n"
      "  forward-zones: [{name: a.example, servers: ['192.0.2.1@5353']}]\n"
      "dnssec: {trust-anchor-file: /no/anchors/root.key}\n"
      "cache: {snapshot-file: /no/snapshots/cache}\n"
      "control: {socket: '', read-socket: ''}\n";
  const auto full = plan_of(yaml);
  EXPECT_EQ(full.wanted, conf::Sandbox::required);
  EXPECT_EQ(full.on_breach, OnBreach::kill);
  EXPECT_EQ(full.rules.read, (std::vector<std::string>{"/no/conf", "/no/hints", "/no/anchors"}));
  EXPECT_EQ(full.rules.write, (std::vector<std::string>{"/no/state", "/no/snapshots"}));
  EXPECT_TRUE(full.rules.remove.empty());
  EXPECT_EQ(full.rules.connect_ports, (std::vector<std::uint16_t>{53, 5353}));
}

TEST(SandboxPlan, only_a_file_that_is_denied_is_blamed_on_the_sandbox) {
  namespace fs = std::filesystem;
  const fs::path file = fs::path(testing::TempDir()) / "godwit-denied.yaml";
  std::ofstream(file) << "\n";
  EXPECT_TRUE(denied_files(conf::Config(), "/no/conf/godwit.yaml").empty());
  EXPECT_TRUE(denied_files(conf::Config(), file.string()).empty());
  fs::permissions(file, fs::perms::none);
  const std::size_t count = ::geteuid() == 0 ? 0 : 1;
  EXPECT_EQ(denied_files(conf::Config(), file.string()).size(), count);
  fs::remove(file);
}

TEST(SandboxPlan, a_port_that_a_reload_brings_is_beyond_it) {
  const auto plan = plan_of("");
  constexpr std::string_view yaml =
      "resolver: {stub-zones: [{name: a.example, servers: ['192.0.2.1@5353', '192.0.2.2']}]}\n";
  const auto wanted = conf::load_text(yaml, "f");
  ASSERT_TRUE(wanted.good());
  EXPECT_EQ(ports_beyond(plan, wanted.config), std::vector<std::uint16_t>{5353});
  EXPECT_TRUE(ports_beyond(plan, conf::Config()).empty());
}

}  // namespace
}  // namespace godwit::daemon
