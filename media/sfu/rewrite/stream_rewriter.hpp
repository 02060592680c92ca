// SPDX-License-Identifier: Apache-2.0
// The numbers of one outgoing stream: sequence, timestamp, picture and frame numbers go on without a break while the
// source behind them changes (another simulcast layer, another publisher). The rules in force at each change are kept
// for a while (epochs), so that a packet sent again later looks exactly as it did the first time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "media/rtc/wire/rtp.hpp"
#include "media/sfu/rewrite/payload_facts.hpp"
#include "media/sfu/rewrite/sequence_map.hpp"

namespace visavis::sfu {

class StreamRewriter {
 public:
  struct Epoch {
    std::uint32_t source = 0;  // the worker-wide number of the incoming stream
    std::uint32_t timestamp_delta = 0;
    std::uint16_t picture_id_delta = 0;
    std::uint8_t tl0_delta = 0;
    std::uint16_t frame_number_delta = 0;
    bool used = false;
    bool rewrites_pictures() const { return picture_id_delta != 0 || tl0_delta != 0; }
  };
  struct Numbers {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint8_t epoch = 0;
  };

  explicit StreamRewriter(std::uint16_t first_sequence) : first_sequence_(first_sequence) {}

  /// The packet with this header is the first of `source`. `aligned` is what its timestamp has to become to stay in
  /// step with the old source by their sender reports; without it the time since the last packet decides.
  void switch_to(std::uint32_t source, const rtc::RtpHeader& header, const PictureNumbers& pictures,
                 std::optional<std::uint32_t> aligned, std::uint32_t clock_rate, Instant now);

  /// None where the packet is from before the last switch.
  std::optional<Numbers> map(const rtc::RtpHeader& header, const PictureNumbers& pictures, Instant now);
  void skip(std::uint16_t source_sequence) { sequence_.skip(source_sequence); }

  const Epoch& current() const { return epochs_[epoch_ % kEpochs]; }
  /// The rules of an earlier moment; none once they are overwritten.
  const Epoch* epoch(std::uint8_t number) const {
    const auto age = static_cast<std::uint8_t>(epoch_ - number);
    return age < kEpochs && epochs_[number % kEpochs].used ? &epochs_[number % kEpochs] : nullptr;
  }
  bool started() const { return sequence_.started(); }
  std::uint32_t last_timestamp() const { return last_timestamp_; }

  static std::uint16_t picture_id(const Epoch& epoch, const PictureNumbers& n) {
    return static_cast<std::uint16_t>((n.picture_id + epoch.picture_id_delta) & 0x7FFFU);
  }
  static std::uint8_t tl0(const Epoch& epoch, const PictureNumbers& n) {
    return static_cast<std::uint8_t>(n.tl0 + epoch.tl0_delta);
  }

 private:
  static constexpr std::uint8_t kEpochs = 4;
  static_assert(256 % kEpochs == 0);

  std::uint16_t first_sequence_;
  SequenceMap sequence_;
  std::array<Epoch, kEpochs> epochs_;
  std::uint8_t epoch_ = 0;
  std::uint32_t last_timestamp_ = 0;  // newest sent
  std::uint16_t last_picture_id_ = 0;
  std::uint8_t last_tl0_ = 0;
  bool pictures_seen_ = false;
  std::optional<std::uint16_t> last_frame_number_;
  Instant last_sent_{};
};

}  // namespace visavis::sfu
