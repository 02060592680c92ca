// SPDX-License-Identifier: Apache-2.0
// Everything that can be asked of the contact centre. Names of the WebSocket commands are in kType; a command without
// one comes from REST or from connections and has no JSON form. Sizes and rights are checked by Center::handle.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "center/call/events.hpp"
#include "center/chat/events.hpp"
#include "center/consent/events.hpp"
#include "center/routing/events.hpp"

namespace visavis::center {

/// POST /public/contacts. Trusted values (priority, vip, to_user_id, practice) come only from links, agents and API
/// keys.
struct OpenContact {
  std::string contact_id;  // new ids, made by the caller
  std::string participant_id;
  std::string queue_id;
  Channel channel = Channel::kChat;
  std::string language;
  std::string name;
  Attributes attributes;
  std::vector<consent::Recorded> consents;
  std::string link_id;
  std::string to_user_id;  // ask this agent first (link to_me); with practice: only this agent
  bool practice = false;
  int priority = 0;  // added to the queue's
  bool vip = false;
};

/// The WebSocket of the contact's customer stands, or has gone. Idempotent.
struct CustomerConnected {
  std::string contact_id;
};
struct CustomerLost {
  std::string contact_id;
};
/// The agent has at least one WebSocket, or has lost the last one. Idempotent.
struct AgentConnected {
  std::string user_id;
};
struct AgentLost {
  std::string user_id;
};
/// They may not come in again: everybody they speak with is queued at once, without a time of grace.
struct AgentDismissed {
  std::string user_id;
};
struct StoreCheck {
  std::string contact_id;
  std::string result;  // JSON text ≤ 8 KiB
};

struct SetAgentState {
  static constexpr std::string_view kType = "agent.state";
  routing::AgentState state = routing::AgentState::kOffline;
  std::string reason;
  static void fields(auto& self, auto&& f) {
    f("state", self.state);
    f("reason", self.reason);
  }
};

struct AcceptOffer {
  static constexpr std::string_view kType = "offer.accept";
  std::string contact_id;
  static void fields(auto& self, auto&& f) { f("contact_id", self.contact_id); }
};

struct DeclineOffer {
  static constexpr std::string_view kType = "offer.decline";
  std::string contact_id;
  std::string reason;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("reason", self.reason);
  }
};

/// By whoever rings a colleague, for a transfer or as a third person, and no longer wants to.
struct CancelOffer {
  static constexpr std::string_view kType = "offer.cancel";
  std::string contact_id;
  static void fields(auto& self, auto&& f) { f("contact_id", self.contact_id); }
};

struct TakeContact {
  static constexpr std::string_view kType = "contact.take";
  std::string contact_id;
  static void fields(auto& self, auto&& f) { f("contact_id", self.contact_id); }
};

struct SetHold {
  static constexpr std::string_view kType = "contact.hold";
  std::string contact_id;
  bool on = false;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("on", self.on);
  }
};

struct TransferTarget {
  std::string queue_id;  // exactly one of the two
  std::string user_id;
  static void fields(auto& self, auto&& f) {
    f("queue_id", self.queue_id);
    f("user_id", self.user_id);
  }
};

/// To an agent: rings them; the present agent stays until they accept, then goes to wrap-up. To a queue: the present
/// agents leave at once and go to wrap-up, the customer waits in the new queue with the time already waited.
struct TransferContact {
  static constexpr std::string_view kType = "contact.transfer";
  std::string contact_id;
  TransferTarget to;
  std::string note;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("to", self.to);
    f("note", self.note);
  }
};

struct AddPerson {
  static constexpr std::string_view kType = "contact.add";
  std::string contact_id;
  std::string user_id;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("user_id", self.user_id);
  }
};

/// By the agent: the contact is over for everybody. By a guest: the guest leaves.
struct EndContact {
  static constexpr std::string_view kType = "contact.end";
  std::string contact_id;
  std::string reason;  // empty or "abuse"
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("reason", self.reason);
  }
};

/// By the customer: hangs up, or gives up waiting. By an agent: leaves; the contact goes on if another agent is in it.
struct LeaveContact {
  static constexpr std::string_view kType = "contact.leave";
  std::string contact_id;
  static void fields(auto& self, auto&& f) { f("contact_id", self.contact_id); }
};

struct RaiseChannel {
  static constexpr std::string_view kType = "contact.raise";
  std::string contact_id;
  Channel channel = Channel::kAudio;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("channel", self.channel);
  }
};

struct AnswerRaise {
  static constexpr std::string_view kType = "contact.raise.answer";
  std::string contact_id;
  bool accept = false;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("accept", self.accept);
  }
};

struct SetMedia {
  static constexpr std::string_view kType = "media.state";
  std::string contact_id;
  call::Media audio = call::Media::kNone;
  call::Media video = call::Media::kNone;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("audio", self.audio);
    f("video", self.video);
  }
};

/// Text or a file. The caller looks file_id up (same contact only) and fills `file`; handle refuses a file_id without
/// it.
struct SendChat {
  static constexpr std::string_view kType = "chat.send";
  std::string contact_id;
  std::string text;
  std::string file_id;
  std::optional<chat::File> file;  // not from the client
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("text", self.text);
    f("file_id", self.file_id);
  }
};

struct RateContact {
  static constexpr std::string_view kType = "contact.rate";
  std::string contact_id;
  int stars = 0;
  std::optional<bool> solved;
  std::string comment;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("stars", self.stars);
    f("solved", self.solved);
    f("comment", self.comment);
  }
};

struct SetConsent {
  static constexpr std::string_view kType = "consent.set";
  std::string contact_id;
  Purpose purpose = Purpose::kRecording;
  int version = 0;
  bool granted = false;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("purpose", self.purpose);
    f("version", self.version);
    f("granted", self.granted);
  }
};

struct ExtendWrapup {
  static constexpr std::string_view kType = "wrapup.extend";
  std::string contact_id;
  static void fields(auto& self, auto&& f) { f("contact_id", self.contact_id); }
};

struct CompleteWrapup {
  static constexpr std::string_view kType = "wrapup.complete";
  std::string contact_id;
  std::string disposition;
  std::optional<bool> resolved;
  std::string note;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("disposition", self.disposition);
    f("resolved", self.resolved);
    f("note", self.note);
  }
};

using Command = std::variant<OpenContact, CustomerConnected, CustomerLost, AgentConnected, AgentLost, AgentDismissed,
                             StoreCheck, SetAgentState, AcceptOffer, DeclineOffer, CancelOffer, TakeContact, SetHold,
                             TransferContact, AddPerson, EndContact, LeaveContact, RaiseChannel, AnswerRaise, SetMedia,
                             SendChat, RateContact, SetConsent, ExtendWrapup, CompleteWrapup>;

/// Who asks, when, and where new ids come from. Connection commands may come from Actor::system().
struct Context {
  std::string tenant_id;
  Actor actor;
  UtcMillis now;
  IdSource* ids = nullptr;  // never null in handle
};

}  // namespace visavis::center
