// SPDX-License-Identifier: Apache-2.0
#include "center/api/ws_session.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "center/api/bodies.hpp"
#include "center/api/json_read.hpp"
#include "center/api/publisher.hpp"
#include "center/api/views.hpp"
#include "center/core/json.hpp"

namespace visavis::center {
namespace json = boost::json;

namespace {

constexpr Millis kHelloWithin{5'000};
constexpr std::size_t kMaxMessage = 64 * 1024;
constexpr std::size_t kMaxOffer = 256 * 1024;
constexpr unsigned kMaxBadMessages = 5;
constexpr std::size_t kMaxTracksShown = 16;
constexpr std::int64_t kMaxHeightShown = 10'000;
constexpr std::size_t kMaxMid = 32;

class SocketWire : public Wire {
 public:
  explicit SocketWire(std::shared_ptr<http::WebSocket> socket) : socket_(std::move(socket)) {}
  void send(std::string_view text) override { socket_->send(text); }
  void close(std::uint16_t code, std::string_view reason) override { socket_->close(code, reason); }

 private:
  std::shared_ptr<http::WebSocket> socket_;
};

json::object error_json(const Error& error) {
  json::object out{{"code", error.code}, {"message", error.message}};
  if (error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kThrottled) out["retry"] = true;
  return out;
}

}  // namespace

void add_websocket(http::Router& router, Service& service) {
  http::WsOptions options;
  options.subprotocol = "visavis.v1";
  options.limits.message_bytes = kMaxOffer;
  router.add_websocket(
      "/v1/ws",
      [&service](std::shared_ptr<http::WebSocket> socket, const http::Request& request) {
        auto session = std::make_shared<WsSession>(service, std::move(socket));
        session->open(request.query_value("ticket").value_or(""));
        return http::WsCallbacks{.on_message = [session](const std::string& text) { session->on_message(text); },
                                 .on_close = [session] { session->on_close(); }};
      },
      std::move(options));
}

WsSession::WsSession(Service& service, std::shared_ptr<http::WebSocket> socket)
    : service_(service), socket_(std::move(socket)), wire_(std::make_shared<SocketWire>(socket_)) {}

void WsSession::open(std::string_view ticket) {
  if (service_.reading_again()) {
    read_again();
    return;
  }
  const auto holder = service_.tickets().redeem(ticket, service_.now());
  if (!holder || !identify(*holder)) {
    socket_->close(kCloseInvalid, "ticket not valid");
    return;
  }
  hello_timer_ = service_.ports().loop->after(kHelloWithin, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->hello_timer_ = 0;
    if (!self->greeted_) self->socket_->close(kCloseHelloLate, "hello expected within 5 s");
  });
}

void WsSession::read_again() { socket_->close(1012, "state is being read again"); }

bool WsSession::identify(const TicketHolder& holder) {
  if (!holder.contact_id.empty()) {
    const auto* desk = service_.desk(holder.tenant_id);
    if (!desk || !desk->contact(holder.contact_id)) return false;
    speaker_ = Speaker{holder.tenant_id, Recipient::customer(holder.contact_id), Actor::customer(holder.contact_id)};
    return true;
  }
  if (!service_.directory().user(holder.user_id)) return false;
  // Signed out since the ticket was given.
  if (!service_.ports().sessions->holds(holder.session_hash, service_.now())) return false;
  speaker_ = Speaker{holder.tenant_id, Recipient::agent(holder.user_id), Actor::agent(holder.user_id)};
  return true;
}

void WsSession::on_message(const std::string& text) {
  if (!speaker_) return;
  auto message = parse_client_message(text);
  if (text.size() > kMaxMessage && (!message || message->type != "media.offer")) {
    socket_->close(kCloseTooLarge, "Send messages of at most 64 KiB; media.offer may have 256 KiB.");
    return;
  }
  if (!message) {
    refuse_message(message.error().code, message.error().message, {});
    return;
  }
  if (!greeted_) {
    if (message->type != "hello") {
      socket_->close(kCloseInvalid, "hello expected first");
      return;
    }
    hello(*message);
    return;
  }
  service_.streams().acknowledge(speaker_->who, message->seq);
  command(std::move(*message));
}

/// The call goes on after a slip; somebody who sends nothing but nonsense is sent away.
void WsSession::refuse_message(const std::string& code, const std::string& message, std::string_view re) {
  const auto data = json::serialize(error_json({ErrorKind::kInvalid, code, message}));
  wire_->send(envelope("error", data, service_.now(), 0, re));
  if (++bad_messages_ >= kMaxBadMessages) socket_->close(kCloseBadMessage, "too many bad messages");
}

void WsSession::hello(const ClientMessage& message) {
  const auto* client = message.data.if_contains("client");
  const auto kind = client && client->is_object() ? string_in(client->get_object(), "kind") : "";
  if (kind != (speaker_->who.kind == Recipient::Kind::kCustomer ? "customer" : "agent")) {
    socket_->close(kCloseInvalid, "client.kind does not fit the ticket");
    return;
  }
  std::uint64_t last_seq = 0;
  if (const auto* seq = message.data.if_contains("last_seq")) {
    last_seq = static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole_number(*seq).value_or(0)));
  }
  if (service_.reading_again()) {
    read_again();
    return;
  }
  greeted_ = true;
  service_.connected(*speaker_);
  service_.control().after_commits(
      [self = shared_from_this(), resume = string_in(message.data, "resume"), last_seq,
       snapshot = service_.snapshot(*speaker_)] { self->attach(resume, last_seq, snapshot); });
}

