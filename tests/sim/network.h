// The virtual network: an Upstream whose servers are objects of the test. It judges what arrives as
// the daemon does, keeps a log of every query, and lets `weather` change what is on the wire. One
// thread; nothing here draws a random number but through the weather.
#pragma once

#include <map>
#include <memory>

#include "iterator/seams.h"
#include "tests/sim/simulation.h"

namespace godwit::sim {

using Octets = std::vector<std::uint8_t>;

// A query as a server sees it.
struct Arrival {
  wire::Endpoint server;
  iterator::Transport transport = iterator::Transport::udp;
  Time at{};
  Octets query;
};

// One thing that comes back. Over TCP a `message` is a whole framed message.
struct Reply {
  enum class Kind : std::uint8_t {
    message,
    unreachable,  // UDP: ICMP port unreachable; TCP: refused or reset
  };
  Reply() = default;
  Reply(Duration d, Octets o) : delay(d), octets(std::move(o)) {}
  explicit Reply(Duration d) : delay(d), kind(Kind::unreachable) {}
  Duration delay{};
  Octets octets;
  Kind kind = Kind::message;
  // From another address or to another port: no socket of the resolver's hears it.
  bool misdirected = false;
};

class Server {
 public:
  virtual ~Server() = default;
  // What comes back, each after its own delay; nothing for silence.
  virtual std::vector<Reply> respond(const Arrival& arrival) = 0;
};

// Wraps a callable as a server.
class ScriptedServer final : public Server {
 public:
  using Script = std::function<std::vector<Reply>(const Arrival&)>;
  explicit ScriptedServer(Script script) : script_(std::move(script)) {}
  std::vector<Reply> respond(const Arrival& arrival) override { return script_(arrival); }

 private:
  Script script_;
};

class Network final : public iterator::Upstream {
 public:
  using Weather = std::function<void(const Arrival&, std::vector<Reply>&)>;

  explicit Network(Simulation& simulation) : simulation_(simulation) {}

  // An address without a server swallows what it is sent.
  void attach(const wire::IpAddress& address, std::shared_ptr<Server> server);
  void detach(const wire::IpAddress& address);
  // Answers for every address that has no server of its own.
  void attach_everywhere_else(std::shared_ptr<Server> server);
  void set_weather(Weather weather) { weather_ = std::move(weather); }

  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(
      iterator::UpstreamRequest request) override;

  // Every query that was sent, in order; take it or clear it between questions.
  [[nodiscard]] const std::vector<Arrival>& log() const noexcept { return log_; }
  void clear_log() { log_.clear(); }
  void keep_log(bool keep) noexcept { keep_log_ = keep; }
  [[nodiscard]] std::uint64_t queries_sent() const noexcept { return queries_sent_; }
  [[nodiscard]] std::uint64_t queries_to(const wire::IpAddress& address) const;
  [[nodiscard]] std::size_t exchanges_alive() const noexcept { return pending_.size(); }
  // Most exchanges with the same name, type and server under way at one time, over whichever
  // transport (RFC 5452 §5).
  [[nodiscard]] std::size_t identical_outstanding_max() const noexcept { return identical_max_; }

  // Delivers a message to the oldest exchange under way that `wanted` picks; false when none is.
  using Wanted = std::function<bool(const Arrival&)>;
  bool deliver_to(const Wanted& wanted, const std::function<Octets(const Arrival&)>& make);
  // The earliest deadline of the exchanges under way.
  [[nodiscard]] std::optional<Time> earliest_deadline() const;
  // Ends every exchange as a shutdown does.
  void cancel_all();

 private:
  struct Pending {
    Arrival arrival;
    iterator::ExpectedResponse expected;
    iterator::Resume<iterator::Exchange> resume;
    Time deadline;
    Simulation::Token timer = 0;
  };
  void start(iterator::UpstreamRequest request, iterator::Resume<iterator::Exchange> resume);
  void deliver(std::uint64_t id, const Reply& reply);
  void end(std::uint64_t id, iterator::ExchangeOutcome outcome, Octets response);
  std::vector<Reply> ask_server(const Arrival& arrival);
  void count_identical(const Pending& pending);

  Simulation& simulation_;
  Weather weather_;
  std::map<wire::IpAddress, std::shared_ptr<Server>> servers_;
  std::shared_ptr<Server> elsewhere_;
  std::map<std::uint64_t, Pending> pending_;
  std::vector<Arrival> log_;
  std::map<wire::IpAddress, std::uint64_t> sent_to_;
  std::uint64_t last_id_ = 0;
  std::uint64_t queries_sent_ = 0;
  std::size_t identical_max_ = 0;
  bool keep_log_ = true;
};

}  // namespace godwit::sim
