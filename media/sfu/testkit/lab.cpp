// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/testkit/lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "base/check.hpp"

namespace visavis::sfu::testkit {

void expect_continuous(const std::vector<Received>& packets) {
  for (std::size_t i = 1; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].header.sequence, static_cast<std::uint16_t>(packets[i - 1].header.sequence + 1)) << "at " << i;
    ASSERT_TRUE(rtc::is_newer(packets[i].header.timestamp, packets[i - 1].header.timestamp)) << "at " << i;
  }
}

Lab::Lab(rtc::testkit::LinkProfile link, std::uint64_t seed) : profile_(link), seed_(seed) {
  EngineConfig config;
  config.identity = rtc::testkit::server_identity();
  config.udp_candidates = {server_};
  config.seed = seed;
  engine_ = std::make_unique<Engine>(config, *this, now);
}

Client& Lab::add(const ClientConfig& config) {
  const auto index = static_cast<std::uint16_t>(wires_.size());
  const auto address = rtc::testkit::address("198.51.100.7", static_cast<std::uint16_t>(20'000 + index));
  const auto seed = seed_ * 1'000 + 2U * index;
  auto wire = std::make_unique<Wire>(Wire{nullptr, address, rtc::testkit::Link<rtc::NetAddress>(profile_, seed),
                                          rtc::testkit::Link<rtc::NetAddress>(profile_, seed + 1)});
  Wire* const raw = wire.get();
  wire->client = std::make_unique<Client>(
      config, [this, raw](const rtc::Path&, Bytes datagram) { raw->to_server.send(raw->address, datagram, now); });
  wires_.push_back(std::move(wire));
  return *raw->client;
}

Result<std::string> Lab::open(Client& client, const SessionConfig& session, RoomKey room) {
  const std::string offer = client.offer();
  OpenRequest request;
  request.session = session;
  request.room = room;
  request.offer = offer;
  return engine_->open_session(request, now);
}

Client& Lab::join(const ClientConfig& config, RoomKey room, SessionConfig session) {
  Client& client = add(config);
  if (session.key == 0) session.key = config.id;
  if (session.participant == 0) session.participant = config.id;
  const auto answer = open(client, session, room);
  CHECK(answer.has_value());
  client.accept(*answer, now, server_path());
  CHECK(run_until([&] { return client.connected() && std::ranges::count(connected, session.key) > 0; }));
  return client;
}

void Lab::run_for(Micros duration) {
  const Instant end = now + duration;
  while (next() <= end) step();
  now = end;
}

bool Lab::run_until(const std::function<bool()>& condition, Micros limit) {
  const Instant end = now + limit;
  while (!condition()) {
    if (next() > end) return false;
    step();
  }
  return true;
}

void Lab::talk(Micros duration, const std::vector<Client*>& who) {
  const Instant end = now + duration;
  std::map<Client*, std::size_t> asked;
  for (Client* client : who) asked[client] = client->plis();
  for (int tick = 0; now < end; ++tick) {
    for (Client* client : who) {
      client->send_audio();
      if (tick % 2 != 0) continue;
      const std::size_t plis = client->plis();
      client->send_video(tick == 0 || plis != asked[client]);
      asked[client] = plis;
    }
    run_for(Millis{20});
  }
}

Instant Lab::next() const {
  Instant at = engine_->deadline();
  for (const auto& wire : wires_) {
    at = std::min({at, wire->to_server.next(), wire->to_client.next(), wire->client->deadline()});
  }
  return at;
}

void Lab::step() {
  now = std::max(now, next());
  for (const auto& wire : wires_) {
    wire->to_server.deliver(now, [&](const rtc::NetAddress& from, MutableBytes datagram) { inject(from, datagram); });
    wire->to_client.deliver(now, [&](const rtc::NetAddress&, MutableBytes datagram) {
      wire->client->receive(server_path(), datagram, now);
    });
    if (wire->client->deadline() <= now) wire->client->handle_deadline(now);
  }
  engine_->handle_deadlines(now);
}

void Lab::inject(const rtc::NetAddress& from, Bytes datagram) {
  rtc::PacketRef buffer = pool_.take();
  CHECK(buffer && datagram.size() <= rtc::PacketBuffer::kCapacity);
  std::memcpy(buffer->data, datagram.data(), datagram.size());
  buffer->size = static_cast<std::uint16_t>(datagram.size());
  engine_->handle_datagram({0, rtc::PathProtocol::kUdp, from}, buffer, now);
}

void Lab::commit(const rtc::Path& path, std::size_t size) {
  if (deaf_) return;
  if (on_sent) on_sent(path.remote);
  for (const auto& wire : wires_) {
    if (wire->address == path.remote) wire->to_client.send(path.remote, Bytes{scratch_}.first(size), now);
  }
}

void Lab::on_stats(SessionKey session, Micros round_trip, std::span<const TrackReport> tracks) {
  stats.push_back({session, round_trip, {tracks.begin(), tracks.end()}});
}

Lab::Wire& Lab::wire_of(const Client& client) {
  for (const auto& wire : wires_) {
    if (wire->client.get() == &client) return *wire;
  }
  CHECK(false);
}
const Lab::Wire& Lab::wire_of(const Client& client) const { return const_cast<Lab*>(this)->wire_of(client); }

rtc::NetAddress Lab::address_of(const Client& client) const { return wire_of(client).address; }

void Lab::set_link(const rtc::testkit::LinkProfile& link) {
  for (const auto& wire : wires_) {
    wire->to_server.set(link);
    wire->to_client.set(link);
  }
}

void Lab::cut(const Client& client, bool is_cut) {
  wire_of(client).to_server.cut(is_cut);
  wire_of(client).to_client.cut(is_cut);
}

}  // namespace visavis::sfu::testkit
