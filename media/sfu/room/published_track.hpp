// SPDX-License-Identifier: Apache-2.0
// What one m-line of a publisher brings in: up to three simulcast streams, and the slots that carry it to others.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "media/rtc/nack/packet_pool.hpp"
#include "media/rtc/sdp/negotiate.hpp"
#include "media/rtc/stream/rate_meter.hpp"
#include "media/rtc/wire/rtp.hpp"
#include "media/sfu/layers/layer_selector.hpp"
#include "media/sfu/rewrite/payload_facts.hpp"
#include "media/sfu/room/incoming_stream.hpp"
#include "media/sfu/room/types.hpp"

namespace visavis::sfu {

class Session;
class Slot;
struct EngineContext;

/// A publisher's packet on its way to the slots: parsed once, shared by all.
struct IncomingPacket {
  const rtc::RtpView& view;
  const rtc::PacketRef& buffer;  // holds view.packet
  const rtc::ExtensionValues& extensions;
  const PayloadFacts& facts;
  const IncomingStream& stream;
  std::uint8_t layer;
};

class PublishedTrack {
 public:
  static constexpr Micros kSilence = Seconds{2};
  static constexpr Micros kAskEvery = Seconds{1};  // at most: requests to switch the codec

  PublishedTrack(Session& owner, std::size_t media_index, EngineContext& engine);
  PublishedTrack(const PublishedTrack&) = delete;
  PublishedTrack& operator=(const PublishedTrack&) = delete;
  ~PublishedTrack();

  /// Takes over what a new offer changed; called once at the start as well.
  void negotiated();

  /// A packet of `layer` under its own number (retransmissions already undone).
  void on_packet(std::uint8_t layer, const rtc::RtpView& view, const rtc::PacketRef& buffer,
                 const rtc::ExtensionValues& extensions, bool repaired, Instant now);

  /// The layer for a rid, or for a stream that announced nothing; 255 where there is no place for it.
  std::uint8_t layer_for(std::string_view rid);
  void bind(std::uint8_t layer, std::uint32_t ssrc, bool rtx);

  /// Somebody needs to begin with `layer`.
  void want_key_frame(std::uint8_t layer, Instant now);
  void want_key_frame_of(const IncomingStream& stream, Instant now);
  /// The publisher reported for the first time: subscribers can be told how sound and picture belong together.
  void tell_slots_of_clock(Instant now) const;
  /// Chooses layers for all slots anew: a layer came or died.
  void choose_layers(Instant now);
  /// Every half second: silence, dead layers.
  void check(Instant now);

  void attach(Slot& slot);
  void detach(Slot& slot);

  std::size_t media_index() const { return media_index_; }
  const rtc::NegotiatedMedia& media() const { return *media_; }
  rtc::MediaKind kind() const { return kind_; }
  Session& owner() const { return owner_; }
  std::span<const std::unique_ptr<IncomingStream>> streams() const { return streams_; }
  IncomingStream* stream_by_number(std::uint32_t number) const;
  bool flowing() const { return flowing_; }
  bool has_slots() const { return !slots_.empty(); }
  /// What the publisher sends now; before the first packet what it will most probably send.
  const rtc::NegotiatedCodec* codec() const { return codec_; }
  std::uint8_t living(Instant now) const;
  const LayerSelector::Order& order() const { return order_; }
  /// How many layers of order() are of use where the picture is shown with so many lines.
  std::size_t layers_for(std::uint16_t lines) const;
  /// After slots or codecs changed: asks the publisher to switch where a subscriber cannot decode it. Where it
  /// was asked less than kAskEvery ago, check() comes back to it.
  void check_codecs(Instant now);
  TrackReport report(Instant now);

 private:
  void on_codec(std::uint8_t payload_type, Instant now);
  void set_flowing(bool flowing, Instant now);
  void sort_layers();
  IncomingStream& add_stream(const rtc::RemoteEncoding& encoding);

  Session& owner_;
  std::size_t media_index_;
  const rtc::NegotiatedMedia* media_;
  rtc::MediaKind kind_;
  EngineContext& engine_;
  std::vector<std::unique_ptr<IncomingStream>> streams_;  // index = layer as announced
  LayerSelector::Order order_ = LayerSelector::kAscending;
  std::vector<Slot*> slots_;
  const rtc::NegotiatedCodec* codec_ = nullptr;
  std::uint8_t payload_type_ = 255;  // of the last packet
  std::uint8_t living_ = 0;
  bool flowing_ = false;
  bool keep_packets_ = false;          // some slot answers NACKs
  std::string_view asked_codec_{"-"};  // what check_codecs() asked for last
  Instant may_ask_{};                  // when it may ask again
  bool ask_waits_ = false;             // it has to, then
  rtc::RateMeter rate_;
  std::uint64_t reported_packets_ = 0;
  std::int64_t reported_lost_ = 0;
};

}  // namespace visavis::sfu
