// SPDX-License-Identifier: Apache-2.0
#include "app/integration/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "base/check.hpp"
#include "base/ids.hpp"

namespace visavis::app::testkit {
namespace json = boost::json;

namespace {

bool bindable(int type, std::uint16_t port) {
  const int fd = ::socket(AF_INET, type, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  ::close(fd);
  return bound;
}

/// Free for TCP and UDP, and below the ports that the system lends to outgoing connections, so that none takes it
/// between this look and the server's start or its restart on the same port.
std::uint16_t free_port() {
  static std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int> ports(10'000, 30'000);
  for (;;) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    if (bindable(SOCK_STREAM, port) && bindable(SOCK_DGRAM, port)) return port;
  }
}

Answer parse_answer(const std::string& text) {
  Answer out;
  const auto head_end = text.find("\r\n\r\n");
  if (head_end == std::string::npos || text.size() < 12) return out;
  std::from_chars(text.data() + 9, text.data() + 12, out.status);  // behind "HTTP/1.1 "
  for (auto at = text.find("\r\n") + 2; at < head_end;) {
    const auto end = text.find("\r\n", at);
    const auto colon = text.find(": ", at);
    std::string name = text.substr(at, colon - at);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers[name] = text.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  out.body = text.substr(head_end + 4);
  return out;
}

}  // namespace

std::string fresh_uuid() { return new_uuid(UtcMillis{1'700'000'000'000}); }

ServerProcess::ServerProcess(const std::string& binary, std::string database)
    : binary_(binary),
      database_("VISAVIS__DATA__DATABASE=" + database),
      data_(std::filesystem::temp_directory_path() / ("visavis-it-" + random_token(8))),
      port_(free_port()),
      media_port_(free_port()) {}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) kill_hard();
  std::error_code ec;
  std::filesystem::remove_all(data_, ec);
}

