// Asks godwitd: a connection for each request, few at a time, and one answer for all who want the
// same meanwhile. On one io_context, without blocking; each asking ends within its time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "web/answer.h"

namespace godwit::web {

struct AskerLimits {
  // godwitd takes sixteen readers' connections.
  std::size_t connections_max = 8;
  // From the question until the end of the answer, waiting for a connection included.
  std::chrono::milliseconds time{5'000};
};

class Asker {
 public:
  using AnswerPtr = std::shared_ptr<const Answer>;
  using Done = std::function<void(AnswerPtr)>;
  Asker(boost::asio::io_context& io, std::string socket_path, AskerLimits limits = {});
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // `request`: a line without its end. `done` is called once, later, unless the loop ends before.
  void ask(const std::string& request, Done done);

 private:
  class Asking;
  void begin_next();
  void finish(const std::string& request, Answer answer);

  boost::asio::io_context& io_;
  const std::string path_;
  const AskerLimits limits_;
  std::map<std::string, std::shared_ptr<Asking>> askings_;  // by request
  std::deque<std::string> waiting_;                         // requests that have no connection yet
  std::size_t open_ = 0;
};

}  // namespace godwit::web
