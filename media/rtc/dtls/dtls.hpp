// SPDX-License-Identifier: Apache-2.0
// DTLS 1.2 (RFC 6347) as WebRTC uses it (RFC 5763, 5764, 8827): keys for SRTP out of a handshake between two
// self-signed certificates whose fingerprints came by signalling. Sans-IO: datagrams in, datagrams out, one deadline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "media/rtc/dtls/fingerprint.hpp"
#include "media/rtc/srtp/keys.hpp"

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace visavis::rtc {

/// Our certificate (ECDSA P-256, self-signed, 30 days, random name) and the settings every session shares. Made once
/// per process, used from any thread. OpenSSL reads the system's clock for the certificate's dates: call it from
/// start-up.
class DtlsIdentity {
 public:
  static Result<std::shared_ptr<const DtlsIdentity>> generate();
  ~DtlsIdentity();
  DtlsIdentity(const DtlsIdentity&) = delete;
  DtlsIdentity& operator=(const DtlsIdentity&) = delete;

  const Fingerprint& fingerprint() const { return fingerprint_; }
  ssl_ctx_st* context() const { return context_; }

 private:
  DtlsIdentity() = default;
  ssl_ctx_st* context_ = nullptr;
  Fingerprint fingerprint_;
};

enum class DtlsRole : std::uint8_t { kServer, kClient };

enum class DtlsFailure : std::uint8_t {
  kClosedByPeer,         // close_notify after the handshake
  kHandshake,            // the peer's messages do not make a handshake, or it refused ours with an alert
  kFingerprintMismatch,  // the certificate is not the one that signalling named
  kNoSrtpProfile,        // the peer offers none of our SRTP profiles
  kTimeout,              // no end within kDtlsHandshakeLimit
};
std::string_view to_string(DtlsFailure failure);

inline constexpr Micros kDtlsHandshakeLimit = Seconds{30};
/// Payload of our handshake datagrams: fits IPv6's least MTU (1280) with UDP and a TURN channel header.
inline constexpr std::size_t kDtlsMtu = 1200;

class DtlsSink {
 public:
  virtual void on_dtls_transmit(Bytes datagram) = 0;
  /// At most once; the peer has proved its certificate and the fingerprint matches.
  virtual void on_dtls_connected(const SrtpKeys& keys) = 0;
  /// At most once; nothing follows it.
  virtual void on_dtls_closed(DtlsFailure why) = 0;

 protected:
  ~DtlsSink() = default;
};

class DtlsSession {
 public:
  /// `peer` is the fingerprint from the peer's SDP. The handshake limit counts from `now`.
  DtlsSession(std::shared_ptr<const DtlsIdentity> identity, DtlsRole role, const Fingerprint& peer, Instant now);
  ~DtlsSession();
  DtlsSession(DtlsSession&&) noexcept;
  DtlsSession& operator=(DtlsSession&&) noexcept;

  /// Client: sends the ClientHello. Server: nothing to do.
  void start(Instant now, DtlsSink& sink);
  /// One datagram from the peer. Damaged or forged records are dropped and counted; they never end a connected session.
  void handle(Bytes datagram, Instant now, DtlsSink& sink);
  void handle_deadline(Instant now, DtlsSink& sink);
  Instant deadline() const;
  /// Sends close_notify where there is a connection; on_dtls_closed does not follow.
  void close(DtlsSink& sink);

  bool connected() const;
  bool closed() const;
  /// Records refused before OpenSSL saw them.
  std::uint64_t dropped_records() const;
  /// Flights sent again since the session began.
  std::uint32_t retransmissions() const;

 private:
  struct Impl;
  friend int verify_peer_certificate(x509_store_ctx_st* store, void* unused);
  std::unique_ptr<Impl> impl_;
};

}  // namespace visavis::rtc
