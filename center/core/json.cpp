// SPDX-License-Identifier: Apache-2.0
#include "center/core/json.hpp"

#include <boost/json/value.hpp>
#include <utility>

#include "center/types/fields_json.hpp"

namespace visavis::center {
namespace {

namespace json = boost::json;

constexpr std::int64_t kVersion = 1;

/// Reads into the alternative of the variant whose kType is `type`; nothing where there is none.
template <class Variant, std::size_t I = 0>
std::optional<Result<Variant>> read_alternative(std::string_view type, const json::object& data) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return std::nullopt;
  } else {
    using T = std::variant_alternative_t<I, Variant>;
    if constexpr (requires { T::kType; }) {
      if (T::kType == type) {
        T value;
        FieldReader reader{data};
        T::fields(value, reader);
        if (reader.wrong.empty()) return Variant{std::move(value)};
        return fail(ErrorKind::kInvalid, "bad_field", reader.wrong);
      }
    }
    return read_alternative<Variant, I + 1>(type, data);
  }
}

}  // namespace

json::object to_json(const EventData& data) {
  return std::visit(
      [](const auto& e) {
        json::object object = write_fields(e);
        object["v"] = kVersion;
        return object;
      },
      data);
}

Result<EventData> event_data_from_json(std::string_view type, const json::object& data) {
  const json::value* v = data.if_contains("v");
  if (v && (!v->is_int64() || v->get_int64() > kVersion || v->get_int64() < 1)) {
    return fail(ErrorKind::kInvalid, "event_version",
                "The event was written by a newer version of this program. Start that version.");
  }
  auto event = read_alternative<EventData>(type, data);
  if (!event) {
    return fail(ErrorKind::kInvalid, "event_type", "Events of type " + std::string{type} + " are not known.");
  }
  if (!*event) {
    return fail(ErrorKind::kInvalid, "event_field",
                "The event " + std::string{type} + " has a wrong " + event->error().message + ".");
  }
  return std::move(*event);
}

json::object to_json(const Event& event) {
  json::object object;
  object["type"] = type_of(event.data);
  object["tenant_id"] = event.meta.tenant_id;
  object["contact_id"] = event.meta.contact_id;
  object["at"] = event.meta.at.value;
  object["actor"] = write_fields(event.meta.actor);
  object["data"] = to_json(event.data);
  return object;
}

Result<Event> event_from_json(const json::object& object) {
  std::string type;
  Event event;
  FieldReader reader{object};
  reader("type", type);
  reader("tenant_id", event.meta.tenant_id);
  reader("contact_id", event.meta.contact_id);
  reader("at", event.meta.at);
  reader("actor", event.meta.actor);
  const json::value* data = object.if_contains("data");
  if (!reader.wrong.empty() || !data || !data->is_object()) {
    return fail(ErrorKind::kInvalid, "event_field",
                "The event has a wrong " + (reader.wrong.empty() ? "data" : reader.wrong) + ".");
  }
  auto read = event_data_from_json(type, data->get_object());
  if (!read) return std::unexpected(std::move(read.error()));
  event.data = std::move(*read);
  return event;
}

Result<Command> command_from_json(std::string_view type, const json::object& data) {
  auto command = read_alternative<Command>(type, data);
  if (!command) {
    return fail(ErrorKind::kInvalid, "unknown_command",
                "There is no such command. Compare its type with the API description.");
  }
  if (!*command) {
    return fail(ErrorKind::kInvalid, "bad_command",
                "The field " + command->error().message + " is wrong. Compare it with the API description.");
  }
  return std::move(*command);
}

}  // namespace visavis::center
