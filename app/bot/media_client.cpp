// SPDX-License-Identifier: Apache-2.0
#include "app/bot/media_client.hpp"

#include <utility>

#include "app/bot/encoder.hpp"
#include "base/ids.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/rtc/wire/rtp.hpp"

namespace visavis::bot {
namespace {

constexpr std::size_t kMaxPayload = 1'150;
constexpr std::size_t kMaxDatagram = 1'500;

std::uint32_t random_u32() {
  std::array<std::uint8_t, 4> b{};
  fill_random(b);
  return load_be32(b.data());
}

rtc::OurStream new_stream(const std::string& track) {
  return {.ssrc = random_u32(), .rtx_ssrc = random_u32(), .cname = "practice", .stream_id = track, .track_id = track};
}

/// NTP time (RFC 3550 section 4) of a wall-clock time.
std::uint64_t ntp(UtcMillis utc) {
  constexpr std::uint64_t kFrom1900To1970 = 2'208'988'800;
  const auto ms = static_cast<std::uint64_t>(utc.value);
  return (ms / 1000 + kFrom1900To1970) << 32 | (ms % 1000) * 4'294'967'296 / 1000;
}

}  // namespace

MediaClient::MediaClient(std::shared_ptr<const rtc::DtlsIdentity> identity, Send send)
    : identity_(std::move(identity)), send_(std::move(send)) {
  const auto ice = rtc::IceCredentials::random();
  offer_.ice = {ice.ufrag, ice.pwd};
  offer_.fingerprint = {"sha-256", identity_->fingerprint().text()};
  offer_.session_id = random_u32();
  offer_.media.push_back({.mid = "0",
                          .kind = rtc::MediaKind::kAudio,
                          .direction = rtc::Direction::kSendRecv,
                          .codecs = rtc::usual_codecs(rtc::MediaKind::kAudio),
                          .ours = new_stream("voice"),
                          .rids = {}});
  offer_.media.push_back({.mid = "1",
                          .kind = rtc::MediaKind::kVideo,
                          .direction = rtc::Direction::kSendRecv,
                          .codecs = rtc::usual_codecs(rtc::MediaKind::kVideo),
                          .ours = new_stream("picture"),
                          .rids = {}});
}

std::string MediaClient::offer() const { return rtc::make_offer(offer_).to_string(); }

Result<void> MediaClient::accept(const std::string& answer, Instant now) {
  const auto sdp = rtc::Sdp::parse(answer);
  if (!sdp) return std::unexpected(sdp.error());
  const auto agreed = rtc::accept_answer(offer_, *sdp);
  if (!agreed) return std::unexpected(agreed.error());
  const auto fingerprint = rtc::Fingerprint::parse(agreed->remote_fingerprint.value);
  if (!fingerprint) return fail(ErrorKind::kInvalid, "bad_fingerprint", std::string(fingerprint.error().what));
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const auto& media = agreed->media.at(i);
    auto& stream = streams_[i];
    if (media.rejected || media.codecs.empty()) {
      return fail(ErrorKind::kInvalid, "no_codec", "the server agreed to no codec for m-line " + media.mid);
    }
    const auto& codec = media.codecs.front();
    if (i == 1 && codec.kind != rtc::CodecKind::kVp8)
      return fail(ErrorKind::kInvalid, "no_vp8", "the server does not take VP8");
    stream.mid = media.mid;
    stream.ssrc = offer_.media[i].ours.ssrc;
    stream.rtx_ssrc = offer_.media[i].ours.rtx_ssrc;
    stream.payload_type = codec.payload_type;
    stream.rtx_payload_type = codec.rtx_payload_type.value_or(0);
    stream.mid_extension = media.extensions.of(rtc::ExtensionKind::kMid);
    stream.timestamp = random_u32();
  }
  transport_.emplace(rtc::TransportConfig{.role = rtc::TransportRole::kClient,
                                          .identity = identity_,
                                          .local = {offer_.ice.ufrag, offer_.ice.pwd},
                                          .remote = {agreed->remote_ice.ufrag, agreed->remote_ice.pwd},
                                          .peer_fingerprint = *fingerprint,
                                          .seed = std::uint64_t{random_u32()} << 32 | random_u32()},
                     now);
  for (const auto& candidate : agreed->remote_candidates) {
    if (candidate.transport != "udp") continue;
    // The server is on this very machine and listens on every address, so loopback works whatever it advertises.
    const auto loopback = rtc::NetAddress::parse("127.0.0.1", candidate.port);
    transport_->add_remote_candidate({0, rtc::PathProtocol::kUdp, *loopback}, candidate.priority, now);
    break;
  }
  return {};
}

