// SPDX-License-Identifier: Apache-2.0
#include "center/store/links.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/store/attributes.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

using platform::DbError;
using platform::DbSession;

void insert(DbSession& db, const std::string& hash, const Link& link) {
  const auto agent = link.agent_id.empty() ? std::optional<std::string>{} : link.agent_id;
  db.run(
      "INSERT INTO link (id, token_hash, tenant_id, queue_id, channel, language, customer_name, attributes, agent_id, "
      "priority, vip, created_by, created_at, expires_at) VALUES (:id, :hash, :tenant, :queue, :channel, :language, "
      ":name, "
      ":attributes, :agent, :priority, :vip, :by, :created, :expires)",
      {{"id", link.id},
       {"hash", hash},
       {"tenant", link.tenant_id},
       {"queue", link.queue_id},
       {"channel", name_of(link.channel)},
       {"language", link.language},
       {"name", link.customer_name},
       {"attributes", attributes_to_json(link.attributes)},
       {"agent", agent},
       {"priority", link.priority},
       {"vip", link.vip},
       {"by", link.created_by},
       {"created", link.created_at},
       {"expires", link.expires_at}});
}

Error used() { return {ErrorKind::kGone, "link_used", "This link was opened already. Ask for a new one."}; }

}  // namespace

Result<LinkBook::Issued> LinkBook::issue(Link link) {
  const auto bytes = bytes_of(link.customer_name, link.attributes);
  if (bytes_ + bytes > kMostBytes) {
    return fail(ErrorKind::kThrottled, "too_many_links",
                "Too many links are open. Let some expire, or give new ones a shorter life.");
  }
  bytes_ += bytes;
  link.expires_at = std::min(link.expires_at, link.created_at + kLongest);
  Issued issued{random_token(32), {}};
  auto hash = platform::sha256_hex(issued.token);
  issued.record = [hash, link](DbSession& db) { insert(db, hash, link); };
  links_.emplace(std::move(hash), std::move(link));
  return issued;
}

Result<const Link*> LinkBook::find(std::string_view token, UtcMillis now) const {
  const auto found = links_.find(platform::sha256_hex(token));
  if (found == links_.end()) {
    return fail(ErrorKind::kNotFound, "link_unknown", "There is no such link. Check that it was copied whole.");
  }
  if (found->second.used) return std::unexpected(used());
  if (found->second.expires_at <= now) {
    return fail(ErrorKind::kGone, "link_expired", "This link has expired. Ask for a new one.");
  }
  return &found->second;
}

Result<LinkBook::Record> LinkBook::use(std::string_view token, const std::string& contact_id, UtcMillis now) {
  if (const auto open = find(token, now); !open) return std::unexpected(open.error());
  auto& link = links_.at(platform::sha256_hex(token));
  link.used = true;
  link.used_at = now;
  return [id = link.id, contact_id, now](DbSession& db) {
    const auto changed =
        db.run("UPDATE link SET used_at = :at, contact_id = :contact WHERE id = :id AND used_at IS NULL",
               {{"at", now}, {"contact", contact_id}, {"id", id}});
    if (changed != 1) throw DbError(used());
  };
}

void LinkBook::give_back(std::string_view token) {
  const auto found = links_.find(platform::sha256_hex(token));
  if (found != links_.end()) found->second.used = false;
}

void LinkBook::prune(UtcMillis now) {
  constexpr std::chrono::minutes kMayBeGivenBack{10};
  for (auto it = links_.begin(); it != links_.end();) {
    auto& link = it->second;
    const bool over = link.expires_at <= now || (link.used && link.used_at + Millis{kMayBeGivenBack} <= now);
    if (over) {
      bytes_ -= bytes_of(link.customer_name, link.attributes);
      link.customer_name.clear();
      link.attributes.clear();
    }
    it = link.expires_at + Millis{kRemember} <= now ? links_.erase(it) : std::next(it);
  }
}

Result<void> LinkBook::load(platform::Database& database, UtcMillis now) {
  const auto rows = database.read([&](DbSession& db) {
    return db.query("SELECT * FROM link WHERE expires_at > :since", {{"since", now - kRemember}});
  });
  if (!rows) return std::unexpected(rows.error());
  links_.clear();
  bytes_ = 0;
  for (const auto& row : *rows) {
    Link link{.id = row.text("id"),
              .tenant_id = row.text("tenant_id"),
              .queue_id = row.text("queue_id"),
              .channel = parse_enum<Channel>(row.text("channel")).value_or(Channel::kChat),
              .language = row.text("language"),
              .customer_name = row.text("customer_name"),
              .attributes = attributes_from_json(row.text("attributes")),
              .agent_id = row.text("agent_id"),
              .priority = static_cast<int>(row.integer("priority")),
              .vip = row.boolean("vip"),
              .created_by = row.text("created_by"),
              .created_at = row.time("created_at"),
              .expires_at = row.time("expires_at"),
              .used = !row.is_null("used_at"),
              .used_at = {row.maybe_integer("used_at").value_or(0)}};
    bytes_ += bytes_of(link.customer_name, link.attributes);
    links_.emplace(row.text("token_hash"), std::move(link));
  }
  prune(now);
  return {};
}

}  // namespace visavis::center
