// SPDX-License-Identifier: Apache-2.0
// What a customer and an agent go through, message by message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/integration/people.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::string type_of(const json::object& message) { return text_of(message, "type"); }

/// On both databases.
class Journey : public ::testing::TestWithParam<platform::DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == platform::DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    database_.emplace(GetParam());
    server_.emplace(VISAVIS_BINARY, database_->url());
    ASSERT_TRUE(server_->start());
  }
  std::uint16_t port() const { return server_->port(); }

  /// An agent who is ready, in a contact with a new customer.
  void meet(std::string_view channel) {
    agent_ = sign_in(port(), "agent1", "demo-agent");
    agent_ws_ = agent_.connect();
    ASSERT_EQ(type_of(agent_ws_->reply(agent_ws_->command("agent.state", {{"state", "ready"}}))), "ok");
    customer_ = visit(port(), channel);
    customer_ws_ = customer_.connect();
    ASSERT_TRUE(agent_ws_->next("offer"));
    ASSERT_EQ(type_of(agent_ws_->reply(agent_ws_->command("offer.accept", {{"contact_id", customer_.contact_id}}))),
              "ok");
    ASSERT_FALSE(customer_ws_->contact_in("active").empty());
  }

  std::optional<platform::testkit::EmptyDatabase> database_;
  std::optional<ServerProcess> server_;
  Account agent_;
  Visitor customer_;
  std::unique_ptr<WsClient> agent_ws_, customer_ws_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Engines, Journey,
                         ::testing::Values(platform::DbEngine::kSqlite, platform::DbEngine::kPostgres),
                         [](const auto& info) { return ::testing::PrintToString(info.param); });

TEST_P(Journey, from_the_entry_page_to_the_rating) {
  const auto admin = sign_in(port(), "admin", "demo-admin");
  const auto asked = [&] { return call(port(), "GET", "/v1/public/entry?key=demo").json().at("consents").as_array(); };
  EXPECT_TRUE(asked().empty()) << "nothing is recorded or analysed: nothing is asked";
  ASSERT_EQ(call_json(port(), "PATCH", "/v1/company", {{"purposes", {"recording"}}}, admin.headers()).status, 200);
  ASSERT_EQ(asked().size(), 1U);
  meet("video");
  const json::object here{{"contact_id", customer_.contact_id}};
  const auto said =
      customer_ws_->reply(customer_ws_->command("chat.send", {{"contact_id", customer_.contact_id}, {"text", "你好"}}));
  EXPECT_EQ(said.at("data").at("message").at("text").as_string(), "你好");
  EXPECT_EQ(agent_ws_->next("chat.message")->at("data").at("message").at("text").as_string(), "你好");
  agent_ws_->command("chat.typing", here);
  EXPECT_TRUE(customer_ws_->next("chat.typing"));
  agent_ws_->command("contact.hold", {{"contact_id", customer_.contact_id}, {"on", true}});
  EXPECT_TRUE(customer_ws_->next([](const json::object& m) {
    return type_of(m) == "contact" && m.at("data").at("contact").at("hold").at("on").as_bool();
  }));
  customer_ws_->command(
      "consent.set",
      {{"contact_id", customer_.contact_id}, {"purpose", "recording"}, {"version", "1"}, {"granted", true}});
  EXPECT_TRUE(agent_ws_->next([](const json::object& m) {
    return type_of(m) == "contact" && !m.at("data").at("contact").at("consents").as_array().empty();
  }));
  EXPECT_EQ(type_of(customer_ws_->reply(customer_ws_->command("contact.leave", here))), "ok");
  EXPECT_EQ(agent_ws_->contact_in("wrapup").at("end_reason").as_string(), "customer_hung_up");
  EXPECT_EQ(type_of(customer_ws_->reply(customer_ws_->command(
                "contact.rate", {{"contact_id", customer_.contact_id}, {"stars", 5}, {"solved", true}}))),
            "ok");
  EXPECT_EQ(type_of(agent_ws_->reply(agent_ws_->command("wrapup.complete", done_with(customer_.contact_id)))), "ok");
  EXPECT_TRUE(
      std::ranges::any_of(agent_ws_->heard(), [](const json::object& m) { return type_of(m) == "contact.gone"; }));

  const auto whole = call(port(), "GET", "/v1/contacts/" + customer_.contact_id, {}, agent_.headers()).json();
  EXPECT_EQ(whole.at("rating").at("stars").as_int64(), 5);
  EXPECT_EQ(whole.at("wrapup").at("disposition").as_string(), "answered");
  EXPECT_TRUE(std::ranges::any_of(whole.at("chat").as_array(),
                                  [](const json::value& m) { return text_of(m.as_object(), "text") == "你好"; }));
  const auto page = call(port(), "GET", "/v1/contacts?customer=Kim&limit=1", {}, agent_.headers()).json();
  EXPECT_EQ(page.at("items").as_array().size(), 1U);
}