void MediaClient::handle_datagram(const rtc::NetAddress& from, MutableBytes datagram, Instant now) {
  if (transport_) transport_->handle_datagram({0, rtc::PathProtocol::kUdp, from}, datagram, now, *this);
}

void MediaClient::handle_time(Instant now, UtcMillis utc) {
  if (!transport_) return;
  if (transport_->deadline() <= now) transport_->handle_deadline(now, *this);
  if (!connected() || now < next_report_) return;
  next_report_ = now + Seconds{1};
  for (auto& stream : streams_) {
    if (stream.packets > 0) send_report(stream, utc);
  }
}

bool MediaClient::take_key_frame_request() { return std::exchange(key_frame_wanted_, false); }

void MediaClient::send_audio(std::span<const std::uint8_t> opus) {
  auto& stream = streams_[0];
  stream.timestamp += 960;
  send_packet(stream, {opus.begin(), opus.end()}, false);
}

void MediaClient::send_video(std::span<const std::uint8_t> frame, std::uint32_t ticks) {
  auto& stream = streams_[1];
  stream.timestamp += ticks;
  auto payloads = vp8_payloads(frame, picture_id_++, kMaxPayload);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    send_packet(stream, std::move(payloads[i]), i + 1 == payloads.size());
  }
}

void MediaClient::send_packet(Stream& stream, std::vector<std::uint8_t> payload, bool marker) {
  if (!connected()) return;
  const auto sequence = stream.sequence++;
  auto& kept = stream.history[sequence % stream.history.size()];
  kept = {sequence, marker, stream.timestamp, std::move(payload)};
  ++stream.packets;
  stream.octets += static_cast<std::uint32_t>(kept.payload.size());
  transmit(stream, kept, false);
}

void MediaClient::transmit(Stream& stream, const Sent& packet, bool again) {
  const auto& path = transport_->selected_path();
  if (!path) return;
  const bool rtx = again && stream.rtx_payload_type != 0;
  rtc::RtpHeaderWriter header({.payload_type = rtx ? stream.rtx_payload_type : stream.payload_type,
                               .marker = packet.marker,
                               .sequence = rtx ? stream.rtx_sequence++ : packet.sequence,
                               .timestamp = packet.timestamp,
                               .ssrc = rtx ? stream.rtx_ssrc : stream.ssrc});
  header.add_text(stream.mid_extension, stream.mid);
  std::array<std::uint8_t, 64> head{};
  std::array<std::uint8_t, kMaxDatagram> out{};
  std::array<std::uint8_t, 2> original{};  // RFC 4588: the sequence number it had
  store_be16(original.data(), packet.sequence);
  const auto size = transport_->protect_rtp(
      {.header = header.finish(head), .prefix = rtx ? Bytes{original} : Bytes{}, .payload = packet.payload}, out);
  if (size) send_(path->remote, Bytes{out}.first(*size));
}

void MediaClient::resend(std::uint32_t ssrc, std::uint16_t sequence) {
  for (auto& stream : streams_) {
    const auto& kept = stream.history[sequence % stream.history.size()];
    // Without RTX the same packet may not be encrypted twice under one index: it is gone.
    if (stream.ssrc == ssrc && stream.rtx_payload_type != 0 && kept.sequence == sequence && !kept.payload.empty()) {
      transmit(stream, kept, true);
    }
  }
}

void MediaClient::send_report(Stream& stream, UtcMillis utc) {
  const auto& path = transport_->selected_path();
  if (!path) return;
  std::array<std::uint8_t, 128> plain{};
  rtc::RtcpBuilder report(plain);
  report.sender_report(
      stream.ssrc,
      {.ntp = ntp(utc), .rtp_timestamp = stream.timestamp, .packets = stream.packets, .octets = stream.octets});
  report.source_description(stream.ssrc, "practice");
  std::array<std::uint8_t, 192> out{};
  if (const auto size = transport_->protect_rtcp(report.bytes(), out)) send_(path->remote, Bytes{out}.first(*size));
}

void MediaClient::on_transmit(const rtc::Path& path, Bytes datagram) { send_(path.remote, datagram); }

void MediaClient::on_rtcp(MutableBytes compound) {
  rtc::RtcpReader reader(compound);
  for (auto packet = reader.next(); packet && *packet; packet = reader.next()) {
    if (std::holds_alternative<rtc::PictureLoss>(**packet) || std::holds_alternative<rtc::FullIntraRequest>(**packet)) {
      key_frame_wanted_ = true;
    } else if (const auto* nack = std::get_if<rtc::Nack>(&**packet)) {
      nack->for_each([&](std::uint16_t sequence) { resend(nack->media, sequence); });
    }
  }
}

}  // namespace visavis::bot
