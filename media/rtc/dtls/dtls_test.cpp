// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/dtls/dtls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <vector>

namespace visavis::rtc {
namespace {

using Buffer = std::vector<std::uint8_t>;
using testing::ElementsAre;

std::shared_ptr<const DtlsIdentity> new_identity() {
  auto identity = DtlsIdentity::generate();
  EXPECT_TRUE(identity.has_value());
  return *identity;
}

/// One end: its session and everything the session said.
struct End final : DtlsSink {
  End(std::shared_ptr<const DtlsIdentity> identity, DtlsRole role, const Fingerprint& peer)
      : session(std::move(identity), role, peer, Instant{}) {}
  void on_dtls_transmit(Bytes datagram) override { outbox.emplace_back(datagram.begin(), datagram.end()); }
  void on_dtls_connected(const SrtpKeys& k) override {
    EXPECT_FALSE(keys.has_value());
    keys = k;
  }
  void on_dtls_closed(DtlsFailure why) override {
    EXPECT_FALSE(failure.has_value());
    failure = why;
  }
  std::deque<Buffer> take() { return std::exchange(outbox, {}); }

  DtlsSession session;
  std::deque<Buffer> outbox;
  std::optional<SrtpKeys> keys;
  std::optional<DtlsFailure> failure;
};

class Dtls : public testing::Test {
 protected:
  void make(const Fingerprint& of_client, const Fingerprint& of_server) {
    server_.emplace(server_identity_, DtlsRole::kServer, of_client);
    client_.emplace(client_identity_, DtlsRole::kClient, of_server);
  }
  void make() { make(client_identity_->fingerprint(), server_identity_->fingerprint()); }
  void deliver(const std::deque<Buffer>& datagrams, End& to) {
    for (const Buffer& datagram : datagrams) to.session.handle(datagram, now_, to);
  }
  /// Passes everything on until both are silent.
  void exchange() {
    while (!client_->outbox.empty() || !server_->outbox.empty()) {
      deliver(client_->take(), *server_);
      deliver(server_->take(), *client_);
    }
  }
  void handshake() {
    client_->session.start(now_, *client_);
    exchange();
  }
  /// Advances to the next deadline of either end and handles it.
  bool step() {
    const Instant next = std::min(client_->session.deadline(), server_->session.deadline());
    if (next == kNever) return false;
    now_ = std::max(now_, next);
    client_->session.handle_deadline(now_, *client_);
    server_->session.handle_deadline(now_, *server_);
    return true;
  }

  std::shared_ptr<const DtlsIdentity> server_identity_ = new_identity();
  std::shared_ptr<const DtlsIdentity> client_identity_ = new_identity();
  std::optional<End> server_;
  std::optional<End> client_;
  Instant now_{};
};

TEST_F(Dtls, both_ends_get_the_same_keys_and_gcm) {
  make();
  handshake();
  ASSERT_TRUE(server_->keys && client_->keys);
  EXPECT_EQ(server_->keys->profile, SrtpProfile::kAeadAes128Gcm);
  EXPECT_EQ(server_->keys->outgoing.key, client_->keys->incoming.key);
  EXPECT_EQ(server_->keys->outgoing.salt, client_->keys->incoming.salt);
  EXPECT_EQ(server_->keys->incoming.key, client_->keys->outgoing.key);
  EXPECT_EQ(server_->keys->incoming.salt, client_->keys->outgoing.salt);
  EXPECT_NE(server_->keys->incoming.key, server_->keys->outgoing.key);
  EXPECT_EQ(server_->session.deadline(), kNever);
}

TEST_F(Dtls, the_servers_order_of_srtp_profiles_wins) {
  SSL_CTX_set_tlsext_use_srtp(client_identity_->context(), "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM");
  make();
  handshake();
  ASSERT_TRUE(server_->keys && client_->keys);
  EXPECT_EQ(server_->keys->profile, SrtpProfile::kAeadAes128Gcm);
}

TEST_F(Dtls, a_client_without_gcm_gets_aes_cm) {
  SSL_CTX_set_tlsext_use_srtp(client_identity_->context(), "SRTP_AES128_CM_SHA1_80");
  make();
  handshake();
  ASSERT_TRUE(server_->keys && client_->keys);
  EXPECT_EQ(server_->keys->profile, SrtpProfile::kAes128CmSha1_80);
  EXPECT_EQ(server_->keys->incoming.salt, client_->keys->outgoing.salt);
}

TEST_F(Dtls, no_common_srtp_profile_ends_the_session) {
  SSL_CTX_set_tlsext_use_srtp(client_identity_->context(), "SRTP_AES128_CM_SHA1_32");
  make();
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kNoSrtpProfile);
  EXPECT_FALSE(server_->keys);
}

TEST_F(Dtls, datagrams_fit_the_mtu) {
  make();
  client_->session.start(now_, *client_);
  while (!client_->outbox.empty() || !server_->outbox.empty()) {
    for (const auto* end : {&*client_, &*server_}) {
      for (const Buffer& datagram : end->outbox) EXPECT_LE(datagram.size(), kDtlsMtu);
    }
    deliver(client_->take(), *server_);
    deliver(server_->take(), *client_);
  }
  EXPECT_TRUE(server_->keys);
}

// ---- time
// ---------------------------------------------------------------------------------------------------------------

TEST_F(Dtls, a_lost_flight_is_sent_again_after_100_ms_backing_off_to_800) {
  make();
  client_->session.start(now_, *client_);
  deliver(client_->take(), *server_);
  ASSERT_FALSE(server_->take().empty());
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 6; ++i) {
    const Instant before = now_;
    now_ = server_->session.deadline();
    pauses.push_back(std::chrono::duration_cast<Millis>(now_ - before).count());
    server_->session.handle_deadline(now_, *server_);
    EXPECT_FALSE(server_->take().empty());
  }
  EXPECT_THAT(pauses, ElementsAre(100, 200, 400, 800, 800, 800));
}

