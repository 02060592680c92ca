// SPDX-License-Identifier: Apache-2.0
#include "platform/config/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>

#include "platform/db/testkit/engines.hpp"

namespace visavis::platform {
namespace {

class ConfigFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text, const std::string& name = "visavis.toml") {
    const auto path = folder_.path() / name;
    std::ofstream(path) << text;
    return path;
  }
  testkit::TemporaryFolder folder_;
};

TEST(Config, defaults_serve_this_machine_only) {
  const auto loaded = load_config({}, {}, {});
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->config.listen_address, "127.0.0.1");
  EXPECT_EQ(loaded->config.listen_port, 8080);
  EXPECT_EQ(loaded->config.media_port, 7000);
  EXPECT_EQ(loaded->config.database_url(), "sqlite:data/visavis.db");
  EXPECT_EQ(loaded->config.tls.mode, Tls::Mode::kOff);
  EXPECT_EQ(std::ranges::count(loaded->config.metrics_from, "0.0.0.0/0"), 0);
  EXPECT_EQ(std::ranges::count(loaded->config.metrics_from, "127.0.0.0/8"), 1);
}

TEST(Config, each_media_worker_needs_a_port) {
  const auto beyond = load_config({}, {"VISAVIS__MEDIA__PORT=65535", "VISAVIS__MEDIA__WORKERS=4"}, {});
  ASSERT_FALSE(beyond);
  EXPECT_NE(beyond.error().message.find("choose at most 65532"), std::string::npos) << beyond.error().message;
  EXPECT_TRUE(load_config({}, {"VISAVIS__MEDIA__PORT=65532", "VISAVIS__MEDIA__WORKERS=4"}, {}));
}

TEST(Config, the_public_address_has_no_path) {
  EXPECT_FALSE(load_config({}, {"VISAVIS__SERVER__PUBLIC_URL=https://call.example/desk/"}, {}));
  EXPECT_EQ(load_config({}, {"VISAVIS__SERVER__PUBLIC_URL=https://call.example/"}, {})->config.public_url,
            "https://call.example");
}

TEST(Config, whoever_may_read_metrics_is_named_and_nobody_by_an_empty_list) {
  const auto nobody = load_config({}, {"VISAVIS__SERVER__METRICS_FROM="}, {});
  ASSERT_TRUE(nobody) << nobody.error().message;
  EXPECT_TRUE(nobody->config.metrics_from.empty());
  const auto one = load_config({}, {}, {{"server.metrics_from", "192.0.2.7,2001:db8::/32"}});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->config.metrics_from, (std::vector<std::string>{"192.0.2.7", "2001:db8::/32"}));
  EXPECT_FALSE(load_config({}, {}, {{"server.metrics_from", "everybody"}}));
}

