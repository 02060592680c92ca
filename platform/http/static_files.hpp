// SPDX-License-Identifier: Apache-2.0
// A folder of built web files, read into memory once: typed, tagged, compressed variants chosen, pages under a strict
// CSP.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/http/message.hpp"

namespace visavis::http {

struct StaticOptions {
  /// Paths without a dot in their last segment that are no file get index.html (client-side routes).
  bool spa = false;
  /// Whether other sites may embed these files as scripts or pictures (Cross-Origin-Resource-Policy).
  bool cross_origin = false;
  /// Value of frame-ancestors for the pages, e.g. "https://shop.example"; unset: 'none'.
  std::function<std::string(const Request&)> frame_ancestors{};
};

class StaticFiles {
 public:
  /// Reads `dir` and everything below it, following no links out of it; `x.js.gz` and `x.js.br` become variants of
  /// `x.js`. Files above 32 MiB are refused.
  static Result<std::shared_ptr<const StaticFiles>> load(const std::filesystem::path& dir, StaticOptions options);
  /// The same from memory: path → content.
  static std::shared_ptr<const StaticFiles> of(std::map<std::string, std::string> contents, StaticOptions options);

  /// `path` as Router::Found::file_path. 404 as a problem where there is no such file.
  Response serve(std::string_view path, const Request& request) const;

 private:
  struct File {
    std::shared_ptr<const std::string> plain, gzip, brotli;
    std::string type;
    std::string etag;
    bool immutable = false;
    bool page = false;
  };
  const File* find(std::string_view path) const;
  Response serve_page(const File& file, const Request& request) const;
  void finish();

  std::map<std::string, File, std::less<>> files_;
  StaticOptions options_;
};

/// Media type by file name, "application/octet-stream" where unknown.
std::string_view media_type_of(std::string_view path);

/// The policy for a page with this nonce: own scripts and styles only, WebSockets to `host`, no plug-ins, no framing
/// but by `frame_ancestors`.
std::string page_csp(std::string_view nonce, std::string_view host, std::string_view frame_ancestors);

}  // namespace visavis::http