TEST_P(Journey, tells_both_sides_how_long_a_call_waits_for_who_is_gone) {
  const auto visitor = visit(port(), "video");
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  EXPECT_EQ(visitor.connect()->next("snapshot")->at("data").at("grace_s").as_int64(), 60);
  EXPECT_EQ(agent.connect()->next("snapshot")->at("data").at("grace_s").as_int64(), 60);
}

TEST_P(Journey, goes_on_after_kill_9_with_the_same_agent) {
  meet("video");
  const json::object line{{"contact_id", customer_.contact_id}, {"text", "before"}};
  const auto id = fresh_uuid();
  const auto first = customer_ws_->reply(customer_ws_->command("chat.send", line, id));
  server_->kill_hard();
  ASSERT_TRUE(server_->start());

  auto customer = customer_.connect(customer_ws_->resume(), customer_ws_->last_seq());
  EXPECT_FALSE(customer->resumed());
  const auto snapshot = customer->next("snapshot")->at("data").as_object();
  EXPECT_EQ(snapshot.at("contact").at("state").as_string(), "active");
  EXPECT_EQ(snapshot.at("contact").at("id").as_string(), customer_.contact_id);
  // The answer was perhaps never heard: asked again, the command is not applied again.
  const auto again = customer->reply(customer->command("chat.send", line, id));
  EXPECT_EQ(again.at("data").at("message").at("id"), first.at("data").at("message").at("id"));
  // The cookie holds, and so does the contact.
  auto agent = agent_.connect();
  const auto desk = agent->next("snapshot")->at("data").as_object();
  ASSERT_EQ(desk.at("contacts").as_array().size(), 1U);
  const auto& chat = desk.at("chat").at(customer_.contact_id).as_array();
  EXPECT_EQ(
      std::ranges::count_if(chat, [](const json::value& m) { return text_of(m.as_object(), "text") == "before"; }), 1);
  EXPECT_EQ(
      type_of(agent->reply(agent->command("chat.send", {{"contact_id", customer_.contact_id}, {"text", "after"}}))),
      "ok");
  EXPECT_EQ(customer
                ->next([](const json::object& m) {
                  return type_of(m) == "chat.message" &&
                         text_of(m.at("data").at("message").as_object(), "text") == "after";
                })
                .has_value(),
            true);
}

TEST_P(Journey, resumes_with_what_was_missed_and_nothing_twice) {
  meet("chat");
  const auto seq = customer_ws_->last_seq();
  const auto resume = customer_ws_->resume();
  customer_ws_.reset();
  for (const char* text : {"one", "two"})
    agent_ws_->reply(agent_ws_->command("chat.send", {{"contact_id", customer_.contact_id}, {"text", text}}));
  auto back = customer_.connect(resume, seq);
  EXPECT_TRUE(back->resumed());
  std::vector<std::string> texts;
  while (texts.size() < 2) {
    const auto missed = back->next("chat.message");
    ASSERT_TRUE(missed);
    EXPECT_GT(missed->at("seq").to_number<std::uint64_t>(), seq);
    const auto text = text_of(missed->at("data").at("message").as_object(), "text");
    if (!text.empty()) texts.push_back(text);  // system lines have none
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"one", "two"}));
}

