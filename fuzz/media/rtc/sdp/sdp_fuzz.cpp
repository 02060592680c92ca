// SPDX-License-Identifier: Apache-2.0
// SDP: what is read is written and read back the same; every offer that is answered gets an answer that can be read,
// and a second round with itself changes nothing.
#include "base/check.hpp"
#include "media/rtc/sdp/negotiate.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

AnswerConfig config() {
  AnswerConfig made;
  made.ice = {"srvU", "serverpasswordserverpassword"};
  made.fingerprint = {"sha-256", "00:11"};
  made.udp = {NetAddress::v4({203, 0, 113, 5}, 7000)};
  made.tcp = made.udp;
  made.stream_for = [next = std::uint32_t{1}](std::string_view, MediaKind) mutable {
    next += 2;
    return OurStream{next, next + 1, "c", "s", "t"};
  };
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)parse_sdp_fragment(text);
  (void)parse_candidate(text);
  const auto sdp = Sdp::parse(text);
  if (!sdp) {
    CHECK(!sdp.error().message.empty());
    return 0;
  }
  const auto written = sdp->to_string();
  if (written.size() <= kMaxSdpSize) {
    const auto again = Sdp::parse(written);
    CHECK(again && again->to_string() == written);
  }
  static const auto server = config();
  const auto answer = answer_offer(*sdp, server);
  if (!answer) return 0;
  CHECK(answer->media.size() == sdp->media.size());
  const auto second = answer_offer(*sdp, server, &*answer);
  CHECK(second && !second->ice_restarted && second->media[0].ours == answer->media[0].ours);
  CHECK(second->local_ice == answer->local_ice);
  return 0;
}
