// SPDX-License-Identifier: Apache-2.0
#include "center/schema/schema.hpp"

#include <array>

namespace visavis::center {
namespace {

// Lists and small objects are JSON text. Times are UTC milliseconds, ids UUIDv7, booleans 0/1. Tokens are stored as
// SHA-256 only.
constexpr std::string_view kFirst = R"(
CREATE TABLE personal_column (table_name TEXT NOT NULL, column_name TEXT NOT NULL, PRIMARY KEY (table_name, column_name));

CREATE TABLE tenant (
  id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  allowed_origins TEXT NOT NULL,
  languages TEXT NOT NULL,
  created_at BIGINT NOT NULL);

CREATE TABLE queue (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  skills TEXT NOT NULL,
  priority BIGINT NOT NULL,
  channels TEXT NOT NULL,
  max_wait_s BIGINT NOT NULL,
  required_purposes TEXT NOT NULL,
  is_open BIGINT NOT NULL,
  place BIGINT NOT NULL);
CREATE INDEX queue_tenant ON queue (tenant_id, place);

CREATE TABLE disposition (
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  code TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  place BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, code));

CREATE TABLE break_reason (
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  code TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  place BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, code));

CREATE TABLE consent_text (
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  purpose TEXT NOT NULL,
  version BIGINT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, purpose, version));

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT);

CREATE TABLE app_user (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password TEXT NOT NULL,
  roles TEXT NOT NULL,
  skills TEXT NOT NULL,
  languages TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT,
  UNIQUE (tenant_id, login));

CREATE TABLE login_session (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES app_user (id),
  csrf_token TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL);

CREATE TABLE event (
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  seq BIGINT NOT NULL,
  type TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  data TEXT,
  salt TEXT,
  data_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq));
CREATE INDEX event_contact ON event (contact_id, seq);
CREATE INDEX event_subject ON event (tenant_id, subject, seq);

CREATE TABLE audit_head (
  tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL);

CREATE TABLE agent_state (
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  user_id TEXT NOT NULL,
  state TEXT NOT NULL,
  event_seq BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id));

CREATE TABLE applied_command (
  scope TEXT NOT NULL,
  id TEXT NOT NULL,
  reply TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (scope, id));
CREATE INDEX applied_command_at ON applied_command (at);

CREATE TABLE contact (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  state TEXT NOT NULL,
  channel TEXT NOT NULL,
  queue_id TEXT NOT NULL,
  language TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  customer_ref TEXT,
  attributes TEXT NOT NULL,
  agent_id TEXT,
  created_at BIGINT NOT NULL,
  answered_at BIGINT,
  ended_at BIGINT,
  closed_at BIGINT,
  end_reason TEXT,
  disposition TEXT,
  resolved BIGINT,
  note TEXT,
  stars BIGINT,
  solved BIGINT,
  comment TEXT,
  from_link BIGINT NOT NULL,
  practice BIGINT NOT NULL);
CREATE INDEX contact_page ON contact (tenant_id, created_at, id);
CREATE INDEX contact_state ON contact (state);
CREATE INDEX contact_customer ON contact (tenant_id, customer_name);
CREATE INDEX contact_customer_ref ON contact (tenant_id, customer_ref);

CREATE TABLE contact_token (
  token_hash TEXT PRIMARY KEY,
  contact_id TEXT NOT NULL REFERENCES contact (id),
  participant_id TEXT NOT NULL,
  created_at BIGINT NOT NULL);
CREATE INDEX contact_token_contact ON contact_token (contact_id);

CREATE TABLE message (
  id TEXT PRIMARY KEY,
  contact_id TEXT NOT NULL REFERENCES contact (id),
  sender TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL);
CREATE INDEX message_contact ON message (contact_id, at, id);

CREATE TABLE consent (
  contact_id TEXT NOT NULL REFERENCES contact (id),
  purpose TEXT NOT NULL,
  version BIGINT NOT NULL,
  granted BIGINT NOT NULL,
  at BIGINT NOT NULL,
  event_seq BIGINT NOT NULL,
  PRIMARY KEY (contact_id, event_seq));

CREATE TABLE link (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  queue_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  attributes TEXT NOT NULL,
  agent_id TEXT,
  priority BIGINT NOT NULL,
  vip BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  contact_id TEXT);
CREATE INDEX link_expiry ON link (expires_at);

CREATE TABLE file (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id),
  contact_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  uploaded_by TEXT NOT NULL,
  at BIGINT NOT NULL);
CREATE INDEX file_contact ON file (contact_id);

CREATE TABLE device_check (
  contact_id TEXT PRIMARY KEY REFERENCES contact (id),
  result TEXT NOT NULL,
  at BIGINT NOT NULL);

CREATE TABLE quality (
  contact_id TEXT NOT NULL REFERENCES contact (id),
  participant_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (contact_id, participant_id, at));
)";

