// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/dtls/session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "media/rtc/dtls/dtls.hpp"
#include "media/rtc/dtls/record_filter.hpp"

#if OPENSSL_VERSION_NUMBER >= 0x30200000L
#error "OpenSSL 3.2 and later keep the DTLS deadline to themselves; see DtlsSession::Impl::on_timer"
#endif

namespace visavis::rtc {
namespace {

constexpr Micros kFirstInterval = Millis{100};
constexpr Micros kSteadyInterval = Millis{800};
/// OpenSSL gives a handshake up at the thirteenth timeout of one flight; we give it up by the clock alone.
constexpr int kMaxTimeouts = 12;
/// From this one on the pauses double again, so that twelve retransmissions last for kDtlsHandshakeLimit.
constexpr int kSteadyTimeouts = 9;

Micros interval_after(int timeouts) {
  if (timeouts < kSteadyTimeouts) return std::min(kFirstInterval * (1 << std::min(timeouts, 3)), kSteadyInterval);
  return Seconds{2} * (1 << (timeouts - kSteadyTimeouts));
}

}  // namespace

struct DtlsSession::Impl {
  Impl(std::shared_ptr<const DtlsIdentity> identity, DtlsRole role, const Fingerprint& peer, Instant now);
  ~Impl() { SSL_free(ssl_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void run(Bytes record, Instant now, DtlsSink& sink);
  void advance_handshake(DtlsSink& sink);
  void finish_handshake(DtlsSink& sink);
  void read_after_handshake(DtlsSink& sink);
  void fail_with(DtlsFailure why, DtlsSink& sink);
  void retransmit(Instant now, DtlsSink& sink);
  void on_timer(timeval* next_timeout);
  Instant deadline() const;

  static BIO_METHOD* bio_method();
  static int bio_read(BIO* bio, char* out, int size);
  static int bio_write(BIO* bio, const char* data, int size);
  static long bio_control(BIO* bio, int command, long number, void* pointer);
  static Impl& of(BIO* bio) { return *static_cast<Impl*>(BIO_get_data(bio)); }

  std::shared_ptr<const DtlsIdentity> identity_;
  SSL* ssl_ = nullptr;
  Fingerprint peer_;
  Instant connect_by_;
  DtlsRecordFilter filter_;

  // Set for the length of one call into OpenSSL.
  Bytes record_;
  DtlsSink* sink_ = nullptr;
  Instant now_;

  timeval* timer_ = nullptr;
  Instant retransmit_at_ = kNever;
  int timeouts_ = 0;
  std::uint32_t retransmissions_ = 0;

  bool fingerprint_matched_ = false;
  bool fingerprint_refused_ = false;
  bool connected_ = false;
  bool deaf_ = false;  // OpenSSL gave up after the handshake; the keys stay good
  bool closed_ = false;
};

// ---- the BIO: one record per read, one datagram per write
// ---------------------------------------------------------------

BIO_METHOD* DtlsSession::Impl::bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "visavis datagram");
    CHECK(m != nullptr);
    BIO_meth_set_read(m, &Impl::bio_read);
    BIO_meth_set_write(m, &Impl::bio_write);
    BIO_meth_set_ctrl(m, &Impl::bio_control);
    return m;
  }();
  return method;
}

int DtlsSession::Impl::bio_read(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  Impl& self = of(bio);
  if (self.record_.empty() || size <= 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  // As recvfrom() does, what does not fit is lost; OpenSSL's buffer takes the largest record there is.
  const auto taken = std::min(self.record_.size(), static_cast<std::size_t>(size));
  std::memcpy(out, self.record_.data(), taken);
  self.record_ = {};
  return static_cast<int>(taken);
}

int DtlsSession::Impl::bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  Impl& self = of(bio);
  if (self.sink_ != nullptr && size > 0) {
    self.sink_->on_dtls_transmit({reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
  }
  return size;
}

long DtlsSession::Impl::bio_control(BIO* bio, int command, long, void* pointer) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(kDtlsMtu);
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      of(bio).on_timer(static_cast<timeval*>(pointer));
      return 1;
    default:
      return 0;
  }
}

/// OpenSSL compares its deadline with gettimeofday() and looks at it on every read. It hands its own field to the BIO,
/// so we replace what it holds by "never", keep the deadline ourselves, and write "long ago" when that has come.
void DtlsSession::Impl::on_timer(timeval* next_timeout) {
  timer_ = next_timeout;
  if (next_timeout->tv_sec == 0 && next_timeout->tv_usec == 0) {  // the flight was answered
    timeouts_ = 0;
    retransmit_at_ = kNever;
    return;
  }
  *next_timeout = {.tv_sec = time_t{1} << 40, .tv_usec = 0};
  retransmit_at_ = timeouts_ < kMaxTimeouts ? now_ + interval_after(timeouts_) : kNever;
}

