// SPDX-License-Identifier: Apache-2.0
// Coroutines for handlers: Task<T> starts when awaited, runs on the control thread, resumes its awaiter when done.
// Handlers are free functions that take their arguments by value (a coroutine that is a capturing lambda outlives its
// captures). Kept free of Asio, so that whoever writes a handler does not pay for its headers.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace visavis::http {

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::exception_ptr error;
    std::coroutine_handle<> awaiter = std::noop_coroutine();

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
        return h.promise().awaiter;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    template <class U>
    void return_value(U&& u) {
      value.emplace(std::forward<U>(u));
    }
    void unhandled_exception() { error = std::current_exception(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() {
    if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
    return std::move(*handle_.promise().value);
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

namespace detail {
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
}  // namespace detail

/// Runs `task` at once; `done` gets its value, or the exception it ended with (then without a value).
template <class T>
detail::Detached spawn(Task<T> task, std::function<void(std::optional<T>, std::exception_ptr)> done) {
  std::optional<T> value;
  std::exception_ptr error;
  try {
    value.emplace(co_await task);
  } catch (...) {
    error = std::current_exception();
  }
  done(std::move(value), error);
}

/// Turns a callback into something to await: `co_await completion<int>([&](auto done) { start(done); })`. `done` is
/// called once, on the control thread; at once or later are both fine.
template <class T>
class Completion {
 public:
  using Done = std::function<void(T)>;
  explicit Completion(std::function<void(Done)> start) : start_(std::move(start)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    auto state = state_;  // the coroutine, and this awaiter with it, may be gone once start() has called done()
    auto start = std::move(start_);
    start([state](T value) {
      state->value.emplace(std::move(value));
      if (auto waiting = std::exchange(state->waiting, nullptr)) waiting.resume();
    });
    if (state->value) return false;
    state->waiting = handle;
    return true;
  }
  T await_resume() { return std::move(*state_->value); }

 private:
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiting;
  };
  std::function<void(Done)> start_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

template <class T>
Completion<T> completion(std::function<void(std::function<void(T)>)> start) {
  return Completion<T>(std::move(start));
}

}  // namespace visavis::http
