// An answer of the control socket that waits for work elsewhere, mostly on a worker (errand.h).
// Whoever does the work holds a ControlContinuation and hands over, once, the piece that the answer
// goes on with: it is made on the main thread when the reader has room for it. The reader may go
// away meanwhile, time may run out, and the work may be dropped: each is told to the other side.
// Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

namespace godwit::daemon {

class ControlAnswer;

// Makes the next piece of an answer; false: it was the last. A piece may have no line, and may wait
// again. Short: nothing else happens on the thread meanwhile.
using ControlPiece = std::function<bool(ControlAnswer&)>;

// What an answer and its continuation have in common.
class ControlWait {
 public:
  // For the answer's side. `wake` is called once, on any thread, when there is a piece or there
  // will be none; at once where that is so already.
  void when_ready(std::function<void()> wake);
  [[nodiscard]] bool is_ready() const;
  // The piece; nothing: whoever had the work has dropped it. Once, when is_ready().
  [[nodiscard]] ControlPiece take();
  // Nobody waits any more.
  void abandon() noexcept;

  // For the continuation's side.
  void fill(ControlPiece piece);
  [[nodiscard]] bool is_wanted() const;

 private:
  mutable std::mutex mutex_;
  ControlPiece piece_;
  std::function<void()> wake_;
  bool is_ready_ = false;
  bool is_wanted_ = true;
};

// Copies stand for the same. When the last one goes unused, the answer ends with an error.
class ControlContinuation {
 public:
  explicit ControlContinuation(std::shared_ptr<ControlWait> wait)
      : held_(std::make_shared<Held>(std::move(wait))) {}
  // The answer goes on with `piece`. Only the first call counts.
  void go_on(ControlPiece piece) const { held_->wait->fill(std::move(piece)); }
  // False: the reader has gone, or the time is over; the work is for nobody.
  [[nodiscard]] bool is_wanted() const { return held_->wait->is_wanted(); }

 private:
  struct Held {
    explicit Held(std::shared_ptr<ControlWait> of) : wait(std::move(of)) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { wait->fill(nullptr); }
    const std::shared_ptr<ControlWait> wait;
  };
  std::shared_ptr<Held> held_;
};

}  // namespace godwit::daemon
