// SPDX-License-Identifier: Apache-2.0
// RTCP: read, written from what was read, read again: both say the same.
#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/check.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/rtc/wire/rtcp_builder.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

std::vector<ReportBlock> blocks_of(const ReportBlocks& list) {
  std::vector<ReportBlock> blocks;
  for (std::size_t i = 0; i < list.size(); ++i) blocks.push_back(list[i]);
  return blocks;
}
std::vector<std::uint32_t> ssrcs_of(const SsrcList& list) {
  std::vector<std::uint32_t> ssrcs;
  for (std::size_t i = 0; i < list.size(); ++i) ssrcs.push_back(list[i]);
  return ssrcs;
}

// Each overload writes the packet again; false where it cannot be told again (empty lists).
struct Rewriter {
  RtcpBuilder& out;
  bool operator()(const SenderReport& p) { return out.sender_report(p.sender, p.info, blocks_of(p.blocks)); }
  bool operator()(const ReceiverReport& p) { return out.receiver_report(p.sender, blocks_of(p.blocks)); }
  bool operator()(const SourceDescription& p) { return out.source_description(p.ssrc, p.cname); }
  bool operator()(const Bye& p) { return out.bye(ssrcs_of(p.sources)); }
  bool operator()(const Nack& p) {
    std::vector<std::uint16_t> lost;
    p.for_each([&](std::uint16_t sequence) { lost.push_back(sequence); });
    return out.nack(p.sender, p.media, lost);
  }
  bool operator()(const PictureLoss& p) { return out.picture_loss(p.sender, p.media); }
  bool operator()(const FullIntraRequest& p) {
    std::vector<FirItem> items;
    for (std::size_t i = 0; i < p.items.size(); ++i) items.push_back(p.items[i]);
    return out.full_intra_request(p.sender, items);
  }
  bool operator()(const Remb& p) { return out.remb(p.sender, p.bitrate, ssrcs_of(p.sources)); }
  bool operator()(const TransportFeedback& p) {
    std::vector<PacketArrival> arrivals;
    std::int64_t sequence = p.base_sequence;
    Micros last{};
    p.for_each([&](std::uint16_t, std::optional<Micros> at) {
      if (at) {
        arrivals.push_back({sequence, *at});
        last = *at;
      }
      ++sequence;
    });
    const auto told = out.transport_feedback(p.sender, p.media, p.feedback_count, p.base_sequence, arrivals);
    CHECK(told <= arrivals.size());
    return told != 0;
  }
  bool operator()(const ExtendedReport& p) {
    std::vector<DlrrItem> items;
    for (std::size_t i = 0; i < p.dlrr.size(); ++i) items.push_back(p.dlrr[i]);
    return p.reference_time ? out.receiver_reference_time(p.sender, *p.reference_time) : out.dlrr(p.sender, items);
  }
  bool operator()(const OtherRtcp&) { return false; }
};

struct Same {
  bool operator()(const Nack& a, const Nack& b) const {
    std::vector<std::uint16_t> first;
    std::vector<std::uint16_t> second;
    a.for_each([&](std::uint16_t s) { first.push_back(s); });
    b.for_each([&](std::uint16_t s) { second.push_back(s); });
    // The builder merges what overlaps; nothing may be lost or invented.
    for (const auto s : first) CHECK(std::ranges::find(second, s) != second.end());
    for (const auto s : second) CHECK(std::ranges::find(first, s) != first.end());
    return a.media == b.media;
  }
  bool operator()(const SenderReport& a, const SenderReport& b) const {
    return a.info.ntp == b.info.ntp && a.blocks.size() == b.blocks.size();
  }
  bool operator()(const SourceDescription& a, const SourceDescription& b) const {
    return a.cname == b.cname && a.ssrc == b.ssrc;
  }
  bool operator()(const Remb& a, const Remb& b) const {
    return a.bitrate == b.bitrate && a.sources.size() == b.sources.size();
  }
  bool operator()(const Bye& a, const Bye& b) const { return a.sources.size() == b.sources.size(); }
  template <class A, class B>
  bool operator()(const A&, const B&) const {
    return std::is_same_v<A, B>;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1'500) return 0;
  std::vector<std::uint8_t> out(16'384);
  RtcpReader reader{{data, size}};
  while (true) {
    const auto packet = reader.next();
    if (!packet || !*packet) return 0;
    RtcpBuilder builder{out};
    if (!std::visit(Rewriter{builder}, **packet)) continue;
    RtcpReader again{builder.bytes()};
    const auto read = again.next();
    CHECK(read && *read);
    CHECK(std::visit(Same{}, **packet, **read));
    CHECK(!again.next()->has_value());
  }
}
