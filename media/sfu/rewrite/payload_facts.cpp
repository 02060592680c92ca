// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/payload_facts.hpp"

#include <algorithm>

#include "media/rtc/wire/codec_av1.hpp"
#include "media/rtc/wire/codec_h264.hpp"
#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/codec_vp9.hpp"

namespace visavis::sfu {
namespace {

template <class Descriptor>
PictureNumbers numbers_of(const Descriptor& d) {
  PictureNumbers n;
  if (!d.picture_id) return n;
  n.picture_id = *d.picture_id;
  n.picture_id_at = d.picture_id_at;
  n.long_picture_id = d.long_picture_id;
  n.tl0 = d.tl0_picture_index.value_or(0);
  n.tl0_at = d.tl0_picture_index ? d.tl0_picture_index_at : std::uint8_t{0};
  return n;
}

template <class Descriptor>
PayloadFacts facts_of(Bytes payload) {
  const auto d = Descriptor::parse(payload);
  if (!d) return {};
  PayloadFacts facts;
  facts.switch_point = d->key_frame;
  if constexpr (requires { d->picture_id; }) {
    facts.numbers = numbers_of(*d);
    facts.pixels = std::uint32_t{d->width} * d->height;
    facts.lines = std::min(d->width, d->height);
  }
  return facts;
}

}  // namespace

std::size_t PictureNumbers::extent() const {
  return std::max<std::size_t>(picture_id_at + (long_picture_id ? 2U : 1U), tl0_at + 1U);
}

PayloadFacts read_payload(rtc::CodecKind codec, Bytes payload) {
  switch (codec) {
    case rtc::CodecKind::kVp8:
      return facts_of<rtc::Vp8Descriptor>(payload);
    case rtc::CodecKind::kVp9:
      return facts_of<rtc::Vp9Descriptor>(payload);
    case rtc::CodecKind::kAv1:
      return facts_of<rtc::Av1Payload>(payload);
    case rtc::CodecKind::kH264: {
      const auto h = rtc::H264Payload::parse(payload);
      PayloadFacts facts;
      // A later slice of the same picture is no beginning, though it is of an IDR picture too.
      facts.switch_point = h && h->key_frame && h->start_of_frame;
      return facts;
    }
    case rtc::CodecKind::kOpus:
    case rtc::CodecKind::kRed:
      break;
  }
  PayloadFacts sound;
  sound.switch_point = true;
  return sound;
}

std::optional<std::uint16_t> frame_number_of(Bytes descriptor) {
  if (descriptor.empty()) return std::nullopt;
  const auto parsed = rtc::DependencyDescriptor::parse(descriptor);
  return parsed ? std::optional{parsed->frame_number} : std::nullopt;
}

Bytes move_frame_number(Bytes descriptor, std::uint16_t delta, DescriptorSpace& space) {
  const auto number = frame_number_of(descriptor);
  if (delta == 0 || !number || descriptor.size() > space.size()) return descriptor;
  std::ranges::copy(descriptor, space.begin());
  store_be16(&space[1], static_cast<std::uint16_t>(*number + delta));
  return MutableBytes{space}.first(descriptor.size());
}

void patch_picture_numbers(MutableBytes head, const PictureNumbers& numbers, std::uint16_t picture_id,
                           std::uint8_t tl0) {
  if (!numbers.present() || head.size() < numbers.extent()) return;
  std::uint8_t* at = &head[numbers.picture_id_at];
  if (numbers.long_picture_id) {
    store_be16(at, static_cast<std::uint16_t>(0x8000U | picture_id));
  } else {
    *at = static_cast<std::uint8_t>(picture_id & 0x7FU);
  }
  if (numbers.tl0_at != 0) head[numbers.tl0_at] = tl0;
}

}  // namespace visavis::sfu