TEST_F(ConfigFile, file_then_environment_then_flags) {
  const auto file = write(
      "[server]\nlisten = \"0.0.0.0:1\"\n[media]\nport = 7001\nips = [\"10.0.0.1\", \"::1\"]\nworkers = 3\n"
      "[demo]\nseed = true\n");
  const auto loaded = load_config(file, {"HOME=/x", "VISAVIS__MEDIA__PORT=7002", "VISAVIS__MEDIA__WORKERS=4"},
                                  {{"media.workers", "5"}, {"server.tls", "a.pem,b.pem"}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.listen_port, 1);
  EXPECT_EQ(loaded->config.media_port, 7002);
  EXPECT_EQ(loaded->config.media_workers, 5U);
  EXPECT_EQ(loaded->config.media_ips, (std::vector<std::string>{"10.0.0.1", "::1"}));
  EXPECT_TRUE(loaded->config.demo);
  EXPECT_EQ(loaded->config.tls.key, "b.pem");
  EXPECT_EQ(loaded->sources.at("media.port"), "environment");
  EXPECT_EQ(loaded->sources.at("media.workers"), "flag");
  EXPECT_EQ(loaded->sources.at("server.listen"), "file");
  EXPECT_EQ(loaded->sources.at("log.level"), "default");
}

TEST_F(ConfigFile, unknown_keys_are_fatal_and_get_a_suggestion) {
  const auto loaded = load_config(write("[server]\nlisen = \"0.0.0.0:1\"\n"), {"VISAVIS__MEDIA__PROT=1"}, {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("did you mean \"server.listen\"?"), std::string::npos)
      << loaded.error().message;
  EXPECT_NE(loaded.error().message.find("did you mean \"media.port\"?"), std::string::npos) << loaded.error().message;
}

TEST_F(ConfigFile, refuses_stray_characters_that_its_parser_stumbles_over) {
  const auto loaded = load_config(write("# \xE5\xBC\xA0\nx \xEF\xB6\xBF = 1\n"), {}, {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find(":2: "), std::string::npos) << loaded.error().message;
  EXPECT_TRUE(load_config(
      write("# \xE5\xBC\xA0\xE4\xB8\x89\n[data]\nfolder = \"\xE5\xBC\xA0\" # \xC9\xA4\n[demo]\nseed = true\n"), {},
      {}));
}

TEST_F(ConfigFile, a_file_that_is_not_there_is_named) {
  const auto loaded = load_config("/nowhere/visavis.toml", {}, {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("/nowhere/visavis.toml: cannot be read"), std::string::npos);
}

TEST_F(ConfigFile, every_wrong_value_is_named) {
  const auto loaded = load_config(
      write("[server]\nlisten = \"localhost:80\"\ntls = \"maybe\"\npublic_url = \"call.example\"\n"
            "[media]\nport = 70000\nips = [\"10.0.0.300\"]\n[log]\nlevel = \"loud\"\n[demo]\nseed = \"yes\"\n"
            "[data]\ndatabase = \"mysql:x\"\n[center]\ngrace_s = 0\nring_s = 4\n"),
      {}, {});
  ASSERT_FALSE(loaded);
  for (const auto* key : {"server.listen", "server.tls", "server.public_url", "media.port", "media.ips", "log.level",
                          "demo.seed", "data.database", "center.ring_s", "center.grace_s"}) {
    EXPECT_NE(loaded.error().message.find(key), std::string::npos) << key;
  }
}

TEST_F(ConfigFile, a_broken_file_names_its_line) {
  const auto loaded = load_config(write("[server]\nlisten = \n"), {}, {});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("visavis.toml:2"), std::string::npos) << loaded.error().message;
  EXPECT_FALSE(load_config(folder_.path() / "missing.toml", {}, {}));
}

TEST_F(ConfigFile, a_secret_may_come_from_a_file_and_is_never_shown) {
  const auto secret = write("postgresql:host=db password=hunter2\n", "secret");
  for (const auto& loaded : {load_config({}, {"VISAVIS__DATA__DATABASE_FILE=" + secret.string()}, {}),
                             load_config(write("[data]\ndatabase_file = \"" + secret.string() + "\"\n"), {}, {})}) {
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->config.database_url(), "postgresql:host=db password=hunter2");
    EXPECT_EQ(describe(*loaded).find("hunter2"), std::string::npos);
  }
  EXPECT_FALSE(load_config({}, {"VISAVIS__DATA__DATABASE_FILE=/nowhere"}, {}));
  EXPECT_FALSE(load_config({}, {"VISAVIS__LOG__LEVEL_FILE=" + secret.string()}, {}));  // not a secret
}

TEST_F(ConfigFile, what_is_described_can_be_read_again) {
  const auto loaded = load_config({}, {},
                                  {{"server.listen", "[::]:443"},
                                   {"media.ips", "10.0.0.1, 10.0.0.2"},
                                   {"media.port", "9000"},
                                   {"data.folder", "a \"b\" \\c\t\n\x01 \x7f 面"},
                                   {"demo.seed", "true"}});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto text = describe(*loaded);
  EXPECT_NE(text.find("listen = \"[::]:443\"  # flag"), std::string::npos) << text;
  EXPECT_NE(text.find("ips = [\"10.0.0.1\", \"10.0.0.2\"]  # flag"), std::string::npos) << text;
  EXPECT_NE(text.find("port = 9000  # flag"), std::string::npos) << text;
  const auto again = load_config(write(text), {}, {});
  ASSERT_TRUE(again) << again.error().message << text;
  EXPECT_EQ(again->config.data, loaded->config.data);
  const std::regex sources("  # .*");
  EXPECT_EQ(std::regex_replace(describe(*again), sources, ""), std::regex_replace(text, sources, ""));
}

TEST(Endpoint, takes_literal_addresses_only) {
  EXPECT_EQ(parse_endpoint("[::1]:80").value().first, "::1");
  EXPECT_EQ(parse_endpoint("0.0.0.0:0").value().second, 0);
  for (const auto* wrong : {"", ":", "80", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "::1:80",
                            "1.2.3.4:-1", "1.2.3.4:80x", "[1.2.3.4:80"}) {
    EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
  }
  EXPECT_NE(parse_endpoint("localhost:80").error().message.find("no name"), std::string::npos);
  EXPECT_NE(parse_endpoint("1.2.3.4:99999").error().message.find("0 to 65535"), std::string::npos);
}

}  // namespace
}  // namespace visavis::platform
