// SPDX-License-Identifier: Apache-2.0
#include "center/api/rest.hpp"

#include <boost/json.hpp>

#include "platform/crypto/crypto.hpp"
#include "platform/http/forwarded.hpp"

namespace visavis::center::rest {
namespace json = boost::json;

void add_all(http::Router& router, Service& service) {
  add_public(router, service);
  add_sessions(router, service);
  add_links(router, service);
  add_files(router, service);
  add_contacts(router, service);
  add_admin(router, service);
  add_people(router, service);
  add_media(router, service);
  add_operations(router, service);
}

Result<Agent> agent_of(Service& service, const http::Request& request) {
  const auto cookie = request.cookie("visavis_session");
  const auto* session = cookie ? service.ports().sessions->find(*cookie, service.now()) : nullptr;
  const auto* user = session ? service.directory().user(session->user_id) : nullptr;
  if (!user) return fail(ErrorKind::kUnauthenticated, "not_signed_in", "Sign in first: POST /v1/session.");
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && !platform::equal_in_constant_time(request.header("X-CSRF-Token"), session->csrf_token)) {
    return fail(ErrorKind::kForbidden, "csrf_token_wrong", "Send the csrf_token of your session as X-CSRF-Token.");
  }
  return Agent{session->tenant_id, session->hash, user};
}

Result<Agent> agent_with_role(Service& service, const http::Request& request, std::string_view role) {
  auto agent = agent_of(service, request);
  if (agent && !agent->user->has_role(role)) {
    return fail(ErrorKind::kForbidden, "role_missing",
                "This needs the role " + std::string(role) + ". Ask an administrator.");
  }
  return agent;
}

Result<ContactKey> customer_of(Service& service, const http::Request& request) {
  const auto* key = service.ports().tokens->find(request.bearer());
  if (!key)
    return fail(ErrorKind::kUnauthenticated, "contact_token_unknown",
                "This contact is not known any more. Start a new one.");
  return *key;
}

std::string client_address(const http::Request& request) { return http::network_of(request.peer); }

std::string base_url(const Service& service, const http::Request& request) {
  return service.ports().public_url.empty() ? request.origin() : service.ports().public_url;
}

std::string customer_url(const std::string& base, Service& service, const std::string& tenant_id,
                         std::string_view fragment) {
  const auto* settings = service.directory().tenant(tenant_id);
  const auto key = settings ? "?key=" + settings->tenant.key : std::string{};
  return base + "/c/" + key + "#" + std::string(fragment);
}

std::string address_for_others(const std::string& own, const std::string& network) {
  std::string_view host = own;
  if (const auto begin = host.find("://"); begin != std::string_view::npos) host.remove_prefix(begin + 3);
  const bool loopback =
      host.starts_with("127.") || host.starts_with("[::1]") || host == "localhost" || host.starts_with("localhost:");
  return loopback && !network.empty() ? network : own;
}

Result<json::object> body_object(const http::Request& request) {
  auto type = request.header("Content-Type");
  type = http::trim(type.substr(0, type.find(';')));
  if (!http::equals_ignoring_case(type, "application/json")) {
    return fail(ErrorKind::kInvalid, "not_json", "Send the body as application/json.");
  }
  return parse_object(request.body);
}

http::Response answer(unsigned status, const json::value& value) {
  return http::json_response(status, json::serialize(value));
}

http::Response state_is_read_again() {
  return http::problem(503, "storage_unavailable", "The server reads its state again. Try again in a moment.");
}

http::Completion<Result<std::string>> run(Service& service, Order order) {
  auto shared = std::make_shared<Order>(std::move(order));
  return http::completion<Result<std::string>>([&service, shared](std::function<void(Result<std::string>)> done) {
    service.control().run(std::move(*shared), std::move(done));
  });
}

http::Completion<bool> take_over_changes(Service& service) {
  return http::completion<bool>(
      [&service](std::function<void(bool)> done) { service.reread_directory(std::move(done)); });
}

http::Completion<Result<void>> record(Service& service,
                                      std::vector<std::function<void(platform::DbSession&)>> records) {
  return http::completion<Result<void>>(
      [&service, records = std::move(records)](std::function<void(Result<void>)> done) {
        service.control().record(records, std::move(done));
      });
}

}  // namespace visavis::center::rest
