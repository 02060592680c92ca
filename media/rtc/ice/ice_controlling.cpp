// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/ice/ice_controlling.hpp"

#include <algorithm>
#include <utility>

namespace visavis::rtc {
namespace {

constexpr Micros kPacing = Millis{20};       // between the first checks of two pairs
constexpr Micros kFirstRetry = Millis{100};  // doubling
constexpr Micros kSlowestRetry = Millis{1600};
constexpr Micros kConsentInterval = Millis{2500};
constexpr Micros kHurriedInterval = Millis{500};  // after a consent check without answer
constexpr Micros kBetterPairWait = Millis{50};    // for a pair of more priority to answer too
constexpr Micros kPathDead = Seconds{5};
constexpr std::size_t kNomineeTries = 10;

/// What our own address would get as a candidate the peer learns (RFC 8445 section 5.1.2.1); UDP before TCP.
constexpr std::uint32_t own_priority(PathProtocol protocol) {
  const std::uint32_t local_preference = protocol == PathProtocol::kUdp ? 65'535 : 8'191;
  return (110U << 24) | (local_preference << 8) | 255U;
}

std::uint64_t mix(std::uint64_t z) {  // splitmix64
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

IceControlling::IceControlling(IceCredentials local, IceCredentials remote, std::uint64_t seed)
    : local_(std::move(local)), remote_(std::move(remote)), random_state_(seed) {
  username_ = remote_.ufrag + ":" + local_.ufrag;
  tie_breaker_ = random();
}

std::uint64_t IceControlling::random() { return mix(random_state_ += 0x9E3779B97F4A7C15ULL); }

void IceControlling::add_candidate(const Path& path, std::uint32_t priority, Instant now) {
  if (find(path) != nullptr || pairs_.size() >= kMaxIcePaths) return;
  Pair pair;
  pair.path = path;
  pair.priority = priority;
  pair.next_check = now + kPacing * static_cast<int>(pairs_.size());
  pairs_.push_back(pair);
}

void IceControlling::handle(const Path& path, Bytes message, Instant now, IceSink& sink) {
  const auto stun = StunView::parse(message);
  if (!stun || stun->method != kStunBinding || stun->message_class == StunClass::kRequest) {
    ++counters_.malformed;  // a lite peer sends no requests
    return;
  }
  if (stun->message_class == StunClass::kIndication) return;
  Pair* pair = find(path);
  const Check* check = nullptr;
  if (pair != nullptr) {
    const std::size_t known = std::min(pair->sent, pair->recent.size());
    const auto at = std::find_if(pair->recent.begin(), pair->recent.begin() + static_cast<std::ptrdiff_t>(known),
                                 [&](const Check& c) { return c.transaction == stun->transaction; });
    if (at != pair->recent.begin() + static_cast<std::ptrdiff_t>(known)) check = &*at;
  }
  if (check == nullptr || !stun->integrity_ok(remote_.pwd)) {
    ++counters_.unauthenticated;
    return;
  }
  if (stun->message_class == StunClass::kError) return;  // the schedule tries again
  succeed(*pair, check->nominating, now, sink);
}

void IceControlling::succeed(Pair& pair, bool nominating, Instant now, IceSink& sink) {
  pair.valid = true;
  pair.unanswered = 0;
  pair.last_success = now;
  schedule(pair, now);
  if (reachability_.heard(now, false)) sink.on_ice_reachable(true);
  if (nominating && nominee_ == pair.path) {
    nominee_.reset();
    if (selected_ != pair.path) {
      selected_ = pair.path;
      sink.on_ice_selected(pair.path);
    }
  }
  if (selected_ == pair.path) consent_ends_ = now + kConsentLife;
  if (!settled() && !nominee_ && choose_at_ == kNever) choose_at_ = now + kBetterPairWait;
}

/// Whether the selected pair was nominated under the present credentials.
bool IceControlling::settled() const {
  const Pair* pair = selected_ ? find(*selected_) : nullptr;
  return pair != nullptr && pair->valid;
}

void IceControlling::choose(Instant now, IceSink& sink) {
  choose_at_ = kNever;
  Pair* best = nullptr;
  for (Pair& pair : pairs_) {
    const bool alive = pair.valid && pair.last_success && now - *pair.last_success < kPathDead;
    if (alive && (best == nullptr || pair.priority > best->priority)) best = &pair;
  }
  if (best == nullptr) return;
  nominee_ = best->path;
  send_check(*best, now, sink);
}

void IceControlling::send_check(Pair& pair, Instant now, IceSink& sink) {
  // The selected pair's consent checks nominate it again, so that a lite peer follows when a NAT gives it a new
  // address.
  Check& check = pair.recent[pair.sent++ % pair.recent.size()];
  check.nominating = nominee_ == pair.path || (selected_ == pair.path && !nominee_);
  store_be64(check.transaction.data(), random());
  store_be32(check.transaction.data() + 8, static_cast<std::uint32_t>(random()));
  ++pair.unanswered;
  schedule(pair, now);
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  const Bytes request = build_binding_request({.transaction = check.transaction,
                                               .username = username_,
                                               .password = remote_.pwd,
                                               .priority = own_priority(pair.path.protocol),
                                               .tie_breaker = tie_breaker_,
                                               .controlling = true,
                                               .use_candidate = check.nominating},
                                              buffer);
  if (!request.empty()) sink.on_ice_transmit(pair.path, request);
}

void IceControlling::schedule(Pair& pair, Instant now) {
  if (pair.valid && pair.unanswered <= 1 && nominee_ != pair.path) {
    // RFC 7675 section 5.1: a random factor of 0.8 to 1.2, so that checks of many clients do not march in step.
    const auto thousandths = 800 + static_cast<std::int64_t>(random() % 401);
    pair.next_check = now + kConsentInterval * thousandths / 1000;
  } else if (pair.valid) {
    pair.next_check = now + (nominee_ == pair.path ? kFirstRetry : kHurriedInterval);
  } else {
    pair.next_check = now + std::min(kFirstRetry * (1 << std::min<std::size_t>(pair.unanswered, 4)), kSlowestRetry);
  }
}

void IceControlling::heard(Instant now, bool media, IceSink& sink) {
  if (reachability_.heard(now, media)) sink.on_ice_reachable(true);
}

void IceControlling::handle_deadline(Instant now, IceSink& sink) {
  if (now >= choose_at_) choose(now, sink);
  for (Pair& pair : pairs_) {
    if (now >= pair.next_check) send_check(pair, now, sink);
  }
  replace_dead(now, sink);
  if (reachability_.lost_now(now)) sink.on_ice_reachable(false);
  if (now >= consent_ends_) {
    consent_ends_ = kNever;
    selected_.reset();
    sink.on_ice_consent_lost();
  }
}

/// A nominee that stays silent, or a selected pair that died, makes room for another that answers.
void IceControlling::replace_dead(Instant now, IceSink& sink) {
  if (Pair* nominee = nominee_ ? find(*nominee_) : nullptr; nominee != nullptr && nominee->unanswered > kNomineeTries) {
    nominee->valid = false;
    nominee_.reset();
    choose(now, sink);
    return;
  }
  const Pair* present = selected_ ? find(*selected_) : nullptr;
  const bool dead = present != nullptr && present->last_success && now - *present->last_success >= kPathDead;
  if (dead && !nominee_ && choose_at_ == kNever) choose(now, sink);
}

Instant IceControlling::deadline() const {
  Instant next = std::min(choose_at_, reachability_.deadline());
  for (const Pair& pair : pairs_) next = std::min(next, pair.next_check);
  return std::min(next, consent_ends_);
}

void IceControlling::restart(IceCredentials local, IceCredentials remote, Instant now) {
  local_ = std::move(local);
  remote_ = std::move(remote);
  username_ = remote_.ufrag + ":" + local_.ufrag;
  nominee_.reset();
  choose_at_ = kNever;
  int order = 0;
  for (Pair& pair : pairs_) {
    pair.valid = false;
    pair.sent = 0;
    pair.unanswered = 0;
    pair.next_check = now + kPacing * order++;
  }
}

void IceControlling::forget(const Path& path, Instant now) {
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.path == path; });
  if (nominee_ == path) nominee_.reset();
  if (selected_ == path) selected_.reset();
  if (!settled() && !nominee_) choose_at_ = now;
}

IceControlling::Pair* IceControlling::find(const Path& path) {
  const auto at = std::ranges::find(pairs_, path, &Pair::path);
  return at == pairs_.end() ? nullptr : &*at;
}
const IceControlling::Pair* IceControlling::find(const Path& path) const {
  const auto at = std::ranges::find(pairs_, path, &Pair::path);
  return at == pairs_.end() ? nullptr : &*at;
}

bool IceControlling::knows(const Path& path, Instant now) const {
  const Pair* pair = find(path);
  return pair != nullptr && pair->last_success && now - *pair->last_success < kConsentLife;
}

}  // namespace visavis::rtc
