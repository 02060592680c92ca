// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/engine.hpp"

#include <algorithm>
#include <utility>

#include "media/rtc/wire/packet_kind.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::sfu {

Engine::Engine(EngineConfig config, EngineSink& sink, Instant now)
    : config_(std::move(config)), context_(sink, config_.identity, config_.seed, now) {
  context_.rtx_budget.max_packets = config_.max_cached_packets;
}

Engine::~Engine() {
  // Just parents close children: sessions leave their rooms before either goes.
  for (auto& [key, entry] : sessions_) entry.session->room().remove(*entry.session, Instant{});
  sessions_.clear();
}

Room* Engine::room(RoomKey key) {
  const auto at = rooms_.find(key);
  return at == rooms_.end() ? nullptr : at->second.get();
}

Engine::Entry* Engine::entry_of(SessionKey key) {
  const auto at = sessions_.find(key);
  return at == sessions_.end() ? nullptr : &at->second;
}

void Engine::open_room(RoomKey key) {
  auto& room = rooms_[key];
  if (room == nullptr) room = std::make_unique<Room>(key, context_);
}

rtc::IceCredentials Engine::fresh_credentials() const {
  auto ice = rtc::IceCredentials::random();
  ice.ufrag.insert(0, config_.ufrag_prefix);
  return ice;
}

rtc::AnswerConfig Engine::answer_config(const SessionConfig& session, const Room* home,
                                        const rtc::IceCredentials& ice) {
  rtc::AnswerConfig answer;
  answer.ice = {ice.ufrag, ice.pwd};
  answer.fingerprint = {"sha-256", config_.identity->fingerprint().text()};
  answer.udp = config_.udp_candidates;
  answer.tcp = config_.tcp_candidates;
  answer.session_id = context_.random() >> 3;
  if (home != nullptr) answer.video = home->video_order(session.participant);
  answer.may_publish = session.role != SessionRole::kSubscribeOnly;
  answer.may_subscribe = session.role != SessionRole::kPublishOnly;
  // The first sound and the first picture belong together (lip-sync), the second ones likewise, and so on.
  answer.stream_for = [this, audio = 0, video = 0](std::string_view, rtc::MediaKind kind) mutable {
    rtc::OurStream stream;
    stream.ssrc = context_.random_ssrc();
    stream.rtx_ssrc = kind == rtc::MediaKind::kVideo ? context_.random_ssrc() : 0;
    const int n = kind == rtc::MediaKind::kVideo ? video++ : audio++;
    stream.cname = "visavis";
    stream.stream_id = "slot" + std::to_string(n);
    stream.track_id = stream.stream_id + (kind == rtc::MediaKind::kVideo ? "v" : "a");
    return stream;
  };
  return answer;
}

Result<std::string> Engine::open_session(const OpenRequest& request, Instant now) {
  const SessionKey key = request.session.key;
  if (sessions_.contains(key)) return fail(ErrorKind::kConflict, "session_exists", "This session is open already.");
  if (sessions_.size() >= config_.max_sessions) {
    return fail(ErrorKind::kUnavailable, "worker_full",
                "This media worker carries as many people as it may; try again later.");
  }
  Room* const known = room(request.room);
  if (known != nullptr && known->full()) {
    return fail(ErrorKind::kConflict, "room_full", "This call has as many connections as a call may have (64).");
  }
  const auto offer = rtc::Sdp::parse(request.offer);
  if (!offer) return std::unexpected(offer.error());
  const auto ice = fresh_credentials();
  auto negotiated = rtc::answer_offer(*offer, answer_config(request.session, known, ice));
  if (!negotiated) return std::unexpected(negotiated.error());
  const auto fingerprint = rtc::Fingerprint::parse(negotiated->remote_fingerprint.value);
  if (!fingerprint) return fail(ErrorKind::kInvalid, "sdp_invalid", "The offer's sha-256 fingerprint is malformed.");
  rtc::TransportConfig transport;
  transport.identity = config_.identity;
  transport.local = ice;
  transport.remote = {negotiated->remote_ice.ufrag, negotiated->remote_ice.pwd};
  transport.peer_fingerprint = *fingerprint;

  open_room(request.room);
  Room& home = *rooms_[request.room];
  std::string answer = negotiated->text;
  Entry& entry = sessions_[key];
  entry.session =
      std::make_unique<Session>(request.session, home, context_, std::move(*negotiated), std::move(transport), now);
  add_ufrag(entry, ice.ufrag, *entry.session);
  home.set_consents(request.session.participant, request.consents);
  home.add(*entry.session, now);
  return answer;
}

void Engine::add_ufrag(Entry& entry, const std::string& ufrag, Session& session) {
  entry.ufrags.push_back(ufrag);
  by_ufrag_[ufrag] = &session;
  if (entry.ufrags.size() > kMaxUfrags) {
    by_ufrag_.erase(entry.ufrags.front());
    entry.ufrags.erase(entry.ufrags.begin());
  }
}

Result<std::string> Engine::renegotiate(SessionKey key, std::string_view text, Instant now) {
  Entry* entry = entry_of(key);
  if (entry == nullptr) return fail(ErrorKind::kNotFound, "session_unknown", "This session is over; open a new one.");
  const auto offer = rtc::Sdp::parse(text);
  if (!offer) return std::unexpected(offer.error());
  Session& session = *entry->session;
  const auto ice = fresh_credentials();
  auto negotiated =
      rtc::answer_offer(*offer, answer_config(session.config(), &session.room(), ice), &session.negotiated());
  if (!negotiated) return std::unexpected(negotiated.error());
  if (negotiated->remote_fingerprint != session.negotiated().remote_fingerprint) {
    return fail(ErrorKind::kInvalid, "fingerprint_changed",
                "The certificate changed: close this session and open a new one.");
  }
  if (negotiated->ice_restarted) {
    session.restart_ice(ice, {negotiated->remote_ice.ufrag, negotiated->remote_ice.pwd}, now);
    add_ufrag(*entry, ice.ufrag, session);
  }
  std::string answer = negotiated->text;
  session.renegotiate(std::move(*negotiated), now);
  return answer;
}