TEST_P(Journey, shows_an_agent_who_is_back_the_queue_as_it_is_now) {
  agent_ = sign_in(port(), "agent1", "demo-agent");
  agent_ws_ = agent_.connect();
  ASSERT_TRUE(agent_ws_->next("snapshot"));
  agent_ws_->reply(agent_ws_->command("agent.state", {{"state", "break"}}));
  const auto seq = agent_ws_->last_seq();
  const auto resume = agent_ws_->resume();
  agent_ws_.reset();
  customer_ = visit(port(), "chat");
  customer_ws_ = customer_.connect();
  ASSERT_FALSE(customer_ws_->contact_in("waiting").empty());
  const auto back = agent_.connect(resume, seq);
  ASSERT_TRUE(back->resumed());
  const auto queue = back->next([&](const json::object& m) {
    return type_of(m) == "tick" || (type_of(m) == "queue" && !m.at("data").at("rows").as_array().empty());
  });
  ASSERT_TRUE(queue);
  EXPECT_EQ(type_of(*queue), "queue") << "nothing for seconds";
}

TEST_P(Journey, sends_a_file_that_was_uploaded_before_the_server_was_killed) {
  meet("chat");
  Headers upload = customer_.headers();
  upload.insert(upload.end(), {{"Content-Type", "image/png"}, {"X-File-Name", "a.png"}});
  const auto stored = call(port(), "POST", "/v1/files", "picture", upload);
  ASSERT_EQ(stored.status, 201) << stored.body;
  server_->kill_hard();
  ASSERT_TRUE(server_->start());
  customer_ws_ = customer_.connect();
  ASSERT_TRUE(customer_ws_->next("snapshot"));
  const auto sent = customer_ws_->reply(customer_ws_->command(
      "chat.send", {{"contact_id", customer_.contact_id}, {"file_id", stored.json().at("file_id")}}));
  EXPECT_EQ(type_of(sent), "ok") << json::serialize(sent);
}

TEST_P(Journey, gives_the_contact_to_the_newest_tab) {
  meet("chat");
  auto second = customer_.connect();
  EXPECT_TRUE(second->next("snapshot"));
  EXPECT_TRUE(customer_ws_->next("superseded"));
  EXPECT_EQ(customer_ws_->close_code(), 4409);
  // The old tab's end is not the customer's.
  EXPECT_EQ(
      type_of(second->reply(second->command("chat.send", {{"contact_id", customer_.contact_id}, {"text", "here"}}))),
      "ok");
}

TEST_P(Journey, moves_on_when_the_agent_declines) {
  agent_ = sign_in(port(), "agent1", "demo-agent");
  auto other = sign_in(port(), "lead", "demo-lead");
  agent_ws_ = agent_.connect();
  agent_ws_->reply(agent_ws_->command("agent.state", {{"state", "ready"}}));
  customer_ = visit(port(), "audio");
  customer_ws_ = customer_.connect();
  ASSERT_TRUE(agent_ws_->next("offer"));
  auto other_ws = other.connect();
  other_ws->reply(other_ws->command("agent.state", {{"state", "ready"}}));
  agent_ws_->command("offer.decline", {{"contact_id", customer_.contact_id}});
  EXPECT_EQ(agent_ws_->next("offer.gone")->at("data").at("reason").as_string(), "declined");
  EXPECT_EQ(other_ws->next("offer")->at("data").at("offer").at("contact").at("id").as_string(), customer_.contact_id);
}

TEST_P(Journey, sends_files_to_the_other_side_only) {
  meet("chat");
  const std::string content(300'000, '\x01');
  Headers upload = customer_.headers();
  upload.insert(upload.end(), {{"Content-Type", "image/png"}, {"X-File-Name", "%E5%9B%BE.png"}});
  const auto stored = call(port(), "POST", "/v1/files?contact_id=" + customer_.contact_id, content, upload);
  ASSERT_EQ(stored.status, 201) << stored.body;
  const std::string id(stored.json().at("file_id").as_string());
  customer_ws_->command("chat.send", {{"contact_id", customer_.contact_id}, {"file_id", id}});
  const auto message = agent_ws_->next([](const json::object& m) {
    return type_of(m) == "chat.message" && m.at("data").at("message").as_object().contains("file");
  });
  EXPECT_EQ(message->at("data").at("message").at("file").at("name").as_string(), "图.png");
  const auto got = call(port(), "GET", "/v1/files/" + id, {}, agent_.headers());
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, content);
  EXPECT_THAT(got.headers.at("content-disposition"), ::testing::StartsWith("attachment"));
  const auto stranger = visit(port(), "chat");
  EXPECT_EQ(call(port(), "GET", "/v1/files/" + id, {}, stranger.headers()).status, 404);
  EXPECT_EQ(call(port(), "GET", "/v1/files/" + id).status, 401);
  EXPECT_EQ(call(port(), "POST", "/v1/files?contact_id=" + customer_.contact_id, "x", stranger.headers()).status, 404);
  EXPECT_EQ(call(port(), "POST", "/v1/files?contact_id=" + customer_.contact_id, std::string(20 * 1024 * 1024 + 1, 'x'),
                 upload)
                .status,
            413);
}

