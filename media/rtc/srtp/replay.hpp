// SPDX-License-Identifier: Apache-2.0
// Packet indices, replay windows (RFC 3711 sections 3.3.1 and 3.3.2) and the table of streams they belong to.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace visavis::rtc {

/// The last `Bits` indices below the highest one seen. Test first, authenticate, then mark.
template <std::size_t Bits>
class ReplayWindow {
  static_assert(std::has_single_bit(Bits) && Bits >= 64);

 public:
  bool empty() const { return !started_; }
  std::uint64_t highest() const { return highest_; }
  /// Whether `index` is new: above the window, or in it and not yet marked.
  bool is_new(std::uint64_t index) const {
    if (!started_ || index > highest_) return true;
    return highest_ - index < Bits && !bit(index);
  }
  void mark(std::uint64_t index) {
    if (!started_) {
      started_ = true;
      highest_ = index;
    } else if (index > highest_) {
      clear_between(highest_ + 1, index);
      highest_ = index;
    }
    words_[word_of(index)] |= std::uint64_t{1} << (index % 64);
  }

 private:
  static std::size_t word_of(std::uint64_t index) { return (index % Bits) / 64; }
  bool bit(std::uint64_t index) const { return (words_[word_of(index)] >> (index % 64)) & 1; }
  void clear_between(std::uint64_t first, std::uint64_t last) {
    if (last - first >= Bits) {
      words_.fill(0);
      return;
    }
    for (std::uint64_t i = first; i <= last; ++i) words_[word_of(i)] &= ~(std::uint64_t{1} << (i % 64));
  }

  std::array<std::uint64_t, Bits / 64> words_{};
  std::uint64_t highest_ = 0;
  bool started_ = false;
};

/// RTP: 48-bit index of roll-over counter and sequence number, guessed from the 16 bits on the wire.
class RtpReplayWindow {
 public:
  static constexpr std::uint64_t kMaxIndex = (std::uint64_t{1} << 48) - 1;
  /// The index nearest to the highest one seen; none where it would be below zero or above 48 bits.
  std::optional<std::uint64_t> index_of(std::uint16_t sequence) const {
    if (seen_.empty()) return sequence;
    const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(seen_.highest()));
    const auto index = static_cast<std::int64_t>(seen_.highest()) + ahead;
    if (index < 0 || static_cast<std::uint64_t>(index) > kMaxIndex) return std::nullopt;
    return static_cast<std::uint64_t>(index);
  }
  bool is_new(std::uint64_t index) const { return seen_.is_new(index); }
  void mark(std::uint64_t index) { seen_.mark(index); }

 private:
  ReplayWindow<1024> seen_;
};

using RtcpReplayWindow = ReplayWindow<128>;

/// Streams of one direction by SSRC: few, so a scan of a dense array is the fastest lookup; the last hit is tried
/// first.
template <class Stream>
class SsrcTable {
 public:
  Stream* find(std::uint32_t ssrc) {
    if (last_ < ssrcs_.size() && ssrcs_[last_] == ssrc) return &streams_[last_];
    const auto at = std::ranges::find(ssrcs_, ssrc);
    if (at == ssrcs_.end()) return nullptr;
    last_ = static_cast<std::size_t>(at - ssrcs_.begin());
    return &streams_[last_];
  }
  Stream& add(std::uint32_t ssrc, Stream stream) {
    last_ = ssrcs_.size();
    ssrcs_.push_back(ssrc);
    return streams_.emplace_back(stream);
  }
  void erase(std::uint32_t ssrc) {
    const auto at = std::ranges::find(ssrcs_, ssrc);
    if (at == ssrcs_.end()) return;
    const auto i = at - ssrcs_.begin();
    ssrcs_.erase(at);
    streams_.erase(streams_.begin() + i);
  }
  std::size_t size() const { return ssrcs_.size(); }

 private:
  std::vector<std::uint32_t> ssrcs_;
  std::vector<Stream> streams_;
  std::size_t last_ = 0;
};

}  // namespace visavis::rtc
