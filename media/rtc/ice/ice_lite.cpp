// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/ice/ice_lite.hpp"

#include <algorithm>
#include <utility>

namespace visavis::rtc {
namespace {

/// Agents with aggressive nomination put USE-CANDIDATE on every check; without this media would hop between their
/// pairs.
constexpr Micros kNominationHolds = Millis{500};
constexpr Micros kPreviousGenerationLife = Seconds{30};

}  // namespace

IceLite::IceLite(IceCredentials local, std::string remote_ufrag)
    : current_{std::move(local), std::move(remote_ufrag)} {}

void IceLite::handle(const Path& path, Bytes message, Instant now, IceSink& sink) {
  const auto stun = StunView::parse(message);
  if (!stun || !stun->is_binding(StunClass::kRequest)) {
    if (!stun || !stun->is_binding(StunClass::kIndication)) ++counters_.malformed;
    return;
  }
  const Generation* generation = generation_of(stun->username);
  if (generation == nullptr || !stun->integrity_ok(generation->local.pwd)) {
    ++counters_.unauthenticated;
    return;
  }
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  if (stun->unknown.count > 0) {
    const Bytes error = build_binding_error(*stun, StunErrorCode::kUnknownAttribute, generation->local.pwd, buffer);
    if (!error.empty()) sink.on_ice_transmit(path, error);
    return;
  }
  const Bytes answer = build_binding_success(*stun, path.remote, generation->local.pwd, buffer);
  if (answer.empty()) {
    ++counters_.malformed;  // so short that an answer would amplify it: no ICE agent sends that
    return;
  }
  const bool from_current = generation == &current_;
  sink.on_ice_transmit(path, answer);
  Known& known = remember(path, now);
  known.priority = stun->priority.value_or(0);
  if (reachability_.heard(now, false)) sink.on_ice_reachable(true);
  // A peer that believes itself controlled has no say in the choice (RFC 8445 section 7.3.1.1).
  if (stun->ice_controlling) {
    if (stun->use_candidate) {
      if (from_current) previous_.reset();
      nominate(known, now, sink);
    } else if (!selected_) {
      select(path, false, sink);
    }
  }
  if (selected_ == path) consent_ends_ = now + kConsentLife;
}

const IceLite::Generation* IceLite::generation_of(std::string_view username) const {
  const auto names = split_stun_username(username);
  if (!names) return nullptr;
  const auto matches = [&](const Generation& g) {
    return names->receiver == g.local.ufrag && names->sender == g.remote_ufrag;
  };
  if (matches(current_)) return &current_;
  return previous_ && matches(*previous_) ? &*previous_ : nullptr;
}

IceLite::Known* IceLite::find(const Path& path) {
  const auto at = std::ranges::find(known_, path, &Known::path);
  return at == known_.end() ? nullptr : &*at;
}

IceLite::Known& IceLite::remember(const Path& path, Instant now) {
  Known* known = find(path);
  if (known == nullptr && known_.size() < kMaxIcePaths) known = &known_.emplace_back();
  if (known == nullptr) {
    known = &*std::ranges::min_element(
        known_, {}, [this](const Known& k) { return selected_ == k.path ? Instant::max() : k.last_request; });
  }
  if (known->path != path) *known = {.path = path, .last_request = now, .last_nomination = Instant::min()};
  known->last_request = now;
  return *known;
}

void IceLite::nominate(Known& known, Instant now, IceSink& sink) {
  known.last_nomination = now;
  if (selected_ && nominated_ && selected_ != known.path) {
    const Known* present = find(*selected_);
    if (present != nullptr && present->priority > known.priority && present->last_nomination + kNominationHolds > now) {
      return;
    }
  }
  select(known.path, true, sink);
}

void IceLite::select(const Path& path, bool nominated, IceSink& sink) {
  nominated_ = nominated;
  if (selected_ == path) return;
  selected_ = path;
  sink.on_ice_selected(path);
}

void IceLite::heard(Instant now, bool media, IceSink& sink) {
  if (reachability_.heard(now, media)) sink.on_ice_reachable(true);
}

void IceLite::handle_deadline(Instant now, IceSink& sink) {
  if (previous_ && now >= previous_ends_) previous_.reset();
  if (reachability_.lost_now(now)) sink.on_ice_reachable(false);
  if (now >= consent_ends_) {
    consent_ends_ = kNever;
    selected_.reset();
    known_.clear();
    sink.on_ice_consent_lost();
  }
}

Instant IceLite::deadline() const {
  Instant next = std::min(reachability_.deadline(), consent_ends_);
  if (previous_) next = std::min(next, previous_ends_);
  return next;
}

void IceLite::restart(IceCredentials local, std::string remote_ufrag, Instant now) {
  previous_ = std::exchange(current_, {std::move(local), std::move(remote_ufrag)});
  previous_ends_ = now + kPreviousGenerationLife;
}

void IceLite::forget(const Path& path, IceSink& sink) {
  std::erase_if(known_, [&](const Known& known) { return known.path == path; });
  if (selected_ != path) return;
  selected_.reset();  // the consent time goes on: the peer has that long to nominate another path
  const auto next = std::ranges::max_element(known_, {}, &Known::last_request);
  if (next != known_.end()) select(next->path, false, sink);
}

bool IceLite::knows(const Path& path, Instant now) const {
  return std::ranges::any_of(known_,
                             [&](const Known& k) { return k.path == path && now - k.last_request < kConsentLife; });
}

}  // namespace visavis::rtc
