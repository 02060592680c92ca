// SPDX-License-Identifier: Apache-2.0
#include "app/server/pages.hpp"

#include <algorithm>

namespace visavis::app {
namespace fs = std::filesystem;

namespace {

/// An origin as it may stand in a header: scheme, host, port.
bool is_plain_origin(const std::string& origin) {
  const auto at = origin.find("://");
  return origin == "*" || (at != std::string::npos && http::is_plain_host(std::string_view(origin).substr(at + 3)));
}

/// The sites that may embed the widget of the company in ?key=.
std::string widget_ancestors(const center::Directory& directory, const http::Request& request) {
  std::string out = "'self'";
  const auto* settings = directory.tenant_by_key(request.query_value("key").value_or(""));
  if (!settings) return out;
  for (const auto& origin : settings->tenant.allowed_origins) {
    if (is_plain_origin(origin)) out += " " + origin;
  }
  return out;
}

http::Task<http::Response> add_slash(http::Request request) {
  http::Response response{.status = 308};
  response.set("Location", request.path + "/");
  co_return response;
}

struct Part {
  std::string prefix;
  fs::path dir;
  http::StaticOptions options;
};

}  // namespace

fs::path find_web(const fs::path& configured) {
  if (!configured.empty()) return configured;
  std::error_code ec;
  const auto exe = fs::read_symlink("/proc/self/exe", ec).parent_path();
  for (const auto& candidate : {exe / "../../web/dist", exe / "../share/visavis/web"}) {
    if (fs::is_directory(candidate, ec)) return fs::weakly_canonical(candidate, ec);
  }
  return {};
}

std::vector<std::string> mount_pages(http::Router& router, const fs::path& web, const center::Directory& directory) {
  std::vector<std::string> missing;
  if (web.empty()) return {"all pages"};
  const auto ancestors = [&directory](const http::Request& request) { return widget_ancestors(directory, request); };
  const auto self = [](const http::Request&) { return std::string("'self'"); };
  const fs::path api = fs::is_directory(web / "api") ? web / "api" : web / "../../api";
  const std::vector<Part> parts{{"/", web / "customer", {}},
                                {"/agent/", web / "agent", {.spa = true}},
                                {"/widget/", web / "widget", {.frame_ancestors = ancestors}},
                                {"/widget.js", web / "widget", {.cross_origin = true}},
                                {"/demo/", web / "demo", {.frame_ancestors = self}},
                                {"/api/", api, {.cross_origin = true}}};
  for (const auto& part : parts) {
    auto files = http::StaticFiles::load(part.dir, part.options);
    if (!files) {
      missing.push_back(part.prefix);
      continue;
    }
    router.mount(part.prefix, std::move(*files));
    if (part.prefix.size() > 1 && part.prefix.ends_with('/'))
      router.add("GET", part.prefix.substr(0, part.prefix.size() - 1), add_slash);
  }
  if (std::ranges::find(missing, "/") == missing.end()) router.add("GET", "/c", add_slash);
  return missing;
}

}  // namespace visavis::app
