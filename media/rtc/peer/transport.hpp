// SPDX-License-Identifier: Apache-2.0
// ICE, DTLS and SRTP of one PeerConnection, either role. The order of trust: an address is learnt from authenticated
// STUN only; DTLS and SRTP are read from such an address only; SRTP counts only where its tag is right. Whatever fails
// one of these is dropped and counted, and nothing is ever sent to where it came from.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/rtc/dtls/dtls.hpp"
#include "media/rtc/ice/ice_controlling.hpp"
#include "media/rtc/ice/ice_lite.hpp"
#include "media/rtc/srtp/srtp.hpp"

namespace visavis::rtc {

enum class TransportRole : std::uint8_t {
  kServer,  // ICE-lite, DTLS passive
  kClient,  // ICE controlling, DTLS active
};

struct TransportConfig {
  TransportRole role = TransportRole::kServer;
  std::shared_ptr<const DtlsIdentity> identity;
  IceCredentials local;
  IceCredentials remote;  // the server needs its ufrag only
  Fingerprint peer_fingerprint;
  std::uint64_t seed = 0;  // client: see IceControlling
};

enum class TransportClosed : std::uint8_t {
  kByPeer,          // DTLS close_notify
  kConsentLost,     // 30 s without an authenticated check
  kNeverConnected,  // ICE or DTLS did not come about within 30 s
  kFingerprintMismatch,
  kDtlsFailed,
};
std::string_view to_string(TransportClosed cause);

/// Inputs that were dropped, by reason; cumulative.
struct TransportCounters {
  std::uint64_t unknown_kind = 0;  // not STUN, DTLS, RTP or RTCP by RFC 7983
  std::uint64_t unknown_path = 0;  // DTLS, RTP or RTCP from an address without an authenticated check
  std::uint64_t stun_malformed = 0;
  std::uint64_t stun_unauthenticated = 0;
  std::uint64_t dtls_records = 0;
  std::uint64_t srtp_early = 0;  // before the keys are known
  std::uint64_t srtp_malformed = 0;
  std::uint64_t srtp_unauthenticated = 0;
  std::uint64_t srtp_replayed = 0;
  std::uint64_t srtp_too_many_ssrcs = 0;
};

class TransportSink {
 public:
  virtual void on_transmit(const Path& path, Bytes datagram) = 0;
  /// A plain RTP packet or RTCP compound, authentic, decrypted in place in the datagram that was handed in.
  virtual void on_rtp(MutableBytes packet) = 0;
  virtual void on_rtcp(MutableBytes compound) = 0;
  virtual void on_connected(SrtpProfile profile) = 0;
  virtual void on_path_changed(const Path& path) = 0;
  virtual void on_reachable(bool reachable) = 0;
  /// The transport does nothing more; it may not be destroyed inside the call.
  virtual void on_closed(TransportClosed cause) = 0;

 protected:
  ~TransportSink() = default;
};

class Transport {
 public:
  Transport(TransportConfig config, Instant now);

  void handle_datagram(const Path& path, MutableBytes datagram, Instant now, TransportSink& sink);
  void handle_deadline(Instant now, TransportSink& sink);
  /// May move later with every datagram; a timer set for an earlier one finds nothing to do, which costs nothing.
  Instant deadline() const;

  /// Client: a candidate of the server.
  void add_remote_candidate(const Path& path, std::uint32_t priority, Instant now);

  /// Encrypts for sending to *selected_path(); see SrtpSender. kNotConnected while there are no keys.
  std::expected<std::size_t, SrtpError> protect_rtp(const RtpParts& parts, MutableBytes out);
  std::expected<std::size_t, SrtpError> protect_rtcp(Bytes compound, MutableBytes out);
  /// A stream of ours that ended.
  void forget_outgoing(std::uint32_t ssrc);

  /// Where media may be sent now: nominated, with consent, not closed.
  const std::optional<Path>& selected_path() const;
  /// Whether an authenticated check came from `path` lately.
  bool knows(const Path& path, Instant now) const;
  bool connected() const { return sender_.has_value() && !closed_; }
  bool closed() const { return closed_; }

  /// ICE restart with the credentials of the new offer and answer; DTLS and SRTP go on.
  void restart_ice(IceCredentials local, IceCredentials remote, Instant now);
  /// A TCP connection closed.
  void forget_path(const Path& path, Instant now, TransportSink& sink);
  /// Sends close_notify; on_closed does not follow.
  void close(Instant now, TransportSink& sink);

  TransportCounters counters() const;

 private:
  class Events;
  using Ice = std::variant<IceLite, IceControlling>;
  static Ice make_ice(const TransportConfig& config);
  void handle_dtls(const Path& path, Bytes datagram, Instant now, TransportSink& sink);
  void handle_srtp(MutableBytes packet, bool rtcp, Instant now, TransportSink& sink);
  void start_dtls(Instant now, TransportSink& sink);
  void count(SrtpError error);
  void finish(TransportClosed cause, TransportSink& sink);

  Ice ice_;
  TransportRole role_;
  DtlsSession dtls_;
  std::optional<SrtpSender> sender_;
  std::optional<SrtpReceiver> receiver_;
  std::optional<Path> dtls_path_;  // where the peer's last DTLS datagram came from
  Instant connect_by_;
  bool dtls_started_ = false;
  bool closed_ = false;
  TransportCounters counters_;
};

}  // namespace visavis::rtc
