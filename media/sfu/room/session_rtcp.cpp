// SPDX-License-Identifier: Apache-2.0
// RTCP of a session: what the peer reports and asks for, and what we report and ask of it.
#include <algorithm>
#include <array>

#include "media/rtc/stream/ntp.hpp"
#include "media/rtc/wire/rtcp.hpp"
#include "media/sfu/room/session.hpp"

namespace visavis::sfu {
namespace {

constexpr std::size_t kRtcpSize = 1200;
constexpr std::size_t kMaxNacksPerRound = 128;
/// Numbers one compound may ask us to send again: a packet of 1,200 bytes could name 5,000 and have us send a megabyte.
constexpr unsigned kMaxNacksAnswered = 256;

}  // namespace

void Session::on_rtcp(MutableBytes compound) {
  rtc::RtcpReader reader{compound};
  while (true) {
    const auto packet = reader.next();
    if (!packet) {
      ++engine_.counters.dropped_malformed;
      return;
    }
    if (!*packet) return;
    on_rtcp_packet(**packet);
  }
}

void Session::on_rtcp_packet(const rtc::RtcpPacket& packet) {
  if (const auto* sr = std::get_if<rtc::SenderReport>(&packet)) {
    on_sender_report(*sr);
    on_report_blocks(sr->blocks);
  } else if (const auto* rr = std::get_if<rtc::ReceiverReport>(&packet)) {
    on_report_blocks(rr->blocks);
  } else if (const auto* nack = std::get_if<rtc::Nack>(&packet)) {
    Slot* slot = slot_of(nack->media);
    unsigned answered = 0;
    if (slot == nullptr) return;
    nack->for_each([&](std::uint16_t sequence) {
      ++engine_.counters.nacks_received;
      if (++answered <= kMaxNacksAnswered) slot->on_nack(sequence, now_);
    });
  } else if (const auto* pli = std::get_if<rtc::PictureLoss>(&packet)) {
    if (Slot* slot = slot_of(pli->media)) slot->on_key_frame_request(now_);
  } else if (const auto* fir = std::get_if<rtc::FullIntraRequest>(&packet)) {
    for (std::size_t i = 0; i < fir->items.size(); ++i) {
      if (Slot* slot = slot_of(fir->items[i].ssrc)) slot->on_key_frame_request(now_);
    }
  } else if (const auto* feedback = std::get_if<rtc::TransportFeedback>(&packet)) {
    estimator_->on_feedback(*feedback, now_);
    pacer_->set_rate(estimator_->target());
  }
}

Slot* Session::slot_of(std::uint32_t ssrc) const {
  for (const auto& slot : slots_) {
    if (slot->media().ours.ssrc == ssrc) return slot.get();
  }
  return nullptr;
}

void Session::on_report_blocks(const rtc::ReportBlocks& blocks) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const rtc::ReportBlock block = blocks[i];
    Slot* slot = slot_of(block.ssrc);
    if (slot == nullptr) continue;
    slot->on_report(block);
    const Micros sample = rtc::round_trip(now_, block.last_sr, block.delay_since_last_sr);
    if (sample > Micros::zero()) {
      round_trip_ = round_trip_ == Micros::zero() ? sample : round_trip_ + (sample - round_trip_) / 4;
    }
    estimator_->on_receiver_report(static_cast<float>(block.fraction_lost) / 256.0F, round_trip_, now_);
  }
}

void Session::on_sender_report(const rtc::SenderReport& report) {
  for_each_stream([&](const PublishedTrack& track, IncomingStream& stream) {
    if (stream.ssrc != report.sender) return;
    const rtc::NtpTime ntp{report.info.ntp};
    const bool first = !stream.clock.known();
    stream.clock.on_sender_report(ntp, report.info.rtp_timestamp, now_);
    publisher_clock_.on_sender_report(ntp, now_);
    if (first) track.tell_slots_of_clock(now_);
  });
}

void Session::send_rtcp(Bytes compound) {
  const auto& path = transport_.selected_path();
  if (!path || compound.empty()) return;
  const auto size = transport_.protect_rtcp(compound, engine_.sink.reserve());
  if (size) engine_.sink.commit(*path, *size);
}

rtc::RtcpBuilder Session::begin_compound(MutableBytes space) const {
  rtc::RtcpBuilder builder{space};
  // RFC 3550, section 6.1: a report stands first, unless the peer takes reduced sizes (RFC 5506).
  if (!reduced_size_) builder.receiver_report(local_ssrc_);
  return builder;
}

