// A QueryService with everything around it in virtual time, for the tests of what waits: servers
// are silent or out of reach, answers are kept.
#pragma once

#include <new>

#include "daemon/deadline_table.h"
#include "daemon/query_service.h"
#include "daemon/system_seams.h"
#include "query_maker.h"
#include "tests/support/queue_mailbox.h"

namespace godwit::daemon {

struct VirtualClock final : iterator::Clock {
  [[nodiscard]] iterator::Time now() const noexcept override { return time; }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const noexcept override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));
  }
  iterator::Time time{std::chrono::hours(1)};
};

struct VirtualTimers final : iterator::Timers {
  Token at(iterator::Time when, std::function<void()> call) override {
    if (no_memory) throw std::bad_alloc();
    return table.add(when, std::move(call));
  }
  void cancel(Token token) noexcept override { table.cancel(token); }
  DeadlineTable table;
  bool no_memory = false;
};

struct LostUpstream final : iterator::Upstream {
  using Resume = iterator::Resume<iterator::Exchange>;
  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(
      iterator::UpstreamRequest request) override {
    iterator::Exchange answered(iterator::ExchangeOutcome::answered);
    if (ttl > 0) answered.response = address_for(request.message);
    return iterator::suspend<iterator::Exchange>([this, answered](Resume resume) {
      if (ttl > 0)
        resume(answered);
      else if (silent)
        waiting.push_back(std::move(resume));
      else
        resume(iterator::Exchange(iterator::ExchangeOutcome::unreachable));
    });
  }
  // To a question for an address: one, with that TTL.
  [[nodiscard]] Octets address_for(const Octets& query) const {
    std::size_t end = wire::header_octets;
    while (query[end] != 0) end += query[end] + std::size_t{1};
    Octets out(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(end + 5));
    out[2] = 0x81;
    out[3] = 0x80;
    for (std::size_t i = 6; i < wire::header_octets; ++i) out[i] = i == 7;
    const Octets record{0xc0, 12, 0, 1, 0, 1, 0, 0, 0, ttl, 0, 4, 192, 0, 2, 1};
    out.insert(out.end(), record.begin(), record.end());
    return out;
  }
  bool silent = true;
  std::uint8_t ttl = 0;  // more than 0: it answers
  std::vector<Resume> waiting;
};

class ServiceWorld : public testing::Test {
 protected:
  struct Sink final : ReplySink {
    void reply(const ReplyRoute& route, wire::Bytes message, wire::Rcode rcode) override {
      ends.push_back({route.token, message.size(), rcode});
    }
    struct End {
      std::uint64_t token;
      std::size_t octets;
      wire::Rcode rcode;
    };
    std::vector<End> ends;
  };

  explicit ServiceWorld(const iterator::CachesOptions& remembered = {})
      : caches(hash, remembered),
        shared(hash, caches),
        resolver(shared, {clock, entropy, timers, upstream, mailbox},
                 std::make_shared<const iterator::ResolverOptions>()),
        requests(policy(), ServerCookies::MasterSecret{1}) {
    out.resize(4096);
  }
  ~ServiceWorld() override { cancel_all(); }  // before the service goes

  static std::shared_ptr<const AnswerPolicy> policy() {
    auto made = std::make_shared<AnswerPolicy>();
    made->access = AccessControl({wire::IpPrefix::parse("127.0.0.0/8").value(),
                                  wire::IpPrefix::parse("192.0.2.0/24").value()},
                                 {});
    return made;
  }
  QueryService& serve(const WaitingPolicy& waiting) {
    return service.emplace(QueryService::Services{mailbox, resolver, requests, ready, limits, clock,
                                                  timers, counters, log, recorder, sketch},
                           waiting);
  }
  // Ends every walk, as the shutdown does.
  void cancel_all() {
    while (!upstream.waiting.empty()) {
      auto all = std::exchange(upstream.waiting, {});
      for (auto& one : all) one(iterator::Exchange(iterator::ExchangeOutcome::cancelled));
      mailbox.empty();
    }
  }
  // A query of `client` as the event loop would hand it over.
  QueryService::Fate ask(std::string_view client, std::string_view name, std::uint64_t token = 0) {
    return send(client, QueryMaker(name).octets(), token);
  }
  QueryService::Fate send(std::string_view client, const Octets& query, std::uint64_t token = 0) {
    Client from;
    from.peer = {wire::IpAddress::parse(client).value(), 40000};
    ReplyRoute route;
    route.sink = &sink;
    route.token = token;
    const auto handled = service->handle(query, false, from, route, out);
    mailbox.empty();
    if (handled.fate == QueryService::Fate::answered)
      counters.answered(static_cast<std::uint16_t>(handled.rcode));
    return handled.fate;
  }
  void advance(std::chrono::milliseconds by) {
    clock.time += by;
    timers.table.run_due(clock.time);
    mailbox.empty();
  }
  [[nodiscard]] std::uint64_t dropped() const {
    std::uint64_t sum = 0;
    for (const auto& one : counters.drops) sum += one.get();
    return sum;
  }

  test::QueueMailbox mailbox;
  VirtualClock clock;
  VirtualTimers timers;
  SystemEntropy entropy;
  LostUpstream upstream;
  cache::KeyedHash hash{cache::KeyedHash::Secret{7}};
  iterator::Caches caches;
  iterator::Shared shared;
  iterator::Resolver resolver;
  ClientRequests requests;
  ReadyAnswers ready{hash, caches.answers, requests};
  WaitingLimits limits{hash};
  WorkerCounters counters;
  Log log{-1, false};
  FlightRecorder recorder{RecorderLimits{}};
  WalkSketch sketch{hash};
  Sink sink;
  Octets out;
  std::optional<QueryService> service;
};

}  // namespace godwit::daemon
