// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/published_track.hpp"

#include <algorithm>
#include <utility>

#include "media/sfu/room/engine_context.hpp"
#include "media/sfu/room/room.hpp"
#include "media/sfu/room/session.hpp"
#include "media/sfu/room/slot.hpp"

namespace visavis::sfu {

PublishedTrack::PublishedTrack(Session& owner, std::size_t media_index, EngineContext& engine)
    : owner_(owner), media_index_(media_index), engine_(engine) {
  streams_.reserve(LayerSelector::kMaxLayers);
  negotiated();
}

PublishedTrack::~PublishedTrack() {
  while (!slots_.empty()) slots_.back()->set_track(nullptr, Instant{});
}

void PublishedTrack::negotiated() {
  media_ = &owner_.negotiated().media[media_index_];
  kind_ = media_->kind;
  // What flowed goes on until a packet of another codec comes, whatever order the new answer has.
  bool rtx = false;
  codec_ = media().codec_of(payload_type_, rtx);
  if (codec_ == nullptr || rtx) {
    payload_type_ = 255;
    codec_ = media().codecs.empty() ? nullptr : &media().codecs.front();
  }
  for (const rtc::RemoteEncoding& encoding : media().encodings) {
    const bool known = std::ranges::any_of(streams_, [&](const auto& s) {
      return (encoding.ssrc != 0 && s->ssrc == encoding.ssrc) || (!encoding.rid.empty() && s->rid == encoding.rid);
    });
    if (!known && streams_.size() < LayerSelector::kMaxLayers) add_stream(encoding);
  }
}

IncomingStream& PublishedTrack::add_stream(const rtc::RemoteEncoding& encoding) {
  const std::uint32_t clock = codec_ != nullptr ? codec_->clock : 90000;
  auto& stream =
      *streams_.emplace_back(std::make_unique<IncomingStream>(engine_.next_stream_number++, clock, engine_.rtx_budget));
  stream.ssrc = encoding.ssrc;
  stream.rtx_ssrc = encoding.rtx_ssrc;
  stream.rid = encoding.rid;
  if (codec_ != nullptr && codec_->feedback.nack) {
    rtc::NackGenerator::Config config;
    // Late sound is worthless sooner than late pictures, which others are built on.
    if (kind() == rtc::MediaKind::kAudio) config.max_age = Millis{600};
    stream.nack = std::make_unique<rtc::NackGenerator>(config);
  }
  return stream;
}

std::uint8_t PublishedTrack::layer_for(std::string_view rid) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i]->rid == rid) return static_cast<std::uint8_t>(i);
  }
  // A rid that was not announced has no place; a stream without rid is the only one there is.
  if (!rid.empty() || !streams_.empty()) return LayerSelector::kNone;
  add_stream({});
  return 0;
}

void PublishedTrack::bind(std::uint8_t layer, std::uint32_t ssrc, bool rtx) {
  (rtx ? streams_[layer]->rtx_ssrc : streams_[layer]->ssrc) = ssrc;
}

IncomingStream* PublishedTrack::stream_by_number(std::uint32_t number) const {
  for (const auto& stream : streams_) {
    if (stream->number == number) return stream.get();
  }
  return nullptr;
}

