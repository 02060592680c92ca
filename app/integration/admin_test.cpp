// SPDX-License-Identifier: Apache-2.0
// What administrators change takes effect at once, for those who are at work as well.
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "app/integration/people.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
namespace json = boost::json;

constexpr auto kNewPassword = "another-password";

class Administration : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start());
    admin_ = sign_in(port(), "admin", "demo-admin");
  }
  std::uint16_t port() const { return server_.port(); }
  Answer change(const std::string& what, const json::object& body) const {
    return call_json(port(), "PATCH", "/v1/" + what, body, admin_.headers());
  }
  json::object user(const Account& who, const Account& asker) const {
    const auto list = call(port(), "GET", "/v1/users", {}, asker.headers()).json();
    for (const auto& item : list.at("items").as_array()) {
      if (item.at("id").as_string() == who.user_id) return item.as_object();
    }
    return {};
  }
  int sign_in_status(const std::string& login, const std::string& password) const {
    return call_json(port(), "POST", "/v1/session", {{"tenant_key", "demo"}, {"login", login}, {"password", password}})
        .status;
  }

  ServerProcess server_{VISAVIS_BINARY};
  Account admin_;
};

}  // namespace

TEST_F(Administration, a_disabled_person_is_out_at_once_and_may_be_let_in_again) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  const auto ws = agent.connect();
  const auto lead = sign_in(port(), "lead", "demo-lead");
  const auto answer = change("users/" + agent.user_id, {{"disabled", true}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.json().at("disabled").as_bool());
  EXPECT_EQ(ws->close_code(), 4401);
  EXPECT_EQ(call(port(), "GET", "/v1/session", {}, agent.headers()).status, 401);
  EXPECT_EQ(sign_in_status("agent1", "demo-agent"), 401);
  EXPECT_TRUE(user(agent, lead).empty());
  EXPECT_TRUE(user(agent, admin_).at("disabled").as_bool()) << "who is to let them in again has to see them";
  ASSERT_EQ(change("users/" + agent.user_id, {{"disabled", false}}).status, 200);
  EXPECT_EQ(sign_in_status("agent1", "demo-agent"), 200);
  EXPECT_EQ(call(port(), "GET", "/v1/session", {}, agent.headers()).status, 401) << "not with what they had";
}

TEST_F(Administration, the_customer_of_a_disabled_person_is_queued_at_once) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  const auto desk = agent.connect();
  desk->reply(desk->command("agent.state", {{"state", "ready"}}));
  const auto customer = visit(port(), "chat");
  const auto ws = customer.connect();
  ASSERT_TRUE(desk->next("offer"));
  desk->reply(desk->command("offer.accept", {{"contact_id", customer.contact_id}}));
  ASSERT_FALSE(ws->contact_in("active").empty());
  const auto since = std::chrono::steady_clock::now();
  ASSERT_EQ(change("users/" + agent.user_id, {{"disabled", true}}).status, 200);
  EXPECT_FALSE(ws->contact_in("waiting").empty());
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds{30}) << "not after the time of grace";
}

TEST_F(Administration, who_may_watch_the_wall_no_longer_is_not_shown_it) {
  const auto lead = sign_in(port(), "lead", "demo-lead");
  const auto theirs = lead.connect();
  const auto type_of = [](const json::object& reply) { return std::string(reply.at("type").as_string()); };
  ASSERT_EQ(type_of(theirs->reply(theirs->command("wall.subscribe", {}))), "ok");
  ASSERT_TRUE(theirs->next("wall"));
  const auto mine = admin_.connect();
  ASSERT_EQ(type_of(mine->reply(mine->command("wall.subscribe", {}))), "ok");
  ASSERT_EQ(change("users/" + lead.user_id, {{"roles", {"agent"}}}).status, 200);
  EXPECT_EQ(type_of(theirs->reply(theirs->command("wall.subscribe", {}))), "error");
  const auto before = theirs->heard().size();
  const auto customer = visit(port(), "chat");
  const auto ws = customer.connect();
  ASSERT_TRUE(mine->next([&](const json::object& m) {
    return m.at("type").as_string() == "wall" && !m.at("data").at("waiting").as_array().empty();
  }));
  EXPECT_EQ(type_of(theirs->reply(theirs->command("wall.unsubscribe", {}))), "ok") << "stopping is never refused";
  for (auto i = before; i < theirs->heard().size(); ++i) EXPECT_NE(theirs->heard()[i].at("type").as_string(), "wall");
}

