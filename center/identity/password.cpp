// SPDX-License-Identifier: Apache-2.0
#include "center/identity/password.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "center/types/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

struct Stored {
  platform::ScryptCost cost;
  std::string salt;
  std::string key;
};

std::optional<unsigned> number_after(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  unsigned value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<Stored> parse(std::string_view text) {
  const auto log2_n = number_after(text, "$scrypt$ln=");
  const auto r = number_after(text, ",r=");
  const auto p = number_after(text, ",p=");
  if (!log2_n || !r || !p || !text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  const auto middle = text.find('$');
  if (middle == std::string_view::npos) return std::nullopt;
  const auto salt = platform::base64url_decode(text.substr(0, middle));
  const auto key = platform::base64url_decode(text.substr(middle + 1));
  if (!salt || !key || key->size() != 32) return std::nullopt;
  return Stored{{*log2_n, *r, *p}, *salt, *key};
}

Error too_long() { return {ErrorKind::kInvalid, "password_too_long", "The password may have at most 256 bytes."}; }

}  // namespace

Result<void> check_new_password(std::string_view password) {
  // Bytes that are no UTF-8 are not characters.
  if (code_points(password).value_or(0) < kShortestPassword) {
    return fail(ErrorKind::kInvalid, "password_too_short", "The password needs at least 12 characters.");
  }
  if (password.size() > kLongestPassword) return std::unexpected(too_long());
  return {};
}

Result<std::string> hash_password(std::string_view password) {
  if (password.size() > kLongestPassword) return std::unexpected(too_long());
  std::array<std::uint8_t, 16> salt{};
  fill_random(salt);
  constexpr platform::ScryptCost kCost;
  const auto key = platform::scrypt(password, salt, kCost);
  if (!key) return std::unexpected(key.error());
  return "$scrypt$ln=" + std::to_string(kCost.log2_n) + ",r=" + std::to_string(kCost.r) +
         ",p=" + std::to_string(kCost.p) + "$" + platform::base64url_encode(salt) + "$" +
         platform::base64url_encode(*key);
}

Result<bool> verify_password(std::string_view password, std::string_view stored) {
  if (password.size() > kLongestPassword) return false;
  const auto parsed = parse(stored);
  if (!parsed) return false;
  const auto key = platform::scrypt(password, platform::as_bytes(parsed->salt), parsed->cost);
  if (!key) return std::unexpected(key.error());
  return platform::equal_in_constant_time({reinterpret_cast<const char*>(key->data()), key->size()}, parsed->key);
}

const std::string& decoy_password() {
  static const std::string decoy = [] {
    std::array<std::uint8_t, 32> key{};
    fill_random(key);
    return "$scrypt$ln=15,r=8,p=1$" + random_token(16) + "$" + platform::base64url_encode(key);
  }();
  return decoy;
}

}  // namespace visavis::center
