// SPDX-License-Identifier: Apache-2.0
// What the wire formats cost per packet, without encryption and system calls.
#include <benchmark/benchmark.h>

#include <vector>

#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/rtc/wire/rtp.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::rtc {
namespace {

RtpHeaderWriter usual_header(std::uint16_t sequence) {
  RtpHeaderWriter writer{
      RtpHeader{.payload_type = 96, .marker = true, .sequence = sequence, .timestamp = 1, .ssrc = 2}};
  writer.add_text(4, "1");
  writer.add_u16(3, sequence);
  writer.add_u24(2, 0x123456);
  return writer;
}

void write_header(benchmark::State& state) {
  std::array<std::uint8_t, 64> out;
  std::uint16_t sequence = 0;
  for (auto _ : state) benchmark::DoNotOptimize(usual_header(sequence++).finish(out));
}
BENCHMARK(write_header);

void read_header_and_extensions(benchmark::State& state) {
  ExtensionIds ids;
  ids.set(ExtensionKind::kMid, 4);
  ids.set(ExtensionKind::kTransportSequence, 3);
  ids.set(ExtensionKind::kAbsSendTime, 2);
  std::vector<std::uint8_t> packet(1'200);
  (void)usual_header(7).finish(packet);
  for (auto _ : state) {
    const auto view = RtpView::parse(packet);
    benchmark::DoNotOptimize(view->extension_values(ids));
  }
}
BENCHMARK(read_header_and_extensions);

void transport_feedback_of_100(benchmark::State& state) {
  std::vector<PacketArrival> arrivals;
  for (int i = 0; i < 100; ++i) arrivals.push_back({i + i / 10, Micros{i * 700}});
  std::array<std::uint8_t, 1'200> out;
  for (auto _ : state) {
    const auto written = write_transport_feedback(1, 2, 3, 0, arrivals, out);
    std::int64_t sum = 0;
    const auto feedback = TransportFeedback::parse(Bytes{out}.subspan(4, written.size - 4));
    feedback->for_each([&](std::uint16_t, std::optional<Micros> at) { sum += at ? at->count() : 0; });
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(transport_feedback_of_100);

// The most work that 1,500 bytes of RTCP can ask for: feedback packets that claim long runs of lost packets.
void hostile_feedback(benchmark::State& state) {
  const std::array<std::uint8_t, 24> one{0x8F, 205, 0,    5, 0, 0, 0, 1, 0,    0,    0, 2,
                                         0,    0,   0x20, 0, 0, 0, 0, 0, 0x1F, 0xFF, 0, 1};
  std::vector<std::uint8_t> compound;
  while (compound.size() + one.size() <= 1'500) compound.insert(compound.end(), one.begin(), one.end());
  for (auto _ : state) {
    std::size_t visited = 0;
    RtcpReader reader{compound};
    for (auto packet = reader.next(); packet && *packet; packet = reader.next()) {
      std::get<TransportFeedback>(**packet).for_each([&](std::uint16_t, std::optional<Micros>) { ++visited; });
    }
    benchmark::DoNotOptimize(visited);
    state.counters["statuses"] = static_cast<double>(visited);
  }
}
BENCHMARK(hostile_feedback);

void binding_request_and_answer(benchmark::State& state) {
  std::array<std::uint8_t, kStunMaxBuilt> request;
  std::array<std::uint8_t, kStunMaxBuilt> reply;
  const StunBindingRequest wanted{.transaction = {},
                                  .username = "abcd:efgh",
                                  .password = "passwordpasswordpassword",
                                  .priority = 1,
                                  .tie_breaker = 2,
                                  .controlling = true,
                                  .use_candidate = true};
  const auto message = build_binding_request(wanted, request);
  const auto address = NetAddress::v4({192, 0, 2, 1}, 7000);
  for (auto _ : state) {
    const auto view = StunView::parse(message);
    benchmark::DoNotOptimize(view->integrity_ok(wanted.password));
    benchmark::DoNotOptimize(build_binding_success(*view, address, wanted.password, reply));
  }
}
BENCHMARK(binding_request_and_answer);

}  // namespace
}  // namespace visavis::rtc
