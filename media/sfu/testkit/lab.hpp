// SPDX-License-Identifier: Apache-2.0
// An Engine and its clients over an emulated network, in fake time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "media/rtc/testkit/link.hpp"
#include "media/sfu/room/engine.hpp"
#include "media/sfu/testkit/client.hpp"

namespace visavis::sfu::testkit {

/// Sequence numbers one after the other, timestamps rising: a GoogleTest assertion.
void expect_continuous(const std::vector<Received>& packets);

struct SlotEvent {
  SessionKey session = 0;
  std::string mid;
  ParticipantKey participant = 0;
  std::uint8_t ordinal = 0;
};
struct FlowEvent {
  SessionKey session = 0;
  std::string mid;
  bool flowing = false;
};
struct CodecEvent {
  SessionKey session = 0;
  std::string codec;
};
struct ClosedEvent {
  SessionKey session = 0;
  CloseCause cause{};
};

class Lab final : public EngineSink {
 public:
  explicit Lab(rtc::testkit::LinkProfile link = {}, std::uint64_t seed = 1);

  /// A client that joined and is connected; its session, participant and id are `config.id`, unless told otherwise.
  Client& join(const ClientConfig& config, RoomKey room = 1, SessionConfig session = {});
  /// The same without waiting, and where the answer matters.
  Result<std::string> open(Client& client, const SessionConfig& session, RoomKey room = 1);
  Client& add(const ClientConfig& config);

  void run_for(Micros duration);
  bool run_until(const std::function<bool()>& condition, Micros limit = Seconds{10});
  /// Everybody connected sends sound and pictures (a key frame when asked for one, and first) for that long.
  void talk(Micros duration, const std::vector<Client*>& who);

  /// From anywhere to the server, at once.
  void inject(const rtc::NetAddress& from, Bytes datagram);
  rtc::NetAddress address_of(const Client& client) const;
  void set_link(const rtc::testkit::LinkProfile& link);
  void cut(const Client& client, bool is_cut);

  /// Called with everything that the server sends, before the network loses it or not.
  std::function<void(const rtc::NetAddress& to)> on_sent;
  /// What the server sends goes nowhere.
  void deaf(bool is_deaf) { deaf_ = is_deaf; }

  Engine& engine() { return *engine_; }
  Instant now{Seconds{1'000}};

  // sfu::EngineSink
  MutableBytes reserve() override { return scratch_; }
  void commit(const rtc::Path& path, std::size_t size) override;
  void on_connected(SessionKey session, rtc::SrtpProfile, const rtc::Path&) override { connected.push_back(session); }
  void on_closed(SessionKey session, CloseCause cause) override { closed.push_back({session, cause}); }
  void on_reachable(SessionKey session, bool is_reachable) override { reachable.emplace_back(session, is_reachable); }
  void on_slot_changed(SessionKey session, std::string_view mid, ParticipantKey participant, rtc::MediaKind,
                       std::uint8_t ordinal) override {
    slots.push_back({session, std::string(mid), participant, ordinal});
  }
  void on_track_flow(SessionKey session, std::string_view mid, rtc::MediaKind, bool flowing) override {
    flows.push_back({session, std::string(mid), flowing});
  }
  void on_codec_switch_needed(SessionKey session, std::string_view, std::string_view codec) override {
    codecs.push_back({session, std::string(codec)});
  }
  void on_stats(SessionKey session, Micros round_trip, std::span<const TrackReport> tracks) override;

  std::vector<SessionKey> connected;
  std::vector<ClosedEvent> closed;
  std::vector<std::pair<SessionKey, bool>> reachable;
  std::vector<SlotEvent> slots;
  std::vector<FlowEvent> flows;
  std::vector<CodecEvent> codecs;
  struct Stats {
    SessionKey session = 0;
    Micros round_trip{};
    std::vector<TrackReport> tracks;  // their mids point into nothing after the session's end
  };
  std::vector<Stats> stats;

 private:
  struct Wire {
    std::unique_ptr<Client> client;
    rtc::NetAddress address;
    rtc::testkit::Link<rtc::NetAddress> to_server;
    rtc::testkit::Link<rtc::NetAddress> to_client;
  };
  Wire& wire_of(const Client& client);
  const Wire& wire_of(const Client& client) const;
  rtc::Path server_path() const { return {0, rtc::PathProtocol::kUdp, server_}; }
  Instant next() const;
  void step();

  rtc::testkit::LinkProfile profile_;
  std::uint64_t seed_;
  rtc::NetAddress server_ = rtc::testkit::address("192.0.2.1", 7000);
  rtc::PacketPool pool_{100'000};
  std::vector<std::unique_ptr<Wire>> wires_;
  std::vector<std::uint8_t> scratch_ = std::vector<std::uint8_t>(2048);
  std::unique_ptr<Engine> engine_;
  bool deaf_ = false;
};

}  // namespace visavis::sfu::testkit
