// SPDX-License-Identifier: Apache-2.0
// All rooms of one worker, sans-IO: datagrams, commands and deadlines in, datagrams and events out by the sink. Nothing
// here reads a clock, opens a socket or knows a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "media/rtc/wire/net_address.hpp"
#include "media/sfu/room/engine_context.hpp"
#include "media/sfu/room/path_table.hpp"
#include "media/sfu/room/room.hpp"
#include "media/sfu/room/session.hpp"
#include "media/sfu/room/types.hpp"

namespace visavis::sfu {

struct EngineConfig {
  std::shared_ptr<const rtc::DtlsIdentity> identity;
  std::vector<rtc::NetAddress> udp_candidates;  // advertised, best first
  std::vector<rtc::NetAddress> tcp_candidates;
  std::size_t max_sessions = 2000;
  std::size_t max_cached_packets = 131072;  // of all retransmission caches together
  std::uint64_t seed = 0;                   // of SSRCs and first sequence numbers
  std::string ufrag_prefix;                 // of our ICE names: tells whose a connection on a shared port is
};

struct OpenRequest {
  SessionConfig session;
  RoomKey room = 0;
  std::string_view offer;
  std::uint8_t consents = 0;
};

class Engine {
 public:
  Engine(EngineConfig config, EngineSink& sink, Instant now);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// The SDP answer, or why the offer cannot be taken. The room is opened if needed.
  Result<std::string> open_session(const OpenRequest& request, Instant now);
  /// A new offer on the same connection; refused without harm to the session.
  Result<std::string> renegotiate(SessionKey session, std::string_view offer, Instant now);
  /// A PATCH: an ICE restart is answered with our fragment, candidates with nothing.
  Result<std::string> trickle(SessionKey session, std::string_view fragment, Instant now);
  void close_session(SessionKey session, Instant now);
  void open_room(RoomKey room);
  void close_room(RoomKey room, Instant now);
  void close_all(Instant now);
  void set_consents(RoomKey room, ParticipantKey participant, std::uint8_t purposes);
  /// Replaces what the client said before.
  void set_views(SessionKey session, std::span<const View> views, Instant now);
  void set_forwarding(RoomKey room, ParticipantKey from, ParticipantKey to, bool audio, bool video, Instant now);

  /// A datagram; kept by reference where it is worth keeping, so the caller gives every datagram a buffer of its own or
  /// reuses one only while it is unique().
  void handle_datagram(const rtc::Path& path, rtc::PacketRef& buffer, Instant now);
  /// Whether an authenticated Binding request of a session that lives came from `path`.
  bool knows(const rtc::Path& path) const { return by_path_.find(path) != nullptr; }
  /// A TCP connection closed.
  void forget_path(const rtc::Path& path, Instant now);
  void handle_deadlines(Instant now);
  Instant deadline() const { return context_.wheel.deadline(); }

  const EngineCounters& counters() const { return context_.counters; }
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t rooms() const { return rooms_.size(); }
  Room* room(RoomKey key);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Entry {
    std::unique_ptr<Session> session;
    std::vector<std::string> ufrags;  // ours, newest last
    std::vector<rtc::Path> paths;
  };
  static constexpr std::size_t kMaxUfrags = 3;

  rtc::IceCredentials fresh_credentials() const;
  rtc::AnswerConfig answer_config(const SessionConfig& session, const Room* home, const rtc::IceCredentials& ice);
  void on_stun(const rtc::Path& path, rtc::PacketRef& buffer, Instant now);
  void learn(const rtc::Path& path, Session& session, Instant now);
  void add_ufrag(Entry& entry, const std::string& ufrag, Session& session);
  void forget_paths(Entry& entry);
  void reap(Session& session, Instant now);
  Entry* entry_of(SessionKey key);

  EngineConfig config_;
  EngineContext context_;
  std::unordered_map<RoomKey, std::unique_ptr<Room>> rooms_;
  std::unordered_map<SessionKey, Entry> sessions_;
  std::unordered_map<std::string, Session*, TextHash, std::equal_to<>> by_ufrag_;
  PathTable by_path_;
};

}  // namespace visavis::sfu
