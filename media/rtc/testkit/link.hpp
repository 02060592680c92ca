// SPDX-License-Identifier: Apache-2.0
// One direction of a network in fake time: loses, delays, reorders and duplicates datagrams, the same way for each
// seed.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace visavis::rtc::testkit {

struct LinkProfile {
  double loss = 0;       // 0..1
  double duplicate = 0;  // 0..1, of those not lost
  double reorder = 0;    // 0..1: held back by three times the delay
  Micros delay = Millis{10};
  Micros jitter{};  // added evenly between 0 and this; overtaking happens by it too
};

/// `Tag` travels along with each datagram (a path, an index of a peer).
template <class Tag>
class Link {
 public:
  explicit Link(LinkProfile profile, std::uint64_t seed) : profile_(profile), random_(seed) {}

  void set(LinkProfile profile) { profile_ = profile; }
  /// A cut link loses everything, what is under way included.
  void cut(bool is_cut) {
    cut_ = is_cut;
    if (cut_) under_way_.clear();
  }

  void send(Tag tag, Bytes datagram, Instant now) {
    ++sent_;
    if (cut_ || chance(profile_.loss)) return;
    const int copies = chance(profile_.duplicate) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      Micros delay = profile_.delay * (chance(profile_.reorder) ? 3 : 1);
      if (profile_.jitter > Micros{0})
        delay += Micros{static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(profile_.jitter.count()))};
      under_way_.emplace(now + delay, InFlight{tag, {datagram.begin(), datagram.end()}});
    }
  }

  /// When the next datagram arrives.
  Instant next() const { return under_way_.empty() ? kNever : under_way_.begin()->first; }

  /// Hands over what has arrived by `now`, oldest first; the receiver may send meanwhile.
  template <class Receiver>
  void deliver(Instant now, Receiver&& receive) {
    while (!under_way_.empty() && under_way_.begin()->first <= now) {
      InFlight arrived = std::move(under_way_.begin()->second);
      under_way_.erase(under_way_.begin());
      receive(arrived.tag, MutableBytes(arrived.datagram));
    }
  }
  std::uint64_t sent() const { return sent_; }

 private:
  struct InFlight {
    Tag tag;
    std::vector<std::uint8_t> datagram;
  };
  bool chance(double probability) {
    return probability > 0 && static_cast<double>(random_() >> 11) * 0x1.0p-53 < probability;
  }

  LinkProfile profile_;
  std::mt19937_64 random_;
  std::multimap<Instant, InFlight> under_way_;
  std::uint64_t sent_ = 0;
  bool cut_ = false;
};

}  // namespace visavis::rtc::testkit
