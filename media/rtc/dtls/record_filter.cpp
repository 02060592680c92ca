// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/dtls/record_filter.hpp"

namespace visavis::rtc {
namespace {

// RFC 6347 section 4.1: type (1), version (2), epoch (2), sequence number (6), length (2).
constexpr std::size_t kRecordHeader = 13;
constexpr std::size_t kMaxRecordBody = 16'384 + 2'048;
// AES-GCM is all that identity.cpp allows: explicit nonce (8), tag (16), RFC 5288 section 3.
constexpr std::size_t kMinProtectedBody = 8 + 16;
constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kApplicationData = 23;
// RFC 6347 section 4.2.2: type (1), length (3), message sequence (2), fragment offset (3), fragment length (3).
constexpr std::size_t kMessageHeader = 12;

/// Whether the plaintext handshake messages in a record have lengths that fit together.
bool fragments_fit(Bytes body) {
  ByteReader reader(body);
  while (reader.remaining() > 0) {
    reader.skip(1);
    const std::uint32_t length = reader.u24();
    reader.skip(2);
    const std::uint32_t offset = reader.u24();
    const std::uint32_t fragment = reader.u24();
    if (length > DtlsRecordFilter::kMaxMessage || offset + fragment > length) return false;
    if (fragment == 0 && length != 0) return false;
    reader.skip(fragment);
    if (reader.bad()) return false;
  }
  return body.size() >= kMessageHeader;
}

}  // namespace

Bytes DtlsRecordFilter::next(Bytes& datagram, bool connected) {
  const std::size_t body = datagram.size() < kRecordHeader ? 0 : load_be16(&datagram[11]);
  if (datagram.size() < kRecordHeader || body > datagram.size() - kRecordHeader) {
    datagram = {};
    ++dropped_;
    return {};
  }
  const Bytes record = datagram.first(kRecordHeader + body);
  datagram = datagram.subspan(record.size());
  if (acceptable(record, connected)) return record;
  ++dropped_;
  return {};
}

bool DtlsRecordFilter::acceptable(Bytes record, bool connected) {
  const std::uint8_t type = record[0];
  const Bytes body = record.subspan(kRecordHeader);
  if (type < kChangeCipherSpec || type > kApplicationData) return false;
  if (record[1] != 0xFE || (record[2] != 0xFD && record[2] != 0xFF)) return false;
  if (body.empty() || body.size() > kMaxRecordBody) return false;
  const std::uint16_t epoch = load_be16(&record[3]);
  // OpenSSL 3.0.19 takes one that is too short to hold a tag for a failure of its own, and hears no more.
  if (epoch == 1 && body.size() < kMinProtectedBody) return false;
  if (connected) return epoch == 1;  // RFC 6347 section 4.1: nothing in the clear once there are keys
  if (epoch == 1) return type != kChangeCipherSpec && early_++ < kMaxEarlyRecords;
  if (epoch != 0) return false;
  switch (type) {
    case kHandshake:
      return fragments_fit(body);
    case kChangeCipherSpec:
      return body.size() == 1 && body[0] == 1;
    case kAlert:
      return body.size() == 2;
    default:
      return false;
  }
}

}  // namespace visavis::rtc
