// SPDX-License-Identifier: Apache-2.0
#include "center/store/history.hpp"

#include <algorithm>
#include <charconv>

#include "base/ids.hpp"
#include "center/store/attributes.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

using platform::DbError;
using platform::DbParams;
using platform::DbRow;
using platform::DbSession;

std::optional<bool> truth(const DbRow& row, std::string_view column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.boolean(column));
}

ContactSummary summary_of(const DbRow& row) {
  const auto stars = row.maybe_integer("stars");
  return {.id = row.text("id"),
          .state = row.text("state"),
          .channel = row.text("channel"),
          .queue_id = row.text("queue_id"),
          .language = row.text("language"),
          .customer_name = row.text("customer_name"),
          .attributes = attributes_from_json(row.text("attributes")),
          .agent_id = row.text("agent_id"),
          .created_at = row.time("created_at"),
          .answered_at = row.maybe_integer("answered_at"),
          .ended_at = row.maybe_integer("ended_at"),
          .closed_at = row.maybe_integer("closed_at"),
          .end_reason = row.text("end_reason"),
          .disposition = row.text("disposition"),
          .resolved = truth(row, "resolved"),
          .note = row.text("note"),
          .stars = stars ? std::optional(static_cast<int>(*stars)) : std::nullopt,
          .solved = truth(row, "solved"),
          .comment = row.text("comment"),
          .from_link = row.boolean("from_link"),
          .practice = row.boolean("practice")};
}

FileRecord file_of(const DbRow& row) {
  return {.id = row.text("id"),
          .tenant_id = row.text("tenant_id"),
          .contact_id = row.text("contact_id"),
          .name = row.text("name"),
          .type = row.text("type"),
          .sha256 = row.text("sha256"),
          .uploaded_by = row.text("uploaded_by"),
          .size = row.integer("size"),
          .at = row.time("at")};
}

struct Position {
  std::int64_t at = 0;
  std::string id;
};

std::string cursor_of(const ContactSummary& last) {
  const auto text = std::to_string(last.created_at.value) + "." + last.id;
  return platform::base64url_encode(platform::as_bytes(text));
}

Position position_of(const std::string& cursor) {
  const auto text = platform::base64url_decode(cursor);
  Position position;
  if (text) {
    const auto dot = text->find('.');
    const auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), position.at);
    if (wrong == std::errc{} && dot != std::string::npos && end == text->data() + dot)
      position.id = text->substr(dot + 1);
  }
  if (!is_uuid(position.id)) {
    throw DbError({ErrorKind::kInvalid, "cursor_invalid", "The cursor is not one of ours. Start with the first page."});
  }
  return position;
}

