// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtp.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "media/rtc/wire/packet_kind.hpp"

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer with_header(Buffer after, std::uint8_t first = 0x80) {
  Buffer packet{first, 0xE0, 0x12, 0x34, 0, 0, 0, 9, 0xCA, 0xFE, 0xBA, 0xBE};
  packet.insert(packet.end(), after.begin(), after.end());
  return packet;
}

std::vector<std::pair<int, std::string>> elements_of(const Buffer& packet) {
  const auto view = RtpView::parse(packet);
  std::vector<std::pair<int, std::string>> all;
  if (!view) return all;
  for (const auto& [id, value] : view->extensions()) all.emplace_back(id, std::string(value.begin(), value.end()));
  return all;
}

TEST(PacketKind, follows_rfc_7983_and_5761) {
  const auto kind = [](std::uint8_t first, std::uint8_t second) {
    const std::array<std::uint8_t, 2> datagram{first, second};
    return packet_kind(datagram);
  };
  EXPECT_EQ(kind(0, 1), PacketKind::kStun);
  EXPECT_EQ(kind(3, 1), PacketKind::kStun);
  EXPECT_EQ(kind(4, 1), PacketKind::kUnknown);
  EXPECT_EQ(kind(20, 254), PacketKind::kDtls);
  EXPECT_EQ(kind(63, 254), PacketKind::kDtls);
  EXPECT_EQ(kind(64, 254), PacketKind::kUnknown);
  EXPECT_EQ(kind(0x80, 96), PacketKind::kRtp);
  EXPECT_EQ(kind(0x80, 0x80 | 111), PacketKind::kRtp);
  EXPECT_EQ(kind(0x81, 200), PacketKind::kRtcp);
  EXPECT_EQ(kind(0x8F, 205), PacketKind::kRtcp);
  EXPECT_EQ(kind(192, 200), PacketKind::kUnknown);
  EXPECT_EQ(packet_kind({}), PacketKind::kUnknown);
}

TEST(RtpView, reads_the_fixed_header_csrcs_and_payload) {
  const auto packet = with_header({0, 0, 0, 1, 0, 0, 0, 2, 'p', 'q'}, 0x82);
  const auto view = RtpView::parse(packet);
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_TRUE(view->header.marker);
  EXPECT_EQ(view->header.payload_type, 96);
  EXPECT_EQ(view->header.sequence, 0x1234);
  EXPECT_EQ(view->header.timestamp, 9U);
  EXPECT_EQ(view->header.ssrc, 0xCAFEBABEU);
  EXPECT_EQ(view->header_size, 20);
  EXPECT_EQ(view->payload().size(), 2U);
}

TEST(RtpView, refuses_cut_csrcs_extensions_and_versions) {
  EXPECT_FALSE(RtpView::parse(with_header({0, 0, 0}, 0x81)));
  EXPECT_FALSE(RtpView::parse(with_header({0xBE, 0xDE, 0}, 0x90)));
  EXPECT_FALSE(RtpView::parse(with_header({0xBE, 0xDE, 0, 1, 0x10, 1, 0}, 0x90)));
  EXPECT_FALSE(RtpView::parse(with_header({}, 0x40)));
  const auto whole = with_header({});
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(RtpView::parse(Bytes{whole}.first(size)));
}

TEST(RtpView, takes_padding_of_the_whole_payload_and_refuses_more) {
  const auto all = RtpView::parse(with_header({0, 0, 3}, 0xA0));
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->payload().empty());
  EXPECT_EQ(all->padding, 3);
  EXPECT_FALSE(RtpView::parse(with_header({0, 0, 4}, 0xA0)));
  EXPECT_FALSE(RtpView::parse(with_header({0, 0, 0}, 0xA0)));
  EXPECT_FALSE(RtpView::parse(with_header({}, 0xA0)));
  // Padding that would eat the header extension.
  EXPECT_FALSE(RtpView::parse(with_header({0xBE, 0xDE, 0, 1, 0, 0, 0, 5}, 0xB0)));
  EXPECT_TRUE(RtpView::parse_header(with_header({0, 0, 4}, 0xA0)));  // still encrypted there
}

