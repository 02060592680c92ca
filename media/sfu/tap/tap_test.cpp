// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/tap/tap.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace visavis::sfu {
namespace {

constexpr std::uint8_t kRecording = 1;
constexpr std::uint8_t kTranscript = 2;

TEST(Tap, denies_by_default_and_makes_no_copy) {
  Tap tap(kRecording, 4);
  const std::vector<std::uint8_t> packet(100, 7);
  tap.offer(0, rtc::MediaKind::kAudio, packet);
  tap.offer(kTranscript, rtc::MediaKind::kAudio, packet);
  TappedPacket out;
  EXPECT_FALSE(tap.take(out));
  EXPECT_EQ(tap.refused(), 2U);
}

TEST(Tap, gives_what_was_consented_to) {
  Tap tap(kRecording, 4);
  const std::vector<std::uint8_t> packet(100, 7);
  tap.offer(kRecording | kTranscript, rtc::MediaKind::kVideo, packet);
  TappedPacket out;
  ASSERT_TRUE(tap.take(out));
  EXPECT_EQ(out.kind, rtc::MediaKind::kVideo);
  EXPECT_EQ(std::vector<std::uint8_t>(out.bytes().begin(), out.bytes().end()), packet);
}

TEST(Tap, drops_and_counts_what_a_slow_consumer_leaves) {
  Tap tap(kRecording, 4);
  const std::vector<std::uint8_t> packet(10, 1);
  for (int i = 0; i < 10; ++i) tap.offer(kRecording, rtc::MediaKind::kAudio, packet);
  EXPECT_EQ(tap.dropped(), 6U);
  TappedPacket out;
  int taken = 0;
  while (tap.take(out)) ++taken;
  EXPECT_EQ(taken, 4);
}

TEST(Tap, keeps_order_between_two_threads) {
  Tap tap(kRecording, 64);
  constexpr std::uint32_t kCount = 20'000;
  std::thread producer([&] {
    for (std::uint32_t i = 0; i < kCount; ++i) {
      std::array<std::uint8_t, 4> packet;
      store_be32(packet.data(), i);
      tap.offer(kRecording, rtc::MediaKind::kAudio, packet);
    }
  });
  TappedPacket out;
  std::uint32_t taken = 0;
  std::uint32_t last = 0;
  bool first = true;
  while (taken + tap.dropped() < kCount) {
    if (!tap.take(out)) {
      std::this_thread::yield();
      continue;
    }
    ++taken;
    const std::uint32_t number = load_be32(out.data.data());
    ASSERT_TRUE(first || number > last);
    first = false;
    last = number;
  }
  producer.join();
  EXPECT_GT(taken, 0U);
}

}  // namespace
}  // namespace visavis::sfu
