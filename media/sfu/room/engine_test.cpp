// SPDX-License-Identifier: Apache-2.0
// Whole calls through the engine: real SDP, ICE, DTLS and SRTP between clients in fake time.
#include "media/sfu/room/engine.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::ClientConfig;
using testkit::Lab;
using testkit::Received;

void expect_continuous(const std::vector<Received>& packets) {
  for (std::size_t i = 1; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].header.sequence, static_cast<std::uint16_t>(packets[i - 1].header.sequence + 1)) << "at " << i;
    ASSERT_TRUE(rtc::is_newer(packets[i].header.timestamp, packets[i - 1].header.timestamp)) << "at " << i;
  }
}

TEST(Engine, carries_sound_and_pictures_both_ways) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Seconds{2}, {&a, &b});
  for (Client* client : {&a, &b}) {
    const auto sound = client->received("a");
    const auto pictures = client->received("v");
    EXPECT_GE(sound.size(), 95U);
    EXPECT_GE(pictures.size(), 45U);
    expect_continuous(sound);
    expect_continuous(pictures);
    ASSERT_FALSE(pictures.empty());
    EXPECT_TRUE(pictures.front().key_frame);
    const std::uint32_t other = client == &a ? 2 : 1;
    for (const Received& r : client->received()) ASSERT_EQ(r.stamp.from, other);
  }
}

TEST(Engine, tells_which_slot_shows_whom) {
  Lab lab;
  lab.join({.id = 1, .extra_video_slots = 1});
  EXPECT_TRUE(lab.slots.empty());
  lab.join({.id = 2});
  ASSERT_EQ(lab.slots.size(), 4U);
  EXPECT_TRUE(std::ranges::any_of(lab.slots, [](const auto& s) { return s.session == 1 && s.mid == "v" && s.participant == 2; }));
  lab.slots.clear();
  lab.engine().close_session(2, lab.now);
  ASSERT_EQ(lab.slots.size(), 2U);
  EXPECT_EQ(lab.slots[0].participant, 0U);
}

}  // namespace
}  // namespace visavis::sfu
