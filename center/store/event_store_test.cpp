// SPDX-License-Identifier: Apache-2.0
#include "center/store/event_store.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "center/core/testkit.hpp"
#include "center/identity/contact_tokens.hpp"
#include "center/schema/schema.hpp"
#include "center/store/demo.hpp"
#include "center/store/history.hpp"
#include "center/store/links.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

const std::string kKey(32, 'k');

OpenContact caller(std::string name, std::vector<consent::Recorded> consents = {}, Attributes attributes = {}) {
  OpenContact open;
  open.name = std::move(name);
  open.consents = std::move(consents);
  open.attributes = std::move(attributes);
  return open;
}

SendChat line(const std::string& contact, const std::string& text) {
  SendChat chat;
  chat.contact_id = contact;
  chat.text = text;
  return chat;
}

class EventStore : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    write([](DbSession& db) {
      insert_tenant(db, {"t1", "demo", {}, {}, {}, {1}});
      insert_tenant(db, {"t2", "other", {}, {}, {}, {1}});
    });
  }
  void write(const std::function<void(DbSession&)>& work) {
    const auto done = db_->write(work);
    ASSERT_TRUE(done) << done.error().message;
  }
  template <class Work>
  auto read(Work work) {
    auto result = db_->read(work);
    EXPECT_TRUE(result) << result.error().message;
    return std::move(*result);
  }
  /// Stores what the world decided since the last call.
  void store() {
    std::vector<StoredEvent> events;
    for (; stored_ < world_.log.size(); ++stored_) {
      events.push_back(to_stored(event_from_json(boost::json::parse(world_.log[stored_]).as_object()).value()));
    }
    write([&](DbSession& db) {
      std::vector<const audit::Entry*> entries;
      for (const auto& event : events) entries.push_back(&event.entry);
      const auto numbers = audit::append(db, kKey, entries);
      for (std::size_t i = 0; i < events.size(); ++i) events[i].project(db, numbers[i]);
    });
  }
  ContactSummary summary(const std::string& contact) {
    return read([&](DbSession& db) { return find_contact(db, "t1", contact); }).value();
  }
  testkit::World world_;
  std::size_t stored_ = 0;
  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
};
INSTANTIATE_TEST_SUITE_P(Engines, EventStore, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(EventStore, the_contact_row_follows_the_call_from_waiting_to_rated) {
  const auto contact =
      world_.open("accounts", Channel::kVideo,
                  caller("李雷", {{Purpose::kRecording, 1, true}}, {{"customer_id", "K7"}, {"page", "/cards"}}));
  store();
  EXPECT_EQ(summary(contact).state, "waiting");
  EXPECT_EQ(summary(contact).customer_name, "李雷");
  EXPECT_EQ(summary(contact).attributes.at("page"), "/cards");
  world_.ready("ann");
  store();
  EXPECT_EQ(summary(contact).state, "offered");
  world_.accept("ann", contact);
  world_.ok(line(contact, "你好 :name '"), Actor::customer(contact));
  world_.ok(SetConsent{contact, Purpose::kRecording, 1, false}, Actor::customer(contact));
  world_.ok(StoreCheck{contact, R"({"camera":"ok"})"}, Actor::customer(contact));
  store();
  EXPECT_EQ(summary(contact).state, "active");
  EXPECT_EQ(summary(contact).agent_id, "ann");
  EXPECT_EQ(summary(contact).answered_at, world_.now.value);
  world_.pass(Seconds{30});
  world_.ok(LeaveContact{contact}, Actor::customer(contact));
  store();
  EXPECT_EQ(summary(contact).state, "wrapup");
  EXPECT_EQ(summary(contact).end_reason, "customer_hung_up");
  world_.ok(CompleteWrapup{contact, "solved", true, "called about a card"}, Actor::agent("ann"));
  world_.ok(RateContact{contact, 5, true, "gut"}, Actor::customer(contact));
  store();
  const auto done = summary(contact);
  EXPECT_EQ(done.state, "closed");
  EXPECT_EQ(done.disposition, "solved");
  EXPECT_EQ(done.resolved, true);
  EXPECT_EQ(done.note, "called about a card");
  EXPECT_EQ(done.stars, 5);
  EXPECT_EQ(done.solved, true);
  const auto messages = read([&](DbSession& db) { return messages_of(db, "t1", contact); });
  const auto said = std::ranges::find(messages, std::string("text"), &StoredMessage::kind);
  ASSERT_NE(said, messages.end());
  EXPECT_EQ(boost::json::parse(said->body).at("text").as_string(), "你好 :name '");
  const auto consents = read([&](DbSession& db) { return consents_of(db, "t1", contact); });
  ASSERT_EQ(consents.size(), 2U);
  EXPECT_TRUE(consents[0].granted);
  EXPECT_FALSE(consents[1].granted);
  EXPECT_EQ(read([&](DbSession& db) { return device_check_of(db, "t1", contact); }), R"({"camera":"ok"})");
  EXPECT_TRUE(read([](DbSession& db) { return audit::verify(db, kKey, "t1"); }).whole());
}

TEST_P(EventStore, a_declined_contact_waits_again) {
  const auto contact = world_.open();
  world_.ready("ann");
  world_.ok(DeclineOffer{contact, "busy"}, Actor::agent("ann"));
  store();
  EXPECT_EQ(summary(contact).state, "waiting");
}

TEST_P(EventStore, what_is_loaded_gives_the_same_state_as_before_the_restart) {
  const auto active = world_.open();
  world_.ready("cem");
  world_.accept("cem", active);
  const auto waiting = world_.open("vip", Channel::kChat, caller("Ann", {{Purpose::kRecording, 1, true}}));
  world_.ok(line(active, "hello"), Actor::agent("cem"));
  const auto over = world_.open("support", Channel::kChat);
  world_.ok(LeaveContact{over}, Actor::customer(over));
  store();
  const auto events = load_events(*db_, UtcMillis{0}, UtcMillis{0});
  ASSERT_TRUE(events) << events.error().message;
  Center center;
  center.configure(testkit::two_queues());
  for (const auto& event : *events) center.apply(event);
  const auto* desk = center.desk("t1");
  ASSERT_NE(desk, nullptr);
  const auto& before = world_.desk();
  ASSERT_EQ(desk->contacts().size(), before.contacts().size());
  EXPECT_EQ(desk->contact(active)->state, call::State::kActive);
  EXPECT_EQ(desk->messages(active).size(), before.messages(active).size());
  ASSERT_NE(desk->waiting(waiting), nullptr);
  EXPECT_EQ(desk->waiting(waiting)->entry.priority, before.waiting(waiting)->entry.priority);
  ASSERT_NE(desk->agent("cem"), nullptr);
  EXPECT_EQ(desk->agent("cem")->chosen, before.agent("cem")->chosen);
  EXPECT_EQ(desk->contacts_of("cem"), before.contacts_of("cem"));
}

TEST_P(EventStore, contacts_closed_long_ago_are_not_loaded) {
  const auto over = world_.open("support", Channel::kChat);
  world_.ok(LeaveContact{over}, Actor::customer(over));
  const auto closed_at = world_.now;
  world_.pass(Seconds{3600});
  const auto open = world_.open("support", Channel::kChat);
  store();
  const auto events = load_events(*db_, closed_at, closed_at);
  ASSERT_TRUE(events);
  EXPECT_FALSE(events->empty());
  for (const auto& event : *events) EXPECT_NE(event.meta.contact_id, over);
}

TEST_P(EventStore, an_event_of_a_newer_version_is_an_error_with_a_way_out) {
  const auto contact = world_.open();
  store();
  const audit::Entry unknown{.tenant_id = "t1",
                             .type = "contact.teleported",
                             .at = {1},
                             .actor = "system",
                             .contact_id = contact,
                             .subject = {},
                             .data = "{}"};
  write([&](DbSession& db) { audit::append(db, kKey, {&unknown}); });
  EXPECT_EQ(load_events(*db_, UtcMillis{0}, UtcMillis{0}).error().code, "event_unreadable");
}

TEST_P(EventStore, history_pages_newest_first_and_filters) {
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    ids.push_back(world_.open("support", Channel::kChat, caller(i % 2 == 0 ? "Ann 100%_a" : "Bob")));
    world_.pass(Seconds{i == 3 ? 0 : 1});
  }
  store();
  ContactFilter filter{.limit = 3};
  std::vector<std::string> seen;
  int pages = 0;
  do {
    const auto page = read([&](DbSession& db) { return page_of_contacts(db, "t1", filter); });
    for (const auto& item : page.items) seen.push_back(item.id);
    filter.cursor = page.next_cursor;
    ++pages;
  } while (!filter.cursor.empty() && pages < 10);
  EXPECT_EQ(pages, 3);
  std::ranges::reverse(ids);
  EXPECT_EQ(seen, ids);
  const auto count = [&](ContactFilter f, const std::string& tenant = "t1") {
    return read([&](DbSession& db) { return page_of_contacts(db, tenant, f); }).items.size();
  };
  EXPECT_EQ(count({.customer = "aNN 100%"}), 4U);
  EXPECT_EQ(count({.customer = "100__a"}), 0U);  // wildcards are letters here
  EXPECT_EQ(count({.state = "waiting"}), 7U);
  EXPECT_EQ(count({.state = "closed"}), 0U);
  EXPECT_EQ(count({}, "t2"), 0U);
  EXPECT_EQ(read([&](DbSession& db) { return count_previous(db, "t1", ids.front()); }), 3);
}