void Engine::close_session(SessionKey key, Instant now) {
  Entry* entry = entry_of(key);
  if (entry == nullptr) return;
  entry->session->close(CloseCause::kByCommand, now);
  reap(*entry->session, now);
}

void Engine::close_room(RoomKey key, Instant now) {
  Room* const home = room(key);
  if (home == nullptr) return;
  while (!home->sessions().empty()) {
    Session& session = *home->sessions().back();
    session.close(CloseCause::kRoomClosed, now);
    reap(session, now);
  }
  rooms_.erase(key);
}

void Engine::close_all(Instant now) {
  while (!rooms_.empty()) close_room(rooms_.begin()->first, now);
}

void Engine::reap(Session& session, Instant now) {
  if (!session.closing()) return;
  const SessionKey key = session.config().key;
  const auto at = sessions_.find(key);
  Room& home = session.room();
  home.remove(session, now);
  forget_paths(at->second);
  for (const std::string& ufrag : at->second.ufrags) by_ufrag_.erase(ufrag);
  context_.sink.on_closed(key, session.close_cause());
  sessions_.erase(at);
}

void Engine::set_consents(RoomKey key, ParticipantKey participant, std::uint8_t purposes) {
  if (Room* home = room(key)) home->set_consents(participant, purposes);
}

void Engine::set_views(SessionKey session, std::span<const View> views, Instant now) {
  if (Entry* entry = entry_of(session)) entry->session->set_views(views, now);
}

void Engine::set_forwarding(RoomKey key, ParticipantKey from, ParticipantKey to, bool audio, bool video, Instant now) {
  if (Room* home = room(key)) home->set_forwarding(from, to, audio, video, now);
}

// ---- datagrams ----

void Engine::handle_datagram(const rtc::Path& path, rtc::PacketRef& buffer, Instant now) {
  if (rtc::packet_kind(buffer->bytes()) == rtc::PacketKind::kStun) {
    on_stun(path, buffer, now);
    return;
  }
  Session* const session = by_path_.find(path);
  if (session == nullptr) {
    ++context_.counters.dropped_unknown_path;
    return;
  }
  session->handle_datagram(path, buffer, now);
  reap(*session, now);
}

void Engine::on_stun(const rtc::Path& path, rtc::PacketRef& buffer, Instant now) {
  const auto message = rtc::StunView::parse(buffer->bytes());
  if (!message) {
    ++context_.counters.dropped_malformed;
    return;
  }
  const auto username = rtc::split_stun_username(message->username);
  const auto at = username ? by_ufrag_.find(username->receiver) : by_ufrag_.end();
  if (at == by_ufrag_.end()) {
    ++context_.counters.dropped_unknown_path;
    return;
  }
  Session& session = *at->second;
  session.handle_datagram(path, buffer, now);
  learn(path, session, now);
  reap(session, now);
}

void Engine::learn(const rtc::Path& path, Session& session, Instant now) {
  if (session.closing() || !session.transport().knows(path, now)) return;
  Session* const holder = by_path_.find(path);
  if (holder == &session) return;
  if (holder != nullptr) {
    // Two sessions with one address: the newcomer has it only once the other has not used it for as long as a check may
    // take, so that nobody can talk another session off its address.
    if (holder->transport().knows(path, now)) return;
    std::erase(sessions_[holder->config().key].paths, path);
  }
  by_path_.set(path, session);
  Entry& entry = sessions_[session.config().key];
  entry.paths.push_back(path);
  if (entry.paths.size() > rtc::kMaxIcePaths) {
    // Ours may be older than what the transport remembers; never the selected one.
    auto oldest = entry.paths.begin();
    if (session.transport().selected_path() == *oldest) ++oldest;
    by_path_.erase(*oldest);
    entry.paths.erase(oldest);
  }
}

void Engine::forget_paths(Entry& entry) {
  for (const rtc::Path& path : entry.paths) by_path_.erase(path);
  entry.paths.clear();
}

void Engine::forget_path(const rtc::Path& path, Instant now) {
  Session* const holder = by_path_.find(path);
  if (holder == nullptr) return;
  Session& session = *holder;
  by_path_.erase(path);
  std::erase(sessions_[session.config().key].paths, path);
  session.forget_path(path, now);
  reap(session, now);
}

void Engine::handle_deadlines(Instant now) {
  while (TimerNode* node = context_.wheel.expire(now)) {
    auto& session = *static_cast<Session*>(node->owner);
    session.handle_deadline(now);
    reap(session, now);
  }
}

Result<std::string> Engine::trickle(SessionKey key, std::string_view text, Instant now) {
  Entry* entry = entry_of(key);
  if (entry == nullptr) return fail(ErrorKind::kNotFound, "session_unknown", "This session is over; open a new one.");
  const auto fragment = rtc::parse_sdp_fragment(text);
  if (!fragment) return std::unexpected(fragment.error());
  Session& session = *entry->session;
  if (!fragment->ice || fragment->ice == session.negotiated().remote_ice) return std::string{};
  const auto ice = fresh_credentials();
  session.restart_ice(ice, {fragment->ice.ufrag, fragment->ice.pwd}, now);
  add_ufrag(*entry, ice.ufrag, session);
  return rtc::ice_restart_fragment(session.negotiated(), answer_config(session.config(), &session.room(), ice));
}

}  // namespace visavis::sfu
