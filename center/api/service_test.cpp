// SPDX-License-Identifier: Apache-2.0
#include "center/api/service.hpp"

#include <gtest/gtest.h>

#include "center/core/testkit.hpp"
#include "center/schema/schema.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

TEST(Service, files_are_shared_while_their_contact_runs) {
  testkit::World world;
  const auto running = world.open("support", Channel::kChat);
  const auto ended = world.open("support", Channel::kChat);
  world.ok(LeaveContact{ended}, Actor::customer(ended));
  const platform::testkit::EmptyDatabase place(platform::DbEngine::kSqlite);
  const auto database = place.open();
  ASSERT_TRUE(migrate_schema(*database, world.now));
  http::Loop loop{1};
  ServicePorts ports;
  ports.loop = &loop;
  ports.database = database.get();
  ports.now = [&] { return world.now; };
  Service service(std::move(ports), {}, std::make_unique<Center>(std::move(world.center)));
  for (const auto& contact : {running, ended}) {
    service.share_file({.id = "f", .tenant_id = "t1", .contact_id = contact, .name = "a", .size = 7});
  }
  EXPECT_EQ(service.shared_files(running).bytes, 7U);
  EXPECT_EQ(service.shared_files(ended).files, 0U) << "nothing would ever forget it";
  EXPECT_FALSE(service.shared_file(ended, "f"));
}

}  // namespace
}  // namespace visavis::center