TEST_F(Administration, another_password_ends_what_the_old_one_opened) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  const auto ws = agent.connect();
  EXPECT_EQ(change("users/" + agent.user_id, {{"password", "short"}}).code(), "password_too_short");
  ASSERT_EQ(change("users/" + agent.user_id, {{"password", kNewPassword}}).status, 200);
  EXPECT_EQ(ws->close_code(), 4401);
  EXPECT_EQ(sign_in_status("agent1", "demo-agent"), 401);
  EXPECT_EQ(sign_in_status("agent1", kNewPassword), 200);
}

TEST_F(Administration, what_is_left_out_of_a_change_stays) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  auto before = user(agent, admin_);
  const auto answer = change("users/" + agent.user_id, {{"name", "Lin Xiaoyu"}, {"max_chats", 2}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  before["name"] = "Lin Xiaoyu";
  before["max_chats"] = 2;
  EXPECT_EQ(answer.json(), before);
  EXPECT_EQ(user(agent, admin_), before);
  EXPECT_EQ(call(port(), "GET", "/v1/session", {}, agent.headers()).status, 200) << "nobody is signed out for that";
}

TEST_F(Administration, refuses_what_cannot_be_and_says_why) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  EXPECT_EQ(change("users/" + admin_.user_id, {{"disabled", true}}).code(), "own_account");
  EXPECT_EQ(change("users/" + admin_.user_id, {{"roles", {"agent"}}}).code(), "own_account");
  EXPECT_EQ(change("users/" + agent.user_id, {{"roles", json::array()}}).code(), "role_unknown");
  EXPECT_EQ(change("users/" + agent.user_id, {{"name", ""}}).code(), "field_invalid");
  EXPECT_EQ(change("users/" + agent.user_id, {{"max_chats", 1.5}}).code(), "field_invalid");
  EXPECT_EQ(change("users/" + agent.user_id, {{"disabled", "yes"}}).code(), "field_invalid");
  EXPECT_EQ(change("users/nobody", {{"name", "N"}}).code(), "user_unknown");
  EXPECT_EQ(change("queues/none", {{"open", false}}).code(), "queue_unknown");
  EXPECT_EQ(change("company", {{"utc_offset_min", 10'000}}).code(), "field_invalid");
  EXPECT_EQ(change("company", {{"purposes", {"palmistry"}}}).code(), "field_invalid");
  const json::object name{{"name", "N"}};
  EXPECT_EQ(call_json(port(), "PATCH", "/v1/users/" + admin_.user_id, name, agent.headers()).code(), "role_missing");
  EXPECT_EQ(call_json(port(), "PATCH", "/v1/users/" + admin_.user_id, name).code(), "not_signed_in");
}

TEST_F(Administration, a_topic_is_changed_for_customers_at_once) {
  const auto ids = topics(port());
  const auto path = "queues/" + ids.at(0);
  EXPECT_EQ(change(path, {{"overflow_queue_id", ids.at(0)}}).code(), "field_invalid") << "into itself";
  EXPECT_EQ(change(path, {{"overflow_queue_id", "none"}}).code(), "field_invalid");
  EXPECT_EQ(change(path, {{"channels", json::array()}}).code(), "field_invalid");
  const auto answer = change(path, {{"name", {{"zh-CN", "银行卡"}, {"en", "Cards"}}},
                                    {"channels", {"chat"}},
                                    {"max_wait_s", 60},
                                    {"overflow_queue_id", ids.at(1)}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json().at("overflow_queue_id").as_string(), ids.at(1));
  EXPECT_EQ(answer.json().at("skills").as_array().size(), 1U);
  EXPECT_EQ(call_json(port(), "POST", "/v1/public/contacts", opening(port(), "video")).code(), "channel_not_offered");
  EXPECT_EQ(call_json(port(), "POST", "/v1/public/contacts", opening(port(), "chat")).status, 201);
  ASSERT_EQ(change(path, {{"open", false}}).status, 200);
  EXPECT_EQ(call_json(port(), "POST", "/v1/public/contacts", opening(port(), "chat")).code(), "topic_closed");
}

TEST_F(Administration, null_is_refused_not_taken_for_unchanged) {
  const auto agent = sign_in(port(), "agent1", "demo-agent");
  const auto queue = "queues/" + topics(port()).at(0);
  for (const auto* key :
       {"name", "skills", "channels", "priority", "max_wait_s", "required_purposes", "open", "overflow_queue_id"})
    EXPECT_EQ(change(queue, {{key, nullptr}}).code(), "field_invalid") << key;
  for (const auto* key : {"name", "utc_offset_min", "purposes", "allowed_origins"})
    EXPECT_EQ(change("company", {{key, nullptr}}).code(), "field_invalid") << key;
  const auto before = user(agent, admin_);
  for (const auto* key : {"name", "roles", "skills", "languages", "max_chats", "disabled"})
    EXPECT_EQ(change("users/" + agent.user_id, {{key, nullptr}}).code(), "field_invalid") << key;
  EXPECT_EQ(user(agent, admin_), before);
}

TEST_F(Administration, a_topic_requires_only_consent_that_the_company_asks_for) {
  const auto path = "queues/" + topics(port()).at(0);
  const json::object recording{{"required_purposes", {"recording"}}};
  EXPECT_EQ(change(path, recording).code(), "field_invalid");
  const json::object another{{"name", {{"zh-CN", "贷款"}, {"en", "Loans"}}}, {"required_purposes", {"recording"}}};
  EXPECT_EQ(call_json(port(), "POST", "/v1/queues", another, admin_.headers()).code(), "field_invalid");
  ASSERT_EQ(change("company", {{"purposes", {"recording", "transcript"}}}).status, 200);
  ASSERT_EQ(change(path, recording).status, 200);
  EXPECT_EQ(call_json(port(), "POST", "/v1/public/contacts", opening(port(), "chat")).code(), "consent_required");
  EXPECT_EQ(change("company", {{"purposes", {"transcript"}}}).code(), "purpose_required");
  ASSERT_EQ(change(path, {{"required_purposes", json::array()}}).status, 200);
  EXPECT_EQ(change("company", {{"purposes", {"transcript"}}}).status, 200);
}

TEST_F(Administration, what_is_asked_for_no_more_can_still_be_read_and_withdrawn) {
  ASSERT_EQ(change("company", {{"purposes", {"recording", "transcript"}}}).status, 200);
  auto wish = opening(port(), "chat");
  const json::object granted{{"purpose", "recording"}, {"version", "1"}, {"granted", true}};
  wish["consents"] = json::array{granted};
  const auto visitor = visitor_of(port(), call_json(port(), "POST", "/v1/public/contacts", wish));
  const auto other = visit(port(), "chat");
  ASSERT_EQ(change("company", {{"purposes", json::array()}}).status, 200);

  const auto path = "/v1/public/contact/consents";
  const auto texts = call(port(), "GET", path, {}, visitor.headers()).json().at("items").as_array();
  ASSERT_EQ(texts.size(), 1U) << "the transcript was never answered";
  EXPECT_EQ(texts[0].at("purpose").as_string(), "recording");
  EXPECT_EQ(texts[0].at("version").as_string(), "1");
  EXPECT_FALSE(texts[0].at("text").at("en").as_string().empty());
  EXPECT_TRUE(call(port(), "GET", path, {}, other.headers()).json().at("items").as_array().empty());
  EXPECT_EQ(call(port(), "GET", path).status, 401);

  json::object withdrawn = granted;
  withdrawn["granted"] = false;
  const auto now = call_json(port(), "PUT", path, withdrawn, visitor.headers());
  ASSERT_EQ(now.status, 200);
  EXPECT_FALSE(json::parse(now.body).at(0).at("granted").as_bool());
  EXPECT_EQ(call_json(port(), "PUT", path, granted, visitor.headers()).code(), "consent_unknown");
}

TEST_F(Administration, two_at_once_do_not_undo_each_others_work) {
  const auto path = "queues/" + topics(port()).at(0);
  const auto find = [&] {
    return call(port(), "GET", "/v1/queues", {}, admin_.headers()).json().at("items").at(0).as_object();
  };
  for (int round = 1; round <= 20; ++round) {
    auto other = std::async(std::launch::async, [&] { return change(path, {{"priority", round}}).status; });
    EXPECT_EQ(change(path, {{"max_wait_s", round}}).status, 200);
    EXPECT_EQ(other.get(), 200);
    const auto now = find();
    ASSERT_EQ(now.at("priority").as_int64(), round);
    ASSERT_EQ(now.at("max_wait_s").as_int64(), round);
  }
}

TEST_F(Administration, the_web_sites_of_a_company_may_embed_its_widget_at_once) {
  const auto policy = [&] { return call(port(), "GET", "/widget/?key=demo").headers["content-security-policy"]; };
  const auto opened_from = [&](const std::string& origin) {
    return call_json(port(), "POST", "/v1/public/contacts", opening(port(), "chat"), {{"Origin", origin}});
  };
  if (call(port(), "GET", "/widget/?key=demo").status == 404) GTEST_SKIP() << "the pages are not built: make build";
  EXPECT_NE(policy().find("frame-ancestors 'self' *"), std::string::npos) << policy();
  const auto answer = change(
      "company", {{"allowed_origins", {"HTTPS://www.Acme.example/", "https://www.acme.example", "http://b:81"}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json::array plain{"https://www.acme.example", "http://b:81"};
  EXPECT_EQ(answer.json().at("allowed_origins"), plain);
  EXPECT_EQ(call(port(), "GET", "/v1/company", {}, admin_.headers()).json().at("allowed_origins"), plain);
  EXPECT_NE(policy().find("frame-ancestors 'self' https://www.acme.example http://b:81"), std::string::npos)
      << policy();
  auto allowed = opened_from("https://www.acme.example");
  EXPECT_EQ(allowed.status, 201) << allowed.body;
  EXPECT_EQ(allowed.headers["access-control-allow-origin"], "https://www.acme.example");
  auto other = opened_from("https://other.example");
  EXPECT_EQ(other.status, 403) << other.body;
  EXPECT_EQ(other.headers.count("access-control-allow-origin"), 0U);
  for (const auto* wrong : {"https://www.acme.example/shop", "www.acme.example", "https://ann@acme.example", "*"})
    EXPECT_EQ(change("company", {{"allowed_origins", {"https://new.example", wrong}}}).code(), "origin_invalid")
        << wrong;
  EXPECT_EQ(change("company", {{"allowed_origins", json::array(33, "https://a.example")}}).code(), "field_invalid");
  EXPECT_NE(policy().find("https://www.acme.example http://b:81"), std::string::npos) << "refused whole: " << policy();
  ASSERT_EQ(change("company", {{"utc_offset_min", 60}}).status, 200);
  EXPECT_NE(policy().find("https://www.acme.example"), std::string::npos) << "left out stays: " << policy();
  ASSERT_EQ(change("company", {{"allowed_origins", json::array()}}).status, 200);
  EXPECT_EQ(policy().find("acme"), std::string::npos) << policy();
}

TEST_F(Administration, is_kept_over_a_restart) {
  ASSERT_EQ(change("company", {{"utc_offset_min", 480}}).status, 200);
  ASSERT_EQ(change("queues/" + topics(port()).at(0), {{"max_wait_s", 60}}).status, 200);
  server_.kill_hard();
  ASSERT_TRUE(server_.start());
  EXPECT_EQ(call(port(), "GET", "/v1/company", {}, admin_.headers()).json().at("utc_offset_min").as_int64(), 480);
  const auto queues = call(port(), "GET", "/v1/queues", {}, admin_.headers()).json();
  EXPECT_EQ(queues.at("items").at(0).at("max_wait_s").as_int64(), 60);
}

TEST_F(Administration, an_unknown_api_key_is_called_so) {
  const json::object link{{"topic_id", topics(port()).at(0)}, {"channel", "chat"}};
  for (const std::string sent : {"Bearer vvk_wrong", "Bearer wrong", "vvk_without_the_word"}) {
    const auto answer = call_json(port(), "POST", "/v1/links", link, {{"Authorization", sent}});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.code(), "api_key_unknown") << sent;
  }
  EXPECT_EQ(call_json(port(), "POST", "/v1/links", link).code(), "not_signed_in");
}

}  // namespace visavis::app
