// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <array>
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

/// The floor of protect: OpenSSL's AES-128-GCM alone over as many bytes, key and context kept.
void seal_floor(benchmark::State& state) {
  const std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> nonce{};
  std::vector<std::uint8_t> header(20), payload(1'180), out(1'300);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_CipherInit_ex(context, EVP_aes_128_gcm(), nullptr, key.data(), nonce.data(), 1);
  std::uint16_t sequence = 0;
  for ([[maybe_unused]] auto _ : state) {
    store_be16(nonce.data(), ++sequence);
    int written = 0;
    EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.data(), 1);
    EVP_CipherUpdate(context, nullptr, &written, header.data(), static_cast<int>(header.size()));
    EVP_CipherUpdate(context, out.data(), &written, payload.data(), static_cast<int>(payload.size()));
    EVP_CipherFinal_ex(context, out.data() + payload.size(), &written);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out.data() + payload.size());
    benchmark::DoNotOptimize(out.data());
  }
  EVP_CIPHER_CTX_free(context);
}
BENCHMARK(seal_floor);

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
