// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/srtp/srtp.hpp"

#include <openssl/crypto.h>

#include <cstring>

namespace visavis::rtc {
namespace {

constexpr std::size_t kRtpFixedHeader = 12;
constexpr std::size_t kRtcpClearHeader = 8;  // first header and sender SSRC: never encrypted
constexpr std::size_t kSrtcpIndexSize = 4;
constexpr std::uint32_t kSrtcpEncrypted = 0x8000'0000;
constexpr std::uint32_t kSrtcpMaxIndex = 0x7FFF'FFFF;

/// Size of the RTP header with CSRCs and extension, 0 where the packet is not RTP or ends before its header does.
std::size_t rtp_header_size(Bytes packet) {
  if (packet.size() < kRtpFixedHeader || packet[0] >> 6 != 2) return 0;
  std::size_t size = kRtpFixedHeader + std::size_t{4} * (packet[0] & 0x0F);
  if ((packet[0] & 0x10) != 0) {
    if (packet.size() < size + 4) return 0;
    size += 4 + std::size_t{4} * load_be16(&packet[size + 2]);
  }
  return size <= packet.size() ? size : 0;
}

std::array<std::uint8_t, 4> be32(std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes;
  store_be32(bytes.data(), value);
  return bytes;
}

std::uint32_t rollover(std::uint64_t index) { return static_cast<std::uint32_t>(index >> 16); }

}  // namespace

std::string_view to_string(SrtpError error) {
  switch (error) {
    case SrtpError::kMalformed:
      return "malformed";
    case SrtpError::kUnauthenticated:
      return "unauthenticated";
    case SrtpError::kReplayed:
      return "replayed";
    case SrtpError::kTooManySsrcs:
      return "too many SSRCs";
    case SrtpError::kNoSpace:
      return "no space";
    case SrtpError::kIndexReused:
      return "index reused";
    case SrtpError::kNotConnected:
      return "not connected";
    case SrtpError::kKeyExhausted:
      return "key exhausted";
  }
  return "unknown";
}

SrtpSender::SrtpSender(SrtpProfile profile, const SrtpMasterKey& key)
    : rtp_(profile, {profile, key, SrtpUse::kRtp}), rtcp_(profile, {profile, key, SrtpUse::kRtcp}) {}

std::expected<std::size_t, SrtpError> SrtpSender::protect_rtp(const RtpParts& parts, MutableBytes out) {
  const Bytes header = parts.header;
  const std::size_t body = parts.prefix.size() + parts.payload.size();
  if (rtp_header_size(header) != header.size() || header.empty()) return std::unexpected(SrtpError::kMalformed);
  const std::size_t total = header.size() + body + rtp_.tag_size();
  if (out.size() < total || total > 65'535) return std::unexpected(SrtpError::kNoSpace);

  const std::uint32_t ssrc = load_be32(&header[8]);
  RtpReplayWindow* stream = rtp_streams_.find(ssrc);
  if (stream == nullptr) {
    if (rtp_streams_.size() >= kMaxSrtpSsrcs) return std::unexpected(SrtpError::kTooManySsrcs);
    stream = &rtp_streams_.add(ssrc, {});
  }
  const auto index = stream->index_of(load_be16(&header[2]));
  if (!index) return std::unexpected(SrtpError::kKeyExhausted);
  if (!stream->is_new(*index)) return std::unexpected(SrtpError::kIndexReused);
  stream->mark(*index);

  if (header.data() != out.data()) std::memcpy(out.data(), header.data(), header.size());
  const Bytes clear = out.first(header.size());
  std::uint8_t* const encrypted = out.data() + header.size();
  std::uint8_t* const tag = encrypted + body;
  const std::array plain{parts.prefix, parts.payload};
  if (rtp_.aead()) {
    rtp_.seal(ssrc, *index, {&clear, 1}, plain, encrypted, tag);
  } else {
    rtp_.crypt(ssrc, *index, plain, encrypted);
    const auto roc = be32(rollover(*index));
    const std::array<Bytes, 2> covered{out.first(header.size() + body), roc};
    std::memcpy(tag, rtp_.authenticate(covered).data(), SrtpCipher::kSha1Tag);
  }
  return total;
}

std::expected<std::size_t, SrtpError> SrtpSender::protect_rtcp(Bytes compound, MutableBytes out) {
  if (compound.size() < kRtcpClearHeader) return std::unexpected(SrtpError::kMalformed);
  const std::size_t total = compound.size() + rtcp_.tag_size() + kSrtcpIndexSize;
  if (out.size() < total || total > 65'535) return std::unexpected(SrtpError::kNoSpace);
  if (rtcp_index_ == kSrtcpMaxIndex) return std::unexpected(SrtpError::kKeyExhausted);

  const std::uint32_t index = ++rtcp_index_;
  const std::uint32_t ssrc = load_be32(&compound[4]);
  if (compound.data() != out.data()) std::memcpy(out.data(), compound.data(), kRtcpClearHeader);
  const auto index_word = be32(index | kSrtcpEncrypted);
  const Bytes plain = compound.subspan(kRtcpClearHeader);
  std::uint8_t* const encrypted = out.data() + kRtcpClearHeader;
  std::uint8_t* const after = out.data() + compound.size();
  if (rtcp_.aead()) {  // RFC 7714 section 9: the tag stands before the index word
    const std::array<Bytes, 2> aad{out.first(kRtcpClearHeader), index_word};
    rtcp_.seal(ssrc, index, aad, {&plain, 1}, encrypted, after);
    std::memcpy(after + SrtpCipher::kGcmTag, index_word.data(), index_word.size());
  } else {  // RFC 3711 section 3.4: the tag stands last and covers the index word
    rtcp_.crypt(ssrc, index, {&plain, 1}, encrypted);
    std::memcpy(after, index_word.data(), index_word.size());
    const Bytes covered = out.first(compound.size() + kSrtcpIndexSize);
    std::memcpy(after + kSrtcpIndexSize, rtcp_.authenticate({&covered, 1}).data(), SrtpCipher::kSha1Tag);
  }
  return total;
}

void SrtpSender::forget(std::uint32_t ssrc) { rtp_streams_.erase(ssrc); }

SrtpReceiver::SrtpReceiver(SrtpProfile profile, const SrtpMasterKey& key)
    : rtp_(profile, {profile, key, SrtpUse::kRtp}), rtcp_(profile, {profile, key, SrtpUse::kRtcp}) {}

std::expected<MutableBytes, SrtpError> SrtpReceiver::unprotect_rtp(MutableBytes packet) {
  const std::size_t header = rtp_header_size(packet);
  if (header == 0 || packet.size() < header + rtp_.tag_size()) return std::unexpected(SrtpError::kMalformed);
  const std::uint32_t ssrc = load_be32(&packet[8]);
  const std::uint16_t sequence = load_be16(&packet[2]);
  RtpReplayWindow* stream = rtp_streams_.find(ssrc);
  const auto index = stream != nullptr ? stream->index_of(sequence) : std::optional<std::uint64_t>(sequence);
  if (!index || (stream != nullptr && !stream->is_new(*index))) return std::unexpected(SrtpError::kReplayed);
  if (stream == nullptr && rtp_streams_.size() >= kMaxSrtpSsrcs) return std::unexpected(SrtpError::kTooManySsrcs);

  const std::size_t end = packet.size() - rtp_.tag_size();
  const MutableBytes body = packet.subspan(header, end - header);
  const Bytes tag = packet.subspan(end);
  if (rtp_.aead()) {
    const Bytes aad = packet.first(header);
    if (!rtp_.open(ssrc, *index, {&aad, 1}, body, tag)) return std::unexpected(SrtpError::kUnauthenticated);
  } else {
    const auto roc = be32(rollover(*index));
    const std::array<Bytes, 2> covered{packet.first(end), roc};
    const auto expected = rtp_.authenticate(covered);
    if (CRYPTO_memcmp(expected.data(), tag.data(), tag.size()) != 0)
      return std::unexpected(SrtpError::kUnauthenticated);
    const Bytes encrypted = body;
    rtp_.crypt(ssrc, *index, {&encrypted, 1}, body.data());
  }
  if (stream == nullptr) stream = &rtp_streams_.add(ssrc, {});
  stream->mark(*index);
  return packet.first(end);
}

std::expected<MutableBytes, SrtpError> SrtpReceiver::unprotect_rtcp(MutableBytes packet) {
  const std::size_t overhead = rtcp_.tag_size() + kSrtcpIndexSize;
  if (packet.size() < kRtcpClearHeader + overhead || packet[0] >> 6 != 2) return std::unexpected(SrtpError::kMalformed);
  const std::size_t end = packet.size() - overhead;
  const std::size_t index_at = rtcp_.aead() ? end + SrtpCipher::kGcmTag : end;
  const std::uint32_t index_word = load_be32(&packet[index_at]);
  // RFC 8827 section 6.5 wants SRTCP encrypted, so a clear E bit is not an option but a mistake.
  if ((index_word & kSrtcpEncrypted) == 0) return std::unexpected(SrtpError::kMalformed);
  const std::uint32_t index = index_word & ~kSrtcpEncrypted;
  const std::uint32_t ssrc = load_be32(&packet[4]);
  RtcpReplayWindow* stream = rtcp_streams_.find(ssrc);
  if (stream != nullptr && !stream->is_new(index)) return std::unexpected(SrtpError::kReplayed);
  if (stream == nullptr && rtcp_streams_.size() >= kMaxSrtpSsrcs) return std::unexpected(SrtpError::kTooManySsrcs);

  const MutableBytes body = packet.subspan(kRtcpClearHeader, end - kRtcpClearHeader);
  if (rtcp_.aead()) {
    const std::array<Bytes, 2> aad{packet.first(kRtcpClearHeader), packet.subspan(index_at, kSrtcpIndexSize)};
    if (!rtcp_.open(ssrc, index, aad, body, packet.subspan(end, SrtpCipher::kGcmTag))) {
      return std::unexpected(SrtpError::kUnauthenticated);
    }
  } else {
    const Bytes covered = packet.first(end + kSrtcpIndexSize);
    const auto expected = rtcp_.authenticate({&covered, 1});
    if (CRYPTO_memcmp(expected.data(), &packet[end + kSrtcpIndexSize], SrtpCipher::kSha1Tag) != 0) {
      return std::unexpected(SrtpError::kUnauthenticated);
    }
    const Bytes encrypted = body;
    rtcp_.crypt(ssrc, index, {&encrypted, 1}, body.data());
  }
  if (stream == nullptr) stream = &rtcp_streams_.add(ssrc, {});
  stream->mark(index);
  return packet.first(end);
}

}  // namespace visavis::rtc
