// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "media/rtc/wire/codec_av1.hpp"
#include "media/rtc/wire/codec_h264.hpp"
#include "media/rtc/wire/codec_opus.hpp"
#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/codec_vp9.hpp"

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;

TEST(Vp8Descriptor, reads_a_key_frame_with_all_fields) {
  const Buffer payload{0x90, 0xF0, 0x92, 0x34, 0x56, 0x60, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0x68, 0x81, 0xAA};
  const auto d = Vp8Descriptor::parse(payload);
  ASSERT_TRUE(d) << d.error().what;
  EXPECT_TRUE(d->start_of_frame);
  EXPECT_TRUE(d->key_frame);
  EXPECT_EQ(d->size, 6);
  EXPECT_EQ(d->picture_id, 0x1234);
  EXPECT_TRUE(d->long_picture_id);
  EXPECT_EQ(d->tl0_picture_index, 0x56);
  EXPECT_EQ(d->temporal_layer, 1);
  EXPECT_TRUE(d->layer_sync);
  EXPECT_EQ(d->width, 640);  // without the scaling bits
  EXPECT_EQ(d->height, 360);
}

TEST(Vp8Descriptor, tells_key_frames_only_by_the_packet_that_starts_them) {
  EXPECT_FALSE(Vp8Descriptor::parse(Buffer{0x00, 0x10, 0, 0})->key_frame);  // S not set
  EXPECT_FALSE(Vp8Descriptor::parse(Buffer{0x11, 0x10, 0, 0})->key_frame);  // partition 1
  EXPECT_FALSE(Vp8Descriptor::parse(Buffer{0x10, 0x11, 0, 0})->key_frame);  // an inter frame
  EXPECT_TRUE(Vp8Descriptor::parse(Buffer{0x10, 0x10, 0, 0})->key_frame);
}

TEST(Vp8Descriptor, refuses_every_cut) {
  const Buffer payload{0x90, 0xF0, 0x92, 0x34, 0x56, 0x60};
  for (std::size_t size = 0; size <= payload.size(); ++size) {
    EXPECT_FALSE(Vp8Descriptor::parse(Bytes{payload}.first(size))) << size;
  }
}

TEST(Vp9Descriptor, reads_a_key_frame_with_its_structure) {
  // I L B V, picture id 15 bits, T0 S0, TL0PICIDX, structure of two layers with sizes and two pictures.
  const Buffer payload{0xAA, 0x81, 0x02, 0x00, 0x07, 0x38, 0x01, 0x40, 0x00, 0xB4, 0x02,
                       0x80, 0x01, 0x68, 2,    0x04, 1,    0x08, 1,    2,    0xEE};
  const auto d = Vp9Descriptor::parse(payload);
  ASSERT_TRUE(d) << d.error().what;
  EXPECT_TRUE(d->key_frame);
  EXPECT_EQ(d->picture_id, 0x0102);
  EXPECT_EQ(d->spatial_layer, 0);
  EXPECT_EQ(d->temporal_layer, 0);
  EXPECT_EQ(d->tl0_picture_index, 7);
  EXPECT_EQ(d->width, 640);
  EXPECT_EQ(d->height, 360);
  EXPECT_EQ(d->size, 20);
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(Vp9Descriptor::parse(Bytes{payload}.first(size)));
}

TEST(Vp9Descriptor, reads_flexible_inter_frames_and_upper_layers) {
  const auto d = Vp9Descriptor::parse(Buffer{0xF4, 0x11, 0x4B, 0x03, 0x05, 0x04, 0xEE});
  ASSERT_TRUE(d) << d.error().what;
  EXPECT_EQ(d->picture_id, 0x11);
  EXPECT_FALSE(d->long_picture_id);
  EXPECT_EQ(d->temporal_layer, 2);
  EXPECT_EQ(d->spatial_layer, 5);
  EXPECT_TRUE(d->inter_layer);
  EXPECT_TRUE(d->end_of_frame);
  EXPECT_FALSE(d->key_frame);
  EXPECT_FALSE(d->tl0_picture_index);
  EXPECT_EQ(d->size, 6);
  EXPECT_FALSE(Vp9Descriptor::parse(Buffer{0xF4, 0x11, 0x4B, 0x03, 0x05, 0x07, 0x08, 0xEE}));  // four references
  EXPECT_FALSE(Vp9Descriptor::parse(Buffer{0x28, 0x02, 0x00, 0xEE})->key_frame);  // a frame of spatial layer 1
}

