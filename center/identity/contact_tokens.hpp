// SPDX-License-Identifier: Apache-2.0
// A customer's bearer token for one contact: 32 random bytes, base64url; only the SHA-256 is kept. Control thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

struct ContactKey {
  std::string tenant_id{};
  std::string contact_id{};
  std::string participant_id{};
};

class ContactTokens {
 public:
  struct Issued {
    std::string token;
    std::string hash;  // goes with the contact's first events to the store
  };
  /// Valid at once; call revoke(hash) if the contact was not stored after all.
  Issued issue(const ContactKey& key);
  const ContactKey* find(std::string_view token) const;
  void revoke(const std::string& hash) { by_hash_.erase(hash); }
  void revoke_contact(std::string_view contact_id);

  /// Replaces what is kept by the tokens of contacts that are open or closed after `closed_after`
  /// (`unanswered_after` where nobody has answered them). Blocks.
  Result<void> load(platform::Database& database, UtcMillis closed_after, UtcMillis unanswered_after);

  /// Forgets the tokens of contacts that are known no more; the contacts, each once.
  std::vector<ContactKey> prune(const std::function<bool(const ContactKey&)>& known);
  std::size_t size() const { return by_hash_.size(); }

 private:
  std::unordered_map<std::string, ContactKey> by_hash_;
};

void insert_contact_token(platform::DbSession& db, const std::string& hash, const ContactKey& key, UtcMillis now);

}  // namespace visavis::center
