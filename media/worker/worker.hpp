// SPDX-License-Identifier: Apache-2.0
// One media thread: its sockets, its rooms, its mailboxes. Nothing in it is shared with another thread but the two
// queues and the counters.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/spsc_queue.hpp"
#include "media/gateway/messages.hpp"
#include "media/sfu/room/engine.hpp"
#include "media/worker/event_outbox.hpp"
#include "media/worker/file_descriptor.hpp"
#include "media/worker/local_addresses.hpp"
#include "media/worker/moderation.hpp"
#include "media/worker/tcp_listener.hpp"
#include "media/worker/udp_receiver.hpp"
#include "media/worker/udp_sender.hpp"

namespace visavis::media {

struct WorkerConfig {
  std::vector<std::string> advertised_ips;
  std::uint16_t port = 0;      // 0 = any free one
  std::uint16_t web_port = 0;  // offered for ICE-TCP too; 0 = none
  std::string ufrag_prefix;    // of this worker's ICE names
  std::shared_ptr<const rtc::DtlsIdentity> identity;
  std::size_t max_sessions = 2000;
  int event_signal = -1;  // eventfd to write to when events wait
};

/// WorkerCounters that any thread may read.
class SharedCounters {
 public:
  void store(const gateway::WorkerCounters& counters);
  gateway::WorkerCounters load() const;

 private:
  static constexpr std::size_t kCount = sizeof(gateway::WorkerCounters) / sizeof(std::uint64_t);
  std::array<std::atomic<std::uint64_t>, kCount> values_{};
};

class Worker final : public sfu::EngineSink, public TcpListener::Handler {
 public:
  static Result<std::unique_ptr<Worker>> create(const WorkerConfig& config);
  ~Worker();

  void start();
  /// Control thread.
  void post(gateway::Command command);
  /// A TCP connection that another socket accepted, nothing of it read. Closed where too many come at once.
  void hand_over(FileDescriptor connection);
  bool take(gateway::Event& event) { return events_.take(event); }
  gateway::WorkerCounters counters() const { return shared_.load(); }
  std::uint16_t port() const { return port_; }
  std::size_t load() const { return static_cast<std::size_t>(counters().sessions); }

  // sfu::EngineSink
  MutableBytes reserve() override { return sender_->reserve(); }
  void commit(const rtc::Path& path, std::size_t size) override;
  void on_connected(sfu::SessionKey session, rtc::SrtpProfile profile, const rtc::Path& path) override;
  void on_closed(sfu::SessionKey session, sfu::CloseCause cause) override;
  void on_reachable(sfu::SessionKey session, bool reachable) override;
  void on_slot_changed(sfu::SessionKey session, std::string_view mid, sfu::ParticipantKey participant,
                       rtc::MediaKind kind, std::uint8_t ordinal) override;
  void on_track_flow(sfu::SessionKey session, std::string_view mid, rtc::MediaKind kind, bool flowing) override;
  void on_codec_switch_needed(sfu::SessionKey session, std::string_view mid, std::string_view codec) override;
  void on_stats(sfu::SessionKey session, Micros round_trip, std::span<const sfu::TrackReport> tracks) override;
  // TcpListener::Handler
  bool on_frame(const rtc::Path& path, rtc::PacketRef& buffer) override;
  void on_gone(const rtc::Path& path) override;

 private:
  explicit Worker(const WorkerConfig& config);
  Result<void> open(const WorkerConfig& config);
  Result<void> open_sockets(std::uint16_t port);
  Result<void> open_family(rtc::NetAddress::Family family);
  void watch(int fd, std::uint32_t tag);

  void run();
  void turn(int timeout_ms);
  void let_packets_gather();
  void receive(int socket);
  void take_commands();
  void execute(gateway::Command& command);
  void answer(gateway::SessionId session, Result<std::string> answer);
  void emit(gateway::Event event);
  void publish();
  int timeout() const;

  FileDescriptor epoll_;
  FileDescriptor wake_;
  std::array<FileDescriptor, 2> udp_;  // IPv4, IPv6
  std::array<FileDescriptor, 2> tcp_;
  std::uint16_t port_ = 0;
  int event_signal_;
  rtc::PacketPool pool_;  // outlives the engine and the receivers, which hold packets
  LocalAddresses locals_;
  std::unique_ptr<UdpReceiver> receiver_;
  std::unique_ptr<UdpSender> sender_;
  std::unique_ptr<TcpListener> tcp_connections_;
  std::unique_ptr<sfu::Engine> engine_;
  Instant now_{};
  Instant next_sweep_{};
  Moderation moderation_;
  std::size_t received_ = 0;  // datagrams in this turn
  bool more_waits_ = false;   // this turn left datagrams in a socket
  bool events_waiting_ = false;

  SpscQueue<gateway::Command> commands_;
  SpscQueue<FileDescriptor> handed_over_;
  std::deque<gateway::Command> command_overflow_;  // control thread's
  EventOutbox events_;
  SharedCounters shared_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace visavis::media
