// Wiring of one worker, and its orderly end.
#include "daemon/worker.h"

#include <pthread.h>

#include <algorithm>

#include "dnssec/key_sentinel.h"

namespace godwit::daemon {
namespace {
constexpr std::chrono::milliseconds drain_poll{5};
// The set among the answer's that is the zone's keys; keys that have ended are none.
AnchorWatch::KeysSeen keys_in(const iterator::Answer& answer, const wire::Name& zone) {
  AnchorWatch::KeysSeen out;
  if (answer.stale) return out;
  for (const auto& one : answer.answer) {
    if (one.set->type() == wire::RrType::dnskey && one.set->owner() == zone) out.set = one.set;
  }
  out.is_secure = out.set && answer.security == cache::Security::secure;
  return out;
}

}  // namespace

Worker::Worker(unsigned index, const WorkerCommons& commons,
               std::shared_ptr<const Settings> settings)
    : index_(index),
      commons_(commons),
      settings_(std::move(settings)),
      timers_(clock_),
      loop_(timers_),
      upstream_({loop_, clock_, entropy_, timers_, counters_, commons.idle_sockets_max}),
      resolver_(commons.shared, {clock_, entropy_, timers_, upstream_, loop_}, settings_->resolver),
      requests_(settings_->answers, commons.cookie_secret),
      ready_(commons.shared.hash, commons.shared.caches.answers, requests_),
      sketch_(commons.shared.hash),
      queries_({loop_, resolver_, requests_, ready_, commons.waiting_limits, clock_, timers_,
                counters_, commons.log, commons.recorder, sketch_},
               settings_->waiting) {
  upstream_.refuse_own_addresses(settings_->refuse_own_addresses);
  loop_.at_turn_end([this] {
    for (const auto& listener : udp_) listener->flush();
    for (const auto& listener : tcp_) listener->flush();
  });
}

Worker::~Worker() {
  join();
}

void Worker::start() {
  thread_ = std::thread([this] { run(); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::run() {
  ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(index_)).c_str());
  for (;;) {
    try {
      loop_.run();
      return;
    } catch (const std::exception& error) {
      // A handler threw: one query is lost, the others go on.
      counters_.exceptions.add();
      commons_.log.noisy("exception", {{"reason", error.what()}});
    }
  }
}

void Worker::listen(const ListenPoint& point, Fd fd, bool shared) {
  loop_.post([this, point, shared, raw = std::make_shared<Fd>(std::move(fd))] {
    if (point.stream) {
      const TcpListener::Services services{loop_,   queries_,  commons_.tcp_limits, clock_,
                                           timers_, counters_, commons_.log};
      tcp_.push_back(std::make_unique<TcpListener>(services, settings_->tcp, std::move(*raw),
                                                   point.endpoint, shared));
    } else {
      const UdpListener::Services services{loop_, queries_, counters_, commons_.log};
      udp_.push_back(
          std::make_unique<UdpListener>(services, std::move(*raw), point.endpoint, shared));
    }
  });
}

void Worker::reload(std::shared_ptr<const Settings> settings, std::function<void()> then) {
  loop_.post([this, settings = std::move(settings), then = std::move(then)] {
    settings_ = settings;
    apply(*settings);
    then();
  });
}

void Worker::apply(const Settings& settings) {
  resolver_.set_options(settings.resolver);
  requests_.set_policy(settings.answers);
  queries_.set_policy(settings.waiting);
  // After all that answers follow from; what other workers make by the old settings until they
  // come here themselves, they forget then.
  ready_.forget_all();
  upstream_.refuse_own_addresses(settings.refuse_own_addresses);
  for (const auto& listener : tcp_) listener->set_policy(settings.tcp);
}

void Worker::fetch_keys(const wire::Name& zone, AnchorWatch::Done done) {
  loop_.post(
      [this, zone, done = std::move(done)] { begin(fetch(zone, done), [done] { done({}); }); });
}

void Worker::do_errand(Errand errand) {
  loop_.post([this, errand = std::move(errand)] {
    if (is_ending_) return;
    begin(errand({resolver_,
                  commons_.shared,
                  {clock_, entropy_, timers_, upstream_, loop_},
                  settings_->resolver}),
          [] {});
  });
}

// A task of its own, which the end waits for.
void Worker::begin(iterator::Task<void> task, std::function<void()> on_error) {
  ++errands_;
  iterator::spawn(std::move(task),
                  [this, on_error = std::move(on_error)](const std::exception_ptr& error) {
                    --errands_;
                    if (!error) return;
                    counters_.exceptions.add();
                    on_error();
                  });
}

// What tells a zone's servers which of its keys are trusted (RFC 8145 §5.3); nothing: nobody is to
// be told.
std::optional<wire::Name> Worker::trust_signal(const iterator::ResolverOptions& options,
                                               const wire::Name& zone) {
  if (!options.signals_trust_anchors || !options.anchors) return std::nullopt;
  for (const dnssec::TrustAnchor& anchor : options.anchors->anchors())
    if (anchor.zone == zone) return dnssec::key_tag_query_name(anchor);
  return std::nullopt;
}

// What is not secure is asked for as it is: it may revoke a key, and tells of a clock that is
// wrong.
iterator::Task<void> Worker::fetch(wire::Name zone, AnchorWatch::Done done) {
  iterator::Question question(zone, wire::RrType::dnskey);
  const iterator::AnswerPtr answer = co_await resolver_.resolve(std::move(question), nullptr);
  AnchorWatch::KeysSeen seen = keys_in(*answer, zone);
  if (!seen.is_secure) {
    iterator::Question unchecked(zone, wire::RrType::dnskey);
    unchecked.checking_disabled = true;
    const iterator::AnswerPtr raw = co_await resolver_.resolve(std::move(unchecked), nullptr);
    seen = keys_in(*raw, zone);
    seen.is_secure = false;
  }
  done(std::move(seen));
  const std::optional<wire::Name> signal = trust_signal(*settings_->resolver, zone);
  if (!signal) co_return;
  // It is the servers that are to hear of it: what is known of the name does not matter.
  iterator::Question told(*signal, wire::RrType::null);
  told.checking_disabled = true;
  const iterator::AnswerPtr heard = co_await resolver_.resolve(std::move(told), nullptr);
}

void Worker::ask_for_heartbeat() {
  loop_.post([this] { heartbeats_.fetch_add(1, std::memory_order_relaxed); });
}

void Worker::finish(iterator::Duration time_left) {
  loop_.post([this, time_left] {
    drain();
    wait_for_drain(clock_.now() + time_left);
  });
}

void Worker::drain() {
  for (const auto& listener : udp_) listener->stop_reading();
  for (const auto& listener : tcp_) listener->drain();
}

bool Worker::is_drained() const {
  return queries_.waiting() == 0 &&
         std::ranges::all_of(tcp_, [](const auto& listener) { return listener->is_quiet(); });
}

void Worker::wait_for_drain(iterator::Time until) {
  if (!is_drained() && clock_.now() < until) {
    (void)timers_.at(clock_.now() + drain_poll, [this, until] { wait_for_drain(until); });
    return;
  }
  queries_.drop_all(DropCause::shutdown);
  for (const auto& listener : udp_) listener->close();
  for (const auto& listener : tcp_) listener->close();
  is_ending_ = true;
  upstream_.cancel_all();
  cancel_rest(clock_.now() + cancel_time);
}

void Worker::cancel_rest(iterator::Time until) {
  if (!is_idle() && clock_.now() < until) {
    (void)timers_.at(clock_.now() + drain_poll, [this, until] { cancel_rest(until); });
    return;
  }
  loop_.stop();
}

}  // namespace godwit::daemon
