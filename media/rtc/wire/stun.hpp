// SPDX-License-Identifier: Apache-2.0
// STUN Binding messages as ICE uses them (RFC 8489, RFC 8445): parsed into a view of the datagram, built into a buffer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/rtc/wire/net_address.hpp"

namespace visavis::rtc {

enum class StunClass : std::uint8_t { kRequest, kIndication, kSuccess, kError };
using StunTransactionId = std::array<std::uint8_t, 12>;

inline constexpr std::uint16_t kStunBinding = 0x001;
inline constexpr std::size_t kStunHeaderSize = 20;
/// The longest message that the builders write (USERNAME of 513 bytes included).
inline constexpr std::size_t kStunMaxBuilt = 700;

enum class StunErrorCode : std::uint16_t {
  kBadRequest = 400,
  kUnauthenticated = 401,
  kUnknownAttribute = 420,
  kRoleConflict = 487
};

/// Types of comprehension-required attributes that were not understood (RFC 8489, section 6.3): the first few are
/// enough to answer 420.
struct StunUnknownAttributes {
  std::array<std::uint16_t, 6> type{};
  std::uint8_t count = 0;
};

/// A well-formed STUN message; views point into the datagram. Nothing in it is to be trusted before integrity_ok().
struct StunView {
  /// Refuses wrong length, cookie, attribute bounds, and a FINGERPRINT that does not match. Repeated attributes: the
  /// first counts (RFC 8489, section 14). What follows MESSAGE-INTEGRITY is ignored, FINGERPRINT apart.
  static Parsed<StunView> parse(Bytes datagram);

  /// Compares MESSAGE-INTEGRITY with HMAC-SHA1 under the short-term password, in constant time. False where it is
  /// absent.
  bool integrity_ok(std::string_view password) const;

  Bytes datagram;
  StunClass message_class = StunClass::kRequest;
  std::uint16_t method = 0;
  StunTransactionId transaction{};
  std::string_view username;  // empty = absent
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> ice_controlling;
  std::optional<std::uint64_t> ice_controlled;
  bool use_candidate = false;
  bool has_fingerprint = false;
  std::uint16_t error_code = 0;    // 300–699 in an error response
  std::uint16_t integrity_at = 0;  // offset of the MESSAGE-INTEGRITY attribute, 0 = absent
  NetAddress mapped;               // XOR-MAPPED-ADDRESS
  StunUnknownAttributes unknown;

  bool is_binding(StunClass wanted) const { return method == kStunBinding && message_class == wanted; }
};

/// USERNAME of a connectivity check is "<receiver's ufrag>:<sender's ufrag>" (RFC 8445, section 7.2.2).
struct StunUsername {
  std::string_view receiver;
  std::string_view sender;
};
std::optional<StunUsername> split_stun_username(std::string_view username);

struct StunBindingRequest {
  StunTransactionId transaction{};
  std::string_view username;
  std::string_view password;
  std::uint32_t priority = 0;
  std::uint64_t tie_breaker = 0;
  bool controlling = true;
  bool use_candidate = false;
};

// The builders return the part of `out` that they filled, with MESSAGE-INTEGRITY and FINGERPRINT, or nothing where it
// does not fit. A response is never longer than one and a half times its request, so that the server amplifies nothing:
// where it would be, nothing is built.

Bytes build_binding_request(const StunBindingRequest& request, MutableBytes out);
Bytes build_binding_success(const StunView& request, const NetAddress& mapped, std::string_view password,
                            MutableBytes out);
/// `password` empty: without MESSAGE-INTEGRITY (400 and 401, RFC 8489, section 9.1.3). 420 lists request.unknown.
Bytes build_binding_error(const StunView& request, StunErrorCode code, std::string_view password, MutableBytes out);
/// Keeps a path open; carries FINGERPRINT alone and is never answered.
Bytes build_binding_indication(const StunTransactionId& transaction, MutableBytes out);

}  // namespace visavis::rtc
