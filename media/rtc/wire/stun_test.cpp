// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/stun.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

// RFC 5769, section 2.1.
const Buffer kSampleRequest{
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87,
    0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c,
    0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff, 0x80, 0x29, 0x00, 0x08, 0x93, 0x2f,
    0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76,
    0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e,
    0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49, 0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
// Section 2.2.
const Buffer kSampleResponseV4{0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                               0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74,
                               0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01,
                               0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43, 0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99,
                               0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b,
                               0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96};
// Section 2.3.
const Buffer kSampleResponseV6{
    0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf,
    0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20, 0x00, 0x20,
    0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe,
    0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14, 0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c,
    0x82, 0x92, 0xc2, 0x75, 0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c};

StunBindingRequest sample() {
  StunBindingRequest request;
  request.transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  request.username = "ours:theirs";
  request.password = kPassword;
  request.priority = 0x6E0001FF;
  request.tie_breaker = 0x932FF9B151263B36ULL;
  request.use_candidate = true;
  return request;
}

// A request without attributes but those given, as an attacker could send it.
Buffer raw_message(std::uint16_t type, const Buffer& attributes) {
  Buffer message(kStunHeaderSize);
  store_be16(message.data(), type);
  store_be16(&message[2], static_cast<std::uint16_t>(attributes.size()));
  store_be32(&message[4], 0x2112A442);
  message.insert(message.end(), attributes.begin(), attributes.end());
  return message;
}

TEST(Stun, reads_the_request_of_rfc_5769) {
  const auto view = StunView::parse(kSampleRequest);
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_TRUE(view->is_binding(StunClass::kRequest));
  EXPECT_EQ(view->username, "evtj:h6vY");
  EXPECT_EQ(view->priority, 0x6E0001FFU);
  EXPECT_EQ(view->ice_controlled, 0x932FF9B151263B36ULL);
  EXPECT_FALSE(view->ice_controlling);
  EXPECT_TRUE(view->has_fingerprint);
  EXPECT_TRUE(view->integrity_ok(kPassword));
  EXPECT_FALSE(view->integrity_ok("VOkJxbRl1RmTxUk/WvJxBu"));
  EXPECT_FALSE(view->integrity_ok(""));
}

TEST(Stun, reads_the_responses_of_rfc_5769) {
  const auto v4 = StunView::parse(kSampleResponseV4);
  ASSERT_TRUE(v4) << v4.error().what;
  EXPECT_TRUE(v4->is_binding(StunClass::kSuccess));
  EXPECT_EQ(v4->mapped.to_string(), "192.0.2.1:32853");
  EXPECT_TRUE(v4->integrity_ok(kPassword));
  const auto v6 = StunView::parse(kSampleResponseV6);
  ASSERT_TRUE(v6) << v6.error().what;
  EXPECT_EQ(v6->mapped.to_string(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  EXPECT_TRUE(v6->integrity_ok(kPassword));
}

TEST(Stun, reads_back_what_it_builds) {
  std::array<std::uint8_t, kStunMaxBuilt> out;
  const auto request = StunView::parse(build_binding_request(sample(), out));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->username, "ours:theirs");
  EXPECT_EQ(request->ice_controlling, 0x932FF9B151263B36ULL);
  EXPECT_TRUE(request->use_candidate);
  EXPECT_TRUE(request->integrity_ok(kPassword));
  for (const auto* ip : {"192.0.2.7", "2001:db8::7"}) {
    std::array<std::uint8_t, kStunMaxBuilt> reply;
    const auto address = *NetAddress::parse(ip, 7000);
    const auto response = StunView::parse(build_binding_success(*request, address, kPassword, reply));
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->is_binding(StunClass::kSuccess));
    EXPECT_EQ(response->transaction, request->transaction);
    EXPECT_EQ(response->mapped, address);
    EXPECT_TRUE(response->integrity_ok(kPassword));
  }
}

TEST(Stun, notices_any_flipped_bit) {
  for (std::size_t bit = 0; bit < kSampleRequest.size() * 8; ++bit) {
    auto copy = kSampleRequest;
    copy[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto view = StunView::parse(copy);
    // Where the flip makes FINGERPRINT another (ignored) attribute, the length stays right and integrity still holds.
    const bool flips_fingerprint_type = bit / 8 >= copy.size() - 8 && bit / 8 < copy.size() - 6;
    if (!flips_fingerprint_type) EXPECT_FALSE(view && view->integrity_ok(kPassword) && view->has_fingerprint) << bit;
  }
}

TEST(Stun, refuses_every_cut) {
  for (std::size_t size = 0; size < kSampleRequest.size(); ++size) {
    EXPECT_FALSE(StunView::parse(Bytes{kSampleRequest}.first(size))) << size;
  }
}

TEST(Stun, ignores_what_follows_the_integrity) {
  // USE-CANDIDATE smuggled behind MESSAGE-INTEGRITY by somebody on the path must not nominate.
  std::array<std::uint8_t, kStunMaxBuilt> out;
  auto plain = sample();
  plain.use_candidate = false;
  const auto built = build_binding_request(plain, out);
  Buffer message(built.begin(), built.end() - 8);  // without FINGERPRINT
  message.insert(message.end(), {0x00, 0x25, 0x00, 0x00});
  store_be16(&message[2], static_cast<std::uint16_t>(message.size() - kStunHeaderSize));
  const auto view = StunView::parse(message);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->integrity_ok(kPassword));
  EXPECT_FALSE(view->use_candidate);
}

TEST(Stun, lists_unknown_required_attributes_and_answers_420) {
  Buffer attributes{0x80, 0x22, 0x00, 0x04, 'a', 'b', 'c',  'd',  0x00, 0x31,
                    0x00, 0x01, 9,    0,    0,   0,   0x7F, 0x00, 0x00, 0x00};
  for (int i = 0; i < 40; ++i) attributes.insert(attributes.end(), {0x00, 0x40, 0x00, 0x00});
  const auto message = raw_message(0x0001, attributes);
  const auto view = StunView::parse(message);
  ASSERT_TRUE(view) << view.error().what;
  EXPECT_EQ(view->unknown.count, 6);
  EXPECT_EQ(view->unknown.type[0], 0x0031);
  EXPECT_EQ(view->unknown.type[1], 0x7F00);
  std::array<std::uint8_t, kStunMaxBuilt> out;
  const auto reply = StunView::parse(build_binding_error(*view, StunErrorCode::kUnknownAttribute, kPassword, out));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error_code, 420);
  EXPECT_TRUE(reply->is_binding(StunClass::kError));
  EXPECT_TRUE(reply->integrity_ok(kPassword));
}

