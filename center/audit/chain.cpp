// SPDX-License-Identifier: Apache-2.0
#include "center/audit/chain.hpp"

#include <array>
#include <initializer_list>
#include <map>
#include <sstream>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center::audit {
namespace {

using platform::DbParams;
using platform::DbRow;
using platform::DbSession;

const std::string kNoHash(64, '0');
constexpr std::size_t kMostProblems = 100;
constexpr std::int64_t kPage = 1000;

/// Fields with their lengths: two different lists of fields never give the same bytes.
std::string hash_of(std::initializer_list<std::string_view> fields) {
  std::string bytes;
  for (const auto field : fields) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
  }
  return platform::sha256_hex(bytes);
}

std::string data_hash_of(std::string_view salt, std::string_view data) { return hash_of({salt, data}); }

std::string entry_hash_of(std::string_view previous, std::int64_t seq, const Entry& e, std::string_view data_hash) {
  return hash_of({"visavis-event-1", previous, e.tenant_id, std::to_string(seq), e.type, std::to_string(e.at.value),
                  e.actor, e.contact_id, e.subject, data_hash});
}

std::string signature_of(std::string_view key, const std::string& tenant_id, std::int64_t seq,
                         const std::string& hash) {
  const auto text = "visavis-head-1:" + tenant_id + ":" + std::to_string(seq) + ":" + hash;
  return platform::to_hex(platform::hmac_sha256(platform::as_bytes(key), platform::as_bytes(text)));
}

Entry entry_of(const DbRow& row) {
  return {.tenant_id = row.text("tenant_id"),
          .type = row.text("type"),
          .at = row.time("at"),
          .actor = row.text("actor"),
          .contact_id = row.text("contact_id"),
          .subject = row.text("subject"),
          .data = row.text("data")};
}

struct Newest {
  std::int64_t seq = 0;
  std::string hash = kNoHash;
};

Newest newest_of(DbSession& db, const std::string& tenant_id) {
  const auto rows =
      db.query("SELECT seq, hash FROM event WHERE tenant_id = :t ORDER BY seq DESC LIMIT 1", {{"t", tenant_id}});
  return rows.empty() ? Newest{} : Newest{rows[0].integer("seq"), rows[0].text("hash")};
}

void insert(DbSession& db, Newest& head, const Entry& given) {
  Entry entry = given;
  entry.data = platform::storable(std::move(entry.data));  // hash what will be read back
  std::array<std::uint8_t, 16> random{};
  fill_random(random);
  const auto salt = platform::to_hex(random);
  const auto data_hash = data_hash_of(salt, entry.data);
  ++head.seq;
  head.hash = entry_hash_of(head.hash, head.seq, entry, data_hash);
  db.run(
      "INSERT INTO event (tenant_id, seq, type, at, actor, contact_id, subject, data, salt, data_hash, hash) "
      "VALUES (:tenant, :seq, :type, :at, :actor, :contact, :subject, :data, :salt, :data_hash, :hash)",
      {{"tenant", entry.tenant_id},
       {"seq", head.seq},
       {"type", entry.type},
       {"at", entry.at},
       {"actor", entry.actor},
       {"contact", entry.contact_id},
       {"subject", entry.subject},
       {"data", entry.data},
       {"salt", salt},
       {"data_hash", data_hash},
       {"hash", head.hash}});
}

class Verifier {
 public:
  Verifier(DbSession& db, std::string_view key, const std::string& tenant_id)
      : db_(db), key_(key), tenant_id_(tenant_id) {}

  Report run() {
    for (;;) {
      const auto rows = db_.query("SELECT * FROM event WHERE tenant_id = :t AND seq > :after ORDER BY seq LIMIT :n",
                                  {{"t", tenant_id_}, {"after", last_.seq}, {"n", kPage}});
      for (const auto& row : rows) check(row);
      if (static_cast<std::int64_t>(rows.size()) < kPage) break;
    }
    check_head();
    report_.head_hash = last_.hash;
    return std::move(report_);
  }

 private:
  void note(std::int64_t seq, std::string what) {
    if (report_.problems.size() < kMostProblems) report_.problems.push_back({seq, std::move(what)});
  }

  void check(const DbRow& row) {
    const auto seq = row.integer("seq");
    const auto entry = entry_of(row);
    const auto data_hash = row.text("data_hash");
    if (seq != last_.seq + 1) note(seq, "entries missing before");
    if (row.text("hash") != entry_hash_of(last_.hash, seq, entry, data_hash)) note(seq, "entry changed");
    // Erasure takes data and salt together; one of them alone is no erasure.
    if (row.is_null("data") && row.is_null("salt")) {
      ++report_.erased;
    } else if (data_hash != data_hash_of(row.text("salt"), entry.data)) {
      note(seq, "data changed");
    }
    ++report_.entries;
    last_ = {seq, row.text("hash")};  // go on from what is written, so that each break shows once
  }

