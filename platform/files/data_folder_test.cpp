// SPDX-License-Identifier: Apache-2.0
#include "platform/files/data_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/ids.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::platform {
namespace {

namespace fs = std::filesystem;

class Data : public testing::Test {
 protected:
  testkit::TemporaryFolder folder_;
  DataFolder data_ = DataFolder::open(folder_.path() / "data").value();
};

TEST_F(Data, is_private_to_the_service) {
  struct stat about{};
  ASSERT_EQ(stat(data_.root().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700U);
}

TEST_F(Data, is_new_to_who_made_it_only) {
  EXPECT_TRUE(data_.is_new());
  EXPECT_FALSE(DataFolder::open(data_.root()).value().is_new());
  fs::create_directory(folder_.path() / "empty");
  EXPECT_FALSE(DataFolder::open(folder_.path() / "empty").value().is_new());
}

TEST_F(Data, a_secret_is_made_once_and_for_the_owner_only) {
  const auto first = data_.secret("media");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->size(), 43U);
  EXPECT_EQ(data_.secret("media").value(), *first);
  EXPECT_NE(data_.secret("audit").value(), *first);
  const auto path = data_.root() / "secrets" / "media";
  struct stat about{};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(data_.secret("media").error().code, "secret_exposed");
}

TEST_F(Data, a_damaged_secret_is_not_replaced) {
  const auto path = data_.root() / "secrets" / "media";
  std::ofstream(path) << "short";
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(data_.secret("media").error().code, "secret_damaged");
}

TEST_F(Data, one_server_at_a_time) {
  auto held = data_.lock();
  ASSERT_TRUE(held);
  EXPECT_EQ(data_.lock().error().code, "data_in_use");
  held->reset();
  EXPECT_TRUE(data_.lock());
}

TEST_F(Data, a_place_that_cannot_be_made_says_what_to_do) {
  std::ofstream(folder_.path() / "file");
  const auto inside = DataFolder::open(folder_.path() / "file" / "data");
  ASSERT_FALSE(inside);
  EXPECT_NE(inside.error().message.find("file"), std::string::npos);
  EXPECT_FALSE(DataFolder::open("/proc/visavis"));
}

TEST_F(Data, a_file_comes_back_as_it_was) {
  const FileStore files(data_);
  const auto id = new_uuid(UtcMillis{1});
  const std::string content("\0\xff面", 5);
  ASSERT_TRUE(files.put(id, content, 100));
  EXPECT_EQ(files.get(id).value(), content);
  EXPECT_TRUE(files.remove(id).value());
  EXPECT_FALSE(files.remove(id).value());
  EXPECT_EQ(files.get(id).error().code, "file_not_found");
}

TEST_F(Data, a_file_beyond_its_limit_leaves_nothing) {
  const FileStore files(data_);
  const auto id = new_uuid(UtcMillis{1});
  EXPECT_EQ(files.put(id, std::string(101, 'x'), 100).error().code, "file_too_large");
  EXPECT_FALSE(files.get(id));
}

TEST_F(Data, an_id_is_not_a_path) {
  const FileStore files(data_);
  std::ofstream(data_.root() / "files" / "secret") << "x";
  for (const auto* id :
       {"", ".", "../secrets/media", "/etc/passwd", "secret", "00000000-0000-7000-8000-00000000000/"}) {
    EXPECT_EQ(files.get(id).error().code, "file_not_found") << id;
    EXPECT_FALSE(files.put(id, "x", 100)) << id;
  }
}

TEST_F(Data, no_partial_file_stays_behind) {
  const FileStore files(data_);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(files.put(new_uuid(UtcMillis{i}), "content", 100));
  for (const auto& entry : fs::recursive_directory_iterator(data_.root())) {
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
  }
}

TEST_F(Data, what_was_being_stored_when_the_server_was_killed_goes_at_the_start) {
  const FileStore files(data_);
  EXPECT_EQ(files.remove_partial(), 0U);
  const auto id = new_uuid(UtcMillis{1});
  EXPECT_TRUE(files.lacks(id));
  ASSERT_TRUE(files.put(id, "content", 100));
  EXPECT_FALSE(files.lacks(id));
  const auto piece = data_.root() / "files" / id.substr(34) / (new_uuid(UtcMillis{2}) + ".abcdef.part");
  std::ofstream(piece) << "half of";
  EXPECT_EQ(files.remove_partial(), 1U);
  EXPECT_FALSE(fs::exists(piece));
  EXPECT_EQ(files.get(id).value(), "content");
}

TEST_F(Data, that_lie_in_a_database_server_are_not_looked_for_in_the_folder) {
  EXPECT_TRUE(data_.check_database("postgresql:dbname=visavis"));
  EXPECT_TRUE(data_.check_database("")) << "the first could not be opened";
  EXPECT_TRUE(data_.remember_database(""));
  EXPECT_TRUE(data_.check_database(""));
  EXPECT_TRUE(data_.remember_database("postgresql:dbname=visavis"));
  EXPECT_TRUE(data_.check_database("postgresql:host=other"));
  for (const auto& here : {std::string(), "sqlite:" + (data_.root() / "visavis.db").string()}) {
    const auto forgotten = data_.check_database(here);
    ASSERT_FALSE(forgotten) << here;
    EXPECT_EQ(forgotten.error().code, "database_elsewhere");
  }
}

TEST_F(Data, of_before_are_not_left_behind_beside_another_database) {
  const auto own = "sqlite:" + (data_.root() / "visavis.db").string();
  EXPECT_TRUE(data_.remember_database(own));
  EXPECT_TRUE(data_.check_database(own));
  ASSERT_TRUE(write_durably(data_.root() / "visavis.db", "a company", 0600));
  EXPECT_TRUE(data_.check_database(own)) << "the default, spelled out";
  for (const std::string other : {"postgresql:dbname=visavis", "sqlite:/elsewhere/visavis.db"}) {
    const auto beside = data_.check_database(other);
    ASSERT_FALSE(beside) << other;
    EXPECT_EQ(beside.error().code, "database_beside");
    EXPECT_NE(beside.error().message.find("visavis.db"), std::string::npos) << beside.error().message;
  }
}

TEST_F(Data, a_secret_that_must_be_there_is_not_made) {
  EXPECT_EQ(data_.existing_secret("audit-head").error().code, "secret_missing");
  const auto made = data_.secret("audit-head");
  ASSERT_TRUE(made);
  EXPECT_EQ(data_.existing_secret("audit-head").value(), *made);
}

TEST_F(Data, lines_are_added_to_the_end) {
  ASSERT_TRUE(append_durably(data_.audit_heads(), "one\n", 0600));
  ASSERT_TRUE(append_durably(data_.audit_heads(), "two\n", 0600));
  std::ifstream file(data_.audit_heads());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "one\ntwo\n");
  EXPECT_FALSE(append_durably(data_.root() / "missing" / "file", "x", 0600));
}

TEST(FreeSpace, of_a_missing_place_is_none) {
  EXPECT_EQ(free_space("/nowhere/at/all"), 0U);
  EXPECT_GT(free_space("/"), 0U);
}

}  // namespace
}  // namespace visavis::platform
