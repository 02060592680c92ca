// SPDX-License-Identifier: Apache-2.0
// SHA-1's state is kept as the plain struct of OpenSSL's older interface: copying 96 bytes per packet instead of the
// allocations and locks that EVP_MAC's duplicate costs in OpenSSL 3.0.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "media/rtc/srtp/cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>

#include "base/check.hpp"

namespace visavis::rtc {
namespace {

constexpr std::size_t kSha1Block = 64;

int as_int(std::size_t size) {
  CHECK(size <= 65'535);
  return static_cast<int>(size);
}

/// AES_CM as pseudo-random function (RFC 3711 section 4.3.3); key_derivation_rate is zero, as with DTLS-SRTP.
void derive(const SrtpMasterKey& master, std::uint8_t label, MutableBytes out) {
  std::array<std::uint8_t, 16> iv{};
  std::memcpy(iv.data(), master.salt.data(), master.salt.size());
  iv[7] ^= label;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  CHECK(context != nullptr);
  CHECK(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, master.key.data(), iv.data()) == 1);
  const std::array<std::uint8_t, 32> zeros{};
  CHECK(out.size() <= zeros.size());
  int written = 0;
  CHECK(EVP_EncryptUpdate(context, out.data(), &written, zeros.data(), as_int(out.size())) == 1);
  EVP_CIPHER_CTX_free(context);
}

void store_be48(std::uint8_t* p, std::uint64_t value) {
  store_be16(p, static_cast<std::uint16_t>(value >> 32));
  store_be32(p + 2, static_cast<std::uint32_t>(value));
}

template <std::size_t N>
void xor_into(std::uint8_t* out, const std::array<std::uint8_t, N>& mask) {
  for (std::size_t i = 0; i < N; ++i) out[i] ^= mask[i];
}

}  // namespace

SrtpSessionKeys::SrtpSessionKeys(SrtpProfile profile, const SrtpMasterKey& master, SrtpUse use) {
  const auto first = static_cast<std::uint8_t>(use);
  derive(master, first, cipher);
  derive(master, static_cast<std::uint8_t>(first + 1), authentication);
  derive(master, static_cast<std::uint8_t>(first + 2), MutableBytes(salt).first(srtp_salt_size(profile)));
}
SrtpSessionKeys::~SrtpSessionKeys() { OPENSSL_cleanse(this, sizeof *this); }

struct HmacSha1::States {
  SHA_CTX inner;
  SHA_CTX outer;
  ~States() { OPENSSL_cleanse(this, sizeof *this); }
};

HmacSha1::HmacSha1(Bytes key) : states_(std::make_unique<States>()) {
  CHECK(key.size() <= kSha1Block);
  std::array<std::uint8_t, kSha1Block> block{};
  std::memcpy(block.data(), key.data(), key.size());
  for (auto& byte : block) byte ^= 0x36;
  SHA1_Init(&states_->inner);
  SHA1_Update(&states_->inner, block.data(), block.size());
  for (auto& byte : block) byte ^= 0x36 ^ 0x5C;
  SHA1_Init(&states_->outer);
  SHA1_Update(&states_->outer, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}
HmacSha1::HmacSha1(HmacSha1&&) noexcept = default;
HmacSha1& HmacSha1::operator=(HmacSha1&&) noexcept = default;
HmacSha1::~HmacSha1() = default;

std::array<std::uint8_t, HmacSha1::kSize> HmacSha1::over(std::span<const Bytes> pieces) const {
  std::array<std::uint8_t, kSize> digest;
  SHA_CTX inner = states_->inner;
  for (const Bytes piece : pieces) SHA1_Update(&inner, piece.data(), piece.size());
  SHA1_Final(digest.data(), &inner);
  SHA_CTX outer = states_->outer;
  SHA1_Update(&outer, digest.data(), digest.size());
  SHA1_Final(digest.data(), &outer);
  return digest;
}

void SrtpCipher::FreeContext::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

SrtpCipher::SrtpCipher(SrtpProfile profile, const SrtpSessionKeys& keys)
    : profile_(profile), context_(EVP_CIPHER_CTX_new()), salt_(keys.salt) {
  CHECK(context_ != nullptr);
  const EVP_CIPHER* cipher = aead() ? EVP_aes_128_gcm() : EVP_aes_128_ctr();
  CHECK(EVP_CipherInit_ex(context_.get(), cipher, nullptr, keys.cipher.data(), nullptr, 1) == 1);
  if (!aead()) hmac_.emplace(keys.authentication);
}

/// RFC 7714 sections 8.1 and 9.1: two zero bytes, SSRC, 48-bit index, XOR salt. An SRTCP index has 31 bits.
std::array<std::uint8_t, 12> SrtpCipher::gcm_nonce(std::uint32_t ssrc, std::uint64_t index) const {
  std::array<std::uint8_t, 12> nonce{};
  store_be32(&nonce[2], ssrc);
  store_be48(&nonce[6], index);
  for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] ^= salt_[i];
  return nonce;
}

void SrtpCipher::seal(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> aad, std::span<const Bytes> plain,
                      std::uint8_t* out, std::uint8_t* tag) {
  EVP_CIPHER_CTX* context = context_.get();
  const auto nonce = gcm_nonce(ssrc, index);
  CHECK(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.data(), 1) == 1);
  int written = 0;
  for (const Bytes piece : aad) {
    if (!piece.empty()) CHECK(EVP_CipherUpdate(context, nullptr, &written, piece.data(), as_int(piece.size())) == 1);
  }
  for (const Bytes piece : plain) {
    if (piece.empty()) continue;
    CHECK(EVP_CipherUpdate(context, out, &written, piece.data(), as_int(piece.size())) == 1);
    out += written;
  }
  CHECK(EVP_CipherFinal_ex(context, out, &written) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kGcmTag, tag) == 1);
}