// ---- the session
// --------------------------------------------------------------------------------------------------------

DtlsSession::Impl::Impl(std::shared_ptr<const DtlsIdentity> identity, DtlsRole role, const Fingerprint& peer,
                        Instant now)
    : identity_(std::move(identity)), peer_(peer), connect_by_(now + kDtlsHandshakeLimit), now_(now) {
  ssl_ = SSL_new(identity_->context());
  BIO* bio = BIO_new(bio_method());
  CHECK(ssl_ != nullptr && bio != nullptr);  // out of memory
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_app_data(ssl_, this);
  SSL_set_mtu(ssl_, static_cast<long>(kDtlsMtu));
  if (role == DtlsRole::kServer) {
    SSL_set_accept_state(ssl_);
  } else {
    SSL_set_connect_state(ssl_);
  }
}

/// One record (or none, to start) through OpenSSL.
void DtlsSession::Impl::run(Bytes record, Instant now, DtlsSink& sink) {
  record_ = record;
  sink_ = &sink;
  now_ = now;
  if (!connected_) advance_handshake(sink);
  // In the same call: the record that ended the handshake may be followed by buffered ones.
  if (connected_ && !closed_) read_after_handshake(sink);
  record_ = {};
  sink_ = nullptr;
}

void DtlsSession::Impl::advance_handshake(DtlsSink& sink) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) {
    finish_handshake(sink);
  } else if (SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) {
    fail_with(fingerprint_refused_ ? DtlsFailure::kFingerprintMismatch : DtlsFailure::kHandshake, sink);
  }
  ERR_clear_error();
}

void DtlsSession::Impl::finish_handshake(DtlsSink& sink) {
  // SSL_VERIFY_FAIL_IF_NO_PEER_CERT got us a certificate and its owner's signature; without the callback's word nothing
  // counts.
  if (!fingerprint_matched_) return fail_with(DtlsFailure::kFingerprintMismatch, sink);
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl_);
  if (chosen == nullptr) return fail_with(DtlsFailure::kNoSrtpProfile, sink);
  SrtpKeys keys;
  keys.profile = static_cast<SrtpProfile>(chosen->id);
  const std::size_t salt = srtp_salt_size(keys.profile);
  std::array<std::uint8_t, 2 * (kSrtpKeySize + 14)> material{};
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  if (SSL_export_keying_material(ssl_, material.data(), 2 * (kSrtpKeySize + salt), kLabel.data(), kLabel.size(),
                                 nullptr, 0, 0) != 1) {
    return fail_with(DtlsFailure::kHandshake, sink);
  }
  // RFC 5764 section 4.2: client key, server key, client salt, server salt.
  SrtpMasterKey client;
  SrtpMasterKey server;
  const std::uint8_t* at = material.data();
  const auto take = [&at](std::uint8_t* out, std::size_t size) {
    std::copy_n(at, size, out);
    at += size;
  };
  take(client.key.data(), kSrtpKeySize);
  take(server.key.data(), kSrtpKeySize);
  take(client.salt.data(), salt);
  take(server.salt.data(), salt);
  const bool is_server = SSL_is_server(ssl_) == 1;
  keys.outgoing = is_server ? server : client;
  keys.incoming = is_server ? client : server;
  connected_ = true;
  sink.on_dtls_connected(keys);
  OPENSSL_cleanse(material.data(), material.size());
  OPENSSL_cleanse(&keys, sizeof keys);
}

/// Alerts and repeated Finished messages; application data has no meaning here and is dropped.
void DtlsSession::Impl::read_after_handshake(DtlsSink& sink) {
  if (deaf_) return;
  ERR_clear_error();
  if (SSL_alloc_buffers(ssl_) != 1) return;
  std::array<char, 2'048> ignored;
  int result = 0;
  do {
    result = SSL_read(ssl_, ignored.data(), static_cast<int>(ignored.size()));
  } while (result > 0);
  const int error = SSL_get_error(ssl_, result);
  if ((SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0) {  // close_notify or a fatal alert, both authentic
    fail_with(DtlsFailure::kClosedByPeer, sink);
  } else if (error != SSL_ERROR_WANT_READ) {
    deaf_ = true;
  }
  ERR_clear_error();
  SSL_free_buffers(ssl_);  // 2 × 17 KiB per participant, hardly ever wanted again
}

void DtlsSession::Impl::fail_with(DtlsFailure why, DtlsSink& sink) {
  closed_ = true;
  retransmit_at_ = kNever;
  sink.on_dtls_closed(why);
}

void DtlsSession::Impl::retransmit(Instant now, DtlsSink& sink) {
  ++timeouts_;
  ++retransmissions_;
  retransmit_at_ = kNever;
  if (timer_ == nullptr) return;
  sink_ = &sink;
  now_ = now;
  *timer_ = {.tv_sec = 1, .tv_usec = 0};
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_) < 0) fail_with(DtlsFailure::kHandshake, sink);
  ERR_clear_error();
  sink_ = nullptr;
}

