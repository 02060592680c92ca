// SPDX-License-Identifier: Apache-2.0
// What one forwarded packet costs without sockets: sixty calls of two people in one engine, pictures of five packets
// that come one picture after the other, as they do from the network.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::Lab;

constexpr std::uint32_t kPeople = 120;
constexpr int kPictures = 40;  // of each, so that an engine of the size of a real one is measured and not its cache
constexpr int kPacketsPerPicture = 5;

struct Calls {
  Calls() {
    for (std::uint32_t id = 1; id <= kPeople; ++id) people.push_back(&lab.join({.id = id}, (id + 1) / 2));
    lab.deaf(true);  // the network of the test costs more than what is measured
    for (Client* person : people) lab.inject(lab.address_of(*person), person->next_video(true));
  }
  Lab lab;
  std::vector<Client*> people;
};

void forward(benchmark::State& state) {
  Calls calls;
  struct Datagram {
    rtc::NetAddress from;
    rtc::testkit::Packet bytes;
  };
  std::vector<Datagram> datagrams;
  for (int picture = 0; picture < kPictures; ++picture) {
    for (Client* person : calls.people) {
      for (int i = 0; i < kPacketsPerPicture; ++i) {
        datagrams.push_back({calls.lab.address_of(*person), person->next_video(false, 0, 1'187)});
      }
    }
  }
  const std::uint64_t before = calls.lab.engine().counters().packets_out;
  std::size_t at = 0;
  for ([[maybe_unused]] auto _ : state) {
    const Datagram& datagram = datagrams[at++];
    if (at % kPacketsPerPicture == 0) calls.lab.now += Micros{278};  // 3,600 pictures a second
    calls.lab.inject(datagram.from, datagram.bytes);
  }
  if (calls.lab.engine().counters().packets_out - before != at) state.SkipWithError("not everything was forwarded");
}
BENCHMARK(forward)->Iterations(std::int64_t{kPeople} * kPictures * kPacketsPerPicture);

}  // namespace
}  // namespace visavis::sfu
