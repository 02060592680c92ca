// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/net_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace visavis::rtc {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

NetAddress NetAddress::v4(std::array<std::uint8_t, 4> ip, std::uint16_t port) {
  NetAddress a;
  std::ranges::copy(ip, a.ip_.begin());
  a.port_ = port;
  a.family_ = Family::kV4;
  return a;
}

NetAddress NetAddress::v6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port) {
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin()))
    return v4({ip[12], ip[13], ip[14], ip[15]}, port);
  NetAddress a;
  a.ip_ = ip;
  a.port_ = port;
  a.family_ = Family::kV6;
  return a;
}

std::optional<NetAddress> NetAddress::parse(std::string_view ip, std::uint16_t port) {
  char text[INET6_ADDRSTRLEN];
  if (ip.empty() || ip.size() >= sizeof text || ip.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(text, ip.data(), ip.size());
  text[ip.size()] = '\0';
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, text, four.data()) == 1) return v4(four, port);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, text, sixteen.data()) == 1) return v6(sixteen, port);
  return std::nullopt;
}

std::optional<NetAddress> NetAddress::from_sockaddr(const sockaddr* address, std::size_t length) {
  if (address == nullptr || length < sizeof(sa_family_t)) return std::nullopt;
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> ip{};
    std::memcpy(ip.data(), &in.sin_addr, ip.size());
    return v4(ip, ntohs(in.sin_port));
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 16> ip{};
    std::memcpy(ip.data(), &in.sin6_addr, ip.size());
    return v6(ip, ntohs(in.sin6_port));
  }
  return std::nullopt;
}

std::size_t NetAddress::to_sockaddr(sockaddr_storage& out, bool mapped) const {
  std::memset(&out, 0, sizeof out);
  if (is_v4() && !mapped) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port_);
    std::memcpy(&in.sin_addr, ip_.data(), 4);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port_);
  auto* ip = reinterpret_cast<std::uint8_t*>(&in.sin6_addr);
  if (is_v4()) {
    std::ranges::copy(kMappedPrefix, ip);
    std::copy_n(ip_.begin(), 4, ip + kMappedPrefix.size());
  } else {
    std::ranges::copy(ip_, ip);
  }
  std::memcpy(&out, &in, sizeof in);
  return sizeof in;
}

NetAddress NetAddress::with_port(std::uint16_t port) const {
  NetAddress a = *this;
  a.port_ = port;
  return a;
}

Bytes NetAddress::ip() const {
  if (is_v4()) return Bytes{ip_}.first(4);
  return is_v6() ? Bytes{ip_} : Bytes{};
}

std::string NetAddress::ip_string() const {
  if (family_ == Family::kNone) return "none";
  char text[INET6_ADDRSTRLEN];
  inet_ntop(is_v4() ? AF_INET : AF_INET6, ip_.data(), text, sizeof text);
  return text;
}

std::string NetAddress::to_string() const {
  const auto port = ":" + std::to_string(port_);
  return is_v6() ? "[" + ip_string() + "]" + port : ip_string() + port;
}

std::size_t NetAddress::hash() const {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, ip_.data(), 8);
  std::memcpy(&high, ip_.data() + 8, 8);
  // Multiply and fold: every bit of address and port reaches every bit of the result.
  std::uint64_t h = (low ^ (std::uint64_t{port_} << 48) ^ static_cast<std::uint64_t>(family_)) * 0x9E3779B97F4A7C15ULL;
  h = (h ^ (h >> 32) ^ high) * 0xD6E8FEB86659FD93ULL;
  return static_cast<std::size_t>(h ^ (h >> 32));
}

}  // namespace visavis::rtc
