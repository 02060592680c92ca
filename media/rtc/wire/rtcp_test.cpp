// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtcp.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "media/rtc/wire/rtcp_builder.hpp"

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;

struct Walk {
  std::vector<RtcpPacket> packets;
  std::string error;
};
Walk walk(Bytes compound) {
  Walk all;
  RtcpReader reader{compound};
  while (true) {
    const auto packet = reader.next();
    if (!packet) {
      all.error = packet.error().what;
      EXPECT_FALSE(*reader.next());  // the error is told once
      return all;
    }
    if (!*packet) return all;
    all.packets.push_back(**packet);
  }
}
template <class T>
T only(Bytes compound) {
  const auto all = walk(compound);
  EXPECT_EQ(all.error, "");
  if (all.packets.size() != 1 || !std::holds_alternative<T>(all.packets[0])) {
    ADD_FAILURE() << "not the one packet wanted";
    return {};
  }
  return std::get<T>(all.packets[0]);
}

constexpr ReportBlock kBlock{.ssrc = 0x11111111,
                             .fraction_lost = 64,
                             .cumulative_lost = -3,
                             .highest_sequence = 0x00010002,
                             .jitter = 5,
                             .last_sr = 6,
                             .delay_since_last_sr = 7};

TEST(Rtcp, reads_back_a_compound_of_everything) {
  std::array<std::uint8_t, 1200> out;
  RtcpBuilder builder{out};
  const std::array blocks{kBlock, kBlock};
  ASSERT_TRUE(
      builder.sender_report(1, {.ntp = 0x0102030405060708, .rtp_timestamp = 9, .packets = 10, .octets = 11}, blocks));
  ASSERT_TRUE(builder.source_description(1, "somebody@visavis"));
  ASSERT_TRUE(builder.picture_loss(1, 2));
  const std::array fir{FirItem{3, 4}};
  ASSERT_TRUE(builder.full_intra_request(1, fir));
  ASSERT_TRUE(builder.receiver_reference_time(1, 99));
  const std::array dlrr{DlrrItem{1, 2, 3}, DlrrItem{4, 5, 6}};
  ASSERT_TRUE(builder.dlrr(1, dlrr));
  const std::array<std::uint32_t, 2> gone{1, 2};
  ASSERT_TRUE(builder.bye(gone));
  const auto all = walk(builder.bytes());
  EXPECT_EQ(all.error, "");
  ASSERT_EQ(all.packets.size(), 7U);
  const auto& report = std::get<SenderReport>(all.packets[0]);
  EXPECT_EQ(report.info.ntp, 0x0102030405060708U);
  EXPECT_EQ(report.info.octets, 11U);
  ASSERT_EQ(report.blocks.size(), 2U);
  EXPECT_EQ(report.blocks[1].cumulative_lost, -3);
  EXPECT_EQ(report.blocks[1].fraction_lost, 64);
  EXPECT_EQ(report.blocks[1].delay_since_last_sr, 7U);
  EXPECT_EQ(std::get<SourceDescription>(all.packets[1]).cname, "somebody@visavis");
  EXPECT_EQ(std::get<PictureLoss>(all.packets[2]).media, 2U);
  EXPECT_EQ(std::get<FullIntraRequest>(all.packets[3]).items[0].sequence, 4);
  EXPECT_EQ(std::get<ExtendedReport>(all.packets[4]).reference_time, 99U);
  EXPECT_EQ(std::get<ExtendedReport>(all.packets[5]).dlrr[1].delay_since_last_rr, 6U);
  EXPECT_EQ(std::get<Bye>(all.packets[6]).sources[1], 2U);
}

TEST(Rtcp, accepts_reduced_size_and_receiver_reports) {
  std::array<std::uint8_t, 100> out;
  RtcpBuilder builder{out};
  ASSERT_TRUE(builder.receiver_report(7, std::array{kBlock}));
  EXPECT_EQ(only<ReceiverReport>(builder.bytes()).blocks[0].highest_sequence, 0x00010002U);
  RtcpBuilder reduced{out};
  ASSERT_TRUE(reduced.picture_loss(1, 2));
  only<PictureLoss>(reduced.bytes());
}

TEST(Rtcp, keeps_what_came_before_a_malformed_packet) {
  std::array<std::uint8_t, 100> out;
  RtcpBuilder builder{out};
  ASSERT_TRUE(builder.picture_loss(1, 2));
  Buffer compound(builder.bytes().begin(), builder.bytes().end());
  compound.insert(compound.end(), {0x81, 200, 0, 6});  // an SR longer than the compound
  const auto all = walk(compound);
  EXPECT_EQ(all.packets.size(), 1U);
  EXPECT_NE(all.error, "");
}

