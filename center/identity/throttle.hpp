// SPDX-License-Identifier: Apache-2.0
// Slows guessing down without locking people out: a wrong password costs the pair of account and address most, the
// account over all addresses little (else a stranger could keep its owner out), an address over all accounts more.
// Used on the control thread only; time is given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace visavis::center {

class SignInThrottle {
 public:
  /// Counts an attempt as failed in advance, so that attempts side by side are all counted.
  /// Zero: go on. Otherwise: refuse with 429 and this Retry-After; nothing was counted.
  Seconds admit(std::string_view account, std::string_view address, UtcMillis now);

  /// The password was right: the account is forgiven here, the address gets this attempt back.
  void succeeded(std::string_view account, std::string_view address);

  std::size_t remembered() const { return entries_.size(); }

 private:
  struct Rule {
    int free;         // failures before waiting begins
    Seconds longest;  // the wait doubles from 1 s up to this
  };
  struct Entry {
    int failures = 0;
    UtcMillis last;
    UtcMillis open_at;  // next attempt not before
  };
  Seconds wait(const std::string& key, UtcMillis now) const;
  void count(const std::string& key, const Rule& rule, UtcMillis now);
  void make_room(UtcMillis now);
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace visavis::center
