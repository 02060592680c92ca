// SPDX-License-Identifier: Apache-2.0
// JSON bodies of REST requests: the first byte chooses which. What is taken obeys the limits that are promised; what is
// refused says which field and why.
#include <boost/json/src.hpp>
#include <cstdint>
#include <set>
#include <string_view>

#include "base/check.hpp"
#include "center/api/bodies.hpp"
#include "center/types/limits.hpp"
#include "center/types/text.hpp"
#include "platform/http/text.hpp"

using namespace visavis;
using namespace visavis::center;
using namespace visavis::center::rest;

namespace {

template <class T>
bool taken(const Result<T>& body) {
  if (!body) CHECK(body.error().kind == ErrorKind::kInvalid && !body.error().message.empty());
  return body.has_value();
}

void check_attributes(const Attributes& attributes) {
  CHECK(attributes.size() <= kMostAttributesGiven);
  for (const auto& [key, value] : attributes)
    CHECK(!key.empty() && fits(key, kLongestAttributeKey) && fits(value, kLongestAttribute));
}

void read_opening(const boost::json::object& object) {
  const auto body = opening_body(object);
  if (!taken(body)) return;
  CHECK(fits(body->name, kLongestCustomerName) && fits(body->key, 128) && fits(body->language, 35));
  CHECK(!body->topic_id.empty() || !body->link_token.empty());
  check_attributes(body->attributes);
  std::set<Purpose> purposes;
  for (const auto& consent : body->consents) CHECK(consent.version > 0 && purposes.insert(consent.purpose).second);
}

void read_link(const boost::json::object& object) {
  const auto body = link_body(object);
  if (!taken(body)) return;
  CHECK(body->ttl_s >= 60 && body->ttl_s <= 30 * 86'400 && fits(body->customer_name, kLongestCustomerName));
  check_attributes(body->attributes);
}

void read_queue(const boost::json::object& object) {
  const auto body = queue_body(object);
  if (!taken(body)) return;
  CHECK(!body->channels.empty() && body->channels.size() <= 3 && body->max_wait >= Seconds{0});
  CHECK(!body->name.at("zh-CN").empty() && !body->name.at("en").empty() && body->skills.size() <= 32);
}

void read_changes(const boost::json::object& object) {
  QueueRecord queue;
  queue.channels = {"chat"};
  if (const auto body = queue_with(object, queue); taken(body))
    CHECK(!body->channels.empty() && body->max_wait >= Seconds{0} && body->overflow_queue_id.size() <= 256);
  if (const auto body = user_change(object); taken(body)) {
    CHECK(!body->name || !body->name->empty());
    CHECK(!body->max_chats || (*body->max_chats >= 0 && *body->max_chats <= 20));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto object = parse_object(text);
  if (!taken(object)) return 0;
  CHECK(http::is_valid_utf8(text));
  switch (data[0] % 8) {
    case 0:
      read_opening(*object);
      break;
    case 1:
      if (const auto body = consent_body(*object); taken(body)) CHECK(body->version > 0);
      break;
    case 2:
      read_link(*object);
      break;
    case 3:
      if (const auto body = sign_in_body(*object); taken(body))
        CHECK(fits(body->login, 64) && fits(body->password, 256));
      break;
    case 4:
      read_queue(*object);
      break;
    case 5:
      read_changes(*object);
      break;
    case 6:
      if (const auto tenant = tenant_with(*object, {}); taken(tenant))
        CHECK(tenant->utc_offset_min >= -720 && tenant->utc_offset_min <= 840);
      break;
    default:
      if (const auto body = user_body(*object); taken(body)) CHECK(!body->name.empty() && body->roles.size() <= 3);
  }
  return 0;
}
