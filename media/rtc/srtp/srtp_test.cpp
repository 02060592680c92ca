// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/srtp/srtp.hpp"

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <cstdlib>
#include <new>
#include <numeric>
#include <string>
#include <vector>

namespace {
std::size_t allocations = 0;
}
// Every allocation of this test program through new is counted; OpenSSL's own are not, see srtp_bench for their cost.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }               // NOLINT(clang-analyzer-cplusplus.NewDelete)
void operator delete(void* p, std::size_t) noexcept { std::free(p); }  // NOLINT(clang-analyzer-cplusplus.NewDelete)

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer hex(std::string_view text) {
  Buffer bytes;
  std::string digits;
  for (const char c : text) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() == 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
      digits.clear();
    }
  }
  return bytes;
}

template <class Array>
void fill_from(Array& out, std::string_view text) {
  const Buffer bytes = hex(text);
  std::ranges::copy(bytes, out.begin());
}

SrtpMasterKey some_key(SrtpProfile profile, std::uint8_t first) {
  SrtpMasterKey key;
  std::iota(key.key.begin(), key.key.end(), first);
  std::iota(key.salt.begin(), key.salt.begin() + static_cast<std::ptrdiff_t>(srtp_salt_size(profile)),
            static_cast<std::uint8_t>(first + 100));
  return key;
}