pid_t ServerProcess::spawn(const std::vector<std::string>& arguments, int out) const {
  std::vector<std::string> all{binary_};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& a : all) argv.push_back(a.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  std::string database = database_;
  if (!database.ends_with('=')) environment.push_back(database.data());
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  pid_t pid = -1;
  CHECK(::posix_spawn(&pid, binary_.c_str(), &actions, nullptr, argv.data(), environment.data()) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

bool ServerProcess::start(const std::vector<std::string>& more) {
  int ends[2];
  CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<std::string> arguments{"serve",        "--demo",
                                     "--data",       data_.string(),
                                     "--listen",     "127.0.0.1:" + std::to_string(port_),
                                     "--media-ip",   "127.0.0.1",
                                     "--media-port", std::to_string(media_port_),
                                     "--workers",    "1",
                                     "--log-level",  "warning"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  pid_ = spawn(arguments, ends[1]);
  ::close(ends[1]);
  out_ = ends[0];
  output_.clear();
  char chunk[1024];
  while (output_.find("ready http") == std::string::npos) {
    const auto n = ::read(out_, chunk, sizeof chunk);
    if (n <= 0) return false;
    output_.append(chunk, static_cast<std::size_t>(n));
  }
  return true;
}

void ServerProcess::kill_hard() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(out_);
  pid_ = -1;
}

int ServerProcess::stop() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ::close(out_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string ServerProcess::command(const std::vector<std::string>& arguments) const {
  int ends[2];
  CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  auto all = arguments;
  all.insert(all.end(), {"--data", data_.string()});
  const pid_t pid = spawn(all, ends[1]);
  ::close(ends[1]);
  std::string out;
  char chunk[1024];
  for (ssize_t n = 0; (n = ::read(ends[0], chunk, sizeof chunk)) > 0;) out.append(chunk, static_cast<std::size_t>(n));
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  return out;
}

json::object Answer::json() const {
  boost::system::error_code ec;
  auto value = json::parse(body, ec);
  return ec || !value.is_object() ? json::object{} : value.get_object();
}

std::string Answer::code() const {
  const auto object = json();
  const auto* code = object.if_contains("code");
  return code && code->is_string() ? std::string(code->get_string()) : "";
}

Socket::Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Socket::~Socket() { ::close(fd_); }

void Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool Socket::read_more(std::string& into) {
  char chunk[16 * 1024];
  const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
  if (n <= 0) return false;
  into.append(chunk, static_cast<std::size_t>(n));
  return true;
}

Answer call(std::uint16_t port, std::string_view method, const std::string& path, const std::string& body,
            Headers headers) {
  std::string request = std::string(method) + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  Socket socket(port);
  socket.send(request);
  std::string text;
  while (socket.read_more(text)) {
  }
  return parse_answer(text);
}

Answer call_json(std::uint16_t port, std::string_view method, const std::string& path, const json::object& body,
                 Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  return call(port, method, path, json::serialize(body), std::move(headers));
}

WsClient::WsClient(std::uint16_t port, const std::string& ticket, const std::string& origin) : socket_(port) {
  std::string request = "GET /v1/ws?ticket=" + ticket + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: visavis.v1\r\n";
  if (!origin.empty()) request += "Origin: " + origin + "\r\n";
  socket_.send(request + "\r\n");
  while (buffer_.find("\r\n\r\n") == std::string::npos && socket_.read_more(buffer_)) {
  }
  open_ = buffer_.starts_with("HTTP/1.1 101");
  if (open_) buffer_.erase(0, buffer_.find("\r\n\r\n") + 4);
}

void WsClient::send_raw(std::string_view text, int first_byte) {
  std::string frame{static_cast<char>(first_byte)};
  const std::uint64_t n = text.size();
  const int bytes = n < 126 ? 0 : n <= 0xffff ? 2 : 8;
  frame += static_cast<char>(0x80 | (bytes == 0 ? static_cast<int>(n) : bytes == 2 ? 126 : 127));
  for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(n >> (8 * i) & 0xff);
  frame += std::string(4, '\0');  // a mask of zeros: legal, and the payload stays readable
  frame += text;
  socket_.send(frame);
}

void WsClient::hello(std::string_view kind, const std::string& resume, std::uint64_t last_seq) {
  json::object data{{"client", {{"kind", kind}, {"lang", "en"}}}};
  if (!resume.empty()) {
    data["resume"] = resume;
    data["last_seq"] = last_seq;
  }
  command("hello", std::move(data));
  const auto welcome = next("welcome");
  if (!welcome) return;
  resume_ = welcome->at("data").at("resume").as_string();
  resumed_ = welcome->at("data").at("resumed").as_bool();
}

std::string WsClient::command(std::string_view type, json::object data, std::string id) {
  if (id.empty()) id = fresh_uuid();
  send_raw(json::serialize(
      json::object{{"type", type}, {"id", id}, {"ts", 0}, {"seq", last_seq_}, {"data", std::move(data)}}));
  return id;
}

bool WsClient::read_frame(std::string& payload, int& opcode) {
  while (true) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[i]); };
    if (buffer_.size() >= 2) {
      std::size_t head = 2;
      std::uint64_t length = byte(1);
      if (length >= 126) {
        head = length == 126 ? 4 : 10;
        length = 0;
        for (std::size_t i = 2; i < head && buffer_.size() >= head; ++i) length = length << 8 | byte(i);
      }
      if (buffer_.size() >= head && buffer_.size() - head >= length) {
        opcode = byte(0) & 0x0f;
        payload = buffer_.substr(head, length);
        buffer_.erase(0, head + length);
        return true;
      }
    }
    if (!socket_.read_more(buffer_)) return false;
  }
}

std::optional<json::object> WsClient::next(const std::function<bool(const json::object&)>& wanted) {
  std::string payload;
  int opcode = 0;
  while (read_frame(payload, opcode)) {
    if (opcode == 9) send_raw(payload, 0x8a);
    if (opcode == 8) {
      if (payload.size() >= 2)
        close_code_ = static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
      send_raw(payload, 0x88);
    }
    if (opcode != 1) continue;
    auto message = json::parse(payload).as_object();
    last_seq_ = std::max(last_seq_, message.at("seq").to_number<std::uint64_t>());
    heard_.push_back(message);
    if (wanted(message)) return message;
  }
  return std::nullopt;
}

std::optional<json::object> WsClient::next(std::string_view type) {
  return next([type](const json::object& m) { return m.at("type").as_string() == type; });
}

json::object WsClient::reply(const std::string& id) {
  auto found = next([&](const json::object& m) { return m.contains("re") && m.at("re").as_string() == id; });
  return found.value_or(json::object{{"type", "none"}, {"data", json::object{}}});
}

json::object WsClient::contact_in(std::string_view state) {
  const auto found = next([&](const json::object& m) {
    const auto& type = m.at("type").as_string();
    if (type != "contact") return false;
    return m.at("data").at("contact").at("state").as_string() == state;
  });
  return found ? found->at("data").at("contact").as_object() : json::object{};
}

int WsClient::close_code() {
  next([](const json::object&) { return false; });
  return close_code_;
}

}  // namespace visavis::app::testkit
