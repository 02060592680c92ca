// SPDX-License-Identifier: Apache-2.0
// Heads of requests: Beast's parser as the connection uses it, our reading of what it says, the route and the static
// file it leads to. The first byte says in which portions the rest arrives: the outcome must not depend on it.
#include <boost/json/src.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "platform/http/request_head.hpp"
#include "platform/http/router.hpp"
#include "platform/http/static_files.hpp"

using namespace visavis::http;

namespace {

constexpr std::size_t kHeaderBytes = 16 * 1024;  // Beast counts them otherwise in portions; no input is so long

Router make_router() {
  Router router;
  for (const char* pattern : {"/v1/contacts", "/v1/contacts/{id}", "/v1/rooms/{room}/sessions/{id}"})
    router.add("GET", pattern, [](Request) -> Task<Response> { co_return no_content(); });
  router.mount("/", StaticFiles::of({{"index.html", "page"}, {"assets/a-12345678.js", "script"}}, {.spa = true}));
  return router;
}

/// All that a head said, or how it was refused, as one text. What is broken and what is not complete is the same:
/// whether Beast notices before the last line has come depends on the portions.
std::string outcome(std::string_view bytes, std::size_t step) {
  static const Router router = make_router();
  RequestParser parser;
  prepare(parser, kHeaderBytes);
  boost::beast::error_code ec;
  std::string buffer;
  for (std::size_t at = 0; at < bytes.size() && !parser.is_header_done(); at += step) {
    buffer += bytes.substr(at, step);
    buffer.erase(0, parser.put(boost::asio::buffer(buffer), ec));
    if (ec && ec != boost::beast::http::error::need_more) return "no request";
  }
  if (!parser.is_header_done()) return "no request";
  const auto head = read_head(parser.get());
  if (!head) {
    CHECK(head.error().status >= 400 && head.error().status < 600 && !head.error().body.empty());
    return std::to_string(head.error().status);
  }
  const auto& request = head->request;
  CHECK(request.host.empty() || is_plain_host(request.host));
  std::string said = request.method + ' ' + request.path + ' ' + request.host + ' ' + std::string(request.bearer()) +
                     ' ' + request.cookie("visavis_session").value_or("");
  for (const auto& [name, value] : request.headers) {
    CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    said += '\n' + name + ": " + value;
  }
  for (const auto& [name, value] : request.query) said += '?' + name + '=' + value;
  const auto found = router.find(request.method, head->target);
  for (const auto& [name, value] : found.params) CHECK(!value.empty() && is_valid_utf8(value));
  if (found.files) said += std::to_string(found.files->serve(found.file_path, request).status);
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = outcome(bytes, bytes.size() + 1);
  const auto portions = outcome(bytes, data[0] % 16 + 1U);
  CHECK(whole == portions);
  return 0;
}
