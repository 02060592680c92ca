// SPDX-License-Identifier: Apache-2.0
// Lines of JSON, as stored events or as commands of a WebSocket: {"type":…,"data":{…}} with "who" is a command, without
// it an event. Whatever is readable is applied; then time passes. Nothing may crash or stand still.
#include <boost/json/src.hpp>
#include <cstdint>
#include <string_view>

#include "base/ids.hpp"
#include "center/core/center.hpp"
#include "center/core/desk.hpp"
#include "center/core/json.hpp"

namespace {

using namespace visavis;
using namespace visavis::center;
namespace json = boost::json;

class CountingIds : public IdSource {
 public:
  std::string next(UtcMillis now) override { return uuid_v7(now, 0, ++count_ << 2); }

 private:
  std::uint64_t count_ = 0;
};

TenantConfig config() {
  TenantConfig c;
  c.tenant_id = "t";
  QueueConfig q;
  q.id = "q";
  q.max_wait = Seconds{100};
  c.queues = {q};
  c.agents = {{"a", "A", {}, {}, 4}, {"b", "B", {}, {"en"}, 1}};
  c.consent_versions = {{Purpose::kRecording, 1}};
  return c;
}

void one_line(Center& center, CountingIds& ids, UtcMillis now, std::string_view line) {
  json::error_code ec;
  const json::value value = json::parse({line.data(), line.size()}, ec);
  const json::object* object = ec ? nullptr : value.if_object();
  if (!object) return;
  const json::value* who = object->if_contains("who");
  if (!who) {
    if (auto event = event_from_json(*object)) {
      event->meta.tenant_id = "t";
      const json::object again = to_json(*event);
      if (!event_from_json(again)) __builtin_trap();
      center.apply(*event);
    }
    return;
  }
  const json::value* type = object->if_contains("type");
  const json::value* data = object->if_contains("data");
  if (!type || !type->is_string() || !data || !data->is_object() || !who->is_string()) return;
  const std::string name{who->get_string().data(), who->get_string().size()};
  const Actor actor = name == "a" || name == "b" ? Actor::agent(name) : Actor::customer(name);
  (void)center.handle(AgentConnected{name}, {"t", actor, now, &ids});
  if (const auto command =
          command_from_json({type->get_string().data(), type->get_string().size()}, data->get_object())) {
    (void)center.handle(*command, {"t", actor, now, &ids});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(bytes), size};
  Center center;
  center.configure(config());
  CountingIds ids;
  UtcMillis now{1'700'000'000'000};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    one_line(center, ids, now, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    now = now + Millis{500};
  }
  (void)center.restarted(now, ids);
  for (int i = 0; i < 50 && center.deadline() != kNoDeadline; ++i) {
    now = std::max(now, center.deadline());
    (void)center.on_deadline(now, ids);
  }
  return 0;
}
