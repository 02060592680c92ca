// SPDX-License-Identifier: Apache-2.0
// Who may send another file: each costs its whole size in memory until it has come and is stored. Taken before the body
// is read, by its announced length. Control thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace visavis::center {

struct FileAmount {
  std::size_t files = 0;
  std::size_t bytes = 0;
};

class FilePlaces {
 public:
  static constexpr std::size_t kMostAtOnce = 4;  // on their way into one contact
  // Of those whom nobody has answered: on their way from one network and from all, less than what the door holds of
  // bodies; and what stays of them until somebody answers or they leave, per network.
  static constexpr std::size_t kMostOfNetwork = 40 * 1024 * 1024;
  static constexpr std::size_t kMostOfStrangers = 96 * 1024 * 1024;
  static constexpr std::size_t kMostKeptOfNetwork = 256 * 1024 * 1024;

  /// Whether nobody has answered the contact yet, and it is not over.
  using Unanswered = std::function<bool(const std::string& tenant_id, const std::string& contact_id)>;
  explicit FilePlaces(Unanswered unanswered) : unanswered_(std::move(unanswered)) {}

  struct Ask {
    std::string tenant_id;
    std::string contact_id;
    std::string network;  // of the client
    FileAmount stored;    // what the contact has
    std::size_t bytes = 0;
  };
  /// A file on its way, as long as the object lives. May outlive this object.
  using Place = std::shared_ptr<void>;
  /// Errors: not_answered_yet, files_full (the contact holds no more), busy (later it may).
  Result<Place> take(const Ask& ask);
  /// The largest file that the contact has room for, beside those on their way.
  std::size_t room(const Ask& ask) const;
  /// What has come has been stored, and stays.
  void kept(const Ask& ask);
  /// Forgets what was kept of contacts that are answered or over.
  void forget_settled();

 private:
  struct OnTheWay {
    std::map<std::string, FileAmount> by_contact, by_network;  // networks: of strangers
    std::size_t of_strangers = 0;
  };
  struct Kept {
    std::string tenant_id;
    std::string network;
    std::size_t bytes = 0;
  };
  FileAmount left(const Ask& ask) const;
  Result<void> admit_stranger(const Ask& ask) const;
  std::size_t kept_of(const std::string& network) const;

  Unanswered unanswered_;
  std::shared_ptr<OnTheWay> on_the_way_ = std::make_shared<OnTheWay>();
  std::map<std::string, Kept> kept_;  // by contact
};

}  // namespace visavis::center
