// SPDX-License-Identifier: Apache-2.0
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/ids.hpp"
#include "media/rtc/dtls/dtls.hpp"
#include "media/rtc/dtls/session.hpp"

namespace visavis::rtc {
namespace {

constexpr long kDay = 24L * 3600;
constexpr long kValidFor = 30 * kDay;
/// A self-signed certificate has 300 bytes, a chain with RSA keys a few thousand.
constexpr long kMaxCertificates = 8'192;

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* p) { EVP_PKEY_free(p); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* p) { X509_free(p); })>;

/// The name says nothing about the server, the owner or the time (RFC 8827 section 6.5 asks for no identity).
Certificate self_sign(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509* x = certificate.get();
  std::uint8_t serial[8];
  fill_random(serial);
  serial[0] &= 0x7F;
  const std::string name = random_token(12);
  X509_NAME* subject = X509_get_subject_name(x);
  const bool good = X509_set_version(x, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), load_be64(serial)) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(x), -kDay) != nullptr &&  // clocks of phones are wrong by hours
                    X509_gmtime_adj(X509_getm_notAfter(x), kValidFor) != nullptr && X509_set_pubkey(x, key) == 1 &&
                    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1 &&
                    X509_set_issuer_name(x, subject) == 1 && X509_sign(x, key, EVP_sha256()) > 0;
  return good ? std::move(certificate) : nullptr;
}

bool configure(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, kMaxCertificates);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &verify_peer_certificate, nullptr);
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
         // RFC 8827 section 6.5: forward secrecy and AEAD; our certificate is ECDSA, the peer's may be RSA.
         SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384") == 1 &&
         SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1 &&
         SSL_CTX_set1_sigalgs_list(context,
                                   "ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256:RSA+SHA256:RSA+SHA384:RSA+SHA512") == 1 &&
         // The server's order decides (RFC 5764 section 4.1.2): GCM costs half of what AES-CM with HMAC-SHA1 does.
         SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0;
}

}  // namespace

Result<std::shared_ptr<const DtlsIdentity>> DtlsIdentity::generate() {
  // session.cpp sets OpenSSL's DTLS timer through a pointer that later versions no longer hand out.
  if (OpenSSL_version_num() >= 0x30200000L) {
    return fail(
        ErrorKind::kUnavailable, "openssl_too_new",
        "The media server needs OpenSSL 3.0 or 3.1 at run time. Run it on Debian 12 or in the container image.");
  }
  const auto broken = [] {
    return fail(ErrorKind::kInternal, "dtls_identity",
                "OpenSSL could not make a DTLS certificate; see its configuration.");
  };
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return broken();
  const Certificate certificate = self_sign(key.get());
  std::shared_ptr<DtlsIdentity> identity(new DtlsIdentity);
  identity->context_ = SSL_CTX_new(DTLS_method());
  if (!certificate || identity->context_ == nullptr || !configure(identity->context_) ||
      SSL_CTX_use_certificate(identity->context_, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(identity->context_, key.get()) != 1) {
    ERR_clear_error();
    return broken();
  }
  identity->fingerprint_ = Fingerprint::of(der_of(certificate.get()));
  return identity;
}

DtlsIdentity::~DtlsIdentity() { SSL_CTX_free(context_); }

}  // namespace visavis::rtc
