// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/peer/transport.hpp"

#include <algorithm>
#include <utility>

#include "media/rtc/wire/packet_kind.hpp"

namespace visavis::rtc {
namespace {

constexpr Micros kConnectLimit = Seconds{30};

TransportClosed cause_of(DtlsFailure failure) {
  switch (failure) {
    case DtlsFailure::kClosedByPeer:
      return TransportClosed::kByPeer;
    case DtlsFailure::kFingerprintMismatch:
      return TransportClosed::kFingerprintMismatch;
    case DtlsFailure::kTimeout:
      return TransportClosed::kNeverConnected;
    case DtlsFailure::kHandshake:
    case DtlsFailure::kNoSrtpProfile:
      return TransportClosed::kDtlsFailed;
  }
  return TransportClosed::kDtlsFailed;
}

}  // namespace

std::string_view to_string(TransportClosed cause) {
  switch (cause) {
    case TransportClosed::kByPeer:
      return "closed by peer";
    case TransportClosed::kConsentLost:
      return "consent lost";
    case TransportClosed::kNeverConnected:
      return "never connected";
    case TransportClosed::kFingerprintMismatch:
      return "fingerprint mismatch";
    case TransportClosed::kDtlsFailed:
      return "DTLS failed";
  }
  return "unknown";
}

/// What ICE and DTLS say during one call, passed on.
class Transport::Events final : public IceSink, public DtlsSink {
 public:
  Events(Transport& transport, Instant now, TransportSink& sink) : transport_(transport), now_(now), sink_(sink) {}

  void on_ice_transmit(const Path& path, Bytes message) override { sink_.on_transmit(path, message); }
  void on_ice_selected(const Path& path) override {
    sink_.on_path_changed(path);
    selected_ = true;
  }
  void on_ice_reachable(bool reachable) override { sink_.on_reachable(reachable); }
  void on_ice_consent_lost() override { lost_ = TransportClosed::kConsentLost; }

  void on_dtls_transmit(Bytes datagram) override {
    const auto& selected = transport_.selected_path();
    const auto& path = selected ? selected : transport_.dtls_path_;
    if (path) sink_.on_transmit(*path, datagram);
  }
  void on_dtls_connected(const SrtpKeys& keys) override {
    transport_.sender_.emplace(keys.profile, keys.outgoing);
    transport_.receiver_.emplace(keys.profile, keys.incoming);
    sink_.on_connected(keys.profile);
  }
  void on_dtls_closed(DtlsFailure why) override { lost_ = cause_of(why); }

  /// What the events lead to, once whoever raised them has returned.
  void settle() {
    if (lost_) return transport_.finish(*lost_, sink_);
    if (selected_ && transport_.role_ == TransportRole::kClient) transport_.start_dtls(now_, sink_);
  }

