// SPDX-License-Identifier: Apache-2.0
// The append-only log of everything that happened, one hash chain per tenant: each entry's hash covers the one before
// it, and the newest hash is signed with a key that is not in the database. What people said or are called sits only in
// `data`, of which the chain holds a salted hash: erasing data and salt leaves the chain whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center::audit {

struct Entry {
  std::string tenant_id{};
  std::string type{};
  UtcMillis at{};
  std::string actor{};       // no personal data: "system", "customer:CONTACT", "agent:USER"
  std::string contact_id{};  // empty where it concerns none
  std::string subject{};     // user id where the entry is about an agent, else empty
  std::string data{};        // JSON; personal
};

/// Appends in order, inside the caller's write transaction; the sequence number of each entry. The heads of the touched
/// chains are signed with `key` (32 bytes).
std::vector<std::int64_t> append(platform::DbSession& db, std::string_view key,
                                 const std::vector<const Entry*>& entries);

struct StoredEntry {
  std::int64_t seq = 0;
  Entry entry{};  // data is empty after erasure
  bool erased = false;
};
/// Everything about one contact, oldest first.
std::vector<StoredEntry> entries_of_contact(platform::DbSession& db, std::string_view tenant_id,
                                            std::string_view contact_id);

/// Removes what was said from the entries of a contact; how many had anything left.
std::int64_t erase_contact(platform::DbSession& db, std::string_view tenant_id, std::string_view contact_id);

struct Problem {
  std::int64_t seq = 0;
  std::string
      what;  // "entry changed", "data changed", "entries missing before", "newest entries missing", "signature wrong"
};
struct Report {
  std::int64_t entries = 0;
  std::int64_t erased = 0;
  std::string head_hash;          // of the newest entry; compare with one noted elsewhere
  std::vector<Problem> problems;  // the first hundred
  bool whole() const { return problems.empty(); }
};
/// Walks a tenant's whole chain. Any edited, deleted, inserted or reordered entry shows up.
Report verify(platform::DbSession& db, std::string_view key, const std::string& tenant_id);

/// The signed newest entry of a tenant, noted outside the database: whoever puts back an older copy of the database, or
/// cuts entries off together with the head of that time, is found out by it.
struct Head {
  UtcMillis noted_at{};
  std::string tenant_id{};
  std::int64_t seq = 0;
  std::string hash{};
  std::string signature{};
};
std::vector<Head> heads(platform::DbSession& db, UtcMillis now);
/// One line per head, "AT TENANT SEQ HASH SIGNATURE"; for a file that is appended to once a day and copied elsewhere.
std::string to_lines(const std::vector<Head>& heads);
/// Lines that are none are left out.
std::vector<Head> heads_from_lines(std::string_view lines);
/// Heads of this tenant that the chain no longer contains. Lines that `key` did not sign are passed over.
std::vector<Problem> verify_heads(platform::DbSession& db, std::string_view key, const std::string& tenant_id,
                                  const std::vector<Head>& noted);

}  // namespace visavis::center::audit
