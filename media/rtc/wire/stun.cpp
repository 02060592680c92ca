// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/stun.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstring>

namespace visavis::rtc {
namespace {

constexpr std::uint32_t kCookie = 0x2112A442;
constexpr std::uint32_t kFingerprintXor = 0x5354554E;
constexpr std::size_t kHmacSize = 20;
constexpr std::size_t kIntegrityAttributeSize = 4 + kHmacSize;
constexpr std::size_t kFingerprintAttributeSize = 8;
constexpr std::size_t kMaxMessage = 2048;  // ICE messages stay far below; bounds the copy in hmac()
constexpr std::size_t kMaxUsername = 513;  // RFC 8489, section 14.3: fewer than 509 bytes, RFC 5389: 513

enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000A,
  kMessageIntegritySha256 = 0x001C,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802A,
};
constexpr std::uint16_t kComprehensionOptional = 0x8000;

using Hmac = std::array<std::uint8_t, kHmacSize>;

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1U) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}();

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t c = 0xFFFFFFFFU;
  for (const auto b : bytes) c = kCrcTable[(c ^ b) & 0xFFU] ^ (c >> 8);
  return c ^ 0xFFFFFFFFU;
}

// RFC 8489, section 14.5: over the message up to the attribute, with the header's length as if the message ended after
// it.
bool hmac(Bytes message, std::size_t integrity_at, std::string_view key, Hmac& out) {
  std::array<std::uint8_t, kMaxMessage> copy;
  if (integrity_at > copy.size() || integrity_at < kStunHeaderSize) return false;
  std::memcpy(copy.data(), message.data(), integrity_at);
  store_be16(&copy[2], static_cast<std::uint16_t>(integrity_at + kIntegrityAttributeSize - kStunHeaderSize));
  unsigned size = 0;
  return HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), copy.data(), integrity_at, out.data(), &size) !=
             nullptr &&
         size == out.size();
}

// RFC 8489, section 5: the class bits lie at 4 and 8 between the bits of the method.
constexpr std::uint16_t encode_type(StunClass message_class, std::uint16_t method) {
  const auto c = static_cast<unsigned>(message_class);
  return static_cast<std::uint16_t>((method & 0x000FU) | ((c & 1U) << 4) | ((method & 0x0070U) << 1) | ((c & 2U) << 7) |
                                    ((method & 0x0F80U) << 2));
}
constexpr StunClass class_of(std::uint16_t type) {
  return static_cast<StunClass>(((type >> 4) & 1U) | ((type >> 7) & 2U));
}
constexpr std::uint16_t method_of(std::uint16_t type) {
  return static_cast<std::uint16_t>((type & 0x000FU) | ((type >> 1) & 0x0070U) | ((type >> 2) & 0x0F80U));
}

// The mask is the cookie followed by the transaction id (RFC 8489, section 14.2).
std::array<std::uint8_t, 16> xor_mask(const StunTransactionId& transaction) {
  std::array<std::uint8_t, 16> mask;
  store_be32(mask.data(), kCookie);
  std::ranges::copy(transaction, mask.begin() + 4);
  return mask;
}

Parsed<NetAddress> parse_xor_address(Bytes value, const StunTransactionId& transaction) {
  if (value.size() < 8) return malformed("STUN: XOR-MAPPED-ADDRESS is too short");
  const auto port = static_cast<std::uint16_t>(load_be16(&value[2]) ^ (kCookie >> 16));
  const auto mask = xor_mask(transaction);
  if (value[1] == 1 && value.size() == 8) {
    std::array<std::uint8_t, 4> ip;
    for (std::size_t i = 0; i < ip.size(); ++i) ip[i] = value[4 + i] ^ mask[i];
    return NetAddress::v4(ip, port);
  }
  if (value[1] == 2 && value.size() == 20) {
    std::array<std::uint8_t, 16> ip;
    for (std::size_t i = 0; i < ip.size(); ++i) ip[i] = value[4 + i] ^ mask[i];
    return NetAddress::v6(ip, port);
  }
  return malformed("STUN: XOR-MAPPED-ADDRESS has an unknown family or a wrong length");
}

