// SPDX-License-Identifier: Apache-2.0
#include "platform/http/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace visavis::http {
namespace {

using Address = std::array<std::uint8_t, 16>;

constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};  // RFC 4291 §2.5.5.2

bool is_mapped(const Address& a) { return std::equal(kMapped.begin(), kMapped.begin() + 12, a.begin()); }

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text.substr(0, text.find('%')));
  Address address = kMapped;
  if (::inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  if (::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_mapped(address);
  ::inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? 12 : 0), text.data(), text.size());
  return text.data();
}

bool inside(const Address& address, const Address& network, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    if (((address.at(i / 8) ^ network.at(i / 8)) & (0x80U >> (i % 8))) != 0) return false;
  }
  return true;
}

/// "1.2.3.4", "1.2.3.4:5", "[::1]", "[::1]:5", "::1", each perhaps in quotes.
std::optional<Address> node_address(std::string_view node) {
  node = trim(node);
  if (node.size() >= 2 && node.starts_with('"') && node.ends_with('"')) node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) return parse_address(node.substr(1, node.find(']') - 1));
  if (std::ranges::count(node, ':') == 1) node = node.substr(0, node.find(':'));
  return parse_address(node);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(trim(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// All values of a list header, in order, over all its lines.
std::vector<std::string_view> list_of(const Pairs& headers, std::string_view name) {
  std::vector<std::string_view> all;
  for (const auto& [key, value] : headers) {
    if (!equals_ignoring_case(key, name)) continue;
    const auto parts = split(value, ',');
    all.insert(all.end(), parts.begin(), parts.end());
  }
  return all;
}

struct Hop {
  std::optional<Address> from;
  std::optional<bool> tls;
};

std::vector<Hop> hops_of(const Pairs& headers) {
  std::vector<Hop> hops;
  if (const auto from = list_of(headers, "X-Forwarded-For"); !from.empty()) {
    for (const auto node : from) hops.push_back({node_address(node), std::nullopt});
  } else {
    for (const auto element : list_of(headers, "Forwarded")) {
      Hop hop;
      for (const auto pair : split(element, ';')) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const auto value = pair.substr(equals + 1);
        if (equals_ignoring_case(pair.substr(0, equals), "for")) hop.from = node_address(value);
        if (equals_ignoring_case(pair.substr(0, equals), "proto")) hop.tls = equals_ignoring_case(value, "https");
      }
      hops.push_back(hop);
    }
  }
  // The proxy nearest to us is the last to have a say of it.
  if (const auto proto = list_of(headers, "X-Forwarded-Proto"); !proto.empty()) {
    if (hops.empty()) hops.emplace_back();
    hops.back().tls = equals_ignoring_case(proto.back(), "https");
  }
  return hops;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks) {
    const auto slash = text.find('/');
    const auto address = parse_address(std::string_view(text).substr(0, slash));
    if (!address) continue;
    const unsigned whole = is_mapped(*address) && text.find(':') == std::string::npos ? 32 : 128;
    unsigned bits = whole;
    if (slash != std::string::npos) {
      const auto [end, wrong] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
      if (wrong != std::errc{} || end != text.data() + text.size() || bits > whole) continue;
    }
    networks_.push_back({*address, bits + 128 - whole});
  }
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(networks_, [&](const Network& n) { return inside(*parsed, n.address, n.bits); });
}

Asker client_behind(const TrustedProxies& trusted, const Asker& peer, const Pairs& headers) {
  Asker client = peer;
  const auto hops = hops_of(headers);
  if (!trusted.contains(peer.address)) {
    client.exact = hops.empty();
    return client;
  }
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (hop == hops.rbegin() && hop->tls) client.tls = *hop->tls;
    client.exact = false;
    if (!hop->from) break;  // hidden or garbled: who it was is not known, but that it came by this proxy
    client.address = to_text(*hop->from);
    client.exact = std::next(hop) == hops.rend();
    if (!trusted.contains(client.address)) break;
  }
  return client;
}

std::string network_of(const std::string& address) {
  auto parsed = parse_address(address);
  if (!parsed) return address;
  if (is_mapped(*parsed)) return to_text(*parsed);
  std::fill(parsed->begin() + 8, parsed->end(), std::uint8_t{0});
  return to_text(*parsed) + "/64";
}

}  // namespace visavis::http