void Session::send_nacks(Instant now) {
  for_each_stream([&](PublishedTrack& track, IncomingStream& stream) {
    if (stream.nack == nullptr) return;
    std::array<std::uint16_t, kMaxNacksPerRound> lost;
    if (stream.nack->deadline() <= now) {
      const std::size_t count = stream.nack->collect(now, round_trip_, lost);
      if (count > 0 && track.has_slots()) {
        std::array<std::uint8_t, kRtcpSize> space;
        rtc::RtcpBuilder builder = begin_compound(space);
        builder.nack(local_ssrc_, stream.ssrc, std::span{lost}.first(count));
        send_rtcp(builder.bytes());
        stream.nacks_sent += count;
        engine_.counters.nacks_sent += count;
      }
    }
    if (stream.nack->take_gave_up()) track.want_key_frame_of(stream, now);
  });
}

void Session::send_key_frame_requests(Instant now) {
  for_each_stream([&](PublishedTrack& track, IncomingStream& stream) {
    if (!stream.key_frames.due(now)) return;
    const rtc::NegotiatedCodec* codec = track.codec();
    std::array<std::uint8_t, 64> space;
    rtc::RtcpBuilder builder = begin_compound(space);
    if (codec != nullptr && !codec->feedback.pli && codec->feedback.fir) {
      const rtc::FirItem item{stream.ssrc, ++fir_sequence_};
      builder.full_intra_request(local_ssrc_, {&item, 1});
    } else {
      builder.picture_loss(local_ssrc_, stream.ssrc);
    }
    send_rtcp(builder.bytes());
    ++stream.plis_sent;
    ++engine_.counters.plis_sent;
  });
}

void Session::send_feedback(Instant now) {
  if (feedback_ == nullptr || feedback_->deadline() > now) return;
  std::array<std::uint8_t, kRtcpSize> space;
  const std::size_t head = begin_compound(space).bytes().size();
  const std::uint32_t media = bindings_.empty() ? 0 : bindings_.front().ssrc;
  // A few packets at most: one holds some hundred arrivals, and no more than 256 wait.
  for (int i = 0; i < 8; ++i) {
    const std::size_t size = feedback_->build(now, local_ssrc_, media, MutableBytes{space}.subspan(head));
    if (size == 0) break;
    send_rtcp(Bytes{space}.first(head + size));
  }
}

void Session::send_reports(Instant now) {
  std::array<std::uint8_t, kRtcpSize> space;
  rtc::RtcpBuilder builder{space};
  std::array<rtc::ReportBlock, 31> blocks;
  std::size_t count = 0;
  for_each_stream([&](const PublishedTrack&, IncomingStream& stream) {
    if (!stream.stats.started() || count == blocks.size()) return;
    const rtc::Reception r = stream.stats.report();
    blocks[count++] = {stream.ssrc,
                       r.fraction_lost,
                       r.cumulative_lost,
                       r.highest_sequence,
                       r.jitter,
                       stream.clock.last_sr(),
                       stream.clock.delay_since_last_sr(now)};
  });
  if (count > 0) builder.receiver_report(local_ssrc_, std::span{blocks}.first(count));
  for (const auto& slot : slots_) {
    const auto info = slot->sender_info(now);
    if (!info) continue;
    slot->report_sent();
    if (!builder.sender_report(slot->media().ours.ssrc, *info) ||
        !builder.source_description(slot->media().ours.ssrc, slot->media().ours.cname)) {
      break;  // more slots than one packet holds: the others next time
    }
  }
  send_rtcp(builder.bytes());
}

void Session::send_due_reports(Instant now) {
  if (!transport_.connected()) return;
  for (const auto& slot : slots_) {
    if (!slot->report_due()) continue;
    const auto info = slot->sender_info(now);
    if (!info) continue;
    slot->report_sent();
    std::array<std::uint8_t, 512> space;
    rtc::RtcpBuilder builder{space};
    builder.sender_report(slot->media().ours.ssrc, *info);
    builder.source_description(slot->media().ours.ssrc, slot->media().ours.cname);
    send_rtcp(builder.bytes());
  }
}

void Session::tell_stats(Instant now) {
  std::array<TrackReport, 2 * rtc::kMaxSdpMedia> reports;
  std::size_t count = 0;
  for (const auto& track : tracks_) {
    if (count < reports.size()) reports[count++] = track->report(now);
  }
  for (const auto& slot : slots_) {
    if (count < reports.size()) reports[count++] = slot->report(now);
  }
  engine_.sink.on_stats(config_.key, round_trip_, std::span{reports}.first(count));
}

}  // namespace visavis::sfu
