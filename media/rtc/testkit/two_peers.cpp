// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/testkit/two_peers.hpp"

#include <algorithm>

namespace visavis::rtc::testkit {

TwoPeers::TwoPeers(const TwoPeersConfig& config)
    : to_server_(config.link, config.seed * 2),
      to_client_(config.link, config.seed * 2 + 1),
      client({.role = TransportRole::kClient,
              .identity = client_identity(),
              .local = client_credentials,
              .remote = server_credentials,
              .peer_fingerprint = config.client_expects.value_or(server_identity()->fingerprint()),
              .seed = config.seed},
             now, [this](const Path&, Bytes datagram) { to_server_.send(client_seen_as_, datagram, now); }),
      server({.role = TransportRole::kServer,
              .identity = server_identity(),
              .local = server_credentials,
              .remote = client_credentials,
              .peer_fingerprint = config.server_expects.value_or(client_identity()->fingerprint())},
             now, [this](const Path& path, Bytes datagram) { to_client_.send(path.remote, datagram, now); }) {
  client.transport.add_remote_candidate(server_path(), 100, now);
}

bool TwoPeers::run_until(const std::function<bool()>& condition, Micros limit) {
  const Instant end = now + limit;
  while (!condition()) {
    const Instant next =
        std::min({to_server_.next(), to_client_.next(), client.transport.deadline(), server.transport.deadline()});
    if (next > end) {
      now = end;
      return false;
    }
    now = std::max(now, next);
    to_server_.deliver(now,
                       [this](const NetAddress& from, MutableBytes datagram) { inject_to_server(from, datagram); });
    to_client_.deliver(now, [this](const NetAddress& to, MutableBytes datagram) {
      if (to == client_seen_as_) inject_to_client(server_address_, datagram);
    });
    if (client.transport.deadline() <= now) client.transport.handle_deadline(now, client);
    if (server.transport.deadline() <= now) server.transport.handle_deadline(now, server);
  }
  return true;
}

void TwoPeers::run_for(Micros duration) {
  run_until([] { return false; }, duration);
}

bool TwoPeers::connect(Micros limit) {
  return run_until(
      [this] {
        return client.transport.connected() && server.transport.connected() && client.transport.selected_path() &&
               server.transport.selected_path();
      },
      limit);
}

void TwoPeers::inject_to_server(const NetAddress& from, Bytes datagram) {
  Packet copy(datagram.begin(), datagram.end());
  server.transport.handle_datagram({.socket = 2, .protocol = PathProtocol::kUdp, .remote = from}, copy, now, server);
}

void TwoPeers::inject_to_client(const NetAddress& from, Bytes datagram) {
  Packet copy(datagram.begin(), datagram.end());
  client.transport.handle_datagram({.socket = 1, .protocol = PathProtocol::kUdp, .remote = from}, copy, now, client);
}

}  // namespace visavis::rtc::testkit