TEST(ExtensionElements, walks_the_one_byte_form) {
  const auto packet = with_header({0xBE, 0xDE, 0, 2, 0x30, 'a', 0, 0x41, 'b', 'c', 0, 0, 'x'}, 0x90);
  EXPECT_EQ(elements_of(packet), (std::vector<std::pair<int, std::string>>{{3, "a"}, {4, "bc"}}));
}

TEST(ExtensionElements, walks_the_two_byte_form_with_empty_and_long_elements) {
  Buffer extension{0x10, 0x05, 0, 6, 200, 0, 7, 18};
  for (char c = 'a'; c < 'a' + 18; ++c) extension.push_back(static_cast<std::uint8_t>(c));
  extension.insert(extension.end(), {0, 0});
  EXPECT_EQ(elements_of(with_header(extension, 0x90)),
            (std::vector<std::pair<int, std::string>>{{200, ""}, {7, "abcdefghijklmnopqr"}}));
}

TEST(ExtensionElements, stops_at_id_15_at_id_0_with_length_and_at_an_overlong_element) {
  const std::vector<std::pair<int, std::string>> first{{1, "a"}};
  EXPECT_EQ(elements_of(with_header({0xBE, 0xDE, 0, 2, 0x10, 'a', 0xF0, 'b', 0x20, 'c', 0, 0}, 0x90)), first);
  EXPECT_EQ(elements_of(with_header({0xBE, 0xDE, 0, 2, 0x10, 'a', 0x01, 'b', 0x20, 'c', 0, 0}, 0x90)), first);
  EXPECT_EQ(elements_of(with_header({0xBE, 0xDE, 0, 1, 0x10, 'a', 0x2F, 'b'}, 0x90)), first);
  EXPECT_EQ(elements_of(with_header({0x10, 0x00, 0, 2, 1, 1, 'a', 2, 200, 'b', 0, 0}, 0x90)), first);
  EXPECT_TRUE(elements_of(with_header({0xAB, 0xCD, 0, 1, 0x10, 'a', 0, 0}, 0x90)).empty());  // another profile
}

TEST(ExtensionValues, reads_all_known_kinds_in_one_pass) {
  ExtensionIds ids;
  for (std::size_t i = 0; i < kExtensionKinds; ++i)
    ids.set(static_cast<ExtensionKind>(i), static_cast<std::uint8_t>(i + 1));
  RtpHeaderWriter writer{RtpHeader{.payload_type = 96, .marker = true, .sequence = 7, .timestamp = 8, .ssrc = 9}};
  const std::array<std::uint8_t, 20> descriptor{1, 2, 3};
  writer.add_text(ids.of(ExtensionKind::kMid), "0");
  writer.add_text(ids.of(ExtensionKind::kRid), "hi");
  writer.add_text(ids.of(ExtensionKind::kRepairedRid), "lo");
  writer.add_u16(ids.of(ExtensionKind::kTransportSequence), 0xABCD);
  writer.add_u24(ids.of(ExtensionKind::kAbsSendTime), 0x123456);
  writer.add_u8(ids.of(ExtensionKind::kAudioLevel), 0x80 | 30);
  writer.add_u8(ids.of(ExtensionKind::kVideoOrientation), 3);
  writer.add_u24(ids.of(ExtensionKind::kPlayoutDelay), (1U << 12) | 40);
  writer.add(ids.of(ExtensionKind::kDependencyDescriptor), descriptor);
  writer.add_u8(0, 99);  // not negotiated: left out
  std::array<std::uint8_t, 128> out;
  const auto header = writer.finish(out);
  const auto view = RtpView::parse(header);
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_EQ(view->extension_profile, 0x1000);  // 20 bytes need the two-byte form
  EXPECT_TRUE(view->payload().empty());
  const auto values = view->extension_values(ids);
  EXPECT_EQ(values.mid, "0");
  EXPECT_EQ(values.rid, "hi");
  EXPECT_EQ(values.repaired_rid, "lo");
  EXPECT_EQ(values.transport_sequence, 0xABCD);
  EXPECT_EQ(values.abs_send_time, 0x123456U);
  ASSERT_TRUE(values.audio_level);
  EXPECT_TRUE(values.audio_level->voice);
  EXPECT_EQ(values.audio_level->minus_dbov, 30);
  EXPECT_EQ(values.video_orientation, 3);
  ASSERT_TRUE(values.playout_delay);
  EXPECT_EQ(values.playout_delay->min_10ms, 1);
  EXPECT_EQ(values.playout_delay->max_10ms, 40);
  EXPECT_EQ(values.dependency_descriptor.size(), 20U);
}

