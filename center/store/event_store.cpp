// SPDX-License-Identifier: Apache-2.0
#include "center/store/event_store.hpp"

#include <boost/json.hpp>
#include <memory>

#include "center/core/json.hpp"
#include "center/store/attributes.hpp"

namespace visavis::center {
namespace {

namespace json = boost::json;
using platform::DbRow;
using platform::DbSession;

std::string actor_text(const Actor& actor) {
  switch (actor.kind) {
    case ActorKind::kCustomer:
      return "customer:" + actor.contact_id;
    case ActorKind::kAgent:
      return "agent:" + actor.user_id;
    case ActorKind::kSystem:
      break;
  }
  return "system";
}

Actor actor_from(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return Actor::system();
  auto id = text.substr(colon + 1);
  return text.starts_with("agent:") ? Actor::agent(std::move(id)) : Actor::customer(std::move(id));
}

std::optional<std::int64_t> number(const std::optional<bool>& truth) {
  return truth ? std::optional<std::int64_t>{*truth ? 1 : 0} : std::nullopt;
}

/// One overload per event that changes a table; the others change none.
struct Projector {
  DbSession& db;
  const Meta& meta;
  std::int64_t seq;

  void set(const std::string& assignments, platform::DbParams params) const {
    params.emplace_back("id", meta.contact_id);
    params.emplace_back("tenant", meta.tenant_id);
    db.run("UPDATE contact SET " + assignments + " WHERE id = :id AND tenant_id = :tenant", params);
  }

