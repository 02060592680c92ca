// SPDX-License-Identifier: Apache-2.0
// RTP and header extensions: views stay inside the packet, and a header written from what was read says the same.
#include "base/check.hpp"
#include "media/rtc/wire/packet_kind.hpp"
#include "media/rtc/wire/rtp.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

bool lies_in(Bytes part, Bytes whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void write_again(const RtpView& view) {
  RtpHeaderWriter writer{view.header};
  std::size_t count = 0;
  for (const auto& [id, value] : view.extensions()) {
    CHECK(id != 0 && lies_in(value, view.packet));
    if (count++ < RtpHeaderWriter::kMaxElements) writer.add(id, value);
  }
  std::array<std::uint8_t, 4096> out;
  const auto again = RtpView::parse_header(writer.finish(out));
  CHECK(again && again->header.ssrc == view.header.ssrc && again->header.sequence == view.header.sequence);
  auto written = again->extensions().begin();
  for (const auto& [id, value] : view.extensions()) {
    if (written == std::default_sentinel) break;
    CHECK(written->id == id && written->value.size() == value.size());
    ++written;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes packet{data, size};
  (void)packet_kind(packet);
  const auto header = RtpView::parse_header(packet);
  const auto whole = RtpView::parse(packet);
  CHECK(header || !whole);
  if (header) {
    CHECK(lies_in(header->payload(), packet));
    ExtensionIds ids;
    for (std::size_t i = 0; i < kExtensionKinds; ++i)
      ids.set(static_cast<ExtensionKind>(i), static_cast<std::uint8_t>(i + 1));
    const auto values = header->extension_values(ids);
    CHECK(lies_in(values.dependency_descriptor, packet));
    write_again(*header);
  }
  if (whole) CHECK(whole->payload().size() + whole->header_size + whole->padding == size);
  return 0;
}
