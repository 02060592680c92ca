// SPDX-License-Identifier: Apache-2.0
// The small grammars around a request that are parsed here: targets, queries, cookies. All of it is hostile input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace visavis::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// RFC 3986 §2.1. Nothing for a broken escape or an escaped NUL. `plus_is_space` as in forms.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Escapes all but unreserved characters.
std::string percent_encode(std::string_view text);

struct Target {
  std::vector<std::string> segments;  // decoded; "/a/b/" has a trailing empty one; "/" is one empty segment
  std::string path;                   // as sent, without the query
  std::string query;                  // as sent
};
/// Origin-form (RFC 9112 §3.2.1). Nothing for anything else, for "." and ".." segments, for an escaped slash, backslash
/// or control character, and beyond 64 segments: no such target is ours.
std::optional<Target> parse_target(std::string_view target);

/// `a=1&b=2`, decoded; at most 64 pairs, nothing for broken escapes.
std::optional<Pairs> parse_query(std::string_view query);

/// The first cookie of that name in a Cookie header (RFC 6265 §4.2.1).
std::optional<std::string> find_cookie(std::string_view header, std::string_view name);

bool is_valid_utf8(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
/// Whether a comma-separated header value has this token (RFC 9110 §5.6.1).
bool has_token(std::string_view list, std::string_view token);
/// Removes blanks and tabs at both ends.
std::string_view trim(std::string_view text);
/// A host and port as in the Host header, safe to be copied into a header of ours: letters, digits, ".-:[]".
bool is_plain_host(std::string_view host);

}  // namespace visavis::http
