// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/transport_feedback.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "media/rtc/wire/rtcp.hpp"

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;
using Arrivals = std::vector<PacketArrival>;

TransportFeedback read(Bytes packet) {
  RtcpReader reader{packet};
  const auto parsed = reader.next();
  if (!parsed || !*parsed || !std::holds_alternative<TransportFeedback>(**parsed)) {
    ADD_FAILURE() << (parsed ? "not transport feedback" : std::string{parsed.error().what});
    return {};
  }
  return std::get<TransportFeedback>(**parsed);
}

// Writes as many packets as needed and checks that they tell exactly `arrivals`, each within half a step.
std::size_t expect_told(std::int64_t base, const Arrivals& arrivals, std::size_t room) {
  std::size_t packets = 0;
  std::span<const PacketArrival> rest{arrivals};
  while (!rest.empty()) {
    Buffer out(room);
    const auto written = write_transport_feedback(1, 2, static_cast<std::uint8_t>(packets), base, rest, out);
    if (written.arrivals == 0) {
      ADD_FAILURE() << "no progress at " << rest.front().sequence;
      return packets;
    }
    EXPECT_LE(written.size, room);
    const auto feedback = read(Bytes{out}.first(written.size));
    std::int64_t sequence = base;
    auto next = rest.begin();
    feedback.for_each([&](std::uint16_t told, std::optional<Micros> at) {
      EXPECT_EQ(told, static_cast<std::uint16_t>(sequence));
      const bool received = next != rest.end() && next->sequence == sequence;
      EXPECT_EQ(at.has_value(), received) << sequence;
      if (at && received) {
        EXPECT_LE(std::abs((*at - next->at).count()), 125) << sequence;
        ++next;
      }
      ++sequence;
    });
    EXPECT_EQ(next - rest.begin(), static_cast<std::ptrdiff_t>(written.arrivals));
    rest = rest.subspan(written.arrivals);
    base = sequence;
    ++packets;
  }
  return packets;
}

