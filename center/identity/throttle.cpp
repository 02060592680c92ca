// SPDX-License-Identifier: Apache-2.0
#include "center/identity/throttle.hpp"

#include <algorithm>
#include <chrono>

namespace visavis::center {
namespace {

constexpr std::size_t kMostRemembered = 20'000;
constexpr Millis kForget = std::chrono::hours{1};

std::string pair_key(std::string_view account, std::string_view address) {
  return "p " + std::string(address) + " " + std::string(account);
}
std::string account_key(std::string_view account) { return "a " + std::string(account); }
std::string address_key(std::string_view address) { return "i " + std::string(address); }

}  // namespace

Seconds SignInThrottle::wait(const std::string& key, UtcMillis now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.open_at <= now) return Seconds{0};
  return std::chrono::ceil<Seconds>(found->second.open_at - now);
}

void SignInThrottle::count(const std::string& key, const Rule& rule, UtcMillis now) {
  auto& entry = entries_[key];
  if (now - entry.last > kForget) entry.failures = 0;
  entry.last = now;
  ++entry.failures;
  if (entry.failures < rule.free) return;
  const int doublings = std::min(entry.failures - rule.free, 20);
  const auto pause = std::min<Seconds>(rule.longest, Seconds{std::int64_t{1} << doublings});
  entry.open_at = now + pause;
}

void SignInThrottle::make_room(UtcMillis now) {
  if (entries_.size() < kMostRemembered) return;
  std::erase_if(entries_, [&](const auto& e) { return now - e.second.last > kForget; });
  // Still full: somebody sprays names. What matters then are the addresses; pairs and accounts start anew.
  if (entries_.size() >= kMostRemembered)
    std::erase_if(entries_, [](const auto& e) { return !e.first.starts_with("i "); });
  if (entries_.size() >= kMostRemembered) entries_.clear();
}

Seconds SignInThrottle::admit(std::string_view account, std::string_view address, UtcMillis now) {
  const auto pair = pair_key(account, address);
  const auto of_account = account_key(account);
  const auto of_address = address_key(address);
  const auto longest = std::max({wait(pair, now), wait(of_account, now), wait(of_address, now)});
  if (longest > Seconds{0}) return longest;
  make_room(now);
  count(pair, {.free = 5, .longest = Seconds{900}}, now);
  count(of_account, {.free = 30, .longest = Seconds{60}}, now);
  count(of_address, {.free = 50, .longest = Seconds{900}}, now);
  return Seconds{0};
}

void SignInThrottle::succeeded(std::string_view account, std::string_view address) {
  entries_.erase(pair_key(account, address));
  entries_.erase(account_key(account));
  const auto found = entries_.find(address_key(address));
  if (found == entries_.end()) return;
  if (--found->second.failures <= 0) entries_.erase(found);
}

}  // namespace visavis::center
