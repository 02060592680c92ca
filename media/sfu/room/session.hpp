// SPDX-License-Identifier: Apache-2.0
// One PeerConnection of one participant: its transport, the tracks it publishes and the slots it hears and sees by.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "media/rtc/bwe/downlink_estimator.hpp"
#include "media/rtc/bwe/feedback_generator.hpp"
#include "media/rtc/pacer/pacer.hpp"
#include "media/rtc/peer/transport.hpp"
#include "media/rtc/sdp/negotiate.hpp"
#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/sfu/room/engine_context.hpp"
#include "media/sfu/room/published_track.hpp"
#include "media/sfu/room/slot.hpp"
#include "media/sfu/room/types.hpp"

namespace visavis::sfu {

class Room;

struct SessionConfig {
  SessionKey key = 0;
  ParticipantKey participant = 0;
  SessionRole role = SessionRole::kPublishSubscribe;
  ParticipantKey only_from = 0;  // 0 = everybody else
};

class Session final : public rtc::TransportSink, public rtc::PacketOutlet {
 public:
  Session(const SessionConfig& config, Room& room, EngineContext& engine, rtc::Negotiated negotiated,
          rtc::TransportConfig transport, Instant now);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const SessionConfig& config() const { return config_; }
  Room& room() const { return room_; }
  const rtc::Negotiated& negotiated() const { return negotiated_; }
  const std::vector<std::unique_ptr<PublishedTrack>>& tracks() const { return tracks_; }
  const std::vector<std::unique_ptr<Slot>>& slots() const { return slots_; }
  rtc::Transport& transport() { return transport_; }
  Micros round_trip() const { return round_trip_; }
  const rtc::ClockOffset& publisher_clock() const { return publisher_clock_; }
  rtc::ClockOffset& publisher_clock() { return publisher_clock_; }
  /// Keys and a path are there: what is sent can arrive.
  bool ready() const { return ready_; }
  /// Set once; the engine removes the session after the input that caused it.
  bool closing() const { return closing_; }
  CloseCause close_cause() const { return close_cause_; }

  /// A new answer on the same connection.
  void renegotiate(rtc::Negotiated negotiated, Instant now);
  /// Of all pictures that come to this client: those not named are sent without a limit.
  void set_views(std::span<const View> views, Instant now);
  void restart_ice(const rtc::IceCredentials& local, const rtc::IceCredentials& remote, Instant now);
  void forget_path(const rtc::Path& path, Instant now);
  void close(CloseCause cause, Instant now);

  void handle_datagram(const rtc::Path& path, rtc::PacketRef& buffer, Instant now);
  void handle_deadline(Instant now);
  /// Makes sure that handle_deadline() is called by `at`.
  void wake_by(Instant at);

  void submit(const rtc::OutgoingPacket& packet, Instant now) { pacer_->submit(packet, now, *this); }
  void count_retransmission() { ++engine_.counters.retransmissions; }
  /// Sends the sender reports of slots that wait for one.
  void send_due_reports(Instant now);

  // rtc::TransportSink
  void on_transmit(const rtc::Path& path, Bytes datagram) override;
  void on_rtp(MutableBytes packet) override;
  void on_rtcp(MutableBytes compound) override;
  void on_connected(rtc::SrtpProfile profile) override;
  void on_path_changed(const rtc::Path& path) override;
  void on_reachable(bool reachable) override;
  void on_closed(rtc::TransportClosed cause) override;
  // rtc::PacketOutlet
  void send(const rtc::OutgoingPacket& packet, Instant now) override;

 private:
  static constexpr Micros kReportInterval = Seconds{1};
  static constexpr Micros kCheckInterval = Millis{500};
  static constexpr std::size_t kMaxBindings = 32;
  /// An SSRC of the publisher and what it is.
  struct Binding {
    std::uint32_t ssrc = 0;
    std::uint8_t layer = 0;
    bool rtx = false;
    PublishedTrack* track = nullptr;
  };

  void apply_negotiation(Instant now);
  void add_slot(std::size_t media_index);
  void bind_announced(PublishedTrack& track);
  const Binding* binding_of(const rtc::RtpView& view, const rtc::ExtensionValues& extensions);
  const Binding* bind(const Binding& binding);
  PublishedTrack* track_of(std::string_view mid, std::uint8_t payload_type) const;
  void on_rtx(const Binding& binding, const rtc::RtpView& view, const rtc::ExtensionValues& extensions);

  void on_rtcp_packet(const rtc::RtcpPacket& packet);
  void on_report_blocks(const rtc::ReportBlocks& blocks);
  void on_sender_report(const rtc::SenderReport& report);
  Slot* slot_of(std::uint32_t ssrc) const;

  rtc::RtcpBuilder begin_compound(MutableBytes space) const;
  void send_rtcp(Bytes compound);
  void send_nacks(Instant now);
  void send_key_frame_requests(Instant now);
  void send_feedback(Instant now);
  void send_reports(Instant now);
  void tell_stats(Instant now);
  void count_drops();
  void reschedule(Instant now);
  template <class F>
  void for_each_stream(F&& visit) const;

  SessionConfig config_;
  Room& room_;
  EngineContext& engine_;
  rtc::Negotiated negotiated_;
  rtc::Transport transport_;
  std::uint32_t local_ssrc_;      // of our reports and requests
  rtc::ExtensionIds extensions_;  // of all m-lines: under BUNDLE one id means one extension (RFC 8843, section 9.2)
  std::vector<std::unique_ptr<PublishedTrack>> tracks_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Binding> bindings_;
  rtc::ClockOffset publisher_clock_;
  std::unique_ptr<rtc::FeedbackGenerator> feedback_;  // from the first packet with a transport-wide number on
  rtc::DownlinkEstimator* estimator_ = &rtc::NullDownlinkEstimator::instance();
  rtc::Pacer* pacer_ = &rtc::NullPacer::instance();
  std::uint16_t transport_sequence_ = 0;
  std::uint8_t fir_sequence_ = 0;
  std::uint64_t counted_malformed_ = 0;  // of the transport's drops, what the engine's sums hold already
  std::uint64_t counted_unauthenticated_ = 0;
  bool reduced_size_ = false;  // of all m-lines
  Micros round_trip_{};

  TimerNode timer_;
  Instant wake_at_ = kNever;
  Instant next_report_;
  Instant next_check_;
  bool ready_ = false;
  bool was_unreachable_ = false;
  bool closing_ = false;
  CloseCause close_cause_ = CloseCause::kByCommand;

  // Valid while a datagram is handled.
  Instant now_{};
  rtc::PacketRef* buffer_ = nullptr;
};

template <class F>
void Session::for_each_stream(F&& visit) const {
  for (const auto& track : tracks_) {
    for (const auto& stream : track->streams()) visit(*track, *stream);
  }
}

}  // namespace visavis::sfu
