// SPDX-License-Identifier: Apache-2.0
// What happens to each packet allocates nothing: shown by counting, in this binary, every call of operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/rtc/wire/rtp.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc{};
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace visavis::rtc {
namespace {

constexpr std::uint8_t kMidId = 1;
constexpr std::uint8_t kSequenceId = 2;

Bytes write_packet(std::uint16_t sequence, MutableBytes out) {
  RtpHeaderWriter writer{
      RtpHeader{.payload_type = 96, .marker = true, .sequence = sequence, .timestamp = 1, .ssrc = 2}};
  writer.add_text(kMidId, "video");
  writer.add_u16(kSequenceId, sequence);
  const auto header = writer.finish(out);
  ByteWriter payload{out.subspan(header.size())};
  for (const std::uint8_t byte : {0x90, 0xE0, 0x92, 0x34, 0x56, 0x60, 0x11, 0x00, 0x00}) payload.u8(byte);
  return out.first(header.size() + payload.size());
}

TEST(PacketPath, allocates_nothing_for_rtp) {
  ExtensionIds ids;
  ids.set(ExtensionKind::kMid, kMidId);
  ids.set(ExtensionKind::kTransportSequence, kSequenceId);
  std::array<std::uint8_t, 1'500> out;
  const auto before = allocations;
  std::size_t understood = 0;
  for (std::uint16_t i = 0; i < 1'000; ++i) {
    const auto view = RtpView::parse(write_packet(i, out));
    if (!view || view->extension_values(ids).transport_sequence != i) continue;
    if (Vp8Descriptor::parse(view->payload())) ++understood;
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(understood, 1'000U);
}

TEST(PacketPath, allocates_nothing_for_rtcp) {
  std::array<PacketArrival, 100> arrivals;
  for (std::size_t i = 0; i < arrivals.size(); ++i) arrivals[i] = {static_cast<std::int64_t>(i * 2), Millis{i}};
  const std::array<std::uint16_t, 3> lost{1, 2, 100};
  std::array<std::uint8_t, 1'500> out;
  const auto before = allocations;
  RtcpBuilder builder{out};
  EXPECT_TRUE(builder.receiver_report(1, std::array{ReportBlock{}}));
  EXPECT_TRUE(builder.nack(1, 2, lost));
  EXPECT_EQ(builder.transport_feedback(1, 2, 0, 0, arrivals), arrivals.size());
  std::size_t packets = 0;
  std::size_t told = 0;
  for (RtcpReader reader{builder.bytes()}; const auto packet = reader.next();) {
    if (!*packet) break;
    ++packets;
    if (const auto* nack = std::get_if<Nack>(&**packet)) nack->for_each([&](std::uint16_t) { ++told; });
    if (const auto* feedback = std::get_if<TransportFeedback>(&**packet)) {
      feedback->for_each([&](std::uint16_t, std::optional<Micros> at) { told += at.has_value() ? 1 : 0; });
    }
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(packets, 3U);
  EXPECT_EQ(told, 103U);
}

TEST(PacketPath, is_watched_by_a_counter_that_counts) {
  const auto before = allocations;
  void* one = ::operator new(1);  // a new-expression the compiler may leave out
  EXPECT_EQ(allocations, before + 1);
  ::operator delete(one);
}

}  // namespace
}  // namespace visavis::rtc
