// SPDX-License-Identifier: Apache-2.0
// The session keys and OpenSSL contexts of one direction and one of RTP or RTCP. All streams of a direction share them:
// session keys depend on the master key alone (RFC 3711 section 4.3), the SSRC enters through the nonce.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "media/rtc/srtp/keys.hpp"

struct evp_cipher_ctx_st;

namespace visavis::rtc {

/// Key derivation labels of RFC 3711 section 4.3.2; the RTCP ones follow the RTP ones.
enum class SrtpUse : std::uint8_t { kRtp = 0, kRtcp = 3 };

/// HMAC-SHA1 with the two keyed states computed once and copied per packet.
class HmacSha1 {
 public:
  static constexpr std::size_t kSize = 20;
  explicit HmacSha1(Bytes key);  // ≤ 64 bytes
  HmacSha1(HmacSha1&&) noexcept;
  HmacSha1& operator=(HmacSha1&&) noexcept;
  ~HmacSha1();
  std::array<std::uint8_t, kSize> over(std::span<const Bytes> pieces) const;

 private:
  struct States;
  std::unique_ptr<States> states_;
};

/// The session keys of one direction and one use (RFC 3711 section 4.3).
struct SrtpSessionKeys {
  std::array<std::uint8_t, kSrtpKeySize> cipher{};
  std::array<std::uint8_t, HmacSha1::kSize> authentication{};  // AES-CM profiles
  std::array<std::uint8_t, 14> salt{};

  SrtpSessionKeys() = default;
  SrtpSessionKeys(SrtpProfile profile, const SrtpMasterKey& master, SrtpUse use);
  ~SrtpSessionKeys();
};

class SrtpCipher {
 public:
  static constexpr std::size_t kGcmTag = 16;
  static constexpr std::size_t kSha1Tag = 10;  // HMAC_SHA1_80

  SrtpCipher(SrtpProfile profile, const SrtpSessionKeys& keys);

  bool aead() const { return profile_ == SrtpProfile::kAeadAes128Gcm; }
  std::size_t tag_size() const { return aead() ? kGcmTag : kSha1Tag; }

  /// AEAD: encrypts the pieces one after the other into `out` (their total size) and writes the tag.
  void seal(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> aad, std::span<const Bytes> plain,
            std::uint8_t* out, std::uint8_t* tag);
  /// AEAD: decrypts `data` in place; false where the tag does not match.
  bool open(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> aad, MutableBytes data, Bytes tag);
  /// AES-CM: the key stream over the pieces, into `out`; in place where they are the same.
  void crypt(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> in, std::uint8_t* out);
  /// AES-CM profiles: the authentication tag (its first kSha1Tag bytes count).
  std::array<std::uint8_t, HmacSha1::kSize> authenticate(std::span<const Bytes> pieces) const;

 private:
  struct FreeContext {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_cipher_ctx_st, FreeContext>;
  std::array<std::uint8_t, 12> gcm_nonce(std::uint32_t ssrc, std::uint64_t index) const;

  SrtpProfile profile_;
  Context context_;
  std::array<std::uint8_t, 14> salt_{};
  std::optional<HmacSha1> hmac_;  // AES-CM profiles
};

}  // namespace visavis::rtc
