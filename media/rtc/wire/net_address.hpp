// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address with a port: 20 bytes, comparable, hashable, without allocation.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

struct sockaddr;
struct sockaddr_storage;

namespace visavis::rtc {

class NetAddress {
 public:
  enum class Family : std::uint8_t { kNone = 0, kV4 = 4, kV6 = 6 };

  constexpr NetAddress() = default;
  static NetAddress v4(std::array<std::uint8_t, 4> ip, std::uint16_t port);
  /// An IPv4-mapped address (::ffff:a.b.c.d) becomes the IPv4 address it stands for, so that one peer has one spelling.
  static NetAddress v6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port);
  /// A literal address without brackets and scope ("192.0.2.1", "2001:db8::1"); nothing is looked up.
  static std::optional<NetAddress> parse(std::string_view ip, std::uint16_t port);
  /// None for families other than AF_INET and AF_INET6, or where `length` is too short.
  static std::optional<NetAddress> from_sockaddr(const sockaddr* address, std::size_t length);

  /// Fills `out` and returns the length to give to the system. `mapped`: IPv4 as ::ffff:a.b.c.d for a dual-stack
  /// socket.
  std::size_t to_sockaddr(sockaddr_storage& out, bool mapped = false) const;

  Family family() const { return family_; }
  bool is_v4() const { return family_ == Family::kV4; }
  bool is_v6() const { return family_ == Family::kV6; }
  explicit operator bool() const { return family_ != Family::kNone; }
  std::uint16_t port() const { return port_; }
  NetAddress with_port(std::uint16_t port) const;
  /// 4 or 16 bytes in network order; empty for none.
  Bytes ip() const;
  std::string ip_string() const;
  /// "192.0.2.1:7000" or "[2001:db8::1]:7000".
  std::string to_string() const;
  std::size_t hash() const;

  friend bool operator==(const NetAddress&, const NetAddress&) = default;

 private:
  std::array<std::uint8_t, 16> ip_{};  // IPv4 in the first four, the rest zero
  std::uint16_t port_ = 0;             // host order
  Family family_ = Family::kNone;
  std::uint8_t reserved_ = 0;
};
static_assert(sizeof(NetAddress) == 20);

}  // namespace visavis::rtc

template <>
struct std::hash<visavis::rtc::NetAddress> {
  std::size_t operator()(const visavis::rtc::NetAddress& a) const noexcept { return a.hash(); }
};