void WsSession::attach(const std::string& resume, std::uint64_t last_seq, const std::string& snapshot) {
  if (!speaker_) return;  // closed meanwhile
  attached_ = true;
  const bool resumed = service_.streams().attach(speaker_->who, wire_, resume, last_seq, service_.now());
  if (!resumed) {
    service_.send(speaker_->who, "snapshot", snapshot);
    service_.media().say_slots_again(speaker_->who);
  }
  service_.welcomed(*speaker_);
}

void WsSession::on_close() {
  if (hello_timer_ != 0) service_.ports().loop->cancel(hello_timer_);
  if (!speaker_) return;
  const auto speaker = *std::exchange(speaker_, std::nullopt);
  const bool current = attached_ ? service_.streams().detach(speaker.who, wire_.get(), service_.now())
                                 : greeted_ && !service_.streams().connected(speaker.who);
  if (current) service_.lost(speaker);
}

// ---- commands

void WsSession::command(ClientMessage message) {
  if (!attached_) {
    reply_error(message.id, {ErrorKind::kUnavailable, "not_welcomed", "Wait for welcome before you send commands."});
    return;
  }
  if (!api_command(message)) domain_command(std::move(message));
}

bool WsSession::api_command(const ClientMessage& message) {
  const auto& type = message.type;
  if (type == "media.offer") {
    media_offer(message);
  } else if (type == "media.close") {
    service_.media().close(string_in(message.data, "contact_id"), speaker_->who);
    reply_ok(message.id, "{}");
  } else if (type == "media.view") {
    media_view(message);
  } else if (type == "ack") {
    // Its number was taken on the way in. No answer: that would have to be acknowledged, too.
  } else if (type == "chat.typing") {
    typing(message);
  } else if (type == "wall.subscribe") {
    wall(message, true);
  } else if (type == "wall.unsubscribe") {
    wall(message, false);
  } else {
    return false;
  }
  return true;
}

void WsSession::domain_command(ClientMessage message) {
  if (const auto error = prepare(message)) {
    reply_error(message.id, *error);
    return;
  }
  auto command = command_from_json(message.type, message.data);
  if (!command) {
    if (command.error().code == "unknown_command") ++bad_messages_;
    reply_error(message.id, command.error());
    return;
  }
  Order order{.tenant_id = speaker_->tenant_id,
              .actor = speaker_->actor,
              .command = std::move(*command),
              .scope = (speaker_->who.kind == Recipient::Kind::kCustomer ? "c:" : "u:") + speaker_->who.id,
              .id = message.id};
  if (auto* chat = std::get_if<SendChat>(&order.command)) {
    if (!chat->file_id.empty()) chat->file = service_.shared_file(chat->contact_id, chat->file_id);
    order.reply = [](std::span<const Event> events) {
      json::object out;
      for (const auto& e : events) {
        if (const auto* posted = std::get_if<chat::Posted>(&e.data)) {
          out["message"] = views::message(e.meta.contact_id, *posted, e.meta.at);
        }
      }
      return json::serialize(out);
    };
  }
  // The answer belongs to the person, not to this connection: they may have come back by another one.
  service_.control().run(
      std::move(order), [&service = service_, who = speaker_->who, id = message.id](const Result<std::string>& r) {
        if (r) {
          service.streams().send(who, "ok", *r, service.now(), id);
        } else {
          service.streams().send(who, "error", json::serialize(error_json(r.error())), service.now(), id);
        }
      });
}

/// What the wire spells otherwise than the domain.
std::optional<Error> WsSession::prepare(ClientMessage& message) const {
  if (message.type == "consent.set") {
    auto* version = message.data.if_contains("version");
    if (version && version->is_string()) {
      const auto number = rest::version_number(std::string(version->get_string()));
      if (!number)
        return Error{ErrorKind::kInvalid, "bad_command", "`version` must be the version of the text that was shown."};
      *version = *number;
    }
  }
  return std::nullopt;
}

