// SPDX-License-Identifier: Apache-2.0
#include "platform/http/loop.hpp"

#include <unistd.h>

#include "base/check.hpp"
#include "platform/http/loop_impl.hpp"

namespace visavis::http {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

void wait_readable(asio::posix::stream_descriptor& fd, const std::shared_ptr<std::function<void()>>& ready) {
  fd.async_wait(asio::posix::stream_descriptor::wait_read, [&fd, ready](error_code ec) {
    if (ec) return;
    (*ready)();
    wait_readable(fd, ready);
  });
}

void wait_signal(asio::signal_set& set, const std::shared_ptr<std::function<void(int)>>& handler) {
  set.async_wait([&set, handler](error_code ec, int number) {
    if (ec) return;
    (*handler)(number);
    wait_signal(set, handler);
  });
}

}  // namespace

Loop::Loop(unsigned helpers) : impl_(std::make_unique<Impl>(helpers)) {}

Loop::~Loop() {
  impl_->pool.join();
  // What is still queued may own connections whose destructors use the timers and descriptors of this loop.
  impl_->timers.clear();
  impl_->watched.clear();
  impl_->signals.clear();
}

void Loop::run() {
  impl_->io.run();
  impl_->io.restart();
}

void Loop::join_helpers() { impl_->pool.join(); }

void Loop::stop() { impl_->io.stop(); }

void Loop::post(std::function<void()> work) { asio::post(impl_->io, std::move(work)); }

Loop::TimerId Loop::after(Millis delay, std::function<void()> work) {
  const TimerId id = impl_->next_timer++;
  auto timer = std::make_unique<asio::steady_timer>(impl_->io, delay);
  timer->async_wait([impl = impl_.get(), id, work = std::move(work)](error_code ec) {
    // A timer cancelled after it had already expired still arrives here, without an error.
    if (ec || impl->timers.erase(id) == 0) return;
    work();
  });
  impl_->timers.emplace(id, std::move(timer));
  return id;
}

void Loop::cancel(TimerId timer) { impl_->timers.erase(timer); }

void Loop::watch(int fd, std::function<void()> ready) {
  // A duplicate, since the descriptor object closes what it is given and the caller keeps its own.
  const int copy = ::dup(fd);
  CHECK(copy >= 0);
  wait_readable(impl_->watched.emplace_back(impl_->io, copy),
                std::make_shared<std::function<void()>>(std::move(ready)));
}

void Loop::on_signals(std::initializer_list<int> signals, std::function<void(int)> handler) {
  auto& set = impl_->signals.emplace_back(impl_->io);
  for (int number : signals) set.add(number);
  wait_signal(set, std::make_shared<std::function<void(int)>>(std::move(handler)));
}

void Loop::offload(std::function<void()> work, std::function<void()> then) {
  asio::post(impl_->pool, [this, work = std::move(work), then = std::move(then)]() mutable {
    work();
    post(std::move(then));
  });
}

}  // namespace visavis::http
