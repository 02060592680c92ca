// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "app/bot/behaviour.hpp"
#include "app/bot/encoder.hpp"
#include "app/bot/picture.hpp"
#include "app/bot/voice.hpp"
#include "media/rtc/wire/codec_vp8.hpp"

namespace visavis::bot {
namespace {

TEST(PracticeBehaviour, is_silent_until_the_call_and_while_held) {
  Behaviour bot("en");
  const Instant now{Seconds{10}};
  bot.on_contact("waiting", false);
  EXPECT_FALSE(bot.sentence_due(now));
  bot.on_contact("active", false);
  ASSERT_TRUE(bot.sentence_due(now));
  bot.sentence_ends_at(now + Seconds{3});
  EXPECT_FALSE(bot.sentence_due(now + Seconds{4}));
  bot.on_contact("active", true);
  EXPECT_FALSE(bot.sentence_due(now + Seconds{60}));
  bot.on_contact("active", false);
  EXPECT_TRUE(bot.sentence_due(now + Seconds{61}));
}

TEST(PracticeBehaviour, answers_each_message_once_and_rates_once_at_the_end) {
  Behaviour bot("zh-CN");
  bot.on_contact("active", false);
  bot.on_agent_message();
  EXPECT_TRUE(bot.reply_due());
  EXPECT_FALSE(bot.reply_due());
  EXPECT_FALSE(bot.take_rating_due());
  bot.on_contact("wrapup", false);
  EXPECT_TRUE(bot.over());
  EXPECT_TRUE(bot.take_rating_due());
  EXPECT_FALSE(bot.take_rating_due());
}

TEST(PracticeBehaviour, does_not_rate_a_call_that_never_was) {
  Behaviour bot("en");
  bot.on_contact("waiting", false);
  bot.on_contact("closed", false);
  EXPECT_FALSE(bot.take_rating_due());
}

TEST(PracticePicture, moves_and_opens_its_mouth) {
  Picture a(320, 240), b(320, 240), c(320, 240);
  draw_customer(a, 1.0, 0);
  draw_customer(b, 1.5, 0);
  draw_customer(c, 1.0, 1);
  EXPECT_NE(a.y, b.y);
  EXPECT_NE(a.y, c.y);
}

TEST(PracticeEncoder, gives_a_key_frame_when_asked_and_else_none) {
  Vp8Encoder encoder(320, 240, 15, 300);
  Picture picture(320, 240);
  for (int frame = 0; frame < 6; ++frame) {
    draw_customer(picture, frame / 15.0, 0);
    const bool wanted = frame == 0 || frame == 4;
    const auto bytes = encoder.encode(picture, wanted);
    ASSERT_FALSE(bytes.empty());
    EXPECT_EQ((bytes[0] & 1) == 0, wanted);  // RFC 6386 section 9.1: the lowest bit is 0 in key frames
    const auto payloads = vp8_payloads(bytes, static_cast<std::uint16_t>(frame), 500);
    std::size_t carried = 0;
    for (const auto& payload : payloads) {
      ASSERT_LE(payload.size(), 500U);
      carried += payload.size() - 4;
    }
    EXPECT_EQ(carried, bytes.size());
  }
}

TEST(PracticeVoice, reads_the_sound_of_a_wav_file) {
  std::vector<std::uint8_t> file(44 + 4);
  std::copy_n("RIFF", 4, file.begin());
  file[22] = 1;
  file[24] = 0x40, file[25] = 0x1F;  // 8,000
  file[34] = 16;
  file[44] = 0x01, file[45] = 0x80;  // −32,767
  const auto wav = parse_wav(file);
  EXPECT_EQ(wav.rate, 8'000);
  ASSERT_EQ(wav.samples.size(), 2U);
  EXPECT_EQ(wav.samples[0], -32'767);
  EXPECT_TRUE(parse_wav(std::vector<std::uint8_t>(10)).samples.empty());
}

TEST(PracticeVoice, resampling_keeps_the_pitch) {
  std::vector<std::int16_t> tone(8'000);
  for (std::size_t i = 0; i < tone.size(); ++i) {
    tone[i] = static_cast<std::int16_t>(10'000 * std::sin(2 * M_PI * 440 * static_cast<double>(i) / 8'000));
  }
  const auto out = resample(tone, 8'000, 48'000);
  ASSERT_EQ(out.size(), 48'000U);
  int crossings = 0;
  for (std::size_t i = 1; i < out.size(); ++i) crossings += out[i - 1] < 0 && out[i] >= 0;
  EXPECT_NEAR(crossings, 440, 2);
}

TEST(PracticeVoice, speaks_for_about_as_long_as_a_person_would) {
  const auto english = speak("Good morning, can you hear me?", "en");
  const auto chinese = speak("您好，您听得见我吗？", "zh-CN");
  EXPECT_GT(english.size(), static_cast<std::size_t>(kVoiceRate));
  EXPECT_LT(english.size(), static_cast<std::size_t>(kVoiceRate) * 5);
  EXPECT_GT(chinese.size(), static_cast<std::size_t>(kVoiceRate));
}

}  // namespace
}  // namespace visavis::bot
