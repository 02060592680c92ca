// SPDX-License-Identifier: Apache-2.0
// What REST handlers share: who asks, reading bodies, writing answers. Each rest_*.cpp adds the routes of one matter
// (api/openapi.yaml).
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "center/api/bodies.hpp"
#include "center/api/service.hpp"
#include "platform/http/router.hpp"

namespace visavis::center::rest {

/// All routes below /v1 but the WebSocket, and /healthz, /readyz, /metrics.
void add_all(http::Router& router, Service& service);

void add_public(http::Router& router, Service& service);
void add_sessions(http::Router& router, Service& service);
void add_links(http::Router& router, Service& service);
void add_files(http::Router& router, Service& service);
void add_contacts(http::Router& router, Service& service);
void add_admin(http::Router& router, Service& service);
void add_people(http::Router& router, Service& service);
void add_media(http::Router& router, Service& service);
void add_operations(http::Router& router, Service& service);

// ---- who asks

struct Agent {
  std::string tenant_id;
  std::string session_hash;
  const UserRecord* user = nullptr;
};
/// By cookie; requests that change something need X-CSRF-Token too.
Result<Agent> agent_of(Service& service, const http::Request& request);
Result<Agent> agent_with_role(Service& service, const http::Request& request, std::string_view role);
/// By contact token.
Result<ContactKey> customer_of(Service& service, const http::Request& request);
/// The client's address; an IPv6 one as its /64, which one household has.
std::string client_address(const http::Request& request);
/// What links and addresses begin with.
std::string base_url(const Service& service, const http::Request& request);
/// What a link for somebody else begins with: `own`, but where that leads everybody to their own machine `network`, if
/// not empty. Both like "https://host:port".
std::string address_for_others(const std::string& own, const std::string& network);
/// The customer page at what `fragment` names, with what `base` begins. The company is in it: a browser that comes back
/// needs no other way to know it.
std::string customer_url(const std::string& base, Service& service, const std::string& tenant_id,
                         std::string_view fragment);

// ---- bodies (bodies.hpp reads what is in them) and answers

/// The body as a JSON object. Errors: not_json, bad_json.
Result<boost::json::object> body_object(const http::Request& request);
/// The body, read by one of bodies.hpp.
template <class T>
Result<T> body_as(const http::Request& request, Result<T> (*read_body)(const boost::json::object&)) {
  const auto object = body_object(request);
  if (!object) return std::unexpected(object.error());
  return read_body(*object);
}
http::Response answer(unsigned status, const boost::json::value& value);
/// Where Service::reading_again(): 503.
http::Response state_is_read_again();

/// Runs `order` and waits for its commit.
http::Completion<Result<std::string>> run(Service& service, Order order);
http::Completion<Result<void>> record(Service& service, std::vector<std::function<void(platform::DbSession&)>> records);

/// Runs `work` inside one read transaction, off the control thread.
template <class T>
http::Completion<Result<T>> read(Service& service, std::function<T(platform::DbSession&)> work) {
  auto* database = service.ports().database;
  return http::offloaded<Result<T>>(*service.ports().loop,
                                    [database, work = std::move(work)] { return database->read(work); });
}
template <class T>
http::Completion<Result<T>> write(Service& service, std::function<T(platform::DbSession&)> work) {
  auto* database = service.ports().database;
  return http::offloaded<Result<T>>(*service.ports().loop,
                                    [database, work = std::move(work)] { return database->write(work); });
}

/// Takes over what administrators have changed in the store. The change holds even if this fails.
http::Completion<bool> take_over_changes(Service& service);

using Endpoint = http::Task<http::Response> (*)(Service&, http::Request);
inline http::Handler bind(Service& service, Endpoint endpoint) {
  return [&service, endpoint](http::Request request) { return endpoint(service, std::move(request)); };
}

}  // namespace visavis::center::rest
