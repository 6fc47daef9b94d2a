// A worker's queries from their arrival to their answer: judged (client_request.h), answered from
// the caches at once, or made to wait for the walk within limits, and counted on every path. On the
// worker's thread.
#pragma once

#include <exception>
#include <memory>
#include <vector>

#include "daemon/client_request.h"
#include "daemon/flight_recorder.h"
#include "daemon/log.h"
#include "daemon/packet_info.h"
#include "daemon/policy_answer.h"
#include "daemon/ready_answers.h"
#include "daemon/waiting_limits.h"
#include "daemon/walk_sketch.h"
#include "iterator/resolver.h"

namespace godwit::daemon {

class ReplySink;

// Where an answer goes: to `peer` from `local` of a UDP socket, or to connection `token`.
struct ReplyRoute {
  ReplySink* sink = nullptr;
  std::uint64_t token = 0;
  SocketAddress peer;
  PacketInfo info;  // of UDP on a wildcard address: the address that was asked
};

// Sends late answers. Lives as long as the service.
class ReplySink {
 public:
  // Sends an answer, and counts it answered or dropped. Empty: there is none, the query is counted.
  virtual void reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) = 0;

 protected:
  ~ReplySink() = default;
};

// What the operator decides about waiting; replaced on reload.
struct WaitingPolicy {
  WaitingMaxima maxima;
  // With a valid cookie, over TCP, or from this host: in all, and for one question.
  std::uint32_t per_client_proven = 1000;
  iterator::Duration answer_time = std::chrono::seconds(5);
  // Whether, and after what time, a query that waits is answered with what has ended.
  bool gives_stale = false;
  iterator::Duration stale_wait = std::chrono::milliseconds(1800);
  bool log_queries = false;
};

class QueryService {
 public:
  struct Services {
    iterator::Mailbox& mailbox;
    iterator::Resolver& resolver;
    ClientRequests& requests;
    ReadyAnswers& ready;
    WaitingLimits& limits;
    iterator::Clock& clock;
    iterator::Timers& timers;
    WorkerCounters& counters;
    Log& log;
    FlightRecorder& recorder;
    WalkSketch& sketch;
  };
  QueryService(const Services& services, const WaitingPolicy& policy);
  ~QueryService();
  void set_policy(const WaitingPolicy& policy) { policy_ = policy; }

  enum class Fate : std::uint8_t { answered, waiting, dropped };
  struct Handled {
    Fate fate = Fate::dropped;
    wire::Bytes answer;  // in `out`; to be sent and counted by the caller
    wire::Rcode rcode = wire::Rcode::noerror;
    bool is_hit = false;  // from what is remembered
  };
  // Takes a query; never throws. `out` has room for the largest answer of the transport. Others may
  // be answered meanwhile through their sinks, and so may this one, but only if it comes to wait:
  // else `out` is as it was left here.
  [[nodiscard]] Handled handle(wire::Bytes message, bool cut_off, const Client& client,
                               const ReplyRoute& route, wire::MutableBytes out);

  // The hit path, for batches: first each query of one is prepared, then fetched, then answered as
  // of one moment, and those that get an empty message are handled, unready. Who sends the answers
  // counts them as received, as hits and as answered at once.
  void prepare(wire::Bytes message, bool cut_off, ReadyQuery& out) const noexcept;
  void fetch(const ReadyQuery& query) const noexcept { services_.ready.fetch(query); }
  [[nodiscard]] ReadyAnswers::Moment moment() const noexcept;
  [[nodiscard]] ReadyAnswers::Answered answer_ready(const ReadyQuery& query, const Client& client,
                                                    const ReadyAnswers::Moment& moment,
                                                    wire::MutableBytes out) noexcept {
    const auto answer = services_.ready.answer(query, client, moment, out);
    if (answer.message.empty()) return answer;
    if (iterator::is_in_last_stretch(answer.life)) note_use(query, answer.life);
    auto& counters = services_.counters;
    counters.asked(client.over_tcp, query_type_index(query.type));
    counters.curve.note(query.hash, query.type, answer.life, answer.message.size(), moment.now,
                        true);
    return answer;
  }
  // That so many hits of queries that were read at `since` have been sent now.
  void note_hits_sent(iterator::Time since, std::uint64_t count) noexcept {
    services_.clock.look_again();
    services_.counters.hit_times.add(services_.clock.now() - since, count);
  }
  // As handle(), without another look at the ready answers.
  [[nodiscard]] Handled handle_unready(wire::Bytes message, bool cut_off, const Client& client,
                                       const ReplyRoute& route, wire::MutableBytes out);

  // Ends all that waits without an answer, for `cause`; what comes later is not taken.
  void drop_all(DropCause cause);
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  // Resolutions under way, refreshes included.
  [[nodiscard]] std::size_t running() const noexcept { return running_ + refreshing_; }

