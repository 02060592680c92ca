// SPDX-License-Identifier: Apache-2.0
// The only door between center/ (what a contact centre knows) and media/ (what a media server knows): plain structs.
// Commands go to the worker that owns the room, in order; events come back in order per worker. Neither side blocks.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

namespace visavis::gateway {

using RoomId = Id<struct RoomTag>;                // one call
using ParticipantId = Id<struct ParticipantTag>;  // one person in it, over all their sessions
using SessionId = Id<struct SessionTag>;          // one PeerConnection of theirs

/// What a participant consented to. Everything is denied until center says otherwise; taps and recorders obey it.
enum class Purpose : std::uint8_t {
  kRecording = 1,
  kTranscript = 2,
  kFaceAnalysis = 4,
  kScreenView = 8,
  kBiometrics = 16
};
struct ConsentMask {
  std::uint8_t bits = 0;
  bool allows(Purpose p) const { return (bits & static_cast<std::uint8_t>(p)) != 0; }
};

enum class SessionRole : std::uint8_t { kPublishSubscribe, kPublishOnly, kSubscribeOnly };
enum class TrackKind : std::uint8_t { kAudio, kVideo };

// ---- commands -------------------------------------------------------------------------------------------------------

struct OpenRoom {
  RoomId room;
};
/// Ends every session in the room and frees it.
struct CloseRoom {
  RoomId room;
};
/// A PeerConnection joins with its SDP offer; answered by SessionAnswered or SessionRefused. The room is opened if
/// needed.
struct OpenSession {
  SessionId session;
  RoomId room;
  ParticipantId participant;
  SessionRole role = SessionRole::kPublishSubscribe;
  ParticipantId only_from;  // WHEP ?of=: hear only this participant; none = everybody else in the room
  std::string offer;        // SDP
  ConsentMask consents;
};
/// A new offer on the same PeerConnection (more m-lines, ICE restart); answered like OpenSession, refused without harm.
struct RenegotiateSession {
  SessionId session;
  std::string offer;
};
/// WHIP/WHEP PATCH: an SDP fragment with candidates (ignored: ICE-lite learns addresses) or an ICE restart (new ufrag).
struct TrickleSession {
  SessionId session;
  std::string fragment;
};
struct CloseSession {
  SessionId session;
};
struct SetConsents {
  RoomId room;
  ParticipantId participant;
  ConsentMask consents;
};
/// Hold, mute by server, private talk: whether `to` gets what `from` publishes. Default for each pair in a room: yes.
struct SetForwarding {
  RoomId room;
  ParticipantId from;
  ParticipantId to;
  bool audio = true;
  bool video = true;
};

/// How large a client shows the pictures that it gets; replaces what it said before. A picture that is not named, and
/// another one that comes to an m-line later (SlotChanged), is sent without a limit.
struct SetViews {
  struct View {
    std::string mid;
    std::uint16_t lines = 0;  // device pixels of the picture's shorter side; 0 = not shown: nothing is sent
    bool operator==(const View&) const = default;
  };
  SessionId session;
  std::vector<View> views;
};

using Command = std::variant<OpenRoom, CloseRoom, OpenSession, RenegotiateSession, TrickleSession, CloseSession,
                             SetConsents, SetForwarding, SetViews>;

// ---- events ---------------------------------------------------------------------------------------------------------

struct SessionAnswered {
  SessionId session;
  std::string answer;  // SDP, ICE-lite candidates inside
};
/// The answer to a TrickleSession that asked for an ICE restart: an SDP fragment (RFC 9725, section 4.3.2). Empty where
/// the fragment only carried candidates: there is nothing to answer.
struct SessionTrickled {
  SessionId session;
  std::string fragment;
};
/// The offer could not be taken; `reason` says what to do ("offer has 10000 m-lines, 64 are allowed"). Also answers a
/// RenegotiateSession or TrickleSession that was refused: that session goes on unharmed.
struct SessionRefused {
  SessionId session;
  std::string reason;
};
/// DTLS is up: media can flow. `srtp_profile` is the name as in RFC 5764/7714, e.g. "SRTP_AEAD_AES_128_GCM".
struct SessionConnected {
  SessionId session;
  std::string srtp_profile;
  std::string path;  // "udp" or "tcp"
};
enum class CloseCause : std::uint8_t { kByCommand, kByPeer, kConsentLost, kDtlsFailed, kNeverConnected, kRoomClosed };
struct SessionClosed {
  SessionId session;
  CloseCause cause;
};
/// No authenticated Binding request for 3 s (`lost`) or one again: the person's network is gone / back.
struct SessionReachable {
  SessionId session;
  bool reachable;
};
/// Which participant's track an m-line of a subscriber carries from now on; participant 0 = nobody.
struct SlotChanged {
  SessionId session;
  std::string mid;
  ParticipantId participant;
  TrackKind kind;
  std::uint8_t ordinal;  // 0 = first track of that kind the participant publishes (camera), 1 = second (screen)
};
/// A publisher's track began (first packet) or stopped (2 s silence; a muted Opus track with DTX still sends).
struct TrackFlow {
  SessionId session;
  std::string mid;
  TrackKind kind;
  bool flowing;
};
/// A joiner cannot decode what this session publishes: it has to switch to `codec` ("VP8", "H264", …; empty: no codec
/// suits everybody).
struct CodecSwitchNeeded {
  SessionId session;
  std::string mid;
  std::string codec;
};

/// Per m-line and direction over the last interval; counters are cumulative since the session began.
struct TrackStats {
  std::string mid;
  TrackKind kind = TrackKind::kAudio;
  bool outgoing = false;  // server → this client
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;   // incoming: gaps never filled; outgoing: as the receiver reports
  std::uint64_t nacks = 0;  // sent by us (incoming) or received (outgoing)
  std::uint64_t retransmitted = 0;
  std::uint64_t plis = 0;
  std::uint32_t bitrate = 0;  // bit/s over the last interval
  float loss_fraction = 0;    // 0..1 over the last interval
  std::uint32_t jitter_us = 0;
};
/// Once a second per session.
struct SessionStats {
  SessionId session;
  std::uint32_t rtt_us = 0;  // 0 = unknown
  std::vector<TrackStats> tracks;
};

using Event = std::variant<SessionAnswered, SessionTrickled, SessionRefused, SessionConnected, SessionClosed,
                           SessionReachable, SlotChanged, TrackFlow, CodecSwitchNeeded, SessionStats>;

/// Counters of one worker, readable from any thread at any time (relaxed atomics behind it).
struct WorkerCounters {
  std::uint64_t packets_in = 0, packets_out = 0, bytes_in = 0, bytes_out = 0;
  std::uint64_t dropped_malformed = 0, dropped_unauthenticated = 0, dropped_unknown_path = 0, send_errors = 0;
  std::uint64_t sessions = 0, rooms = 0, nacks_sent = 0, nacks_received = 0, retransmissions = 0, plis_sent = 0;
};

/// Where SDP answers send clients, and what a worker binds.
struct MediaConfig {
  std::vector<std::string> advertised_ips;  // literal IPv4/IPv6; at least one
  std::uint16_t port = 7000;                // worker i: UDP and TCP port + i; 0 = any free ones (tests)
  std::uint16_t web_port = 0;               // offered for ICE-TCP too, see take_connection(); 0 = none
  unsigned workers = 1;
  std::size_t max_sessions_per_worker = 2000;  // more are refused
};

/// The door itself. post() may be called from one thread (control); drain() too, after event_fd() became readable.
class MediaService {
 public:
  virtual ~MediaService() = default;
  /// Queues a command for the worker that owns its room or session; never blocks. Unknown sessions are ignored.
  virtual void post(Command command) = 0;
  /// An eventfd that becomes readable when events wait.
  virtual int event_fd() const = 0;
  /// Appends all waiting events to `out` and re-arms event_fd().
  virtual void drain(std::vector<Event>& out) = 0;
  virtual std::vector<WorkerCounters> counters() const = 0;
  /// Takes over a connection to MediaConfig::web_port that speaks neither TLS nor HTTP and of which nothing was read:
  /// ICE-TCP of one whose network lets only the web through. Same thread as post(). Closed where its first bytes are no
  /// check of a session of ours.
  virtual void take_connection(int fd) = 0;
  /// How many bytes must have come before take_connection() can tell whose it is, judged by those that have: 0 = what
  /// it says is plain now. Any thread.
  virtual std::size_t connection_wants(Bytes start) const = 0;
};

}  // namespace visavis::gateway
