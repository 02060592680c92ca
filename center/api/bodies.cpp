// SPDX-License-Identifier: Apache-2.0
#include "center/api/bodies.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <set>

#include "center/api/json_read.hpp"
#include "center/identity/password.hpp"
#include "center/identity/users.hpp"
#include "center/store/links.hpp"
#include "center/tenant/origin.hpp"
#include "center/types/limits.hpp"
#include "center/types/text.hpp"
#include "platform/http/text.hpp"

namespace visavis::center::rest {
namespace json = boost::json;

namespace {

constexpr std::size_t kMostOrigins = 32;
constexpr std::size_t kLongestOrigin = 261;  // with what plain_origin() takes off
constexpr std::int64_t kUsualLinkLife = 24 * 3600;
constexpr std::int64_t kLongestLinkLife = std::chrono::seconds(LinkBook::kLongest).count();

/// The first error among what was read, if any.
template <class... R>
std::optional<Error> first_error(const R&... results) {
  std::optional<Error> error;
  ((error || results ? void() : void(error = results.error())), ...);
  return error;
}

Result<std::vector<consent::Recorded>> consents_from(const json::object& body) {
  std::vector<consent::Recorded> out;
  const auto* list = body.if_contains("consents");
  if (!list || list->is_null()) return out;
  if (!list->is_array() || list->get_array().size() > kPurposes)
    return invalid("consents", "must be a list, each purpose once at most");
  for (const auto& item : list->get_array()) {
    auto one = consent_body(item);
    if (!one) return std::unexpected(one.error());
    if (std::ranges::any_of(out, [&](const auto& c) { return c.purpose == one->purpose; })) {
      return invalid("consents", "must name each purpose once at most");
    }
    out.push_back(*one);
  }
  return out;
}

Result<LocalText> name_field(const json::object& body) {
  const auto* value = body.if_contains("name");
  if (!value || !value->is_object()) return invalid("name", "must be {\"zh-CN\": …, \"en\": …}");
  LocalText out;
  for (const char* language : {"zh-CN", "en"}) {
    const auto text = text_field(value->get_object(), language, 100);
    if (!text) return std::unexpected(text.error());
    if (text->empty()) return invalid("name", "must not be empty in any language");
    out[language] = *text;
  }
  return out;
}

/// null is no way to leave something out, nor to empty it: nobody could tell which was meant.
bool given(const json::object& body, std::string_view key) { return body.contains(key); }

Result<std::vector<std::string>> list_or(const json::object& body, std::string_view key, std::size_t most,
                                         std::vector<std::string> otherwise, std::size_t longest = 64) {
  if (!given(body, key)) return otherwise;
  if (body.at(key).is_null()) return invalid(key, "must be a list, or left out");
  return list_field(body, key, most, longest);
}

struct Range {
  int least;
  int most;
};
constexpr Range kChatsAtOnce{0, 20};

Result<int> number_or(const json::object& body, std::string_view key, Range range, int otherwise) {
  if (!given(body, key)) return otherwise;
  const auto number = integer_field(body, key);
  if (!number || *number < range.least || *number > range.most) {
    return invalid(key,
                   "must be a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most));
  }
  return static_cast<int>(*number);
}

Result<bool> flag_or(const json::object& body, std::string_view key, bool otherwise) {
  if (!given(body, key)) return otherwise;
  const auto* flag = body.at(key).if_bool();
  if (!flag) return invalid(key, "must be true or false");
  return *flag;
}

template <NamedEnum E>
Result<void> check_words(const std::vector<std::string>& words, std::string_view field) {
  std::set<std::string> seen;
  for (const auto& word : words) {
    if (!parse_enum<E>(word)) return invalid(field, "holds an unknown word");
    if (!seen.insert(word).second) return invalid(field, "names something twice");
  }
  return {};
}

}  // namespace

std::unexpected<Error> invalid(std::string_view field, std::string_view rule) {
  return fail(ErrorKind::kInvalid, "field_invalid", "`" + std::string(field) + "` " + std::string(rule) + ".");
}

Result<json::object> parse_object(std::string_view body) {
  boost::system::error_code ec;
  json::parse_options options;
  options.max_depth = 16;
  auto value = json::parse(body, ec, {}, options);
  if (ec || !value.is_object() || !http::is_valid_utf8(body)) {
    return fail(ErrorKind::kInvalid, "bad_json", "The body is not a JSON object. Check its syntax.");
  }
  return std::move(value.get_object());
}

Result<std::string> text_field(const json::object& body, std::string_view key, std::size_t most,
                               std::optional<std::string> otherwise) {
  const auto* value = body.if_contains(key);
  if (!value || value->is_null()) {
    if (otherwise) return *otherwise;
    return invalid(key, "is missing");
  }
  if (!value->is_string()) return invalid(key, "must be a string");
  std::string text(value->get_string());
  if (!fits(text, most) || text.find('\0') != std::string::npos) {
    return invalid(key, "must have at most " + std::to_string(most) + " characters");
  }
  return text;
}

Result<std::vector<std::string>> list_field(const json::object& body, std::string_view key, std::size_t most,
                                            std::size_t longest) {
  std::vector<std::string> out;
  const auto* value = body.if_contains(key);
  if (!value || value->is_null()) return out;
  if (!value->is_array() || value->get_array().size() > most)
    return invalid(key, "must be a list of at most " + std::to_string(most) + " strings");
  for (const auto& item : value->get_array()) {
    if (!item.is_string() || item.get_string().empty() || !fits(item.get_string(), longest)) {
      return invalid(key, "must hold strings of 1 to " + std::to_string(longest) + " characters");
    }
    out.emplace_back(item.get_string());
  }
  return out;
}

Result<Attributes> attributes_field(const json::object& body) {
  Attributes out;
  const auto* value = body.if_contains("attributes");
  if (!value || value->is_null()) return out;
  if (!value->is_object() || value->get_object().size() > kMostAttributesGiven)
    return invalid("attributes", "must be an object of at most 32 strings");
  for (const auto& [key, item] : value->get_object()) {
    const bool good = item.is_string() && !key.empty() && fits(key, kLongestAttributeKey) &&
                      fits(item.get_string(), kLongestAttribute);
    if (!good) return invalid("attributes", "must hold strings of at most 500 characters under names of at most 64");
    out.emplace(key, item.get_string());
  }
  return out;
}

std::optional<std::int64_t> integer_field(const json::object& body, std::string_view key) {
  const auto* value = body.if_contains(key);
  if (!value) return std::nullopt;
  return whole_number(*value);
}

std::optional<int> version_number(std::string_view text) {
  int number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

Result<consent::Recorded> consent_body(const json::value& body) {
  const auto* object = body.if_object();
  if (!object) return invalid("consents", "must hold objects {purpose, version, granted}");
  const auto word = text_field(*object, "purpose", 32);
  if (!word) return std::unexpected(word.error());
  const auto purpose = parse_enum<Purpose>(*word);
  const auto* version = object->if_contains("version");
  const auto* granted = object->if_contains("granted");
  const auto number = !version               ? std::nullopt
                      : version->is_string() ? version_number(std::string(version->get_string()))
                                             : version_number(json::serialize(*version));
  if (!purpose) return invalid("purpose", "must be recording, transcript, face_analysis, screen_view or biometrics");
  if (!number) return invalid("version", "must be the version of the text that was shown");
  if (!granted || !granted->is_bool()) return invalid("granted", "must be true or false");
  return consent::Recorded{*purpose, *number, granted->get_bool()};
}

Result<OpeningBody> opening_body(const json::object& body) {
  auto key = text_field(body, "key", 128);
  auto topic = text_field(body, "topic_id", 64, "");
  const auto channel = text_field(body, "channel", 16);
  auto language = text_field(body, "language", 35, "en");
  auto name = text_field(body, "name", kLongestCustomerName, "");
  auto link = text_field(body, "link_token", 128, "");
  auto attributes = attributes_field(body);
  auto consents = consents_from(body);
  if (auto error = first_error(key, topic, channel, language, name, link, attributes, consents))
    return std::unexpected(std::move(*error));
  const auto kind = parse_enum<Channel>(*channel);
  if (!kind) return invalid("channel", "must be chat, audio or video");
  if (topic->empty() && link->empty()) return invalid("topic_id", "is missing");
  return OpeningBody{std::move(*key),        std::move(*topic),   *kind,
                     std::move(*language),   std::move(*name),    std::move(*link),
                     std::move(*attributes), std::move(*consents)};
}

Result<LinkBody> link_body(const json::object& body) {
  auto topic = text_field(body, "topic_id", 64);
  const auto channel = text_field(body, "channel", 16, "video");
  auto language = text_field(body, "language", 35, "");
  auto attributes = attributes_field(body);
  const auto* customer = body.if_contains("customer");
  auto name = customer && customer->is_object() ? text_field(customer->get_object(), "name", kLongestCustomerName, "")
                                                : Result<std::string>{};
  if (auto error = first_error(topic, channel, language, name, attributes)) return std::unexpected(std::move(*error));
  const auto kind = parse_enum<Channel>(*channel);
  if (!kind) return invalid("channel", "must be chat, audio or video");
  const auto ttl = integer_field(body, "ttl_s").value_or(kUsualLinkLife);
  if (ttl < 60 || ttl > kLongestLinkLife) return invalid("ttl_s", "must be from 60 to 2592000 seconds");
  const auto* to_me = body.if_contains("to_me");
  return LinkBody{std::move(*topic),
                  *kind,
                  std::move(*language),
                  std::move(*name),
                  std::move(*attributes),
                  ttl,
                  to_me && to_me->is_bool() && to_me->get_bool()};
}

Result<SignInBody> sign_in_body(const json::object& body) {
  auto key = text_field(body, "tenant_key", 128, "");
  auto login = text_field(body, "login", 64);
  auto password = text_field(body, "password", kLongestPassword);
  if (auto error = first_error(key, login, password)) return std::unexpected(std::move(*error));
  return SignInBody{std::move(*key), std::move(*login), std::move(*password)};
}

Result<QueueRecord> queue_body(const json::object& body) {
  if (!given(body, "name")) return invalid("name", "is missing");
  QueueRecord queue;
  queue.channels = {"chat", "audio", "video"};
  return queue_with(body, std::move(queue));
}

Result<QueueRecord> queue_with(const json::object& body, QueueRecord queue) {
  auto name = given(body, "name") ? name_field(body) : Result<LocalText>(std::move(queue.name));
  auto skills = list_or(body, "skills", 32, std::move(queue.skills));
  auto channels = list_or(body, "channels", 3, std::move(queue.channels));
  auto purposes = list_or(body, "required_purposes", kPurposes, std::move(queue.required_purposes));
  const auto priority = number_or(body, "priority", {-1'000, 1'000}, queue.priority);
  const auto max_wait = number_or(body, "max_wait_s", {0, 86'400}, static_cast<int>(queue.max_wait.count()));
  const auto open = flag_or(body, "open", queue.open);
  auto overflow = given(body, "overflow_queue_id") ? text_field(body, "overflow_queue_id", 64)
                                                   : Result<std::string>(std::move(queue.overflow_queue_id));
  if (auto error = first_error(name, skills, channels, purposes, priority, max_wait, open, overflow))
    return std::unexpected(std::move(*error));
  if (channels->empty()) return invalid("channels", "must name at least one");
  const auto known_channels = check_words<Channel>(*channels, "channels");
  const auto known_purposes = check_words<Purpose>(*purposes, "required_purposes");
  if (auto error = first_error(known_channels, known_purposes)) return std::unexpected(std::move(*error));
  queue.name = std::move(*name);
  queue.skills = std::move(*skills);
  queue.channels = std::move(*channels);
  queue.required_purposes = std::move(*purposes);
  queue.priority = *priority;
  queue.max_wait = Seconds{*max_wait};
  queue.open = *open;
  queue.overflow_queue_id = std::move(*overflow);
  return queue;
}

Result<TenantRecord> tenant_with(const json::object& body, TenantRecord tenant) {
  auto name = given(body, "name") ? name_field(body) : Result<LocalText>(std::move(tenant.name));
  const auto offset = number_or(body, "utc_offset_min", {-720, 840}, tenant.utc_offset_min);
  auto purposes = list_or(body, "purposes", kPurposes, std::move(tenant.purposes));
  const auto origins = list_or(body, "allowed_origins", kMostOrigins, tenant.allowed_origins, kLongestOrigin);
  if (auto error = first_error(name, offset, purposes, origins)) return std::unexpected(std::move(*error));
  if (auto known = check_words<Purpose>(*purposes, "purposes"); !known) return std::unexpected(known.error());
  // What an earlier version let in stays until it is changed.
  if (*origins != tenant.allowed_origins) {
    auto plain = plain_origins(*origins, tenant.allowed_origins);
    if (!plain) return std::unexpected(std::move(plain.error()));
    tenant.allowed_origins = std::move(*plain);
  }
  tenant.name = std::move(*name);
  tenant.purposes = std::move(*purposes);
  tenant.utc_offset_min = *offset;
  return tenant;
}

Result<UserChange> user_change(const json::object& body) {
  UserChange change;
  auto name = text_field(body, "name", 100, "");
  auto password = text_field(body, "password", kLongestPassword, "");
  auto roles = list_or(body, "roles", 3, {});
  auto skills = list_or(body, "skills", 64, {});
  auto languages = list_or(body, "languages", 16, {});
  const auto chats = number_or(body, "max_chats", kChatsAtOnce, 0);
  const auto disabled = flag_or(body, "disabled", false);
  if (auto error = first_error(name, password, roles, skills, languages, chats, disabled))
    return std::unexpected(std::move(*error));
  if (given(body, "name") && name->empty()) return invalid("name", "must not be empty");
  if (given(body, "name")) change.name = std::move(*name);
  if (given(body, "password")) change.password = std::move(*password);
  if (given(body, "roles")) change.roles = std::move(*roles);
  if (given(body, "skills")) change.skills = std::move(*skills);
  if (given(body, "languages")) change.languages = std::move(*languages);
  if (given(body, "max_chats")) change.max_chats = *chats;
  if (given(body, "disabled")) change.disabled = *disabled;
  return change;
}

Result<UserBody> user_body(const json::object& body) {
  auto login = text_field(body, "login", 64);
  auto name = text_field(body, "name", 100);
  auto password = text_field(body, "password", kLongestPassword);
  auto roles = list_field(body, "roles", 3);
  auto skills = list_field(body, "skills", 64);
  auto languages = list_field(body, "languages", 16);
  const auto chats = number_or(body, "max_chats", kChatsAtOnce, UserRecord{}.max_chats);
  if (auto error = first_error(login, name, password, roles, skills, languages, chats))
    return std::unexpected(std::move(*error));
  if (name->empty()) return invalid("name", "must not be empty");
  return UserBody{std::move(*login),
                  std::move(*name),
                  std::move(*password),
                  std::move(*roles),
                  std::move(*skills),
                  std::move(*languages),
                  *chats};
}

}  // namespace visavis::center::rest
