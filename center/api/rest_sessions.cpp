// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and tickets for WebSockets.
#include <boost/json.hpp>

#include "center/api/rest.hpp"
#include "center/api/views.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

constexpr std::string_view kCookie = "visavis_session";

std::string session_cookie(std::string_view value, bool tls, Seconds lifetime) {
  std::string out = std::string(kCookie) + "=" + std::string(value) +
                    "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(lifetime.count());
  return tls ? out + "; Secure" : out;
}

json::object session_json(const Service&, const TenantSettings& settings, const UserRecord& user,
                          const std::string& csrf) {
  return {
      {"user", views::user(user)},
      {"csrf_token", csrf},
      {"tenant",
       {{"id", settings.tenant.id}, {"key", settings.tenant.key}, {"name", views::local_text(settings.tenant.name)}}}};
}

http::Completion<std::expected<SignedIn, SignInRefused>> sign_in(Service& service, SignInRequest request) {
  using Outcome = std::expected<SignedIn, SignInRefused>;
  return http::completion<Outcome>([&service, request = std::move(request)](std::function<void(Outcome)> done) {
    service.ports().sessions->sign_in(request, service.now(), done);
  });
}

http::Completion<Result<void>> sign_out(Service& service, std::string cookie) {
  return http::completion<Result<void>>([&service, cookie = std::move(cookie)](std::function<void(Result<void>)> done) {
    service.ports().sessions->sign_out(cookie, done);
  });
}

bool over_tls(const Service& service, const Request& request) {
  return request.tls || service.ports().public_url.starts_with("https://");
}

Task<Response> post_session(Service& service, Request request) {
  const auto body = body_as(request, sign_in_body);
  if (!body) co_return problem(body.error());
  const auto& key = body->tenant_key;
  const auto* settings = key.empty() ? service.directory().sole_tenant() : service.directory().tenant_by_key(key);
  if (key.empty() && !settings) {
    co_return problem(400, "tenant_needed", "Several companies work here: send the `tenant_key` of yours.");
  }
  const std::string tenant_id = settings ? settings->tenant.id : "";
  SignInRequest wanted{tenant_id, body->login, body->password, client_address(request)};
  const auto outcome = co_await sign_in(service, std::move(wanted));
  if (!outcome) {
    const auto& [error, retry_after] = outcome.error();
    if (retry_after == Seconds{0}) co_return problem(error);
    auto refused = problem(http::status_of(error.kind), error.code, error.message);
    refused.set("Retry-After", std::to_string(retry_after.count()));
    co_return refused;
  }
  // Looked up again: an administrator may have replaced the directory while the password was checked.
  settings = service.directory().tenant(tenant_id);
  if (!settings) co_return problem(401, "sign_in_wrong", "Login or password is wrong.");
  auto response = answer(200, session_json(service, *settings, outcome->user, outcome->csrf_token));
  response.set("Set-Cookie", session_cookie(outcome->cookie, over_tls(service, request), Sessions::kLongest));
  co_return response;
}

Task<Response> get_session(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  const auto* session = service.ports().sessions->find(request.cookie(kCookie).value_or(""), service.now());
  if (!settings || !session) co_return problem(401, "not_signed_in", "Sign in first: POST /v1/session.");
  co_return answer(200, session_json(service, *settings, *agent->user, session->csrf_token));
}

Task<Response> delete_session(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto user_id = agent->user->id;  // the directory may be replaced meanwhile
  const auto done = co_await sign_out(service, request.cookie(kCookie).value_or(""));
  if (!done) co_return problem(done.error());
  service.streams().close(Recipient::agent(user_id), kCloseInvalid, "signed out");
  auto response = http::no_content();
  response.set("Set-Cookie", session_cookie("", over_tls(service, request), Seconds{0}));
  co_return response;
}

Task<Response> post_ticket(Service& service, Request request) {
  if (service.reading_again()) co_return state_is_read_again();
  TicketHolder holder;
  if (!request.bearer().empty()) {
    const auto key = customer_of(service, request);
    if (!key) co_return problem(key.error());
    const auto* desk = service.desk(key->tenant_id);
    if (!desk || !desk->contact(key->contact_id))
      co_return problem(404, "contact_unknown", "This contact is over. Start a new one.");
    holder = {.tenant_id = key->tenant_id, .contact_id = key->contact_id, .participant_id = key->participant_id};
  } else {
    const auto agent = agent_of(service, request);
    if (!agent) co_return problem(agent.error());
    holder = {.tenant_id = agent->tenant_id, .user_id = agent->user->id, .session_hash = agent->session_hash};
  }
  const auto ticket = service.tickets().issue(std::move(holder), service.now());
  if (ticket.empty()) co_return problem(503, "busy", "Too many people are connecting. Try again in a moment.");
  co_return answer(200, json::object{{"ticket", ticket}, {"expires_in_s", TicketOffice::kLifetime.count()}});
}

}  // namespace

void add_sessions(http::Router& router, Service& service) {
  router.add("POST", "/v1/session", bind(service, post_session), {.body_bytes = 4 * 1024});
  router.add("GET", "/v1/session", bind(service, get_session));
  router.add("DELETE", "/v1/session", bind(service, delete_session));
  router.add("POST", "/v1/ws-tickets", bind(service, post_ticket), {.body_bytes = 4 * 1024});
}

}  // namespace visavis::center::rest
