// SPDX-License-Identifier: Apache-2.0
// What a contact may be given, in code points. Links obey it too: what one takes, the contact it opens can hold.
#pragma once

#include <cstddef>

namespace visavis::center {

inline constexpr std::size_t kLongestCustomerName = 100;
inline constexpr std::size_t kLongestAttributeKey = 64;
inline constexpr std::size_t kLongestAttribute = 500;
inline constexpr std::size_t kMostAttributesGiven = 32;  // by a link, and by a page again
inline constexpr std::size_t kMostAttributes = 2 * kMostAttributesGiven;

// What strangers may make us hold before somebody has answered them, per company.
inline constexpr std::size_t kMostWaiting = 20'000;                  // contacts
inline constexpr std::size_t kMostWaitingBytes = 128 * 1024 * 1024;  // names and attributes of those
inline constexpr std::size_t kSmallContact = 4 * 1024;               // bytes; counted, but never too many
inline constexpr std::size_t kMostUnansweredKept = 5'000;            // over, and still shown to their customers
inline constexpr std::size_t kMostUnansweredMessages = 20;           // of one contact
inline constexpr std::size_t kMostUnansweredFiles = 3;               // of one contact
inline constexpr std::size_t kMostUnansweredFileBytes = 20 * 1024 * 1024;
inline constexpr std::size_t kMostWaitingFileBytes = 1024 * 1024 * 1024;  // of a company's unanswered contacts

// What one contact may hold.
inline constexpr std::size_t kMostFiles = 100;
inline constexpr std::size_t kMostFileBytes = 200 * 1024 * 1024;
inline constexpr std::size_t kMostChecks = 20;
inline constexpr std::size_t kMostChatBytes = 1024 * 1024;

// Changes back and forth (microphone, camera, hold, channel, consent) of one person in one contact: all of them stay in
// the log for good.
inline constexpr double kChangesAtOnce = 60;
inline constexpr double kChangesPerSecond = 2;

}  // namespace visavis::center