TEST(H264Payload, tells_key_frames_in_every_packing) {
  EXPECT_TRUE(H264Payload::parse(Buffer{0x67, 0x42})->key_frame);
  EXPECT_TRUE(H264Payload::parse(Buffer{0x65, 0x88})->key_frame);
  EXPECT_FALSE(H264Payload::parse(Buffer{0x68, 0xCE})->key_frame);  // PPS alone
  EXPECT_FALSE(H264Payload::parse(Buffer{0x61, 0x9A})->key_frame);
  const auto aggregate = H264Payload::parse(Buffer{0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xCE});
  ASSERT_TRUE(aggregate);
  EXPECT_TRUE(aggregate->key_frame);
  EXPECT_EQ(aggregate->nal_type, 7);
  const auto start = H264Payload::parse(Buffer{0x7C, 0x85, 0x88});
  EXPECT_TRUE(start->key_frame && start->start_of_nal && start->start_of_frame);
  const auto middle = H264Payload::parse(Buffer{0x7C, 0x05, 0x88});
  EXPECT_FALSE(middle->key_frame);
  EXPECT_TRUE(middle->idr);
  EXPECT_FALSE(middle->start_of_nal);
}

TEST(H264Payload, tells_the_first_slice_of_a_picture) {
  EXPECT_TRUE(H264Payload::parse(Buffer{0x61, 0x9A})->start_of_frame);   // first_mb_in_slice 0
  EXPECT_FALSE(H264Payload::parse(Buffer{0x61, 0x5A})->start_of_frame);  // first_mb_in_slice 1
  EXPECT_TRUE(H264Payload::parse(Buffer{0x09, 0x10})->start_of_frame);
}

TEST(H264Payload, refuses_malformed_payloads) {
  for (const auto& bad : {Buffer{}, Buffer{0xE7, 1}, Buffer{0x78}, Buffer{0x78, 0}, Buffer{0x78, 0, 0},
                          Buffer{0x78, 0, 3, 0x67, 1}, Buffer{0x7C, 0x85}, Buffer{0x60, 1}, Buffer{0x7D, 0x85, 1}}) {
    EXPECT_FALSE(H264Payload::parse(bad));
  }
}

TEST(Av1Payload, tells_a_new_sequence) {
  const auto key = Av1Payload::parse(Buffer{0x28, 0x0A});
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->key_frame);
  EXPECT_EQ(key->obu_elements, 2);
  const auto middle = Av1Payload::parse(Buffer{0xD0, 0x0A});
  EXPECT_TRUE(middle->continues_obu && middle->obu_continues);
  EXPECT_FALSE(middle->key_frame);
  EXPECT_FALSE(Av1Payload::parse(Buffer{0x88, 0x0A}));
  EXPECT_FALSE(Av1Payload::parse(Buffer{0x28}));
}

TEST(DependencyDescriptor, reads_the_mandatory_fields) {
  const auto d = DependencyDescriptor::parse(Buffer{0xC5, 0x12, 0x34, 0x80});
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->start_of_frame && d->end_of_frame && d->has_structure);
  EXPECT_EQ(d->template_id, 5);
  EXPECT_EQ(d->frame_number, 0x1234);
  EXPECT_FALSE(DependencyDescriptor::parse(Buffer{0x05, 0x12, 0x34})->has_structure);
  EXPECT_FALSE(DependencyDescriptor::parse(Buffer{0x05, 0x12}));
}

TEST(Red, reads_back_what_it_writes) {
  const Buffer old{1, 2, 3};
  const Buffer now{4, 5};
  const std::array blocks{RedBlock{111, 960, old}, RedBlock{111, 0, now}};
  std::array<std::uint8_t, 64> out;
  const auto written = write_red(blocks, out);
  EXPECT_EQ(written.size(), 10U);
  const auto red = RedPayload::parse(written);
  ASSERT_TRUE(red) << red.error().what;
  ASSERT_EQ(red->count, 2U);
  EXPECT_EQ(red->block[0].timestamp_offset, 960);
  EXPECT_EQ(Buffer(red->block[0].data.begin(), red->block[0].data.end()), old);
  EXPECT_EQ(Buffer(red->primary().data.begin(), red->primary().data.end()), now);
  EXPECT_TRUE(write_red(blocks, MutableBytes{out}.first(9)).empty());
  EXPECT_TRUE(write_red(std::array{RedBlock{111, 0x4000, old}, RedBlock{111, 0, now}}, out).empty());
  const Buffer huge(1'024);
  EXPECT_TRUE(write_red(std::array{RedBlock{111, 1, huge}, RedBlock{111, 0, now}}, out).empty());
}

TEST(Red, refuses_cut_headers_overlong_blocks_and_endless_lists) {
  EXPECT_FALSE(RedPayload::parse(Buffer{}));
  EXPECT_FALSE(RedPayload::parse(Buffer{0xEF, 0, 0}));
  EXPECT_FALSE(RedPayload::parse(Buffer{0xEF, 0x0F, 0x00, 0x05, 0x6F, 1, 2}));
  EXPECT_FALSE(RedPayload::parse(Buffer(100, 0xEF)));
  EXPECT_TRUE(RedPayload::parse(Buffer{0x6F})->primary().data.empty());
}

}  // namespace
}  // namespace visavis::rtc