// One attribute before MESSAGE-INTEGRITY. An empty error means that all is well.
Parsed<void> take_attribute(StunView& view, std::uint16_t type, Bytes value) {
  switch (type) {
    case kUsername:
      if (value.empty() || value.size() > kMaxUsername) return malformed("STUN: USERNAME is empty or too long");
      if (view.username.empty()) view.username = {reinterpret_cast<const char*>(value.data()), value.size()};
      return {};
    case kPriority:
      if (value.size() != 4) return malformed("STUN: PRIORITY is not 4 bytes");
      if (!view.priority) view.priority = load_be32(value.data());
      return {};
    case kUseCandidate:
      if (!value.empty()) return malformed("STUN: USE-CANDIDATE is not empty");
      view.use_candidate = true;
      return {};
    case kIceControlled:
    case kIceControlling: {
      if (value.size() != 8) return malformed("STUN: an ICE role is not 8 bytes");
      auto& role = type == kIceControlled ? view.ice_controlled : view.ice_controlling;
      if (!role) role = load_be64(value.data());
      return {};
    }
    case kErrorCode:
      if (value.size() < 4 || (value[2] & 7U) < 3 || (value[2] & 7U) > 6 || value[3] > 99)
        return malformed("STUN: ERROR-CODE is malformed");
      if (view.error_code == 0) view.error_code = static_cast<std::uint16_t>((value[2] & 7U) * 100U + value[3]);
      return {};
    case kXorMappedAddress: {
      const auto address = parse_xor_address(value, view.transaction);
      if (!address) return std::unexpected(address.error());
      if (!view.mapped) view.mapped = *address;
      return {};
    }
    case kUnknownAttributes:
      return {};
    default:
      if (type < kComprehensionOptional && view.unknown.count < view.unknown.type.size())
        view.unknown.type[view.unknown.count++] = type;
      return {};
  }
}

Parsed<void> take_attributes(StunView& view) {
  const Bytes all = view.datagram;
  std::size_t at = kStunHeaderSize;
  while (at < all.size()) {
    if (all.size() - at < 4) return malformed("STUN: the last attribute has no header");
    const auto type = load_be16(&all[at]);
    const std::size_t size = load_be16(&all[at + 2]);
    const std::size_t padded = (size + 3) & ~std::size_t{3};
    if (padded > all.size() - at - 4) return malformed("STUN: an attribute is longer than the message");
    const auto value = all.subspan(at + 4, size);
    if (type == kFingerprint) {
      // RFC 8489, section 14.7: last, over everything before it.
      if (size != 4 || at + kFingerprintAttributeSize != all.size())
        return malformed("STUN: FINGERPRINT is not the last attribute");
      if (load_be32(value.data()) != (crc32(all.first(at)) ^ kFingerprintXor))
        return malformed("STUN: FINGERPRINT does not match");
      view.has_fingerprint = true;
    } else if (view.integrity_at != 0) {
      // Not covered by the integrity, so nobody's word (RFC 8489, section 14.5).
    } else if (type == kMessageIntegrity) {
      if (size != kHmacSize) return malformed("STUN: MESSAGE-INTEGRITY is not 20 bytes");
      view.integrity_at = static_cast<std::uint16_t>(at);
    } else if (const auto taken = take_attribute(view, type, value); !taken) {
      return taken;
    }
    at += 4 + padded;
  }
  return {};
}

// Writes attributes with their padding, then integrity and fingerprint, and sets the header's length.
class StunWriter {
 public:
  StunWriter(MutableBytes out, StunClass message_class, const StunTransactionId& transaction)
      : out_(out), writer_(out) {
    writer_.u16(encode_type(message_class, kStunBinding));
    writer_.u16(0);
    writer_.u32(kCookie);
    writer_.bytes(transaction);
  }

