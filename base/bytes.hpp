// SPDX-License-Identifier: Apache-2.0
// Views of bytes and big-endian access. ByteReader never reads past its end: it turns bad() and returns zeros instead,
// so a parser checks once after a group of reads. ByteWriter likewise never writes past its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace visavis {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

inline std::uint16_t load_be16(const std::uint8_t* p) { return static_cast<std::uint16_t>((p[0] << 8) | p[1]); }
inline std::uint32_t load_be24(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) | p[2];
}
inline std::uint32_t load_be32(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | p[3];
}
inline std::uint64_t load_be64(const std::uint8_t* p) { return (std::uint64_t{load_be32(p)} << 32) | load_be32(p + 4); }
inline void store_be16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void store_be24(std::uint8_t* p, std::uint32_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 16);
  p[1] = static_cast<std::uint8_t>(v >> 8);
  p[2] = static_cast<std::uint8_t>(v);
}
inline void store_be32(std::uint8_t* p, std::uint32_t v) {
  store_be16(p, static_cast<std::uint16_t>(v >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(v));
}
inline void store_be64(std::uint8_t* p, std::uint64_t v) {
  store_be32(p, static_cast<std::uint32_t>(v >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(v));
}

class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}
  std::uint8_t u8() { return take(1) ? bytes_[at_ - 1] : std::uint8_t{0}; }
  std::uint16_t u16() { return take(2) ? load_be16(&bytes_[at_ - 2]) : std::uint16_t{0}; }
  std::uint32_t u24() { return take(3) ? load_be24(&bytes_[at_ - 3]) : 0U; }
  std::uint32_t u32() { return take(4) ? load_be32(&bytes_[at_ - 4]) : 0U; }
  std::uint64_t u64() { return take(8) ? load_be64(&bytes_[at_ - 8]) : 0U; }
  Bytes bytes(std::size_t n) { return take(n) ? bytes_.subspan(at_ - n, n) : Bytes{}; }
  void skip(std::size_t n) { take(n); }
  std::size_t position() const { return at_; }
  std::size_t remaining() const { return bytes_.size() - at_; }
  /// True once anything was asked for beyond the end.
  bool bad() const { return bad_; }

 private:
  bool take(std::size_t n) {
    if (bad_ || n > bytes_.size() - at_) {
      bad_ = true;
      return false;
    }
    at_ += n;
    return true;
  }
  Bytes bytes_;
  std::size_t at_ = 0;
  bool bad_ = false;
};

class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes out) : out_(out) {}
  void u8(std::uint8_t v) {
    if (take(1)) out_[at_ - 1] = v;
  }
  void u16(std::uint16_t v) {
    if (take(2)) store_be16(&out_[at_ - 2], v);
  }
  void u24(std::uint32_t v) {
    if (take(3)) store_be24(&out_[at_ - 3], v);
  }
  void u32(std::uint32_t v) {
    if (take(4)) store_be32(&out_[at_ - 4], v);
  }
  void u64(std::uint64_t v) {
    if (take(8)) store_be64(&out_[at_ - 8], v);
  }
  void bytes(Bytes b) {
    if (take(b.size()) && !b.empty()) std::memcpy(&out_[at_ - b.size()], b.data(), b.size());
  }
  std::size_t size() const { return at_; }
  /// True once anything did not fit; what was written until then stays.
  bool bad() const { return bad_; }

 private:
  bool take(std::size_t n) {
    if (bad_ || n > out_.size() - at_) {
      bad_ = true;
      return false;
    }
    at_ += n;
    return true;
  }
  MutableBytes out_;
  std::size_t at_ = 0;
  bool bad_ = false;
};

}  // namespace visavis
