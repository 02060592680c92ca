// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "center/identity/media_token.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/testkit/engines.hpp"
#include "platform/files/data_folder.hpp"

namespace visavis::app {
namespace {

class CommandLine : public testing::Test {
 protected:
  int run(std::vector<std::string> arguments, const std::string& typed = {}) {
    std::istringstream in(typed);
    std::ostringstream out, err;
    const Programs programs{.serve =
                                [this](const platform::LoadedConfig& loaded) {
                                  served_ = loaded.config;
                                  return 7;
                                },
                            .practice_bot =
                                [this](const std::string& url, const std::string& token, const std::string& language) {
                                  bot_ = url + " " + token + " " + language;
                                  return 0;
                                }};
    const int status = app::run(std::move(arguments), environment_, programs, {in, out, err});
    out_ = out.str();
    err_ = err.str();
    return status;
  }
  /// The same with the data folder of this test.
  int here(std::vector<std::string> arguments, const std::string& typed = {}) {
    arguments.insert(arguments.end(), {"--data", data()});
    return run(std::move(arguments), typed);
  }
  std::string data() const { return (folder_.path() / "data").string(); }
  platform::testkit::TemporaryFolder folder_;
  std::vector<std::string> environment_;
  std::optional<platform::Config> served_;
  std::string bot_, out_, err_;
};

TEST_F(CommandLine, every_help_fits_a_screen) {
  const std::vector<std::vector<std::string>> commands{
      {},         {"serve"},         {"token"},   {"config"}, {"config", "check"}, {"user"},        {"user", "add"},
      {"tenant"}, {"tenant", "add"}, {"migrate"}, {"audit"},  {"audit", "verify"}, {"practice-bot"}};
  for (const auto& command : commands) {
    auto arguments = command;
    arguments.emplace_back("--help");
    EXPECT_EQ(run(arguments), 0);
    EXPECT_LE(std::ranges::count(out_, '\n'), 24) << out_;
    std::istringstream lines(out_);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_GT(out_.size(), 50U);
  }
}

TEST_F(CommandLine, says_its_version) {
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_TRUE(out_.starts_with("visavis 0.")) << out_;
}

TEST_F(CommandLine, serve_takes_flags_over_environment_over_file) {
  const auto file = folder_.path() / "visavis.toml";
  std::ofstream(file) << "[media]\nport = 1000\nworkers = 9\n[server]\nlisten = \"0.0.0.0:1\"\n";
  environment_ = {"VISAVIS__MEDIA__PORT=2000", "VISAVIS__SERVER__LISTEN=0.0.0.0:2"};
  EXPECT_EQ(run({"serve", "--config", file.string(), "--listen", "[::1]:3", "--tls", "c.pem,k.pem", "--media-ip",
                 "10.0.0.1,::1", "--demo", "--data", "/x"}),
            7);
  ASSERT_TRUE(served_);
  EXPECT_EQ(served_->listen_address, "::1");
  EXPECT_EQ(served_->listen_port, 3);
  EXPECT_EQ(served_->media_port, 2000);
  EXPECT_EQ(served_->media_workers, 9U);
  EXPECT_EQ(served_->tls.certificate, "c.pem");
  EXPECT_EQ(served_->media_ips.size(), 2U);
  EXPECT_TRUE(served_->demo);
  EXPECT_EQ(served_->data, "/x");
}

TEST_F(CommandLine, misuse_and_refusal_have_their_own_status_and_say_why) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"dance"}), 2);
  EXPECT_TRUE(err_.starts_with("visavis has no command dance. There are: serve, ")) << err_;
  EXPECT_EQ(run({"tenant", "dance"}), 2);
  EXPECT_EQ(err_, "visavis tenant has no command dance. There are: add. See: visavis tenant --help\n");
  EXPECT_EQ(run({"tenant"}), 2);
  EXPECT_EQ(err_, "visavis tenant needs a command. There are: add. See: visavis tenant --help\n");
  EXPECT_EQ(run({"serve", "--lissten", "x"}), 2);
  EXPECT_EQ(err_, "visavis serve does not know --lissten x. See: visavis serve --help\n");
  EXPECT_EQ(run({"serve", "--listen", "localhost:1"}), 1);
  EXPECT_NE(err_.find("server.listen"), std::string::npos) << err_;
  EXPECT_FALSE(served_);
}

