// SPDX-License-Identifier: Apache-2.0
// Codec descriptors: the first byte chooses which; sizes stay inside the payload, and what a subscriber's numbers are
// written over reads back as they were written.
#include <algorithm>
#include <vector>

#include "base/check.hpp"
#include "media/rtc/wire/codec_av1.hpp"
#include "media/rtc/wire/codec_h264.hpp"
#include "media/rtc/wire/codec_opus.hpp"
#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/codec_vp9.hpp"
#include "media/sfu/rewrite/payload_facts.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

template <class Descriptor>
void fuzz_numbered(CodecKind codec, Bytes payload) {
  const auto d = Descriptor::parse(payload);
  const auto facts = sfu::read_payload(codec, payload);
  if (!d) {
    CHECK(!facts.switch_point && !facts.numbers.present());
    return;
  }
  CHECK(d->size < payload.size());
  if (!facts.numbers.present()) return;
  CHECK(facts.numbers.extent() <= d->size);
  std::vector<std::uint8_t> copy(payload.begin(), payload.end());
  sfu::patch_picture_numbers(MutableBytes{copy}.first(facts.numbers.extent()), facts.numbers, 0x1234, 0x56);
  const auto again = sfu::read_payload(codec, copy);
  CHECK(again.switch_point == facts.switch_point);
  CHECK(again.numbers.picture_id == (facts.numbers.long_picture_id ? 0x1234 : 0x34));
  CHECK(again.numbers.tl0_at == facts.numbers.tl0_at && (again.numbers.tl0_at == 0 || again.numbers.tl0 == 0x56));
}

void fuzz_dependency_descriptor(Bytes extension) {
  (void)DependencyDescriptor::parse(extension);
  const auto number = sfu::frame_number_of(extension);
  sfu::DescriptorSpace space;
  const Bytes moved = sfu::move_frame_number(extension, 77, space);
  CHECK(moved.size() == extension.size());
  if (!number || extension.size() > space.size()) return;
  CHECK(*sfu::frame_number_of(moved) == static_cast<std::uint16_t>(*number + 77));
  CHECK(std::ranges::equal(moved.subspan(3), extension.subspan(3)));
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
  switch (data[0] % 6) {
    case 0:
      fuzz_numbered<Vp8Descriptor>(CodecKind::kVp8, payload);
      break;
    case 1:
      fuzz_numbered<Vp9Descriptor>(CodecKind::kVp9, payload);
      break;
    case 2:
      (void)H264Payload::parse(payload);
      (void)sfu::read_payload(CodecKind::kH264, payload);
      break;
    case 3:
      (void)Av1Payload::parse(payload);
      (void)sfu::read_payload(CodecKind::kAv1, payload);
      break;
    case 4:
      fuzz_dependency_descriptor(payload);
      break;
    default:
      fuzz_red(payload);
  }
  return 0;
}