Buffer rtp_header(std::uint16_t sequence, std::uint32_t ssrc = 0x11223344) {
  Buffer header(12);
  header[0] = 0x80;
  header[1] = 96;
  store_be16(&header[2], sequence);
  store_be32(&header[4], 90'000);
  store_be32(&header[8], ssrc);
  return header;
}

Buffer payload_of(std::size_t size) {
  Buffer payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>(i * 7);
  return payload;
}

Buffer join(std::initializer_list<Bytes> pieces) {
  Buffer all;
  for (const Bytes piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

Buffer receiver_report(std::uint32_t ssrc) {
  Buffer packet = hex("80 c9 0001 00000000");
  store_be32(&packet[4], ssrc);
  return join({packet, payload_of(24)});
}

class Srtp : public testing::TestWithParam<SrtpProfile> {
 protected:
  SrtpMasterKey key_ = some_key(GetParam(), 1);
  SrtpSender sender_{GetParam(), key_};
  SrtpReceiver receiver_{GetParam(), key_};

  Buffer protect(std::uint16_t sequence, std::uint32_t ssrc = 0x11223344, std::size_t size = 100) {
    const Buffer header = rtp_header(sequence, ssrc);
    const Buffer payload = payload_of(size);
    Buffer out(header.size() + payload.size() + kSrtpMaxOverhead);
    const auto written = sender_.protect_rtp({header, {}, payload}, out);
    EXPECT_TRUE(written.has_value());
    out.resize(written.value_or(0));
    return out;
  }
  Buffer protect_rtcp(const Buffer& plain) {
    Buffer out(plain.size() + kSrtcpMaxOverhead);
    const auto written = sender_.protect_rtcp(plain, out);
    EXPECT_TRUE(written.has_value());
    out.resize(written.value_or(0));
    return out;
  }
  /// Result of unprotecting a copy: "ok" or the error's name.
  std::string receive(Buffer packet) {
    const auto plain = receiver_.unprotect_rtp(packet);
    return plain ? "ok" : std::string(to_string(plain.error()));
  }
  std::string receive_rtcp(Buffer packet) {
    const auto plain = receiver_.unprotect_rtcp(packet);
    return plain ? "ok" : std::string(to_string(plain.error()));
  }
};

INSTANTIATE_TEST_SUITE_P(profiles, Srtp, testing::Values(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80),
                         [](const auto& profile) {
                           return profile.param == SrtpProfile::kAeadAes128Gcm ? "gcm" : "cm_sha1";
                         });

TEST(SrtpKeyDerivation, matches_rfc3711_appendix_b3) {
  SrtpMasterKey master;
  fill_from(master.key, "E1F97A0D3E018BE0D64FA32C06DE4139");
  fill_from(master.salt, "0EC675AD498AFEEBB6960B3AABE6");
  const SrtpSessionKeys keys(SrtpProfile::kAes128CmSha1_80, master, SrtpUse::kRtp);
  EXPECT_EQ(Buffer(keys.cipher.begin(), keys.cipher.end()), hex("C61E7A93744F39EE10734AFE3FF7A087"));
  EXPECT_EQ(Buffer(keys.salt.begin(), keys.salt.end()), hex("30CBBC08863D8C85D49DB34A9AE1"));
  EXPECT_EQ(Buffer(keys.authentication.begin(), keys.authentication.end()),
            hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST(SrtpCipher, key_stream_matches_rfc3711_appendix_b2) {
  SrtpSessionKeys keys;
  fill_from(keys.cipher, "2B7E151628AED2A6ABF7158809CF4F3C");
  fill_from(keys.salt, "F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
  SrtpCipher cipher(SrtpProfile::kAes128CmSha1_80, keys);
  const Buffer zeros(48);
  Buffer stream(48);
  const Bytes in = zeros;
  cipher.crypt(0, 0, {&in, 1}, stream.data());
  EXPECT_EQ(stream, hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB "
                        "41E95B3BB0A2E8DD477901E4FCA894C0"));
}

SrtpSessionKeys rfc7714_keys() {
  SrtpSessionKeys keys;
  fill_from(keys.cipher, "000102030405060708090a0b0c0d0e0f");
  fill_from(keys.salt, "517569642070726f2071756f");
  return keys;
}

TEST(SrtpCipher, rtp_matches_rfc7714_section_16_1_1) {
  SrtpCipher cipher(SrtpProfile::kAeadAes128Gcm, rfc7714_keys());
  const Buffer header = hex("8040f17b 8041f8d3 5501a0b2");
  const std::string text = "Gallia est omnis divisa in partes tres";
  const Buffer plain(text.begin(), text.end());
  Buffer out(plain.size() + SrtpCipher::kGcmTag);
  const Bytes aad = header;
  const Bytes in = plain;
  cipher.seal(0x5501a0b2, 0xf17b, {&aad, 1}, {&in, 1}, out.data(), out.data() + plain.size());
  EXPECT_EQ(out, hex("f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d "
                     "7f27beb1 6a9152cf 765ee439 0cce"));
}

TEST(SrtpCipher, rtcp_matches_rfc7714_section_17_1) {
  SrtpCipher cipher(SrtpProfile::kAeadAes128Gcm, rfc7714_keys());
  const Buffer header = hex("81c8000d 4d617273");
  const Buffer index = hex("800005d4");
  const Buffer plain =
      hex("4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef");
  Buffer out(plain.size() + SrtpCipher::kGcmTag);
  const std::array<Bytes, 2> aad{header, index};
  const Bytes in = plain;
  cipher.seal(0x4d617273, 0x5d4, aad, {&in, 1}, out.data(), out.data() + plain.size());
  EXPECT_EQ(out, hex("63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded "
                     "0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade"));
}

TEST_P(Srtp, round_trip_gives_the_packet_back) {
  const Buffer header = join({hex("b1 60 0007 00015f90 11223344"), hex("aabbccdd"), hex("bede 0001 10ff0000")});
  const Buffer prefix = payload_of(5);
  const Buffer payload = payload_of(1'200);
  Buffer packet(header.size() + prefix.size() + payload.size() + kSrtpMaxOverhead);
  const auto written = sender_.protect_rtp({header, prefix, payload}, packet);
  ASSERT_TRUE(written);
  packet.resize(*written);
  EXPECT_FALSE(std::ranges::equal(Bytes(packet).subspan(header.size(), 5), prefix));
  const auto plain = receiver_.unprotect_rtp(packet);
  ASSERT_TRUE(plain);
  EXPECT_EQ(Buffer(plain->begin(), plain->end()), join({header, prefix, payload}));
}

TEST_P(Srtp, a_header_already_in_the_output_stays_there) {
  Buffer out = join({rtp_header(1), Buffer(150)});
  const Buffer payload = payload_of(100);
  const auto written = sender_.protect_rtp({Bytes(out).first(12), {}, payload}, out);
  ASSERT_TRUE(written);
  const auto plain = receiver_.unprotect_rtp(MutableBytes(out).first(*written));
  ASSERT_TRUE(plain);
  EXPECT_EQ(Buffer(plain->begin(), plain->end()), join({rtp_header(1), payload}));
}

TEST_P(Srtp, rtcp_round_trip_gives_the_compound_back) {
  const Buffer plain = receiver_report(5);
  Buffer packet = protect_rtcp(plain);
  const auto out = receiver_.unprotect_rtcp(packet);
  ASSERT_TRUE(out);
  EXPECT_EQ(Buffer(out->begin(), out->end()), plain);
}

TEST_P(Srtp, every_flipped_bit_is_noticed) {
  const Buffer packet = protect(1, 9, 20);
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Buffer damaged = packet;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_NE(receive(damaged), "ok") << "bit " << bit;
  }
  EXPECT_EQ(receive(packet), "ok") << "forgeries must not spoil the real packet";
}

TEST_P(Srtp, every_flipped_bit_of_rtcp_is_noticed) {
  const Buffer packet = protect_rtcp(receiver_report(5));
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Buffer damaged = packet;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_NE(receive_rtcp(damaged), "ok") << "bit " << bit;
  }
  EXPECT_EQ(receive_rtcp(packet), "ok");
}

TEST_P(Srtp, every_truncation_is_refused) {
  const Buffer packet = protect(1);
  const Buffer rtcp = protect_rtcp(receiver_report(5));
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_NE(receive({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)}), "ok");
  }
  for (std::size_t size = 0; size < rtcp.size(); ++size) {
    EXPECT_NE(receive_rtcp({rtcp.begin(), rtcp.begin() + static_cast<std::ptrdiff_t>(size)}), "ok");
  }
}

TEST_P(Srtp, a_replayed_packet_is_refused) {
  const Buffer packet = protect(1);
  const Buffer rtcp = protect_rtcp(receiver_report(5));
  EXPECT_EQ(receive(packet), "ok");
  EXPECT_EQ(receive(packet), "replayed");
  EXPECT_EQ(receive_rtcp(rtcp), "ok");
  EXPECT_EQ(receive_rtcp(rtcp), "replayed");
}

TEST_P(Srtp, late_packets_within_the_window_pass_once_and_older_ones_never) {
  std::vector<Buffer> sent;
  sent.reserve(1'100);
  for (std::uint16_t sequence = 0; sequence < 1'100; ++sequence) sent.push_back(protect(sequence));
  EXPECT_EQ(receive(sent[1'099]), "ok");
  EXPECT_EQ(receive(sent[76]), "ok") << "1,023 behind";
  EXPECT_EQ(receive(sent[76]), "replayed");
  EXPECT_EQ(receive(sent[75]), "replayed") << "1,024 behind";
  EXPECT_EQ(receive(sent[1'098]), "ok");
}

TEST_P(Srtp, sequence_numbers_roll_over_many_times_with_loss_and_reordering) {
  std::uint32_t sequence = 65'000;
  for (int i = 0; i < 30; ++i) {
    sequence += 9'000;
    const Buffer first = protect(static_cast<std::uint16_t>(sequence));
    const Buffer second = protect(static_cast<std::uint16_t>(sequence + 1));
    EXPECT_EQ(receive(second), "ok") << i;
    EXPECT_EQ(receive(first), "ok") << i;
  }
}

TEST_P(Srtp, a_packet_from_before_the_roll_over_keeps_its_index) {
  const Buffer before = protect(65'535);
  const Buffer after = protect(0);
  EXPECT_EQ(receive(protect(65'534)), "ok");
  EXPECT_EQ(receive(after), "ok");
  EXPECT_EQ(receive(before), "ok");
  EXPECT_EQ(receive(before), "replayed");
}

TEST_P(Srtp, the_sender_never_uses_an_index_twice) {
  protect(10);
  const Buffer header = rtp_header(10);
  const Buffer other = payload_of(50);
  Buffer out(200);
  EXPECT_EQ(sender_.protect_rtp({header, {}, other}, out).error(), SrtpError::kIndexReused);
  protect(9);  // a late one is a fresh index
}

TEST_P(Srtp, streams_do_not_disturb_each_other) {
  EXPECT_EQ(receive(protect(100, 1)), "ok");
  EXPECT_EQ(receive(protect(60'000, 2)), "ok");
  EXPECT_EQ(receive(protect(101, 1)), "ok");
  EXPECT_EQ(receive(protect(60'001, 2)), "ok");
}

TEST_P(Srtp, forged_ssrcs_are_not_remembered_and_authentic_ones_are_bounded) {
  Buffer forged = protect(1, 1);
  for (std::uint32_t ssrc = 1'000; ssrc < 3'000; ++ssrc) {
    store_be32(&forged[8], ssrc);
    EXPECT_EQ(receive(forged), "unauthenticated");
  }
  SrtpSender other(GetParam(), key_);
  for (std::uint32_t ssrc = 0; ssrc <= kMaxSrtpSsrcs; ++ssrc) {
    const Buffer header = rtp_header(1, ssrc);
    Buffer packet(64);
    const auto size = other.protect_rtp({header, {}, {}}, packet);
    if (ssrc == kMaxSrtpSsrcs) {
      EXPECT_EQ(size.error(), SrtpError::kTooManySsrcs);
      other.forget(0);
      EXPECT_TRUE(other.protect_rtp({header, {}, {}}, packet));
      continue;
    }
    ASSERT_TRUE(size);
    packet.resize(*size);
    EXPECT_EQ(receive(packet), "ok");
  }
  EXPECT_EQ(receive(protect(1, 99'999)), "too many SSRCs");
}

TEST_P(Srtp, lying_headers_are_refused) {
  Buffer packet = protect(1, 1, 30);
  packet[0] = 0x8F;  // 15 CSRCs: 60 bytes more than there are
  EXPECT_EQ(receive(packet), "malformed");
  packet[0] = 0x90;  // an extension whose length is cipher text
  store_be16(&packet[14], 0xFFFF);
  EXPECT_EQ(receive(packet), "malformed");
  packet[0] = 0x40;  // version 1
  EXPECT_EQ(receive(packet), "malformed");
  const Buffer header = join({rtp_header(2), hex("00")});
  Buffer out(100);
  EXPECT_EQ(sender_.protect_rtp({header, {}, {}}, out).error(), SrtpError::kMalformed);
  EXPECT_EQ(sender_.protect_rtp({}, out).error(), SrtpError::kMalformed);
}

TEST_P(Srtp, an_output_one_byte_too_small_is_refused_and_the_index_stays_free) {
  const Buffer header = rtp_header(1);
  const Buffer payload = payload_of(10);
  const std::size_t tag = GetParam() == SrtpProfile::kAeadAes128Gcm ? 16 : 10;
  Buffer out(header.size() + payload.size() + tag);
  EXPECT_EQ(sender_.protect_rtp({header, {}, payload}, MutableBytes(out).first(out.size() - 1)).error(),
            SrtpError::kNoSpace);
  EXPECT_TRUE(sender_.protect_rtp({header, {}, payload}, out));
  const Buffer rtcp = receiver_report(1);
  Buffer small(rtcp.size() + tag + 3);
  EXPECT_EQ(sender_.protect_rtcp(rtcp, small).error(), SrtpError::kNoSpace);
}

TEST_P(Srtp, unencrypted_srtcp_is_refused) {
  Buffer packet = protect_rtcp(receiver_report(5));
  const std::size_t at = GetParam() == SrtpProfile::kAeadAes128Gcm ? packet.size() - 4 : packet.size() - 14;
  ASSERT_EQ(packet[at], 0x80);
  packet[at] = 0;
  EXPECT_EQ(receive_rtcp(packet), "malformed");
}

TEST_P(Srtp, another_key_opens_nothing) {
  SrtpReceiver other(GetParam(), some_key(GetParam(), 2));
  Buffer packet = protect(1);
  EXPECT_EQ(other.unprotect_rtp(packet).error(), SrtpError::kUnauthenticated);
}

TEST_P(Srtp, a_known_stream_costs_no_allocation) {
  const Buffer payload = payload_of(1'200);
  const Buffer report = receiver_report(7);
  Buffer header = rtp_header(0);
  Buffer out(1'500);
  const auto once = [&](std::uint16_t sequence) {
    store_be16(&header[2], sequence);
    const auto size = sender_.protect_rtp({header, {}, payload}, out);
    const bool rtp = size && receiver_.unprotect_rtp(MutableBytes(out).first(*size));
    const auto rtcp_size = sender_.protect_rtcp(report, out);
    return rtp && rtcp_size && receiver_.unprotect_rtcp(MutableBytes(out).first(*rtcp_size));
  };
  ASSERT_TRUE(once(0));
  const std::size_t before = allocations;
  bool all = true;
  for (std::uint16_t sequence = 1; sequence < 500; ++sequence) all = once(sequence) && all;
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(all);
}

// ---- against libsrtp2
// -------------------------------------------------------------------------------------------------

class LibSrtp {
 public:
  LibSrtp(SrtpProfile profile, const SrtpMasterKey& master, bool inbound) {
    static const auto initialised = srtp_init();
    EXPECT_EQ(initialised, srtp_err_status_ok);
    srtp_policy_t policy{};
    if (profile == SrtpProfile::kAeadAes128Gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    Buffer key(master.key.begin(), master.key.end());
    key.insert(key.end(), master.salt.begin(),
               master.salt.begin() + static_cast<std::ptrdiff_t>(srtp_salt_size(profile)));
    policy.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
    policy.key = key.data();
    policy.window_size = 1024;
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~LibSrtp() { srtp_dealloc(session_); }
  LibSrtp(const LibSrtp&) = delete;
  LibSrtp& operator=(const LibSrtp&) = delete;

  template <class Function>
  Buffer apply(Function function, Buffer packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    if (function(session_, packet.data(), &size) != srtp_err_status_ok) return {};
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  srtp_t session_ = nullptr;
};

TEST_P(Srtp, libsrtp_reads_what_we_write) {
  LibSrtp theirs(GetParam(), key_, true);
  for (std::size_t i = 0; i < 200; ++i) {
    const auto sequence = static_cast<std::uint16_t>(65'450 + i);
    EXPECT_EQ(theirs.apply(srtp_unprotect, protect(sequence, 77, 3 * i)),
              join({rtp_header(sequence, 77), payload_of(3 * i)}));
    const Buffer report = receiver_report(static_cast<std::uint32_t>(i % 3));
    EXPECT_EQ(theirs.apply(srtp_unprotect_rtcp, protect_rtcp(report)), report);
  }
}

TEST_P(Srtp, we_read_what_libsrtp_writes) {
  LibSrtp theirs(GetParam(), key_, false);
  for (std::size_t i = 0; i < 200; ++i) {
    const auto sequence = static_cast<std::uint16_t>(65'450 + i);
    const Buffer plain = join({rtp_header(sequence, 77), payload_of(3 * i)});
    Buffer packet = theirs.apply(srtp_protect, plain);
    const auto out = receiver_.unprotect_rtp(packet);
    ASSERT_TRUE(out);
    EXPECT_EQ(Buffer(out->begin(), out->end()), plain);
    Buffer rtcp = theirs.apply(srtp_protect_rtcp, receiver_report(77));
    const auto report = receiver_.unprotect_rtcp(rtcp);
    ASSERT_TRUE(report);
    EXPECT_EQ(Buffer(report->begin(), report->end()), receiver_report(77));
  }
}

TEST(ReplayWindow, agrees_with_a_set_of_everything_seen) {
  ReplayWindow<128> window;
  std::vector<bool> seen(5'000);
  std::uint64_t highest = 0;
  std::uint64_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const std::uint64_t index =
        std::min<std::uint64_t>(4'999, highest + (state >> 40) % 160 >= 100 ? highest + (state >> 40) % 160 - 100 : 0);
    const bool expected = (i == 0) || index > highest || (highest - index < 128 && !seen[index]);
    ASSERT_EQ(window.is_new(index), expected) << index << " after " << highest;
    if (!expected) continue;
    window.mark(index);
    seen[index] = true;
    highest = std::max(highest, index);
  }
}

}  // namespace
}  // namespace visavis::rtc
