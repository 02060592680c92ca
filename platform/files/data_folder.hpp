// SPDX-License-Identifier: Apache-2.0
// Everything the server keeps lies under one folder:
//   visavis.db      SQLite (unless PostgreSQL is used)
//   files/ab/ID     what people sent in the chat, by id
//   secrets/NAME    keys, readable by the service's user only
//   tls/            the self-signed certificate
//   database-elsewhere  says that another database has what visavis.db would
//   audit-heads.log signed heads of the audit chains
//   lock            held by the running server
// All of this blocks on the disk: start-up and task threads only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace visavis::platform {

class DataFolder {
 public:
  /// Makes the folder (0700) where it is missing. Errors say what to do: data_not_writable, storage_full.
  static Result<DataFolder> open(const std::filesystem::path& root);
  /// One that a server has been started with already. Error no_data.
  static Result<DataFolder> open_existing(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }
  /// Whether it was made when this object was opened.
  bool is_new() const { return is_new_; }
  std::filesystem::path tls() const { return root_ / "tls"; }
  /// Signed heads of the audit chains, a line per tenant and day. Copy it to where the database's administrators cannot
  /// go.
  std::filesystem::path audit_heads() const { return root_ / "audit-heads.log"; }

  /// Held until the object goes; data_in_use where another process serves this folder.
  class Lock;
  Result<std::shared_ptr<Lock>> lock() const;

  /// `database`: the setting, empty for SQLite in this folder. Data lie in one place: database_elsewhere where they are
  /// known to lie in another one and none is named, database_beside where one is named and the folder has data too.
  Result<void> check_database(std::string_view database) const;
  /// That the data lie where `database` says; once they do.
  Result<void> remember_database(std::string_view database) const;

  /// The secret of that name; made from 32 random bytes (as base64url) at the first call, mode 0600.
  /// secret_exposed where others can read the file.
  Result<std::string> secret(std::string_view name) const;
  /// One that was made before: error secret_missing.
  Result<std::string> existing_secret(std::string_view name) const;

 private:
  DataFolder(std::filesystem::path root, bool is_new) : root_(std::move(root)), is_new_(is_new) {}
  std::filesystem::path root_;
  bool is_new_;
};

/// Files by id. A stored file is complete and on the disk, or it is not there.
class FileStore {
 public:
  /// Free space that uploads leave for the database.
  static constexpr std::uint64_t kReserve = 256ULL << 20;

  explicit FileStore(const DataFolder& data) : root_(data.root() / "files") {}
  /// Whether the disk has room for a file of so many bytes. Error storage_full.
  Result<void> check_room(std::uint64_t bytes) const;
  /// `id` is a UUID. Errors: file_too_large, storage_full, storage_failed.
  Result<void> put(std::string_view id, std::string_view content, std::uint64_t most_bytes) const;
  /// file_not_found where there is none.
  Result<std::string> get(std::string_view id) const;
  /// False also where the disk cannot say that it has it not.
  bool lacks(std::string_view id) const;
  /// True where there was one.
  Result<bool> remove(std::string_view id) const;
  /// What was being stored when the process was killed. Only while nobody stores anything; how many pieces.
  std::size_t remove_partial() const;

 private:
  Result<std::filesystem::path> path_of(std::string_view id) const;
  std::filesystem::path root_;
};

/// Bytes that an unprivileged user may still write to the disk of `path`.
std::uint64_t free_space(const std::filesystem::path& path);

/// Adds to the end of a file (made with `mode` where it is missing) and syncs it.
Result<void> append_durably(const std::filesystem::path& path, std::string_view content, unsigned mode);

/// Writes a whole file beside its final place, syncs it and renames it; then syncs the folder.
Result<void> write_durably(const std::filesystem::path& path, std::string_view content, unsigned mode);

}  // namespace visavis::platform
