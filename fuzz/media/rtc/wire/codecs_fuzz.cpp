// SPDX-License-Identifier: Apache-2.0
// Codec descriptors: the first byte chooses which; sizes stay inside the payload, rewriting changes only what it
// should.
#include <vector>

#include "base/check.hpp"
#include "media/rtc/wire/codec_av1.hpp"
#include "media/rtc/wire/codec_h264.hpp"
#include "media/rtc/wire/codec_opus.hpp"
#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/codec_vp9.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

void fuzz_vp8(Bytes payload) {
  const auto d = Vp8Descriptor::parse(payload);
  if (!d) return;
  CHECK(d->size < payload.size());
  std::vector<std::uint8_t> copy(payload.begin(), payload.begin() + d->size + 1);
  rewrite_vp8(copy, *d, 0x1234, 0x56);
  const auto again = Vp8Descriptor::parse(copy);
  CHECK(again && again->size == d->size && again->temporal_layer == d->temporal_layer &&
        again->start_of_frame == d->start_of_frame);
  CHECK(again->picture_id.has_value() == d->picture_id.has_value());
  if (d->picture_id) CHECK(*again->picture_id == (d->long_picture_id ? 0x1234 : 0x34));
  if (d->tl0_picture_index) CHECK(again->tl0_picture_index == 0x56);
}

void fuzz_red(Bytes payload) {
  const auto red = RedPayload::parse(payload);
  if (!red) return;
  std::vector<std::uint8_t> out(payload.size());
  const auto again = write_red(red->blocks(), out);
  CHECK(again.size() == payload.size());
  CHECK(RedPayload::parse(again)->count == red->count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes payload{data + 1, size - 1};
  switch (data[0] % 7) {
    case 0:
      fuzz_vp8(payload);
      break;
    case 1:
      if (const auto d = Vp9Descriptor::parse(payload)) CHECK(d->size < payload.size());
      break;
    case 2:
      (void)H264Payload::parse(payload);
      break;
    case 3:
      (void)Av1Payload::parse(payload);
      break;
    case 4:
      (void)DependencyDescriptor::parse(payload);
      break;
    case 5:
      if (const auto packet = OpusPacket::parse(payload)) CHECK(packet->duration <= Millis{120});
      break;
    default:
      fuzz_red(payload);
  }
  return 0;
}
