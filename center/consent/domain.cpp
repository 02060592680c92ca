// SPDX-License-Identifier: Apache-2.0
#include "center/consent/domain.hpp"

#include <algorithm>

namespace visavis::center::consent {

void Book::apply(const Meta& meta, const Recorded& event) { records_[meta.contact_id].push_back({event, meta.at}); }

std::span<const Record> Book::history(const std::string& contact_id) const {
  const auto it = records_.find(contact_id);
  return it == records_.end() ? std::span<const Record>{} : std::span<const Record>{it->second};
}

std::vector<Record> Book::current(const std::string& contact_id) const {
  std::map<Purpose, Record> latest;
  for (const Record& record : history(contact_id)) latest[record.what.purpose] = record;
  std::vector<Record> list;
  for (auto& [purpose, record] : latest) list.push_back(std::move(record));
  return list;
}

bool Book::says(const std::string& contact_id, const Recorded& answer) const {
  return std::ranges::any_of(current(contact_id), [&](const Record& r) {
    return r.what.purpose == answer.purpose && r.what.granted == answer.granted &&
           (!answer.granted || r.what.version == answer.version);
  });
}

Mask Book::mask(const std::string& contact_id) const {
  Mask mask;
  for (const Record& record : history(contact_id)) {
    if (record.what.granted) {
      mask.insert(record.what.purpose);
    } else {
      mask.erase(record.what.purpose);
    }
  }
  return mask;
}

Result<void> check(const Recorded& answer, const std::map<Purpose, int>& versions) {
  if (!answer.granted) return {};
  const auto it = versions.find(answer.purpose);
  if (it == versions.end()) {
    return fail(ErrorKind::kInvalid, "consent_unknown",
                "This company does not ask for this purpose. Leave it out and send the request again.");
  }
  if (it->second != answer.version) {
    return fail(ErrorKind::kConflict, "consent_version",
                "The consent text has changed. Load the current text, show it and send its version.");
  }
  return {};
}

Result<void> check_required(std::span<const Recorded> answers, const std::set<Purpose>& required) {
  std::set<Purpose> missing = required;
  for (const Recorded& answer : answers) {
    if (answer.granted) {
      missing.erase(answer.purpose);
    } else if (required.contains(answer.purpose)) {
      missing.insert(answer.purpose);
    }
  }
  if (missing.empty()) return {};
  std::string names;
  for (const Purpose purpose : missing) {
    if (!names.empty()) names += ", ";
    names += name_of(purpose);
  }
  return fail(ErrorKind::kForbidden, "consent_required",
              "This topic can only be handled with consent to: " + names +
                  ". Give it, or choose another topic; without it the company may not serve this topic.");
}

}  // namespace visavis::center::consent
