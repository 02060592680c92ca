// SPDX-License-Identifier: Apache-2.0
#include "center/api/publisher.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "center/api/views.hpp"

namespace visavis::center {
namespace json = boost::json;

namespace {

class Collector {
 public:
  explicit Collector(const Desk& desk) : desk_(desk) {}

  void add(Recipient to, std::string type, const json::object& data) {
    out_.push_back({std::move(to), std::move(type), json::serialize(data)});
  }

  /// `contact` to everybody who sees it.
  void contact_changed(const std::string& contact_id) {
    const auto* contact = desk_.contact(contact_id);
    if (!contact) return;
    add(Recipient::customer(contact_id), "contact", {{"contact", views::contact(desk_, *contact)}});
    for (const auto& user_id : viewers_of(*contact)) {
      add(Recipient::agent(user_id), "contact", {{"contact", views::contact(desk_, *contact, user_id)}});
    }
  }

  void chat(const Meta& meta, const chat::Posted& posted) {
    const json::object data{{"message", views::message(meta.contact_id, posted, meta.at)}};
    add(Recipient::customer(meta.contact_id), "chat.message", data);
    const auto* contact = desk_.contact(meta.contact_id);
    if (!contact) return;
    for (const auto& user_id : viewers_of(*contact)) add(Recipient::agent(user_id), "chat.message", data);
  }

  void offered(const Meta& meta, const routing::Offered& event) {
    const auto* contact = desk_.contact(meta.contact_id);
    const auto* offer = desk_.offer(meta.contact_id);
    if (contact && offer && offer->user_id == event.user_id) {
      add(Recipient::agent(event.user_id), "offer", {{"offer", views::offer(desk_, *contact, *offer)}});
    }
  }

  void offer_gone(const Meta& meta, const std::string& user_id, std::string_view reason) {
    add(Recipient::agent(user_id), "offer.gone", {{"contact_id", meta.contact_id}, {"reason", reason}});
  }

  /// The colleague who was rung for a transfer or as third person does not come: those in the contact are told.
  void colleague_refused(const Meta& meta, const routing::Refused& event) {
    const auto* contact = desk_.contact(meta.contact_id);
    const auto* colleague = desk_.agent(event.user_id);
    if (!contact || !colleague || event.kind == routing::OfferKind::kNew) return;
    const bool silent = event.reason == routing::RefuseReason::kTimeout;
    const std::string message = colleague->profile.name + (silent ? " does not answer." : " has declined.");
    for (const auto& p : contact->participants) {
      if (!p.here || p.user_id.empty()) continue;
      add(Recipient::agent(p.user_id), "notice",
          {{"code", silent ? "colleague_no_answer" : "colleague_declined"}, {"message", message}});
    }
  }

  /// Whoever was in the contact and no longer sees it.
  void gone_if_unseen(const Meta& meta, const std::string& user_id) {
    const auto* contact = desk_.contact(meta.contact_id);
    if (contact && viewers_of(*contact).contains(user_id)) return;
    add(Recipient::agent(user_id), "contact.gone", {{"contact_id", meta.contact_id}});
  }

  void agent_changed(const std::string& user_id) {
    if (const auto* agent = desk_.agent(user_id))
      add(Recipient::agent(user_id), "agent", {{"agent", views::agent(*agent)}});
  }

  std::vector<Saying> take() { return std::move(out_); }

 private:
  const Desk& desk_;
  std::vector<Saying> out_;
};

/// What changes nothing in the contact's view.
bool leaves_contact_alone(const EventData& data) {
  return std::holds_alternative<chat::Posted>(data) || std::holds_alternative<routing::StateSet>(data);
}

std::string_view gone_word(routing::WithdrawReason reason) {
  return reason == routing::WithdrawReason::kTaken ? "accepted_elsewhere" : "withdrawn";
}

struct Speak {
  Collector& out;
  const Meta& meta;
  std::set<std::string>& agents;

  void operator()(const chat::Posted& e) const { out.chat(meta, e); }
  void operator()(const routing::Offered& e) const {
    out.offered(meta, e);
    agents.insert(e.user_id);
  }
  void operator()(const routing::Accepted& e) const { agents.insert(e.user_id); }
  void operator()(const routing::Refused& e) const {
    out.offer_gone(meta, e.user_id, e.reason == routing::RefuseReason::kTimeout ? "timeout" : "declined");
    out.colleague_refused(meta, e);
    agents.insert(e.user_id);
  }
  void operator()(const routing::Withdrawn& e) const {
    out.offer_gone(meta, e.user_id, gone_word(e.reason));
    agents.insert(e.user_id);
  }
  void operator()(const routing::StateSet& e) const { agents.insert(e.user_id); }
  void operator()(const call::AgentJoined& e) const { agents.insert(e.user_id); }
  void operator()(const call::AgentLeft& e) const {
    out.gone_if_unseen(meta, e.user_id);
    agents.insert(e.user_id);
  }
  void operator()(const call::WrapupDone& e) const {
    out.gone_if_unseen(meta, e.user_id);
    agents.insert(e.user_id);
  }
  void operator()(const auto&) const {}
};

}  // namespace

std::set<std::string> viewers_of(const call::Contact& contact) {
  std::set<std::string> out;
  for (const auto& p : contact.participants) {
    if (p.here && !p.user_id.empty()) out.insert(p.user_id);
  }
  for (const auto& w : contact.wrapups) {
    if (!w.done) out.insert(w.user_id);
  }
  return out;
}

std::vector<std::string> contacts_in(std::span<const Event> events) {
  std::vector<std::string> out;
  for (const auto& event : events) {
    const auto& id = event.meta.contact_id;
    if (!id.empty() && std::ranges::find(out, id) == out.end()) out.push_back(id);
  }
  return out;
}

std::vector<Saying> sayings(const Desk& desk, std::span<const Event> events) {
  Collector out(desk);
  std::vector<std::string> changed;
  for (const auto& event : events) {
    const auto& id = event.meta.contact_id;
    if (id.empty() || leaves_contact_alone(event.data) || std::ranges::find(changed, id) != changed.end()) continue;
    changed.push_back(id);
  }
  for (const auto& id : changed) out.contact_changed(id);
  std::set<std::string> agents;
  for (const auto& event : events) std::visit(Speak{out, event.meta, agents}, event.data);
  for (const auto& user_id : agents) out.agent_changed(user_id);
  return out.take();
}

}  // namespace visavis::center