TEST_P(Journey, shows_no_address_for_phones_that_only_this_machine_reaches) {
  const auto config = call(port(), "GET", "/v1/config", "", sign_in(port(), "agent1", "demo-agent").headers());
  ASSERT_EQ(config.status, 200) << config.body;
  EXPECT_FALSE(config.json().contains("customer_page"));
}

TEST_P(Journey, tells_the_console_how_soon_to_answer_and_how_long_a_wrapup_is) {
  const auto config = call(port(), "GET", "/v1/config", "", sign_in(port(), "agent1", "demo-agent").headers());
  ASSERT_EQ(config.status, 200) << config.body;
  EXPECT_EQ(config.json().at("answer_goal_s"), 20);
  EXPECT_EQ(config.json().at("wrapup_s"), 60);
}

TEST(JourneyOfAPhone, finds_the_customer_page_by_the_code_on_the_console) {
  ::setenv("VISAVIS__SERVER__PUBLIC_URL", "https://call.example", 1);
  ServerProcess server{VISAVIS_BINARY};
  const bool started = server.start();
  ::unsetenv("VISAVIS__SERVER__PUBLIC_URL");
  ASSERT_TRUE(started);
  const auto account = sign_in(server.port(), "agent1", "demo-agent");
  const auto config = call(server.port(), "GET", "/v1/config", "", account.headers());
  ASSERT_EQ(config.status, 200) << config.body;
  const auto page = config.json().at("customer_page").as_object();
  EXPECT_EQ(text_of(page, "url"), "https://call.example/?key=demo");
  EXPECT_THAT(text_of(page, "qr_svg"), ::testing::StartsWith("<svg"));
}

TEST_P(Journey, opens_a_link_once) {
  agent_ = sign_in(port(), "agent1", "demo-agent");
  agent_ws_ = agent_.connect();
  agent_ws_->reply(agent_ws_->command("agent.state", {{"state", "ready"}}));
  const auto made = call_json(port(), "POST", "/v1/links",
                              {{"topic_id", topics(port()).at(0)},
                               {"channel", "video"},
                               {"customer", {{"name", "Li"}}},
                               {"attributes", {{"case", "7"}}},
                               {"to_me", true}},
                              agent_.headers());
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url(made.json().at("url").as_string());
  EXPECT_THAT(url, ::testing::HasSubstr("/c/?key=demo#l="));
  const auto token = url.substr(url.find("#l=") + 3);
  EXPECT_THAT(text_of(made.json(), "qr_svg"), ::testing::StartsWith("<svg"));
  EXPECT_EQ(call(port(), "GET", "/v1/public/links/" + token).json().at("customer").at("name").as_string(), "Li");
  auto body = opening(port(), "video");
  body["link_token"] = token;
  body.erase("name");
  const Headers once{{"Idempotency-Key", fresh_uuid()}};
  const auto opened = call_json(port(), "POST", "/v1/public/contacts", body, once);
  ASSERT_EQ(opened.status, 201) << opened.body;
  const auto offer = agent_ws_->next("offer");
  EXPECT_EQ(offer->at("data").at("offer").at("contact").at("customer").at("name").as_string(), "Li");
  EXPECT_EQ(offer->at("data").at("offer").at("contact").at("attributes").at("case").as_string(), "7");
  // The same request again is the same contact; another one finds the link used.
  const auto again = call_json(port(), "POST", "/v1/public/contacts", body, once);
  EXPECT_EQ(again.json().at("contact_id"), opened.json().at("contact_id"));
  EXPECT_FALSE(visitor_of(port(), again).ticket().empty());
  const auto late = call_json(port(), "POST", "/v1/public/contacts", body);
  EXPECT_EQ(late.status, 410);
  EXPECT_EQ(late.code(), "link_used");
  EXPECT_EQ(call(port(), "GET", "/v1/public/links/" + std::string(43, 'A')).code(), "link_unknown");
}

}  // namespace visavis::app
