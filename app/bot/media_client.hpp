// SPDX-License-Identifier: Apache-2.0
// One PeerConnection of the practice customer: offers microphone and camera, is answered by the server, sends. Sans-IO:
// the owner gives datagrams and time, and sends what comes out.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/rtc/peer/transport.hpp"
#include "media/rtc/sdp/offer.hpp"

namespace visavis::bot {

class MediaClient final : private rtc::TransportSink {
 public:
  using Send = std::function<void(const rtc::NetAddress& to, Bytes datagram)>;

  MediaClient(std::shared_ptr<const rtc::DtlsIdentity> identity, Send send);

  /// The SDP to hand to the server; the same text each time.
  std::string offer() const;
  /// The server's SDP. Errors say what was wrong with it.
  Result<void> accept(const std::string& answer, Instant now);

  void handle_datagram(const rtc::NetAddress& from, MutableBytes datagram, Instant now);
  /// Transport deadlines, and a sender report a second.
  void handle_time(Instant now, UtcMillis utc);

  bool connected() const { return transport_ && transport_->connected(); }
  bool closed() const { return transport_ && transport_->closed(); }
  /// True once per request of the server for a key frame.
  bool take_key_frame_request();

  /// 20 ms of Opus.
  void send_audio(std::span<const std::uint8_t> opus);
  /// A whole VP8 frame; `ticks` since the last one at 90 kHz.
  void send_video(std::span<const std::uint8_t> frame, std::uint32_t ticks);

 private:
  struct Sent {
    std::uint16_t sequence = 0;
    bool marker = false;
    std::uint32_t timestamp = 0;
    std::vector<std::uint8_t> payload;
  };
  struct Stream {
    std::string mid;
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    std::uint8_t payload_type = 0;
    std::uint8_t rtx_payload_type = 0;
    std::uint8_t mid_extension = 0;
    std::uint16_t sequence = 0;
    std::uint16_t rtx_sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
    std::array<Sent, 256> history;  // for NACK: about two seconds of video
  };

  void send_packet(Stream& stream, std::vector<std::uint8_t> payload, bool marker);
  void transmit(Stream& stream, const Sent& packet, bool again);
  void resend(std::uint32_t ssrc, std::uint16_t sequence);
  void send_report(Stream& stream, UtcMillis utc);

  void on_transmit(const rtc::Path& path, Bytes datagram) override;
  void on_rtp(MutableBytes) override {}
  void on_rtcp(MutableBytes compound) override;
  void on_connected(rtc::SrtpProfile) override { key_frame_wanted_ = true; }
  void on_path_changed(const rtc::Path&) override {}
  void on_reachable(bool) override {}
  void on_closed(rtc::TransportClosed) override {}

  std::shared_ptr<const rtc::DtlsIdentity> identity_;
  Send send_;
  rtc::OfferConfig offer_;
  std::optional<rtc::Transport> transport_;
  std::array<Stream, 2> streams_;  // sound, picture
  std::uint16_t picture_id_ = 0;
  bool key_frame_wanted_ = true;
  Instant next_report_{};
};

}  // namespace visavis::bot
