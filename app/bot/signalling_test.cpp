// SPDX-License-Identifier: Apache-2.0
#include "app/bot/signalling.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <thread>

namespace visavis::bot {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

/// Gives a ticket, welcomes, and is gone without a word, as a server that is killed.
void serve_once(tcp::acceptor& acceptor) {
  beast::flat_buffer buffer;
  tcp::socket rest = acceptor.accept();
  http::request<http::string_body> request;
  http::read(rest, buffer, request);
  http::response<http::string_body> response{http::status::created, 11};
  response.body() = R"({"ticket":"t"})";
  response.prepare_payload();
  http::write(rest, response);
  beast::websocket::stream<tcp::socket> ws(acceptor.accept());
  ws.accept();
  beast::flat_buffer hello;
  ws.read(hello);
  ws.text(true);
  ws.write(asio::buffer(std::string(R"({"type":"welcome","seq":1,"data":{}})")));
}

TEST(PracticeSignalling, ends_once_and_quietly_when_the_server_is_gone) {
  asio::io_context io;
  tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  std::jthread server([&] { serve_once(acceptor); });
  int welcomes = 0;
  int ends = 0;
  Signalling signalling(
      io, "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()), "token",
      [&](const std::string& type, const boost::json::object&) { welcomes += type == "welcome"; },
      [&](const std::string&) { ++ends; });
  signalling.start();
  io.run();  // returns once nothing waits any more: reader and writer have ended
  EXPECT_EQ(welcomes, 1);
  EXPECT_EQ(ends, 1);
}

}  // namespace
}  // namespace visavis::bot
