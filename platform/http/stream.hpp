// SPDX-License-Identifier: Apache-2.0
// A connection's bytes, TLS or not, with a deadline on everything. Inside of this module only.
#pragma once

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace visavis::http {

/// What happens to a socket when a deadline passes: its pending operations end and it can still be written to, or all
/// ends.
enum class OnDeadline : std::uint8_t { kCancel, kClose };

class Deadline {
 public:
  Deadline(boost::asio::ip::tcp::socket& socket, OnDeadline action)
      : socket_(socket), action_(action), timer_(socket.get_executor()) {}
  /// `owner` keeps the socket alive while the timer runs.
  void arm(Millis delay, std::shared_ptr<void> owner);
  void disarm() { timer_.cancel(); }

 private:
  boost::asio::ip::tcp::socket& socket_;
  OnDeadline action_;
  boost::asio::steady_timer timer_;
};

enum class FirstByte : std::uint8_t { kTls, kHttp, kOther, kGone };

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(boost::asio::ip::tcp::socket socket);

  /// Looks at the first byte without taking it.
  boost::asio::awaitable<FirstByte> first_byte(Millis timeout);
  using Wants = std::function<std::size_t(std::span<const std::uint8_t> start)>;
  /// Waits until as many bytes lie there as `wants` asks for, without taking them; false where they do not come in
  /// time.
  boost::asio::awaitable<bool> gather(const Wants& wants, Millis timeout);
  boost::asio::awaitable<bool> handshake(boost::asio::ssl::context& context, Millis timeout);
  /// Bytes read; 0 when the connection is over or `timeout` has passed.
  boost::asio::awaitable<std::size_t> read_some(std::span<char> out, Millis timeout);
  /// False when the connection is over, or without progress for `timeout`.
  boost::asio::awaitable<bool> write(std::string_view bytes, Millis timeout);
  /// Ends our direction and takes what the peer still sends for a moment, so that it sees our last words instead of a
  /// reset (RFC 9112 §9.6).
  boost::asio::awaitable<void> linger();
  void close();
  /// Gives the descriptor away; the stream is empty afterwards. -1 if that fails.
  int release();

  bool tls() const { return tls_.has_value(); }
  const std::string& peer() const { return peer_; }
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  Deadline read_deadline_;
  Deadline write_deadline_;
  std::string peer_;
};

}  // namespace visavis::http
