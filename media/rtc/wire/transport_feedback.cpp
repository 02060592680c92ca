// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/transport_feedback.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "media/rtc/wire/rtcp_types.hpp"

namespace visavis::rtc {
namespace {

constexpr Micros kDeltaStep{250};
constexpr Micros kReferenceStep{64'000};
constexpr std::size_t kFixedSize = 16;  // after the RTCP header
constexpr std::uint32_t kMaxRun = 0x1FFF;

enum Symbol : unsigned { kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2, kReserved = 3 };

// Packs symbols into chunks (section 3.1.3 and 3.1.4): collects up to 14, then writes a run where they are all the
// same, one bit each where none is large, else seven of two bits.
class ChunkWriter {
 public:
  explicit ChunkWriter(MutableBytes out) : writer_(out) {}

  void add(Symbol symbol) {
    if (run_ != 0 && symbol == run_symbol_ && run_ < kMaxRun) {
      ++run_;
      return;
    }
    if (run_ != 0) flush_run();
    pending_[count_++] = symbol;
    if (count_ == kOneBitSymbols) pack();
  }
  // Writes all that is pending. Symbols beyond the status count that fill the last vector are zero.
  void finish() {
    if (run_ != 0) flush_run();
    while (count_ != 0) pack();
    if (run_ != 0) flush_run();
  }
  bool bad() const { return writer_.bad(); }
  std::size_t size() const { return writer_.size(); }
  /// Upper bound of size() after finish().
  std::size_t size_if_finished() const { return writer_.size() + (run_ != 0 ? 2 : 0) + (count_ + 6) / 7 * 2; }

 private:
  static constexpr std::size_t kOneBitSymbols = 14;
  static constexpr std::size_t kTwoBitSymbols = 7;

  void flush_run() {
    writer_.u16(static_cast<std::uint16_t>(run_symbol_ << 13 | run_));
    run_ = 0;
  }
  void drop_front(std::size_t n) {
    std::copy(pending_.begin() + static_cast<std::ptrdiff_t>(n), pending_.begin() + static_cast<std::ptrdiff_t>(count_),
              pending_.begin());
    count_ -= n;
  }
  void pack() {
    const auto all = std::span{pending_}.first(count_);
    const auto same =
        static_cast<std::size_t>(std::ranges::find_if(all, [&](Symbol s) { return s != all[0]; }) - all.begin());
    if (same == count_ && same > kTwoBitSymbols - 1) {  // begins a run, which may still grow
      run_symbol_ = all[0];
      run_ = static_cast<std::uint32_t>(count_);
      count_ = 0;
      return;
    }
    if (std::ranges::find(all, kLargeDelta) == all.end()) {
      std::uint32_t chunk = 0x8000;
      for (std::size_t i = 0; i < count_; ++i) chunk |= static_cast<std::uint32_t>(all[i]) << (13 - i);
      writer_.u16(static_cast<std::uint16_t>(chunk));
      count_ = 0;
      return;
    }
    std::uint32_t chunk = 0xC000;
    const auto taken = std::min(count_, kTwoBitSymbols);
    for (std::size_t i = 0; i < taken; ++i) chunk |= static_cast<std::uint32_t>(all[i]) << (12 - 2 * i);
    writer_.u16(static_cast<std::uint16_t>(chunk));
    drop_front(taken);
  }

  ByteWriter writer_;
  std::array<Symbol, kOneBitSymbols> pending_{};
  std::size_t count_ = 0;
  Symbol run_symbol_ = kNotReceived;
  std::uint32_t run_ = 0;
};

constexpr std::uint32_t chunk_statuses(std::uint16_t chunk) {
  if ((chunk & 0x8000U) == 0) return chunk & kMaxRun;
  return (chunk & 0x4000U) == 0 ? 14 : 7;
}

// The symbol of a chunk that has `after` more behind it.
constexpr unsigned chunk_symbol(std::uint16_t chunk, std::uint32_t after) {
  if ((chunk & 0x8000U) == 0) return (static_cast<unsigned>(chunk) >> 13) & 3U;
  if ((chunk & 0x4000U) == 0) return (static_cast<unsigned>(chunk) >> after) & 1U;
  return (static_cast<unsigned>(chunk) >> (2 * after)) & 3U;
}

struct ChunkSizes {
  std::size_t chunks = 0;  // bytes of the chunks that cover all statuses
  std::size_t deltas = 0;  // bytes of the deltas that they announce
};

// A run is measured at once, so the time depends on the bytes and not on the statuses that they claim.
Parsed<ChunkSizes> measure_chunks(Bytes tail, std::uint32_t statuses) {
  ByteReader reader{tail};
  ChunkSizes sizes;
  while (statuses != 0) {
    const auto chunk = reader.u16();
    if (reader.bad()) return malformed("RTCP: transport feedback lacks chunks");
    const auto total = chunk_statuses(chunk);
    const auto used = std::min(total, statuses);
    const bool run = (chunk & 0x8000U) == 0;
    for (std::uint32_t i = 0; i < (run ? std::min(used, 1U) : used); ++i) {
      const auto symbol = chunk_symbol(chunk, total - 1 - i);
      if (symbol == kReserved) return malformed("RTCP: transport feedback has a reserved symbol");
      sizes.deltas += symbol * std::size_t{run ? used : 1};  // a small delta is one byte, a large one two
    }
    statuses -= used;
  }
  sizes.chunks = reader.position();
  return sizes;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// The delta of an arrival in steps of 250 µs, or nothing where 16 bits cannot say it.
std::optional<std::int16_t> delta_steps(Micros from, Micros to) {
  const auto steps = floor_div((to - from).count() + kDeltaStep.count() / 2, kDeltaStep.count());
  if (steps < std::numeric_limits<std::int16_t>::min() || steps > std::numeric_limits<std::int16_t>::max())
    return std::nullopt;
  return static_cast<std::int16_t>(steps);
}

}  // namespace

TransportFeedback::Reader::Reader(const TransportFeedback& feedback)
    : chunks_(feedback.chunks),
      deltas_(feedback.deltas),
      at_(feedback.reference_time),
      sequence_(feedback.base_sequence),
      left_(feedback.status_count) {}

unsigned TransportFeedback::Reader::next_symbol() {
  while (chunk_left_ == 0 && !chunks_.bad()) {
    chunk_ = chunks_.u16();
    chunk_left_ = chunk_statuses(chunk_);
  }
  if (chunk_left_ == 0) return kNotReceived;
  return chunk_symbol(chunk_, --chunk_left_);
}

std::optional<TransportFeedback::Reader::Status> TransportFeedback::Reader::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  Status status{sequence_++, std::nullopt};
  const auto symbol = next_symbol();
  if (symbol == kNotReceived) return status;
  const std::int64_t steps = symbol == kSmallDelta ? deltas_.u8() : static_cast<std::int16_t>(deltas_.u16());
  at_ += steps * kDeltaStep;
  status.arrival = at_;
  return status;
}

Parsed<TransportFeedback> TransportFeedback::parse(Bytes body) {
  if (body.size() < kFixedSize) return malformed("RTCP: transport feedback is too short");
  TransportFeedback feedback;
  feedback.sender = load_be32(body.data());
  feedback.media = load_be32(&body[4]);
  feedback.base_sequence = load_be16(&body[8]);
  feedback.status_count = load_be16(&body[10]);
  const auto reference = static_cast<std::int32_t>(load_be24(&body[12]) << 8) >> 8;
  feedback.reference_time = reference * kReferenceStep;
  feedback.feedback_count = body[15];
  if (feedback.status_count == 0) return malformed("RTCP: transport feedback tells of no packet");
  if (feedback.status_count > kMaxFeedbackStatuses)
    return malformed("RTCP: transport feedback tells of over 8192 packets");
  const auto tail = body.subspan(kFixedSize);
  const auto sizes = measure_chunks(tail, feedback.status_count);
  if (!sizes) return std::unexpected(sizes.error());
  if (sizes->deltas > tail.size() - sizes->chunks) return malformed("RTCP: transport feedback lacks deltas");
  feedback.chunks = tail.first(sizes->chunks);
  feedback.deltas = tail.subspan(sizes->chunks, sizes->deltas);
  return feedback;
}

WrittenFeedback write_transport_feedback(std::uint32_t sender, std::uint32_t media, std::uint8_t feedback_count,
                                         std::int64_t base, std::span<const PacketArrival> arrivals, MutableBytes out) {
  constexpr std::size_t kStart = rtcp::kHeaderSize + kFixedSize;
  if (arrivals.empty() || arrivals.front().sequence < base || out.size() < kStart + 4) return {};
  out = out.first(std::min(out.size(), std::size_t{0x10000} * 4) & ~std::size_t{3});

  // Deltas come after the chunks, whose length is known only at the end.
  std::array<std::uint8_t, 2048> scratch;
  ByteWriter deltas{scratch};
  ChunkWriter chunks{out.subspan(kStart)};
  const auto reference = floor_div(arrivals.front().at.count(), kReferenceStep.count());
  Micros at = reference * kReferenceStep;
  std::int64_t next = base;
  std::size_t told = 0;
  for (const auto& arrival : arrivals) {
    const auto steps = delta_steps(at, arrival.at);
    const auto lost = arrival.sequence - next;
    if (!steps || lost < 0 || arrival.sequence - base >= kMaxFeedbackStatuses) break;
    const bool small = *steps >= 0 && *steps <= 255;
    // Each loss costs two bits at most, and a run of them ends in one more chunk.
    const auto growth = static_cast<std::size_t>(std::min<std::int64_t>(lost, 28)) / 7 * 2 + (lost > 28 ? 12 : 4);
    if (kStart + chunks.size_if_finished() + growth + deltas.size() + (small ? 1 : 2) + 3 > out.size()) break;
    if (deltas.size() + 2 > scratch.size()) break;
    for (; next < arrival.sequence; ++next) chunks.add(kNotReceived);
    chunks.add(small ? kSmallDelta : kLargeDelta);
    if (small) {
      deltas.u8(static_cast<std::uint8_t>(*steps));
    } else {
      deltas.u16(static_cast<std::uint16_t>(*steps));
    }
    at += *steps * kDeltaStep;
    ++next;
    ++told;
  }
  if (told == 0) return {};
  chunks.finish();

  ByteWriter writer{out};
  writer.u8(0x80U | rtcp::kTransportCcFormat);
  writer.u8(rtcp::kTransportLayerFeedback);
  writer.u16(0);
  writer.u32(sender);
  writer.u32(media);
  writer.u16(static_cast<std::uint16_t>(base));
  writer.u16(static_cast<std::uint16_t>(next - base));
  writer.u24(static_cast<std::uint32_t>(reference) & 0xFFFFFFU);
  writer.u8(feedback_count);
  ByteWriter tail{out.subspan(kStart + chunks.size())};
  tail.bytes(Bytes{scratch}.first(deltas.size()));
  std::size_t size = kStart + chunks.size() + tail.size();
  for (; size % 4 != 0; ++size) tail.u8(0);
  if (writer.bad() || chunks.bad() || tail.bad()) return {};
  store_be16(&out[2], static_cast<std::uint16_t>(size / 4 - 1));
  return {size, told};
}

}  // namespace visavis::rtc
