// SPDX-License-Identifier: Apache-2.0
// Wrong tokens, foreign companies, broken messages: each gets a clear word, and whoever is in a call stays in it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "app/integration/people.hpp"
#include "platform/db/database.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
namespace json = boost::json;

std::string code_of(const json::object& reply) { return std::string(reply.at("data").at("code").as_string()); }

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.start()); }
  std::uint16_t port() const { return server_.port(); }
  ServerProcess server_{VISAVIS_BINARY};
};

}  // namespace

TEST_F(Hostile, wrong_tokens_open_nothing) {
  const Headers wrong{{"Authorization", "Bearer " + std::string(43, 'A')}};
  EXPECT_EQ(call(port(), "GET", "/v1/public/contact", {}, wrong).code(), "contact_token_unknown");
  EXPECT_EQ(call(port(), "POST", "/v1/ws-tickets", {}, wrong).status, 401);
  EXPECT_EQ(call(port(), "GET", "/v1/contacts").code(), "not_signed_in");
  EXPECT_EQ(call(port(), "GET", "/v1/contacts", {}, {{"Cookie", "visavis_session=" + std::string(43, 'A')}}).status,
            401);
  EXPECT_EQ(WsClient(port(), "nonsense").close_code(), 4401);
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  EXPECT_EQ(call(port(), "POST", "/v1/ws-tickets", {}, {{"Cookie", agent.cookie}}).code(), "csrf_token_wrong");
  EXPECT_EQ(call_json(port(), "POST", "/v1/users", {{"login", "x"}}, agent.headers()).code(), "role_missing");
  EXPECT_EQ(call(port(), "POST", "/v1/rooms/a/whip", "v=0", {{"Content-Type", "application/sdp"}}).status, 401);
  EXPECT_EQ(
      call_json(port(), "POST", "/v1/session", {{"tenant_key", "demo"}, {"login", "agent1"}, {"password", "guess"}})
          .status,
      401);
}

TEST_F(Hostile, tickets_open_once_and_for_their_kind) {
  const auto customer = visit(port(), "chat");
  const auto ticket = customer.ticket();
  WsClient first(port(), ticket);
  first.hello("customer");
  EXPECT_TRUE(first.next("snapshot"));
  EXPECT_EQ(WsClient(port(), ticket).close_code(), 4401);
  WsClient pretender(port(), customer.ticket());
  pretender.command("hello", {{"client", {{"kind", "agent"}, {"lang", "en"}}}});
  EXPECT_EQ(pretender.close_code(), 4401);
  EXPECT_FALSE(WsClient(port(), customer.ticket(), "https://evil.example").open());
}

TEST_F(Hostile, another_company_finds_nothing) {
  const auto out = server_.command({"tenant", "add", "--key", "other", "--name-en", "Other", "--name-zh", "别家"});
  const auto key_at = out.find("vvk_");
  ASSERT_NE(key_at, std::string::npos) << out;
  const auto foreign_key = out.substr(key_at, out.find_first_of(" \n", key_at) - key_at);
  server_.kill_hard();
  ASSERT_TRUE(server_.start());
  const auto customer = visit(port(), "chat");
  const Headers foreign{{"Authorization", "Bearer " + foreign_key}};
  EXPECT_EQ(
      call_json(port(), "POST", "/v1/links", {{"topic_id", topics(port()).at(0)}, {"channel", "chat"}}, foreign).status,
      400);
  auto body = opening(port(), "chat");
  body["key"] = "other";
  EXPECT_EQ(call_json(port(), "POST", "/v1/public/contacts", body).status, 404);
  const auto entry = call(port(), "GET", "/v1/public/entry?key=other").json();
  body["topic_id"] = entry.at("topics").at(0).at("id");
  const auto stranger = visitor_of(port(), call_json(port(), "POST", "/v1/public/contacts", body));
  auto ws = stranger.connect();
  ASSERT_TRUE(ws->next("snapshot"));
  EXPECT_EQ(code_of(ws->reply(ws->command("chat.send", {{"contact_id", customer.contact_id}, {"text", "hi"}}))),
            "contact_unknown");
  EXPECT_EQ(code_of(ws->reply(ws->command("media.offer", {{"contact_id", customer.contact_id}, {"sdp", "v=0"}}))),
            "not_in_contact");
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  EXPECT_EQ(call(port(), "GET", "/v1/contacts/" + stranger.contact_id, {}, agent.headers()).status, 404);
}