TEST_P(EventStore, a_made_up_cursor_is_refused) {
  for (const auto* cursor : {"x", "AAAA", "MS4x", "J29yIDE9MQ"}) {
    const auto refused = db_->read([&](DbSession& db) { return page_of_contacts(db, "t1", {.cursor = cursor}); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "cursor_invalid");
  }
}

TEST_P(EventStore, nothing_of_a_contact_is_visible_to_another_tenant) {
  const auto contact = world_.open("accounts", Channel::kChat, caller("", {{Purpose::kRecording, 1, true}}));
  world_.ok(StoreCheck{contact, "{}"}, Actor::customer(contact));
  store();
  const auto file_id = new_uuid(world_.now);
  write([&](DbSession& db) {
    insert_file(db, {.id = file_id,
                     .tenant_id = "t1",
                     .contact_id = contact,
                     .name = "a.pdf",
                     .type = "application/pdf",
                     .sha256 = "x",
                     .uploaded_by = "p",
                     .size = 3,
                     .at = world_.now});
    put_quality(db, {contact, "p1", world_.now, "{}"});
    put_quality(db, {contact, "p1", world_.now + Seconds{1}, "{\"again\":1}"});
  });
  EXPECT_TRUE(read([&](DbSession& db) { return find_file(db, "t1", file_id); }));
  EXPECT_EQ(read([&](DbSession& db) { return quality_of(db, "t1", contact); }).size(), 1U);
  EXPECT_FALSE(read([&](DbSession& db) { return find_contact(db, "t2", contact); }));
  EXPECT_FALSE(read([&](DbSession& db) { return find_file(db, "t2", file_id); }));
  EXPECT_TRUE(read([&](DbSession& db) { return files_of(db, "t2", contact); }).empty());
  EXPECT_TRUE(read([&](DbSession& db) { return messages_of(db, "t2", contact); }).empty());
  EXPECT_TRUE(read([&](DbSession& db) { return consents_of(db, "t2", contact); }).empty());
  EXPECT_TRUE(read([&](DbSession& db) { return quality_of(db, "t2", contact); }).empty());
  EXPECT_FALSE(read([&](DbSession& db) { return device_check_of(db, "t2", contact); }));
  EXPECT_EQ(read([&](DbSession& db) { return count_previous(db, "t2", contact); }), 0);
}

TEST_P(EventStore, contact_tokens_come_back_for_open_contacts) {
  const auto contact = world_.open();
  const auto over = world_.open("support", Channel::kChat);
  world_.ok(LeaveContact{over}, Actor::customer(over));
  store();
  ContactTokens tokens;
  const auto mine = tokens.issue({"t1", contact, "p1"});
  const auto old = tokens.issue({"t1", over, "p2"});
  write([&](DbSession& db) {
    insert_contact_token(db, mine.hash, {"t1", contact, "p1"}, world_.now);
    insert_contact_token(db, old.hash, {"t1", over, "p2"}, world_.now);
  });
  ContactTokens again;
  ASSERT_TRUE(again.load(*db_, world_.now, world_.now));
  ASSERT_NE(again.find(mine.token), nullptr);
  EXPECT_EQ(again.find(mine.token)->participant_id, "p1");
  EXPECT_EQ(again.find(old.token), nullptr);
}

TEST_P(EventStore, a_link_opens_once_also_across_a_restart) {
  const UtcMillis now{1'700'000'000'000};
  LinkBook book;
  const auto link = [&](const char* id, Seconds life) {
    return *book.issue({.id = id,
                        .tenant_id = "t1",
                        .queue_id = "accounts",
                        .channel = Channel::kAudio,
                        .customer_name = "Ann",
                        .attributes = {{"case", "7"}},
                        .agent_id = "ann",
                        .vip = true,
                        .created_by = "ann",
                        .created_at = now,
                        .expires_at = now + life});
  };
  const auto one = link("l1", Seconds{3600});
  const auto two = link("l2", Seconds{3600});
  write([&](DbSession& db) {
    one.record(db);
    two.record(db);
  });
  const auto use = book.use(one.token, "c1", now);
  ASSERT_TRUE(use);
  EXPECT_EQ(book.use(one.token, "c2", now).error().code, "link_used");
  write(*use);
  const auto twice = db_->write(*use);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, "link_used");
  LinkBook again;
  ASSERT_TRUE(again.load(*db_, now));
  EXPECT_EQ(again.find(one.token, now).error().code, "link_used");
  const auto found = again.find(two.token, now);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->channel, Channel::kAudio);
  EXPECT_EQ((*found)->attributes.at("case"), "7");
  EXPECT_TRUE((*found)->vip);
  EXPECT_EQ(again.find(two.token, now + Seconds{3600}).error().code, "link_expired");
  EXPECT_EQ(again.find("made-up", now).error().kind, ErrorKind::kNotFound);
}

