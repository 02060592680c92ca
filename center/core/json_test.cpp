// SPDX-License-Identifier: Apache-2.0
#include "center/core/json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace visavis::center {
namespace {

boost::json::object parse(std::string_view text) { return boost::json::parse({text.data(), text.size()}).as_object(); }

TEST(EventJson, keeps_every_field) {
  chat::Posted posted{"m1", "p1", "李雷", chat::Kind::kFile, {}, chat::File{"f1", "a.pdf", 12, "application/pdf"}, {}};
  const Event event{{"t1", "c1", {1'700'000'000'123}, Actor::agent("u1")}, posted};
  const auto text = boost::json::serialize(to_json(event));
  const auto back = event_from_json(parse(text));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(boost::json::serialize(to_json(*back)), text);
  EXPECT_EQ(std::get<chat::Posted>(back->data).file->size, 12);
  EXPECT_EQ(back->meta, event.meta);
}

TEST(EventJson, skips_unknown_fields_and_takes_defaults_for_missing_ones) {
  const auto event = event_data_from_json("contact.rated", parse(R"({"v":1,"stars":5,"mood":"good"})"));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(std::get<call::Rated>(*event).stars, 5);
  EXPECT_FALSE(std::get<call::Rated>(*event).solved.has_value());
}

TEST(EventJson, refuses_wrong_types_ranges_and_newer_versions) {
  EXPECT_EQ(event_data_from_json("contact.rated", parse(R"({"stars":"5"})")).error().code, "event_field");
  EXPECT_EQ(event_data_from_json("contact.rated", parse(R"({"stars":99999999999})")).error().code, "event_field");
  EXPECT_EQ(event_data_from_json("offer.made", parse(R"({"expires_at":-1})")).error().code, "event_field");
  EXPECT_EQ(event_data_from_json("offer.made", parse(R"({"channel":"fax"})")).error().code, "event_field");
  EXPECT_EQ(event_data_from_json("contact.rated", parse(R"({"v":2})")).error().code, "event_version");
  EXPECT_EQ(event_data_from_json("contact.melted", {}).error().code, "event_type");
}

TEST(CommandJson, reads_commands_by_type_and_names_the_wrong_field) {
  const auto transfer = command_from_json("contact.transfer", parse(R"({"contact_id":"c","to":{"user_id":"u"}})"));
  ASSERT_TRUE(transfer.has_value());
  EXPECT_EQ(std::get<TransferContact>(*transfer).to.user_id, "u");
  const auto wrong = command_from_json("contact.transfer", parse(R"({"contact_id":"c","to":"u"})"));
  EXPECT_EQ(wrong.error().code, "bad_command");
  EXPECT_NE(wrong.error().message.find("field to "), std::string::npos);
  EXPECT_EQ(command_from_json("contact.fly", {}).error().code, "unknown_command");
}

TEST(CommandJson, never_lets_a_client_fill_in_the_file_itself) {
  const auto command = command_from_json("chat.send", parse(R"({"contact_id":"c","file":{"id":"x"},"file_id":"x"})"));
  ASSERT_TRUE(command.has_value());
  EXPECT_FALSE(std::get<SendChat>(*command).file.has_value());
}

}  // namespace
}  // namespace visavis::center
