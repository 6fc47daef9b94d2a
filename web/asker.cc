#include "web/asker.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace godwit::web {

using boost::system::error_code;

// Held by the operations under way; it tells its asker once, who lets go of it then.
class Asker::Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(Asker& asker, const std::string& request)
      : asker_(asker),
        request_(request),
        line_(request + "\n"),
        socket_(asker.io_),
        timer_(asker.io_) {
    timer_.expires_after(asker.limits_.time);
  }

  void add(Done done) { waiters_.push_back(std::move(done)); }
  [[nodiscard]] std::vector<Done> take_waiters() noexcept { return std::exchange(waiters_, {}); }

  void watch_time() {
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) self->end(Answer::Outcome::broken, "godwitd has not answered within its time");
    });
  }
  void connect() {
    is_open_ = true;
    const boost::asio::local::stream_protocol::endpoint place(asker_.path_);
    socket_.async_connect(place, [self = shared_from_this()](const error_code& error) {
      if (error)
        return self->end(
            Answer::Outcome::unreachable,
            "godwitd cannot be reached at " + self->asker_.path_ + ": " + error.message());
      self->send();
    });
  }
  void abandon() noexcept {
    is_over_ = true;
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
  }
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  [[nodiscard]] const std::string& request() const noexcept { return request_; }

 private:
  // Who is turned away may find the connection closed, and is told why all the same.
  void send() {
    if (is_over_) return;
    boost::asio::async_write(
        socket_, boost::asio::buffer(line_),
        [self = shared_from_this()](const error_code&, std::size_t) { self->receive(); });
  }
  void receive() {
    if (is_over_) return;
    socket_.async_read_some(
        boost::asio::buffer(buffer_),
        [self = shared_from_this()](const error_code& error, std::size_t octets) {
          if (self->is_over_) return;
          if (error || self->reader_.take({self->buffer_.data(), octets}))
            return self->end(self->reader_.finish());
          self->receive();
        });
  }
  void end(Answer::Outcome outcome, std::string error) {
    Answer answer;
    answer.outcome = outcome;
    answer.error = std::move(error);
    end(std::move(answer));
  }
  void end(Answer answer) {
    if (is_over_) return;
    abandon();
    asker_.finish(request_, std::move(answer));
  }

  Asker& asker_;
  const std::string request_, line_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  std::vector<Done> waiters_;
  AnswerReader reader_;
  std::array<char, 16'384> buffer_{};
  bool is_open_ = false;
  bool is_over_ = false;
};

Asker::Asker(boost::asio::io_context& io, std::string socket_path, AskerLimits limits)
    : io_(io), path_(std::move(socket_path)), limits_(limits) {}

Asker::~Asker() {
  for (const auto& [request, asking] : askings_) asking->abandon();
}

void Asker::ask(const std::string& request, Done done) {
  auto& asking = askings_[request];
  const bool is_new = asking == nullptr;
  if (is_new) asking = std::make_shared<Asking>(*this, request);
  asking->add(std::move(done));
  if (!is_new) return;
  asking->watch_time();
  waiting_.push_back(request);
  begin_next();
}

void Asker::begin_next() {
  if (waiting_.empty() || open_ >= limits_.connections_max) return;
  const auto found = askings_.find(waiting_.front());
  waiting_.pop_front();
  ++open_;
  found->second->connect();
}

void Asker::finish(const std::string& request, Answer answer) {
  const auto found = askings_.find(request);
  const auto asking = std::move(found->second);
  askings_.erase(found);
  if (asking->is_open())
    --open_;
  else
    std::erase(waiting_, asking->request());
  const auto shared = std::make_shared<const Answer>(std::move(answer));
  for (const Done& done : asking->take_waiters()) done(shared);
  begin_next();
}

}  // namespace godwit::web
