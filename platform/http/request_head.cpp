// SPDX-License-Identifier: Apache-2.0
#include "platform/http/request_head.hpp"

#include <boost/beast/http.hpp>

namespace visavis::http {
namespace beast = boost::beast;

namespace {

constexpr std::size_t kMaxTarget = 4096;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void prepare(RequestParser& parser, std::size_t header_bytes) {
  parser.eager(false);
  parser.header_limit(static_cast<std::uint32_t>(header_bytes));
  parser.body_limit(boost::none);  // the route's limit is applied once the route is known
}

Response refuse_parse(beast::error_code ec) {
  using beast::http::error;
  if (ec == error::header_limit || ec == error::buffer_overflow) {
    return problem(431, "header_too_large",
                   "The header of the request is too large. Send fewer or shorter header fields.");
  }
  if (ec == error::body_limit) {
    return problem(413, "body_too_large", "The body is larger than this address accepts. Send less.");
  }
  return problem(400, "bad_request",
                 "The request is not valid HTTP/1.1. Check its first line, header and body framing.");
}

std::expected<RequestHead, Response> read_head(const beast::http::request_header<>& head) {
  const auto target_text = view(head.target());
  if (target_text.size() > kMaxTarget) return std::unexpected(problem(414, "uri_too_long", "The address is too long."));
  auto target = parse_target(target_text);
  auto query = target ? parse_query(target->query) : std::nullopt;
  if (!query)
    return std::unexpected(
        problem(400, "bad_target", "The address of the request is not valid. Check its path and query."));
  if (head.count("Host") > 1 || (head.version() == 11 && head.count("Host") == 0)) {
    return std::unexpected(problem(400, "bad_host", "Send exactly one Host header field."));
  }
  RequestHead out{
      .request = {.method = std::string(view(head.method_string())), .path = target->path, .query = std::move(*query)},
      .target = std::move(*target)};
  for (const auto& field : head) out.request.headers.emplace_back(view(field.name_string()), view(field.value()));
  if (is_plain_host(out.request.header("Host"))) out.request.host = out.request.header("Host");
  return out;
}

}  // namespace visavis::http
