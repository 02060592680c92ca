// SPDX-License-Identifier: Apache-2.0
#include "platform/http/stream.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace visavis::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
// Whoever is still sending when the answer is given (413, say) must be heard out, or the answer is lost with a reset
// (RFC 9112 §9.6).
constexpr Millis kLingerTime{5'000};
constexpr std::size_t kMaxBeginning = 1'024;  // of another protocol
using LowWatermark = asio::detail::socket_option::integer<SOL_SOCKET, SO_RCVLOWAT>;
constexpr std::size_t kLingerBytes = 32 * 1024 * 1024;
}  // namespace

void Deadline::arm(Millis delay, std::shared_ptr<void> owner) {
  timer_.expires_after(delay);
  timer_.async_wait([this, owner = std::move(owner)](error_code ec) {
    // A wait that had already expired when it was armed anew arrives without an error.
    if (ec || timer_.expiry() > std::chrono::steady_clock::now()) return;
    error_code ignored;
    action_ == OnDeadline::kClose ? socket_.close(ignored) : socket_.cancel(ignored);
  });
}

Stream::Stream(tcp::socket socket)
    : socket_(std::move(socket)),
      read_deadline_(socket_, OnDeadline::kCancel),
      write_deadline_(socket_, OnDeadline::kClose) {
  error_code ec;
  socket_.set_option(tcp::no_delay(true), ec);
  const auto end = socket_.remote_endpoint(ec);
  if (!ec) {
    auto address = end.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    peer_ = address.to_string();
  }
}

asio::awaitable<FirstByte> Stream::first_byte(Millis timeout) {
  read_deadline_.arm(timeout, shared_from_this());
  auto [ec] = co_await socket_.async_wait(tcp::socket::wait_read, kToken);
  read_deadline_.disarm();
  std::array<char, 1> byte{};
  if (!ec) socket_.receive(asio::buffer(byte), tcp::socket::message_peek, ec);
  if (ec) co_return FirstByte::kGone;
  const auto value = static_cast<unsigned char>(byte[0]);
  if (value == 0x16) co_return FirstByte::kTls;  // handshake record, RFC 5246 §6.2.1
  if (value >= 'A' && value <= 'Z') co_return FirstByte::kHttp;
  co_return FirstByte::kOther;
}

asio::awaitable<bool> Stream::gather(const Wants& wants, Millis timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::array<std::uint8_t, kMaxBeginning> start;
  for (std::size_t before = 0;;) {
    error_code ec;
    const auto n = socket_.receive(asio::buffer(start), tcp::socket::message_peek, ec);
    if (ec) co_return false;
    const auto wanted = std::min(wants(std::span(start).first(n)), start.size());
    if (wanted <= n) {
      socket_.set_option(LowWatermark(1), ec);
      co_return !ec;
    }
    const auto left = std::chrono::duration_cast<Millis>(end - std::chrono::steady_clock::now());
    if (n == before || left <= Millis::zero()) co_return false;  // it wakes without more when the peer has ended
    before = n;
    // What is peeked at stays there: without this the socket would count as readable at once.
    socket_.set_option(LowWatermark(static_cast<int>(wanted)), ec);
    if (ec) co_return false;
    read_deadline_.arm(left, shared_from_this());
    const auto [failed] = co_await socket_.async_wait(tcp::socket::wait_read, kToken);
    read_deadline_.disarm();
    if (failed) co_return false;
  }
}

asio::awaitable<bool> Stream::handshake(asio::ssl::context& context, Millis timeout) {
  tls_.emplace(socket_, context);
  read_deadline_.arm(timeout, shared_from_this());
  auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kToken);
  read_deadline_.disarm();
  co_return !ec;
}

asio::awaitable<std::size_t> Stream::read_some(std::span<char> out, Millis timeout) {
  read_deadline_.arm(timeout, shared_from_this());
  const auto buffer = asio::buffer(out.data(), out.size());
  auto [ec, n] =
      tls_ ? co_await tls_->async_read_some(buffer, kToken) : co_await socket_.async_read_some(buffer, kToken);
  read_deadline_.disarm();
  co_return ec ? 0 : n;
}

asio::awaitable<bool> Stream::write(std::string_view bytes, Millis timeout) {
  while (!bytes.empty()) {
    write_deadline_.arm(timeout, shared_from_this());
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    auto [ec, n] =
        tls_ ? co_await tls_->async_write_some(buffer, kToken) : co_await socket_.async_write_some(buffer, kToken);
    write_deadline_.disarm();
    if (ec) co_return false;
    bytes.remove_prefix(n);
  }
  co_return true;
}

asio::awaitable<void> Stream::linger() {
  error_code ec;
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  std::array<char, 16 * 1024> sink{};
  read_deadline_.arm(kLingerTime, shared_from_this());
  for (std::size_t taken = 0; !ec && taken < kLingerBytes;) {
    auto [error, n] = co_await socket_.async_read_some(asio::buffer(sink), kToken);
    ec = error;
    taken += n;
  }
  read_deadline_.disarm();
  close();
}

void Stream::close() {
  error_code ec;
  socket_.close(ec);
}

int Stream::release() {
  error_code ec;
  const int fd = socket_.release(ec);
  return ec ? -1 : fd;
}

}  // namespace visavis::http
