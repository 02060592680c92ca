// SPDX-License-Identifier: Apache-2.0
// Inside of Loop, for the sources of this module alone.
#pragma once

#include <boost/asio.hpp>
#include <list>
#include <unordered_map>

#include "platform/http/loop.hpp"

namespace visavis::http {

struct Loop::Impl {
  explicit Impl(unsigned helpers) : pool(helpers) {}

  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{io.get_executor()};
  boost::asio::thread_pool pool;
  std::unordered_map<TimerId, std::unique_ptr<boost::asio::steady_timer>> timers;
  std::list<boost::asio::posix::stream_descriptor> watched;
  std::list<boost::asio::signal_set> signals;
  TimerId next_timer = 1;
};

}  // namespace visavis::http
