// SPDX-License-Identifier: Apache-2.0
#include "platform/http/message.hpp"

#include <array>
#include <boost/json.hpp>

namespace visavis::http {
namespace {

std::string_view find_in(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

constexpr std::array<std::pair<unsigned, std::string_view>, 34> kPhrases{{
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {507, "Insufficient Storage"},
}};

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string_view Request::param(std::string_view name) const { return find_in(params, name); }

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Request::cookie(std::string_view name) const { return find_cookie(header("Cookie"), name); }

std::string_view Request::bearer() const {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = header("Authorization");
  if (value.size() <= kScheme.size() || !equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  return trim(value.substr(kScheme.size()));
}

std::string Request::origin() const { return (tls ? "https://" : "http://") + host; }

Response json_response(unsigned status, std::string json) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = std::move(json),
          .shared_body = {}};
}

Response text_response(unsigned status, std::string content_type, std::string text) {
  return {.status = status,
          .headers = {{"Content-Type", std::move(content_type)}},
          .body = std::move(text),
          .shared_body = {}};
}

Response no_content() { return {.status = 204, .headers = {}, .body = {}, .shared_body = {}}; }

Response problem(unsigned status, std::string_view code, std::string_view detail) {
  const boost::json::object body{{"type", "about:blank"},
                                 {"title", reason_phrase(status)},
                                 {"status", status},
                                 {"code", code},
                                 {"detail", detail}};
  auto response = json_response(status, boost::json::serialize(body));
  response.headers.front().second = "application/problem+json";
  return response;
}

Response problem(const Error& error) {
  auto response = problem(status_of(error.kind), error.code, error.message);
  // Whoever asked is told what to do, never why: that is for the operator.
  if (error.kind == ErrorKind::kInternal) response.cause = error.code + ": " + error.cause;
  if (error.kind == ErrorKind::kThrottled) response.set("Retry-After", "5");
  return response;
}

unsigned status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kUnauthenticated:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kGone:
      return 410;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kThrottled:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

std::string_view reason_phrase(unsigned status) {
  for (const auto& [known, phrase] : kPhrases) {
    if (known == status) return phrase;
  }
  return "Unknown";
}

}  // namespace visavis::http