void PublishedTrack::on_packet(std::uint8_t layer, const rtc::RtpView& view, const rtc::PacketRef& buffer,
                               const rtc::ExtensionValues& extensions, bool repaired, Instant now) {
  IncomingStream& stream = *streams_[layer];
  if (stream.nack != nullptr) {
    using Arrival = rtc::NackGenerator::Arrival;
    const Arrival arrival = stream.nack->on_packet(view.header.sequence, now);
    if (arrival == Arrival::kDuplicate || arrival == Arrival::kTooOld) return;
    if (arrival == Arrival::kRecovered && repaired) ++stream.recovered;
    owner_.wake_by(stream.nack->deadline());
  }
  if (view.header.payload_type != payload_type_) on_codec(view.header.payload_type, now);
  if (codec_ == nullptr) return;
  stream.stats.on_packet(view.header.sequence, view.header.timestamp, view.packet.size(), repaired, now);

  const Bytes payload = view.payload();
  PayloadFacts facts = payload.empty() ? PayloadFacts{} : read_payload(codec_->kind, payload);
  facts.numbers.frame_number = frame_number_of(extensions.dependency_descriptor);
  const IncomingPacket packet{view, buffer, extensions, facts, stream, layer};
  if (payload.empty()) {  // padding to probe the link: no news for anybody
    for (Slot* slot : slots_) slot->skip(packet);
    return;
  }
  if (!flowing_) set_flowing(true, now);
  if ((living_ >> layer & 1U) == 0) choose_layers(now);
  if (facts.switch_point && kind() == rtc::MediaKind::kVideo) {
    stream.key_frames.on_key_frame();
    if (facts.pixels != 0 && facts.pixels != stream.pixels) {
      stream.pixels = facts.pixels;
      stream.lines = facts.lines;
      sort_layers();
    }
  }
  if (keep_packets_) stream.cache.insert(view.header.sequence, buffer, now);
  owner_.room().tap(owner_, kind(), view);
  for (Slot* slot : slots_) slot->on_packet(packet, now);
}

void PublishedTrack::on_codec(std::uint8_t payload_type, Instant now) {
  bool rtx = false;
  const rtc::NegotiatedCodec* codec = media().codec_of(payload_type, rtx);
  payload_type_ = payload_type;
  codec_ = rtx ? nullptr : codec;
  if (codec_ == nullptr) return;
  for (const auto& stream : streams_) stream->stats.set_clock_rate(codec_->clock);
  check_codecs(now);
}

void PublishedTrack::check_codecs(Instant now) {
  ask_waits_ = false;
  if (codec_ == nullptr || slots_.empty()) return;
  const auto suits_all = [this](const rtc::NegotiatedCodec& codec) {
    return std::ranges::all_of(slots_, [&](const Slot* slot) { return slot->decodes(codec); });
  };
  if (suits_all(*codec_)) {
    if (payload_type_ != 255) asked_codec_ = "-";  // as packets tell, so that a request on its way is not made twice
    return;
  }
  std::string_view wanted;
  for (const rtc::NegotiatedCodec& codec : media().codecs) {
    if (!suits_all(codec)) continue;
    wanted = rtc::to_string(codec.kind);
    break;
  }
  if (wanted == asked_codec_) return;
  // A publisher may change codecs with every packet; each request is work for the thread that all companies share.
  ask_waits_ = now < may_ask_;
  if (ask_waits_) return;
  may_ask_ = now + kAskEvery;
  asked_codec_ = wanted;
  engine_.sink.on_codec_switch_needed(owner_.config().key, media().mid, wanted);
}

void PublishedTrack::want_key_frame(std::uint8_t layer, Instant now) {
  if (kind() != rtc::MediaKind::kVideo || layer >= streams_.size()) return;
  IncomingStream& stream = *streams_[layer];
  if (stream.ssrc == 0 || !stream.stats.started()) return;  // its first picture will be a key frame anyway
  stream.key_frames.want(now);
  owner_.wake_by(stream.key_frames.deadline());
}

void PublishedTrack::want_key_frame_of(const IncomingStream& stream, Instant now) {
  for (std::size_t layer = 0; layer < streams_.size(); ++layer) {
    if (streams_[layer].get() == &stream && has_slots()) want_key_frame(static_cast<std::uint8_t>(layer), now);
  }
}

void PublishedTrack::tell_slots_of_clock(Instant now) const {
  for (const Slot* slot : slots_) slot->owner().send_due_reports(now);
}

std::uint8_t PublishedTrack::living(Instant now) const {
  std::uint8_t living = 0;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const IncomingStream& s = *streams_[i];
    // Of several layers only those that send count; the only one counts in any case.
    if (streams_.size() == 1 || (s.stats.started() && s.alive(now))) living |= static_cast<std::uint8_t>(1U << i);
  }
  return living;
}

