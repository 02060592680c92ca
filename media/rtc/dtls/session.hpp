// SPDX-License-Identifier: Apache-2.0
// Internal to this folder: what identity.cpp and session.cpp share.
#pragma once

#include <cstdint>
#include <vector>

struct x509_st;
struct x509_store_ctx_st;

namespace visavis::rtc {

/// SSL_CTX_set_cert_verify_callback: 1 where the certificate is the one whose fingerprint the session expects.
int verify_peer_certificate(x509_store_ctx_st* store, void* unused);

/// Empty where OpenSSL cannot write it.
std::vector<std::uint8_t> der_of(const x509_st* certificate);

}  // namespace visavis::rtc