/// Wildcards of LIKE taken literally; the escape character is an exclamation mark.
std::string containing(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

ContactPage page_of_contacts(DbSession& db, std::string_view tenant_id, const ContactFilter& filter) {
  const int limit = std::clamp(filter.limit, 1, 200);
  std::string sql = "SELECT * FROM contact WHERE tenant_id = :tenant";
  DbParams params{{"tenant", tenant_id}, {"n", limit + 1}};
  const auto add = [&](const std::string& condition, DbParams more) {
    sql += " AND " + condition;
    for (auto& param : more) params.push_back(std::move(param));
  };
  if (!filter.state.empty()) add("state = :state", {{"state", filter.state}});
  if (!filter.agent_id.empty()) add("agent_id = :agent", {{"agent", filter.agent_id}});
  if (!filter.customer.empty()) {
    add("(customer_ref = :ref OR LOWER(customer_name) LIKE LOWER(:like) ESCAPE '!')",
        {{"ref", filter.customer}, {"like", containing(filter.customer)}});
  }
  if (!filter.cursor.empty()) {
    const auto position = position_of(filter.cursor);
    add("(created_at < :at OR (created_at = :at AND id < :id))", {{"at", position.at}, {"id", position.id}});
  }
  ContactPage page;
  for (const auto& row : db.query(sql + " ORDER BY created_at DESC, id DESC LIMIT :n", params)) {
    page.items.push_back(summary_of(row));
  }
  if (page.items.size() > static_cast<std::size_t>(limit)) {
    page.items.pop_back();
    page.next_cursor = cursor_of(page.items.back());
  }
  return page;
}

std::optional<ContactSummary> find_contact(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  const auto rows = db.query("SELECT * FROM contact WHERE id = :id AND tenant_id = :tenant",
                             {{"id", contact_id}, {"tenant", tenant_id}});
  return rows.empty() ? std::nullopt : std::optional(summary_of(rows[0]));
}

std::int64_t count_previous(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  const auto rows = db.query(
      "SELECT COUNT(*) AS n FROM contact c JOIN contact mine ON mine.id = :id AND mine.tenant_id = c.tenant_id "
      "WHERE c.tenant_id = :tenant AND c.id <> mine.id AND c.created_at <= mine.created_at AND ("
      "(mine.customer_ref IS NOT NULL AND c.customer_ref = mine.customer_ref) OR "
      "(mine.customer_ref IS NULL AND mine.customer_name <> '' AND c.customer_name = mine.customer_name))",
      {{"id", contact_id}, {"tenant", tenant_id}});
  return rows.at(0).integer("n");
}

std::vector<StoredMessage> messages_of(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  std::vector<StoredMessage> messages;
  const auto rows = db.query(
      "SELECT m.* FROM message m JOIN contact c ON c.id = m.contact_id WHERE m.contact_id = :id AND c.tenant_id = "
      ":tenant "
      "ORDER BY m.at, m.id",
      {{"id", contact_id}, {"tenant", tenant_id}});
  for (const auto& row : rows) {
    messages.push_back({row.text("id"), row.text("sender"), row.text("sender_name"), row.text("kind"), row.text("body"),
                        row.time("at")});
  }
  return messages;
}

std::vector<StoredConsent> consents_of(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  std::vector<StoredConsent> consents;
  const auto rows = db.query(
      "SELECT s.* FROM consent s JOIN contact c ON c.id = s.contact_id WHERE s.contact_id = :id AND c.tenant_id = "
      ":tenant "
      "ORDER BY s.event_seq",
      {{"id", contact_id}, {"tenant", tenant_id}});
  for (const auto& row : rows) {
    consents.push_back(
        {row.text("purpose"), static_cast<int>(row.integer("version")), row.boolean("granted"), row.time("at")});
  }
  return consents;
}

std::optional<std::string> device_check_of(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  const auto rows = db.query(
      "SELECT d.result FROM device_check d JOIN contact c ON c.id = d.contact_id WHERE c.id = :id AND c.tenant_id = "
      ":tenant",
      {{"id", contact_id}, {"tenant", tenant_id}});
  return rows.empty() ? std::nullopt : std::optional(rows[0].text("result"));
}

void insert_file(DbSession& db, const FileRecord& file) {
  db.run(
      "INSERT INTO file (id, tenant_id, contact_id, name, type, size, sha256, uploaded_by, at) "
      "VALUES (:id, :tenant, :contact, :name, :type, :size, :sha256, :by, :at)",
      {{"id", file.id},
       {"tenant", file.tenant_id},
       {"contact", file.contact_id},
       {"name", file.name},
       {"type", file.type},
       {"size", file.size},
       {"sha256", file.sha256},
       {"by", file.uploaded_by},
       {"at", file.at}});
}

void remove_file(DbSession& db, std::string_view file_id) {
  db.run("DELETE FROM file WHERE id = :id", {{"id", file_id}});
}

std::optional<FileRecord> find_file(DbSession& db, std::string_view tenant_id, std::string_view file_id) {
  const auto rows =
      db.query("SELECT * FROM file WHERE id = :id AND tenant_id = :tenant", {{"id", file_id}, {"tenant", tenant_id}});
  return rows.empty() ? std::nullopt : std::optional(file_of(rows[0]));
}

std::vector<FileRecord> files_of_open_contacts(DbSession& db) {
  std::vector<FileRecord> files;
  const auto rows = db.query("SELECT f.* FROM file f JOIN contact c ON c.id = f.contact_id WHERE c.ended_at IS NULL");
  for (const auto& row : rows) files.push_back(file_of(row));
  return files;
}

std::size_t unanswered_file_bytes(DbSession& db, std::string_view tenant_id) {
  const auto rows = db.query(
      "SELECT CAST(COALESCE(SUM(f.size), 0) AS BIGINT) AS bytes FROM contact c JOIN file f ON f.contact_id = c.id "
      "WHERE c.answered_at IS NULL AND c.erased_at IS NULL AND c.tenant_id = :tenant",
      {{"tenant", tenant_id}});
  return static_cast<std::size_t>(rows.at(0).integer("bytes"));
}

std::vector<FileRecord> files_of(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  std::vector<FileRecord> files;
  const auto rows = db.query("SELECT * FROM file WHERE contact_id = :id AND tenant_id = :tenant ORDER BY at, id",
                             {{"id", contact_id}, {"tenant", tenant_id}});
  for (const auto& row : rows) files.push_back(file_of(row));
  return files;
}

void put_quality(DbSession& db, const QualitySummary& quality) {
  const UtcMillis minute{quality.at.value / 60'000 * 60'000};
  db.run(
      "INSERT INTO quality (contact_id, participant_id, at, summary) VALUES (:id, :who, :at, :summary) "
      "ON CONFLICT (contact_id, participant_id, at) DO UPDATE SET summary = excluded.summary",
      {{"id", quality.contact_id}, {"who", quality.participant_id}, {"at", minute}, {"summary", quality.summary}});
}

std::vector<QualitySummary> quality_of(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  std::vector<QualitySummary> all;
  const auto rows = db.query(
      "SELECT q.* FROM quality q JOIN contact c ON c.id = q.contact_id WHERE c.id = :id AND c.tenant_id = :tenant "
      "ORDER BY q.at, q.participant_id",
      {{"id", contact_id}, {"tenant", tenant_id}});
  for (const auto& row : rows) {
    all.push_back({row.text("contact_id"), row.text("participant_id"), row.time("at"), row.text("summary")});
  }
  return all;
}

}  // namespace visavis::center