TEST_F(Dtls, a_deadline_that_is_not_due_does_nothing) {
  make();
  client_->session.start(now_, *client_);
  client_->take();
  client_->session.handle_deadline(now_ + Millis{99}, *client_);
  EXPECT_TRUE(client_->outbox.empty());
  client_->session.handle_deadline(now_ + Millis{100}, *client_);
  EXPECT_FALSE(client_->outbox.empty());
}

TEST_F(Dtls, a_retransmitted_flight_completes_the_handshake) {
  make();
  client_->session.start(now_, *client_);
  client_->take();
  ASSERT_TRUE(step());
  exchange();
  EXPECT_TRUE(server_->keys && client_->keys);
  EXPECT_EQ(client_->session.retransmissions(), 1U);
}

TEST_F(Dtls, a_lost_last_flight_is_repeated_when_the_client_asks) {
  make();
  client_->session.start(now_, *client_);
  deliver(client_->take(), *server_);
  deliver(server_->take(), *client_);
  deliver(client_->take(), *server_);
  ASSERT_TRUE(server_->keys);
  server_->take();
  ASSERT_TRUE(step());
  exchange();
  EXPECT_TRUE(client_->keys);
}

TEST_F(Dtls, an_absent_peer_ends_the_handshake_after_30_s_of_sparse_retransmissions) {
  make();
  client_->session.start(now_, *client_);
  for (int i = 0; i < 100 && !client_->failure; ++i) {
    now_ = client_->session.deadline();
    client_->session.handle_deadline(now_, *client_);
  }
  EXPECT_EQ(client_->failure, DtlsFailure::kTimeout);
  EXPECT_EQ(now_ - Instant{}, Micros{Seconds{30}});
  EXPECT_EQ(client_->session.retransmissions(), 12U);
  EXPECT_EQ(client_->session.deadline(), kNever);
}

TEST_F(Dtls, a_peer_that_comes_back_after_15_s_is_answered_within_a_second) {
  make();
  client_->session.start(now_, *client_);
  deliver(client_->take(), *server_);
  while (server_->session.deadline() < Instant{Seconds{15}}) {
    now_ = server_->session.deadline();
    server_->session.handle_deadline(now_, *server_);
    server_->take();
  }
  now_ = Instant{Seconds{15}};
  client_->session.handle_deadline(now_, *client_);
  deliver(client_->take(), *server_);
  EXPECT_LE(server_->session.deadline(), now_ + Seconds{1});
}

TEST_F(Dtls, handshakes_survive_30_percent_loss_and_reordering) {
  int connected = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    now_ = Instant{};
    make();
    client_->session.start(now_, *client_);
    const auto lossy = [&](End& from, End& to) {
      auto datagrams = from.take();
      std::ranges::shuffle(datagrams, random);
      std::erase_if(datagrams, [&](const Buffer&) { return random() % 10 < 3; });
      deliver(datagrams, to);
    };
    for (int i = 0; i < 200 && !(client_->keys && server_->keys) && !client_->failure && !server_->failure; ++i) {
      while (!client_->outbox.empty() || !server_->outbox.empty()) {
        lossy(*client_, *server_);
        lossy(*server_, *client_);
      }
      if (!(client_->keys && server_->keys) && !step()) break;
    }
    connected += client_->keys && server_->keys ? 1 : 0;
  }
  EXPECT_EQ(connected, 40);
}

