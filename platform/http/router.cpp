// SPDX-License-Identifier: Apache-2.0
#include "platform/http/router.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace visavis::http {
namespace {

bool is_name(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

std::vector<std::string> split_pattern(std::string_view pattern) {
  CHECK(!pattern.empty() && pattern.front() == '/');
  std::vector<std::string> out;
  while (true) {
    pattern.remove_prefix(1);
    const auto slash = pattern.find('/');
    out.emplace_back(pattern.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    pattern.remove_prefix(slash);
  }
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(
      pattern, segments, [](const std::string& p, const std::string& s) { return is_name(p) ? !s.empty() : p == s; });
}

/// Fewer names = more exact.
auto names_in(const Router::Route& route) { return std::ranges::count_if(route.segments, is_name); }

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler, RouteOptions options) {
  Route route{.segments = split_pattern(pattern),
              .method = std::move(method),
              .handler = std::move(handler),
              .options = options,
              .accept = {},
              .ws = {}};
  const auto at = std::ranges::upper_bound(routes_, names_in(route), {}, names_in);
  routes_.insert(at, std::move(route));
}

void Router::add_websocket(std::string_view pattern, WsAccept accept, WsOptions options) {
  add("GET", pattern, {});
  const auto segments = split_pattern(pattern);
  const auto route =
      std::ranges::find_if(routes_, [&](const Route& r) { return r.segments == segments && !r.handler; });
  route->accept = std::move(accept);
  route->ws = std::move(options);
}

void Router::mount(std::string prefix, std::shared_ptr<const StaticFiles> files) {
  CHECK(prefix.starts_with('/'));
  const auto length = [](const auto& m) { return m.first.size(); };
  const auto at = std::ranges::upper_bound(mounts_, prefix.size(), std::greater{}, length);
  mounts_.emplace(at, std::move(prefix), std::move(files));
}

Router::Found Router::find(std::string_view method, const Target& target) const {
  Found found;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const auto& route : routes_) {
    if (!matches(route.segments, target.segments)) continue;
    if (route.method != wanted) {
      found.allowed.push_back(route.method);
      found.sibling = &route;
      continue;
    }
    for (std::size_t i = 0; i < route.segments.size(); ++i) {
      const std::string_view name = route.segments[i];
      if (is_name(name)) found.params.emplace_back(name.substr(1, name.size() - 2), target.segments[i]);
    }
    found.route = &route;
    return found;
  }
  if (!found.sibling) find_files(wanted, target, found);
  return found;
}

void Router::find_files(std::string_view method, const Target& target, Found& found) const {
  std::string path;
  for (const auto& segment : target.segments) path += '/' + segment;
  for (const auto& [prefix, files] : mounts_) {
    const bool inside = prefix.ends_with('/') ? path.starts_with(prefix) : path == prefix;
    if (!inside) continue;
    if (method != "GET") {
      found.allowed = {"GET", "HEAD"};
      return;
    }
    found.files = files.get();
    found.file_path = prefix.ends_with('/') ? path.substr(prefix.size()) : path.substr(path.rfind('/') + 1);
    return;
  }
}

}  // namespace visavis::http
