// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "platform/http/text.hpp"

namespace visavis::http {

struct Request {
  std::string method{};
  std::string path{};  // as sent, without the query
  Pairs query{};       // decoded
  Pairs headers{};     // in the order sent
  Pairs params{};      // what `{name}` in the route matched, decoded
  std::string body{};
  std::string peer{};      // literal address of the client, behind trusted proxies
  bool peer_exact = true;  // false: others stand behind that address (see http::Asker)
  std::string host{};      // Host header if it is plain, else empty
  bool tls = false;        // as the client came
  /// What the admission of the route keeps for this request.
  std::shared_ptr<void> place{};

  /// First header of that name, ignoring case; empty if absent.
  std::string_view header(std::string_view name) const;
  std::string_view param(std::string_view name) const;
  std::optional<std::string> query_value(std::string_view name) const;
  std::optional<std::string> cookie(std::string_view name) const;
  /// The token of `Authorization: Bearer`; empty if absent.
  std::string_view bearer() const;
  /// "https://host" as the client addressed us.
  std::string origin() const;
};

struct Response {
  unsigned status = 200;
  Pairs headers{};
  std::string body{};
  std::shared_ptr<const std::string> shared_body{};  // used instead of `body` where set: what many requests share
  std::string cause{};                               // of a fault of ours, for the operator's log; never sent

  Response& set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  const std::string& content() const { return shared_body ? *shared_body : body; }
};

Response json_response(unsigned status, std::string json);
Response text_response(unsigned status, std::string content_type, std::string text);
Response no_content();

/// RFC 9457. `code` is stable, `detail` says what happened and what to do.
Response problem(unsigned status, std::string_view code, std::string_view detail);
Response problem(const Error& error);
unsigned status_of(ErrorKind kind);
std::string_view reason_phrase(unsigned status);

}  // namespace visavis::http
