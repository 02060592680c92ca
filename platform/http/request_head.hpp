// SPDX-License-Identifier: Apache-2.0
// From a parsed HTTP head to a request of ours: everything that Beast lets through and we do not. Inside of this module
// only.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <expected>

#include "platform/http/message.hpp"

namespace visavis::http {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// For one request, its head of at most `header_bytes`; the body waits until its route is known.
void prepare(RequestParser& parser, std::size_t header_bytes);

struct RequestHead {
  Request request;  // without params, body, peer, tls
  Target target;
};
/// The error is the response.
std::expected<RequestHead, Response> read_head(const boost::beast::http::request_header<>& head);

/// Why what the parser says cannot be taken.
Response refuse_parse(boost::beast::error_code ec);

}  // namespace visavis::http
