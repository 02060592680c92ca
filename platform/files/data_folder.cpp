// SPDX-License-Identifier: Apache-2.0
#include "platform/files/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/ids.hpp"

namespace visavis::platform {
namespace {

namespace fs = std::filesystem;

constexpr auto kPartial = ".part";

/// An owned file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<Error> disk_error(int number, const fs::path& path) {
  if (number == ENOSPC || number == EDQUOT) {
    return fail(ErrorKind::kUnavailable, "storage_full", "The disk of " + path.string() + " is full. Free some space.");
  }
  if (number == EACCES || number == EPERM || number == EROFS) {
    return fail(
        ErrorKind::kUnavailable, "data_not_writable",
        "Cannot write to " + path.string() + ". Give the service's user write access, or choose another --data.");
  }
  return fail(ErrorKind::kUnavailable, "storage_failed",
              "Cannot use " + path.string() + " (" + std::generic_category().message(number) +
                  "). Check that folder, or choose another --data.");
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// False where it is there already.
Result<bool> make_folder(const fs::path& path) {
  std::error_code wrong;
  const bool made = fs::create_directories(path, wrong);
  if (wrong) return disk_error(wrong.value(), path);
  if (made) fs::permissions(path, fs::perms::owner_all, wrong);
  return made;
}

}  // namespace

std::uint64_t free_space(const fs::path& path) {
  struct statvfs disk{};
  if (statvfs(path.c_str(), &disk) != 0) return 0;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

Result<void> write_durably(const fs::path& path, std::string_view content, unsigned mode) {
  const auto partial = fs::path(path.string() + "." + random_token(6) + kPartial);
  {
    const Descriptor file(open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file) return disk_error(errno, path.parent_path());
    if (!write_all(file.get(), content) || fsync(file.get()) != 0) {
      const int number = errno;
      unlink(partial.c_str());
      return disk_error(number, path.parent_path());
    }
  }
  if (rename(partial.c_str(), path.c_str()) != 0) {
    const int number = errno;
    unlink(partial.c_str());
    return disk_error(number, path);
  }
  const Descriptor folder(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || fsync(folder.get()) != 0) return disk_error(errno, path.parent_path());
  return {};
}

Result<void> append_durably(const fs::path& path, std::string_view content, unsigned mode) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode));
  if (!file || !write_all(file.get(), content) || fsync(file.get()) != 0) return disk_error(errno, path);
  return {};
}

Result<DataFolder> DataFolder::open(const fs::path& root) {
  std::error_code wrong;
  const auto absolute = fs::absolute(root, wrong);
  const auto is_new = make_folder(absolute);
  if (!is_new) return std::unexpected(is_new.error());
  for (const auto* name : {"files", "secrets", "tls"}) {
    if (const auto made = make_folder(absolute / name); !made) return std::unexpected(made.error());
  }
  if (access(absolute.c_str(), W_OK) != 0) return disk_error(errno, absolute);
  return DataFolder(absolute, *is_new);
}

Result<DataFolder> DataFolder::open_existing(const fs::path& root) {
  std::error_code wrong;
  if (!fs::is_directory(root / "secrets", wrong)) {
    return fail(ErrorKind::kNotFound, "no_data", "There is no Visavis data in " + root.string() + ": check --data.");
  }
  return open(root);
}

class DataFolder::Lock {
 public:
  explicit Lock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;  // flock goes with the descriptor, also when the process is killed
};

Result<std::shared_ptr<DataFolder::Lock>> DataFolder::lock() const {
  Descriptor file(::open((root_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return disk_error(errno, root_ / "lock");
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::kConflict, "data_in_use",
                "Another visavis already serves " + root_.string() + ". Stop it, or choose another --data.");
  }
  return std::make_shared<Lock>(std::move(file));
}

Result<std::string> DataFolder::secret(std::string_view name) const {
  const auto path = root_ / "secrets" / name;
  struct stat about{};
  if (stat(path.c_str(), &about) != 0) {
    const auto made = write_durably(path, random_token(32), 0600);
    if (!made) return std::unexpected(made.error());
  } else if ((about.st_mode & 0077) != 0) {
    return fail(ErrorKind::kForbidden, "secret_exposed",
                path.string() + " can be read by others. Run chmod 600 on it; replace it if someone may have read it.");
  }
  std::ifstream file(path);
  std::string secret;
  if (!std::getline(file, secret) || secret.size() < 32) {
    return fail(ErrorKind::kInternal, "secret_damaged", path.string() + " cannot be read or is too short. Restore it.");
  }
  return secret;
}

Result<std::string> DataFolder::existing_secret(std::string_view name) const {
  std::error_code wrong;
  const auto path = root_ / "secrets" / name;
  if (!fs::exists(path, wrong))
    return fail(ErrorKind::kNotFound, "secret_missing", path.string() + " is missing. Restore it from the backup.");
  return secret(name);
}

namespace {

constexpr std::string_view kElsewhere = "database-elsewhere";
constexpr std::string_view kDatabase = "visavis.db";

/// The default may be spelled out.
bool lies_in(const fs::path& root, std::string_view database) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (database.empty()) return true;
  std::error_code wrong;
  return database.starts_with(kSqlite) &&
         fs::weakly_canonical(database.substr(kSqlite.size()), wrong) == fs::weakly_canonical(root / kDatabase, wrong);
}

}  // namespace

