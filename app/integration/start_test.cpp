// SPDX-License-Identifier: Apache-2.0
// A server that cannot start says so and leaves nothing new behind.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "app/integration/client.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
namespace fs = std::filesystem;

/// Somebody else's server.
class Occupied {
 public:
  explicit Occupied(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
  }
  ~Occupied() { ::close(fd_); }
  Occupied(const Occupied&) = delete;
  Occupied& operator=(const Occupied&) = delete;

 private:
  int fd_;
};

bool becomes(ServerProcess& server, int status) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (call(server.port(), "GET", "/readyz").status != status) {
    if (std::chrono::steady_clock::now() > until) return false;
  }
  return true;
}

TEST(Start, refused_for_a_taken_port_leaves_no_folder) {
  ServerProcess server{VISAVIS_BINARY};
  const Occupied taken(server.port());
  EXPECT_FALSE(server.start());
  EXPECT_EQ(server.stop(), 1);
  EXPECT_FALSE(fs::exists(server.data()));
}

TEST(Start, refused_for_a_certificate_that_is_not_there_leaves_no_folder) {
  ServerProcess server{VISAVIS_BINARY};
  EXPECT_FALSE(server.start({"--tls", "/nowhere/cert.pem,/nowhere/key.pem"}));
  EXPECT_EQ(server.stop(), 1);
  EXPECT_FALSE(fs::exists(server.data()));
}

TEST(Start, refused_for_pages_that_are_not_there) {
  ServerProcess server{VISAVIS_BINARY};
  EXPECT_FALSE(server.start({"--web", "/nowhere"}));
  EXPECT_EQ(server.stop(), 1);
}

TEST(Start, refused_for_a_flag_leaves_no_folder) {
  ServerProcess server{VISAVIS_BINARY};
  EXPECT_FALSE(server.start({"--no-such-flag"}));
  EXPECT_NE(server.stop(), 0);
  EXPECT_FALSE(fs::exists(server.data()));
}

TEST(Start, refused_shows_the_key_of_a_company_that_stays_in_another_database) {
  if (!platform::testkit::postgres_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  const platform::testkit::EmptyDatabase database(platform::DbEngine::kPostgres);
  ServerProcess server{VISAVIS_BINARY, database.url()};
  {
    const Occupied taken(server.port());
    EXPECT_FALSE(server.start());
    EXPECT_NE(server.output().find("API key"), std::string::npos) << server.output();
  }
  ASSERT_TRUE(server.start());
  EXPECT_EQ(server.stop(), 0);
}

TEST(Start, a_database_server_that_is_gone_is_noticed_while_nobody_writes) {
  if (!platform::testkit::postgres_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  const platform::testkit::EmptyDatabase database(platform::DbEngine::kPostgres);
  ServerProcess server{VISAVIS_BINARY, database.url()};
  ASSERT_TRUE(server.start());
  EXPECT_TRUE(becomes(server, 200));
  database.let_in(false);
  EXPECT_TRUE(becomes(server, 503));
  const auto refused = call_json(server.port(), "POST", "/v1/session",
                                 {{"tenant_key", "demo"}, {"login", "agent1"}, {"password", "demo-agent"}});
  EXPECT_EQ(refused.code(), "storage_unavailable");
  EXPECT_EQ(refused.body.find("connection to server"), std::string::npos)
      << "where the database is, is nobody's business: " << refused.body;
  database.let_in(true);
  EXPECT_TRUE(becomes(server, 200));
}

TEST(Start, a_database_server_that_is_silent_is_noticed_and_so_is_its_answer) {
  if (!platform::testkit::postgres_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  const platform::testkit::EmptyDatabase database(platform::DbEngine::kPostgres);
  ServerProcess server{VISAVIS_BINARY, database.url()};
  ASSERT_TRUE(server.start());
  EXPECT_TRUE(becomes(server, 200));
  const auto held = database.open()->write([&](platform::DbSession& db) {
    db.run("LOCK TABLE tenant IN ACCESS EXCLUSIVE MODE");  // whoever asks now gets no answer, and no refusal
    EXPECT_TRUE(becomes(server, 503));
  });
  EXPECT_TRUE(held);
  EXPECT_TRUE(becomes(server, 200));
}

TEST(Start, refused_beside_data_of_before_keeps_them) {
  ServerProcess server{VISAVIS_BINARY};
  ASSERT_TRUE(server.start());
  EXPECT_EQ(server.stop(), 0);
  {
    const Occupied taken(server.port());
    EXPECT_FALSE(server.start());
    EXPECT_EQ(server.stop(), 1);
  }
  EXPECT_TRUE(server.start());
  EXPECT_EQ(server.output().find("API key"), std::string::npos) << "the demo company of before";
}

TEST(Start, refused_beside_a_running_server_keeps_its_data) {
  ServerProcess server{VISAVIS_BINARY};
  ASSERT_TRUE(server.start());
  EXPECT_EQ(server.command({"serve"}), "");
  EXPECT_TRUE(fs::exists(server.data() / "visavis.db"));
  EXPECT_EQ(call(server.port(), "GET", "/healthz").status, 200);
}

}  // namespace
}  // namespace visavis::app