 private:
  struct Slot;
  // What is left to spend of a number for each second.
  struct Allowance {
    std::uint32_t left = 0;
    iterator::Time began{};
  };
  struct Ticket {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
  };
  class WalkTrace;
  Handled judge(wire::Bytes message, bool cut_off, const Client& client, const ReplyRoute& route,
                wire::MutableBytes out);
  Handled answer_now(const RequestContext& context, const iterator::Answer& answer,
                     const Client& client, wire::MutableBytes out);
  // What a rule of the block lists makes of a query, before it is looked up and of what was found;
  // nothing: it goes its way.
  [[nodiscard]] std::optional<Handled> rule_before(RequestContext& context, const Client& client,
                                                   const ReplyRoute& route, wire::MutableBytes out);
  [[nodiscard]] std::optional<Handled> rule_after(RequestContext& context,
                                                  const iterator::Answer& answer,
                                                  const Client& client, const ReplyRoute& route,
                                                  wire::MutableBytes out);
  Handled take(PolicyOutcome outcome, RequestContext& context, const Client& client,
               const ReplyRoute& route, wire::MutableBytes out);
  // As they are for one client that is answered, or that waits.
  [[nodiscard]] PolicyOutcome outcome_of(const RequestContext& context, const Client& client,
                                         const iterator::Answer& answer);
  [[nodiscard]] PolicyOutcome withheld(const AnswerPolicy& policy,
                                       const iterator::Question& question,
                                       const iterator::Answer& answer);
  // Whether no rule could make the answer another one for another client.
  [[nodiscard]] bool is_same_for_all(const iterator::Question& question,
                                     const iterator::Answer& answer) const;
  // True: the answer that waits is not to be sent, as it was dropped or another is looked up.
  [[nodiscard]] bool rule_waiting(Ticket ticket, iterator::Answer& answer);
  Handled refuse(const RequestContext& context, const Refusal& refusal, const Client& client,
                 wire::MutableBytes out);
  Handled wait(const RequestContext& context, iterator::CachedPart cached, const Client& client,
               const ReplyRoute& route, wire::MutableBytes out);
  [[nodiscard]] WaitingVerdict admit(const WaitingKey& key, const WaitingMaxima& maxima);
  Handled drop(DropCause cause);
  [[nodiscard]] bool spend_error_reply(bool client_allowed);
  Ticket take_slot(const RequestContext& context, const Client& client, const ReplyRoute& route);
  [[nodiscard]] bool is_waiting(Ticket ticket) const noexcept;
  void release(Slot& slot);
  iterator::Task<void> resolve(Ticket ticket, iterator::Question question,
                               iterator::CachedPart cached);
  void start(Ticket ticket, const iterator::Question& question, iterator::CachedPart cached);
  // An answer was given that may be worth fetching again before it ends (iterator/prefetch.h); that
  // begins once this turn is over. Of ready-made answers only the last stretch of a life counts.
  void note_use(const iterator::Question& question, const iterator::Life& life) noexcept;
  void note_use(const ReadyQuery& query, const iterator::Life& life) noexcept;
  // For the counters and the curve. False: it is no cache's.
  bool note_hit(const RequestContext& context, const iterator::Answer& answer, std::size_t octets);
  void note_miss(const iterator::Question& question);
  void note_resolved(const Slot& slot, const iterator::Answer& answer, std::size_t octets);
  [[nodiscard]] bool is_too_busy_to_refresh() const noexcept;
  void refresh_later(const iterator::Question& question, const iterator::Life& life) noexcept;
  void start_refresh(const iterator::Question& question, const iterator::Life& life);
  iterator::Task<void> refresh(iterator::Question question, iterator::Life life);
  [[nodiscard]] std::unique_ptr<WalkTrace> make_trace(const iterator::Question& question);
  void note_walk(const wire::Name& name, const wire::IpAddress& client,
                 const iterator::Answer& answer, iterator::Duration took);
  void finish(Ticket ticket, const iterator::Answer& found);
  void give_up(Slot& slot, const Refusal& refusal);
  void abandon(Slot& slot, DropCause cause);
  void break_off(Ticket ticket, const char* reason) noexcept;
  void arm_deadline();
  void expire();
  void arm_stale();
  void offer_stale();
  // False: there is none that may be given.
  [[nodiscard]] bool answer_stale(const Slot& slot);
  void log_query(const RequestContext& context, const Client& client, wire::Rcode rcode);

  Services services_;
  WaitingPolicy policy_;
  StepLogs step_logs_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<std::uint32_t> free_;
  Slot* oldest_ = nullptr;
  Slot* newest_ = nullptr;
  Slot* next_for_stale_ = nullptr;  // older ones have had their time for it
  std::size_t waiting_ = 0, running_ = 0, refreshing_ = 0;
  iterator::Timers::Token deadline_ = 0, stale_deadline_ = 0;
  bool closed_ = false;
  Allowance errors_to_clients_, errors_to_strangers_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace godwit::daemon