// ---- trust
// --------------------------------------------------------------------------------------------------------------

TEST_F(Dtls, a_client_with_another_certificate_gets_no_keys) {
  make(server_identity_->fingerprint(), server_identity_->fingerprint());
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kFingerprintMismatch);
  EXPECT_FALSE(server_->keys);
  EXPECT_FALSE(client_->keys);
}

TEST_F(Dtls, a_server_with_another_certificate_gets_no_keys) {
  make(client_identity_->fingerprint(), client_identity_->fingerprint());
  handshake();
  EXPECT_EQ(client_->failure, DtlsFailure::kFingerprintMismatch);
  EXPECT_FALSE(server_->keys);
}

TEST_F(Dtls, a_client_without_certificate_gets_no_keys) {
  SSL_CTX_set_cert_cb(
      client_identity_->context(),
      [](SSL* ssl, void*) {
        SSL_certs_clear(ssl);
        return 1;
      },
      nullptr);
  make();
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kHandshake);
  EXPECT_FALSE(server_->keys);
}

/// A key pair with the public half of `victim` and a private half that does not belong to it.
EVP_PKEY* forged_key_for(const X509* victim) {
  EVP_PKEY* theirs = X509_get0_pubkey(victim);
  std::array<std::uint8_t, 133> point{};
  std::size_t size = 0;
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(theirs, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size), 1);
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  BIGNUM* scalar = BN_new();
  BN_set_word(scalar, 424'242);
  OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), size);
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(context), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters), 1);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  BN_free(scalar);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

TEST_F(Dtls, a_stolen_certificate_without_its_key_gets_no_keys) {  // CVE-2022-29222
  const auto victim = new_identity();
  X509* certificate = SSL_CTX_get0_certificate(victim->context());
  EVP_PKEY* key = forged_key_for(certificate);
  ASSERT_EQ(SSL_CTX_use_certificate(client_identity_->context(), certificate), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(client_identity_->context(), key), 1);
  EVP_PKEY_free(key);
  make(victim->fingerprint(), server_identity_->fingerprint());
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kHandshake);
  EXPECT_FALSE(server_->keys);
}

TEST_F(Dtls, old_suites_and_versions_are_refused) {
  ASSERT_EQ(SSL_CTX_set_cipher_list(client_identity_->context(), "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA"),
            1);
  make();
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kHandshake);

  client_identity_ = new_identity();
  SSL_CTX* old = client_identity_->context();
  SSL_CTX_set_security_level(old, 0);
  SSL_CTX_set_cipher_list(old, "ALL:@SECLEVEL=0");
  ASSERT_EQ(SSL_CTX_set_min_proto_version(old, DTLS1_VERSION), 1);
  ASSERT_EQ(SSL_CTX_set_max_proto_version(old, DTLS1_VERSION), 1);
  make();
  handshake();
  EXPECT_EQ(server_->failure, DtlsFailure::kHandshake);
  EXPECT_FALSE(server_->keys);
}

TEST_F(Dtls, an_rsa_certificate_of_the_client_is_accepted) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  Buffer der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  unsigned char* at = der.data();
  i2d_X509(certificate, &at);
  // A context holds one certificate per kind of key: the RSA one is used once the other is gone.
  SSL_CTX_set1_client_sigalgs_list(server_identity_->context(), "RSA-PSS+SHA256:RSA+SHA256");
  ASSERT_EQ(SSL_CTX_use_certificate(client_identity_->context(), certificate), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(client_identity_->context(), key), 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
  make(Fingerprint::of(der), server_identity_->fingerprint());
  handshake();
  EXPECT_TRUE(server_->keys);
}

// ---- hostile and broken input
// -------------------------------------------------------------------------------------------