 private:
  Transport& transport_;
  Instant now_;
  TransportSink& sink_;
  bool selected_ = false;
  std::optional<TransportClosed> lost_;
};

Transport::Ice Transport::make_ice(const TransportConfig& config) {
  if (config.role == TransportRole::kServer) return IceLite(config.local, config.remote.ufrag);
  return IceControlling(config.local, config.remote, config.seed);
}

Transport::Transport(TransportConfig config, Instant now)
    : ice_(make_ice(config)),
      role_(config.role),
      dtls_(std::move(config.identity), config.role == TransportRole::kServer ? DtlsRole::kServer : DtlsRole::kClient,
            config.peer_fingerprint, now),
      connect_by_(now + kConnectLimit) {}

void Transport::handle_datagram(const Path& path, MutableBytes datagram, Instant now, TransportSink& sink) {
  if (closed_) return;
  const PacketKind kind = packet_kind(datagram);
  if (kind == PacketKind::kUnknown) {
    ++counters_.unknown_kind;
    return;
  }
  if (kind == PacketKind::kStun) {
    Events events(*this, now, sink);
    std::visit([&](auto& ice) { ice.handle(path, datagram, now, events); }, ice_);
    return events.settle();
  }
  if (!knows(path, now)) {
    ++counters_.unknown_path;
    return;
  }
  if (kind == PacketKind::kDtls) return handle_dtls(path, datagram, now, sink);
  handle_srtp(datagram, kind == PacketKind::kRtcp, now, sink);
}

void Transport::handle_dtls(const Path& path, Bytes datagram, Instant now, TransportSink& sink) {
  dtls_path_ = path;
  Events events(*this, now, sink);
  dtls_.handle(datagram, now, events);
  events.settle();
}

void Transport::start_dtls(Instant now, TransportSink& sink) {
  if (dtls_started_) return;
  dtls_started_ = true;
  Events events(*this, now, sink);
  dtls_.start(now, events);
  events.settle();
}

void Transport::handle_srtp(MutableBytes packet, bool rtcp, Instant now, TransportSink& sink) {
  if (!receiver_) {
    ++counters_.srtp_early;
    return;
  }
  const auto plain = rtcp ? receiver_->unprotect_rtcp(packet) : receiver_->unprotect_rtp(packet);
  if (!plain) return count(plain.error());
  Events events(*this, now, sink);
  std::visit([&](auto& ice) { ice.heard(now, !rtcp, events); }, ice_);
  if (rtcp) {
    sink.on_rtcp(*plain);
  } else {
    sink.on_rtp(*plain);
  }
}

void Transport::count(SrtpError error) {
  switch (error) {
    case SrtpError::kUnauthenticated:
      ++counters_.srtp_unauthenticated;
      break;
    case SrtpError::kReplayed:
      ++counters_.srtp_replayed;
      break;
    case SrtpError::kTooManySsrcs:
      ++counters_.srtp_too_many_ssrcs;
      break;
    default:
      ++counters_.srtp_malformed;
  }
}

void Transport::handle_deadline(Instant now, TransportSink& sink) {
  if (closed_) return;
  Events events(*this, now, sink);
  std::visit([&](auto& ice) { ice.handle_deadline(now, events); }, ice_);
  dtls_.handle_deadline(now, events);
  events.settle();
  if (!closed_ && !connected() && now >= connect_by_) finish(TransportClosed::kNeverConnected, sink);
}

Instant Transport::deadline() const {
  if (closed_) return kNever;
  const Instant ice = std::visit([](const auto& agent) { return agent.deadline(); }, ice_);
  return std::min({ice, dtls_.deadline(), connected() ? kNever : connect_by_});
}

void Transport::add_remote_candidate(const Path& path, std::uint32_t priority, Instant now) {
  if (auto* agent = std::get_if<IceControlling>(&ice_)) agent->add_candidate(path, priority, now);
}

std::expected<std::size_t, SrtpError> Transport::protect_rtp(const RtpParts& parts, MutableBytes out) {
  if (!connected()) return std::unexpected(SrtpError::kNotConnected);
  return sender_->protect_rtp(parts, out);
}

std::expected<std::size_t, SrtpError> Transport::protect_rtcp(Bytes compound, MutableBytes out) {
  if (!connected()) return std::unexpected(SrtpError::kNotConnected);
  return sender_->protect_rtcp(compound, out);
}

void Transport::forget_outgoing(std::uint32_t ssrc) {
  if (sender_) sender_->forget(ssrc);
}

const std::optional<Path>& Transport::selected_path() const {
  static const std::optional<Path> none;
  if (closed_) return none;
  return std::visit([](const auto& agent) -> const std::optional<Path>& { return agent.selected(); }, ice_);
}

bool Transport::knows(const Path& path, Instant now) const {
  return std::visit([&](const auto& agent) { return agent.knows(path, now); }, ice_);
}

void Transport::restart_ice(IceCredentials local, IceCredentials remote, Instant now) {
  if (auto* lite = std::get_if<IceLite>(&ice_)) {
    lite->restart(std::move(local), std::move(remote.ufrag), now);
  } else {
    std::get<IceControlling>(ice_).restart(std::move(local), std::move(remote), now);
  }
}

void Transport::forget_path(const Path& path, Instant now, TransportSink& sink) {
  if (dtls_path_ == path) dtls_path_.reset();
  Events events(*this, now, sink);
  if (auto* lite = std::get_if<IceLite>(&ice_)) {
    lite->forget(path, events);
  } else {
    std::get<IceControlling>(ice_).forget(path, now);
  }
}

void Transport::close(Instant now, TransportSink& sink) {
  if (closed_) return;
  Events events(*this, now, sink);
  dtls_.close(events);
  closed_ = true;
}

void Transport::finish(TransportClosed cause, TransportSink& sink) {
  if (closed_) return;
  closed_ = true;
  sink.on_closed(cause);
}

TransportCounters Transport::counters() const {
  TransportCounters all = counters_;
  const IceCounters ice = std::visit([](const auto& agent) { return agent.counters(); }, ice_);
  all.stun_malformed = ice.malformed;
  all.stun_unauthenticated = ice.unauthenticated;
  all.dtls_records = dtls_.dropped_records();
  return all;
}

}  // namespace visavis::rtc
