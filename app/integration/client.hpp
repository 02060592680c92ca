// SPDX-License-Identifier: Apache-2.0
// A server process and plain clients for the tests of this folder: blocking sockets with a time limit, no library of
// the server's own but the framing of WebSockets.
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::app::testkit {

/// `visavis serve --demo` in a folder of its own. The same port after a restart.
class ServerProcess {
 public:
  /// `database`: as the setting data.database; empty: SQLite in the data folder.
  explicit ServerProcess(const std::string& binary, std::string database = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Returns once it says that it is ready; false if it ends instead. `more`: further flags.
  bool start(const std::vector<std::string>& more = {});
  void kill_hard();
  /// SIGTERM; the exit status.
  int stop();
  std::uint16_t port() const { return port_; }
  const std::string& output() const { return output_; }
  const std::filesystem::path& data() const { return data_; }
  /// Runs another command of the same program on the same data; its output.
  std::string command(const std::vector<std::string>& arguments) const;

 private:
  pid_t spawn(const std::vector<std::string>& arguments, int out) const;
  std::string binary_;
  std::string database_;
  std::filesystem::path data_;
  std::uint16_t port_ = 0;
  std::uint16_t media_port_ = 0;
  pid_t pid_ = -1;
  int out_ = -1;
  std::string output_;
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  boost::json::object json() const;
  std::string code() const;  // of a problem
};

class Socket {
 public:
  explicit Socket(std::uint16_t port);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  void send(std::string_view bytes);
  /// False at the end of the connection, or after ten seconds of silence.
  bool read_more(std::string& into);

 private:
  int fd_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One request on a connection of its own.
Answer call(std::uint16_t port, std::string_view method, const std::string& path, const std::string& body = {},
            Headers headers = {});
Answer call_json(std::uint16_t port, std::string_view method, const std::string& path, const boost::json::object& body,
                 Headers headers = {});

/// A WebSocket client that speaks the envelope of api/asyncapi.yaml.
class WsClient {
 public:
  WsClient(std::uint16_t port, const std::string& ticket, const std::string& origin = {});
  bool open() const { return open_; }

  void hello(std::string_view kind, const std::string& resume = {}, std::uint64_t last_seq = 0);
  /// Sends a command; its id.
  std::string command(std::string_view type, boost::json::object data, std::string id = {});
  void send_raw(std::string_view text, int first_byte = 0x81);
  /// The next message that satisfies `wanted`; the others are kept in heard(). Nothing at the end of the connection.
  std::optional<boost::json::object> next(const std::function<bool(const boost::json::object&)>& wanted);
  std::optional<boost::json::object> next(std::string_view type);
  /// ok or error of a command.
  boost::json::object reply(const std::string& id);
  /// The last `contact` event's or snapshot's view satisfying state.
  boost::json::object contact_in(std::string_view state);
  /// Reads until the connection ends; the close code, 0 without one.
  int close_code();
  std::uint64_t last_seq() const { return last_seq_; }
  const std::string& resume() const { return resume_; }
  bool resumed() const { return resumed_; }
  const std::vector<boost::json::object>& heard() const { return heard_; }

 private:
  bool read_frame(std::string& payload, int& opcode);
  Socket socket_;
  std::string buffer_;
  std::string resume_;
  bool resumed_ = false;
  bool open_ = false;
  std::uint64_t last_seq_ = 0;
  int close_code_ = 0;
  std::vector<boost::json::object> heard_;
};

std::string fresh_uuid();

}  // namespace visavis::app::testkit
