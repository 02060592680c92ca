// SPDX-License-Identifier: Apache-2.0
#include "center/api/streams.hpp"

#include <boost/json.hpp>

#include "base/ids.hpp"

namespace visavis::center {
namespace json = boost::json;

std::string envelope(std::string_view type, std::string_view data, UtcMillis now, std::uint64_t seq,
                     std::string_view re) {
  const auto number = std::to_string(seq);
  std::string out = "{\"type\":\"";
  out.append(type).append("\",\"id\":\"").append(number).append("\",\"ts\":").append(std::to_string(now.value));
  out.append(",\"seq\":").append(number);
  if (!re.empty()) out.append(",\"re\":").append(json::serialize(json::string(re)));
  return out.append(",\"data\":").append(data).append("}");
}

const std::string& Stream::push(std::string_view type, std::string_view data, UtcMillis now, std::string_view re) {
  kept_.push_back(envelope(type, data, now, ++last_seq_, re));
  bytes_ += kept_.back().size();
  while (kept_.size() > 1 && (kept_.size() > kMaxMessages || bytes_ > kMaxBytes)) forget_first();
  return kept_.back();
}

void Stream::forget_first() {
  bytes_ -= kept_.front().size();
  kept_.pop_front();
}

std::optional<std::vector<std::string_view>> Stream::since(std::uint64_t seq) const {
  if (seq > last_seq_ || last_seq_ - seq > kept_.size()) return std::nullopt;
  return std::vector<std::string_view>(kept_.end() - static_cast<std::ptrdiff_t>(last_seq_ - seq), kept_.end());
}

void Stream::acknowledge(std::uint64_t seq) {
  while (!kept_.empty() && last_seq_ - kept_.size() + 1 <= seq) forget_first();
}

bool Streams::attach(const Recipient& who, std::shared_ptr<Wire> wire, const std::string& resume,
                     std::uint64_t last_seq, UtcMillis now) {
  auto it = streams_.find(who);
  if (it != streams_.end() && it->second.wire) {
    it->second.wire->send(envelope("superseded", "{}", now, it->second.stream.last_seq()));
    it->second.wire->close(kCloseSuperseded, "another tab has the call");
    it->second.wire = nullptr;
  }
  const bool known = it != streams_.end() && !resume.empty() && it->second.stream.token() == resume;
  const bool resumed = known && it->second.stream.since(last_seq).has_value();
  if (!resumed) it = streams_.insert_or_assign(who, Entry{Stream(random_token(16)), nullptr, {}}).first;
  auto& entry = it->second;
  entry.wire = std::move(wire);
  const json::object welcome{{"resume", entry.stream.token()}, {"resumed", resumed}, {"server_time", now.value}};
  entry.wire->send(envelope("welcome", json::serialize(welcome), now, resumed ? last_seq : 0));
  if (resumed) {
    const auto missed = entry.stream.since(last_seq);
    for (const auto text : *missed) entry.wire->send(text);
  }
  return resumed;
}

bool Streams::detach(const Recipient& who, const Wire* wire, UtcMillis now) {
  const auto it = streams_.find(who);
  if (it == streams_.end() || it->second.wire.get() != wire) return false;
  it->second.wire = nullptr;
  it->second.lost_at = now;
  return true;
}

void Streams::acknowledge(const Recipient& who, std::uint64_t seq) {
  if (const auto it = streams_.find(who); it != streams_.end()) it->second.stream.acknowledge(seq);
}

void Streams::send(const Recipient& who, std::string_view type, std::string_view data, UtcMillis now,
                   std::string_view re) {
  const auto it = streams_.find(who);
  if (it == streams_.end()) return;
  const auto& text = it->second.stream.push(type, data, now, re);
  if (it->second.wire) it->second.wire->send(text);
}

void Streams::send_volatile(const Recipient& who, std::string_view type, std::string_view data, UtcMillis now) {
  const auto it = streams_.find(who);
  if (it == streams_.end() || !it->second.wire) return;
  it->second.wire->send(envelope(type, data, now, it->second.stream.last_seq()));
}

void Streams::tick_all(UtcMillis now) {
  const std::string data = "{\"server_time\":" + std::to_string(now.value) + "}";
  for (auto& [who, entry] : streams_) {
    if (entry.wire) entry.wire->send(envelope("tick", data, now, entry.stream.last_seq()));
  }
}

bool Streams::connected(const Recipient& who) const {
  const auto it = streams_.find(who);
  return it != streams_.end() && it->second.wire;
}

void Streams::expire(UtcMillis now) {
  std::erase_if(streams_, [&](const auto& s) { return !s.second.wire && s.second.lost_at + kKeepWithoutWire <= now; });
}

void Streams::close(const Recipient& who, std::uint16_t code, std::string_view reason) {
  if (const auto it = streams_.find(who); it != streams_.end() && it->second.wire) it->second.wire->close(code, reason);
}

void Streams::close_all(std::uint16_t code, std::string_view reason) {
  const auto all = std::exchange(streams_, {});
  for (const auto& [who, entry] : all) {
    if (entry.wire) entry.wire->close(code, reason);
  }
}

void Streams::for_each_connected(const std::function<void(const Recipient&)>& f) const {
  for (const auto& [who, entry] : streams_) {
    if (entry.wire) f(who);
  }
}

}  // namespace visavis::center
