// SPDX-License-Identifier: Apache-2.0
// REST and WebSocket as any customer's page speaks them, for the practice customer. Single-threaded: everything runs on
// the given io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

namespace visavis::bot {

class Signalling {
 public:
  using OnMessage = std::function<void(const std::string& type, const boost::json::object& message)>;
  using OnEnd = std::function<void(const std::string& why)>;

  /// `url`: "http://127.0.0.1:8080" or https with any certificate (the server is on this machine). `token`: contact
  /// token.
  Signalling(boost::asio::io_context& io, std::string url, std::string token, OnMessage on_message, OnEnd on_end);
  ~Signalling();

  void start();
  /// Sends a command; returns its id, which the reply names in `re`.
  std::string command(const std::string& type, boost::json::object data);
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace visavis::bot
