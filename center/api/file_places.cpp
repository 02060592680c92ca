// SPDX-License-Identifier: Apache-2.0
#include "center/api/file_places.hpp"

#include <algorithm>

#include "center/types/limits.hpp"

namespace visavis::center {
namespace {

FileAmount amount_of(const std::map<std::string, FileAmount>& amounts, const std::string& whose) {
  const auto it = amounts.find(whose);
  return it == amounts.end() ? FileAmount{} : it->second;
}

void add(std::map<std::string, FileAmount>& amounts, const std::string& whose, std::size_t bytes) {
  auto& amount = amounts[whose];
  ++amount.files;
  amount.bytes += bytes;
}

void take_away(std::map<std::string, FileAmount>& amounts, const std::string& whose, std::size_t bytes) {
  const auto it = amounts.find(whose);
  it->second.bytes -= bytes;
  if (--it->second.files == 0) amounts.erase(it);
}

std::unexpected<Error> busy() {
  return fail(ErrorKind::kUnavailable, "busy",
              "Too many files are being sent at the moment. Try again in some seconds.");
}

}  // namespace

FileAmount FilePlaces::left(const Ask& ask) const {
  const bool stranger = unanswered_(ask.tenant_id, ask.contact_id);
  const auto coming = amount_of(on_the_way_->by_contact, ask.contact_id);
  const auto minus = [](std::size_t most, std::size_t used) { return used < most ? most - used : 0; };
  return {minus(stranger ? kMostUnansweredFiles : kMostFiles, ask.stored.files + coming.files),
          minus(stranger ? kMostUnansweredFileBytes : kMostFileBytes, ask.stored.bytes + coming.bytes)};
}

std::size_t FilePlaces::room(const Ask& ask) const {
  const auto rest = left(ask);
  return rest.files == 0 ? 0 : rest.bytes;
}

Result<void> FilePlaces::admit_stranger(const Ask& ask) const {
  if (kept_of(ask.network) + ask.bytes > kMostKeptOfNetwork) {
    return fail(ErrorKind::kConflict, "not_answered_yet",
                "Those who wait in your network have sent as much as is kept. Send it once somebody has answered.");
  }
  // Whoever asks for too much is stopped by their own limit before they take from what all share.
  if (amount_of(on_the_way_->by_network, ask.network).bytes + ask.bytes > kMostOfNetwork) return busy();
  if (on_the_way_->of_strangers + ask.bytes > kMostOfStrangers) return busy();
  return {};
}

Result<FilePlaces::Place> FilePlaces::take(const Ask& ask) {
  const bool stranger = unanswered_(ask.tenant_id, ask.contact_id);
  const auto rest = left(ask);
  if (rest.files == 0 || rest.bytes == 0 || ask.bytes > rest.bytes) {
    if (stranger) {
      return fail(ErrorKind::kConflict, "not_answered_yet",
                  "Before somebody answers, a few files can be sent (3, together 20 MiB). Wait with the others.");
    }
    return fail(ErrorKind::kTooLarge, "files_full",
                "This contact has as many files as it can hold (100, together 200 MiB). Go on in a new contact.");
  }
  if (amount_of(on_the_way_->by_contact, ask.contact_id).files >= kMostAtOnce) return busy();
  if (stranger) {
    if (const auto admitted = admit_stranger(ask); !admitted) return std::unexpected(admitted.error());
    add(on_the_way_->by_network, ask.network, ask.bytes);
    on_the_way_->of_strangers += ask.bytes;
  }
  add(on_the_way_->by_contact, ask.contact_id, ask.bytes);
  return Place(on_the_way_.get(), [all = on_the_way_, contact = ask.contact_id, network = ask.network, stranger,
                                   bytes = ask.bytes](void*) {
    take_away(all->by_contact, contact, bytes);
    if (!stranger) return;
    take_away(all->by_network, network, bytes);
    all->of_strangers -= bytes;
  });
}

std::size_t FilePlaces::kept_of(const std::string& network) const {
  std::size_t bytes = 0;
  for (const auto& [contact_id, kept] : kept_) {
    if (kept.network == network && unanswered_(kept.tenant_id, contact_id)) bytes += kept.bytes;
  }
  return bytes;
}

void FilePlaces::kept(const Ask& ask) {
  if (!unanswered_(ask.tenant_id, ask.contact_id)) return;
  auto& kept = kept_.try_emplace(ask.contact_id, Kept{ask.tenant_id, ask.network}).first->second;
  kept.bytes += ask.bytes;
}

void FilePlaces::forget_settled() {
  std::erase_if(kept_, [&](const auto& kept) { return !unanswered_(kept.second.tenant_id, kept.first); });
}

}  // namespace visavis::center
