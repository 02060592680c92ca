// SPDX-License-Identifier: Apache-2.0
#include "app/server/pages.hpp"

#include <algorithm>

#include "base/ids.hpp"

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

constexpr std::string_view kNothingStyle = R"(
:root { color-scheme: light dark; --page: #f4f5f7; --text: #1a1d21; --quiet: #525252; --link: #0b5cd6 }
@media (prefers-color-scheme: dark) { :root { --page: #0f1115; --text: #eceef1; --quiet: #bcbcbc; --link: #69b1ff } }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: start; padding: 24px; box-sizing: border-box;
  background: var(--page); color: var(--text); font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
h1 { margin: 16px 0 0; font-size: 22px } p { margin: 8px 0 16px; color: var(--quiet) } a { color: var(--link) }
)";
constexpr std::string_view kMark =
    R"(<svg width="48" height="48" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0b5cd6"/>)"
    R"(<circle cx="11" cy="13" r="4.2" fill="#fff"/><circle cx="21" cy="13" r="4.2" fill="#9cc3ff"/>)"
    R"(<path d="M4.5 25.5c.6-4.3 3-6.5 6.5-6.5s5.9 2.2 6.5 6.5z" fill="#fff"/>)"
    R"(<path d="M19.3 25.5c-.2-2.3-.9-4.2-2-5.6 1-.6 2.3-.9 3.7-.9 3.5 0 5.9 2.2 6.5 6.5z" fill="#9cc3ff"/></svg>)";

/// Browsers name the languages a person reads in their order.
bool reads_chinese(std::string_view languages) {
  while (!languages.empty()) {
    const auto comma = std::min(languages.find(','), languages.size());
    const auto tag = http::trim(languages.substr(0, comma)).substr(0, 2);
    if (http::equals_ignoring_case(tag, "zh")) return true;
    if (http::equals_ignoring_case(tag, "en")) return false;
    languages.remove_prefix(std::min(comma + 1, languages.size()));
  }
  return false;
}

struct Part {
  std::string prefix;
  fs::path dir;
  http::StaticOptions options;
};

}  // namespace

Result<fs::path> find_web(const fs::path& configured) {
  std::error_code ec;
  if (!configured.empty()) {
    if (fs::is_directory(configured, ec)) return configured;
    return fail(ErrorKind::kInvalid, "web_folder",
                "server.web (--web) names " + configured.string() +
                    ", which is not a folder that can be read. Name the one that holds customer, agent and widget.");
  }
  const auto exe = fs::read_symlink("/proc/self/exe", ec).parent_path();
  for (const auto& candidate : {exe / "../../web/dist", exe / "../share/visavis/web"}) {
    if (fs::is_directory(candidate, ec)) return fs::weakly_canonical(candidate, ec);
  }
  return fs::path{};
}

std::string mount_pages(http::Router& router, const fs::path& web, const center::Directory& directory) {
  std::vector<std::string> missing;
  if (web.empty()) return "all";
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
  std::string names;
  for (const auto& part : missing) names += (names.empty() ? "" : " ") + part;
  return names;
}

http::Response nothing_here(const http::Request& request) {
  const bool zh = reads_chinese(request.header("Accept-Language"));
  const std::string title = zh ? "页面不存在" : "There is no such page";
  const std::string words =
      zh ? "这个网址没有内容，请检查拼写。" : "There is nothing at this address. Check its spelling.";
  const std::string link = zh ? "前往首页" : "Go to the start page";
  const std::string nonce = random_token(18);
  std::string page =
      "<!doctype html><html lang=\"" + std::string(zh ? "zh-CN" : "en") + "\"><head><meta charset=\"utf-8\">";
  page +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" "
      "content=\"noindex\">";
  page += "<title>" + title + " · Visavis</title><style nonce=\"" + nonce + "\">";
  page += kNothingStyle;
  page += "</style></head><body><main>";
  page += kMark;
  page += "<h1>" + title + "</h1><p>" + words + "</p><a href=\"/\">" + link + "</a></main></body></html>";
  auto response = http::text_response(404, "text/html; charset=utf-8", std::move(page));
  response.set("Cache-Control", "no-store");
  response.set("Content-Language", zh ? "zh-CN" : "en");
  response.set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-" + nonce +
                                              "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return response;
}

}  // namespace visavis::app
