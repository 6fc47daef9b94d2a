// A whole walk without a network: servers are functions, an exchange takes the time that it is told
// to, and the caches are real. For what only shows when the parts work together; tests/sim does the
// same with thousands of worlds.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>

#include "iterator/resolver.h"
#include "tests/support/message_text.h"
#include "tests/support/queue_mailbox.h"

namespace godwit::iterator::test {

using godwit::test::MessageText;
using godwit::test::name;

struct Reply {
  Reply() = default;
  Reply(MessageText message) : text(std::move(message)) {}  // NOLINT: reads as what is said
  explicit Reply(ExchangeOutcome o) : outcome(o) {}
  MessageText text;
  ExchangeOutcome outcome = ExchangeOutcome::answered;
  Duration after = std::chrono::milliseconds(10);  // of a timeout: the whole wait
};

class VirtualClock final : public Clock {
 public:
  Time time{std::chrono::hours(1)};
  [[nodiscard]] Time now() const noexcept override { return time; }
  std::chrono::system_clock::time_point wall_time{};
  [[nodiscard]] std::chrono::system_clock::time_point wall() const noexcept override {
    return wall_time;
  }
};

class CountingEntropy final : public Entropy {
 public:
  void fill(wire::MutableBytes out) noexcept override {
    for (std::uint8_t& octet : out) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      octet = static_cast<std::uint8_t>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_ = 7;
};

// Calls what is due at once when it is told to; the time never comes for anything else here.
class DueTimers final : public Timers {
 public:
  explicit DueTimers(const VirtualClock& clock) : clock_(clock) {}
  Token at(Time when, std::function<void()> call) override {
    if (when <= clock_.now()) due_.push_back(std::move(call));
    return ++last_;
  }
  void cancel(Token) noexcept override {}
  // Until nothing is due, after what has been posted.
  void empty(godwit::test::QueueMailbox& mailbox) {
    mailbox.empty();
    while (!due_.empty()) {
      std::vector<std::function<void()>> turn;
      turn.swap(due_);
      for (const auto& call : turn) call();
      mailbox.empty();
    }
  }

 private:
  const VirtualClock& clock_;
  std::vector<std::function<void()>> due_;
  Token last_ = 0;
};

class ScriptedUpstream final : public Upstream {
 public:
  using Server = std::function<Reply(const UpstreamRequest&)>;
  explicit ScriptedUpstream(VirtualClock& clock) : clock_(clock) {}

  std::map<std::string, Server> servers;  // by address; all others are silent
  std::vector<UpstreamRequest> sent;

  [[nodiscard]] Task<Exchange> exchange(UpstreamRequest request) override {
    sent.push_back(request);
    co_return play(request);
  }
  [[nodiscard]] std::size_t sent_to(const std::string& address) const {
    std::size_t count = 0;
    for (const UpstreamRequest& request : sent)
      count += request.server.address.to_text() == address;
    return count;
  }

 private:
  Exchange play(const UpstreamRequest& request) {
    const auto server = servers.find(request.server.address.to_text());
    Reply reply(ExchangeOutcome::timed_out);
    if (server != servers.end()) reply = server->second(request);
    Exchange exchange(reply.outcome);
    exchange.elapsed = reply.after;
    if (reply.outcome == ExchangeOutcome::timed_out)
      exchange.elapsed = request.deadline - clock_.time;
    clock_.time += exchange.elapsed;
    if (reply.outcome == ExchangeOutcome::answered) {
      reply.text.qname = wire::to_text(request.expected.name);
      reply.text.qtype = request.expected.type;
      reply.text.id = request.expected.id;
      exchange.response = godwit::test::message(reply.text);
    }
    return exchange;
  }
  VirtualClock& clock_;
};

// The root is at 192.0.2.1 and refers to what `delegate` has told it.
class WalkTest : public ::testing::Test {
 protected:
  WalkTest() {
    options.minimisation = Minimisation::off;
    cache::Delegation hints;
    hints.ns = godwit::test::rrset({". NS a.root."});
    hints.glue.push_back({0, *wire::IpAddress::parse("192.0.2.1")});
    options.root_hints = std::make_shared<const cache::Delegation>(std::move(hints));
    upstream.servers["192.0.2.1"] = [this](const UpstreamRequest& request) {
      return root(request);
    };
  }

  // The root refers to `server` for `zone`, with glue of all its `addresses`.
  void delegate(const std::string& zone, const std::string& server,
                const std::vector<std::string>& addresses) {
    MessageText text{.flags = "qr", .authority = {zone + " 3600 NS " + server}};
    for (const std::string& address : addresses) {
      const bool v6 = address.find(':') != std::string::npos;
      text.additional.push_back(server + (v6 ? " 3600 AAAA " : " 3600 A ") + address);
    }
    delegations_[zone] = std::move(text);
  }
  // The server at `address` answers `line`'s owner and type with it, and knows nothing else of its
  // zone.
  void serve(const std::string& address, const std::string& line, const std::string& zone) {
    upstream.servers[address] = [line, zone](const UpstreamRequest& request) -> Reply {
      const wire::RecordText one = godwit::test::record(line);
      const bool asked = one.owner == request.expected.name &&
                         (one.type == request.expected.type || one.type == wire::RrType::cname);
      if (asked) return MessageText{.flags = "qr aa", .answer = {line}};
      return denial(zone);
    };
  }
  static MessageText denial(const std::string& zone) {
    return {.flags = "qr aa",
            .authority = {zone + " 60 SOA ns." + zone + " h." + zone + " 1 2 3 4 60"}};
  }

  Answer resolve(const std::string& qname, wire::RrType type = wire::RrType::a) {
    const Seams seams{clock, entropy, timers, upstream, mailbox};
    Resolver resolver(shared, seams, std::make_shared<const ResolverOptions>(options));
    const Question question(name(qname), type);
    auto known = resolver.try_cache(question);
    if (known) return std::move(*known);
    AnswerPtr answer;
    spawn(keep(&resolver, question, known.error(), &answer),
          [](const std::exception_ptr& e) { EXPECT_FALSE(e) << "an exception in a resolution"; });
    timers.empty(mailbox);
    return answer ? *answer : Answer();
  }
  static std::string texts_of(const Answer& answer) {
    std::string all;
    for (const AnswerRRset& part : answer.answer) all += wire::to_text(*part.set) + "\n";
    for (const AnswerError& error : answer.errors) all += error.text + "\n";
    return all;
  }

  godwit::test::QueueMailbox mailbox;
  VirtualClock clock;
  CountingEntropy entropy;
  DueTimers timers{clock};
  ScriptedUpstream upstream{clock};
  cache::KeyedHash hash{{}};
  Caches caches{hash, {}};
  Shared shared{hash, caches};
  ResolverOptions options;

 private:
  static Task<void> keep(Resolver* resolver, Question question, CachedPart cached, AnswerPtr* out) {
    AnswerPtr answer = co_await resolver->resolve(std::move(question), nullptr, cached);
    *out = std::move(answer);
  }
  Reply root(const UpstreamRequest& request) const {
    if (request.expected.name.is_root())
      return MessageText{.flags = "qr aa",
                         .answer = {". 86400 NS a.root."},
                         .additional = {"a.root. 86400 A 192.0.2.1"}};
    for (const auto& [zone, referral] : delegations_)
      if (request.expected.name.is_at_or_below(name(zone))) return referral;
    return MessageText{.flags = "qr aa NXDOMAIN", .authority = {". 60 SOA a.root. h. 1 2 3 4 60"}};
  }
  std::map<std::string, MessageText> delegations_;
};

}  // namespace godwit::iterator::test