TEST(Stun, never_answers_with_more_than_one_and_a_half_times_the_request) {
  std::array<std::uint8_t, kStunMaxBuilt> out;
  const auto tiny = raw_message(0x0001, {});
  const auto request = StunView::parse(tiny);
  ASSERT_TRUE(request);
  EXPECT_TRUE(build_binding_success(*request, *NetAddress::parse("2001:db8::1", 1), kPassword, out).empty());
  EXPECT_TRUE(build_binding_error(*request, StunErrorCode::kBadRequest, {}, out).empty());
  const auto sent = StunView::parse(kSampleRequest);
  const auto reply = build_binding_success(*sent, *NetAddress::parse("2001:db8::1", 1), kPassword, out);
  EXPECT_FALSE(reply.empty());
  EXPECT_LE(reply.size() * 2, kSampleRequest.size() * 3);
}

TEST(Stun, refuses_malformed_messages) {
  EXPECT_FALSE(StunView::parse(raw_message(0xC001, {})));                                    // not STUN
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, {0x00, 0x24, 0x00, 0x03, 1, 2, 3, 0})));  // PRIORITY of 3 bytes
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, {0x00, 0x06, 0xFF, 0xFF})));              // longer than the message
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, {0x00, 0x06, 0x00, 0x00})));              // empty USERNAME
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, {0x00, 0x08, 0x00, 0x04, 1, 2, 3, 4})));  // short integrity
  EXPECT_FALSE(StunView::parse(raw_message(0x0101, {0x00, 0x20, 0x00, 0x08, 0, 2, 0, 0, 0, 0, 0, 0})));  // v6, 4 bytes
  EXPECT_FALSE(StunView::parse(raw_message(0x0111, {0x00, 0x09, 0x00, 0x04, 0, 0, 2, 0})));  // error code 200
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, {0x80, 0x28, 0x00, 0x04, 0, 0, 0, 0})));  // wrong fingerprint
  EXPECT_FALSE(StunView::parse(raw_message(0x0001, Buffer(4096, 0))));                       // too long
  auto cookie = kSampleRequest;
  cookie[4] = 0;
  EXPECT_FALSE(StunView::parse(cookie));
}

TEST(Stun, writes_nothing_that_does_not_fit) {
  std::array<std::uint8_t, kStunMaxBuilt> out;
  const auto full = build_binding_request(sample(), out).size();
  for (std::size_t size = 0; size < full; ++size) {
    EXPECT_TRUE(build_binding_request(sample(), MutableBytes{out}.first(size)).empty()) << size;
  }
}

TEST(StunUsername, is_split_at_the_first_colon) {
  const auto both = split_stun_username("abcd:ef:gh");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->receiver, "abcd");
  EXPECT_EQ(both->sender, "ef:gh");
  for (const auto* bad : {"", "abcd", ":ef", "abcd:"}) EXPECT_FALSE(split_stun_username(bad)) << bad;
}

}  // namespace
}  // namespace visavis::rtc