TEST(LinkBook, forgets_what_nobody_can_open_any_more) {
  const UtcMillis now{1'700'000'000'000};
  LinkBook book;
  const auto link = [&](Seconds life) {
    return *book.issue({.id = "l",
                        .tenant_id = "t1",
                        .attributes = {{"case", std::string(500, '7')}},
                        .created_at = now,
                        .expires_at = now + life});
  };
  const auto used = link(Seconds{86'400});
  const auto open = link(Seconds{86'400});
  const auto expired = link(Seconds{60});
  const auto bytes = book.bytes();
  EXPECT_GT(bytes, 1'500U);
  ASSERT_TRUE(book.use(used.token, "c1", now));
  book.prune(now + Seconds{61});
  EXPECT_EQ(book.bytes(), bytes / 3 * 2) << "the used one may still be given back";
  book.prune(now + Seconds{600});
  EXPECT_EQ(book.bytes(), bytes / 3);
  EXPECT_EQ(book.find(used.token, now + Seconds{600}).error().code, "link_used");
  EXPECT_EQ(book.find(expired.token, now + Seconds{600}).error().code, "link_expired");
  EXPECT_TRUE(book.find(open.token, now + Seconds{600}));
  book.prune(now + Millis{LinkBook::kRemember} + Seconds{86'401});
  EXPECT_EQ(book.size(), 0U);
  EXPECT_EQ(book.bytes(), 0U);
}

TEST(LinkBook, holds_so_much_and_no_more) {
  const UtcMillis now{1'700'000'000'000};
  LinkBook book;
  Link large{.id = "l", .tenant_id = "t1", .created_at = now, .expires_at = now + Seconds{60}};
  large.attributes["k"] = std::string(16 * 1024 * 1024, 'x');
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(book.issue(large));
  EXPECT_EQ(book.issue(large).error().code, "too_many_links");
  book.prune(now + Seconds{60});
  EXPECT_TRUE(book.issue(large));
}

TEST(ContactTokens, go_with_their_contacts) {
  ContactTokens tokens;
  const auto kept = tokens.issue({"t1", "here", "p1"});
  tokens.issue({"t1", "gone", "p2"});
  tokens.issue({"t1", "gone", "p2"});
  const auto gone = tokens.prune([](const ContactKey& key) { return key.contact_id == "here"; });
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].contact_id, "gone");
  EXPECT_EQ(tokens.size(), 1U);
  EXPECT_NE(tokens.find(kept.token), nullptr);
}

TEST(LinkBook, no_link_lives_longer_than_a_month_and_a_failed_contact_gives_it_back) {
  const UtcMillis now{1'700'000'000'000};
  LinkBook book;
  const auto issued =
      *book.issue({.id = "l", .tenant_id = "t1", .created_at = now, .expires_at = now + std::chrono::hours{9999}});
  EXPECT_EQ((*book.find(issued.token, now))->expires_at, now + LinkBook::kLongest);
  ASSERT_TRUE(book.use(issued.token, "c", now));
  book.give_back(issued.token);
  EXPECT_TRUE(book.find(issued.token, now));
}

TEST_P(EventStore, the_demo_company_is_seeded_once) {
  const platform::testkit::EmptyDatabase place(GetParam());
  const auto db = place.open();
  ASSERT_TRUE(migrate_schema(*db, UtcMillis{1}));
  const auto key = seed_demo(*db, UtcMillis{5});
  ASSERT_TRUE(key) << key.error().message;
  ASSERT_TRUE(*key);
  EXPECT_FALSE(seed_demo(*db, UtcMillis{6}).value());
  const auto tenants = db->read([](DbSession& s) { return load_tenants(s); }).value();
  const auto users = db->read([](DbSession& s) { return load_users(s); }).value();
  ASSERT_EQ(tenants.size(), 1U);
  EXPECT_EQ(users.size(), 4U);
  const auto config = to_config(tenants[0], users, {.grace = Seconds{7}});
  EXPECT_EQ(config.timings.grace, Seconds{7});
  EXPECT_EQ(config.queues.size(), 2U);
  EXPECT_EQ(config.queues[0].channels.size(), 3U);
  EXPECT_TRUE(config.consent_versions.empty()) << "nothing is recorded or analysed: nothing is asked";
  EXPECT_EQ(config.agents.size(), 3U);
  EXPECT_EQ(config.agents[0].max_chats, 4);
  EXPECT_TRUE(db->read([](DbSession& s) { return load_api_keys(s); }).value().contains(platform::sha256_hex(**key)));
}

TEST(ToConfig, carries_what_administrators_have_set) {
  TenantSettings settings;
  settings.tenant.id = "t1";
  settings.tenant.utc_offset_min = 480;
  QueueRecord queue;
  queue.id = "q1";
  queue.overflow_queue_id = "q2";
  queue.open = false;
  queue.required_purposes = {"recording", "transcript"};
  settings.queues.push_back(queue);
  settings.tenant.purposes = {"transcript"};
  UserRecord ann{.id = "ann", .tenant_id = "t1", .roles = {"agent"}, .max_chats = 1};
  UserRecord bob{.id = "bob", .tenant_id = "t1", .roles = {"agent"}, .disabled = true};
  const auto config = to_config(settings, {ann, bob}, {});
  EXPECT_EQ(config.utc_offset_min, 480);
  EXPECT_EQ(config.queues.at(0).overflow_queue_id, "q2");
  EXPECT_FALSE(config.queues.at(0).open);
  EXPECT_EQ(config.queues.at(0).required_purposes, std::set<Purpose>{Purpose::kTranscript})
      << "what is not asked for cannot be required";
  ASSERT_EQ(config.agents.size(), 1U) << "who is disabled gets no contacts";
  EXPECT_EQ(config.agents[0].max_chats, 1);
}

}  // namespace
}  // namespace visavis::center
