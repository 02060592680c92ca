// SPDX-License-Identifier: Apache-2.0
// Bearer tokens of WHIP and WHEP. An even first byte: the rest as a token, which nobody can have signed. An odd one:
// the rest as a payload that we signed, so that what lies behind the signature is read as well.
#include <boost/json/src.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "center/identity/media_token.hpp"
#include "platform/crypto/crypto.hpp"

using namespace visavis;
using namespace visavis::center;

namespace {

const std::string kKey(32, 'k');
constexpr UtcMillis kNow{1'760'000'000'000};

std::string encoded(std::string_view text) { return platform::base64url_encode(platform::as_bytes(text)); }

std::string signed_token(std::string_view payload) {
  const auto head = encoded(R"({"alg":"HS256","typ":"visavis-media+jwt"})") + "." + encoded(payload);
  return head + "." +
         platform::base64url_encode(platform::hmac_sha256(platform::as_bytes(kKey), platform::as_bytes(head)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool ours = data[0] % 2 == 1;
  const auto claims = verify_media_token(kKey, ours ? signed_token(text) : text, kNow);
  if (!claims) {
    CHECK(claims.error().kind == ErrorKind::kUnauthenticated && !claims.error().message.empty());
    return 0;
  }
  CHECK(ours && !claims->room.empty() && claims->room.size() <= 64 && !claims->participant.empty() &&
        claims->participant.size() <= 64 && claims->expires_at + Millis{30'000} > kNow);
  const auto again = verify_media_token(kKey, sign_media_token(kKey, *claims, kNow), kNow);
  CHECK(again && again->room == claims->room && again->participant == claims->participant &&
        again->role == claims->role && again->expires_at == claims->expires_at);
  return 0;
}
