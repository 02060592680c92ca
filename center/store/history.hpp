// SPDX-License-Identifier: Apache-2.0
// Reading what happened: pages of contacts, one contact whole, files, quality. All of it blocks: task threads only.
// Every call names the tenant, and finds nothing of another's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/types/types.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

struct ContactSummary {
  std::string id{};
  std::string state{};  // as in the contract: waiting, offered, active, wrapup, closed
  std::string channel{};
  std::string queue_id{};
  std::string language{};
  std::string customer_name{};
  Attributes attributes{};
  std::string agent_id{};
  UtcMillis created_at{};
  std::optional<std::int64_t> answered_at{}, ended_at{}, closed_at{};
  std::string end_reason{};
  std::string disposition{};
  std::optional<bool> resolved{};
  std::string note{};
  std::optional<int> stars{};
  std::optional<bool> solved{};
  std::string comment{};
  bool from_link = false;
  bool practice = false;
};

struct ContactFilter {
  std::string customer{};  // part of the name in any case, or the whole attribute customer_id
  std::string state{};
  std::string agent_id{};
  std::string cursor{};  // next_cursor of the page before
  int limit = 50;        // 1–200
};
struct ContactPage {
  std::vector<ContactSummary> items;
  std::string next_cursor;  // empty: that was all
};
/// Newest first. Throws DbError cursor_invalid for a cursor that we did not make.
ContactPage page_of_contacts(platform::DbSession& db, std::string_view tenant_id, const ContactFilter& filter);

std::optional<ContactSummary> find_contact(platform::DbSession& db, std::string_view tenant_id,
                                           std::string_view contact_id);
/// Earlier contacts of the same customer: by customer_id where the contact has one, else by name; 0 for the nameless.
std::int64_t count_previous(platform::DbSession& db, std::string_view tenant_id, std::string_view contact_id);

struct StoredMessage {
  std::string id{}, sender{}, sender_name{}, kind{};
  std::string body{};  // JSON as chat::Posted writes it
  UtcMillis at{};
};
std::vector<StoredMessage> messages_of(platform::DbSession& db, std::string_view tenant_id,
                                       std::string_view contact_id);

struct StoredConsent {
  std::string purpose{};
  int version = 0;
  bool granted = false;
  UtcMillis at{};
};
/// All answers, oldest first; the last one of each purpose counts.
std::vector<StoredConsent> consents_of(platform::DbSession& db, std::string_view tenant_id,
                                       std::string_view contact_id);

/// The device and network check as the page sent it (JSON).
std::optional<std::string> device_check_of(platform::DbSession& db, std::string_view tenant_id,
                                           std::string_view contact_id);

struct FileRecord {
  std::string id{}, tenant_id{}, contact_id{}, name{}, type{}, sha256{}, uploaded_by{};
  std::int64_t size = 0;
  UtcMillis at{};
};
void insert_file(platform::DbSession& db, const FileRecord& file);
void remove_file(platform::DbSession& db, std::string_view file_id);
std::optional<FileRecord> find_file(platform::DbSession& db, std::string_view tenant_id, std::string_view file_id);
/// Files of contacts that have not ended, of all tenants.
std::vector<FileRecord> files_of_open_contacts(platform::DbSession& db);
/// What the files of a company's contacts that nobody has answered take together.
std::size_t unanswered_file_bytes(platform::DbSession& db, std::string_view tenant_id);
std::vector<FileRecord> files_of(platform::DbSession& db, std::string_view tenant_id, std::string_view contact_id);

struct QualitySummary {
  std::string contact_id{}, participant_id{};
  UtcMillis at{};
  std::string summary{};  // JSON
};
/// One per participant and minute is plenty; the same minute again replaces.
void put_quality(platform::DbSession& db, const QualitySummary& quality);
std::vector<QualitySummary> quality_of(platform::DbSession& db, std::string_view tenant_id,
                                       std::string_view contact_id);

}  // namespace visavis::center
