// SPDX-License-Identifier: Apache-2.0
#include "center/store/erasure.hpp"

#include <limits>

#include "center/audit/chain.hpp"

namespace visavis::center {

using platform::DbSession;

namespace {

/// A contact to be erased.
struct Due {
  std::string id, tenant_id;
  UtcMillis closed_at;
  std::vector<std::string> files;
};

/// The oldest that come after `after`.
std::vector<Due> next_due(DbSession& db, UtcMillis closed_before, const Due& after, int most) {
  const auto rows = db.query(
      "SELECT id, tenant_id, closed_at FROM contact WHERE answered_at IS NULL AND erased_at IS NULL AND "
      "closed_at < :before AND (closed_at > :after OR (closed_at = :after AND id > :after_id)) "
      "ORDER BY closed_at, id LIMIT :most",
      {{"before", closed_before}, {"after", after.closed_at}, {"after_id", after.id}, {"most", most}});
  std::vector<Due> all;
  for (const auto& row : rows) {
    auto& due = all.emplace_back(Due{row.text("id"), row.text("tenant_id"), row.time("closed_at"), {}});
    for (const auto& file : db.query("SELECT id FROM file WHERE contact_id = :id", {{"id", due.id}}))
      due.files.push_back(file.text("id"));
  }
  return all;
}

void erase(DbSession& db, const Due& due, UtcMillis now) {
  audit::erase_contact(db, due.tenant_id, due.id);
  db.run("DELETE FROM contact_token WHERE contact_id = :id", {{"id", due.id}});
  db.run("DELETE FROM device_check WHERE contact_id = :id", {{"id", due.id}});
  db.run("DELETE FROM file WHERE contact_id = :id", {{"id", due.id}});
  db.run("DELETE FROM applied_command WHERE scope = :scope", {{"scope", "c:" + due.id}});
  db.run("UPDATE contact SET attributes = '{}', erased_at = :now WHERE id = :id", {{"now", now}, {"id", due.id}});
}

}  // namespace

Result<Erased> erase_unanswered(platform::Database& database, UtcMillis closed_before, UtcMillis now, int at_once,
                                const RemoveFile& remove) {
  Erased erased;
  Due last{"", "", {std::numeric_limits<std::int64_t>::min()}, {}};
  for (;;) {
    auto due = database.read([&](DbSession& db) { return next_due(db, closed_before, last, at_once); });
    if (!due) return std::unexpected(due.error());
    if (due->empty()) return erased;
    last = due->back();
    // Contents first: what is still listed is found again by the next run.
    std::erase_if(*due, [&](const Due& contact) {
      for (const auto& file : contact.files) {
        const auto removed = remove(file);
        if (removed) continue;
        erased.left.push_back({contact.id, removed.error()});
        return true;
      }
      return false;
    });
    const auto done = database.write([&](DbSession& db) {
      for (const auto& contact : *due) erase(db, contact, now);
    });
    if (!done) return std::unexpected(done.error());
    erased.contacts += due->size();
  }
}

std::vector<GivenUp> given_up(DbSession& db, UtcMillis after, UtcMillis until, Seconds at_least) {
  // Companies' days begin at quarters of an hour of UTC, wherever they are.
  const auto rows = db.query(
      "SELECT tenant_id, ended_at / 900000 AS quarter, COUNT(*) AS n FROM contact WHERE answered_at IS NULL AND "
      "practice = 0 AND closed_at > :after AND closed_at <= :until AND ended_at - created_at >= :least "
      "GROUP BY tenant_id, ended_at / 900000",
      {{"after", after}, {"until", until}, {"least", Millis{at_least}.count()}});
  std::vector<GivenUp> out;
  for (const auto& row : rows) {
    out.push_back(
        {row.text("tenant_id"), {row.integer("quarter") * 900'000}, static_cast<std::size_t>(row.integer("n"))});
  }
  return out;
}

}  // namespace visavis::center
