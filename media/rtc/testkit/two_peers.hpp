// SPDX-License-Identifier: Apache-2.0
// A client and a server Transport over an emulated network, in fake time: the two-peer pump of the transport's tests.
#pragma once

#include <functional>

#include "media/rtc/testkit/link.hpp"
#include "media/rtc/testkit/test_peer.hpp"

namespace visavis::rtc::testkit {

struct TwoPeersConfig {
  LinkProfile link{};  // both directions
  std::uint64_t seed = 1;
  std::optional<Fingerprint> client_expects{};  // instead of the server's fingerprint
  std::optional<Fingerprint> server_expects{};
};

class TwoPeers {
 public:
  explicit TwoPeers(const TwoPeersConfig& config = {});

  /// Advances the time, delivering datagrams and deadlines on the way.
  void run_for(Micros duration);
  /// Runs until the condition holds; false where it does not within `limit`.
  bool run_until(const std::function<bool()>& condition, Micros limit);
  /// Both ends have keys and a path.
  bool connect(Micros limit = Seconds{30});

  /// The client's address as the server sees it: another one is what a NAT's rebinding looks like.
  void rebind(const NetAddress& client_seen_as) { client_seen_as_ = client_seen_as; }
  void cut(bool is_cut) {
    to_server_.cut(is_cut);
    to_client_.cut(is_cut);
  }
  void set_link(const LinkProfile& profile) {
    to_server_.set(profile);
    to_client_.set(profile);
  }
  /// A datagram that someone sends to the server from `from`, or to the client; arrives at once.
  void inject_to_server(const NetAddress& from, Bytes datagram);
  void inject_to_client(const NetAddress& from, Bytes datagram);

  Path server_path() const { return {.socket = 1, .protocol = PathProtocol::kUdp, .remote = server_address_}; }
  Path client_path() const { return {.socket = 2, .protocol = PathProtocol::kUdp, .remote = client_seen_as_}; }

  Instant now{Seconds{1'000}};
  IceCredentials client_credentials{.ufrag = "clnt", .pwd = "client-password-0123456789"};
  IceCredentials server_credentials{.ufrag = "srvr", .pwd = "server-password-0123456789"};

 private:
  NetAddress server_address_ = address("192.0.2.1", 7000);
  NetAddress client_seen_as_ = address("198.51.100.7", 50'000);
  // What travels to the server carries its source address; what travels to the client, its destination.
  Link<NetAddress> to_server_;
  Link<NetAddress> to_client_;

 public:
  TestPeer client;
  TestPeer server;
};

}  // namespace visavis::rtc::testkit
