// SPDX-License-Identifier: Apache-2.0
// What a customer has agreed to in one contact: the latest record per purpose counts, nothing is granted by default.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "center/consent/events.hpp"

namespace visavis::center::consent {

struct Record {
  Recorded what;
  UtcMillis at;
  static void fields(auto& self, auto&& f) {
    f("what", self.what);
    f("at", self.at);
  }
};

/// Purposes granted: what taps and recorders may do. Empty by default.
using Mask = std::set<Purpose>;

class Book {
 public:
  void apply(const Meta& meta, const Recorded& event);
  void forget(const std::string& contact_id) { records_.erase(contact_id); }

  /// All answers of a contact in the order they were given.
  std::span<const Record> history(const std::string& contact_id) const;
  /// Whether this is what the customer's last answer of that purpose says already; a refusal is the same in any
  /// version.
  bool says(const std::string& contact_id, const Recorded& answer) const;
  /// The latest answer per purpose.
  std::vector<Record> current(const std::string& contact_id) const;
  Mask mask(const std::string& contact_id) const;

 private:
  std::map<std::string, std::vector<Record>> records_;
};

/// May this answer be recorded? Granting needs the current version of the text (`versions`); withdrawing always works.
Result<void> check(const Recorded& answer, const std::map<Purpose, int>& versions);

/// Refuses with `consent_required` where a required purpose is not among the granted answers, naming the purposes.
Result<void> check_required(std::span<const Recorded> answers, const std::set<Purpose>& required);

}  // namespace visavis::center::consent