bool SrtpCipher::open(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> aad, MutableBytes data,
                      Bytes tag) {
  EVP_CIPHER_CTX* context = context_.get();
  const auto nonce = gcm_nonce(ssrc, index);
  CHECK(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.data(), 0) == 1);
  std::array<std::uint8_t, kGcmTag> expected;
  CHECK(tag.size() == expected.size());
  std::memcpy(expected.data(), tag.data(), tag.size());
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kGcmTag, expected.data()) == 1);
  int written = 0;
  for (const Bytes piece : aad) {
    if (!piece.empty()) CHECK(EVP_CipherUpdate(context, nullptr, &written, piece.data(), as_int(piece.size())) == 1);
  }
  if (!data.empty()) CHECK(EVP_CipherUpdate(context, data.data(), &written, data.data(), as_int(data.size())) == 1);
  std::uint8_t nothing[kGcmTag];
  return EVP_CipherFinal_ex(context, nothing, &written) == 1;
}

void SrtpCipher::crypt(std::uint32_t ssrc, std::uint64_t index, std::span<const Bytes> in, std::uint8_t* out) {
  // RFC 3711 section 4.1.1: IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16.
  std::array<std::uint8_t, 16> iv{};
  store_be32(&iv[4], ssrc);
  store_be48(&iv[8], index);
  xor_into(iv.data(), salt_);
  EVP_CIPHER_CTX* context = context_.get();
  CHECK(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), 1) == 1);
  int written = 0;
  for (const Bytes piece : in) {
    if (piece.empty()) continue;
    CHECK(EVP_CipherUpdate(context, out, &written, piece.data(), as_int(piece.size())) == 1);
    out += written;
  }
}

std::array<std::uint8_t, HmacSha1::kSize> SrtpCipher::authenticate(std::span<const Bytes> pieces) const {
  CHECK(hmac_.has_value());
  return hmac_->over(pieces);
}

}  // namespace visavis::rtc
