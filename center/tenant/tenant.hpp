// SPDX-License-Identifier: Apache-2.0
// What a company's administrators have set: its pages' key, topics, wrap-up codes, break reasons, consent texts, API
// keys. Small and read often: load_tenants() reads everything, the control thread keeps it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

/// By language tag: "zh-CN" and "en" are always there.
using LocalText = std::map<std::string, std::string>;

struct TenantRecord {
  std::string id;
  std::string key;  // public: stands in the pages of the company
  LocalText name;
  std::vector<std::string> allowed_origins;  // "https://shop.example"; "*" allows any (demo only)
  std::vector<std::string> languages;
  UtcMillis created_at;
  int utc_offset_min = 0;               // where its day begins, east of UTC
  std::vector<std::string> purposes{};  // what its customers are asked consent for
};

bool asks_for(const TenantRecord& tenant, std::string_view purpose);

struct QueueRecord {
  std::string id;
  std::string tenant_id;
  LocalText name;
  std::vector<std::string> skills;
  int priority = 0;
  std::vector<std::string> channels;  // chat, audio, video
  Seconds max_wait{0};                // 0: no limit
  std::vector<std::string> required_purposes;
  bool open = true;
  int place = 0;                    // order on the page
  std::string overflow_queue_id{};  // where a contact goes that has waited max_wait; empty: it ends
};

/// A disposition or a break reason.
struct CodeRecord {
  std::string code;
  LocalText name;
  int place = 0;
};

struct ConsentText {
  std::string purpose;
  int version = 1;
  LocalText title;
  LocalText text;
};

struct TenantSettings {
  TenantRecord tenant;
  std::vector<QueueRecord> queues;        // in order
  std::vector<CodeRecord> dispositions;   // in order
  std::vector<CodeRecord> break_reasons;  // in order
  std::vector<ConsentText> consents;      // the newest version of each purpose that is asked for
};

std::vector<TenantSettings> load_tenants(platform::DbSession& db);
void insert_tenant(platform::DbSession& db, const TenantRecord& tenant);
/// As it is now; others who ask so wait until the write transaction ends, to change the tenant or its queues.
std::optional<TenantRecord> tenant_to_change(platform::DbSession& db, std::string_view tenant_id);
std::vector<QueueRecord> queues_of(platform::DbSession& db, std::string_view tenant_id);  // in order
/// Name, where the day begins, what consent is asked for and which sites may embed the widget; false where there is no
/// such tenant.
bool update_tenant(platform::DbSession& db, const TenantRecord& tenant);
void insert_queue(platform::DbSession& db, const QueueRecord& queue);
/// False where the tenant has no such queue.
bool update_queue(platform::DbSession& db, const QueueRecord& queue);
void insert_disposition(platform::DbSession& db, const std::string& tenant_id, const CodeRecord& disposition);
void insert_break_reason(platform::DbSession& db, const std::string& tenant_id, const CodeRecord& reason);
/// A new version of the text; earlier versions stay, since consents refer to them.
void insert_consent_text(platform::DbSession& db, const std::string& tenant_id, const ConsentText& text, UtcMillis now);

/// What a contact's customer has answered, in the versions that were shown then: also what is asked for no more.
std::vector<ConsentText> consent_texts_answered(platform::DbSession& db, std::string_view tenant_id,
                                                std::string_view contact_id);

/// The five purposes with plain words in both languages, version 1.
std::vector<ConsentText> default_consent_texts();
std::vector<CodeRecord> default_break_reasons();
std::vector<CodeRecord> default_dispositions();

// ---- API keys of business systems: "vvk_" and 32 random bytes; only the SHA-256 is stored ----
struct ApiKey {
  std::string id;
  std::string tenant_id;
  std::string name;
};
std::string new_api_key();
void insert_api_key(platform::DbSession& db, const ApiKey& key, std::string_view secret, UtcMillis now);
bool revoke_api_key(platform::DbSession& db, std::string_view tenant_id, std::string_view id, UtcMillis now);
/// By SHA-256 of the key in hexadecimal; revoked ones are left out.
std::map<std::string, ApiKey> load_api_keys(platform::DbSession& db);

// ---- lists as JSON text, as columns hold them ----
std::string list_to_json(const std::vector<std::string>& list);
std::vector<std::string> list_from_json(std::string_view json);

}  // namespace visavis::center
