// The one door to Boost.Asio for everything above the daemon: the coroutine type, its executor, and
// how a coroutine is suspended until somebody calls back. One worker = one thread = one io_context:
// a Resume is called on that thread only.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace godwit::iterator {

using Executor = boost::asio::io_context::executor_type;

template <class T>
using Task = boost::asio::awaitable<T, Executor>;

// Wakes one suspended coroutine with a value. Call it once, on the worker's thread; the coroutine
// goes on inside the call. Dropped uncalled, it destroys the coroutine (shutdown). Copyable, so
// that it fits std::function; all copies are one.
template <class T>
class Resume {
 public:
  template <class Handler>
  explicit Resume(Handler handler) : wake_(std::make_shared<Holder<Handler>>(std::move(handler))) {}
  void operator()(T value) const { wake_->call(std::move(value)); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void call(T value) = 0;
  };
  template <class Handler>
  struct Holder final : Base {
    explicit Holder(Handler h) : handler(std::move(h)) {}
    void call(T value) override {
      Handler moved = std::move(handler);
      moved(std::move(value));
    }
    Handler handler;
  };
  std::shared_ptr<Base> wake_;
};

// Suspends the awaiting coroutine and calls start(Resume<T>); the value that the Resume is called
// with is the result. `start` may resume at once. A plain function, so that no lambda lives in a
// full-expression with co_await.
template <class T, class Start>
[[nodiscard]] Task<T> suspend(Start start) {
  using Token = boost::asio::use_awaitable_t<Executor>;
  return boost::asio::async_initiate<const Token, void(T)>(
      [](auto handler, Start begin) { begin(Resume<T>(std::move(handler))); }, Token{},
      std::move(start));
}

// Runs `task` on its own; nobody waits. An exception in it is a bug or exhaustion and goes to
// `on_exception`.
template <class OnException>
void spawn(const Executor& executor, Task<void> task, OnException on_exception) {
  boost::asio::co_spawn(executor, std::move(task), std::move(on_exception));
}

}  // namespace godwit::iterator
