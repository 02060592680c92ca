// SPDX-License-Identifier: Apache-2.0
// What offers and answers have in common: m-lines and transport, from the model of the text and into it. Private to
// this folder.
#pragma once

#include <string>
#include <vector>

#include "media/rtc/sdp/negotiate.hpp"

namespace visavis::rtc {

std::unexpected<Error> refuse(std::string message);

/// Formats that we know, in the order of the m-line, with their RTX formats and feedback.
std::vector<NegotiatedCodec> known_codecs(const SdpMedia& media);
/// Which ids the far side uses towards us and we towards it. Ids above 15 need the two-byte form, which not everybody
/// reads: only where it was announced (RFC 8285, section 6).
struct KnownExtensions {
  ExtensionIds receive;
  ExtensionIds send;
};
KnownExtensions known_extensions(const SdpMedia& media, bool two_byte_allowed);
/// What the m-line announces to send: by rid, by SSRC group, by SSRC, or one encoding of which nothing is known.
std::vector<RemoteEncoding> announced_encodings(const SdpMedia& media);

/// Of the m-line that carries the transport, with what the session level says where it says nothing.
struct TransportDescription {
  SdpIce ice;
  SdpFingerprint fingerprint;
  DtlsSetup setup = DtlsSetup::kUnset;
  std::vector<SdpCandidate> candidates;
};
Result<TransportDescription> describe_transport(const Sdp& sdp, const SdpMedia& first);

void write_codecs(SdpMedia& media, const std::vector<NegotiatedCodec>& codecs);
void write_extensions(SdpMedia& media, const ExtensionIds& receive, const ExtensionIds& send);
/// SSRCs, group, CNAME and msid; the RTX stream where a codec has RTX.
void write_stream(SdpMedia& media, const OurStream& stream, const std::vector<NegotiatedCodec>& codecs);
bool has_rtx(const std::vector<NegotiatedCodec>& codecs);

}  // namespace visavis::rtc