TEST(TransportFeedback, reads_runs_and_both_kinds_of_vectors) {
  // Base 10, 3 runs: run of two small deltas; one-bit vector; two-bit vector with a large negative delta.
  const Buffer packet{0x8F, 205, 0,    8,    0,    0,    0,    1,    0, 0, 0,  2,  0,  10,   0,    20, 0xFF, 0xFF,
                      0xFF, 7,   0x20, 0x02, 0xA0, 0x01, 0xD9, 0x00, 4, 8, 12, 16, 20, 0xFF, 0xFC, 24, 0,    0};
  const auto feedback = read(packet);
  EXPECT_EQ(feedback.base_sequence, 10);
  EXPECT_EQ(feedback.feedback_count, 7);
  EXPECT_EQ(feedback.reference_time, Micros{-64'000});
  std::map<int, std::int64_t> received;
  int statuses = 0;
  feedback.for_each([&](std::uint16_t sequence, std::optional<Micros> at) {
    ++statuses;
    if (at) received[sequence] = at->count();
  });
  EXPECT_EQ(statuses, 20);
  EXPECT_EQ(
      received,
      (std::map<int, std::int64_t>{
          {10, -63'000}, {11, -61'000}, {12, -58'000}, {25, -54'000}, {26, -49'000}, {27, -50'000}, {28, -44'000}}));
}

TEST(TransportFeedback, tells_losses_reordering_and_gaps) {
  EXPECT_EQ(expect_told(5, {{5, Micros{1'000'000}}}, 100), 1U);
  EXPECT_EQ(expect_told(0, {{3, Micros{500}}, {4, Micros{100}}, {100, Micros{90'000}}}, 100), 1U);  // 4 came before 3
  EXPECT_EQ(expect_told(65'530, {{65'535, Micros{0}}, {65'536, Micros{10}}, {65'540, Micros{20}}}, 100), 1U);
  EXPECT_EQ(expect_told(0, {{0, Micros{-5'000'000}}, {1, Micros{-4'999'000}}}, 100), 1U);  // any clock
  EXPECT_EQ(expect_told(0, {{0, Micros{0}}, {1, Seconds{9}}}, 100), 2U);  // a gap that no delta can say
  EXPECT_EQ(expect_told(0, {{0, Micros{0}}, {8'000, Micros{1}}}, 100), 1U);
}

TEST(TransportFeedback, tells_nothing_where_the_first_arrival_is_out_of_reach) {
  Buffer out(100);
  const Arrivals far{{8'192, Micros{0}}};
  EXPECT_EQ(write_transport_feedback(1, 2, 0, 0, far, out).size, 0U);
  const Arrivals before{{4, Micros{0}}};
  EXPECT_EQ(write_transport_feedback(1, 2, 0, 5, before, out).size, 0U);
  EXPECT_EQ(write_transport_feedback(1, 2, 0, 5, {}, out).size, 0U);
  EXPECT_EQ(write_transport_feedback(1, 2, 0, 4, before, MutableBytes{out}.first(20)).size, 0U);
}

TEST(TransportFeedback, begins_a_new_packet_before_a_gap_gets_too_long) {
  Buffer out(200);
  const Arrivals arrivals{{0, Micros{0}}, {8'191, Micros{0}}, {8'192, Micros{0}}};
  EXPECT_EQ(write_transport_feedback(1, 2, 0, 0, arrivals, out).arrivals, 2U);
}

TEST(TransportFeedback, tells_any_pattern_in_any_room) {
  std::mt19937 random{1};
  for (int round = 0; round < 2'000; ++round) {
    Arrivals arrivals;
    std::int64_t sequence = random() % 70'000;
    const auto base = sequence;
    std::int64_t at = 0;
    const auto loss = random() % 4;
    for (unsigned i = 0; i < 1 + random() % 200; ++i) {
      if (random() % 4 < loss) sequence += random() % (random() % 50 == 0 ? 3'000 : 20);
      at += static_cast<std::int64_t>(random() % 100'000) - 20'000;
      arrivals.push_back({sequence++, Micros{at}});
    }
    expect_told(base, arrivals, 64 + random() % 1'200);
    if (HasFailure()) return;
  }
}

TEST(TransportFeedback, tells_a_long_loss_free_run_in_one_chunk) {
  Arrivals arrivals;
  for (int i = 0; i < 500; ++i) arrivals.push_back({i, Millis{i}});
  Buffer out(1'200);
  const auto written = write_transport_feedback(1, 2, 0, 0, arrivals, out);
  EXPECT_EQ(written.arrivals, 500U);
  EXPECT_LE(written.size, 20U + 2 + 500 + 3);
}

TEST(TransportFeedback, refuses_to_tell_of_more_packets_than_anybody_sends) {
  const auto parse = [](std::uint8_t high, std::uint8_t low) {
    const Buffer body{0, 0, 0, 1, 0, 0, 0, 2, 0, 10, high, low, 0, 0, 0, 0, 0x1F, 0xFF, 0x1F, 0xFF};
    return TransportFeedback::parse(body).has_value();
  };
  EXPECT_TRUE(parse(0x20, 0x00));
  EXPECT_FALSE(parse(0x20, 0x01));
}

TEST(TransportFeedback, stops_a_compound_that_claims_long_runs_in_many_packets) {
  const Buffer one{0x8F, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0x20, 0, 0, 0, 0, 0, 0x1F, 0xFF, 0, 1};
  Buffer compound;
  for (int i = 0; i < 60; ++i) compound.insert(compound.end(), one.begin(), one.end());
  RtcpReader reader{compound};
  EXPECT_TRUE(reader.next());
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(TransportFeedback, refuses_missing_chunks_missing_deltas_and_reserved_symbols) {
  const auto parse = [](Buffer tail, std::uint8_t statuses) {
    Buffer body{0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, statuses, 0, 0, 0, 0};
    body.insert(body.end(), tail.begin(), tail.end());
    return TransportFeedback::parse(body).has_value();
  };
  EXPECT_TRUE(parse({0x20, 2, 1, 1}, 2));
  EXPECT_FALSE(parse({0x20, 2, 1, 1}, 3));     // chunks cover two
  EXPECT_FALSE(parse({0x20, 2, 1}, 2));        // one delta missing
  EXPECT_FALSE(parse({0x60, 2, 1, 1}, 2));     // reserved run
  EXPECT_FALSE(parse({0xF0, 0, 1, 1}, 2));     // reserved in a vector
  EXPECT_FALSE(parse({0x20, 2, 1, 1}, 0));     // nothing told
  EXPECT_TRUE(parse({0x3F, 0xFF, 1, 1}, 2));   // a run may be longer than what is told
  EXPECT_FALSE(parse({0, 0, 0, 0, 0, 0}, 1));  // runs of nothing
}

}  // namespace
}  // namespace visavis::rtc