void WsSession::media_offer(const ClientMessage& message) {
  const auto contact_id = string_in(message.data, "contact_id");
  const auto sdp = string_in(message.data, "sdp");
  const auto* restart = message.data.if_contains("restart");
  if (sdp.empty()) {
    reply_error(message.id, {ErrorKind::kInvalid, "bad_command", "`sdp` must be your SDP offer."});
    return;
  }
  const bool same = restart && restart->is_bool() && restart->get_bool();
  service_.media().offer(
      speaker_->tenant_id, contact_id, speaker_->who, sdp, same,
      [weak = weak_from_this(), id = message.id](Result<MediaBridge::Answer> answer) {
        const auto self = weak.lock();
        if (!self || !self->speaker_) return;
        if (!answer) {
          self->reply_error(id, answer.error());
          return;
        }
        self->reply_ok(id, json::serialize(json::object{{"session_id", answer->session_id}, {"sdp", answer->sdp}}));
      });
}

void WsSession::media_view(const ClientMessage& message) {
  const auto* tracks = message.data.if_contains("tracks");
  MediaBridge::Views views;
  bool good = tracks && tracks->is_array() && tracks->get_array().size() <= kMaxTracksShown;
  for (std::size_t i = 0; good && i < tracks->get_array().size(); ++i) {
    const auto* track = tracks->get_array()[i].if_object();
    const auto* height = track ? track->if_contains("height") : nullptr;
    const auto lines = height ? whole_number(*height) : std::nullopt;
    auto mid = track ? string_in(*track, "mid") : "";
    good = lines && *lines >= 0 && *lines <= kMaxHeightShown && !mid.empty() && mid.size() <= kMaxMid;
    if (good) views.push_back({std::move(mid), static_cast<std::uint16_t>(*lines)});
  }
  if (!good) {
    reply_error(message.id, {ErrorKind::kInvalid, "bad_command",
                             "`tracks` must be up to 16 of {mid, height}, with heights from 0 to 10000."});
  } else if (!service_.media().show(string_in(message.data, "contact_id"), speaker_->who, std::move(views))) {
    reply_error(message.id, {ErrorKind::kNotFound, "session_unknown", "You have no media connection in this contact."});
  } else {
    reply_ok(message.id, "{}");
  }
}

void WsSession::typing(const ClientMessage& message) {
  const auto contact_id = string_in(message.data, "contact_id");
  const auto* desk = service_.desk(speaker_->tenant_id);
  const auto* contact = desk ? desk->contact(contact_id) : nullptr;
  const bool customer = speaker_->who.kind == Recipient::Kind::kCustomer;
  const call::Participant* me = nullptr;
  if (contact && !contact->ended()) {
    me = customer ? (contact_id == speaker_->who.id ? &contact->customer() : nullptr)
                  : contact->of_user(speaker_->who.id);
  }
  if (!me) {
    reply_error(message.id, {ErrorKind::kNotFound, "not_in_contact", "You are not in this contact, or it is over."});
    return;
  }
  const auto data = json::serialize(json::object{{"contact_id", contact_id}, {"participant_id", me->id}});
  if (!customer) service_.streams().send_volatile(Recipient::customer(contact_id), "chat.typing", data, service_.now());
  for (const auto& user_id : viewers_of(*contact)) {
    if (user_id != me->user_id)
      service_.streams().send_volatile(Recipient::agent(user_id), "chat.typing", data, service_.now());
  }
  reply_ok(message.id, "{}");
}

void WsSession::wall(const ClientMessage& message, bool on) {
  if (speaker_->who.kind == Recipient::Kind::kAgent && service_.watch_wall(*speaker_, on)) {
    reply_ok(message.id, "{}");
  } else {
    reply_error(message.id, {ErrorKind::kForbidden, "supervisors_only", "Only supervisors may watch the wall."});
  }
}

void WsSession::reply_ok(const std::string& re, const std::string& data) {
  if (speaker_) service_.streams().send(speaker_->who, "ok", data, service_.now(), re);
}

void WsSession::reply_error(const std::string& re, const Error& error) {
  if (!attached_) {
    wire_->send(envelope("error", json::serialize(error_json(error)), service_.now(), 0, re));
  } else if (speaker_) {
    service_.streams().send(speaker_->who, "error", json::serialize(error_json(error)), service_.now(), re);
  }
  if (error.code == "unknown_command" && bad_messages_ >= 20 * kMaxBadMessages) {
    socket_->close(kCloseBadMessage, "too many unknown commands");
  }
}

}  // namespace visavis::center