TEST_F(CommandLine, only_serve_and_a_first_company_make_data) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"token", "--room", "r", "--as", "ann"},
                                             {"audit", "verify"},
                                             {"migrate"},
                                             {"user", "add", "--login", "ann"},
                                             {"tenant", "add", "--key", "a", "--name-zh", "甲", "--name-en", "A"}}) {
    EXPECT_EQ(here(command, "long enough indeed\n"), 1) << command.front();
    EXPECT_NE(err_.find("no Visavis data in " + data() + ": check --data"), std::string::npos) << err_;
    EXPECT_EQ(out_, "");
    EXPECT_FALSE(std::filesystem::exists(data())) << "a typing mistake leaves nothing behind";
  }
}

TEST_F(CommandLine, token_is_one_that_the_server_accepts) {
  ASSERT_TRUE(platform::DataFolder::open(data()));
  ASSERT_EQ(here({"token", "--room", "r 1", "--as", "ann", "--role", "pub"}), 0) << err_;
  const auto key = platform::DataFolder::open(data()).value().secret("media-token").value();
  const auto token = out_.substr(0, out_.size() - 1);
  const auto claims = center::verify_media_token(key, token, UtcMillis{0});
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->room, "r 1");
  EXPECT_EQ(claims->role, center::MediaRole::kPublish);
  EXPECT_EQ(here({"token", "--room", "r", "--as", "ann", "--role", "root"}), 1);
  EXPECT_EQ(here({"token", "--room", std::string(65, 'r'), "--as", "ann"}), 1);
  EXPECT_EQ(here({"token", "--room", "r"}), 2);
}

TEST_F(CommandLine, a_company_and_its_people_are_set_up_step_by_step) {
  ASSERT_TRUE(platform::DataFolder::open(data()));
  EXPECT_EQ(here({"user", "add", "--login", "ann"}, "long enough indeed\n"), 1);
  EXPECT_NE(err_.find("visavis tenant add"), std::string::npos) << err_;
  ASSERT_EQ(here({"tenant", "add", "--key", "acme", "--name-zh", "甲", "--name-en", "Acme", "--origin",
                  "https://acme.example"}),
            0)
      << err_;
  EXPECT_NE(out_.find("vvk_"), std::string::npos);
  EXPECT_EQ(here({"tenant", "add", "--key", "acme", "--name-zh", "甲", "--name-en", "Acme"}), 1);
  EXPECT_EQ(here({"tenant", "add", "--key", "A B", "--name-zh", "甲", "--name-en", "Acme"}), 1);
  EXPECT_EQ(here({"user", "add", "--login", "Ann", "--role", "agent,admin"}, "long enough indeed\n"), 0) << err_;
  EXPECT_EQ(here({"user", "add", "--login", "ann"}), 1);
  EXPECT_NE(err_.find("exists already"), std::string::npos) << "known before a password is asked for: " << err_;
  EXPECT_EQ(here({"user", "add", "--login", "bob"}, "short\n"), 1);
  EXPECT_EQ(here({"user", "add", "--login", "bob", "--role", "boss"}, "long enough indeed\n"), 1);
  EXPECT_EQ(here({"user", "add", "--login", "bob", "--tenant", "other"}, "long enough indeed\n"), 1);
  EXPECT_NE(err_.find("acme"), std::string::npos) << err_;
  EXPECT_EQ(here({"audit", "verify"}), 1);
  EXPECT_NE(err_.find("audit-head is missing"), std::string::npos) << err_;
  ASSERT_TRUE(platform::DataFolder::open(data())->secret("audit-head"));
  EXPECT_EQ(here({"audit", "verify"}), 0);
  EXPECT_NE(out_.find("acme: 0 entries"), std::string::npos) << out_;
}

TEST_F(CommandLine, does_not_begin_a_second_database_beside_a_server_s) {
  ASSERT_EQ(here({"tenant", "add", "--init", "--key", "acme", "--name-zh", "甲", "--name-en", "Acme"}), 0) << err_;
  ASSERT_TRUE(platform::DataFolder::open(data())->remember_database("postgresql:dbname=visavis"));
  for (const std::string_view command : {"audit", "user", "migrate"}) {
    EXPECT_EQ(here(command == "audit"  ? std::vector<std::string>{"audit", "verify"}
                   : command == "user" ? std::vector<std::string>{"user", "add", "--login", "ann"}
                                       : std::vector<std::string>{"migrate"}),
              1);
    EXPECT_NE(err_.find("data.database"), std::string::npos) << err_;
  }
}