  ByteWriter& attribute(std::uint16_t type, std::size_t size) {
    writer_.u16(type);
    writer_.u16(static_cast<std::uint16_t>(size));
    return writer_;
  }
  void text(std::uint16_t type, std::string_view value) {
    attribute(type, value.size()).bytes({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
    while (writer_.size() % 4 != 0 && !writer_.bad()) writer_.u8(0);
  }
  void xor_mapped(const NetAddress& address, const StunTransactionId& transaction) {
    const auto ip = address.ip();
    const auto mask = xor_mask(transaction);
    auto& value = attribute(kXorMappedAddress, 4 + ip.size());
    value.u16(address.is_v4() ? 1 : 2);
    value.u16(static_cast<std::uint16_t>(address.port() ^ (kCookie >> 16)));
    for (std::size_t i = 0; i < ip.size(); ++i) value.u8(ip[i] ^ mask[i]);
  }

  Bytes finish(std::string_view password) {
    const auto integrity_at = writer_.size();
    if (!password.empty()) {
      Hmac mac;
      if (writer_.bad() || !hmac(out_.first(integrity_at), integrity_at, password, mac)) return {};
      attribute(kMessageIntegrity, mac.size()).bytes(mac);
    }
    const auto fingerprint_at = writer_.size();
    attribute(kFingerprint, 4).u32(0);
    if (writer_.bad()) return {};
    store_be16(&out_[2], static_cast<std::uint16_t>(writer_.size() - kStunHeaderSize));
    store_be32(&out_[fingerprint_at + 4], crc32(out_.first(fingerprint_at)) ^ kFingerprintXor);
    return out_.first(writer_.size());
  }

 private:
  MutableBytes out_;
  ByteWriter writer_;
};

// No answer rather than an amplified one.
Bytes within_budget(const StunView& request, Bytes response) {
  return response.size() * 2 <= request.datagram.size() * 3 ? response : Bytes{};
}

}  // namespace

Parsed<StunView> StunView::parse(Bytes datagram) {
  if (datagram.size() < kStunHeaderSize) return malformed("STUN: shorter than a header");
  if (datagram.size() > kMaxMessage) return malformed("STUN: longer than 2048 bytes");
  const auto type = load_be16(datagram.data());
  if ((type & 0xC000U) != 0) return malformed("STUN: the first two bits are not zero");
  const std::size_t length = load_be16(&datagram[2]);
  if (length % 4 != 0 || length + kStunHeaderSize != datagram.size()) return malformed("STUN: the length is wrong");
  if (load_be32(&datagram[4]) != kCookie) return malformed("STUN: the magic cookie is missing");
  StunView view;
  view.datagram = datagram;
  view.message_class = class_of(type);
  view.method = method_of(type);
  std::copy_n(datagram.begin() + 8, view.transaction.size(), view.transaction.begin());
  if (const auto taken = take_attributes(view); !taken) return std::unexpected(taken.error());
  return view;
}

bool StunView::integrity_ok(std::string_view password) const {
  if (integrity_at == 0) return false;
  Hmac expected;
  if (!hmac(datagram, integrity_at, password, expected)) return false;
  return CRYPTO_memcmp(expected.data(), &datagram[integrity_at + 4], expected.size()) == 0;
}

std::optional<StunUsername> split_stun_username(std::string_view username) {
  const auto colon = username.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == username.size()) return std::nullopt;
  return StunUsername{username.substr(0, colon), username.substr(colon + 1)};
}

Bytes build_binding_request(const StunBindingRequest& request, MutableBytes out) {
  if (request.username.size() > kMaxUsername) return {};
  StunWriter writer{out, StunClass::kRequest, request.transaction};
  writer.text(kUsername, request.username);
  writer.attribute(request.controlling ? kIceControlling : kIceControlled, 8).u64(request.tie_breaker);
  if (request.use_candidate) writer.attribute(kUseCandidate, 0);
  writer.attribute(kPriority, 4).u32(request.priority);
  return writer.finish(request.password);
}

Bytes build_binding_success(const StunView& request, const NetAddress& mapped, std::string_view password,
                            MutableBytes out) {
  if (!mapped) return {};
  StunWriter writer{out, StunClass::kSuccess, request.transaction};
  writer.xor_mapped(mapped, request.transaction);
  return within_budget(request, writer.finish(password));
}

Bytes build_binding_error(const StunView& request, StunErrorCode code, std::string_view password, MutableBytes out) {
  const auto number = static_cast<unsigned>(code);
  StunWriter writer{out, StunClass::kError, request.transaction};
  writer.attribute(kErrorCode, 4).u32((number / 100) << 8 | number % 100);  // no reason phrase: it only costs bytes
  if (code == StunErrorCode::kUnknownAttribute) {
    auto& value = writer.attribute(kUnknownAttributes, std::size_t{request.unknown.count} * 2);
    for (std::size_t i = 0; i < request.unknown.count; ++i) value.u16(request.unknown.type[i]);
    if (request.unknown.count % 2 != 0) value.u16(0);
  }
  return within_budget(request, writer.finish(password));
}

Bytes build_binding_indication(const StunTransactionId& transaction, MutableBytes out) {
  return StunWriter{out, StunClass::kIndication, transaction}.finish({});
}

}  // namespace visavis::rtc