  void operator()(const call::Opened& e) const {
    const auto reference = e.attributes.find("customer_id");
    db.run(
        "INSERT INTO contact (id, tenant_id, state, channel, queue_id, language, customer_name, customer_ref, "
        "attributes, "
        "created_at, from_link, practice) VALUES (:id, :tenant, 'waiting', :channel, :queue, :language, :name, :ref, "
        ":attributes, :at, :from_link, :practice)",
        {{"id", meta.contact_id},
         {"tenant", meta.tenant_id},
         {"channel", name_of(e.channel)},
         {"queue", e.queue_id},
         {"language", e.language},
         {"name", e.customer_name},
         {"ref", reference == e.attributes.end() ? std::optional<std::string>{} : reference->second},
         {"attributes", attributes_to_json(e.attributes)},
         {"at", meta.at},
         {"from_link", !e.link_id.empty()},
         {"practice", e.practice}});
  }
  void operator()(const queue::Entered& e) const {
    set("state = 'waiting', queue_id = :queue, channel = :channel",
        {{"queue", e.queue_id}, {"channel", name_of(e.channel)}});
  }
  void operator()(const routing::Offered& e) const {
    if (e.kind == routing::OfferKind::kNew) set("state = 'offered'", {});
  }
  void operator()(const routing::Refused& e) const { offer_over(e.kind); }
  void operator()(const routing::Withdrawn& e) const { offer_over(e.kind); }
  void offer_over(routing::OfferKind kind) const {
    if (kind != routing::OfferKind::kNew) return;
    db.run("UPDATE contact SET state = 'waiting' WHERE id = :id AND tenant_id = :tenant AND state = 'offered'",
           {{"id", meta.contact_id}, {"tenant", meta.tenant_id}});
  }
  void operator()(const call::AgentJoined& e) const {
    if (e.role == call::Role::kGuest) return;
    set("state = 'active', agent_id = :agent, channel = :channel, answered_at = COALESCE(answered_at, :at)",
        {{"agent", e.user_id}, {"channel", name_of(e.channel)}, {"at", meta.at}});
  }
  void operator()(const call::RaiseAnswered& e) const {
    if (e.accepted) set("channel = :channel", {{"channel", name_of(e.channel)}});
  }
  void operator()(const call::Ended& e) const {
    set("state = 'wrapup', ended_at = :at, end_reason = :reason", {{"at", meta.at}, {"reason", name_of(e.reason)}});
  }
  void operator()(const call::Closed&) const { set("state = 'closed', closed_at = :at", {{"at", meta.at}}); }
  void operator()(const call::WrapupDone& e) const {
    // Several agents may have wrapped the contact up; an empty word never wipes out what another wrote.
    const auto text = [](const std::string& t) { return t.empty() ? std::optional<std::string>{} : t; };
    set("disposition = COALESCE(:disposition, disposition), resolved = COALESCE(:resolved, resolved), "
        "note = COALESCE(:note, note)",
        {{"disposition", text(e.disposition)}, {"resolved", number(e.resolved)}, {"note", text(e.note)}});
  }
  void operator()(const call::Rated& e) const {
    set("stars = :stars, solved = :solved, comment = :comment",
        {{"stars", e.stars}, {"solved", number(e.solved)}, {"comment", e.comment}});
  }
  void operator()(const call::Checked& e) const {
    db.run(
        "INSERT INTO device_check (contact_id, result, at) VALUES (:id, :result, :at) "
        "ON CONFLICT (contact_id) DO UPDATE SET result = excluded.result, at = excluded.at",
        {{"id", meta.contact_id}, {"result", e.result}, {"at", meta.at}});
  }
  void operator()(const consent::Recorded& e) const {
    db.run(
        "INSERT INTO consent (contact_id, purpose, version, granted, at, event_seq) "
        "VALUES (:id, :purpose, :version, :granted, :at, :seq)",
        {{"id", meta.contact_id},
         {"purpose", name_of(e.purpose)},
         {"version", e.version},
         {"granted", e.granted},
         {"at", meta.at},
         {"seq", seq}});
  }
  void operator()(const chat::Posted& e) const {
    db.run(
        "INSERT INTO message (id, contact_id, sender, sender_name, kind, body, at) "
        "VALUES (:id, :contact, :sender, :name, :kind, :body, :at)",
        {{"id", e.message_id},
         {"contact", meta.contact_id},
         {"sender", e.from},
         {"name", e.name},
         {"kind", name_of(e.kind)},
         {"body", json::serialize(to_json(EventData{e}))},
         {"at", meta.at}});
  }
  void operator()(const routing::StateSet& e) const {
    db.run(
        "INSERT INTO agent_state (tenant_id, user_id, state, event_seq) VALUES (:tenant, :user, :state, :seq) "
        "ON CONFLICT (tenant_id, user_id) DO UPDATE SET state = excluded.state, event_seq = excluded.event_seq",
        {{"tenant", meta.tenant_id}, {"user", e.user_id}, {"state", name_of(e.state)}, {"seq", seq}});
  }
  template <class Other>
  void operator()(const Other&) const {}
};

Result<Event> event_from(const DbRow& row) {
  boost::system::error_code wrong;
  const auto data = json::parse(row.text("data"), wrong);
  if (!wrong && data.is_object()) {
    auto read = event_data_from_json(row.text("type"), data.get_object());
    if (read) {
      return Event{{row.text("tenant_id"), row.text("contact_id"), row.time("at"), actor_from(row.text("actor"))},
                   std::move(*read)};
    }
  }
  return fail(ErrorKind::kInternal, "event_unreadable",
              "Event " + row.text("seq") + " (" + row.text("type") +
                  ") cannot be read: was this database made by a newer " +
                  "version? Start that version, or restore a backup.");
}

template <class E>
std::set<E> enums_from(const std::vector<std::string>& names) {
  std::set<E> values;
  for (const auto& name : names) {
    if (const auto value = parse_enum<E>(name)) values.insert(*value);
  }
  return values;
}

}  // namespace

StoredEvent to_stored(const Event& event) {
  StoredEvent stored;
  stored.entry = {.tenant_id = event.meta.tenant_id,
                  .type = std::string(type_of(event.data)),
                  .at = event.meta.at,
                  .actor = actor_text(event.meta.actor),
                  .contact_id = event.meta.contact_id,
                  .data = json::serialize(to_json(event.data))};
  if (const auto* state = std::get_if<routing::StateSet>(&event.data)) stored.entry.subject = state->user_id;
  stored.project = [kept = std::make_shared<const Event>(event)](DbSession& db, std::int64_t seq) {
    std::visit(Projector{db, kept->meta, seq}, kept->data);
  };
  return stored;
}

Result<std::vector<Event>> load_events(platform::Database& database, UtcMillis closed_after,
                                       UtcMillis unanswered_after) {
  const auto rows = database.read([&](DbSession& db) {
    return db.query(
        "SELECT e.tenant_id AS tenant_id, e.seq AS seq, e.type, e.at, e.actor, e.contact_id, e.data FROM event e "
        "JOIN contact c ON c.id = e.contact_id WHERE (c.closed_at IS NULL OR (c.closed_at > :after AND "
        "(c.answered_at IS NOT NULL OR c.closed_at > :unanswered))) AND e.data IS NOT NULL "
        "UNION ALL SELECT e.tenant_id AS tenant_id, e.seq AS seq, e.type, e.at, e.actor, e.contact_id, e.data FROM "
        "event e "
        "JOIN agent_state s ON s.tenant_id = e.tenant_id AND s.event_seq = e.seq WHERE e.data IS NOT NULL "
        "ORDER BY tenant_id, seq",
        {{"after", closed_after}, {"unanswered", unanswered_after}});
  });
  if (!rows) return std::unexpected(rows.error());
  std::vector<Event> events;
  events.reserve(rows->size());
  for (const auto& row : *rows) {
    auto event = event_from(row);
    if (!event) return std::unexpected(event.error());
    events.push_back(std::move(*event));
  }
  return events;
}

TenantConfig to_config(const TenantSettings& settings, const std::vector<UserRecord>& users, const Timings& timings) {
  TenantConfig config;
  config.timings = timings;
  config.tenant_id = settings.tenant.id;
  config.utc_offset_min = settings.tenant.utc_offset_min;
  for (const auto& record : settings.queues) {
    QueueConfig queue;
    queue.id = record.id;
    queue.name = record.name;
    queue.skills = {record.skills.begin(), record.skills.end()};
    queue.priority = record.priority;
    queue.channels = enums_from<Channel>(record.channels);
    queue.max_wait = record.max_wait;
    // What is not asked for cannot be given: it is not required either, until the company asks for it again.
    for (const Purpose purpose : enums_from<Purpose>(record.required_purposes)) {
      if (asks_for(settings.tenant, name_of(purpose))) queue.required_purposes.insert(purpose);
    }
    queue.overflow_queue_id = record.overflow_queue_id;
    queue.open = record.open;
    config.queues.push_back(std::move(queue));
  }
  for (const auto& user : users) {
    if (user.tenant_id != config.tenant_id || user.disabled || !user.has_role("agent")) continue;
    AgentProfile profile;
    profile.user_id = user.id;
    profile.name = user.name;
    profile.skills = {user.skills.begin(), user.skills.end()};
    profile.languages = {user.languages.begin(), user.languages.end()};
    profile.max_chats = user.max_chats;
    config.agents.push_back(std::move(profile));
  }
  for (const auto& text : settings.consents) {
    if (const auto purpose = parse_enum<Purpose>(text.purpose)) config.consent_versions[*purpose] = text.version;
  }
  if (!settings.break_reasons.empty()) config.break_reasons.clear();
  for (const auto& reason : settings.break_reasons) config.break_reasons.insert(reason.code);
  for (const auto& disposition : settings.dispositions) config.dispositions.insert(disposition.code);
  return config;
}

}  // namespace visavis::center
