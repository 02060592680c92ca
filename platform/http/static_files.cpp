// SPDX-License-Identifier: Apache-2.0
#include "platform/http/static_files.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/ids.hpp"

namespace visavis::http {
namespace {

constexpr std::uintmax_t kMaxFile = 32 * 1024 * 1024;
constexpr std::string_view kNoncePlaceholder = "__CSP_NONCE__";

constexpr std::array<std::pair<std::string_view, std::string_view>, 19> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".yaml", "application/yaml"},
    {".webmanifest", "application/manifest+json"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".wav", "audio/wav"},
}};

std::string hex_of(std::string_view content) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) out += {kHex[digest[i] >> 4], kHex[digest[i] & 15]};
  return out;
}

/// Vite names hashed files `name-HASH.ext`, with eight or more base64url characters.
bool is_hashed_name(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const auto dot = name.rfind('.');
  const auto dash = dot == std::string_view::npos || dot < 9 ? std::string_view::npos : dot - 9;
  return path.starts_with("assets/") && dash != std::string_view::npos && name.substr(0, dot).find('-') <= dash;
}

std::string replace_all(std::string_view text, std::string_view what, std::string_view with) {
  std::string out;
  while (true) {
    const auto at = text.find(what);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += with;
    text.remove_prefix(at + what.size());
  }
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::file_size(path, ec) > kMaxFile || ec) {
    return fail(ErrorKind::kTooLarge, "web_file_too_large", "Web file " + path.string() + " is larger than 32 MiB.");
  }
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in)
    return fail(ErrorKind::kInternal, "web_file_unreadable", "Cannot read " + path.string() + "; check its rights.");
  return content;
}

}  // namespace

Result<std::shared_ptr<const StaticFiles>> StaticFiles::load(const std::filesystem::path& dir, StaticOptions options) {
  std::error_code ec;
  std::filesystem::recursive_directory_iterator at(dir, ec);
  if (ec) {
    return fail(
        ErrorKind::kNotFound, "web_folder_missing",
        "Cannot read the web files in " + dir.string() + "; build them (make build) or name their folder with --web.");
  }
  std::map<std::string, std::string> contents;
  for (const auto& entry : at) {
    if (!entry.is_regular_file(ec) || entry.is_symlink(ec)) continue;
    auto content = read_file(entry.path());
    if (!content) return std::unexpected(content.error());
    contents.emplace(std::filesystem::relative(entry.path(), dir, ec).generic_string(), std::move(*content));
  }
  return of(std::move(contents), std::move(options));
}

std::shared_ptr<const StaticFiles> StaticFiles::of(std::map<std::string, std::string> contents, StaticOptions options) {
  auto self = std::make_shared<StaticFiles>();
  self->options_ = std::move(options);
  for (auto& [path, content] : contents) {
    auto shared = std::make_shared<const std::string>(std::move(content));
    const bool gzip = path.ends_with(".gz");
    if (gzip || path.ends_with(".br")) {
      auto& file = self->files_[path.substr(0, path.size() - 3)];
      (gzip ? file.gzip : file.brotli) = std::move(shared);
    } else {
      self->files_[path].plain = std::move(shared);
    }
  }
  self->finish();
  return self;
}

void StaticFiles::finish() {
  std::erase_if(files_, [](const auto& f) { return !f.second.plain; });
  for (auto& [path, file] : files_) {
    file.type = media_type_of(path);
    file.etag = hex_of(*file.plain);
    file.immutable = is_hashed_name(path);
    file.page = path.ends_with(".html");
  }
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  auto it = files_.find(path);
  if (it == files_.end() && (path.empty() || path.ends_with('/'))) it = files_.find(std::string(path) + "index.html");
  if (it == files_.end() && options_.spa) {
    const auto slash = path.rfind('/');
    const auto last = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (last.find('.') == std::string_view::npos) it = files_.find("index.html");
  }
  return it == files_.end() ? nullptr : &it->second;
}

Response StaticFiles::serve(std::string_view path, const Request& request) const {
  const File* file = find(path);
  if (!file) return problem(404, "no_such_page", "There is no such page here. Check the address.");
  if (file->page) return serve_page(*file, request);
  Response response;
  response.set("Content-Type", file->type);
  response.set("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.set("Vary", "Accept-Encoding");
  if (options_.cross_origin) response.set("Cross-Origin-Resource-Policy", "cross-origin");
  const auto accepted = request.header("Accept-Encoding");
  std::string etag = file->etag;
  response.shared_body = file->plain;
  if (file->brotli && has_token(accepted, "br")) {
    response.shared_body = file->brotli;
    response.set("Content-Encoding", "br");
    etag += "-br";
  } else if (file->gzip && has_token(accepted, "gzip")) {
    response.shared_body = file->gzip;
    response.set("Content-Encoding", "gzip");
    etag += "-gz";
  }
  etag = '"' + etag + '"';
  response.set("ETag", etag);
  if (has_token(request.header("If-None-Match"), etag)) {
    response.status = 304;
    response.shared_body = nullptr;
  }
  return response;
}

Response StaticFiles::serve_page(const File& file, const Request& request) const {
  const std::string nonce = random_token(18);
  const std::string ancestors = options_.frame_ancestors ? options_.frame_ancestors(request) : "'none'";
  Response response;
  response.set("Content-Type", file.type);
  response.set("Cache-Control", "no-cache");
  response.set("Content-Security-Policy", page_csp(nonce, request.host, ancestors));
  response.body = replace_all(*file.plain, kNoncePlaceholder, nonce);
  return response;
}

std::string_view media_type_of(std::string_view path) {
  for (const auto& [suffix, type] : kTypes) {
    if (path.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

std::string page_csp(std::string_view nonce, std::string_view host, std::string_view frame_ancestors) {
  const std::string n = "'nonce-" + std::string(nonce) + "'";
  std::string csp = "default-src 'self'; script-src " + n + " 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' " +
                    n +
                    "; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'";
  // Older Safari does not take 'self' to cover WebSockets.
  if (!host.empty()) csp += " ws://" + std::string(host) + " wss://" + std::string(host);
  csp += "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";
  csp += frame_ancestors;
  return csp;
}

}  // namespace visavis::http
