// SPDX-License-Identifier: Apache-2.0
// Anything as SRTP and SRTCP: nothing unauthentic passes; and whatever the sender accepts comes back the same.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "media/rtc/srtp/srtp.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

constexpr SrtpMasterKey kKey{.key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, .salt = {17, 18, 19}};

void must(bool condition) {
  if (!condition) std::abort();
}

void raw(SrtpProfile profile, Bytes input) {
  SrtpReceiver receiver(profile, kKey);
  std::vector<std::uint8_t> copy(input.begin(), input.end());
  must(!receiver.unprotect_rtp(copy));
  copy.assign(input.begin(), input.end());
  must(!receiver.unprotect_rtcp(copy));
}

void round_trip(SrtpProfile profile, Bytes input) {
  SrtpSender sender(profile, kKey);
  SrtpReceiver receiver(profile, kKey);
  std::vector<std::uint8_t> out(input.size() + kSrtcpMaxOverhead);
  const std::size_t split = input.empty() ? 0 : std::min<std::size_t>(input[0], input.size());
  if (const auto size = sender.protect_rtp({input.first(split), {}, input.subspan(split)}, out)) {
    const auto plain = receiver.unprotect_rtp(MutableBytes(out).first(*size));
    must(plain && plain->size() == input.size() && std::memcmp(plain->data(), input.data(), input.size()) == 0);
  }
  if (const auto size = sender.protect_rtcp(input, out)) {
    const auto plain = receiver.unprotect_rtcp(MutableBytes(out).first(*size));
    const bool version_two = input[0] >> 6 == 2;
    must(plain.has_value() == version_two);
    if (plain) must(plain->size() == input.size() && std::memcmp(plain->data(), input.data(), input.size()) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  for (const SrtpProfile profile : {SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80}) {
    raw(profile, input);
    round_trip(profile, input);
  }
  return 0;
}
