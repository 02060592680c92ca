// SPDX-License-Identifier: Apache-2.0
#include "platform/log/log.hpp"

#include <gtest/gtest.h>

namespace visavis {

TEST(Log, writes_plain_values_bare) {
  EXPECT_EQ(format_log_line("call_started",
                            {{"contact", "0190-a"}, {"channel", std::string("video")}, {"n", 3}, {"ok", true}}),
            "event=call_started contact=0190-a channel=video n=3 ok=true");
}

TEST(Log, quotes_what_could_forge_a_line_or_a_field) {
  EXPECT_EQ(format_log_line("x", {{"v", "a b"}}), "event=x v=\"a b\"");
  EXPECT_EQ(format_log_line("x", {{"v", "a\nlevel=error"}}), "event=x v=\"a\\x0alevel=error\"");
  EXPECT_EQ(format_log_line("x", {{"v", "\"\\"}}), "event=x v=\"\\\"\\\\\"");
  EXPECT_EQ(format_log_line("x", {{"v", ""}}), "event=x v=\"\"");
}

TEST(Log, knows_its_level_names) {
  EXPECT_EQ(parse_log_level("warning").value(), LogLevel::kWarning);
  EXPECT_EQ(parse_log_level("loud").error().code, "unknown_log_level");
}

}  // namespace visavis
