// SPDX-License-Identifier: Apache-2.0
#include "center/store/command_book.hpp"

namespace visavis::center {

using platform::DbSession;

CommandBook::Found CommandBook::begin(std::string_view scope, std::string_view id) {
  const auto [entry, fresh] = scopes_[std::string(scope)].replies.try_emplace(std::string(id), std::nullopt);
  if (fresh) return {State::kNew};
  if (!entry->second) return {State::kPending};
  return {State::kDone, *entry->second};
}

void CommandBook::finish(std::string_view scope, std::string_view id, std::string reply) {
  auto& of_scope = scopes_[std::string(scope)];
  bytes_ += bytes_of(id, reply);
  of_scope.replies[std::string(id)] = std::move(reply);
  of_scope.order.emplace_back(id);
  if (of_scope.order.size() > kMostPerScope) drop_oldest_of(std::string(scope));
  newest_.emplace_back(scope);
  while (newest_.size() > kMost || (bytes_ > kMostBytes && !newest_.empty())) {
    drop_oldest_of(newest_.front());
    newest_.pop_front();
  }
}

void CommandBook::drop_oldest_of(const std::string& scope) {
  const auto found = scopes_.find(scope);
  if (found == scopes_.end() || found->second.order.empty()) return;
  const auto oldest = found->second.replies.find(found->second.order.front());
  if (oldest != found->second.replies.end()) {
    bytes_ -= bytes_of(oldest->first, oldest->second.value_or(""));
    found->second.replies.erase(oldest);
  }
  found->second.order.pop_front();
  if (found->second.replies.empty()) scopes_.erase(found);
}

void CommandBook::forget(std::string_view scope, std::string_view id) {
  const auto found = scopes_.find(std::string(scope));
  if (found == scopes_.end()) return;
  const auto entry = found->second.replies.find(std::string(id));
  if (entry != found->second.replies.end() && !entry->second) found->second.replies.erase(entry);
  if (found->second.replies.empty()) scopes_.erase(found);
}

void CommandBook::drop_scope(std::string_view scope) {
  const auto found = scopes_.find(std::string(scope));
  if (found == scopes_.end()) return;
  for (const auto& [id, reply] : found->second.replies) {
    if (reply) bytes_ -= bytes_of(id, *reply);
  }
  scopes_.erase(found);
}

Result<void> CommandBook::load(platform::Database& database, UtcMillis since) {
  const auto rows = database.read([&](DbSession& db) {
    return db.query("SELECT scope, id, reply FROM applied_command WHERE at >= :since ORDER BY at DESC LIMIT :most",
                    {{"since", since}, {"most", kMost}});
  });
  if (!rows) return std::unexpected(rows.error());
  scopes_.clear();
  newest_.clear();
  bytes_ = 0;
  for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
    finish(row->text("scope"), row->text("id"), row->text("reply"));
  }
  return {};
}

}  // namespace visavis::center