Result<void> DataFolder::check_database(std::string_view database) const {
  const auto mark = root_ / kElsewhere;
  std::error_code wrong;
  const bool elsewhere = fs::exists(mark, wrong);
  if (lies_in(root_, database) && elsewhere) {
    return fail(ErrorKind::kInvalid, "database_elsewhere",
                "The data of " + root_.string() +
                    " lie in another database: name it as data.database (--config FILE). To keep them in SQLite here "
                    "from now on, remove " +
                    mark.string() + ".");
  }
  if (!lies_in(root_, database) && !elsewhere && fs::exists(root_ / kDatabase, wrong)) {
    return fail(ErrorKind::kInvalid, "database_beside",
                "data.database names another database, and " + (root_ / kDatabase).string() +
                    " has data too, which would be left behind. Leave data.database out to go on with those, or move "
                    "that file away to begin in the other database.");
  }
  return {};
}

Result<void> DataFolder::remember_database(std::string_view database) const {
  std::error_code wrong;
  const auto mark = root_ / kElsewhere;
  if (lies_in(root_, database) || fs::exists(mark, wrong)) return {};
  return write_durably(mark, "Another database has the data: see data.database.\n", 0600);
}

Result<fs::path> FileStore::path_of(std::string_view id) const {
  if (!is_uuid(id)) return fail(ErrorKind::kNotFound, "file_not_found", "There is no such file.");
  // The last digits of a UUIDv7 are random, the first are the time.
  return root_ / id.substr(34) / id;
}

Result<void> FileStore::check_room(std::uint64_t bytes) const {
  if (free_space(root_) < bytes + kReserve) return disk_error(ENOSPC, root_);
  return {};
}

Result<void> FileStore::put(std::string_view id, std::string_view content, std::uint64_t most_bytes) const {
  if (content.size() > most_bytes) {
    return fail(ErrorKind::kTooLarge, "file_too_large",
                "The file is larger than " + std::to_string(most_bytes >> 20) + " MiB. Send a smaller one.");
  }
  const auto path = path_of(id);
  if (!path) return std::unexpected(path.error());
  if (const auto room = check_room(content.size()); !room) return room;
  if (const auto made = make_folder(path->parent_path()); !made) return std::unexpected(made.error());
  return write_durably(*path, content, 0600);
}

Result<std::string> FileStore::get(std::string_view id) const {
  const auto path = path_of(id);
  if (!path) return std::unexpected(path.error());
  std::ifstream file(*path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, "file_not_found", "There is no such file.");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool FileStore::lacks(std::string_view id) const {
  const auto path = path_of(id);
  std::error_code wrong;
  return path && fs::status(*path, wrong).type() == fs::file_type::not_found;
}

Result<bool> FileStore::remove(std::string_view id) const {
  const auto path = path_of(id);
  if (!path) return false;
  std::error_code wrong;
  const bool removed = fs::remove(*path, wrong);
  if (wrong) return disk_error(wrong.value(), *path);
  return removed;
}

std::size_t FileStore::remove_partial() const {
  std::vector<fs::path> pieces;
  std::error_code wrong;
  for (auto at = fs::recursive_directory_iterator(root_, wrong); !wrong && at != fs::end(at); at.increment(wrong)) {
    if (at->path().extension() == kPartial) pieces.push_back(at->path());
  }
  return static_cast<std::size_t>(
      std::ranges::count_if(pieces, [&](const fs::path& piece) { return fs::remove(piece, wrong); }));
}

}  // namespace visavis::platform
