// SPDX-License-Identifier: Apache-2.0
// The server's ICE agent: lite (RFC 8445 section 2.5), always controlled. It never sends a check: it answers
// authenticated Binding requests, learns paths from them and from nothing else, and takes USE-CANDIDATE for the choice
// of path.
#pragma once

#include <optional>
#include <vector>

#include "media/rtc/ice/ice.hpp"
#include "media/rtc/ice/reachability.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::rtc {

class IceLite {
 public:
  /// `remote_ufrag` from the peer's SDP; the peer's password is not needed, since we send no checks.
  IceLite(IceCredentials local, std::string remote_ufrag);

  /// A STUN message that arrived on `path`. Whatever is not an authenticated Binding request is counted and not
  /// answered.
  void handle(const Path& path, Bytes message, Instant now, IceSink& sink);
  void handle_deadline(Instant now, IceSink& sink);
  Instant deadline() const;

  /// An authentic SRTP (`media`) or SRTCP packet came: the peer lives, though consent is not renewed by it.
  void heard(Instant now, bool media, IceSink& sink);
  /// New credentials (RFC 8445 section 9). The old ones stay good until the new ones selected a path, 30 s at most.
  void restart(IceCredentials local, std::string remote_ufrag, Instant now);
  /// A TCP connection closed: its path is gone; the one that was checked last takes its place.
  void forget(const Path& path, IceSink& sink);

  /// Whether an authenticated check came from `path` within the consent time: only then is anything else from it read.
  bool knows(const Path& path, Instant now) const;
  /// Where to send, while there is consent: the nominated path, or before any nomination the first that was checked.
  const std::optional<Path>& selected() const { return selected_; }
  const IceCredentials& local() const { return current_.local; }
  const IceCounters& counters() const { return counters_; }

 private:
  struct Generation {
    IceCredentials local;
    std::string remote_ufrag;
  };
  struct Known {
    Path path;
    Instant last_request;
    Instant last_nomination;
    std::uint32_t priority = 0;
  };

  const Generation* generation_of(std::string_view username) const;
  Known* find(const Path& path);
  Known& remember(const Path& path, Instant now);
  void nominate(Known& known, Instant now, IceSink& sink);
  void select(const Path& path, bool nominated, IceSink& sink);

  Generation current_;
  std::optional<Generation> previous_;
  Instant previous_ends_ = kNever;
  std::vector<Known> known_;
  std::optional<Path> selected_;
  bool nominated_ = false;  // selected_ by USE-CANDIDATE, not just for want of one
  Instant consent_ends_ = kNever;
  Reachability reachability_;
  IceCounters counters_;
};

}  // namespace visavis::rtc
