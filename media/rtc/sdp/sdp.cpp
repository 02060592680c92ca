// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/sdp.hpp"

#include <algorithm>
#include <array>

#include "media/rtc/sdp/attributes.hpp"
#include "media/rtc/sdp/text.hpp"

namespace visavis::rtc {
namespace {

using namespace sdp_text;

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalid, "sdp_invalid", std::move(message));
}

// Checks that need no understanding of the lines, before anything is allocated.
Result<void> check_limits(std::string_view text) {
  if (text.size() > kMaxSdpSize) {
    return fail(
        ErrorKind::kTooLarge, "sdp_too_large",
        "the SDP has " + std::to_string(text.size()) + " bytes, " + std::to_string(kMaxSdpSize) + " are allowed");
  }
  if (text.contains('\0')) return invalid("the SDP holds a NUL byte");
  std::size_t media = 0;
  std::size_t line = 0;
  for (auto rest = text; !rest.empty();) {
    const auto current = take(rest, '\n');
    ++line;
    if (current.size() > kMaxSdpLine) {
      return fail(ErrorKind::kTooLarge, "sdp_line_too_long",
                  "SDP line " + std::to_string(line) + " has " + std::to_string(current.size()) + " bytes, " +
                      std::to_string(kMaxSdpLine) + " are allowed");
    }
    if (current.starts_with("m=")) ++media;
  }
  if (media > kMaxSdpMedia) {
    return fail(ErrorKind::kTooLarge, "sdp_too_many_media",
                "the SDP has " + std::to_string(media) + " m-lines, " + std::to_string(kMaxSdpMedia) + " are allowed");
  }
  return {};
}

MediaKind kind_of(std::string_view type) {
  if (type == "audio") return MediaKind::kAudio;
  if (type == "video") return MediaKind::kVideo;
  return type == "application" ? MediaKind::kApplication : MediaKind::kOther;
}

// Static payload types need no a=rtpmap (RFC 3551); none of them is of use to us, so they keep an empty name.
LineResult read_formats(SdpMedia& media, std::string_view rest) {
  const bool rtp = media.kind == MediaKind::kAudio || media.kind == MediaKind::kVideo;
  while (!rest.empty()) {
    const auto format = take_word(rest);
    if (format.empty()) continue;
    if (media.codecs.size() + media.formats.size() == kMaxSdpItems)
      return std::unexpected("more than 128 formats in one m-line");
    if (!rtp) {
      if (!is_token(format, 64)) return std::unexpected("a format of the m-line is malformed");
      media.formats.emplace_back(format);
      continue;
    }
    const auto type = number<std::uint8_t>(format, 0, 127);
    if (!type) return std::unexpected("a format of the m-line is not a payload type from 0 to 127");
    if (std::ranges::any_of(media.codecs, [&](const SdpCodec& c) { return c.payload_type == *type; })) {
      return std::unexpected("the m-line names a payload type twice");
    }
    media.codecs.push_back({.payload_type = *type, .name = {}, .clock = 0, .channels = 1, .fmtp = {}, .feedback = {}});
  }
  if (media.codecs.empty() && media.formats.empty()) return std::unexpected("the m-line has no format");
  return {};
}

// "audio 9 UDP/TLS/RTP/SAVPF 111 63"
LineResult read_media_line(Sdp& sdp, std::string_view value) {
  SdpMedia media;
  media.type = take_word(value);
  auto port = take_word(value);
  const auto number_of_port = number<std::uint16_t>(take(port, '/'));
  media.protocol = take_word(value);
  if (!is_token(media.type, 32)) return std::unexpected("the m-line has no media type");
  if (!number_of_port) return std::unexpected("the m-line's port is not a number from 0 to 65535");
  if (!is_made_of(media.protocol, 64, [](char c) { return is_alphanumeric(c) || c == '/' || c == '-'; })) {
    return std::unexpected("the m-line has no protocol");
  }
  media.port = *number_of_port;
  media.kind = kind_of(media.type);
  auto formats = read_formats(media, value);
  if (formats) sdp.media.push_back(std::move(media));
  return formats;
}

