// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/testkit/client.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "media/rtc/stream/ntp.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/sfu/rewrite/payload_facts.hpp"

namespace visavis::sfu::testkit {
namespace {

rtc::OfferMedia media(const std::string& mid, rtc::MediaKind kind, rtc::Direction direction) {
  rtc::OfferMedia m;
  m.mid = mid;
  m.kind = kind;
  m.direction = direction;
  m.codecs = rtc::usual_codecs(kind);
  return m;
}

}  // namespace

Client::Client(const ClientConfig& config, Send send) : config_(config), send_(std::move(send)) {
  const auto ice = rtc::IceCredentials::random();
  offer_.ice = {ice.ufrag, ice.pwd};
  offer_.fingerprint = {"sha-256", rtc::testkit::client_identity()->fingerprint().text()};
  offer_.media = {media("a", rtc::MediaKind::kAudio, config.audio), media("v", rtc::MediaKind::kVideo, config.video)};
  offer_.media[0].ours = {config.id * 100 + 1, 0, "me", "me", "mic"};
  offer_.media[0].codecs = config.audio_codecs;
  offer_.media[1].codecs = config.video_codecs;
  if (config.rids.empty()) {
    offer_.media[1].ours = {config.id * 100 + 10, config.id * 100 + 50, "me", "me", "cam"};
  } else {
    offer_.media[1].rids = config.rids;
  }
  for (unsigned i = 0; i < config.extra_video_slots; ++i) {
    auto extra = media("x" + std::to_string(i), rtc::MediaKind::kVideo, rtc::Direction::kRecvOnly);
    extra.codecs = config.video_codecs;
    offer_.media.push_back(extra);
  }
  video_.resize(std::max<std::size_t>(1, config.rids.size()));
  for (std::size_t i = 0; i < video_.size(); ++i) {
    // Layers of one camera begin anywhere.
    video_[i].sequence = static_cast<std::uint16_t>(65'500 + 1'000 * i);
    video_[i].timestamp = static_cast<std::uint32_t>(4'294'900'000 + 77'777 * i);
    video_[i].picture_id = static_cast<std::uint16_t>(32'760 + 100 * i);
  }
}

void Client::accept(const std::string& answer, Instant now, const rtc::Path& server) {
  now_ = now;
  const auto sdp = rtc::Sdp::parse(answer);
  CHECK(sdp.has_value());
  auto accepted = rtc::accept_answer(offer_, *sdp);
  CHECK(accepted.has_value());
  negotiated_ = std::move(*accepted);
  const auto fingerprint = rtc::Fingerprint::parse(negotiated_.remote_fingerprint.value);
  CHECK(fingerprint.has_value());
  rtc::TransportConfig transport;
  transport.role = rtc::TransportRole::kClient;
  transport.identity = rtc::testkit::client_identity();
  transport.local = {offer_.ice.ufrag, offer_.ice.pwd};
  transport.remote = {negotiated_.remote_ice.ufrag, negotiated_.remote_ice.pwd};
  transport.peer_fingerprint = *fingerprint;
  transport.seed = config_.id;
  peer_ = std::make_unique<rtc::testkit::TestPeer>(std::move(transport), now, send_);
  peer_->transport.add_remote_candidate(server, 1, now);
}

void Client::renegotiated(const std::string& answer) {
  const auto sdp = rtc::Sdp::parse(answer);
  CHECK(sdp.has_value());
  auto accepted = rtc::accept_answer(offer_, *sdp);
  CHECK(accepted.has_value());
  negotiated_ = std::move(*accepted);
  codec_ = {};
}

void Client::use_codec(rtc::CodecKind codec) {
  const std::size_t media = rtc::media_kind(codec) == rtc::MediaKind::kAudio ? 0 : 1;
  const auto& codecs = negotiated_.media.at(media).codecs;
  const auto at = std::ranges::find(codecs, codec, &rtc::NegotiatedCodec::kind);
  CHECK(at != codecs.end());
  codec_.at(media) = static_cast<std::size_t>(at - codecs.begin());
}

void Client::receive(const rtc::Path& from, MutableBytes datagram, Instant now) {
  now_ = now;
  peer_->transport.handle_datagram(from, datagram, now, *peer_);
  read_rtp();
}

void Client::handle_deadline(Instant now) {
  now_ = now;
  if (peer_) peer_->transport.handle_deadline(now, *peer_);
}

std::uint32_t Client::video_ssrc(std::uint8_t layer) const { return config_.id * 100 + 10 + layer; }

void Client::send_audio() {
  const auto& m = negotiated_.media[0];
  const rtc::NegotiatedCodec& codec = codec_of(0);
  rtc::RtpHeader header{codec.payload_type, false, audio_.sequence++, audio_.timestamp, config_.id * 100 + 1};
  audio_.timestamp += 960;
  rtc::RtpHeaderWriter writer(header);
  writer.add_u16(m.extensions.of(rtc::ExtensionKind::kTransportSequence), transport_sequence_++);
  rtc::testkit::Packet packet(100);
  packet.resize(writer.finish(packet).size());
  std::optional<std::uint8_t> inside;
  if (codec.kind == rtc::CodecKind::kRed) inside = config_.audio_codecs.front().payload_type;
  const auto payload = write_sound({config_.id, audio_.count++, 0}, inside);
  packet.insert(packet.end(), payload.begin(), payload.end());
  peer_->send_rtp(packet);
}

rtc::testkit::Packet Client::make_video(bool key_frame, std::uint8_t layer, std::size_t payload_size) {
  const auto& m = negotiated_.media[1];
  Outgoing& out = video_.at(layer);
  rtc::RtpHeader header{codec_of(1).payload_type, true, out.sequence++, out.timestamp, video_ssrc(layer)};
  out.timestamp += 3000;
  rtc::RtpHeaderWriter writer(header);
  writer.add_u16(m.extensions.of(rtc::ExtensionKind::kTransportSequence), transport_sequence_++);
  if (!config_.rids.empty()) {
    writer.add_text(m.extensions.of(rtc::ExtensionKind::kMid), m.mid);
    writer.add_text(m.extensions.of(rtc::ExtensionKind::kRid), config_.rids[layer]);
  }
  std::array<std::uint8_t, 3> descriptor{0xC0};  // a whole frame of template 0
  store_be16(&descriptor[1], out.frame_number++);
  writer.add(m.extensions.of(rtc::ExtensionKind::kDependencyDescriptor), descriptor);
  rtc::testkit::Packet packet(200);
  packet.resize(writer.finish(packet).size());
  Picture picture;
  picture.key_frame = key_frame;
  picture.picture_id = out.picture_id;
  picture.tl0 = static_cast<std::uint8_t>(out.picture_id);
  ++out.picture_id;
  picture.width = static_cast<std::uint16_t>(160U << layer);
  picture.height = static_cast<std::uint16_t>(90U << layer);
  picture.stamp = {config_.id, out.count++, layer};
  const auto payload = write_picture(codec_of(1).kind, picture, payload_size);
  packet.insert(packet.end(), payload.begin(), payload.end());
  sent_video_.push_back(packet);
  return packet;
}

void Client::send_video(bool key_frame, std::uint8_t layer, std::size_t size) {
  peer_->send_rtp(make_video(key_frame, layer, size));
}

void Client::lose_video(bool key_frame, std::uint8_t layer) { make_video(key_frame, layer, 1000); }

rtc::testkit::Packet Client::next_video(bool key_frame, std::uint8_t layer, std::size_t size) {
  auto packet = peer_->protect_rtp(make_video(key_frame, layer, size));
  CHECK(packet.has_value());
  return *packet;
}

void Client::resend(std::uint16_t sequence) {
  for (const auto& packet : sent_video_) {
    const auto view = rtc::RtpView::parse(packet);
    if (!view || view->header.sequence != sequence) continue;
    const auto& codec = codec_of(1);
    rtc::testkit::Packet rtx(packet.begin(), packet.begin() + view->header_size);
    rtx[1] = static_cast<std::uint8_t>((rtx[1] & 0x80U) | codec.rtx_payload_type.value());
    store_be16(&rtx[2], rtx_sequence_++);
    store_be32(&rtx[8], config_.id * 100 + 50);
    rtx.push_back(static_cast<std::uint8_t>(sequence >> 8));
    rtx.push_back(static_cast<std::uint8_t>(sequence));
    rtx.insert(rtx.end(), view->payload().begin(), view->payload().end());
    peer_->send_rtp(rtx);
    return;
  }
}

void Client::send_nack(std::uint32_t media_ssrc, std::vector<std::uint16_t> lost) {
  std::array<std::uint8_t, 500> space;
  rtc::RtcpBuilder builder{space};
  builder.nack(1, media_ssrc, lost);
  peer_->send_rtcp(builder.bytes());
}

void Client::send_pli(std::uint32_t media_ssrc) {
  std::array<std::uint8_t, 500> space;
  rtc::RtcpBuilder builder{space};
  builder.picture_loss(1, media_ssrc);
  peer_->send_rtcp(builder.bytes());
}

void Client::send_sender_report(bool video, Instant now, std::uint8_t layer) {
  std::array<std::uint8_t, 500> space;
  rtc::RtcpBuilder builder{space};
  // A clock of its own: days away from the server's.
  const std::uint64_t ntp = rtc::NtpTime::from(now).value() - (std::uint64_t{200'000} << 32);
  const std::uint32_t timestamp = video ? video_.at(layer).timestamp : audio_.timestamp;
  builder.sender_report(video ? video_ssrc(layer) : config_.id * 100 + 1, {ntp, timestamp, 1, 1});
  peer_->send_rtcp(builder.bytes());
}

void Client::read_rtp() {
  for (const auto& packet : peer_->rtp) add_received(packet);
  peer_->rtp.clear();
}

void Client::add_received(Bytes packet) {
  const auto view = rtc::RtpView::parse(packet);
  CHECK(view.has_value());
  Received r;
  r.header = view->header;
  r.at = now_;
  Bytes payload = view->payload();
  for (const auto& m : negotiated_.media) {
    for (const auto& encoding : m.encodings) {
      r.rtx = encoding.rtx_ssrc != 0 && encoding.rtx_ssrc == view->header.ssrc;
      if (encoding.ssrc != view->header.ssrc && !r.rtx) continue;
      r.mid = m.mid;
      if (r.rtx && payload.size() >= 2) {
        r.header.sequence = load_be16(payload.data());
        payload = payload.subspan(2);
      }
      bool is_rtx = false;
      const rtc::NegotiatedCodec* codec = m.codec_of(view->header.payload_type, is_rtx);
      CHECK(codec != nullptr);
      r.codec = codec->kind;
      if (m.kind == rtc::MediaKind::kVideo) {
        const auto values = view->extension_values(m.extensions);
        r.frame_number = frame_number_of(values.dependency_descriptor).value_or(0);
        const Picture picture = read_picture(codec->kind, payload).value_or(Picture{});  // else not one of ours
        r.key_frame = picture.key_frame;
        r.picture_id = picture.picture_id;
        r.tl0 = picture.tl0;
        r.stamp = picture.stamp;
      } else {
        r.stamp = read_sound(codec->kind, payload);
      }
      received_.push_back(r);
      return;
    }
  }
  received_.push_back(r);  // of no m-line: mid stays empty
}

const std::vector<Received>& Client::received() {
  read_rtp();
  return received_;
}

std::vector<Received> Client::received(const std::string& mid) {
  read_rtp();
  std::vector<Received> of_mid;
  std::ranges::copy_if(received_, std::back_inserter(of_mid), [&](const Received& r) { return r.mid == mid; });
  return of_mid;
}

void Client::forget_received() {
  read_rtp();
  received_.clear();
}

void Client::read_rtcp() {
  for (const auto& compound : peer_->rtcp) {
    rtc::RtcpReader reader{compound};
    while (true) {
      const auto packet = reader.next();
      CHECK(packet.has_value());
      if (!*packet) break;
      if (std::holds_alternative<rtc::PictureLoss>(**packet)) ++plis_;
      if (std::holds_alternative<rtc::TransportFeedback>(**packet)) ++feedbacks_;
      if (const auto* nack = std::get_if<rtc::Nack>(&**packet)) {
        nack->for_each([&](std::uint16_t sequence) { nacked_.push_back(sequence); });
      }
      if (const auto* sr = std::get_if<rtc::SenderReport>(&**packet)) reports_.push_back(sr->info);
      if (const auto* rr = std::get_if<rtc::ReceiverReport>(&**packet)) {
        for (std::size_t i = 0; i < rr->blocks.size(); ++i) blocks_.push_back(rr->blocks[i]);
      }
    }
  }
  peer_->rtcp.clear();
}

}  // namespace visavis::sfu::testkit
