// SPDX-License-Identifier: Apache-2.0
// One-time links that an agent or a business system makes for a customer, with their QR code.
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/qr.hpp"
#include "center/api/rest.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

/// Whoever may make links: an agent by cookie, a business system by API key.
struct Maker {
  std::string tenant_id;
  std::string id;
  std::string user_id;  // agents
};

Result<Maker> maker_of(Service& service, const Request& request) {
  // A business system, whatever key it has sent. A proxy's own Basic authentication comes with an agent's cookie.
  if (!request.bearer().empty() || request.header("Authorization").starts_with("vvk_")) {
    const auto* key = service.directory().api_key(request.bearer());
    if (!key)
      return fail(ErrorKind::kUnauthenticated, "api_key_unknown",
                  "This API key is not known here. Send the whole key as `Authorization: Bearer vvk_…`; "
                  "`visavis tenant add` has printed it.");
    return Maker{key->tenant_id, key->id, {}};
  }
  const auto agent = agent_of(service, request);
  if (!agent) return std::unexpected(agent.error());
  return Maker{agent->tenant_id, agent->user->id, agent->user->id};
}

Result<Link> link_of(Service& service, const Maker& maker, LinkBody body) {
  const auto* desk = service.desk(maker.tenant_id);
  if (!desk || !desk->queue(body.topic_id)) return invalid("topic_id", "is not a topic of your company");
  const auto now = service.now();
  Link link;
  link.id = new_uuid(now);
  link.tenant_id = maker.tenant_id;
  link.queue_id = std::move(body.topic_id);
  link.channel = body.channel;
  link.language = std::move(body.language);
  link.customer_name = std::move(body.customer_name);
  link.attributes = std::move(body.attributes);
  if (body.to_me) link.agent_id = maker.user_id;
  link.created_by = maker.id;
  link.created_at = now;
  link.expires_at = now + Millis{body.ttl_s * 1000};
  return link;
}

Task<Response> post_link(Service& service, Request request) {
  const auto maker = maker_of(service, request);
  if (!maker) co_return problem(maker.error());
  auto body = body_as(request, link_body);
  if (!body) co_return problem(body.error());
  auto link = link_of(service, *maker, std::move(*body));
  if (!link) co_return problem(link.error());
  const auto expires_at = link->expires_at;
  auto issued = service.links().issue(std::move(*link));
  if (!issued) co_return problem(issued.error());
  const auto stored = co_await record(service, {std::move(issued->record)});
  if (!stored) co_return problem(stored.error());
  const auto& network_url = service.ports().network_url;
  const auto base = address_for_others(base_url(service, request), network_url ? network_url() : std::string{});
  const auto url = customer_url(base, service, maker->tenant_id, "l=" + issued->token);
  co_return answer(201, json::object{{"url", url}, {"qr_svg", qr_svg(url)}, {"expires_at", expires_at.value}});
}

}  // namespace

void add_links(http::Router& router, Service& service) { router.add("POST", "/v1/links", bind(service, post_link)); }

}  // namespace visavis::center::rest