std::size_t PublishedTrack::layers_for(std::uint16_t lines) const {
  // Not every codec tells its size: browsers halve it from layer to layer, and cameras mostly give 720 lines.
  constexpr std::uint32_t kUsualLines = 720;
  for (std::size_t place = 0; place < streams_.size(); ++place) {
    const std::uint32_t told = streams_[order_[place]]->lines;
    const std::uint32_t has = told != 0 ? told : kUsualLines >> (streams_.size() - 1 - place);
    if (has + has / 4 >= lines) return place + 1;  // a quarter more is not seen; twice the packets are felt
  }
  return LayerSelector::kMaxLayers;
}

void PublishedTrack::choose_layers(Instant now) {
  living_ = living(now);
  for (Slot* slot : slots_) slot->choose_layer(now);
}

void PublishedTrack::sort_layers() {
  // Browsers announce simulcast from low to high or the other way round: the pictures tell which.
  const auto pixels = [this](std::uint8_t i) { return i < streams_.size() ? streams_[i]->pixels : 0U; };
  if (std::ranges::any_of(streams_, [](const auto& stream) { return stream->pixels == 0; })) return;
  order_ = LayerSelector::kAscending;
  const auto end = order_.begin() + static_cast<std::ptrdiff_t>(streams_.size());
  std::sort(order_.begin(), end,
            [&](std::uint8_t a, std::uint8_t b) { return pixels(a) != pixels(b) ? pixels(a) < pixels(b) : a < b; });
}

void PublishedTrack::set_flowing(bool flowing, Instant now) {
  flowing_ = flowing;
  engine_.sink.on_track_flow(owner_.config().key, media().mid, kind(), flowing);
  owner_.room().on_flow(now);
}

void PublishedTrack::check(Instant now) {
  bool heard = false;
  for (const auto& stream : streams_) {
    heard = heard || (stream->stats.started() && now - stream->stats.last_packet() < kSilence);
    if (stream->stats.started() && !stream->alive(now)) stream->key_frames.cancel();
    stream->cache.expire(now);
  }
  if (flowing_ && !heard) set_flowing(false, now);
  if (streams_.size() > 1 && flowing_) choose_layers(now);
  if (ask_waits_) check_codecs(now);
}

void PublishedTrack::attach(Slot& slot) {
  slots_.push_back(&slot);
  keep_packets_ = keep_packets_ || slot.answers_nacks();
}

void PublishedTrack::detach(Slot& slot) {
  std::erase(slots_, &slot);
  keep_packets_ = std::ranges::any_of(slots_, [](const Slot* s) { return s->answers_nacks(); });
  if (!keep_packets_) {
    for (const auto& stream : streams_) stream->cache.clear();
  }
}

TrackReport PublishedTrack::report(Instant now) {
  TrackReport r{.mid = media().mid, .kind = kind(), .outgoing = false};
  std::int64_t lost = 0;
  for (const auto& stream : streams_) {
    r.packets += stream->stats.packets();
    r.bytes += stream->stats.bytes();
    lost += std::max<std::int64_t>(0, stream->stats.lost());
    r.nacks += stream->nacks_sent;
    r.retransmitted += stream->recovered;
    r.plis += stream->plis_sent;
    r.jitter = std::max(r.jitter, stream->stats.jitter());
  }
  r.lost = static_cast<std::uint64_t>(lost);
  r.bitrate = rate_.read(r.bytes, now);
  const auto fresh = static_cast<double>(r.packets - reported_packets_);
  const auto fresh_lost = static_cast<double>(std::max<std::int64_t>(0, lost - reported_lost_));
  if (fresh + fresh_lost > 0) r.loss_fraction = static_cast<float>(fresh_lost / (fresh + fresh_lost));
  reported_packets_ = r.packets;
  reported_lost_ = lost;
  return r;
}

}  // namespace visavis::sfu
