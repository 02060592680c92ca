// SPDX-License-Identifier: Apache-2.0
#include "center/identity/contact_tokens.hpp"

#include <map>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {

using platform::DbSession;

ContactTokens::Issued ContactTokens::issue(const ContactKey& key) {
  Issued issued{random_token(32), {}};
  issued.hash = platform::sha256_hex(issued.token);
  by_hash_.emplace(issued.hash, key);
  return issued;
}

const ContactKey* ContactTokens::find(std::string_view token) const {
  const auto found = by_hash_.find(platform::sha256_hex(token));
  return found == by_hash_.end() ? nullptr : &found->second;
}

void ContactTokens::revoke_contact(std::string_view contact_id) {
  std::erase_if(by_hash_, [&](const auto& entry) { return entry.second.contact_id == contact_id; });
}

std::vector<ContactKey> ContactTokens::prune(const std::function<bool(const ContactKey&)>& known) {
  std::map<std::string, ContactKey> gone;
  std::erase_if(by_hash_, [&](const auto& entry) {
    if (known(entry.second)) return false;
    gone.try_emplace(entry.second.contact_id, entry.second);
    return true;
  });
  std::vector<ContactKey> out;
  for (auto& [id, key] : gone) out.push_back(std::move(key));
  return out;
}

Result<void> ContactTokens::load(platform::Database& database, UtcMillis closed_after, UtcMillis unanswered_after) {
  const auto rows = database.read([&](DbSession& db) {
    return db.query(
        "SELECT t.token_hash, c.tenant_id, t.contact_id, t.participant_id FROM contact_token t "
        "JOIN contact c ON c.id = t.contact_id WHERE c.closed_at IS NULL OR (c.closed_at > :after AND "
        "(c.answered_at IS NOT NULL OR c.closed_at > :unanswered))",
        {{"after", closed_after}, {"unanswered", unanswered_after}});
  });
  if (!rows) return std::unexpected(rows.error());
  by_hash_.clear();
  for (const auto& row : *rows) {
    by_hash_.emplace(row.text("token_hash"),
                     ContactKey{row.text("tenant_id"), row.text("contact_id"), row.text("participant_id")});
  }
  return {};
}

void insert_contact_token(DbSession& db, const std::string& hash, const ContactKey& key, UtcMillis now) {
  db.run(
      "INSERT INTO contact_token (token_hash, contact_id, participant_id, created_at) VALUES (:hash, :contact, :who, "
      ":at)",
      {{"hash", hash}, {"contact", key.contact_id}, {"who", key.participant_id}, {"at", now}});
}

}  // namespace visavis::center
