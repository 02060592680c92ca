// SPDX-License-Identifier: Apache-2.0
// WHIP (RFC 9725) and WHEP for standard clients, by bearer tokens of `visavis token`; the practice call.
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/rest.hpp"
#include "center/identity/media_token.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

constexpr std::size_t kMaxSdp = 256 * 1024;

bool has_type(const Request& request, std::string_view wanted) {
  auto type = request.header("Content-Type");
  return http::equals_ignoring_case(http::trim(type.substr(0, type.find(';'))), wanted);
}

/// The token's claims if it opens this room.
Result<MediaClaims> claims_of(Service& service, const Request& request) {
  if (request.bearer().empty()) {
    return fail(ErrorKind::kUnauthenticated, "token_missing",
                "Send a token of this room as \"Authorization: Bearer …\". `visavis token` makes one.");
  }
  auto claims = verify_media_token(service.ports().media_key, request.bearer(), service.now());
  if (!claims) return claims;
  if (claims->room != request.param("room")) {
    return fail(ErrorKind::kForbidden, "token_of_another_room", "This token opens another room. Use one of this room.");
  }
  return claims;
}

/// The session that the request names, if its token is of who opened it.
Result<gateway::SessionId> session_of(Service& service, const Request& request) {
  const auto claims = claims_of(service, request);
  if (!claims) return std::unexpected(claims.error());
  return service.media().standard_session(claims->room, std::string(request.param("id")), claims->participant);
}

/// With the challenge that RFC 9110, section 11.6.1 asks for.
Response refuse(const Error& error) {
  auto refused = problem(error);
  if (refused.status == 401) refused.set("WWW-Authenticate", "Bearer");
  return refused;
}

http::Completion<Result<MediaBridge::Answer>> offer(Service& service, MediaBridge::StandardOffer offer) {
  using Outcome = Result<MediaBridge::Answer>;
  return http::completion<Outcome>([&service, offer = std::move(offer)](std::function<void(Outcome)> done) {
    service.media().offer_standard(offer, std::move(done));
  });
}

Task<Response> join(Service& service, Request request, bool publish) {
  const auto claims = claims_of(service, request);
  if (!claims) co_return refuse(claims.error());
  const auto other = publish ? MediaRole::kSubscribe : MediaRole::kPublish;
  if (claims->role == other) {
    co_return problem(403, "token_role",
                      publish ? "This token may only watch. Use one with role pub or pubsub."
                              : "This token may only publish. Use one with role sub or pubsub.");
  }
  if (!has_type(request, "application/sdp")) co_return problem(415, "not_sdp", "Send the offer as application/sdp.");
  if (request.body.empty()) co_return problem(400, "offer_missing", "The body must be an SDP offer.");
  MediaBridge::StandardOffer wanted{
      .room = claims->room,
      .participant = claims->participant,
      .role = publish ? gateway::SessionRole::kPublishOnly : gateway::SessionRole::kSubscribeOnly,
      .of = publish ? "" : request.query_value("of").value_or(""),
      .sdp = std::move(request.body)};
  const auto answered = co_await offer(service, std::move(wanted));
  if (!answered) co_return problem(answered.error());
  auto response = http::text_response(201, "application/sdp", answered->sdp);
  response.set("Location", "/v1/rooms/" + http::percent_encode(claims->room) + "/sessions/" + answered->session_id);
  if (const auto id = service.media().standard_session(claims->room, answered->session_id, claims->participant))
    response.set("ETag", service.media().ice_tag(*id));
  response.set("Cache-Control", "no-store");
  co_return response;
}

Task<Response> post_whip(Service& service, Request request) { return join(service, std::move(request), true); }
Task<Response> post_whep(Service& service, Request request) { return join(service, std::move(request), false); }

