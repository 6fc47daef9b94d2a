// One poll(2) over the sockets of all probes.
#include "daemon/doctor_probe.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/fd.h"
#include "daemon/socket_address.h"
#include "daemon/system_seams.h"
#include "daemon/tcp_framing.h"
#include "iterator/response_match.h"
#include "wire/message_builder.h"

namespace godwit::daemon {
namespace {

using iterator::Time;
using std::chrono::milliseconds;

constexpr std::size_t query_octets_max = 512;
constexpr std::uint16_t large_octets = 1'232;  // what godwit asks for
constexpr std::uint16_t huge_octets = 4'096;

Time time_now() noexcept {
  return SystemClock().now();
}

struct Asked {
  wire::RrType type = wire::RrType::soa;
  std::uint16_t edns_octets = 0;  // 0: without EDNS
};

Asked asked_for(ProbeAim aim) noexcept {
  switch (aim) {
    case ProbeAim::own:
      return {wire::RrType::ns, large_octets};
    case ProbeAim::large:
      return {wire::RrType::dnskey, large_octets};
    case ProbeAim::huge:
      return {wire::RrType::any, huge_octets};
    case ProbeAim::root:
    case ProbeAim::stream:
    case ProbeAim::nowhere:
      break;
  }
  return {};
}

// A probe under way.
class Asking {
 public:
  Asking(Probe probe, SystemEntropy& entropy) {
    outcome_.probe = std::move(probe);
    write_query(entropy);
    open();
  }

  [[nodiscard]] bool is_over() const noexcept { return !fd_.valid(); }
  [[nodiscard]] pollfd waits_for() const noexcept {
    const bool sends = outcome_.probe.over_tcp && !unsent_.empty();
    return {fd_.get(), static_cast<short>(sends ? POLLOUT : POLLIN), 0};
  }
  void on_events() {
    if (outcome_.probe.over_tcp && !unsent_.empty())
      send_stream();
    else
      receive();
  }
  void send_again() {
    if (!is_over() && !outcome_.probe.over_tcp) send_datagram();
  }
  [[nodiscard]] ProbeOutcome outcome() && { return std::move(outcome_); }

 private:
  void write_query(SystemEntropy& entropy) {
    const Asked asked = asked_for(outcome_.probe.aim);
    std::array<std::uint8_t, 2> id{};
    entropy.fill(id);
    expected_.id = wire::load_u16(id.data());
    expected_.type = asked.type;
    wire::Header header;
    header.id = expected_.id;
    header.rd = outcome_.probe.aim == ProbeAim::own;
    wire::EdnsToWrite edns;
    edns.udp_payload_octets = asked.edns_octets;
    edns.dnssec_ok = true;
    std::array<std::uint8_t, query_octets_max> buffer{};
    const auto query = wire::write_query(buffer, header, wire::Name(), asked.type,
                                         asked.edns_octets == 0 ? nullptr : &edns);
    if (outcome_.probe.over_tcp)
      append_frame(unsent_, query);
    else
      unsent_.assign(query.begin(), query.end());
  }

  void open() {
    const SocketAddress server(outcome_.probe.server);
    const int type = outcome_.probe.over_tcp ? SOCK_STREAM : SOCK_DGRAM;
    fd_ = Fd(::socket(server.family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_.valid()) return fail(errno);
    if (::connect(fd_.get(), server.get(), server.size()) != 0 && errno != EINPROGRESS)
      return fail(errno);
    if (!outcome_.probe.over_tcp) send_datagram();
  }
  void send_datagram() {
    if (::send(fd_.get(), unsent_.data(), unsent_.size(), 0) < 0 && errno != EAGAIN) fail(errno);
  }
  void send_stream() {
    const auto sent = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? void() : fail(errno);
    unsent_.erase(unsent_.begin(), unsent_.begin() + sent);
  }
  void receive() {
    std::vector<std::uint8_t> buffer(wire::message_octets_max);
    const auto octets = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (octets < 0) return errno == EAGAIN ? void() : fail(errno);
    const wire::Bytes received(buffer.data(), static_cast<std::size_t>(octets));
    if (!outcome_.probe.over_tcp) return take(received);
    if (received.empty()) return fail(ECONNRESET);
    frames_.append(received);
    if (const auto message = frames_.next()) take(*message);
  }
  void take(wire::Bytes message) {
    const bool over_tcp = outcome_.probe.over_tcp;
    if (iterator::judge(expected_, message, over_tcp) != iterator::MatchVerdict::accepted) return;
    outcome_.message.assign(message.begin(), message.end());
    end(ProbeEnd::answered);
  }
  void fail(int error) {
    outcome_.reason = std::strerror(error);
    end(ProbeEnd::unreachable);
  }
  void end(ProbeEnd how) {
    outcome_.end = how;
    outcome_.took = std::chrono::duration_cast<milliseconds>(time_now() - started_);
    fd_.reset();
  }

  ProbeOutcome outcome_;
  iterator::ExpectedResponse expected_;
  Fd fd_;
  std::vector<std::uint8_t> unsent_;  // of a datagram: all of it, for another time
  FrameReader frames_;
  Time started_ = time_now();
};

// Waits until something can be done, or until `until`.
void turn(std::vector<Asking>& askings, Time until) {
  std::vector<pollfd> waits;
  std::vector<Asking*> who;
  for (Asking& asking : askings) {
    if (asking.is_over()) continue;
    waits.push_back(asking.waits_for());
    who.push_back(&asking);
  }
  const auto left = std::chrono::ceil<milliseconds>(until - time_now()).count();
  if (::poll(waits.data(), waits.size(), static_cast<int>(std::max<long>(left, 0))) <= 0) return;
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (waits[i].revents != 0) who[i]->on_events();
}

void turn_until(std::vector<Asking>& askings, Time until) {
  const auto is_over = [](const Asking& asking) { return asking.is_over(); };
  while (!std::ranges::all_of(askings, is_over) && time_now() < until) turn(askings, until);
}

}  // namespace

std::vector<ProbeOutcome> run_probes(std::vector<Probe> probes, milliseconds time) {
  if (probes.size() > probes_max) probes.resize(probes_max);
  SystemEntropy entropy;
  std::vector<Asking> askings;
  askings.reserve(probes.size());
  const auto started = time_now();
  for (Probe& probe : probes) askings.emplace_back(std::move(probe), entropy);
  turn_until(askings, started + time / 3);
  for (Asking& asking : askings) asking.send_again();
  turn_until(askings, started + time);
  std::vector<ProbeOutcome> out;
  out.reserve(askings.size());
  for (Asking& asking : askings) out.push_back(std::move(asking).outcome());
  return out;
}

}  // namespace godwit::daemon