  void check_head() {
    const auto rows =
        db_.query("SELECT seq, hash, signature FROM audit_head WHERE tenant_id = :t", {{"t", tenant_id_}});
    if (rows.empty()) {
      if (last_.seq != 0) note(last_.seq, "signature missing");
      return;
    }
    const auto seq = rows[0].integer("seq");
    const auto hash = rows[0].text("hash");
    if (!platform::equal_in_constant_time(rows[0].text("signature"), signature_of(key_, tenant_id_, seq, hash))) {
      note(seq, "signature wrong");
    }
    if (seq > last_.seq) note(seq, "newest entries missing");
    if (seq < last_.seq || (seq == last_.seq && hash != last_.hash)) note(last_.seq, "entries that were never signed");
  }

  DbSession& db_;
  std::string_view key_;
  const std::string& tenant_id_;
  Newest last_;
  Report report_;
};

}  // namespace

std::vector<std::int64_t> append(DbSession& db, std::string_view key, const std::vector<const Entry*>& entries) {
  std::map<std::string, Newest> newest;
  std::vector<std::int64_t> numbers;
  numbers.reserve(entries.size());
  for (const auto* entry : entries) {
    auto head = newest.find(entry->tenant_id);
    if (head == newest.end()) head = newest.emplace(entry->tenant_id, newest_of(db, entry->tenant_id)).first;
    insert(db, head->second, *entry);
    numbers.push_back(head->second.seq);
  }
  for (const auto& [tenant_id, head] : newest) {
    db.run(
        "INSERT INTO audit_head (tenant_id, seq, hash, signature) VALUES (:t, :seq, :hash, :signature) "
        "ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = "
        "excluded.signature",
        {{"t", tenant_id},
         {"seq", head.seq},
         {"hash", head.hash},
         {"signature", signature_of(key, tenant_id, head.seq, head.hash)}});
  }
  return numbers;
}

std::vector<StoredEntry> entries_of_contact(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  std::vector<StoredEntry> entries;
  const auto rows = db.query("SELECT * FROM event WHERE contact_id = :c AND tenant_id = :t ORDER BY seq",
                             {{"c", contact_id}, {"t", tenant_id}});
  for (const auto& row : rows) entries.push_back({row.integer("seq"), entry_of(row), row.is_null("data")});
  return entries;
}

std::int64_t erase_contact(DbSession& db, std::string_view tenant_id, std::string_view contact_id) {
  return db.run(
      "UPDATE event SET data = NULL, salt = NULL WHERE contact_id = :c AND tenant_id = :t AND data IS NOT NULL",
      {{"c", contact_id}, {"t", tenant_id}});
}

Report verify(DbSession& db, std::string_view key, const std::string& tenant_id) {
  return Verifier(db, key, tenant_id).run();
}

std::vector<Head> heads(DbSession& db, UtcMillis now) {
  std::vector<Head> all;
  for (const auto& row : db.query("SELECT tenant_id, seq, hash, signature FROM audit_head ORDER BY tenant_id")) {
    all.push_back({now, row.text("tenant_id"), row.integer("seq"), row.text("hash"), row.text("signature")});
  }
  return all;
}

std::string to_lines(const std::vector<Head>& heads) {
  std::ostringstream lines;
  for (const auto& head : heads) {
    lines << head.noted_at.value << ' ' << head.tenant_id << ' ' << head.seq << ' ' << head.hash << ' '
          << head.signature << '\n';
  }
  return lines.str();
}

std::vector<Head> heads_from_lines(std::string_view lines) {
  std::vector<Head> heads;
  std::istringstream in{std::string(lines)};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Head head;
    if (words >> head.noted_at.value >> head.tenant_id >> head.seq >> head.hash >> head.signature) {
      heads.push_back(std::move(head));
    }
  }
  return heads;
}

std::vector<Problem> verify_heads(DbSession& db, std::string_view key, const std::string& tenant_id,
                                  const std::vector<Head>& noted) {
  std::vector<Problem> problems;
  for (const auto& head : noted) {
    const bool ours =
        head.tenant_id == tenant_id &&
        platform::equal_in_constant_time(head.signature, signature_of(key, tenant_id, head.seq, head.hash));
    if (!ours) continue;
    const auto rows =
        db.query("SELECT hash FROM event WHERE tenant_id = :t AND seq = :seq", {{"t", tenant_id}, {"seq", head.seq}});
    if (rows.empty() || rows[0].text("hash") != head.hash)
      problems.push_back({head.seq, "differs from the head noted"});
  }
  return problems;
}

}  // namespace visavis::center::audit
