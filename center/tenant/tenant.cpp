// SPDX-License-Identifier: Apache-2.0
#include "center/tenant/tenant.hpp"

#include <boost/json.hpp>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

using platform::DbParams;
using platform::DbRow;
using platform::DbSession;

LocalText local(const DbRow& row, const std::string& stem) {
  return {{"zh-CN", row.text(stem + "_zh")}, {"en", row.text(stem + "_en")}};
}

std::string in(const LocalText& text, const std::string& language) {
  const auto found = text.find(language);
  return found == text.end() ? std::string{} : found->second;
}

QueueRecord queue_of(const DbRow& row) {
  return {.id = row.text("id"),
          .tenant_id = row.text("tenant_id"),
          .name = local(row, "name"),
          .skills = list_from_json(row.text("skills")),
          .priority = static_cast<int>(row.integer("priority")),
          .channels = list_from_json(row.text("channels")),
          .max_wait = Seconds{row.integer("max_wait_s")},
          .required_purposes = list_from_json(row.text("required_purposes")),
          .open = row.boolean("is_open"),
          .place = static_cast<int>(row.integer("place")),
          .overflow_queue_id = row.text("overflow_queue_id")};
}

TenantRecord tenant_of(const DbRow& row) {
  return {.id = row.text("id"),
          .key = row.text("public_key"),
          .name = local(row, "name"),
          .allowed_origins = list_from_json(row.text("allowed_origins")),
          .languages = list_from_json(row.text("languages")),
          .created_at = row.time("created_at"),
          .utc_offset_min = static_cast<int>(row.integer("utc_offset_min")),
          .purposes = list_from_json(row.text("purposes"))};
}

DbParams params_of(const QueueRecord& queue) {
  return {{"id", queue.id},
          {"tenant", queue.tenant_id},
          {"zh", in(queue.name, "zh-CN")},
          {"en", in(queue.name, "en")},
          {"skills", list_to_json(queue.skills)},
          {"priority", queue.priority},
          {"channels", list_to_json(queue.channels)},
          {"max_wait", queue.max_wait.count()},
          {"required", list_to_json(queue.required_purposes)},
          {"open", queue.open},
          {"place", queue.place},
          {"overflow", queue.overflow_queue_id}};
}

std::vector<CodeRecord> load_codes(DbSession& db, const std::string& table, const std::string& tenant_id) {
  std::vector<CodeRecord> codes;
  const auto rows =
      db.query("SELECT code, name_zh, name_en, place FROM " + table + " WHERE tenant_id = :tenant ORDER BY place, code",
               {{"tenant", tenant_id}});
  for (const auto& row : rows) {
    codes.push_back({row.text("code"), local(row, "name"), static_cast<int>(row.integer("place"))});
  }
  return codes;
}

void insert_code(DbSession& db, const std::string& table, const std::string& tenant_id, const CodeRecord& code) {
  db.run(
      "INSERT INTO " + table + " (tenant_id, code, name_zh, name_en, place) VALUES (:tenant, :code, :zh, :en, :place)",
      {{"tenant", tenant_id},
       {"code", code.code},
       {"zh", in(code.name, "zh-CN")},
       {"en", in(code.name, "en")},
       {"place", code.place}});
}

std::vector<ConsentText> consent_texts(DbSession& db, const std::string& which, const DbParams& params) {
  std::vector<ConsentText> texts;
  const auto rows = db.query(
      "SELECT purpose, version, title_zh, title_en, text_zh, text_en FROM consent_text t WHERE "
      "tenant_id = :tenant AND " +
          which + " ORDER BY purpose, version",
      params);
  for (const auto& row : rows) {
    texts.push_back(
        {row.text("purpose"), static_cast<int>(row.integer("version")), local(row, "title"), local(row, "text")});
  }
  return texts;
}

std::vector<ConsentText> load_consents(DbSession& db, const std::string& tenant_id) {
  return consent_texts(
      db,
      "version = (SELECT MAX(version) FROM consent_text n WHERE n.tenant_id = t.tenant_id AND n.purpose = t.purpose)",
      {{"tenant", tenant_id}});
}

}  // namespace

bool asks_for(const TenantRecord& tenant, std::string_view purpose) {
  return std::ranges::find(tenant.purposes, purpose) != tenant.purposes.end();
}

std::vector<QueueRecord> queues_of(DbSession& db, std::string_view tenant_id) {
  std::vector<QueueRecord> queues;
  const auto rows = db.query("SELECT * FROM queue WHERE tenant_id = :t ORDER BY place, id", {{"t", tenant_id}});
  for (const auto& row : rows) queues.push_back(queue_of(row));
  return queues;
}

std::vector<TenantSettings> load_tenants(DbSession& db) {
  std::vector<TenantSettings> all;
  for (const auto& row : db.query("SELECT * FROM tenant ORDER BY created_at, id")) {
    TenantSettings settings;
    settings.tenant = tenant_of(row);
    const auto& id = settings.tenant.id;
    settings.queues = queues_of(db, id);
    settings.dispositions = load_codes(db, "disposition", id);
    settings.break_reasons = load_codes(db, "break_reason", id);
    settings.consents = load_consents(db, id);
    std::erase_if(settings.consents, [&](const ConsentText& text) { return !asks_for(settings.tenant, text.purpose); });
    all.push_back(std::move(settings));
  }
  return all;
}

std::vector<ConsentText> consent_texts_answered(DbSession& db, std::string_view tenant_id,
                                                std::string_view contact_id) {
  return consent_texts(db,
                       "EXISTS (SELECT 1 FROM consent s JOIN contact c ON c.id = s.contact_id WHERE c.id = :contact "
                       "AND c.tenant_id = t.tenant_id AND s.purpose = t.purpose AND s.version = t.version)",
                       {{"tenant", tenant_id}, {"contact", contact_id}});
}

