// SPDX-License-Identifier: Apache-2.0
#include "center/identity/media_token.hpp"

#include <boost/json.hpp>

#include "base/check.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

namespace json = boost::json;

constexpr std::string_view kIssuer = "visavis";
constexpr std::string_view kAudience = "visavis-media";
constexpr std::string_view kType = "visavis-media+jwt";
constexpr std::size_t kLongestToken = 2048;
constexpr Millis kLeeway{30'000};

std::string encode(const json::object& object) {
  return platform::base64url_encode(platform::as_bytes(json::serialize(object)));
}

std::string signature_of(std::string_view key, std::string_view signed_part) {
  return platform::base64url_encode(platform::hmac_sha256(platform::as_bytes(key), platform::as_bytes(signed_part)));
}

std::optional<json::object> decode(std::string_view part) {
  const auto text = platform::base64url_decode(part);
  if (!text) return std::nullopt;
  boost::system::error_code wrong;
  json::parse_options options;
  options.max_depth = 4;
  const auto value = json::parse(*text, wrong, {}, options);
  if (wrong || !value.is_object()) return std::nullopt;
  return value.get_object();
}

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

bool is_name(std::string_view text) { return !text.empty() && text.size() <= 64; }

Result<MediaClaims> claims_of(const json::object& payload, UtcMillis now) {
  const auto* expiry = payload.if_contains("exp");
  if (text_at(payload, "iss") != kIssuer || text_at(payload, "aud") != kAudience || expiry == nullptr ||
      !expiry->is_int64() || expiry->get_int64() < 0 || expiry->get_int64() > 100'000'000'000) {
    return fail(ErrorKind::kUnauthenticated, "token_wrong",
                "The token is not meant for this service. Ask for a new one.");
  }
  const UtcMillis expires_at{expiry->get_int64() * 1000};
  if (now >= expires_at + kLeeway) {
    return fail(ErrorKind::kUnauthenticated, "token_expired", "The token has expired. Ask for a new one.");
  }
  const auto role = media_role_from(text_at(payload, "role"));
  const auto room = text_at(payload, "room");
  const auto participant = text_at(payload, "sub");
  if (!role || !is_name(room) || !is_name(participant)) {
    return fail(ErrorKind::kUnauthenticated, "token_wrong", "The token names no room, participant or role.");
  }
  return MediaClaims{std::string(room), std::string(participant), *role, expires_at};
}

}  // namespace

std::string_view to_text(MediaRole role) {
  switch (role) {
    case MediaRole::kPublish:
      return "pub";
    case MediaRole::kSubscribe:
      return "sub";
    case MediaRole::kPublishSubscribe:
      break;
  }
  return "pubsub";
}

Result<MediaRole> media_role_from(std::string_view text) {
  for (const auto role : {MediaRole::kPublish, MediaRole::kSubscribe, MediaRole::kPublishSubscribe}) {
    if (to_text(role) == text) return role;
  }
  return fail(ErrorKind::kInvalid, "role_unknown", "The role must be pub, sub or pubsub.");
}

std::string sign_media_token(std::string_view key, const MediaClaims& claims, UtcMillis now) {
  CHECK(key.size() >= 32);
  const auto signed_part = encode({{"alg", "HS256"}, {"typ", kType}}) + "." +
                           encode({{"iss", kIssuer},
                                   {"aud", kAudience},
                                   {"sub", claims.participant},
                                   {"room", claims.room},
                                   {"role", to_text(claims.role)},
                                   {"iat", now.value / 1000},
                                   {"exp", claims.expires_at.value / 1000}});
  return signed_part + "." + signature_of(key, signed_part);
}

Result<MediaClaims> verify_media_token(std::string_view key, std::string_view token, UtcMillis now) {
  CHECK(key.size() >= 32);
  const auto malformed_token = [] {
    return fail(ErrorKind::kUnauthenticated, "token_malformed",
                "The bearer token cannot be read. Send it as it was issued.");
  };
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (token.size() > kLongestToken || first == std::string_view::npos || first == last) return malformed_token();
  const auto header = decode(token.substr(0, first));
  if (!header || token.substr(first + 1, last - first - 1).contains('.')) return malformed_token();
  // The header is not yet trusted, but nothing other than HS256 with our own type is ever tried.
  if (text_at(*header, "alg") != "HS256" || text_at(*header, "typ") != kType || header->contains("crit") ||
      !platform::equal_in_constant_time(signature_of(key, token.substr(0, last)), token.substr(last + 1))) {
    return fail(ErrorKind::kUnauthenticated, "token_wrong", "The token is not valid here. Ask for a new one.");
  }
  const auto payload = decode(token.substr(first + 1, last - first - 1));
  if (!payload) return malformed_token();
  return claims_of(*payload, now);
}

}  // namespace visavis::center