TEST(ExtensionValues, takes_wrong_sizes_as_absent) {
  ExtensionIds ids;
  ids.set(ExtensionKind::kTransportSequence, 1);
  ids.set(ExtensionKind::kAbsSendTime, 2);
  RtpHeaderWriter writer{RtpHeader{}};
  writer.add_u8(1, 1);
  writer.add_u16(2, 1);
  std::array<std::uint8_t, 64> out;
  const auto values = RtpView::parse(writer.finish(out))->extension_values(ids);
  EXPECT_FALSE(values.transport_sequence);
  EXPECT_FALSE(values.abs_send_time);
}

TEST(ExtensionKind, has_one_uri_each) {
  for (std::size_t i = 0; i < kExtensionKinds; ++i) {
    EXPECT_EQ(extension_kind(extension_uri(static_cast<ExtensionKind>(i))), static_cast<ExtensionKind>(i));
  }
  EXPECT_FALSE(extension_kind("urn:ietf:params:rtp-hdrext:toffset"));
}

TEST(RtpHeaderWriter, uses_the_one_byte_form_where_it_can_and_pads_to_words) {
  RtpHeaderWriter writer{RtpHeader{.payload_type = 111, .sequence = 0xFFFF, .timestamp = 1, .ssrc = 2}};
  writer.add_text(1, "mid0");
  std::array<std::uint8_t, 64> out;
  const auto header = writer.finish(out);
  EXPECT_EQ(header.size(), 24U);
  const auto view = RtpView::parse(header);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->extension_profile, 0xBEDE);
  EXPECT_EQ(view->header.sequence, 0xFFFF);
  EXPECT_FALSE(view->header.marker);
  for (std::size_t size = 0; size < header.size(); ++size) {
    std::array<std::uint8_t, 64> small;
    EXPECT_TRUE(writer.finish(MutableBytes{small}.first(size)).empty()) << size;
  }
}

TEST(RtpHeaderWriter, writes_twelve_bytes_without_extensions) {
  std::array<std::uint8_t, 64> out;
  EXPECT_EQ(RtpHeaderWriter{RtpHeader{}}.finish(out).size(), kRtpFixedHeaderSize);
}

TEST(Sequence, compares_across_the_wrap) {
  EXPECT_TRUE(is_newer<std::uint16_t>(1, 0xFFFF));
  EXPECT_FALSE(is_newer<std::uint16_t>(0xFFFF, 1));
  EXPECT_FALSE(is_newer<std::uint16_t>(5, 5));
  EXPECT_NE(is_newer<std::uint16_t>(0, 0x8000), is_newer<std::uint16_t>(0x8000, 0));
  EXPECT_TRUE(is_newer<std::uint32_t>(10, 0xFFFFFFF0));
  EXPECT_EQ(wrapped_difference<std::uint32_t>(5, 0xFFFFFFFF), 6);
}

TEST(Sequence, unwraps_forwards_backwards_and_many_times) {
  SequenceUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(0xFFFE), 0xFFFE);
  EXPECT_EQ(unwrapper.unwrap(2), 0x10002);
  EXPECT_EQ(unwrapper.unwrap(0xFFFF), 0xFFFF);  // late, from before the wrap
  EXPECT_EQ(unwrapper.newest(), 0x10002);
  std::int64_t expected = 0x10002;
  for (int i = 0; i < 100; ++i) {
    expected += 30'000;
    EXPECT_EQ(unwrapper.unwrap(static_cast<std::uint16_t>(expected)), expected);
  }
  SequenceUnwrapper late;
  EXPECT_EQ(late.unwrap(3), 3);
  EXPECT_EQ(late.unwrap(0xFFFF), -1);
}

}  // namespace
}  // namespace visavis::rtc
