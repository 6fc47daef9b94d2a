// Numbers are compared by their low 32 bits where the kernel looks at no more: else the high ones
// would be a way around.
#include "daemon/sandbox_calls.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace godwit::daemon {
namespace {

constexpr std::uint64_t whole = 0xffff'ffff;
constexpr std::uint64_t socket_kind = whole & ~std::uint64_t{SOCK_NONBLOCK | SOCK_CLOEXEC};
// Names of memory, for those who look at the process; newer allocators give them.
constexpr std::uint64_t set_memory_name = 0x53564d41;  // PR_SET_VMA

constexpr ArgumentMatch udp_4[] = {
    {0, whole, AF_INET}, {1, socket_kind, SOCK_DGRAM}, {2, whole, IPPROTO_UDP}};
constexpr ArgumentMatch udp_6[] = {
    {0, whole, AF_INET6}, {1, socket_kind, SOCK_DGRAM}, {2, whole, IPPROTO_UDP}};
constexpr ArgumentMatch tcp_4[] = {
    {0, whole, AF_INET}, {1, socket_kind, SOCK_STREAM}, {2, whole, IPPROTO_TCP}};
constexpr ArgumentMatch tcp_6[] = {
    {0, whole, AF_INET6}, {1, socket_kind, SOCK_STREAM}, {2, whole, IPPROTO_TCP}};
constexpr ArgumentCase upstream_sockets[] = {udp_4, udp_6, tcp_4, tcp_6};

constexpr ArgumentMatch of_socket[] = {{1, whole, SOL_SOCKET}};
constexpr ArgumentMatch of_ip_4[] = {{1, whole, IPPROTO_IP}};
constexpr ArgumentMatch of_ip_6[] = {{1, whole, IPPROTO_IPV6}};
constexpr ArgumentMatch of_udp[] = {{1, whole, IPPROTO_UDP}};
constexpr ArgumentMatch no_delay[] = {{1, whole, IPPROTO_TCP}, {2, whole, TCP_NODELAY}};
constexpr ArgumentMatch give_up_time[] = {{1, whole, IPPROTO_TCP}, {2, whole, TCP_USER_TIMEOUT}};
constexpr ArgumentCase options[] = {of_socket, of_ip_4, of_ip_6, of_udp, no_delay, give_up_time};

// TCP Fast Open would connect without connect(), to ports that Landlock does not allow.
constexpr ArgumentMatch no_fast_open_3[] = {{3, MSG_FASTOPEN, 0}};
constexpr ArgumentMatch no_fast_open_2[] = {{2, MSG_FASTOPEN, 0}};
constexpr ArgumentCase plain_send_3[] = {no_fast_open_3};
constexpr ArgumentCase plain_send_2[] = {no_fast_open_2};

constexpr ArgumentMatch get_flags[] = {{1, whole, F_GETFL}};
constexpr ArgumentMatch set_flags[] = {{1, whole, F_SETFL}};
constexpr ArgumentMatch set_close[] = {{1, whole, F_SETFD}};
constexpr ArgumentMatch duplicate[] = {{1, whole, F_DUPFD_CLOEXEC}};
constexpr ArgumentCase descriptor_flags[] = {get_flags, set_flags, set_close, duplicate};

constexpr ArgumentMatch set_blocking[] = {{1, whole, FIONBIO}};
constexpr ArgumentMatch count_unread[] = {{1, whole, FIONREAD}};
constexpr ArgumentCase device_requests[] = {set_blocking, count_unread};

constexpr ArgumentMatch name_thread[] = {{0, whole, PR_SET_NAME}};
constexpr ArgumentMatch name_memory[] = {{0, whole, set_memory_name}};
constexpr ArgumentCase names[] = {name_thread, name_memory};

constexpr ArgumentMatch thread[] = {{0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM}};
constexpr ArgumentCase threads[] = {thread};
constexpr ArgumentMatch itself[] = {{0, whole, own_process}};
constexpr ArgumentCase to_itself[] = {itself};
constexpr ArgumentMatch no_code[] = {{2, PROT_EXEC, 0}};
constexpr ArgumentCase data_alone[] = {no_code};

constexpr AllowedCall table[] = {
    {"read", {}, "files that a reload reads; the bells of event loops and signals", {}},
    {"write", {}, "the log; the state's file; bells", {}},
    {"writev", {}, "files written through streams", {}},
    {"recvfrom", {}, "responses of servers; TCP", {}},
    {"recvmsg", {}, "streams of the control socket", {}},
    {"recvmmsg", {}, "batches of queries", {}},
    {"sendto", {}, "queries to servers; TCP; the service manager", plain_send_3},
    {"sendmsg", {}, "answers", plain_send_2},
    {"sendmmsg", {}, "batches of answers and queries", plain_send_3},
    {"socket", {}, "exchanges with servers: UDP and TCP over IP, nothing else", upstream_sockets},
    {"bind", {}, "the drawn port of an exchange; Landlock forbids it to TCP", {}},
    {"connect", {}, "exchanges with servers; Landlock limits the ports of TCP", {}},
    {"accept4", {}, "connections of clients", {}},
    {"accept", {}, "connections to the control socket", {}},
    {"getsockname", {}, "which of our addresses an exchange leaves from", {}},
    {"getsockopt", {}, "what the kernel can do; errors of connections", {}},
    {"setsockopt", {}, "fragmentation, ports and delays of exchanges", options},
    {"shutdown", {}, "the end of a connection", {}},
    {"close", {}, "descriptors", {}},
    {"epoll_ctl", {}, "event loops", {}},
    {"epoll_wait", "epoll_pwait", "event loops", {}},
    {"poll", "ppoll", "waiting for one descriptor", {}},
    {"timerfd_settime", {}, "the main thread's timers", {}},
    {"fcntl", {}, "whether a descriptor blocks", descriptor_flags},
    {"ioctl", {}, "whether a descriptor blocks, and how much it has", device_requests},
    {"futex", {}, "locks", {}},
    {"sched_yield", {}, "short waits for another thread", {}},
    {"clone", {}, "threads, and never a process", threads},
    {"set_robust_list", {}, "the start of a thread", {}},
    {"rseq", {}, "the start of a thread", {}},
    {"prctl", {}, "names of threads and of memory", names},
    {"exit", {}, "the end of a thread", {}},
    {"exit_group", {}, "the end", {}},
    {"clock_gettime", {}, "time, on machines whose clock the kernel alone can read", {}},
    {"clock_nanosleep", {}, "short waits", {}},
    {"rt_sigaction", {}, "SIGTERM, SIGHUP and the like", {}},
    {"rt_sigprocmask", {}, "signals are for the main thread", {}},
    {"rt_sigreturn", {}, "the return from a signal", {}},
    {"restart_syscall", {}, "a wait that a stop has interrupted", {}},
    {"tgkill", {}, "abort(3) of this process, and no signal to others", to_itself},
    {"getpid", {}, "random generators: whether this is still the same process", {}},
    {"gettid", {}, "abort(3)", {}},
    {"getrandom", {}, "ids, ports, letter case", {}},
    {"mmap", {}, "memory, never for code", data_alone},
    {"mprotect", {}, "memory, never for code", data_alone},
    {"munmap", {}, "memory given back", {}},
    {"madvise", {}, "memory given back; huge pages", {}},
    {"mremap", {}, "large blocks that grow", {}},
    {"brk", {}, "the C library's heap", {}},
    {"openat", {}, "files of a reload and of the state; Landlock says which", {}},
    {"newfstatat", {}, "how large a file is, and whether it is the same", {}},
    {"fstat", {}, "how large a file is", {}},
    {"lseek", {}, "files read and written through streams", {}},
    {"ftruncate", {}, "the state's files, before it is written anew", {}},
    {"fchmod", {}, "who may read the state's files", {}},
    {"fsync", {}, "the state's files, made durable", {}},
    {"flock", {}, "the state's files, for one process alone", {}},
    {"rename", "renameat", "the state's new file in the old one's place", {}},
    {"unlink", "unlinkat", "a state's file that is not needed; the control socket", {}},
};
static_assert(std::size(table) <= allowed_calls_max);

}  // namespace

std::span<const AllowedCall> allowed_calls() noexcept {
  return table;
}

}  // namespace godwit::daemon