TEST(Rtcp, refuses_malformed_packets) {
  const auto error = [](const Buffer& compound) { return !walk(compound).error.empty(); };
  EXPECT_TRUE(error({0x80, 201, 0}));
  EXPECT_TRUE(error({0x40, 201, 0, 1, 0, 0, 0, 1}));                  // version
  EXPECT_TRUE(error({0x81, 201, 0, 1, 0, 0, 0, 1}));                  // block missing
  EXPECT_TRUE(error({0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 'a', 0}));  // CNAME longer than the chunk
  EXPECT_TRUE(error({0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 'a', 'b'}));  // no end
  EXPECT_TRUE(error({0x82, 203, 0, 1, 0, 0, 0, 1}));                  // second source missing
  EXPECT_TRUE(error({0x81, 205, 0, 1, 0, 0, 0, 1}));                  // NACK without media
  EXPECT_TRUE(error({0x84, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0}));      // FIR without entry
  EXPECT_TRUE(error({0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 2, 0, 0, 1}));  // two sources missing
  EXPECT_TRUE(error({0x80, 207, 0, 2, 0, 0, 0, 1, 4, 0, 0, 2}));  // RRTR longer than the packet
  EXPECT_TRUE(error({0xA0, 201, 0, 1, 0, 0, 0, 5}));              // padding longer than the packet
  EXPECT_TRUE(error({0xA0, 201, 0, 0}));                          // padding without a byte
}

TEST(Rtcp, passes_over_what_it_does_not_know) {
  const auto other = only<OtherRtcp>(Buffer{0x80, 204, 0, 2, 0, 0, 0, 1, 'a', 'b', 'c', 'd'});
  EXPECT_EQ(other.type, 204);
  EXPECT_EQ(only<OtherRtcp>(Buffer{0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 'X', 'X', 'X', 'X', 0, 0, 0, 0}).format,
            15);
}

TEST(RtcpNack, packs_neighbours_and_reads_them_back_across_the_wrap) {
  const std::vector<std::uint16_t> lost{65530, 65535, 0, 10, 11, 27, 28, 1000};
  std::array<std::uint8_t, 100> out;
  RtcpBuilder builder{out};
  ASSERT_TRUE(builder.nack(1, 2, lost));
  const auto nack = only<Nack>(builder.bytes());
  EXPECT_EQ(nack.items.size(), 4U);  // 65530…10, 11…27, 28, 1000
  std::vector<std::uint16_t> read;
  nack.for_each([&](std::uint16_t sequence) { read.push_back(sequence); });
  EXPECT_EQ(read, lost);
  EXPECT_FALSE(builder.nack(1, 2, {}));
}

TEST(RtcpRemb, keeps_18_bits_of_the_rate_and_saturates) {
  std::array<std::uint8_t, 100> out;
  const std::array<std::uint32_t, 1> sources{42};
  for (const std::uint64_t rate : {0UL, 1UL, 262'143UL, 2'500'000UL, 10'000'000'000UL}) {
    RtcpBuilder builder{out};
    ASSERT_TRUE(builder.remb(1, rate, sources));
    const auto remb = only<Remb>(builder.bytes());
    EXPECT_LE(remb.bitrate, rate);
    EXPECT_GE(remb.bitrate, rate - rate / 131'072);
    EXPECT_EQ(remb.sources[0], 42U);
  }
  const Buffer huge{0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 0, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(only<Remb>(huge).bitrate, std::uint64_t{1} << 63);
}

TEST(RtcpBuilder, adds_a_whole_packet_or_nothing) {
  std::array<std::uint8_t, 30> out;
  RtcpBuilder builder{out};
  EXPECT_TRUE(builder.picture_loss(1, 2));
  EXPECT_FALSE(builder.sender_report(1, {}));
  EXPECT_EQ(builder.bytes().size(), 12U);
  EXPECT_TRUE(builder.picture_loss(1, 3));
  EXPECT_EQ(walk(builder.bytes()).packets.size(), 2U);
  const std::vector<ReportBlock> many(32);
  EXPECT_FALSE(builder.receiver_report(1, many));
  EXPECT_FALSE(builder.source_description(1, ""));
  EXPECT_FALSE(builder.source_description(1, std::string(256, 'x')));
}

TEST(RtcpBuilder, ends_every_sdes_chunk_with_a_zero_byte) {
  for (std::size_t size = 1; size < 9; ++size) {
    std::array<std::uint8_t, 64> out;
    RtcpBuilder builder{out};
    const std::string name(size, 'n');
    ASSERT_TRUE(builder.source_description(1, name));
    EXPECT_EQ(only<SourceDescription>(builder.bytes()).cname, name);
  }
}

}  // namespace
}  // namespace visavis::rtc