/// Splits the one handshake message of a datagram into fragments of `size` bytes, each a record of its own.
std::vector<Buffer> refragment(const Buffer& datagram, std::size_t size) {
  const Bytes message = Bytes(datagram).subspan(13);
  const Bytes body = message.subspan(12);
  std::vector<Buffer> out;
  for (std::size_t at = 0; at < body.size(); at += size) {
    const Bytes part = body.subspan(at, std::min(size, body.size() - at));
    Buffer record(datagram.begin(), datagram.begin() + 25);
    store_be16(&record[9], static_cast<std::uint16_t>(out.size() + 20));  // past those of the next flight
    store_be16(&record[11], static_cast<std::uint16_t>(12 + part.size()));
    store_be24(&record[13 + 6], static_cast<std::uint32_t>(at));
    store_be24(&record[13 + 9], static_cast<std::uint32_t>(part.size()));
    record.insert(record.end(), part.begin(), part.end());
    out.push_back(std::move(record));
  }
  return out;
}

TEST_F(Dtls, a_fragmented_client_hello_is_put_together_in_any_order) {
  make();
  client_->session.start(now_, *client_);
  auto fragments = refragment(client_->take().at(0), 16);
  ASSERT_GT(fragments.size(), 5U);
  std::ranges::reverse(fragments);
  for (const Buffer& fragment : fragments) {
    EXPECT_TRUE(server_->outbox.empty());
    server_->session.handle(fragment, now_, *server_);
  }
  exchange();
  EXPECT_TRUE(server_->keys && client_->keys);
}

TEST_F(Dtls, a_flight_in_one_record_per_call_or_all_in_one_datagram_is_the_same) {
  make();
  client_->session.start(now_, *client_);
  deliver(client_->take(), *server_);
  Buffer all;
  for (const Buffer& datagram : server_->take()) all.insert(all.end(), datagram.begin(), datagram.end());
  client_->session.handle(all, now_, *client_);
  exchange();
  EXPECT_TRUE(server_->keys && client_->keys);
}