TEST_F(CommandLine, a_companys_web_sites_are_stored_as_browsers_name_them) {
  const auto add = [this](const std::string& key, const std::string& origin) {
    return here({"tenant", "add", "--init", "--key", key, "--name-zh", "甲", "--name-en", "Acme", "--origin", origin});
  };
  EXPECT_EQ(add("acme", "https://www.acme.example/shop"), 1);
  EXPECT_NE(err_.find("without a path: https://www.acme.example"), std::string::npos) << err_;
  EXPECT_FALSE(std::filesystem::exists(data())) << "refused before anything is made";
  EXPECT_EQ(add("acme", "www.acme.example"), 1);
  EXPECT_EQ(add("acme", "*"), 1);
  ASSERT_EQ(add("acme", "HTTPS://WWW.acme.example/,http://localhost:3000"), 0) << err_;
  platform::Config config;
  config.data = data();
  const auto database = platform::Database::open({.url = config.database_url()});
  ASSERT_TRUE(database) << database.error().message;
  const auto tenants = (*database)->read([](platform::DbSession& db) { return center::load_tenants(db); });
  ASSERT_TRUE(tenants) << tenants.error().message;
  EXPECT_EQ(tenants->at(0).tenant.allowed_origins,
            (std::vector<std::string>{"https://www.acme.example", "http://localhost:3000"}));
}

TEST_F(CommandLine, the_first_company_may_come_before_the_first_start) {
  ASSERT_EQ(here({"tenant", "add", "--init", "--key", "acme", "--name-zh", "甲", "--name-en", "Acme"}), 0) << err_;
  EXPECT_NE(out_.find("next start"), std::string::npos) << out_;
  EXPECT_EQ(here({"user", "add", "--login", "ann"}, "elevenchars\n"), 1);
  EXPECT_NE(err_.find("12 characters"), std::string::npos) << err_;
  EXPECT_EQ(err_.find("Password for"), std::string::npos) << "nobody types";
}

TEST_F(CommandLine, migrate_can_be_repeated) {
  ASSERT_TRUE(platform::DataFolder::open(data()));
  EXPECT_EQ(here({"migrate"}), 0) << err_;
  EXPECT_EQ(here({"migrate"}), 0) << err_;
  EXPECT_NE(out_.find("version"), std::string::npos);
}

TEST_F(CommandLine, a_data_folder_that_cannot_be_made_is_one_sentence) {
  std::ofstream(folder_.path() / "file");
  EXPECT_EQ(run({"migrate", "--data", (folder_.path() / "file" / "data").string()}), 1);
  EXPECT_EQ(std::ranges::count(err_, '\n'), 1) << err_;
}

TEST_F(CommandLine, config_check_prints_what_holds_or_what_is_wrong) {
  EXPECT_EQ(here({"config", "check"}), 0);
  EXPECT_NE(out_.find("port = 7000  # default"), std::string::npos) << out_;
  EXPECT_EQ(here({"config", "check", "--media-port", "9000", "--demo"}), 0) << err_;
  EXPECT_NE(out_.find("port = 9000  # flag"), std::string::npos) << out_;
  EXPECT_EQ(here({"config", "check", "--tls", "/nowhere/cert.pem,/nowhere/key.pem"}), 1);
  EXPECT_NE(err_.find("/nowhere/cert.pem"), std::string::npos) << err_;
  environment_ = {"VISAVIS__MEDIA__PROT=1"};
  EXPECT_EQ(here({"config", "check"}), 1);
  EXPECT_NE(err_.find("media.port"), std::string::npos) << err_;
}

TEST_F(CommandLine, the_practice_customer_gets_its_token_from_the_environment) {
  EXPECT_EQ(run({"practice-bot", "--url", "http://127.0.0.1:1"}), 1);
  environment_ = {"VISAVIS_CONTACT_TOKEN=abc"};
  EXPECT_EQ(run({"practice-bot", "--url", "http://127.0.0.1:1", "--language", "en"}), 0) << err_;
  EXPECT_EQ(bot_, "http://127.0.0.1:1 abc en");
}

}  // namespace
}  // namespace visavis::app
