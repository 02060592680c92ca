// SPDX-License-Identifier: Apache-2.0
// An m-line on which we send to a subscriber: empty, or carrying one track of somebody else. Here a shared packet gets
// this subscriber's own header, numbers and payload type.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "media/rtc/fec/fec_encoder.hpp"
#include "media/rtc/nack/nack_responder.hpp"
#include "media/rtc/pacer/outgoing_packet.hpp"
#include "media/rtc/sdp/negotiate.hpp"
#include "media/rtc/stream/rate_meter.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/sfu/layers/layer_selector.hpp"
#include "media/sfu/rewrite/stream_rewriter.hpp"
#include "media/sfu/room/published_track.hpp"
#include "media/sfu/room/types.hpp"

namespace visavis::sfu {

class Slot {
 public:
  Slot(Session& owner, std::size_t media_index, std::uint16_t first_sequence);
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { set_track(nullptr, Instant{}); }

  /// Takes over what a new offer changed; called once at the start as well.
  void negotiated();
  /// An m-line on which the subscriber receives no more keeps its slot, empty: taken up again with the same SSRC, its
  /// numbers must go on, or SRTP would encrypt two packets under one index.
  void set_active(bool active, Instant now);
  bool active() const { return active_; }
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t rtx_ssrc() const { return rtx_ssrc_; }
  /// Carries `track` from now on, beginning with a key frame; nullptr = nobody.
  void set_track(PublishedTrack* track, Instant now);
  PublishedTrack* track() const { return track_; }
  /// Hold and mute by the server. Switching on again begins with a key frame.
  void set_allowed(bool allowed, Instant now);
  /// So many lines of the picture are seen (see View): no layer that is larger than of use. With 0 nothing is sent
  /// until that changes, then it begins with a key frame.
  void set_view(std::uint16_t lines, Instant now);

  void on_packet(const IncomingPacket& packet, Instant now);
  void skip(const IncomingPacket& packet);

  void on_nack(std::uint16_t sequence, Instant now);
  void on_key_frame_request(Instant now);
  void on_report(const rtc::ReportBlock& block);
  /// What a sender report says now; none while nothing was sent or the publisher has not reported.
  std::optional<rtc::SenderInfo> sender_info(Instant now) const;

  /// A layer came or died.
  void choose_layer(Instant now);
  /// Which of our payload types carries the publisher's codec; again after any side negotiated.
  void map_codecs();
  /// Whether what the publisher sends as `codec` can be shown here; true for an empty slot.
  bool decodes(const rtc::NegotiatedCodec& codec) const;

  std::size_t media_index() const { return media_index_; }
  const rtc::NegotiatedMedia& media() const { return *media_; }
  rtc::MediaKind kind() const { return kind_; }
  Session& owner() const { return owner_; }
  bool answers_nacks() const { return responder_ != nullptr; }
  /// A sender report has not gone out since the source changed.
  bool report_due() const { return report_due_; }
  void report_sent() { report_due_ = false; }
  TrackReport report(Instant now);

  // What the room told the subscriber last, so that it is told of changes only.
  ParticipantKey told_participant = 0;
  std::uint8_t told_ordinal = 0;

 private:
  struct Formats {
    std::uint8_t payload_type = 0;
    std::uint8_t rtx_payload_type = 255;  // 255 = none
    bool usable = false;
    bool strip_red = false;  // forward the newest block of a RED packet as plain Opus
  };
  struct Outgoing {
    rtc::RtpHeader header;
    Bytes prefix;
    Bytes payload;
    rtc::SendPriority priority = rtc::SendPriority::kVideo;
    std::uint16_t frame_number_delta = 0;  // of the dependency descriptor
  };

  bool forwards() const { return allowed_ && lines_ != 0; }
  const Formats* formats_of(std::uint8_t source_payload_type) const;
  std::optional<std::uint32_t> aligned_timestamp(const IncomingPacket& packet, Instant now) const;
  void restart(Instant now);
  void submit(const Outgoing& packet, const rtc::ExtensionValues& extensions, const rtc::PacketRef& shared,
              Instant now);
  void resend(const rtc::PacketRef& cached, const StreamRewriter::Epoch& rules, std::uint16_t sequence, Instant now);

  Session& owner_;
  std::size_t media_index_;
  // Of the description, side by side for the packet path.
  const rtc::NegotiatedMedia* media_;
  rtc::MediaKind kind_;
  std::uint32_t ssrc_ = 0;
  std::uint32_t rtx_ssrc_ = 0;
  rtc::ExtensionIds extensions_;
  std::string_view mid_;

  PublishedTrack* track_ = nullptr;
  bool active_ = true;
  bool allowed_ = true;
  std::uint16_t lines_ = View::kNoLimit;
  bool report_due_ = false;
  LayerSelector selector_;
  StreamRewriter rewriter_;
  std::unique_ptr<rtc::NackResponder> responder_;
  rtc::FecEncoder* fec_ = &rtc::NullFecEncoder::instance();
  struct Mapping {
    std::uint8_t source = 255;
    Formats formats;
  };
  std::array<Mapping, 8> mappings_;  // few codecs: the first hits nearly always
  std::uint32_t source_clock_ = 90000;
  std::uint16_t rtx_sequence_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t nacks_ = 0;
  std::uint64_t resent_ = 0;
  std::uint64_t plis_ = 0;
  std::uint32_t remote_jitter_ = 0;
  std::int32_t remote_lost_ = 0;
  float loss_fraction_ = 0;
  rtc::RateMeter rate_;
};

}  // namespace visavis::sfu
