// SPDX-License-Identifier: Apache-2.0
// A person with a browser, as far as rooms can tell: offers, connects, sends numbered sound and pictures, and keeps
// what comes. The network is the caller's.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "media/rtc/sdp/offer.hpp"
#include "media/rtc/testkit/test_peer.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/rtc/wire/rtp.hpp"
#include "media/sfu/testkit/payloads.hpp"

namespace visavis::sfu::testkit {

struct ClientConfig {
  std::uint32_t id = 1;  // makes SSRCs, payloads and ICE names its own
  rtc::Direction audio = rtc::Direction::kSendRecv;
  rtc::Direction video = rtc::Direction::kSendRecv;
  unsigned extra_video_slots = 0;   // recvonly m-lines
  std::vector<std::string> rids{};  // simulcast of the video
  std::vector<rtc::NegotiatedCodec> video_codecs = rtc::usual_codecs(rtc::MediaKind::kVideo);
  std::vector<rtc::NegotiatedCodec> audio_codecs = rtc::usual_codecs(rtc::MediaKind::kAudio);
};

struct Received {
  rtc::RtpHeader header;
  std::string mid;
  rtc::CodecKind codec{};
  Stamp stamp;
  bool key_frame = false;
  std::uint16_t picture_id = 0;
  std::uint8_t tl0 = 0;
  std::uint16_t frame_number = 0;  // of the dependency descriptor
  bool rtx = false;  // header is then as the retransmitted packet's: original number, media SSRC left as sent
  Instant at{};
};

class Client {
 public:
  using Send = std::function<void(const rtc::Path& path, Bytes datagram)>;

  Client(const ClientConfig& config, Send send);

  std::string offer() const { return rtc::make_offer(offer_).to_string(); }
  /// For the next offer: the direction of the sound or video m-line.
  void set_direction(std::size_t media, rtc::Direction direction) { offer_.media.at(media).direction = direction; }
  /// Applies the answer and begins to connect to the first candidate (`server` instead, where given).
  void accept(const std::string& answer, Instant now, const rtc::Path& server);

  /// The answer to another offer on the same connection.
  void renegotiated(const std::string& answer);
  /// Sends in this codec from now on, as a page may choose among those of the answer; at first it is the answer's
  /// first.
  void use_codec(rtc::CodecKind codec);
  rtc::CodecKind video_codec() const { return codec_of(1).kind; }

  void receive(const rtc::Path& from, MutableBytes datagram, Instant now);
  void handle_deadline(Instant now);
  Instant deadline() const { return peer_ ? peer_->transport.deadline() : kNever; }
  bool connected() const { return peer_ && peer_->profile && peer_->transport.selected_path(); }

  /// One sound packet (20 ms) or one picture packet (33 ms, a whole picture), in order.
  void send_audio();
  void send_video(bool key_frame, std::uint8_t layer = 0, std::size_t size = 1000);
  /// The same without sending it: a packet that the network loses; resend() sends it by RTX.
  void lose_video(bool key_frame, std::uint8_t layer = 0);
  void resend(std::uint16_t sequence);
  void send_nack(std::uint32_t media, std::vector<std::uint16_t> lost);
  void send_pli(std::uint32_t media);
  void send_sender_report(bool video, Instant now, std::uint8_t layer = 0);
  void send_rtp(Bytes plain) { peer_->send_rtp(plain); }
  void send_rtcp(Bytes plain) { peer_->send_rtcp(plain); }
  /// Encrypted, ready to be sent by other ways.
  rtc::testkit::Packet next_video(bool key_frame, std::uint8_t layer = 0, std::size_t size = 1000);

  rtc::testkit::TestPeer& peer() { return *peer_; }
  const ClientConfig& config() const { return config_; }
  const rtc::Negotiated& negotiated() const { return negotiated_; }
  std::uint32_t video_ssrc(std::uint8_t layer = 0) const;
  /// The server's SSRC of an m-line.
  std::uint32_t slot_ssrc(std::size_t media) const { return negotiated_.media.at(media).encodings.at(0).ssrc; }

  /// What came so far, taken out of the peer.
  const std::vector<Received>& received();
  std::vector<Received> received(const std::string& mid);
  void forget_received();
  /// Requests that the server sent: key frames and lost packets.
  std::size_t plis() {
    read_rtcp();
    return plis_;
  }
  const std::vector<std::uint16_t>& nacked() {
    read_rtcp();
    return nacked_;
  }
  std::size_t feedbacks() {
    read_rtcp();
    return feedbacks_;
  }
  const std::vector<rtc::SenderInfo>& sender_reports() {
    read_rtcp();
    return reports_;
  }
  const std::vector<rtc::ReportBlock>& report_blocks() {
    read_rtcp();
    return blocks_;
  }

 private:
  struct Outgoing {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint16_t frame_number = 0;
    std::uint32_t count = 0;
  };
  const rtc::NegotiatedCodec& codec_of(std::size_t media) const {
    return negotiated_.media[media].codecs[codec_[media]];
  }
  rtc::testkit::Packet make_video(bool key_frame, std::uint8_t layer, std::size_t size);
  void read_rtp();
  void read_rtcp();
  void add_received(Bytes packet);

  ClientConfig config_;
  Send send_;
  rtc::OfferConfig offer_;
  rtc::Negotiated negotiated_;
  std::array<std::size_t, 2> codec_{};  // of sound and video: which of the negotiated ones
  std::unique_ptr<rtc::testkit::TestPeer> peer_;
  Instant now_{};
  Outgoing audio_;
  std::vector<Outgoing> video_;
  std::uint16_t transport_sequence_ = 0;
  std::uint16_t rtx_sequence_ = 500;
  std::vector<rtc::testkit::Packet> sent_video_;
  std::vector<Received> received_;
  std::size_t plis_ = 0;
  std::size_t feedbacks_ = 0;
  std::vector<std::uint16_t> nacked_;
  std::vector<rtc::SenderInfo> reports_;
  std::vector<rtc::ReportBlock> blocks_;
};

}  // namespace visavis::sfu::testkit
