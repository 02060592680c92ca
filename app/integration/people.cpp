// SPDX-License-Identifier: Apache-2.0
#include "app/integration/people.hpp"

#include "base/check.hpp"

namespace visavis::app::testkit {
namespace json = boost::json;

namespace {

std::string ticket_by(std::uint16_t port, const Headers& headers) {
  const auto body = call(port, "POST", "/v1/ws-tickets", {}, headers).json();
  const auto* ticket = body.if_contains("ticket");
  return ticket ? std::string(ticket->as_string()) : "";
}

std::unique_ptr<WsClient> connect_by(std::uint16_t port, const std::string& ticket, std::string_view kind,
                                     const std::string& resume, std::uint64_t last_seq) {
  auto client = std::make_unique<WsClient>(port, ticket);
  if (client->open()) client->hello(kind, resume, last_seq);
  return client;
}

}  // namespace

Account sign_in(std::uint16_t port, const std::string& login, const std::string& password) {
  const auto answer =
      call_json(port, "POST", "/v1/session", {{"tenant_key", "demo"}, {"login", login}, {"password", password}});
  CHECK(answer.status == 200);
  const auto& cookie = answer.headers.at("set-cookie");
  const auto body = answer.json();
  return {port, cookie.substr(0, cookie.find(';')), std::string(body.at("csrf_token").as_string()),
          std::string(body.at("user").at("id").as_string())};
}

std::string Account::ticket() const { return ticket_by(port, headers()); }

std::unique_ptr<WsClient> Account::connect(const std::string& resume, std::uint64_t last_seq) const {
  return connect_by(port, ticket(), "agent", resume, last_seq);
}

std::string Visitor::ticket() const { return ticket_by(port, headers()); }

std::unique_ptr<WsClient> Visitor::connect(const std::string& resume, std::uint64_t last_seq) const {
  return connect_by(port, ticket(), "customer", resume, last_seq);
}

std::vector<std::string> topics(std::uint16_t port) {
  std::vector<std::string> out;
  const auto entry = call(port, "GET", "/v1/public/entry?key=demo").json();
  for (const auto& topic : entry.at("topics").as_array()) out.emplace_back(topic.at("id").as_string());
  return out;
}

json::object opening(std::uint16_t port, std::string_view channel, std::size_t topic) {
  return {{"key", "demo"}, {"topic_id", topics(port).at(topic)}, {"channel", channel}, {"language", "en"},
          {"name", "Kim"}, {"consents", json::array{}}};
}

Visitor visitor_of(std::uint16_t port, const Answer& created) {
  CHECK(created.status == 201);
  const auto body = created.json();
  return {port, std::string(body.at("contact_id").as_string()), std::string(body.at("participant_id").as_string()),
          std::string(body.at("token").as_string())};
}

Visitor visit(std::uint16_t port, std::string_view channel, std::size_t topic) {
  return visitor_of(port, call_json(port, "POST", "/v1/public/contacts", opening(port, channel, topic)));
}

std::string sdp_offer(const std::string& ufrag) {
  std::string fingerprint = "AA";
  for (int i = 1; i < 32; ++i) fingerprint += ":AA";
  return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\n"
         "a=ice-ufrag:" +
         ufrag + "\r\na=ice-pwd:" + std::string(24, 'p') + "\r\na=fingerprint:sha-256 " + fingerprint +
         "\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n";
}

json::object done_with(const std::string& contact_id) {
  return {{"contact_id", contact_id}, {"disposition", "answered"}, {"resolved", true}, {"note", ""}};
}

}  // namespace visavis::app::testkit
