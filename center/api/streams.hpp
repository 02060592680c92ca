// SPDX-License-Identifier: Apache-2.0
// What the server has to say to one person, as a numbered sequence that outlives the connection it is sent over: after
// a drop the client names the last number it has seen and gets the rest. Control thread; time is given.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace visavis::center {

/// Whom a message is for: the customer of a contact, or an agent.
struct Recipient {
  enum class Kind : std::uint8_t { kCustomer, kAgent };
  Kind kind = Kind::kCustomer;
  std::string id;  // contact id or user id
  friend auto operator<=>(const Recipient&, const Recipient&) = default;

  static Recipient customer(std::string contact_id) { return {Kind::kCustomer, std::move(contact_id)}; }
  static Recipient agent(std::string user_id) { return {Kind::kAgent, std::move(user_id)}; }
};

/// The part of a WebSocket that streams need.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void send(std::string_view text) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

inline constexpr std::uint16_t kCloseBadMessage = 4400, kCloseInvalid = 4401, kCloseHelloLate = 4408,
                               kCloseSuperseded = 4409, kCloseTooLarge = 4413;

/// {"type":…,"id":…,"ts":…,"seq":…,"re":…,"data":…}; `data` is JSON already.
std::string envelope(std::string_view type, std::string_view data, UtcMillis now, std::uint64_t seq,
                     std::string_view re = {});

/// One numbered sequence. Keeps the last messages until they are acknowledged or too many.
class Stream {
 public:
  static constexpr std::size_t kMaxMessages = 1'000;
  static constexpr std::size_t kMaxBytes = 2 * 1024 * 1024;

  explicit Stream(std::string token) : token_(std::move(token)) {}
  const std::string& token() const { return token_; }
  std::uint64_t last_seq() const { return last_seq_; }
  /// Numbers the message and keeps it; the text to send.
  const std::string& push(std::string_view type, std::string_view data, UtcMillis now, std::string_view re = {});
  /// What came after `seq`; nothing where some of it is no longer kept, or `seq` was never sent.
  std::optional<std::vector<std::string_view>> since(std::uint64_t seq) const;
  void acknowledge(std::uint64_t seq);
  std::size_t kept() const { return kept_.size(); }

 private:
  void forget_first();
  std::string token_;
  std::uint64_t last_seq_ = 0;
  std::size_t bytes_ = 0;
  std::deque<std::string> kept_;  // the last is last_seq_
};

/// All streams: one per person, one connection each at a time.
class Streams {
 public:
  static constexpr Millis kKeepWithoutWire{120'000};

  /// Lets `wire` speak for the person from now on and says `welcome`. A connection that did so until now is told that
  /// it is superseded. True where the stream goes on (what was missed has been sent); otherwise a snapshot is due.
  bool attach(const Recipient& who, std::shared_ptr<Wire> wire, const std::string& resume, std::uint64_t last_seq,
              UtcMillis now);
  /// The connection is gone; nothing happens where another one has taken over. True if it was the current one.
  bool detach(const Recipient& who, const Wire* wire, UtcMillis now);
  void acknowledge(const Recipient& who, std::uint64_t seq);

  /// Numbered and kept, so that it arrives even over the next connection. Dropped where the person has no stream.
  void send(const Recipient& who, std::string_view type, std::string_view data, UtcMillis now,
            std::string_view re = {});
  /// Only if connected, not kept: what is worth nothing later (typing, quality, ticks).
  void send_volatile(const Recipient& who, std::string_view type, std::string_view data, UtcMillis now);
  void tick_all(UtcMillis now);

  bool connected(const Recipient& who) const;
  /// Forgets who has been without a connection for long, and closes the person's connection with `code`.
  void expire(UtcMillis now);
  void close(const Recipient& who, std::uint16_t code, std::string_view reason);
  /// Everybody has to come back and be told afresh.
  void close_all(std::uint16_t code, std::string_view reason);
  std::size_t size() const { return streams_.size(); }
  void for_each_connected(const std::function<void(const Recipient&)>& f) const;

 private:
  struct Entry {
    Stream stream;
    std::shared_ptr<Wire> wire;
    UtcMillis lost_at;
  };
  std::map<Recipient, Entry> streams_;
};

}  // namespace visavis::center
