// SPDX-License-Identifier: Apache-2.0
// One-time links that an agent or a business system makes for a customer, with their QR code.
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/qr.hpp"
#include "center/api/rest.hpp"
#include "center/types/limits.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

constexpr std::int64_t kUsualLife = 24 * 3600;

/// Whoever may make links: an agent by cookie, a business system by API key.
struct Maker {
  std::string tenant_id;
  std::string id;
  std::string user_id;  // agents
};

Result<Maker> maker_of(Service& service, const Request& request) {
  const auto bearer = request.bearer();
  if (bearer.starts_with("vvk_")) {
    const auto* key = service.directory().api_key(bearer);
    if (!key)
      return fail(ErrorKind::kUnauthenticated, "api_key_unknown",
                  "This API key is not valid. Ask an administrator for a new one.");
    return Maker{key->tenant_id, key->id, {}};
  }
  const auto agent = agent_of(service, request);
  if (!agent) return std::unexpected(agent.error());
  return Maker{agent->tenant_id, agent->user->id, agent->user->id};
}

Result<Link> link_from(Service& service, const Maker& maker, const json::object& body) {
  const auto topic = text_field(body, "topic_id", 64);
  const auto channel = text_field(body, "channel", 16, "video");
  const auto language = text_field(body, "language", 35, "");
  for (const auto* field : {&topic, &channel, &language}) {
    if (!*field) return std::unexpected(field->error());
  }
  const auto kind = parse_enum<Channel>(*channel);
  if (!kind) return invalid("channel", "must be chat, audio or video");
  const auto* desk = service.desk(maker.tenant_id);
  if (!desk || !desk->queue(*topic)) return invalid("topic_id", "is not a topic of your company");
  Link link;
  if (const auto* customer = body.if_contains("customer"); customer && customer->is_object()) {
    const auto name = text_field(customer->get_object(), "name", kLongestCustomerName, "");
    if (!name) return std::unexpected(name.error());
    link.customer_name = *name;
  }
  auto attributes = attributes_field(body);
  if (!attributes) return std::unexpected(attributes.error());
  const auto ttl = integer_field(body, "ttl_s").value_or(kUsualLife);
  if (ttl < 60 || ttl > std::chrono::seconds(LinkBook::kLongest).count())
    return invalid("ttl_s", "must be from 60 to 2592000 seconds");
  const auto* to_me = body.if_contains("to_me");
  if (to_me && to_me->is_bool() && to_me->get_bool()) link.agent_id = maker.user_id;
  const auto now = service.now();
  link.id = new_uuid(now);
  link.tenant_id = maker.tenant_id;
  link.queue_id = *topic;
  link.channel = *kind;
  link.language = *language;
  link.attributes = std::move(*attributes);
  link.created_by = maker.id;
  link.created_at = now;
  link.expires_at = now + Millis{ttl * 1000};
  return link;
}

Task<Response> post_link(Service& service, Request request) {
  const auto maker = maker_of(service, request);
  if (!maker) co_return problem(maker.error());
  const auto body = body_object(request);
  if (!body) co_return problem(body.error());
  auto link = link_from(service, *maker, *body);
  if (!link) co_return problem(link.error());
  const auto expires_at = link->expires_at;
  auto issued = service.links().issue(std::move(*link));
  const auto stored = co_await record(service, {std::move(issued.record)});
  if (!stored) co_return problem(stored.error());
  const auto url = base_url(service, request) + "/c/#l=" + issued.token;
  co_return answer(201, json::object{{"url", url}, {"qr_svg", qr_svg(url)}, {"expires_at", expires_at.value}});
}

}  // namespace

void add_links(http::Router& router, Service& service) { router.add("POST", "/v1/links", bind(service, post_link)); }

}  // namespace visavis::center::rest
