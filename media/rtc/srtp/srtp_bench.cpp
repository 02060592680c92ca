// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <vector>

#include "media/rtc/srtp/srtp.hpp"

namespace visavis::rtc {
namespace {

SrtpProfile profile_of(const benchmark::State& state) {
  return state.range(0) == 1 ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80;
}

/// Encrypts a packet of 1,200 bytes for one receiver.
void protect(benchmark::State& state) {
  SrtpSender sender(profile_of(state), {});
  std::vector<std::uint8_t> header(20), payload(1'180), out(1'300);
  header[0] = 0x90;
  header[15] = 1;
  std::uint16_t sequence = 0;
  for ([[maybe_unused]] auto _ : state) {
    store_be16(&header[2], ++sequence);
    benchmark::DoNotOptimize(sender.protect_rtp({header, {}, payload}, out));
  }
}
BENCHMARK(protect)->Arg(1)->Arg(0)->ArgName("gcm");

/// What forwarding to one subscriber costs: decrypt and encrypt.
void protect_and_unprotect(benchmark::State& state) {
  SrtpSender sender(profile_of(state), {});
  SrtpReceiver receiver(profile_of(state), {});
  std::vector<std::uint8_t> header(20), payload(1'180), out(1'300);
  header[0] = 0x90;
  header[15] = 1;
  std::uint16_t sequence = 0;
  for ([[maybe_unused]] auto _ : state) {
    store_be16(&header[2], ++sequence);
    const auto size = sender.protect_rtp({header, {}, payload}, out);
    benchmark::DoNotOptimize(receiver.unprotect_rtp(MutableBytes(out).first(*size)));
  }
}
BENCHMARK(protect_and_unprotect)->Arg(1)->Arg(0)->ArgName("gcm");

/// What a forged packet costs: it is authenticated against the key and dropped.
void refuse_forged(benchmark::State& state) {
  SrtpReceiver receiver(profile_of(state), {});
  std::vector<std::uint8_t> packet(1'220);
  packet[0] = 0x80;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(receiver.unprotect_rtp(packet));
}
BENCHMARK(refuse_forged)->Arg(1)->Arg(0)->ArgName("gcm");

}  // namespace
}  // namespace visavis::rtc