LineResult read_origin(Sdp& sdp, std::string_view value) {
  take_word(value);
  const auto id = number<std::uint64_t>(take_word(value));
  const auto version = number<std::uint64_t>(take_word(value));
  if (!id || !version) return std::unexpected("the o-line's session id or version is not a number");
  sdp.session_id = *id;
  sdp.version = *version;
  return {};
}

LineResult read_line(Sdp& sdp, char type, std::string_view value) {
  if (type == 'v' && value != "0") return std::unexpected("the version is not 0");
  if (type == 'o') return read_origin(sdp, value);
  if (type == 'm') return read_media_line(sdp, value);
  if (type != 'a') return {};
  const auto name = take(value, ':');
  return sdp.media.empty() ? read_session_attribute(sdp, name, value)
                           : read_media_attribute(sdp.media.back(), name, value);
}

// Calls `read(type, value)` for each line; an error of it gets the line's number.
template <class F>
Result<void> for_each_line(std::string_view text, F&& read) {
  if (const auto limits = check_limits(text); !limits) return limits;
  std::size_t number_of_line = 0;
  while (!text.empty()) {
    auto line = take(text, '\n');
    ++number_of_line;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto where = "SDP line " + std::to_string(number_of_line) + ": ";
    if (line.size() < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z')
      return invalid(where + "not of the form \"x=value\"");
    if (const auto result = read(line[0], line.substr(2)); !result) return invalid(where + result.error());
  }
  return {};
}

Result<void> check_mids(const Sdp& sdp) {
  for (std::size_t i = 0; i < sdp.media.size(); ++i) {
    const auto& mid = sdp.media[i].mid;
    const auto same = [&](const SdpMedia& m) { return !mid.empty() && m.mid == mid; };
    if (std::ranges::count_if(sdp.media, same) > 1) return invalid("two m-lines have the mid \"" + mid + "\"");
  }
  return {};
}

}  // namespace

std::string_view to_string(MediaKind kind) {
  constexpr std::array<std::string_view, 4> kNames{"audio", "video", "application", "other"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Direction direction) {
  constexpr std::array<std::string_view, 4> kNames{"sendrecv", "sendonly", "recvonly", "inactive"};
  return kNames[static_cast<std::size_t>(direction)];
}

std::optional<Direction> direction_named(std::string_view name) {
  for (const auto direction :
       {Direction::kSendRecv, Direction::kSendOnly, Direction::kRecvOnly, Direction::kInactive}) {
    if (name == to_string(direction)) return direction;
  }
  return std::nullopt;
}

Result<Sdp> Sdp::parse(std::string_view text) {
  if (!text.starts_with("v=0")) return invalid("the SDP does not begin with \"v=0\"");
  Sdp sdp;
  const auto read = for_each_line(text, [&](char type, std::string_view value) { return read_line(sdp, type, value); });
  if (!read) return std::unexpected(read.error());
  if (const auto mids = check_mids(sdp); !mids) return std::unexpected(mids.error());
  return sdp;
}

Result<SdpFragment> parse_sdp_fragment(std::string_view text) {
  SdpFragment fragment;
  const auto read = for_each_line(text, [&](char type, std::string_view value) -> LineResult {
    if (type != 'a') return {};
    const auto name = take(value, ':');
    if (name == "end-of-candidates") fragment.end_of_candidates = true;
    if (name != "candidate") return read_ice_attribute(fragment.ice, name, value);
    auto candidate = read_candidate(value);
    if (!candidate) return std::unexpected(candidate.error());
    if (fragment.candidates.size() == kMaxSdpItems) return std::unexpected("more than 128 candidates");
    fragment.candidates.push_back(std::move(*candidate));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return fragment;
}

Result<SdpCandidate> parse_candidate(std::string_view text) {
  auto candidate = read_candidate(text);
  if (!candidate) return invalid(candidate.error());
  return std::move(*candidate);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> fmtp_parameter(std::string_view fmtp, std::string_view key) {
  while (!fmtp.empty()) {
    auto parameter = take(fmtp, ';');
    while (parameter.starts_with(' ')) parameter.remove_prefix(1);
    const auto name = take(parameter, '=');
    while (parameter.ends_with(' ')) parameter.remove_suffix(1);
    if (equal_ignoring_case(name, key)) return parameter;
  }
  return std::nullopt;
}

}  // namespace visavis::rtc
