// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "media/rtc/stream/key_frame_requester.hpp"
#include "media/rtc/stream/rate_meter.hpp"
#include "media/rtc/stream/receive_stats.hpp"
#include "media/rtc/stream/sender_clock.hpp"

namespace visavis::rtc {
namespace {

Instant ms(std::int64_t n) { return Instant{Millis{1'000'000 + n}}; }

TEST(ReceiveStats, reports_loss_as_in_rfc_3550) {
  ReceiveStats stats(90'000);
  for (int i = 0; i < 100; ++i) {
    if (i % 4 != 3)
      stats.on_packet(static_cast<std::uint16_t>(65'500 + i), static_cast<std::uint32_t>(3'000 * i), 1'000, false,
                      ms(33 * i));
  }
  // 99 expected (the last came as number 98), 75 received.
  const Reception first = stats.report();
  EXPECT_EQ(first.cumulative_lost, 24);
  EXPECT_EQ(first.fraction_lost, 24 * 256 / 99);
  EXPECT_EQ(first.highest_sequence, 65'500U + 98U);
  for (int i = 99; i < 110; ++i)
    stats.on_packet(static_cast<std::uint16_t>(65'500 + i), static_cast<std::uint32_t>(3'000 * i), 1'000, false,
                    ms(33 * i));
  const Reception second = stats.report();
  EXPECT_EQ(second.fraction_lost, 0) << "of the last interval only";
  EXPECT_EQ(second.cumulative_lost, 24);
}

TEST(ReceiveStats, counts_repaired_packets_as_received) {
  ReceiveStats stats(90'000);
  stats.on_packet(1, 0, 100, false, ms(0));
  stats.on_packet(3, 6'000, 100, false, ms(66));
  EXPECT_EQ(stats.lost(), 1);
  stats.on_packet(2, 3'000, 100, true, ms(90));
  EXPECT_EQ(stats.lost(), 0);
}

TEST(ReceiveStats, jitter_is_zero_on_a_steady_stream_and_grows_with_variation) {
  ReceiveStats steady(48'000);
  ReceiveStats shaky(48'000);
  for (int i = 0; i < 200; ++i) {
    steady.on_packet(static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(960 * i), 80, false, ms(20 * i));
    shaky.on_packet(static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(960 * i), 80, false,
                    ms(20 * i + (i % 2) * 8));
  }
  EXPECT_EQ(steady.jitter(), Micros{0});
  EXPECT_NEAR(static_cast<double>(shaky.jitter().count()), 8'000, 300);
}

TEST(NtpTime, converts_and_subtracts) {
  const NtpTime a = NtpTime::from(Instant{Micros{1'500'000}});
  const NtpTime b = NtpTime::from(Instant{Micros{2'750'000}});
  EXPECT_NEAR(static_cast<double>(b.since(a).count()), 1'250'000, 1);
  EXPECT_NEAR(static_cast<double>(a.since(b).count()), -1'250'000, 1);
}

TEST(RoundTrip, is_now_minus_lsr_minus_dlsr) {
  const std::uint32_t lsr = NtpTime::from(ms(0)).middle();
  EXPECT_NEAR(static_cast<double>(round_trip(ms(180), lsr, 65'536 / 10).count()), 80'000, 30);
  EXPECT_EQ(round_trip(ms(180), 0, 0), Micros::zero());
  EXPECT_EQ(round_trip(ms(50), lsr, 65'536), Micros::zero()) << "a delay longer than the time that passed";
}

TEST(SenderClock, keeps_sound_and_picture_of_one_publisher_together) {
  // Both reported with the publisher's clock; the reports travelled 30 and 90 ms.
  const NtpTime remote{std::uint64_t{3'000'000'000} << 32};
  ClockOffset offset;
  SenderClock sound;
  SenderClock picture;
  offset.on_sender_report(remote, ms(30));
  sound.on_sender_report(remote, 48'000, ms(30));
  offset.on_sender_report(remote, ms(90));
  picture.on_sender_report(remote, 90'000, ms(90));
  // The same moment of capture, 48,000 and 90,000, must come out as one moment of ours.
  const auto s = sound.timestamp_at(ms(1'030), offset, 48'000);
  const auto p = picture.timestamp_at(ms(1'030), offset, 90'000);
  ASSERT_TRUE(s && p);
  EXPECT_EQ(*s - 48'000U, 48'000U);
  EXPECT_EQ(*p - 90'000U, 90'000U);
}

TEST(SenderClock, follows_a_publisher_whose_clock_was_set) {
  ClockOffset offset;
  offset.on_sender_report(NtpTime{std::uint64_t{3'000'000'000} << 32}, ms(0));
  const NtpTime later{std::uint64_t{3'000'003'600} << 32};
  offset.on_sender_report(later, ms(1'000));
  EXPECT_EQ(*offset.to_local(later), ms(1'000));
}

TEST(SenderClock, is_not_fooled_by_nonsense) {
  ClockOffset offset;
  SenderClock clock;
  EXPECT_FALSE(clock.timestamp_at(ms(0), offset, 90'000));
  offset.on_sender_report(NtpTime{0}, ms(0));
  clock.on_sender_report(NtpTime{~std::uint64_t{0}}, 1, ms(0));
  clock.timestamp_at(ms(0), offset, 90'000);  // sanitizers watch the arithmetic
}

TEST(KeyFrameRequester, turns_many_wishes_into_one_request_per_300_ms) {
  KeyFrameRequester requester;
  int sent = 0;
  for (int t = 0; t < 900; ++t) {
    requester.want(ms(t));
    sent += requester.due(ms(t)) ? 1 : 0;
  }
  EXPECT_EQ(sent, 3);
}

TEST(KeyFrameRequester, repeats_until_the_key_frame_comes) {
  KeyFrameRequester requester;
  requester.want(ms(0));
  EXPECT_TRUE(requester.due(ms(0)));
  EXPECT_FALSE(requester.due(ms(299)));
  EXPECT_TRUE(requester.due(ms(300)));
  requester.on_key_frame();
  EXPECT_FALSE(requester.due(ms(1'000)));
  EXPECT_EQ(requester.deadline(), kNever);
}

TEST(KeyFrameRequester, spaces_requests_also_after_a_key_frame) {
  KeyFrameRequester requester;
  requester.want(ms(0));
  requester.due(ms(0));
  requester.on_key_frame();
  requester.want(ms(10));
  EXPECT_FALSE(requester.due(ms(10)));
  EXPECT_TRUE(requester.due(ms(300)));
}

TEST(KeyFrameRequester, grows_patient_with_a_publisher_that_does_not_react) {
  KeyFrameRequester requester;
  requester.want(ms(0));
  int sent = 0;
  for (int t = 0; t < 60'000; ++t) sent += requester.due(ms(t)) ? 1 : 0;
  EXPECT_LT(sent, 45);
  EXPECT_GT(sent, 20);
}

TEST(RateMeter, reads_bits_per_second_between_readings) {
  RateMeter meter;
  EXPECT_EQ(meter.read(1'000, ms(0)), 0U);
  EXPECT_EQ(meter.read(126'000, ms(1'000)), 1'000'000U);
  EXPECT_EQ(meter.read(126'000, ms(2'000)), 0U);
}

}  // namespace
}  // namespace visavis::rtc