Task<Response> patch_session(Service& service, Request request) {
  const auto id = session_of(service, request);
  if (!id) co_return refuse(id.error());
  if (!has_type(request, "application/trickle-ice-sdpfrag")) {
    co_return problem(415, "not_sdpfrag", "Send candidates as application/trickle-ice-sdpfrag.");
  }
  // Meant for the credentials of before a restart: too late (RFC 9725, section 4.3.1). Clients without If-Match are
  // older than the RFC; they are served.
  const auto expected = request.header("If-Match");
  if (!expected.empty() && expected != "*" && expected.find(service.media().ice_tag(*id)) == std::string_view::npos) {
    co_return problem(412, "ice_restarted",
                      "ICE was restarted meanwhile. Send the ETag of the last answer as If-Match.");
  }
  const auto fragment =
      co_await http::completion<Result<std::string>>([&service, id = *id, body = std::move(request.body)](auto done) {
        service.media().trickle_standard(id, body, std::move(done));
      });
  if (!fragment) co_return problem(fragment.error());
  if (fragment->empty()) co_return http::no_content();
  auto response = http::text_response(200, "application/trickle-ice-sdpfrag", *fragment);
  response.set("ETag", service.media().ice_tag(*id));
  co_return response;
}

Task<Response> delete_session(Service& service, Request request) {
  const auto id = session_of(service, request);
  if (!id) co_return refuse(id.error());
  service.media().close_standard(*id);
  co_return http::text_response(200, "text/plain", "");
}

/// The bot is a customer like any other, for this agent alone.
Task<Response> post_practice(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "agent");
  if (!agent) co_return problem(agent.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  if (!service.ports().start_bot || !settings || settings->queues.empty()) {
    co_return problem(503, "practice_unavailable", "Practice calls are not available on this server.");
  }
  const auto now = service.now();
  OpenContact open;
  open.contact_id = new_uuid(now);
  open.participant_id = new_uuid(now);
  open.queue_id = settings->queues.front().id;
  open.channel = Channel::kVideo;
  open.language = "zh-CN";
  open.name = "Practice";
  open.to_user_id = agent->user->id;
  open.practice = true;
  const ContactKey key{agent->tenant_id, open.contact_id, open.participant_id};
  const auto issued = service.ports().tokens->issue(key);
  Order order{.tenant_id = agent->tenant_id, .actor = Actor::customer(open.contact_id), .command = open};
  order.records.push_back(
      [hash = issued.hash, key, now](platform::DbSession& db) { insert_contact_token(db, hash, key, now); });
  const auto opened = co_await run(service, std::move(order));
  if (!opened) {
    service.ports().tokens->revoke(issued.hash);
    co_return problem(opened.error());
  }
  if (!service.ports().start_bot(issued.token)) {
    co_return problem(503, "practice_unavailable", "The practice caller could not be started. Try again in a moment.");
  }
  co_return answer(202, json::object{{"contact_id", open.contact_id}});
}

}  // namespace

void add_media(http::Router& router, Service& service) {
  // A stranger's body is not even read.
  const auto admit = [&service](const Request& request,
                                std::optional<std::uint64_t>) -> std::expected<http::Admission, Response> {
    const auto claims = claims_of(service, request);
    if (!claims) return std::unexpected(refuse(claims.error()));
    return http::Admission{};
  };
  // Pages of any site: the token in their hand says what they may (RFC 9725, section 4.1).
  const http::RouteOptions offers{
      .body_bytes = kMaxSdp, .admit = admit, .cors = http::Cors::kAll, .accepts = "application/sdp"};
  const http::RouteOptions session{.body_bytes = kMaxSdp, .admit = admit, .cors = http::Cors::kAll};
  router.add("POST", "/v1/rooms/{room}/whip", bind(service, post_whip), offers);
  router.add("POST", "/v1/rooms/{room}/whep", bind(service, post_whep), offers);
  router.add("PATCH", "/v1/rooms/{room}/sessions/{id}", bind(service, patch_session), session);
  router.add("DELETE", "/v1/rooms/{room}/sessions/{id}", bind(service, delete_session), {.cors = http::Cors::kAll});
  router.add("POST", "/v1/practice", bind(service, post_practice));
}

}  // namespace visavis::center::rest
