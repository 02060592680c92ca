// SPDX-License-Identifier: Apache-2.0
#include "center/api/client_message.hpp"

#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/json_read.hpp"

namespace visavis::center {
namespace json = boost::json;

namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::unexpected<Error> bad(std::string what) { return fail(ErrorKind::kInvalid, "bad_message", std::move(what)); }

}  // namespace

std::string string_in(const json::object& data, std::string_view key) {
  const auto* value = data.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string{};
}

Result<ClientMessage> parse_client_message(std::string_view text) {
  boost::system::error_code ec;
  json::parse_options options;
  options.max_depth = 16;
  const auto value = json::parse(text, ec, {}, options);
  if (ec || !value.is_object()) return bad("The message is not a JSON object. Send {type, id, ts, seq, data}.");
  const auto& object = value.get_object();
  ClientMessage message{.type = string_in(object, "type"), .id = lower(string_in(object, "id")), .seq = 0, .data = {}};
  if (message.type.empty() || message.type.size() > 64) return bad("`type` must be a string of 1 to 64 characters.");
  if (!is_uuid(message.id)) return bad("`id` must be a UUID of your own, a new one for each command.");
  if (const auto* seq = object.if_contains("seq"); seq && !seq->is_null()) {
    const auto number = whole_number(*seq);
    if (!number || *number < 0) return bad("`seq` must be the last server number you have seen.");
    message.seq = static_cast<std::uint64_t>(*number);
  }
  const auto* data = object.if_contains("data");
  if (!data || !data->is_object()) return bad("`data` must be an object; {} where there is nothing to say.");
  message.data = data->get_object();
  return message;
}

}  // namespace visavis::center
