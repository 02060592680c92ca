// SPDX-License-Identifier: Apache-2.0
#include "media/worker/start.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "media/rtc/wire/stun.hpp"
#include "media/worker/worker.hpp"

namespace visavis::media {
namespace {

/// ICE names begin with their worker's number, so that a connection to the web port finds its way.
std::string ufrag_prefix(std::size_t worker) { return std::to_string(worker) + "/"; }

constexpr std::size_t kLength = 2;  // before each frame (RFC 4571)
/// A Binding request with everything that a browser puts into it takes some hundred bytes, and the longest USERNAME 513
/// (RFC 8489, section 14.3).
constexpr std::size_t kMaxCheck = 800;

/// The receiver's ICE name of a connectivity check that waits unread in a socket; empty where something else waits.
std::string waiting_check(int fd) {
  std::array<std::uint8_t, 1'024> start;
  const ssize_t n = recv(fd, start.data(), start.size(), MSG_PEEK | MSG_DONTWAIT);
  if (n < static_cast<ssize_t>(kLength)) return {};
  const Bytes rest = Bytes{start}.first(static_cast<std::size_t>(n)).subspan(kLength);
  const std::size_t size = load_be16(start.data());
  if (size > rest.size()) return {};
  const auto check = rtc::StunView::parse(rest.first(size));
  const auto name = check ? rtc::split_stun_username(check->username) : std::nullopt;
  return name ? std::string(name->receiver) : std::string{};
}

class Service final : public gateway::MediaService {
 public:
  explicit Service(FileDescriptor signal) : signal_(std::move(signal)) {}

  int signal() const { return signal_.get(); }
  void add(std::unique_ptr<Worker> worker) { workers_.push_back(std::move(worker)); }
  void start() {
    for (const auto& worker : workers_) worker->start();
  }

  void post(gateway::Command command) override {
    std::visit([&](auto& c) { route(c, std::move(command)); }, command);
  }

  int event_fd() const override { return signal_.get(); }

  void drain(std::vector<gateway::Event>& out) override {
    eventfd_t ignored = 0;
    eventfd_read(signal_.get(), &ignored);
    gateway::Event event;
    for (const auto& worker : workers_) {
      while (worker->take(event)) {
        note(event);
        out.push_back(std::move(event));
      }
    }
  }

  void take_connection(int fd) override {
    FileDescriptor socket(fd);
    const std::string name = waiting_check(fd);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (name.starts_with(ufrag_prefix(i))) return workers_[i]->hand_over(std::move(socket));
    }
  }

  std::size_t connection_wants(Bytes start) const override {
    // A length, then the beginning of a Binding request (RFC 8489, section 5).
    if (start.size() < kLength) return kLength;
    const std::size_t size = load_be16(start.data());
    if (size < rtc::kStunHeaderSize || size > kMaxCheck) return 0;
    constexpr std::array<std::uint8_t, 2> kBindingRequest{0, 1};
    const Bytes type = start.subspan(kLength, std::min(start.size() - kLength, kBindingRequest.size()));
    return std::ranges::equal(type, Bytes{kBindingRequest}.first(type.size())) ? kLength + size : 0;
  }

  std::vector<gateway::WorkerCounters> counters() const override {
    std::vector<gateway::WorkerCounters> all;
    all.reserve(workers_.size());
    for (const auto& worker : workers_) all.push_back(worker->counters());
    return all;
  }

 private:
  struct SessionPlace {
    std::size_t worker = 0;
    bool answered = false;  // a refusal before it means that the session never was
  };

  void note(const gateway::Event& event) {
    if (const auto* closed = std::get_if<gateway::SessionClosed>(&event)) {
      sessions_.erase(closed->session);
    } else if (const auto* answered = std::get_if<gateway::SessionAnswered>(&event)) {
      if (const auto at = sessions_.find(answered->session); at != sessions_.end()) at->second.answered = true;
    } else if (const auto* refused = std::get_if<gateway::SessionRefused>(&event)) {
      const auto at = sessions_.find(refused->session);
      if (at != sessions_.end() && !at->second.answered) sessions_.erase(at);
    }
  }

  /// Rooms go where the fewest rooms are; a call never spans workers.
  std::size_t place(gateway::RoomId room) {
    const auto at = rooms_.find(room);
    if (at != rooms_.end()) return at->second;
    if (rooms_per_worker_.empty()) rooms_per_worker_.resize(workers_.size());
    const auto least = std::ranges::min_element(rooms_per_worker_);
    ++*least;
    return rooms_[room] = static_cast<std::size_t>(least - rooms_per_worker_.begin());
  }

  template <class C>
  void route(C& c, gateway::Command&& command) {
    if constexpr (requires { c.room; }) {
      if constexpr (!std::is_same_v<C, gateway::OpenRoom> && !std::is_same_v<C, gateway::OpenSession>) {
        if (!rooms_.contains(c.room)) return;
      }
      const gateway::RoomId room = c.room;
      const std::size_t worker = place(room);
      if constexpr (std::is_same_v<C, gateway::OpenSession>) sessions_.try_emplace(c.session, SessionPlace{worker});
      workers_[worker]->post(std::move(command));
      if constexpr (std::is_same_v<C, gateway::CloseRoom>) {
        --rooms_per_worker_[worker];
        rooms_.erase(room);
      }
    } else {
      const auto at = sessions_.find(c.session);
      if (at != sessions_.end()) workers_[at->second.worker]->post(std::move(command));
    }
  }

  FileDescriptor signal_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::size_t> rooms_per_worker_;
  std::unordered_map<gateway::RoomId, std::size_t> rooms_;
  std::unordered_map<gateway::SessionId, SessionPlace> sessions_;
};

}  // namespace

Result<std::unique_ptr<gateway::MediaService>> start_media(const gateway::MediaConfig& config) {
  if (config.advertised_ips.empty()) {
    return fail(ErrorKind::kInvalid, "media_ip_missing",
                "No address to advertise for media; give one with --media-ip.");
  }
  auto identity = rtc::DtlsIdentity::generate();
  if (!identity) return std::unexpected(identity.error());
  FileDescriptor signal(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!signal)
    return fail(ErrorKind::kUnavailable, "descriptors_spent",
                "The system gives no more file descriptors: raise the limit (ulimit -n).");
  auto service = std::make_unique<Service>(std::move(signal));
  for (unsigned i = 0; i < std::max(1U, config.workers); ++i) {
    WorkerConfig worker;
    worker.advertised_ips = config.advertised_ips;
    worker.port = config.port == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(config.port + i);
    worker.web_port = config.web_port;
    worker.ufrag_prefix = ufrag_prefix(i);
    worker.identity = *identity;
    worker.max_sessions = config.max_sessions_per_worker;
    worker.event_signal = service->signal();
    auto created = Worker::create(worker);
    if (!created) return std::unexpected(created.error());
    service->add(std::move(*created));
  }
  service->start();
  return service;
}

}  // namespace visavis::media
