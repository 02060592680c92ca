// SPDX-License-Identifier: Apache-2.0
// Bearer tokens of WHIP and WHEP clients: JWT, HS256 only, checked as RFC 8725 asks (algorithm allow-list, typ, iss,
// aud, exp).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace visavis::center {

enum class MediaRole { kPublish, kSubscribe, kPublishSubscribe };

struct MediaClaims {
  std::string room;         // free text, 1–64 bytes
  std::string participant;  // free text, 1–64 bytes
  MediaRole role = MediaRole::kPublishSubscribe;
  UtcMillis expires_at;
};

std::string_view to_text(MediaRole role);  // pub, sub, pubsub
Result<MediaRole> media_role_from(std::string_view text);

/// `key`: at least 32 bytes.
std::string sign_media_token(std::string_view key, const MediaClaims& claims, UtcMillis now);

/// Errors are kUnauthenticated: token_malformed, token_wrong, token_expired. Clocks may differ by 30 s.
Result<MediaClaims> verify_media_token(std::string_view key, std::string_view token, UtcMillis now);

}  // namespace visavis::center
