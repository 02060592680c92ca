// SPDX-License-Identifier: Apache-2.0
// For tests: what must always hold for a desk, told through Google Test, and its whole event-sourced state as text.
#pragma once

#include <string>

#include "center/core/desk.hpp"

namespace visavis::center::testkit {

/// The state that a replay must give back. With `now`, contacts whose time to be shown is over are left out: they are
/// forgotten by time, not by an event.
std::string dump(const Desk& desk, UtcMillis now = {});

/// `timely`: also that nothing is overdue and nobody idle who could serve (not so between a restart and its deadlines).
void check_invariants(const Desk& desk, UtcMillis now, bool timely = true);

/// After `contact_id` was offered to the agent: nobody before it in the same line, whom the agent could serve as well,
/// still waits without an offer.
void check_nobody_was_passed_over(const Desk& desk, const std::string& contact_id, const std::string& user_id);

}  // namespace visavis::center::testkit