void insert_tenant(DbSession& db, const TenantRecord& tenant) {
  db.run(
      "INSERT INTO tenant (id, public_key, name_zh, name_en, allowed_origins, languages, created_at, "
      "utc_offset_min, purposes) VALUES (:id, :key, :zh, :en, :origins, :languages, :at, :offset, :purposes)",
      {{"id", tenant.id},
       {"key", tenant.key},
       {"zh", in(tenant.name, "zh-CN")},
       {"en", in(tenant.name, "en")},
       {"origins", list_to_json(tenant.allowed_origins)},
       {"languages", list_to_json(tenant.languages)},
       {"at", tenant.created_at},
       {"offset", tenant.utc_offset_min},
       {"purposes", list_to_json(tenant.purposes)}});
}

std::optional<TenantRecord> tenant_to_change(DbSession& db, std::string_view tenant_id) {
  // SQLite has one writer anyway.
  const std::string lock = db.engine() == platform::DbEngine::kPostgres ? " FOR UPDATE" : "";
  const auto rows = db.query("SELECT * FROM tenant WHERE id = :id" + lock, {{"id", tenant_id}});
  return rows.empty() ? std::nullopt : std::optional(tenant_of(rows[0]));
}

bool update_tenant(DbSession& db, const TenantRecord& tenant) {
  return db.run(
             "UPDATE tenant SET name_zh = :zh, name_en = :en, utc_offset_min = :offset, purposes = :purposes, "
             "allowed_origins = :origins WHERE id = :id",
             {{"zh", in(tenant.name, "zh-CN")},
              {"en", in(tenant.name, "en")},
              {"offset", tenant.utc_offset_min},
              {"purposes", list_to_json(tenant.purposes)},
              {"origins", list_to_json(tenant.allowed_origins)},
              {"id", tenant.id}}) == 1;
}

void insert_queue(DbSession& db, const QueueRecord& queue) {
  db.run(
      "INSERT INTO queue (id, tenant_id, name_zh, name_en, skills, priority, channels, max_wait_s, required_purposes, "
      "is_open, place, overflow_queue_id) VALUES (:id, :tenant, :zh, :en, :skills, :priority, :channels, :max_wait, "
      ":required, :open, :place, :overflow)",
      params_of(queue));
}

bool update_queue(DbSession& db, const QueueRecord& queue) {
  return db.run(
             "UPDATE queue SET name_zh = :zh, name_en = :en, skills = :skills, priority = :priority, "
             "channels = :channels, max_wait_s = :max_wait, required_purposes = :required, is_open = :open, "
             "place = :place, overflow_queue_id = :overflow WHERE id = :id AND tenant_id = :tenant",
             params_of(queue)) == 1;
}

void insert_disposition(DbSession& db, const std::string& tenant_id, const CodeRecord& disposition) {
  insert_code(db, "disposition", tenant_id, disposition);
}

void insert_break_reason(DbSession& db, const std::string& tenant_id, const CodeRecord& reason) {
  insert_code(db, "break_reason", tenant_id, reason);
}

void insert_consent_text(DbSession& db, const std::string& tenant_id, const ConsentText& text, UtcMillis now) {
  db.run(
      "INSERT INTO consent_text (tenant_id, purpose, version, title_zh, title_en, text_zh, text_en, created_at) "
      "VALUES (:tenant, :purpose, :version, :title_zh, :title_en, :text_zh, :text_en, :at)",
      {{"tenant", tenant_id},
       {"purpose", text.purpose},
       {"version", text.version},
       {"title_zh", in(text.title, "zh-CN")},
       {"title_en", in(text.title, "en")},
       {"text_zh", in(text.text, "zh-CN")},
       {"text_en", in(text.text, "en")},
       {"at", now}});
}

std::string new_api_key() { return "vvk_" + random_token(32); }

void insert_api_key(DbSession& db, const ApiKey& key, std::string_view secret, UtcMillis now) {
  db.run("INSERT INTO api_key (id, tenant_id, name, key_hash, created_at) VALUES (:id, :tenant, :name, :hash, :at)",
         {{"id", key.id},
          {"tenant", key.tenant_id},
          {"name", key.name},
          {"hash", platform::sha256_hex(secret)},
          {"at", now}});
}

bool revoke_api_key(DbSession& db, std::string_view tenant_id, std::string_view id, UtcMillis now) {
  return db.run("UPDATE api_key SET revoked_at = :at WHERE id = :id AND tenant_id = :tenant AND revoked_at IS NULL",
                {{"at", now}, {"id", id}, {"tenant", tenant_id}}) == 1;
}

std::map<std::string, ApiKey> load_api_keys(DbSession& db) {
  std::map<std::string, ApiKey> keys;
  for (const auto& row : db.query("SELECT id, tenant_id, name, key_hash FROM api_key WHERE revoked_at IS NULL")) {
    keys.emplace(row.text("key_hash"), ApiKey{row.text("id"), row.text("tenant_id"), row.text("name")});
  }
  return keys;
}

std::string list_to_json(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const auto& item : list) array.emplace_back(item);
  return boost::json::serialize(array);
}

std::vector<std::string> list_from_json(std::string_view json) {
  boost::system::error_code wrong;
  const auto value = boost::json::parse({json.data(), json.size()}, wrong);
  std::vector<std::string> list;
  if (wrong || !value.is_array()) return list;
  for (const auto& item : value.get_array()) {
    if (item.is_string()) list.emplace_back(item.get_string());
  }
  return list;
}

}  // namespace visavis::center