/// Bytes that look like a DTLS record, with everything behind the header random.
Buffer record_like(std::mt19937& random) {
  Buffer bytes(random() % 1'400 + 1);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  bytes[0] = static_cast<std::uint8_t>(20 + random() % 4);
  if (bytes.size() > 13 && random() % 2 == 0) {
    bytes[1] = 0xFE;
    bytes[2] = 0xFD;
    store_be16(&bytes[3], static_cast<std::uint16_t>(random() % 3));
    store_be16(&bytes[11], static_cast<std::uint16_t>(bytes.size() - 13));
  }
  return bytes;
}

TEST_F(Dtls, garbage_does_not_disturb_a_connected_session) {
  make();
  handshake();
  std::mt19937 random(1);
  for (int i = 0; i < 5'000; ++i) {
    for (End* end : {&*server_, &*client_}) end->session.handle(record_like(random), now_, *end);
  }
  EXPECT_TRUE(server_->session.connected() && client_->session.connected());
  EXPECT_TRUE(server_->outbox.empty() && client_->outbox.empty()) << "garbage is not answered";
  client_->session.close(*client_);
  exchange();
  EXPECT_EQ(server_->failure, DtlsFailure::kClosedByPeer) << "the real close is still understood";
}

TEST_F(Dtls, records_too_short_to_be_sealed_end_nothing) {
  make();
  const auto short_record = [](std::uint8_t size) {
    Buffer record(13U + size, 7);
    constexpr std::array<std::uint8_t, 13> kHeader{23, 0xFE, 0xFD, 0, 1};
    std::ranges::copy(kHeader, record.begin());
    record[12] = size;
    return record;
  };
  const auto send_all = [&] {
    for (std::uint8_t size = 1; size <= 24; ++size) {
      for (End* end : {&*server_, &*client_}) end->session.handle(short_record(size), now_, *end);
    }
  };
  send_all();
  handshake();
  send_all();
  EXPECT_TRUE(server_->session.connected() && client_->session.connected());
  client_->session.close(*client_);
  exchange();
  EXPECT_EQ(server_->failure, DtlsFailure::kClosedByPeer) << "the real close is still understood";
}

TEST_F(Dtls, plaintext_alerts_do_not_end_a_connected_session) {
  make();
  handshake();
  const Buffer fatal{21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 200, 0, 2, 2, 40};
  const Buffer close_notify{21, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 200, 0, 2, 1, 0};
  server_->session.handle(fatal, now_, *server_);
  server_->session.handle(close_notify, now_, *server_);
  EXPECT_TRUE(server_->session.connected());
  EXPECT_FALSE(server_->failure);
}

TEST_F(Dtls, malformed_records_between_the_flights_do_not_stop_the_handshake) {
  make();
  client_->session.start(now_, *client_);
  const auto spray = [&](End& end) {
    end.session.handle(Buffer(5, 22), now_, end);  // shorter than a header
    end.session.handle(Buffer{22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0xFF, 0xFF, 1}, now_,
                       end);  // length beyond the end
    Buffer lying{22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 12, 1, 0xFF, 0xFF, 0xFF, 0, 1, 0, 0, 0, 0, 0, 0};
    end.session.handle(lying, now_, end);  // a message of 16 MB
    store_be24(&lying[14], 100);
    store_be24(&lying[19], 90);
    store_be24(&lying[22], 50);
    end.session.handle(lying, now_, end);  // a fragment beyond its message
    end.session.handle(Buffer{20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 1}, now_, end);
    end.session.handle(Buffer{23, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1}, now_, end);
    end.session.handle(Buffer{22, 3, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1}, now_, end);  // TLS, not DTLS
  };
  for (int i = 0; i < 4; ++i) {
    spray(*server_);
    deliver(client_->take(), *server_);
    spray(*client_);
    deliver(server_->take(), *client_);
  }
  EXPECT_TRUE(server_->keys && client_->keys);
  EXPECT_GE(server_->session.dropped_records(), 7U);
}

TEST_F(Dtls, early_encrypted_records_are_kept_in_bounds) {
  make();
  client_->session.start(now_, *client_);
  for (std::uint8_t i = 0; i < 200; ++i) {
    Buffer record{22, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, i, 0, 40};
    record.resize(53);
    server_->session.handle(record, now_, *server_);
  }
  EXPECT_EQ(server_->session.dropped_records(), 184U);
  EXPECT_FALSE(server_->failure);
}

TEST_F(Dtls, fragments_of_messages_that_never_end_are_kept_in_bounds) {  // CVE-2022-29189
  make();
  client_->session.start(now_, *client_);
  const std::size_t before = mallinfo2().uordblks;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    Buffer fragment{22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 4, 12, 1, 0, 0x1F, 0xFF, 0, 0, 0, 0, 0, 0, 4, 0};
    store_be32(&fragment[7], i + 1);
    store_be16(&fragment[17], static_cast<std::uint16_t>(i % 40));
    store_be24(&fragment[19], (i / 40) % 7 * 1'000);
    fragment.resize(13 + 12 + 1'024);
    server_->session.handle(fragment, now_, *server_);
  }
  EXPECT_EQ(server_->session.dropped_records(), 0U) << "each of them looks right";
  EXPECT_FALSE(server_->failure);
  EXPECT_LT(mallinfo2().uordblks - before, 200'000U);
}

TEST_F(Dtls, close_notify_is_told_to_the_other_side) {
  make();
  handshake();
  server_->session.close(*server_);
  exchange();
  EXPECT_EQ(client_->failure, DtlsFailure::kClosedByPeer);
  EXPECT_FALSE(server_->failure);
  EXPECT_TRUE(server_->session.closed());
}

TEST_F(Dtls, closed_sessions_ignore_everything) {
  make();
  handshake();
  server_->session.close(*server_);
  server_->take();
  deliver({Buffer(100, 22)}, *server_);
  server_->session.handle_deadline(now_ + Seconds{60}, *server_);
  EXPECT_TRUE(server_->outbox.empty());
  EXPECT_FALSE(server_->failure);
}

// ---- fingerprints
// -------------------------------------------------------------------------------------------------------

TEST(Fingerprint, text_and_parse_are_inverse) {
  const auto identity = new_identity();
  const std::string text = identity->fingerprint().text();
  EXPECT_EQ(text.size(), 95U);
  const auto parsed = Fingerprint::parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, identity->fingerprint());
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  EXPECT_EQ(Fingerprint::parse(lower).value(), identity->fingerprint());
}

TEST(Fingerprint, other_text_is_refused) {
  const std::string good = Fingerprint{}.text();
  EXPECT_FALSE(Fingerprint::parse(""));
  EXPECT_FALSE(Fingerprint::parse(good.substr(1)));
  EXPECT_FALSE(Fingerprint::parse(good + ":00"));
  EXPECT_FALSE(Fingerprint::parse("G" + good.substr(1)));
  EXPECT_FALSE(Fingerprint::parse(good.substr(0, 2) + "-" + good.substr(3)));
}

TEST(DtlsIdentity, two_identities_differ) {
  EXPECT_FALSE(new_identity()->fingerprint() == new_identity()->fingerprint());
}

}  // namespace
}  // namespace visavis::rtc
