// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/session.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "media/sfu/room/room.hpp"

namespace visavis::sfu {
namespace {

CloseCause cause_of(rtc::TransportClosed closed) {
  switch (closed) {
    case rtc::TransportClosed::kByPeer:
      return CloseCause::kByPeer;
    case rtc::TransportClosed::kConsentLost:
      return CloseCause::kConsentLost;
    case rtc::TransportClosed::kNeverConnected:
      return CloseCause::kNeverConnected;
    case rtc::TransportClosed::kFingerprintMismatch:
    case rtc::TransportClosed::kDtlsFailed:
      return CloseCause::kDtlsFailed;
  }
  return CloseCause::kDtlsFailed;
}

}  // namespace

Session::Session(const SessionConfig& config, Room& room, EngineContext& engine, rtc::Negotiated negotiated,
                 rtc::TransportConfig transport, Instant now)
    : config_(config),
      room_(room),
      engine_(engine),
      negotiated_(std::move(negotiated)),
      transport_(std::move(transport), now),
      local_ssrc_(engine.random_ssrc()),
      next_report_(now + kReportInterval),
      next_check_(now + kCheckInterval) {
  timer_.owner = this;
  bindings_.reserve(kMaxBindings);
  apply_negotiation(now);
  reschedule(now);
}

Session::~Session() {
  count_drops();
  engine_.wheel.cancel(timer_);
  slots_.clear();
  tracks_.clear();
}

void Session::renegotiate(rtc::Negotiated negotiated, Instant now) {
  negotiated_ = std::move(negotiated);
  apply_negotiation(now);
  room_.renegotiated(*this, now);
  reschedule(now);
}

void Session::apply_negotiation(Instant now) {
  extensions_ = {};
  reduced_size_ = true;
  for (std::size_t i = 0; i < negotiated_.media.size(); ++i) {
    const rtc::NegotiatedMedia& media = negotiated_.media[i];
    const bool publishes = !media.rejected && media.receives && config_.role != SessionRole::kSubscribeOnly;
    const bool hears = !media.rejected && media.sends && config_.role != SessionRole::kPublishOnly;
    const auto track = std::ranges::find_if(tracks_, [i](const auto& t) { return t->media_index() == i; });
    const auto slot = std::ranges::find_if(slots_, [i](const auto& s) { return s->media_index() == i; });
    if (track != tracks_.end() && !publishes) {
      std::erase_if(bindings_, [&](const Binding& b) { return b.track == track->get(); });
      tracks_.erase(track);
    } else if (track == tracks_.end() && publishes) {
      tracks_.push_back(std::make_unique<PublishedTrack>(*this, i, engine_));
    }
    if (slot != slots_.end() && hears && (*slot)->ssrc() != media.ours.ssrc) {
      // The m-line was stopped and taken by another: the old stream has ended.
      transport_.forget_outgoing((*slot)->ssrc());
      transport_.forget_outgoing((*slot)->rtx_ssrc());
      slots_.erase(slot);
      add_slot(i);
    } else if (slot != slots_.end()) {
      (*slot)->set_active(hears, now);
    } else if (hears) {
      add_slot(i);
    }
    if (media.rejected) continue;
    reduced_size_ = reduced_size_ && media.reduced_size;
    for (std::size_t k = 0; k < rtc::kExtensionKinds; ++k) {
      const auto kind = static_cast<rtc::ExtensionKind>(k);
      if (const std::uint8_t id = media.extensions.of(kind); id != 0) extensions_.set(kind, id);
    }
  }
  for (const auto& track : tracks_) {
    track->negotiated();
    bind_announced(*track);
  }
  for (const auto& slot : slots_) {
    slot->negotiated();
    slot->choose_layer(now);
  }
}

void Session::add_slot(std::size_t media_index) {
  // Half of the numbers at most, so that the receiver never has to guess whether they wrapped (RFC 3711,
  // section 3.3.1).
  slots_.push_back(std::make_unique<Slot>(*this, media_index, static_cast<std::uint16_t>(engine_.random() & 0x7FFFU)));
}

void Session::bind_announced(PublishedTrack& track) {
  for (std::size_t i = 0; i < track.streams().size(); ++i) {
    const IncomingStream& stream = *track.streams()[i];
    const auto layer = static_cast<std::uint8_t>(i);
    if (stream.ssrc != 0) bind({stream.ssrc, layer, false, &track});
    if (stream.rtx_ssrc != 0) bind({stream.rtx_ssrc, layer, true, &track});
  }
}

const Session::Binding* Session::bind(const Binding& binding) {
  for (const Binding& known : bindings_) {
    if (known.ssrc == binding.ssrc) return &known;
  }
  if (bindings_.size() >= kMaxBindings) return nullptr;  // no reallocation, no growth by a peer that changes SSRCs
  bindings_.push_back(binding);
  return &bindings_.back();
}

void Session::set_views(std::span<const View> views, Instant now) {
  for (const auto& slot : slots_) {
    if (slot->kind() != rtc::MediaKind::kVideo) continue;
    const auto view = std::ranges::find(views, std::string_view{slot->media().mid}, &View::mid);
    slot->set_view(view == views.end() ? View::kNoLimit : view->lines, now);
  }
}

void Session::restart_ice(const rtc::IceCredentials& local, const rtc::IceCredentials& remote, Instant now) {
  // Without an offer too (RFC 9725, section 4.3.2), so the description is kept in step here.
  negotiated_.local_ice = {local.ufrag, local.pwd};
  negotiated_.remote_ice = {remote.ufrag, remote.pwd};
  transport_.restart_ice(local, remote, now);
  wake_by(transport_.deadline());
}

void Session::forget_path(const rtc::Path& path, Instant now) {
  now_ = now;
  transport_.forget_path(path, now, *this);
  wake_by(transport_.deadline());
}

void Session::close(CloseCause cause, Instant now) {
  if (closing_) return;
  now_ = now;
  closing_ = true;
  close_cause_ = cause;
  if (cause == CloseCause::kByCommand || cause == CloseCause::kRoomClosed) transport_.close(now, *this);
  engine_.wheel.cancel(timer_);
}

void Session::handle_datagram(const rtc::Path& path, rtc::PacketRef& buffer, Instant now) {
  if (closing_) return;
  now_ = now;
  buffer_ = &buffer;
  transport_.handle_datagram(path, buffer->bytes(), now, *this);
  buffer_ = nullptr;
}

void Session::wake_by(Instant at) {
  if (at >= wake_at_ || closing_) return;
  wake_at_ = at;
  engine_.wheel.set(timer_, at);
}

void Session::handle_deadline(Instant now) {
  if (closing_) return;
  now_ = now;
  wake_at_ = kNever;
  if (transport_.deadline() <= now) transport_.handle_deadline(now, *this);
  if (closing_) return;
  if (pacer_->deadline() <= now) pacer_->handle_deadline(now, *this);
  if (now >= next_check_) {
    for (const auto& track : tracks_) track->check(now);
    count_drops();
    next_check_ = now + kCheckInterval;
  }
  if (transport_.connected()) {
    send_due_reports(now);
    send_nacks(now);
    send_key_frame_requests(now);
    send_feedback(now);
  }
  if (now >= next_report_) {
    if (transport_.connected()) {
      send_reports(now);
      tell_stats(now);
    }
    next_report_ = now + kReportInterval;
  }
  reschedule(now);
}

void Session::count_drops() {
  const rtc::TransportCounters c = transport_.counters();
  const std::uint64_t malformed = c.unknown_kind + c.stun_malformed + c.dtls_records + c.srtp_malformed;
  const std::uint64_t unauthenticated = c.stun_unauthenticated + c.unknown_path + c.srtp_early +
                                        c.srtp_unauthenticated + c.srtp_replayed + c.srtp_too_many_ssrcs;
  engine_.counters.dropped_malformed += malformed - counted_malformed_;
  engine_.counters.dropped_unauthenticated += unauthenticated - counted_unauthenticated_;
  counted_malformed_ = malformed;
  counted_unauthenticated_ = unauthenticated;
}

void Session::reschedule(Instant now) {
  Instant next = std::min({transport_.deadline(), pacer_->deadline(), next_check_, next_report_});
  if (feedback_ != nullptr) next = std::min(next, feedback_->deadline());
  for_each_stream([&](const PublishedTrack&, IncomingStream& stream) {
    next = std::min(next, stream.key_frames.deadline());
    if (stream.nack != nullptr) next = std::min(next, stream.nack->deadline());
  });
  if (closing_) return;
  wake_at_ = kNever;
  wake_by(std::max(next, now));
}

// ---- rtc::TransportSink ----

void Session::on_transmit(const rtc::Path& path, Bytes datagram) {
  engine_.sink.transmit(path, datagram);
  wake_by(transport_.deadline());
}

void Session::on_connected(rtc::SrtpProfile profile) {
  const auto& path = transport_.selected_path();
  engine_.sink.on_connected(config_.key, profile, path.value_or(rtc::Path{}));
  ready_ = true;
  for (const auto& slot : slots_) slot->choose_layer(now_);
  wake_by(now_);
}

void Session::on_path_changed(const rtc::Path&) {}

void Session::on_reachable(bool reachable) {
  engine_.sink.on_reachable(config_.key, reachable);
  if (reachable && was_unreachable_) {
    // What was sent meanwhile is lost and too old to be asked for: a picture begins anew without waiting to be asked.
    for (const auto& slot : slots_) slot->on_key_frame_request(now_);
  }
  was_unreachable_ = !reachable;
}

void Session::on_closed(rtc::TransportClosed cause) { close(cause_of(cause), now_); }

void Session::on_rtp(MutableBytes packet) {
  const auto view = rtc::RtpView::parse(packet);
  if (!view || buffer_ == nullptr) {
    ++engine_.counters.dropped_malformed;
    return;
  }
  ++engine_.counters.packets_in;
  engine_.counters.bytes_in += packet.size();
  (*buffer_)->offset = static_cast<std::uint16_t>(packet.data() - (*buffer_)->data);
  (*buffer_)->size = static_cast<std::uint16_t>(packet.size());
  rtc::ExtensionValues extensions;
  if (!view->extension_data.empty()) {
    extensions = view->extension_values(extensions_);
    if (extensions.transport_sequence) {
      if (feedback_ == nullptr) feedback_ = std::make_unique<rtc::FeedbackGenerator>();
      feedback_->on_packet(*extensions.transport_sequence, now_);
      wake_by(feedback_->deadline());
    }
  }
  const Binding* binding = binding_of(*view, extensions);
  if (binding == nullptr) {
    ++engine_.counters.dropped_malformed;
    return;
  }
  if (binding->rtx) {
    on_rtx(*binding, *view, extensions);
  } else {
    binding->track->on_packet(binding->layer, *view, *buffer_, extensions, false, now_);
  }
}

const Session::Binding* Session::binding_of(const rtc::RtpView& view, const rtc::ExtensionValues& extensions) {
  for (const Binding& binding : bindings_) {
    if (binding.ssrc == view.header.ssrc) return &binding;
  }
  // A stream not announced by SSRC: RFC 8843, section 9.2 and RFC 8852 tell it by mid and rid, else by payload type.
  PublishedTrack* track = track_of(extensions.mid, view.header.payload_type);
  if (track == nullptr) return nullptr;
  bool rtx = false;
  if (track->media().codec_of(view.header.payload_type, rtx) == nullptr) return nullptr;
  const std::string_view rid = extensions.rid.empty() ? extensions.repaired_rid : extensions.rid;
  const std::uint8_t layer = track->layer_for(rid);
  if (layer == LayerSelector::kNone) return nullptr;
  track->bind(layer, view.header.ssrc, rtx);
  return bind({view.header.ssrc, layer, rtx, track});
}

PublishedTrack* Session::track_of(std::string_view mid, std::uint8_t payload_type) const {
  PublishedTrack* found = nullptr;
  for (const auto& track : tracks_) {
    if (!mid.empty()) {
      if (track->media().mid == mid) return track.get();
      continue;
    }
    bool rtx = false;
    if (track->media().codec_of(payload_type, rtx) == nullptr) continue;
    if (found != nullptr) return nullptr;  // ambiguous
    found = track.get();
  }
  return found;
}

void Session::on_rtx(const Binding& binding, const rtc::RtpView& view, const rtc::ExtensionValues& extensions) {
  const Bytes payload = view.payload();
  bool rtx = false;
  const rtc::NegotiatedCodec* codec = binding.track->media().codec_of(view.header.payload_type, rtx);
  const std::uint32_t ssrc = binding.track->streams()[binding.layer]->ssrc;
  // Two bytes of original number at least; padding alone probes the link. One that replaces nothing known is useless.
  if (payload.size() <= 2 || codec == nullptr || !rtx || ssrc == 0 || !buffer_->unique()) return;
  // RFC 4588, section 4, undone in place: the header moves up over the original sequence number.
  rtc::PacketBuffer& buffer = *buffer_->get();
  const std::uint16_t sequence = load_be16(payload.data());
  std::uint8_t* const at = buffer.data + buffer.offset;
  std::memmove(at + 2, at, view.header_size);
  buffer.offset = static_cast<std::uint16_t>(buffer.offset + 2);
  buffer.size = static_cast<std::uint16_t>(buffer.size - 2 - view.padding);
  at[2] = static_cast<std::uint8_t>(at[2] & ~0x20U);
  at[3] = static_cast<std::uint8_t>((at[3] & 0x80U) | codec->payload_type);
  store_be16(at + 4, sequence);
  store_be32(at + 10, ssrc);
  const auto original = rtc::RtpView::parse(buffer.bytes());
  if (!original) return;
  rtc::ExtensionValues values = extensions;
  if (!original->extension_data.empty()) values = original->extension_values(extensions_);
  binding.track->on_packet(binding.layer, *original, *buffer_, values, true, now_);
}

// ---- rtc::PacketOutlet ----

void Session::send(const rtc::OutgoingPacket& packet, Instant now) {
  const auto& path = transport_.selected_path();
  if (!path || closing_) return;
  const MutableBytes header = packet.header;
  if (packet.abs_send_time_at != 0) {
    // 6.18 fixed point seconds (abs-send-time): the middle of our NTP time.
    const std::uint64_t ntp = rtc::NtpTime::from(now).value();
    store_be24(&header[packet.abs_send_time_at], static_cast<std::uint32_t>(ntp >> 14) & 0xFFFFFFU);
  }
  if (packet.transport_sequence_at != 0) {
    store_be16(&header[packet.transport_sequence_at], ++transport_sequence_);
    estimator_->on_sent(transport_sequence_, packet.size(), now);
  }
  const auto size = transport_.protect_rtp({header, packet.prefix, packet.payload}, engine_.sink.reserve());
  if (!size) return;
  engine_.sink.commit(*path, *size);
  ++engine_.counters.packets_out;
  engine_.counters.bytes_out += *size;
}

}  // namespace visavis::sfu