TEST_F(Hostile, broken_messages_get_a_word_and_the_contact_goes_on) {
  const auto customer = visit(port(), "chat");
  auto ws = customer.connect();
  ASSERT_TRUE(ws->next("snapshot"));
  ws->send_raw("{not json");
  EXPECT_EQ(code_of(*ws->next("error")), "bad_message");
  ws->send_raw(R"({"type":"chat.send","id":"1","data":{}})");
  EXPECT_EQ(code_of(*ws->next("error")), "bad_message");
  EXPECT_EQ(code_of(ws->reply(ws->command("world.dominate", {}))), "unknown_command");
  EXPECT_EQ(code_of(ws->reply(ws->command("chat.send", {{"contact_id", 7}}))), "bad_command");
  EXPECT_EQ(ws->reply(ws->command("offer.accept", {{"contact_id", customer.contact_id}})).at("type").as_string(),
            "error");
  const std::string million(200'000, 'a');
  EXPECT_EQ(ws->reply(ws->command("media.offer", {{"contact_id", customer.contact_id}, {"sdp", "v=0\r\na=" + million}}))
                .at("type")
                .as_string(),
            "error");
  EXPECT_EQ(ws->reply(ws->command("chat.send", {{"contact_id", customer.contact_id}, {"text", "still here"}}))
                .at("type")
                .as_string(),
            "ok");
}

TEST_F(Hostile, nonsense_without_end_is_cut_off) {
  const auto customer = visit(port(), "chat");
  auto nonsense = customer.connect();
  for (int i = 0; i < 5; ++i) nonsense->send_raw("]");
  EXPECT_EQ(nonsense->close_code(), 4400);
  auto large = customer.connect();
  large->command("chat.send", {{"contact_id", customer.contact_id}, {"text", std::string(70'000, 'x')}});
  EXPECT_EQ(large->close_code(), 4413);
  auto flood = customer.connect();
  for (int i = 0; i < 400; ++i) flood->command("chat.typing", {{"contact_id", customer.contact_id}});
  EXPECT_EQ(flood->close_code(), 4429);
  EXPECT_TRUE(customer.connect()->next("snapshot"));
}

TEST_F(Hostile, a_ticket_ends_with_the_sign_in_it_came_from) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  const auto ticket = agent.ticket();
  ASSERT_FALSE(ticket.empty());
  ASSERT_EQ(call(port(), "DELETE", "/v1/session", {}, agent.headers()).status, 204);
  EXPECT_EQ(WsClient(port(), ticket).close_code(), 4401);
}

TEST_F(Hostile, files_stay_in_their_contact) {
  const auto first = sign_in(port(), "agent1", "demo-agent");
  auto desk = first.connect();
  desk->reply(desk->command("agent.state", {{"state", "ready"}}));
  const auto customer = visit(port(), "chat");
  auto ws = customer.connect();
  ASSERT_TRUE(desk->next("offer"));
  auto headers = customer.headers();
  headers.emplace_back("X-File-Name", "id.pdf");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call(port(), "POST", "/v1/files", "early", headers).status, 201) << i;
  EXPECT_EQ(call(port(), "POST", "/v1/files", "a fourth", headers).code(), "not_answered_yet");
  desk->reply(desk->command("offer.accept", {{"contact_id", customer.contact_id}}));
  const auto put = call(port(), "POST", "/v1/files", "secret", headers);
  ASSERT_EQ(put.status, 201) << put.body;
  const auto path = "/v1/files/" + std::string(put.json().at("file_id").as_string());
  EXPECT_EQ(call(port(), "GET", path, {}, customer.headers()).body, "secret");
  EXPECT_EQ(call(port(), "GET", path, {}, first.headers()).body, "secret");
  EXPECT_EQ(call(port(), "GET", path, {}, sign_in(port(), "lead", "demo-lead").headers()).status, 200);
  EXPECT_EQ(call(port(), "GET", path, {}, sign_in(port(), "agent2", "demo-agent").headers()).code(), "file_unknown");
  EXPECT_EQ(call(port(), "GET", path, {}, visit(port(), "chat").headers()).code(), "file_unknown");
}

TEST_F(Hostile, a_file_that_is_not_stored_leaves_neither_content_nor_record) {
  const auto database = platform::Database::open({.url = "sqlite:" + (server_.data() / "visavis.db").string()});
  ASSERT_TRUE(database);
  const auto customer = visit(port(), "chat");
  const auto ws = customer.connect();
  auto headers = customer.headers();
  headers.emplace_back("X-File-Name", "id.pdf");
  const auto records = [&] {
    return (*database)
        ->read([](platform::DbSession& db) { return db.query("SELECT COUNT(*) AS n FROM file").at(0).integer("n"); })
        .value();
  };
  const auto folder = server_.data() / "files";
  const auto aside = server_.data() / "aside";
  std::filesystem::rename(folder, aside);
  // A folder that is removed but open: it is on a disk with room, and nothing can be made in it.
  const auto gone = server_.data() / "gone";
  std::filesystem::create_directory(gone);
  const int open_folder = ::open(gone.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::filesystem::remove(gone);
  std::filesystem::create_symlink("/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(open_folder), folder);
  EXPECT_EQ(call(port(), "POST", "/v1/files", "secret", headers).code(), "storage_failed");
  EXPECT_EQ(records(), 0) << "history would name what is not there";
  std::filesystem::remove(folder);
  ::close(open_folder);
  std::filesystem::rename(aside, folder);
  EXPECT_EQ(call(port(), "POST", "/v1/files", "secret", headers).status, 201);
  EXPECT_EQ(records(), 1);

  EXPECT_TRUE((*database)->write([](platform::DbSession& db) {
    db.run("CREATE TRIGGER no_room BEFORE INSERT ON file BEGIN SELECT RAISE(ABORT, 'full'); END");
  }));
  EXPECT_EQ(call(port(), "POST", "/v1/files", "another", headers).code(), "storage_conflict");
  std::size_t contents = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) contents += entry.is_regular_file();
  EXPECT_EQ(contents, 1U) << "nobody would ever find it again";
}

TEST_F(Hostile, a_file_whose_content_never_arrived_takes_no_place_after_the_next_start) {
  const auto customer = visit(port(), "chat");
  const auto ws = customer.connect();
  auto headers = customer.headers();
  headers.emplace_back("X-File-Name", "id.pdf");
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i)
    ids.emplace_back(call(port(), "POST", "/v1/files", "secret", headers).json().at("file_id").as_string());
  EXPECT_EQ(call(port(), "POST", "/v1/files", "a fourth", headers).code(), "not_answered_yet");
  server_.kill_hard();
  // As if it had died between the record and the content.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server_.data() / "files")) {
    if (entry.path().filename() == ids[0]) std::filesystem::remove(entry.path());
  }
  ASSERT_TRUE(server_.start());
  EXPECT_EQ(call(port(), "GET", "/v1/files/" + ids[1], {}, customer.headers()).body, "secret");
  EXPECT_EQ(call(port(), "GET", "/v1/files/" + ids[0], {}, customer.headers()).code(), "file_unknown");
  EXPECT_EQ(call(port(), "POST", "/v1/files", "once more", headers).status, 201);
}

TEST_F(Hostile, a_file_is_refused_before_it_is_sent_and_nobody_elses_waits_for_it) {
  const auto first = visit(port(), "chat");
  const auto head = [](const Visitor& of, std::size_t size) {
    return "POST /v1/files HTTP/1.1\r\nHost: h\r\nX-File-Name: a\r\nExpect: 100-continue\r\nAuthorization: Bearer " +
           of.token + "\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  const auto told = [&](Socket& socket, const Visitor& of, std::size_t size) {
    socket.send(head(of, size));
    std::string text;
    while (text.find("\r\n\r\n") == std::string::npos && socket.read_more(text)) {
    }
    return text.substr(0, 12);
  };
  constexpr std::size_t kLarge = 20 * 1024 * 1024;
  Socket one(port()), refused(port()), two(port()), three(port());
  EXPECT_EQ(told(one, first, kLarge), "HTTP/1.1 100");
  EXPECT_EQ(told(refused, first, 1), "HTTP/1.1 409") << "the contact is full once that has come";
  const auto second = visit(port(), "chat"), third = visit(port(), "chat");
  EXPECT_EQ(told(two, second, kLarge), "HTTP/1.1 100");
  EXPECT_EQ(told(three, third, kLarge), "HTTP/1.1 503") << "enough from one network";
  EXPECT_FALSE(sign_in(port(), "agent1", "demo-agent").cookie.empty());
}

TEST_F(Hostile, metrics_are_not_for_whoever_comes_through_a_proxy_that_is_not_named) {
  EXPECT_EQ(call(port(), "GET", "/metrics").status, 200);
  for (const std::string header : {"X-Forwarded-For", "Forwarded"}) {
    EXPECT_EQ(call(port(), "GET", "/metrics", {}, {{header, "127.0.0.1"}}).code(), "metrics_closed") << header;
  }
  EXPECT_EQ(call(port(), "GET", "/healthz", {}, {{"X-Forwarded-For", "198.51.100.9"}}).status, 200);
}

TEST_F(Hostile, nobody_is_shown_the_state_while_it_is_read_again) {
  const auto database = platform::Database::open({.url = "sqlite:" + (server_.data() / "visavis.db").string()});
  ASSERT_TRUE(database);
  const auto on_store = [&](const std::vector<std::string>& statements) {
    EXPECT_TRUE((*database)->write([&](platform::DbSession& db) {
      for (const auto& statement : statements) db.run(statement);
    }));
  };
  const auto customer = visit(port(), "chat");
  const auto ws = customer.connect();
  const auto unused = customer.ticket();
  on_store({"CREATE TRIGGER no_room BEFORE UPDATE ON tenant BEGIN SELECT RAISE(ABORT, 'full'); END",
            "CREATE TRIGGER no_words BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END"});
  ws->command("chat.send", {{"contact_id", customer.contact_id}, {"text", "lost"}});
  EXPECT_EQ(ws->close_code(), 1012);
  EXPECT_EQ(call(port(), "GET", "/readyz").status, 503);
  EXPECT_EQ(call(port(), "GET", "/v1/public/contact", {}, customer.headers()).code(), "storage_unavailable");
  EXPECT_EQ(call(port(), "POST", "/v1/ws-tickets", {}, customer.headers()).code(), "storage_unavailable");
  EXPECT_EQ(WsClient(port(), unused).close_code(), 1012);
  on_store({"DROP TRIGGER no_room", "DROP TRIGGER no_words"});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (call(port(), "GET", "/readyz").status != 200) ASSERT_LT(std::chrono::steady_clock::now(), until);
  EXPECT_TRUE(customer.connect()->next("snapshot"));
}

TEST_F(Hostile, what_a_link_takes_its_contact_can_hold) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  json::object most, more;
  for (int i = 0; i < 32; ++i) {
    most["link" + std::to_string(i)] = std::string(500, 'a');
    more["page" + std::to_string(i)] = std::string(500, 'b');
  }
  json::object wish{{"topic_id", topics(port()).at(0)},
                    {"channel", "chat"},
                    {"customer", {{"name", std::string(100, 'n')}}},
                    {"attributes", most}};
  const auto made = call_json(port(), "POST", "/v1/links", wish, agent.headers());
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url(made.json().at("url").as_string());
  json::object body{
      {"key", "demo"}, {"channel", "chat"}, {"attributes", more}, {"link_token", url.substr(url.find("#l=") + 3)}};
  const auto opened = call_json(port(), "POST", "/v1/public/contacts", body);
  EXPECT_EQ(opened.status, 201) << opened.body;
  wish["customer"] = {{"name", std::string(101, 'n')}};
  EXPECT_EQ(call_json(port(), "POST", "/v1/links", wish, agent.headers()).code(), "field_invalid");
  wish.erase("customer");
  wish["attributes"] = {{"a", std::string(501, 'a')}};
  EXPECT_EQ(call_json(port(), "POST", "/v1/links", wish, agent.headers()).code(), "field_invalid");
}

TEST_F(Hostile, nobody_ends_the_media_of_somebody_else) {
  const auto victim = visit(port(), "audio");
  auto ws = victim.connect();
  const json::object offer{{"contact_id", victim.contact_id}, {"sdp", sdp_offer()}};
  const auto opened = ws->reply(ws->command("media.offer", offer));
  ASSERT_EQ(opened.at("type").as_string(), "ok") << json::serialize(opened);
  const auto stranger = visit(port(), "audio");
  auto hostile = stranger.connect();
  hostile->reply(hostile->command("media.close", {{"contact_id", victim.contact_id}}));
  json::object restart{{"contact_id", victim.contact_id}, {"sdp", sdp_offer("efgh")}, {"restart", true}};
  const auto again = ws->reply(ws->command("media.offer", restart));
  EXPECT_EQ(again.at("type").as_string(), "ok") << json::serialize(again);
  ws->reply(ws->command("media.close", {{"contact_id", victim.contact_id}}));
  restart["sdp"] = sdp_offer("ijkl");
  EXPECT_EQ(code_of(ws->reply(ws->command("media.offer", restart))), "session_unknown") << "their own they may end";
}

TEST_F(Hostile, an_administrators_change_does_not_disturb_who_signs_in_or_out) {
  const auto admin = sign_in(port(), "admin", "demo-admin");
  std::atomic<bool> done = false;
  std::thread changes([&] {
    const json::object queue{{"name", {{"zh-CN", "新"}, {"en", "New"}}}};
    while (!done) call_json(port(), "POST", "/v1/queues", queue, admin.headers());
  });
  for (int i = 0; i < 8; ++i) {
    const auto in = call_json(port(), "POST", "/v1/session",
                              {{"tenant_key", "demo"}, {"login", "agent1"}, {"password", "demo-agent"}});
    EXPECT_EQ(in.status, 200);
    if (in.status != 200) break;
    EXPECT_EQ(in.json().at("tenant").at("key").as_string(), "demo");
    const auto& cookie = in.headers.at("set-cookie");
    const Headers headers{{"Cookie", cookie.substr(0, cookie.find(';'))},
                          {"X-CSRF-Token", std::string(in.json().at("csrf_token").as_string())}};
    EXPECT_EQ(call(port(), "DELETE", "/v1/session", {}, headers).status, 204);
  }
  done = true;
  changes.join();
}

TEST_F(Hostile, bad_bodies_say_which_field) {
  auto body = opening(port(), "chat");
  body["channel"] = "smoke";
  auto answer = call_json(port(), "POST", "/v1/public/contacts", body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  EXPECT_THAT(std::string(answer.json().at("detail").as_string()), ::testing::HasSubstr("channel"));
  EXPECT_EQ(call(port(), "POST", "/v1/public/contacts", "{", {{"Content-Type", "application/json"}}).code(),
            "bad_json");
  EXPECT_EQ(call(port(), "POST", "/v1/public/contacts", "{}", {{"Content-Type", "text/plain"}}).code(), "not_json");
  EXPECT_EQ(call(port(), "POST", "/v1/public/contacts", std::string(5000, '['), {{"Content-Type", "application/json"}})
                .code(),
            "bad_json");
  EXPECT_EQ(call(port(), "GET", "/v1/public/entry?key=nobody").status, 404);
}

TEST_F(Hostile, stops_when_told_to) {
  const auto customer = visit(port(), "chat");
  auto ws = customer.connect();
  ASSERT_TRUE(ws->next("snapshot"));
  EXPECT_EQ(server_.stop(), 0);
  EXPECT_EQ(ws->close_code(), 1012);
}

TEST_F(Hostile, two_servers_do_not_share_a_port) {
  const auto out = server_.command({"serve", "--listen", "127.0.0.1:" + std::to_string(port())});
  EXPECT_THAT(out, ::testing::Not(::testing::HasSubstr("ready")));
}

}  // namespace visavis::app
