// SPDX-License-Identifier: Apache-2.0
#include "center/store/erasure.hpp"

#include "center/audit/chain.hpp"

namespace visavis::center {

using platform::DbSession;

std::vector<std::string> unanswered_files(DbSession& db, UtcMillis closed_before) {
  std::vector<std::string> ids;
  const auto rows = db.query(
      "SELECT f.id FROM contact c JOIN file f ON f.contact_id = c.id WHERE c.answered_at IS NULL AND "
      "c.erased_at IS NULL AND c.closed_at < :before",
      {{"before", closed_before}});
  for (const auto& row : rows) ids.push_back(row.text("id"));
  return ids;
}

std::size_t erase_unanswered(DbSession& db, UtcMillis closed_before, UtcMillis now, int most) {
  const auto rows = db.query(
      "SELECT id, tenant_id FROM contact WHERE answered_at IS NULL AND erased_at IS NULL AND closed_at < :before "
      "ORDER BY closed_at LIMIT :most",
      {{"before", closed_before}, {"most", most}});
  for (const auto& row : rows) {
    const auto id = row.text("id");
    audit::erase_contact(db, row.text("tenant_id"), id);
    db.run("DELETE FROM contact_token WHERE contact_id = :id", {{"id", id}});
    db.run("DELETE FROM device_check WHERE contact_id = :id", {{"id", id}});
    db.run("DELETE FROM file WHERE contact_id = :id", {{"id", id}});
    db.run("DELETE FROM applied_command WHERE scope = :scope", {{"scope", "c:" + id}});
    db.run("UPDATE contact SET attributes = '{}', erased_at = :now WHERE id = :id", {{"now", now}, {"id", id}});
  }
  return rows.size();
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
