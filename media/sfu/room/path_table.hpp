// SPDX-License-Identifier: Apache-2.0
// Which session a path belongs to: open addressing with linear probing, so that the lookup of every packet touches one
// or two cache lines. Grows at half load; removal moves entries back instead of leaving tombstones.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "media/rtc/ice/ice.hpp"

namespace visavis::sfu {

class Session;

class PathTable {
 public:
  PathTable() : entries_(kInitial) {}

  /// Nullptr where the path is unknown.
  Session* find(const rtc::Path& path) const {
    for (std::size_t i = home(path);; i = next(i)) {
      if (entries_[i].session == nullptr) return nullptr;
      if (entries_[i].path == path) return entries_[i].session;
    }
  }

  void set(const rtc::Path& path, Session& session) {
    if ((count_ + 1) * 2 > entries_.size()) grow();
    std::size_t i = home(path);
    while (entries_[i].session != nullptr && entries_[i].path != path) i = next(i);
    if (entries_[i].session == nullptr) ++count_;
    entries_[i] = {path, &session};
  }

  void erase(const rtc::Path& path) {
    std::size_t hole = home(path);
    while (entries_[hole].session != nullptr && entries_[hole].path != path) hole = next(hole);
    if (entries_[hole].session == nullptr) return;
    --count_;
    for (std::size_t i = next(hole); entries_[i].session != nullptr; i = next(i)) {
      // An entry may fill the hole unless its home lies after the hole on the way to it.
      const std::size_t wanted = home(entries_[i].path);
      if (((i - wanted) & mask()) < ((i - hole) & mask())) continue;
      entries_[hole] = entries_[i];
      hole = i;
    }
    entries_[hole].session = nullptr;
  }

  std::size_t size() const { return count_; }

 private:
  static constexpr std::size_t kInitial = 64;
  struct Entry {
    rtc::Path path;
    Session* session = nullptr;
  };

  std::size_t mask() const { return entries_.size() - 1; }
  std::size_t home(const rtc::Path& path) const { return std::hash<rtc::Path>{}(path)&mask(); }
  std::size_t next(std::size_t i) const { return (i + 1) & mask(); }
  void grow() {
    std::vector<Entry> old(entries_.size() * 2);
    old.swap(entries_);
    count_ = 0;
    for (const Entry& entry : old) {
      if (entry.session != nullptr) set(entry.path, *entry.session);
    }
  }

  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

}  // namespace visavis::sfu
