// SPDX-License-Identifier: Apache-2.0
#include "center/tenant/origin.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace visavis::center {
namespace {

constexpr std::size_t kLongestOrigin = 255;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view host) {
  return !host.empty() && is_letter_or_digit(host.front()) && host.find("..") == std::string_view::npos &&
         std::ranges::all_of(host, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

/// `[…]` as browsers write it: the shortest form.
std::optional<std::string> plain_ipv6(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return std::nullopt;
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &address) != 1) return std::nullopt;
  if (!inet_ntop(AF_INET6, &address, text.data(), text.size())) return std::nullopt;
  return "[" + std::string(text.data()) + "]";
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && text.front() != '0' && port > 0 && port <= 65'535;
}

/// No more than an origin has, and whole characters.
std::string_view shown(std::string_view text) {
  auto end = std::min(text.size(), kLongestOrigin);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::unexpected<Error> no_origin(std::string_view text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return fail(ErrorKind::kInvalid, "origin_invalid",
              "`" + std::string(shown(text)) +
                  "` is not a web site's origin. Write its scheme and host (and port, where it has one) alone, "
                  "without a path: https://www.acme.example" +
                  (ascii ? "" : "; a name in other letters as browsers send it: https://xn--….example"));
}

}  // namespace

Result<std::string> plain_origin(std::string_view text) {
  std::string origin(text);
  std::ranges::transform(origin, origin.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (origin.ends_with('/')) origin.pop_back();
  const bool tls = origin.starts_with("https://");
  if (origin.size() > kLongestOrigin || (!tls && !origin.starts_with("http://"))) return no_origin(text);
  const std::string_view usual_port = tls ? ":443" : ":80";  // browsers leave it out
  const std::size_t begin = tls ? 8 : 7;
  auto host = std::string_view(origin).substr(begin);
  const auto after = host.find(']');
  const auto colon = host.find(':', after == std::string_view::npos ? 0 : after);
  if (colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return no_origin(text);
    if (host.substr(colon) == usual_port) origin.resize(begin + colon);
    host = std::string_view(origin).substr(begin, colon);
  }
  if (is_name(host)) return origin;
  const auto address = plain_ipv6(host);
  if (!address) return no_origin(text);
  return origin.replace(begin, host.size(), *address);
}

Result<std::vector<std::string>> plain_origins(const std::vector<std::string>& texts,
                                               const std::vector<std::string>& known) {
  std::vector<std::string> out;
  for (const auto& text : texts) {
    const bool any = text == "*" && std::ranges::find(known, text) != known.end();
    auto origin = any ? Result<std::string>(text) : plain_origin(text);
    if (!origin) return std::unexpected(std::move(origin.error()));
    if (std::ranges::find(out, *origin) == out.end()) out.push_back(std::move(*origin));
  }
  return out;
}

}  // namespace visavis::center
