// The coroutine of the walk, and how one is suspended until somebody calls back. One thread: a
// Resume is called on the worker's, and the coroutine goes on inside the call. No executor: what
// has to wait for its turn goes through a Mailbox (seams.h).
//
// Boost.Asio's awaitable does the same, for a frame more around each suspension, a queue at both
// ends of a coroutine, and a shared holder for the handler: 5 of some 50 us of a cold question.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace godwit::iterator {

template <class T>
class Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> awaiting;  // goes on when this one has ended
  std::coroutine_handle<> root;      // its frame owns all those that wait for one another
  std::exception_ptr error;

  struct GoOn {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    [[nodiscard]] std::coroutine_handle<> await_suspend(
        std::coroutine_handle<Promise> ended) const noexcept {
      return ended.promise().awaiting;
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] GoOn final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct Promise final : PromiseBase {
  [[nodiscard]] Task<T> get_return_object() noexcept;
  template <class Value>
  void return_value(Value&& result) {
    value.emplace(std::forward<Value>(result));
  }
  [[nodiscard]] T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
  std::optional<T> value;
};

template <>
struct Promise<void> final : PromiseBase {
  [[nodiscard]] Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

// A coroutine that begins when it is awaited and belongs to whoever awaits it.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  [[nodiscard]] std::coroutine_handle<> await_suspend(
      std::coroutine_handle<Promise> awaiting) const noexcept {
    frame_.promise().awaiting = awaiting;
    frame_.promise().root = awaiting.promise().root;
    return frame_;
  }
  T await_resume() const { return frame_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
class Resume;

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

// A coroutine between its suspension and its Resume; in its frame.
template <class T>
struct Suspended {
  std::coroutine_handle<> frame, root;
  std::optional<T> value;
  bool starting = true;  // the call that was given the Resume has not come back
  bool dropped = false;
};

template <class T, class Start>
class Suspension {
 public:
  explicit Suspension(Start& start) noexcept : start_(start) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  [[nodiscard]] bool await_suspend(std::coroutine_handle<Promise> frame) {
    state_.frame = frame;
    state_.root = frame.promise().root;
    start_(Resume<T>(state_));
    state_.starting = false;
    if (state_.value) return false;
    if (state_.dropped) state_.root.destroy();
    return true;
  }
  [[nodiscard]] T await_resume() { return std::move(*state_.value); }

 private:
  Start& start_;
  Suspended<T> state_;
};

// The coroutine at the bottom, which nobody awaits: it begins at once and its frame ends with it.
struct Root {
  struct promise_type {
    std::coroutine_handle<> root = std::coroutine_handle<promise_type>::from_promise(*this);
    [[nodiscard]] Root get_return_object() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { throw; }  // of on_end: to whoever resumed
  };
};

template <class OnEnd>
Root run(Task<void> task, OnEnd on_end) {
  std::exception_ptr error;
  try {
    co_await std::move(task);
  } catch (...) {
    error = std::current_exception();
  }
  on_end(error);
}

}  // namespace detail

// Wakes one suspended coroutine with a value. Call it once, on the worker's thread. Dropped
// uncalled, it destroys the coroutine and all that wait for it (shutdown).
template <class T>
class Resume {
 public:
  explicit Resume(detail::Suspended<T>& suspended) noexcept : suspended_(&suspended) {}
  Resume(Resume&& other) noexcept : suspended_(std::exchange(other.suspended_, nullptr)) {}
  Resume& operator=(Resume&& other) noexcept {
    std::swap(suspended_, other.suspended_);
    return *this;
  }
  ~Resume() {
    if (suspended_ == nullptr) return;
    if (suspended_->starting)
      suspended_->dropped = true;
    else
      suspended_->root.destroy();
  }
  void operator()(T value) {
    auto& suspended = *std::exchange(suspended_, nullptr);
    suspended.value.emplace(std::move(value));
    if (!suspended.starting) suspended.frame.resume();
  }

 private:
  detail::Suspended<T>* suspended_;
};

// Suspends the awaiting coroutine and calls start(Resume<T>); the value that the Resume is called
// with is the result. `start` may resume at once. What it throws, the coroutine throws; then the
// Resume must be gone.
template <class T, class Start>
[[nodiscard]] Task<T> suspend(Start start) {
  detail::Suspension<T, Start> suspension(start);
  T value = co_await suspension;
  co_return value;
}

// Runs `task` on its own, until it waits for something; nobody waits for it. `on_end` hears that it
// has ended, with the exception if there was one, which is a bug or exhaustion.
template <class OnEnd>
void spawn(Task<void> task, OnEnd on_end) {
  detail::run(std::move(task), std::move(on_end));
}

}  // namespace godwit::iterator
