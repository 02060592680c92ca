// SPDX-License-Identifier: Apache-2.0
// A contact's beginning and end as its customer causes them; consent, check, chat, rating.
#include <algorithm>

#include "base/ids.hpp"
#include "center/core/desk_deciding.hpp"
#include "center/types/limits.hpp"
#include "center/types/text.hpp"

namespace visavis::center {
namespace {

constexpr std::size_t kMaxConsents = 16;
constexpr std::size_t kMaxConsentRecords = 500;
constexpr std::size_t kMaxCheck = 8'192;

}  // namespace

Result<void> Desk::check_texts(const OpenContact& c) const {
  const bool texts = fits(c.name, kLongestCustomerName) && fits(c.language, 35);
  const bool attributes =
      c.attributes.size() <= kMostAttributes && std::ranges::all_of(c.attributes, [](const auto& a) {
        return !a.first.empty() && fits(a.first, kLongestAttributeKey) && fits(a.second, kLongestAttribute);
      });
  if (texts && attributes && c.consents.size() <= kMaxConsents) return {};
  return fail(ErrorKind::kInvalid, "contact_invalid",
              "A name may have 100 characters, a contact 64 attributes with keys of 64 and values of 500 characters. "
              "Shorten what is longer.");
}

/// What a topic asks of its customers. Nobody's practice depends on it: the practice caller is none.
Result<void> Desk::check_topic(const OpenContact& c, const QueueConfig& queue) {
  if (c.practice) return {};
  if (!queue.open) return fail(ErrorKind::kConflict, "topic_closed", "This topic is closed now. Choose another one.");
  if (!queue.channels.contains(c.channel)) {
    return fail(ErrorKind::kConflict, "channel_not_offered",
                "This topic is not served on this channel. Choose another.");
  }
  return consent::check_required(c.consents, queue.required_purposes);
}

Result<void> Desk::check_open(const OpenContact& c) const {
  if (!is_uuid(c.contact_id) || !is_uuid(c.participant_id) || contacts_.find(c.contact_id)) {
    return fail(ErrorKind::kConflict, "contact_exists", "This contact exists already.");
  }
  const QueueConfig* queue = this->queue(c.queue_id);
  if (!queue) return fail(ErrorKind::kNotFound, "topic_unknown", "There is no such topic. Load the topics again.");
  if (auto ok = check_topic(c, *queue); !ok) return ok;
  if (auto texts = check_texts(c); !texts) return texts;
  for (const consent::Recorded& answer : c.consents) {
    if (auto ok = consent::check(answer, config_.consent_versions); !ok) return ok;
  }
  const bool target_known = !c.to_user_id.empty() && roster_.find(c.to_user_id) && roster_.find(c.to_user_id)->enabled;
  if ((c.practice || !c.to_user_id.empty()) && !target_known) {
    return fail(ErrorKind::kNotFound, "user_unknown", "The agent of this link is no longer here. Choose a topic.");
  }
  // Few strangers with much shut out others with much, never those with little.
  const std::size_t bytes = bytes_of(c.name, c.attributes);
  const bool heavy = bytes > kSmallContact && waiting_bytes_ + bytes > kMostWaitingBytes;
  if (waiting_.size() >= kMostWaiting || heavy) {
    return fail(ErrorKind::kThrottled, "too_many_waiting", "Too many people are waiting. Try again in some minutes.");
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const OpenContact& c) {
  if (auto ok = check_open(c); !ok) return ok;
  const QueueConfig& queue = *this->queue(c.queue_id);
  customers_unseen_[c.contact_id] = d.now;
  never_came_.insert(c.contact_id);
  emit(d, c.contact_id,
       call::Opened{c.queue_id, c.channel, c.language, c.participant_id, c.name, c.attributes, c.link_id, c.practice});
  for (const consent::Recorded& answer : c.consents) emit(d, c.contact_id, answer);
  queue::Entered entry;
  entry.queue_id = c.queue_id;
  entry.channel = c.channel;
  entry.language = c.language;
  entry.priority = queue.priority + std::clamp(c.priority, -1'000, 1'000);
  entry.vip = c.vip;
  entry.since_at = d.now;
  if (queue.max_wait > Seconds{0}) entry.wait_until_at = d.now + queue.max_wait;
  entry.only_user_id = c.to_user_id;
  entry.only_strict = c.practice;
  enter_queue(d, c.contact_id, std::move(entry));
  return {};
}

Result<void> Desk::on(Deciding& d, const LeaveContact& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  const call::Contact& contact = *a->contact;
  if (contact.ended()) return {};  // hanging up twice is no mistake
  const call::Participant who = *a->who;
  if (who.role == call::Role::kCustomer) {
    const bool answered = contact.answered_at > UtcMillis{};
    end(d, c.contact_id, answered ? call::EndReason::kCustomerHungUp : call::EndReason::kAbandoned, who.id);
  } else if (contact.agents_here() > 1) {
    part(d, c.contact_id, who, call::PartReason::kHungUp);
  } else {
    end(d, c.contact_id, call::EndReason::kAgentHungUp, who.id);
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const EndContact& c) {
  if (!c.reason.empty() && c.reason != "abuse") {
    return fail(ErrorKind::kInvalid, "end_reason_unknown", "The reason of an end is \"abuse\" or left out.");
  }
  const auto a = acting_agent_in(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  const call::Participant who = *a->who;
  if (c.reason.empty() && who.role == call::Role::kGuest) {
    part(d, c.contact_id, who, call::PartReason::kHungUp);
  } else {
    end(d, c.contact_id, c.reason.empty() ? call::EndReason::kAgentHungUp : call::EndReason::kAbuse, who.id);
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const StoreCheck& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (c.result.size() > kMaxCheck || !code_points(c.result)) {
    return fail(ErrorKind::kTooLarge, "check_too_large", "The result of a check may have 8 KiB. Send less.");
  }
  if (a->contact->ended()) {
    return fail(ErrorKind::kConflict, "contact_over", "The contact is over. Start a new one.");
  }
  if (a->contact->check == c.result) return {};
  if (a->contact->checks >= kMostChecks) {
    return fail(ErrorKind::kThrottled, "too_many_checks", "The devices were checked often enough in this contact.");
  }
  emit(d, c.contact_id, call::Checked{c.result});
  return {};
}

Result<void> Desk::on(Deciding& d, const SetConsent& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (a->who->role != call::Role::kCustomer) {
    return fail(ErrorKind::kForbidden, "customers_only", "Only the customer can give or withdraw consent.");
  }
  const consent::Recorded answer{c.purpose, c.version, c.granted};
  if (auto ok = consent::check(answer, config_.consent_versions); !ok) return ok;
  if (consents_.says(c.contact_id, answer)) return {};
  const bool granting =
      c.granted && (a->contact->ended() || consents_.history(c.contact_id).size() >= kMaxConsentRecords);
  if (granting) {
    return fail(ErrorKind::kConflict, "consent_too_late", "Nothing more can be agreed to in this contact.");
  }
  if (c.granted) {  // withdrawing always works, and is something only after granting
    if (auto ok = take_change(d, c.contact_id); !ok) return ok;
  }
  emit(d, c.contact_id, answer);
  return {};
}

Result<void> Desk::on(Deciding& d, const SendChat& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (a->contact->ended()) {
    return fail(ErrorKind::kConflict, "contact_over", "The contact is over. Start a new one to write again.");
  }
  if (!a->contact->answered() && chat_.messages(c.contact_id).size() >= kMostUnansweredMessages) {
    return fail(ErrorKind::kThrottled, "not_answered_yet", "Wait until somebody answers. Then you can write on.");
  }
  if (!c.file_id.empty() && (!c.file || c.file->id != c.file_id)) {
    return fail(ErrorKind::kNotFound, "file_unknown", "There is no such file in this contact. Send the file again.");
  }
  chat::Posted message;
  message.from = a->who->id;
  message.name = a->who->name;
  message.kind = c.file ? chat::Kind::kFile : chat::Kind::kText;
  message.text = c.text;
  message.file = c.file;
  if (auto ok = chat::check(message, chat_.messages(c.contact_id).size(), chat_.bytes(c.contact_id)); !ok) return ok;
  message.message_id = d.ids.next(d.now);
  emit(d, c.contact_id, std::move(message));
  return {};
}

Result<void> Desk::on(Deciding& d, const RateContact& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (a->who->role != call::Role::kCustomer) {
    return fail(ErrorKind::kForbidden, "customers_only", "Only the customer can rate a contact.");
  }
  auto rated = call::rate(*a->contact, {c.stars, c.solved, c.comment}, d.now, config_.timings.keep_closed);
  if (!rated) return std::unexpected(std::move(rated.error()));
  emit(d, c.contact_id, std::move(*rated));
  return {};
}

}  // namespace visavis::center
