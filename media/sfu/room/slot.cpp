// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/slot.hpp"

#include <algorithm>
#include <cstring>

#include "media/rtc/wire/codec_opus.hpp"
#include "media/sfu/room/session.hpp"

namespace visavis::sfu {
namespace {

bool same_codec_family(const rtc::NegotiatedCodec& red, const rtc::NegotiatedCodec& opus) {
  return red.kind == rtc::CodecKind::kRed && opus.kind == rtc::CodecKind::kOpus && red.clock == opus.clock;
}

/// Where the first element's value lies in a header that has an extension (RFC 8285, sections 4.2 and 4.3).
std::uint8_t first_element_at(Bytes header) {
  const bool two_byte = header[rtc::kRtpFixedHeaderSize] == 0x10;
  return static_cast<std::uint8_t>(rtc::kRtpFixedHeaderSize + 4 + (two_byte ? 2 : 1));
}

}  // namespace

Slot::Slot(Session& owner, std::size_t media_index, std::uint16_t first_sequence)
    : owner_(owner), media_index_(media_index), rewriter_(first_sequence), rtx_sequence_(first_sequence) {
  negotiated();
}

void Slot::negotiated() {
  media_ = &owner_.negotiated().media[media_index_];
  mid_ = media_->mid;
  if (!active_) return;
  kind_ = media_->kind;
  ssrc_ = media_->ours.ssrc;
  rtx_ssrc_ = media_->ours.rtx_ssrc;
  extensions_ = media_->send_extensions;
  const bool rtx = media().ours.rtx_ssrc != 0 && std::ranges::any_of(media().codecs, [](const auto& codec) {
                     return codec.rtx_payload_type && codec.feedback.nack;
                   });
  if (rtx && responder_ == nullptr) responder_ = std::make_unique<rtc::NackResponder>();
  if (!rtx) responder_.reset();
  map_codecs();
}

void Slot::set_active(bool active, Instant now) {
  active_ = active;
  if (!active) set_track(nullptr, now);
}

void Slot::set_track(PublishedTrack* track, Instant now) {
  if (track == track_) return;
  if (track_ != nullptr) track_->detach(*this);
  track_ = track;
  selector_.reset();
  if (track_ == nullptr) return;
  track_->attach(*this);
  map_codecs();
  track_->check_codecs(now);
  choose_layer(now);
}

void Slot::set_allowed(bool allowed, Instant now) {
  if (allowed == allowed_) return;
  allowed_ = allowed;
  restart(now);
}

void Slot::set_view(std::uint16_t lines, Instant now) {
  if (lines == lines_) return;
  const bool shown = lines_ != 0;
  lines_ = lines;
  if (shown == (lines_ != 0)) {
    choose_layer(now);
  } else {
    restart(now);
  }
}

void Slot::restart(Instant now) {
  selector_.reset();
  choose_layer(now);
}

void Slot::choose_layer(Instant now) {
  // Before the subscriber can be sent to, a key frame would be spent on nobody.
  if (track_ == nullptr || !forwards() || !owner_.ready()) return;
  const std::size_t useful = track_->layers_for(lines_);
  if (selector_.choose(track_->living(now), track_->order(), useful)) track_->want_key_frame(selector_.target(), now);
}

void Slot::map_codecs() {
  mappings_.fill({});
  if (track_ == nullptr) return;
  std::size_t used = 0;
  for (const rtc::NegotiatedCodec& from : track_->media().codecs) {
    if (used == mappings_.size()) break;
    Mapping& mapping = mappings_[used++];
    mapping.source = from.payload_type;
    const rtc::NegotiatedCodec* to = rtc::find_forwardable(from, media().codecs);
    if (to == nullptr) {
      const auto opus = std::ranges::find_if(media().codecs, [&](const auto& c) { return same_codec_family(from, c); });
      if (opus == media().codecs.end()) continue;
      to = &*opus;
      mapping.formats.strip_red = true;
    }
    mapping.formats.usable = true;
    mapping.formats.payload_type = to->payload_type;
    mapping.formats.rtx_payload_type = to->rtx_payload_type.value_or(255);
  }
}

bool Slot::decodes(const rtc::NegotiatedCodec& codec) const {
  const Formats* formats = formats_of(codec.payload_type);
  return formats != nullptr && formats->usable;
}

const Slot::Formats* Slot::formats_of(std::uint8_t source_payload_type) const {
  for (const Mapping& mapping : mappings_) {
    if (mapping.source == source_payload_type) return &mapping.formats;
  }
  return nullptr;
}

std::optional<std::uint32_t> Slot::aligned_timestamp(const IncomingPacket& packet, Instant now) const {
  // Both sources report: what the new one's timestamp would be on the old one's scale (RFC 3550, section 6.4.1).
  if (track_ == nullptr || !rewriter_.started()) return std::nullopt;
  const IncomingStream* old = track_->stream_by_number(rewriter_.current().source);
  if (old == nullptr || old == &packet.stream) return std::nullopt;
  const auto& offset = track_->owner().publisher_clock();
  const auto before = old->clock.timestamp_at(now, offset, source_clock_);
  const auto after = packet.stream.clock.timestamp_at(now, offset, source_clock_);
  if (!before || !after) return std::nullopt;
  return packet.view.header.timestamp + (*before + rewriter_.current().timestamp_delta - *after);
}

void Slot::on_packet(const IncomingPacket& packet, Instant now) {
  if (!forwards() || !owner_.ready()) return;
  const rtc::RtpHeader& source = packet.view.header;
  const Formats* formats = formats_of(source.payload_type);
  if (formats == nullptr || !formats->usable) {
    selector_.reset();  // begins again with a key frame of a codec that it decodes
    return;
  }
  if (selector_.target() == LayerSelector::kNone) choose_layer(now);
  switch (selector_.on_packet(packet.layer, packet.facts.switch_point)) {
    case LayerSelector::Verdict::kDrop:
      if (selector_.target() == packet.layer) track_->want_key_frame(packet.layer, now);
      return;
    case LayerSelector::Verdict::kSwitch:
      source_clock_ = track_->codec()->clock;
      rewriter_.switch_to(packet.stream.number, source, packet.facts.numbers, aligned_timestamp(packet, now),
                          source_clock_, now);
      report_due_ = true;
      owner_.wake_by(now);
      break;
    case LayerSelector::Verdict::kForward:
      break;
  }
  const auto numbers = rewriter_.map(source, packet.facts.numbers, now);
  if (!numbers) return;
  if (responder_ != nullptr) responder_->on_sent(numbers->sequence, {source.sequence, numbers->epoch});

  Outgoing out;
  out.header = source;
  out.payload = packet.view.payload();
  out.header.sequence = numbers->sequence;
  out.header.timestamp = numbers->timestamp;
  out.header.ssrc = ssrc_;
  out.header.payload_type = formats->payload_type;
  out.priority = kind() == rtc::MediaKind::kAudio ? rtc::SendPriority::kAudio : rtc::SendPriority::kVideo;
  if (formats->strip_red) {
    const auto red = rtc::RedPayload::parse(out.payload);
    if (!red) return;
    out.payload = red->primary().data;
  }
  std::array<std::uint8_t, rtc::OutgoingPacket::kMaxPrefix> head;
  const StreamRewriter::Epoch& rules = rewriter_.current();
  out.frame_number_delta = rules.frame_number_delta;
  if (const auto& n = packet.facts.numbers; rules.rewrites_pictures() && n.present() && n.extent() <= head.size()) {
    std::memcpy(head.data(), out.payload.data(), n.extent());
    patch_picture_numbers(head, n, StreamRewriter::picture_id(rules, n), StreamRewriter::tl0(rules, n));
    out.prefix = Bytes{head}.first(n.extent());
    out.payload = out.payload.subspan(n.extent());
  }
  ++packets_;
  payload_bytes_ += out.prefix.size() + out.payload.size();
  submit(out, packet.extensions, packet.buffer, now);
}

void Slot::skip(const IncomingPacket& packet) {
  if (forwards() && rewriter_.started() && rewriter_.current().source == packet.stream.number &&
      selector_.current() == packet.layer) {
    rewriter_.skip(packet.view.header.sequence);
  }
}

void Slot::submit(const Outgoing& packet, const rtc::ExtensionValues& values, const rtc::PacketRef& shared,
                  Instant now) {
  using rtc::ExtensionKind;
  const rtc::ExtensionIds& ids = extensions_;
  rtc::RtpHeaderWriter writer(packet.header);
  const std::uint8_t sequence_id = ids.of(ExtensionKind::kTransportSequence);
  const std::uint8_t time_id = ids.of(ExtensionKind::kAbsSendTime);
  // These two first, so that their places are known when the packet leaves.
  writer.add_u16(sequence_id, 0);
  writer.add_u24(time_id, 0);
  writer.add_text(ids.of(ExtensionKind::kMid), mid_);
  if (values.audio_level) {
    const auto level =
        static_cast<std::uint8_t>((values.audio_level->voice ? 0x80U : 0U) | values.audio_level->minus_dbov);
    writer.add_u8(ids.of(ExtensionKind::kAudioLevel), level);
  }
  if (values.video_orientation) writer.add_u8(ids.of(ExtensionKind::kVideoOrientation), *values.video_orientation);
  if (values.playout_delay) {
    writer.add_u24(ids.of(ExtensionKind::kPlayoutDelay),
                   std::uint32_t{values.playout_delay->min_10ms} << 12 | values.playout_delay->max_10ms);
  }
  DescriptorSpace moved;  // the writer refers to it until it finishes
  if (!values.dependency_descriptor.empty()) {
    writer.add(ids.of(ExtensionKind::kDependencyDescriptor),
               move_frame_number(values.dependency_descriptor, packet.frame_number_delta, moved));
  }
  std::array<std::uint8_t, rtc::OutgoingPacket::kMaxHeader> space;
  const Bytes header = writer.finish(space);
  if (header.empty()) return;
  rtc::OutgoingPacket out;
  out.header = MutableBytes{space}.first(header.size());
  out.prefix = packet.prefix;
  out.payload = packet.payload;
  out.shared = &shared;
  out.priority = packet.priority;
  if (sequence_id != 0 || time_id != 0) {
    const std::uint8_t first = first_element_at(header);
    if (sequence_id != 0) out.transport_sequence_at = first;
    if (time_id != 0) {
      const bool two_byte = space[rtc::kRtpFixedHeaderSize] == 0x10;
      out.abs_send_time_at = static_cast<std::uint8_t>(sequence_id == 0 ? first : first + 2 + (two_byte ? 2 : 1));
    }
  }
  bytes_ += out.size();
  owner_.submit(out, now);
  fec_->on_media(out, now, owner_);
}

void Slot::on_nack(std::uint16_t sequence, Instant now) {
  ++nacks_;
  if (responder_ == nullptr || track_ == nullptr || !forwards()) return;
  const auto sent = responder_->on_nack(sequence, now, owner_.round_trip());
  if (!sent) return;
  const StreamRewriter::Epoch* rules = rewriter_.epoch(sent->epoch);
  if (rules == nullptr) return;
  IncomingStream* stream = track_->stream_by_number(rules->source);
  if (stream == nullptr) return;
  if (const rtc::PacketRef cached = stream->cache.find(sent->source_seq, now)) {
    resend(cached, *rules, sequence, now);
  }
}

void Slot::resend(const rtc::PacketRef& cached, const StreamRewriter::Epoch& rules, std::uint16_t sequence,
                  Instant now) {
  const auto view = rtc::RtpView::parse(cached->bytes());
  if (!view) return;
  const Formats* formats = formats_of(view->header.payload_type);
  bool rtx = false;
  const rtc::NegotiatedCodec* codec = track_->media().codec_of(view->header.payload_type, rtx);
  if (formats == nullptr || !formats->usable || formats->rtx_payload_type == 255 || codec == nullptr) return;
  // RFC 4588, section 4: the original sequence number stands before the original payload.
  std::array<std::uint8_t, rtc::OutgoingPacket::kMaxPrefix> head;
  store_be16(head.data(), sequence);
  std::size_t head_size = 2;
  Outgoing out;
  out.header = view->header;
  out.payload = view->payload();
  out.priority = rtc::SendPriority::kRetransmission;
  const PayloadFacts facts = read_payload(codec->kind, out.payload);
  const PictureNumbers& n = facts.numbers;
  if (rules.rewrites_pictures() && n.present() && n.extent() + 2 <= head.size()) {
    std::memcpy(head.data() + 2, out.payload.data(), n.extent());
    patch_picture_numbers(MutableBytes{head}.subspan(2), n, StreamRewriter::picture_id(rules, n),
                          StreamRewriter::tl0(rules, n));
    head_size += n.extent();
    out.payload = out.payload.subspan(n.extent());
  }
  out.prefix = Bytes{head}.first(head_size);
  out.header.sequence = rtx_sequence_++;
  out.header.timestamp += rules.timestamp_delta;
  out.frame_number_delta = rules.frame_number_delta;
  out.header.ssrc = rtx_ssrc_;
  out.header.payload_type = formats->rtx_payload_type;
  ++resent_;
  owner_.count_retransmission();
  const auto values = view->extension_values(track_->media().extensions);
  submit(out, values, cached, now);
}

void Slot::on_key_frame_request(Instant now) {
  ++plis_;
  if (track_ != nullptr && forwards() && selector_.target() != LayerSelector::kNone) {
    track_->want_key_frame(selector_.target(), now);
  }
}

void Slot::on_report(const rtc::ReportBlock& block) {
  loss_fraction_ = static_cast<float>(block.fraction_lost) / 256.0F;
  remote_lost_ = block.cumulative_lost;
  remote_jitter_ = block.jitter;
  fec_->on_loss(loss_fraction_);
}

std::optional<rtc::SenderInfo> Slot::sender_info(Instant now) const {
  if (track_ == nullptr || !rewriter_.started() || packets_ == 0) return std::nullopt;
  const IncomingStream* stream = track_->stream_by_number(rewriter_.current().source);
  if (stream == nullptr) return std::nullopt;
  const auto timestamp = stream->clock.timestamp_at(now, track_->owner().publisher_clock(), source_clock_);
  if (!timestamp) return std::nullopt;
  return rtc::SenderInfo{rtc::NtpTime::from(now).value(), *timestamp + rewriter_.current().timestamp_delta,
                         static_cast<std::uint32_t>(packets_), static_cast<std::uint32_t>(payload_bytes_)};
}

TrackReport Slot::report(Instant now) {
  TrackReport r{.mid = media().mid, .kind = kind(), .outgoing = true};
  r.packets = packets_;
  r.bytes = bytes_;
  r.lost = static_cast<std::uint64_t>(std::max(0, remote_lost_));
  r.nacks = nacks_;
  r.retransmitted = resent_;
  r.plis = plis_;
  r.bitrate = rate_.read(bytes_, now);
  r.loss_fraction = loss_fraction_;
  r.jitter = Micros{std::int64_t{remote_jitter_} * 1'000'000 / source_clock_};
  return r;
}

}  // namespace visavis::sfu