Instant DtlsSession::Impl::deadline() const {
  if (closed_ || connected_) return kNever;
  return std::min(connect_by_, retransmit_at_);
}

int verify_peer_certificate(x509_store_ctx_st* store, void*) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& session = *static_cast<DtlsSession::Impl*>(SSL_get_app_data(ssl));
  const auto der = der_of(X509_STORE_CTX_get0_cert(store));
  session.fingerprint_matched_ = !der.empty() && Fingerprint::of(der) == session.peer_;
  session.fingerprint_refused_ = !session.fingerprint_matched_;
  if (session.fingerprint_refused_) X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return session.fingerprint_matched_ ? 1 : 0;
}

std::vector<std::uint8_t> der_of(const X509* certificate) {
  std::vector<std::uint8_t> der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))));
  unsigned char* at = der.data();
  if (!der.empty()) i2d_X509(certificate, &at);
  return der;
}

DtlsSession::DtlsSession(std::shared_ptr<const DtlsIdentity> identity, DtlsRole role, const Fingerprint& peer,
                         Instant now)
    : impl_(std::make_unique<Impl>(std::move(identity), role, peer, now)) {}
DtlsSession::~DtlsSession() = default;
DtlsSession::DtlsSession(DtlsSession&&) noexcept = default;
DtlsSession& DtlsSession::operator=(DtlsSession&&) noexcept = default;

void DtlsSession::start(Instant now, DtlsSink& sink) {
  if (!impl_->closed_) impl_->run({}, now, sink);
}

void DtlsSession::handle(Bytes datagram, Instant now, DtlsSink& sink) {
  while (!datagram.empty() && !impl_->closed_) {
    const Bytes record = impl_->filter_.next(datagram, impl_->connected_);
    if (record.empty()) continue;
    impl_->run(record, now, sink);
  }
  // The peer is there: the long pauses were for its absence.
  if (impl_->retransmit_at_ != kNever && impl_->timeouts_ >= kSteadyTimeouts) {
    impl_->retransmit_at_ = std::min(impl_->retransmit_at_, now + kSteadyInterval);
  }
}

void DtlsSession::handle_deadline(Instant now, DtlsSink& sink) {
  if (now < deadline()) return;
  if (now >= impl_->connect_by_) return impl_->fail_with(DtlsFailure::kTimeout, sink);
  impl_->retransmit(now, sink);
}

void DtlsSession::close(DtlsSink& sink) {
  if (impl_->closed_) return;
  impl_->closed_ = true;
  if (!impl_->connected_ || impl_->deaf_) return;
  impl_->sink_ = &sink;
  ERR_clear_error();
  if (SSL_alloc_buffers(impl_->ssl_) == 1) SSL_shutdown(impl_->ssl_);
  ERR_clear_error();
  impl_->sink_ = nullptr;
}

Instant DtlsSession::deadline() const { return impl_->deadline(); }
bool DtlsSession::connected() const { return impl_->connected_ && !impl_->closed_; }
bool DtlsSession::closed() const { return impl_->closed_; }
std::uint64_t DtlsSession::dropped_records() const { return impl_->filter_.dropped(); }
std::uint32_t DtlsSession::retransmissions() const { return impl_->retransmissions_; }

std::string_view to_string(DtlsFailure failure) {
  switch (failure) {
    case DtlsFailure::kClosedByPeer:
      return "closed by peer";
    case DtlsFailure::kHandshake:
      return "handshake failed";
    case DtlsFailure::kFingerprintMismatch:
      return "fingerprint mismatch";
    case DtlsFailure::kNoSrtpProfile:
      return "no common SRTP profile";
    case DtlsFailure::kTimeout:
      return "timeout";
  }
  return "unknown";
}

}  // namespace visavis::rtc
