// SPDX-License-Identifier: Apache-2.0
// One-time links that an agent or a business system makes for a customer. Control thread: everything that can still be
// opened is in memory, so that opening is decided at once; the rows travel in the batches of what they belong to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/types/types.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

struct Link {
  std::string id{};
  std::string tenant_id{};
  std::string queue_id{};
  Channel channel = Channel::kVideo;
  std::string language{};  // empty: the customer's browser decides
  std::string customer_name{};
  Attributes attributes{};
  std::string agent_id{};  // ask this agent first, or empty
  int priority = 0;
  bool vip = false;
  std::string created_by{};  // user id or API key id
  UtcMillis created_at{};
  UtcMillis expires_at{};
  bool used = false;
  UtcMillis used_at{};
};

class LinkBook {
 public:
  using Record = std::function<void(platform::DbSession&)>;
  static constexpr std::chrono::hours kLongest{30 * 24};
  /// A link that ended less than this ago is told apart from one that never was.
  static constexpr std::chrono::hours kRemember{7 * 24};

  struct Issued {
    std::string token;  // 32 random bytes, base64url; only its SHA-256 is kept
    Record record;      // for Batch::records
  };
  /// What all links that can still be opened may hold in memory, over all companies.
  static constexpr std::size_t kMostBytes = 256 * 1024 * 1024;
  /// `link.id`, `created_at` and `expires_at` are set by the caller; expires_at is cut to kLongest. Error
  /// too_many_links.
  Result<Issued> issue(Link link);

  /// Errors: link_unknown (404), link_used, link_expired (410).
  Result<const Link*> find(std::string_view token, UtcMillis now) const;

  /// Takes the link for this contact: nobody else gets it from now on. Same errors as find().
  Result<Record> use(std::string_view token, const std::string& contact_id, UtcMillis now);
  /// The contact could not be opened after all.
  void give_back(std::string_view token);

  /// Forgets what nobody can open any more: what came with links used a while ago, and links that ended long ago.
  void prune(UtcMillis now);
  std::size_t size() const { return links_.size(); }
  std::size_t bytes() const { return bytes_; }

  /// At start and after a failed commit. Blocks.
  Result<void> load(platform::Database& database, UtcMillis now);

 private:
  std::unordered_map<std::string, Link> links_;  // by SHA-256 of the token
  std::size_t bytes_ = 0;                        // of names and attributes
};

}  // namespace visavis::center
