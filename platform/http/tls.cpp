// SPDX-License-Identifier: Apache-2.0
#include "platform/http/tls.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/ids.hpp"

namespace visavis::http {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

constexpr std::int64_t kDay = 24 * 3600;

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> raw{};
  return ::inet_pton(AF_INET, name.c_str(), raw.data()) == 1 || ::inet_pton(AF_INET6, name.c_str(), raw.data()) == 1;
}

bool covers(X509* certificate, const std::vector<std::string>& names, UtcMillis now) {
  time_t margin = now.value / 1000 + 30 * kDay;
  if (X509_cmp_time(X509_get0_notAfter(certificate), &margin) <= 0) return false;
  return std::ranges::all_of(names, [&](const std::string& name) {
    return is_address(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                            : X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
  });
}

X509Ptr read_certificate(const std::filesystem::path& path) {
  const BioPtr in(BIO_new_file(path.c_str(), "r"));
  return X509Ptr(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

X509Ptr make_certificate(EVP_PKEY* key, const std::vector<std::string>& names, UtcMillis now) {
  X509Ptr certificate(X509_new());
  std::array<std::uint8_t, 8> serial{};
  fill_random(serial);
  std::uint64_t number = 1;
  for (auto b : serial) number = number << 7 ^ b;
  time_t start = now.value / 1000 - kDay;
  time_t end = now.value / 1000 + 365 * kDay;
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), number);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), start);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), end);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Visavis"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), subject);
  std::string alternatives;
  for (const auto& name : names) {
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  const bool good = X509_set_pubkey(certificate.get(), key) == 1 &&
                    add_extension(certificate.get(), NID_subject_alt_name, alternatives) &&
                    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
                    X509_sign(certificate.get(), key, EVP_sha256()) > 0;
  return good ? std::move(certificate) : nullptr;
}

/// Written beside and renamed, so that a crash leaves the old pair or the new file, never half a file.
bool write_private(const std::filesystem::path& path, BIO* content) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(content, &data);
  const auto temporary = path.string() + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = ::write(fd, data, static_cast<std::size_t>(size)) == size && ::fsync(fd) == 0;
  ::close(fd);
  return written && ::rename(temporary.c_str(), path.c_str()) == 0;
}

}  // namespace

Result<TlsFiles> ensure_self_signed(const std::filesystem::path& dir, const std::vector<std::string>& names,
                                    UtcMillis now) {
  TlsFiles files{dir / "tls.crt", dir / "tls.key"};
  std::error_code ec;
  const auto existing = read_certificate(files.certificate);
  if (existing && std::filesystem::exists(files.key, ec) && covers(existing.get(), names, now)) return files;

  const KeyPtr key(EVP_EC_gen("P-256"));
  const auto certificate = key ? make_certificate(key.get(), names, now) : nullptr;
  if (!certificate) {
    return fail(ErrorKind::kInvalid, "self_signed_failed",
                "No certificate could be made for the names of this machine; give your own with --tls CERT,KEY.");
  }
  std::filesystem::create_directories(dir, ec);
  const BioPtr key_pem(BIO_new(BIO_s_mem()));
  const BioPtr certificate_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(certificate_pem.get(), certificate.get());
  if (!write_private(files.key, key_pem.get()) || !write_private(files.certificate, certificate_pem.get())) {
    return fail(ErrorKind::kInternal, "self_signed_not_written",
                "The certificate cannot be written to " + dir.string() + "; check the folder's rights and free space.");
  }
  return files;
}

std::vector<std::string> local_addresses() {
  std::vector<std::string> out;
  std::vector<std::string> loopback;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return out;
  for (const ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || (i->ifa_flags & IFF_UP) == 0) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* raw = nullptr;
    if (i->ifa_addr->sa_family == AF_INET) {
      raw = &reinterpret_cast<const sockaddr_in*>(i->ifa_addr)->sin_addr;
    } else if (i->ifa_addr->sa_family == AF_INET6) {
      const auto* six = &reinterpret_cast<const sockaddr_in6*>(i->ifa_addr)->sin6_addr;
      if (!IN6_IS_ADDR_LINKLOCAL(six)) raw = six;
    }
    if (raw == nullptr) continue;
    ::inet_ntop(i->ifa_addr->sa_family, raw, text.data(), text.size());
    ((i->ifa_flags & IFF_LOOPBACK) != 0 ? loopback : out).emplace_back(text.data());
  }
  ::freeifaddrs(list);
  out.insert(out.end(), loopback.begin(), loopback.end());
  return out;
}

}  // namespace visavis::http
