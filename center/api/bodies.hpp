// SPDX-License-Identifier: Apache-2.0
// Bodies of REST requests, read into plain values: no look-ups, no clock. All of it is hostile input.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/consent/events.hpp"
#include "center/tenant/tenant.hpp"
#include "center/types/types.hpp"

namespace visavis::center::rest {

// ---- fields; errors name the field and the rule it breaks (field_invalid)

std::unexpected<Error> invalid(std::string_view field, std::string_view rule);
/// Error: bad_json.
Result<boost::json::object> parse_object(std::string_view body);
/// A text of at most `most` code points. Absent: `otherwise`, or an error without one.
Result<std::string> text_field(const boost::json::object& body, std::string_view key, std::size_t most,
                               std::optional<std::string> otherwise = std::nullopt);
Result<std::vector<std::string>> list_field(const boost::json::object& body, std::string_view key, std::size_t most,
                                            std::size_t longest = 64);
Result<Attributes> attributes_field(const boost::json::object& body);
std::optional<std::int64_t> integer_field(const boost::json::object& body, std::string_view key);
/// The version of a consent text: a positive number, on the wire as a text.
std::optional<int> version_number(std::string_view text);

// ---- bodies, as api/openapi.yaml names them

/// POST /v1/public/contacts.
struct OpeningBody {
  std::string key;
  std::string topic_id;  // empty: the link says
  Channel channel = Channel::kChat;
  std::string language;
  std::string name;
  std::string link_token;  // empty: none
  Attributes attributes;
  std::vector<consent::Recorded> consents;  // each purpose once at most
};
Result<OpeningBody> opening_body(const boost::json::object& body);

/// PUT /v1/public/contact/consents, and each of an opening.
Result<consent::Recorded> consent_body(const boost::json::value& body);

/// POST /v1/links.
struct LinkBody {
  std::string topic_id;
  Channel channel = Channel::kVideo;
  std::string language;
  std::string customer_name;
  Attributes attributes;
  std::int64_t ttl_s = 0;  // 60…2,592,000
  bool to_me = false;
};
Result<LinkBody> link_body(const boost::json::object& body);

/// POST /v1/session.
struct SignInBody {
  std::string tenant_key;
  std::string login;
  std::string password;
};
Result<SignInBody> sign_in_body(const boost::json::object& body);

/// POST /v1/queues: a record without id, tenant and place.
Result<QueueRecord> queue_body(const boost::json::object& body);
/// PATCH /v1/queues/{id}: what the body names is replaced. Whether the overflow queue exists is not known here.
Result<QueueRecord> queue_with(const boost::json::object& body, QueueRecord queue);

/// PATCH /v1/company.
Result<TenantRecord> tenant_with(const boost::json::object& body, TenantRecord tenant);

/// POST /v1/users. Login and roles are checked where people are kept (center/identity).
struct UserBody {
  std::string login;
  std::string name;
  std::string password;
  std::vector<std::string> roles;
  std::vector<std::string> skills;
  std::vector<std::string> languages;
  int max_chats = 4;
};
/// PATCH /v1/users/{id}: what is there is replaced.
struct UserChange {
  std::optional<std::string> name;
  std::optional<std::string> password;
  std::optional<std::vector<std::string>> roles;
  std::optional<std::vector<std::string>> skills;
  std::optional<std::vector<std::string>> languages;
  std::optional<int> max_chats;
  std::optional<bool> disabled;
};
Result<UserChange> user_change(const boost::json::object& body);

Result<UserBody> user_body(const boost::json::object& body);

}  // namespace visavis::center::rest