// What came with a contact that nobody answered is erased after minutes (center/store/erasure.hpp). At the start only
// what is open or was closed lately is read.
constexpr std::string_view kUnanswered = R"(
ALTER TABLE contact ADD COLUMN erased_at BIGINT;
CREATE INDEX contact_closed ON contact (closed_at);
CREATE INDEX contact_unanswered ON contact (closed_at) WHERE answered_at IS NULL AND erased_at IS NULL;
)";

// Where a contact goes that has waited too long ('': it ends), how many chats a person has at once, where a company's
// day begins (minutes east of UTC).
constexpr std::string_view kWorkday = R"(
ALTER TABLE queue ADD COLUMN overflow_queue_id TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN max_chats BIGINT NOT NULL DEFAULT 4;
ALTER TABLE tenant ADD COLUMN utc_offset_min BIGINT NOT NULL DEFAULT 0;
)";

// What a company asks its customers' consent for, as a list of purposes. None at first: it turns on what it uses.
constexpr std::string_view kPurposesAsked = R"(
ALTER TABLE tenant ADD COLUMN purposes TEXT NOT NULL DEFAULT '[]';
)";

// What a topic required was asked for before a company could choose: it still is.
constexpr std::string_view kPurposesRequired = R"(
UPDATE tenant SET purposes = CASE purposes WHEN '[]' THEN '["recording"]'
  ELSE substr(purposes, 1, length(purposes) - 1) || ',"recording"]' END
  WHERE purposes NOT LIKE '%"recording"%' AND EXISTS (SELECT 1 FROM queue
    WHERE queue.tenant_id = tenant.id AND queue.required_purposes LIKE '%"recording"%');
UPDATE tenant SET purposes = CASE purposes WHEN '[]' THEN '["transcript"]'
  ELSE substr(purposes, 1, length(purposes) - 1) || ',"transcript"]' END
  WHERE purposes NOT LIKE '%"transcript"%' AND EXISTS (SELECT 1 FROM queue
    WHERE queue.tenant_id = tenant.id AND queue.required_purposes LIKE '%"transcript"%');
UPDATE tenant SET purposes = CASE purposes WHEN '[]' THEN '["face_analysis"]'
  ELSE substr(purposes, 1, length(purposes) - 1) || ',"face_analysis"]' END
  WHERE purposes NOT LIKE '%"face_analysis"%' AND EXISTS (SELECT 1 FROM queue
    WHERE queue.tenant_id = tenant.id AND queue.required_purposes LIKE '%"face_analysis"%');
UPDATE tenant SET purposes = CASE purposes WHEN '[]' THEN '["screen_view"]'
  ELSE substr(purposes, 1, length(purposes) - 1) || ',"screen_view"]' END
  WHERE purposes NOT LIKE '%"screen_view"%' AND EXISTS (SELECT 1 FROM queue
    WHERE queue.tenant_id = tenant.id AND queue.required_purposes LIKE '%"screen_view"%');
UPDATE tenant SET purposes = CASE purposes WHEN '[]' THEN '["biometrics"]'
  ELSE substr(purposes, 1, length(purposes) - 1) || ',"biometrics"]' END
  WHERE purposes NOT LIKE '%"biometrics"%' AND EXISTS (SELECT 1 FROM queue
    WHERE queue.tenant_id = tenant.id AND queue.required_purposes LIKE '%"biometrics"%');
)";

constexpr std::array<platform::Migration, 5> kMigrations{{{1, "first", kFirst},
                                                          {2, "unanswered", kUnanswered},
                                                          {3, "workday", kWorkday},
                                                          {4, "purposes", kPurposesAsked},
                                                          {5, "purposes required", kPurposesRequired}}};

constexpr std::array<PersonalColumn, 20> kPersonal{{
    {"app_user", "login"},
    {"app_user", "name"},
    {"contact", "attributes"},
    {"contact", "comment"},
    {"contact", "customer_name"},
    {"contact", "customer_ref"},
    {"contact", "note"},
    {"device_check", "result"},
    {"event", "data"},
    {"event", "salt"},
    {"file", "name"},
    {"file", "sha256"},
    {"link", "attributes"},
    {"link", "customer_name"},
    {"message", "body"},
    {"message", "sender_name"},
    {"applied_command", "reply"},
    {"quality", "summary"},
    {"login_session", "token_hash"},
    {"contact_token", "token_hash"},
}};

}  // namespace

std::span<const platform::Migration> migrations() { return kMigrations; }

std::span<const PersonalColumn> personal_columns() { return kPersonal; }

Result<int> migrate_schema(platform::Database& database, UtcMillis now) {
  const auto applied = platform::migrate(database, migrations(), now);
  if (!applied) return applied;
  const auto marked = database.write([](platform::DbSession& db) {
    for (const auto& personal : kPersonal) {
      db.run(
          "INSERT INTO personal_column (table_name, column_name) VALUES (:t, :c) ON CONFLICT (table_name, column_name) "
          "DO NOTHING",
          {{"t", personal.table}, {"c", personal.column}});
    }
  });
  if (!marked) return std::unexpected(marked.error());
  return applied;
}

}  // namespace visavis::center
