// SPDX-License-Identifier: Apache-2.0
#include "media/worker/worker.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/ids.hpp"

namespace visavis::media {
namespace {

constexpr std::size_t kCommandQueue = 4096;
constexpr std::size_t kConnectionQueue = 64;
constexpr std::size_t kMaxPackets = 262'144;     // 400 MB, in slabs as they are needed
constexpr std::size_t kCachedPackets = 261'000;  // the rest is for what is being handled
constexpr unsigned kBatchesPerTurn = 4;          // then timers and commands have their turn
constexpr int kMaxEvents = 64;
constexpr Micros kSweep = Seconds{1};
constexpr int kLongestWait = 1000;
constexpr int kReaderWait = 5;  // the reader of a full queue gives no sign

enum Tag : std::uint32_t { kWake, kUdp, kTcpListener, kTcpConnection };

Instant clock_now() {
  return Instant{std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch())};
}

gateway::TrackKind kind_of(rtc::MediaKind kind) {
  return kind == rtc::MediaKind::kVideo ? gateway::TrackKind::kVideo : gateway::TrackKind::kAudio;
}

}  // namespace

void SharedCounters::store(const gateway::WorkerCounters& counters) {
  const auto values = std::bit_cast<std::array<std::uint64_t, kCount>>(counters);
  for (std::size_t i = 0; i < kCount; ++i) values_[i].store(values[i], std::memory_order_relaxed);
}

gateway::WorkerCounters SharedCounters::load() const {
  std::array<std::uint64_t, kCount> values;
  for (std::size_t i = 0; i < kCount; ++i) values[i] = values_[i].load(std::memory_order_relaxed);
  return std::bit_cast<gateway::WorkerCounters>(values);
}

Worker::Worker(const WorkerConfig& config)
    : event_signal_(config.event_signal),
      pool_(kMaxPackets),
      commands_(kCommandQueue),
      handed_over_(kConnectionQueue) {}

Result<std::unique_ptr<Worker>> Worker::create(const WorkerConfig& config) {
  std::unique_ptr<Worker> worker(new Worker(config));
  if (const auto opened = worker->open(config); !opened) return std::unexpected(opened.error());
  return worker;
}

Worker::~Worker() {
  if (thread_.joinable()) {
    stop_.store(true, std::memory_order_release);
    eventfd_write(wake_.get(), 1);
    thread_.join();
  }
}

Result<void> Worker::open(const WorkerConfig& config) {
  epoll_ = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = FileDescriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!epoll_ || !wake_) {
    return fail(ErrorKind::kUnavailable, "descriptors_spent",
                "The system gives no more file descriptors (" + std::generic_category().message(errno) +
                    "): raise the limit (ulimit -n).");
  }
  watch(wake_.get(), kWake);
  tcp_connections_ = std::make_unique<TcpListener>(epoll_.get(), kTcpConnection, pool_);
  if (auto sockets = open_sockets(config.port); !sockets) return sockets;
  receiver_ = std::make_unique<UdpReceiver>(pool_, locals_);
  sender_ = std::make_unique<UdpSender>(udp_[0].get(), udp_[1].get(), locals_);

  sfu::EngineConfig engine;
  engine.identity = config.identity;
  engine.max_sessions = config.max_sessions;
  engine.max_cached_packets = kCachedPackets;
  std::array<std::uint8_t, 8> seed;
  fill_random(seed);
  engine.seed = load_be64(seed.data());
  for (const std::string& ip : config.advertised_ips) {
    const auto address = rtc::NetAddress::parse(ip, port_);
    if (!address) {
      return fail(ErrorKind::kInvalid, "media_ip_invalid",
                  "\"" + ip + "\" is no IP address; --media-ip takes literal IPv4 or IPv6 addresses.");
    }
    engine.udp_candidates.push_back(*address);
    engine.tcp_candidates.push_back(*address);
  }
  for (std::size_t i = engine.udp_candidates.size(); config.web_port != 0 && i > 0; --i) {
    engine.tcp_candidates.push_back(engine.udp_candidates[engine.udp_candidates.size() - i].with_port(config.web_port));
  }
  engine.ufrag_prefix = config.ufrag_prefix;
  now_ = clock_now();
  engine_ = std::make_unique<sfu::Engine>(std::move(engine), *this, now_);
  return {};
}

Result<void> Worker::open_sockets(std::uint16_t port) {
  // Any port: the system picks one that is free for UDP over IPv4, which may be taken for TCP or IPv6; then another.
  constexpr int kTries = 32;
  for (int tries = port == 0 ? kTries : 1;; --tries) {
    port_ = port;
    auto opened = open_family(rtc::NetAddress::Family::kV4);
    if (opened) opened = open_family(rtc::NetAddress::Family::kV6);
    // A machine without IPv6 is served by IPv4 alone.
    if (opened || (udp_[0] && opened.error().code == "family_unavailable")) break;
    if (tries == 1) return opened;
  }
  for (const auto& udp : udp_)
    if (udp) watch(udp.get(), kUdp);
  for (const auto& tcp : tcp_)
    if (tcp) watch(tcp.get(), kTcpListener);
  return {};
}

Result<void> Worker::open_family(rtc::NetAddress::Family family) {
  const std::size_t i = family == rtc::NetAddress::Family::kV6 ? 1 : 0;
  auto udp = open_udp(family, port_);
  if (!udp) return std::unexpected(udp.error());
  if (port_ == 0) port_ = bound_port(*udp);
  auto tcp = open_tcp(family, port_);
  if (!tcp) return std::unexpected(tcp.error());
  udp_[i] = std::move(*udp);
  tcp_[i] = std::move(*tcp);
  return {};
}

void Worker::watch(int fd, std::uint32_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = std::uint64_t{tag} << 32 | static_cast<std::uint32_t>(fd);
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Worker::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "media");
}

void Worker::post(gateway::Command command) {
  command_overflow_.push_back(std::move(command));
  while (!command_overflow_.empty() && commands_.push(std::move(command_overflow_.front())))
    command_overflow_.pop_front();
  eventfd_write(wake_.get(), 1);
}

void Worker::hand_over(FileDescriptor connection) {
  if (handed_over_.push(std::move(connection))) eventfd_write(wake_.get(), 1);
}

// ---- the thread ----

void Worker::run() {
  // The default slack would stretch each pause by a twentieth.
  prctl(PR_SET_TIMERSLACK, 1'000);
  while (!stop_.load(std::memory_order_acquire)) {
    let_packets_gather();
    turn(timeout());
  }
  // Whoever is connected hears of the end (close_notify) instead of guessing it.
  engine_->close_all(now_);
  sender_->flush();
}

int Worker::timeout() const {
  const Instant deadline = engine_->deadline();
  const int longest = events_.waits() ? kReaderWait : kLongestWait;
  if (deadline == kNever) return longest;
  const auto wait = std::chrono::ceil<Millis>(std::max(deadline - now_, Micros::zero())).count();
  return static_cast<int>(std::min<std::int64_t>(wait, longest));
}

void Worker::let_packets_gather() {
  const Micros pause = moderation_.pause();
  if (more_waits_ || pause == Micros::zero()) return;
  const timespec time{0, std::chrono::nanoseconds(pause).count()};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

void Worker::turn(int timeout_ms) {
  received_ = 0;
  more_waits_ = false;
  std::array<epoll_event, kMaxEvents> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kMaxEvents, timeout_ms);
  now_ = clock_now();
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint32_t>(events[static_cast<std::size_t>(i)].data.u64);
    switch (static_cast<Tag>(events[static_cast<std::size_t>(i)].data.u64 >> 32)) {
      case kUdp:
        receive(static_cast<int>(number));
        break;
      case kWake:
        take_commands();
        break;
      case kTcpListener:
        tcp_connections_->accept_from(static_cast<int>(number), now_, *this);
        break;
      case kTcpConnection:
        tcp_connections_->on_event(number, events[static_cast<std::size_t>(i)].events, now_, *this);
        break;
    }
  }
  engine_->handle_deadlines(now_);
  if (now_ >= next_sweep_) {
    tcp_connections_->sweep(now_, *this);
    next_sweep_ = now_ + kSweep;
  }
  sender_->flush();
  moderation_.on_turn(received_, now_);
  publish();
}

void Worker::receive(int socket) {
  for (unsigned batch = 0; batch < kBatchesPerTurn; ++batch) {
    const unsigned count = receiver_->receive(socket, [this](const rtc::Path& path, rtc::PacketRef& buffer) {
      engine_->handle_datagram(path, buffer, now_);
    });
    received_ += count;
    if (count < UdpReceiver::kBatch) return;
    sender_->flush();
  }
  more_waits_ = true;
}

bool Worker::on_frame(const rtc::Path& path, rtc::PacketRef& buffer) {
  engine_->handle_datagram(path, buffer, now_);
  return engine_->knows(path);
}
void Worker::on_gone(const rtc::Path& path) { engine_->forget_path(path, now_); }

void Worker::commit(const rtc::Path& path, std::size_t size) {
  if (path.protocol == rtc::PathProtocol::kUdp) {
    sender_->commit(path, size);
  } else {
    tcp_connections_->send(path, Bytes{sender_->reserve()}.first(size));
  }
}

void Worker::take_commands() {
  eventfd_t ignored = 0;
  eventfd_read(wake_.get(), &ignored);
  gateway::Command command;
  while (commands_.pop(command)) execute(command);
  FileDescriptor connection;
  while (handed_over_.pop(connection)) tcp_connections_->adopt(std::exchange(connection, {}), now_, *this);
}

void Worker::execute(gateway::Command& command) {
  using namespace gateway;
  if (auto* c = std::get_if<OpenSession>(&command)) {
    sfu::OpenRequest request;
    request.session = {c->session.value, c->participant.value, static_cast<sfu::SessionRole>(c->role),
                       c->only_from.value};
    request.room = c->room.value;
    request.offer = c->offer;
    request.consents = c->consents.bits;
    answer(c->session, engine_->open_session(request, now_));
  } else if (auto* r = std::get_if<RenegotiateSession>(&command)) {
    answer(r->session, engine_->renegotiate(r->session.value, r->offer, now_));
  } else if (auto* t = std::get_if<TrickleSession>(&command)) {
    auto fragment = engine_->trickle(t->session.value, t->fragment, now_);
    if (fragment) {
      emit(SessionTrickled{t->session, std::move(*fragment)});
    } else {
      emit(SessionRefused{t->session, fragment.error().message});
    }
  } else if (auto* close = std::get_if<CloseSession>(&command)) {
    engine_->close_session(close->session.value, now_);
  } else if (auto* open = std::get_if<OpenRoom>(&command)) {
    engine_->open_room(open->room.value);
  } else if (auto* end = std::get_if<CloseRoom>(&command)) {
    engine_->close_room(end->room.value, now_);
  } else if (auto* consents = std::get_if<SetConsents>(&command)) {
    engine_->set_consents(consents->room.value, consents->participant.value, consents->consents.bits);
  } else if (auto* shown = std::get_if<SetViews>(&command)) {
    std::vector<sfu::View> views;
    views.reserve(shown->views.size());
    for (const auto& view : shown->views) views.push_back({view.mid, view.lines});
    engine_->set_views(shown->session.value, views, now_);
  } else if (auto* f = std::get_if<SetForwarding>(&command)) {
    engine_->set_forwarding(f->room.value, f->from.value, f->to.value, f->audio, f->video, now_);
  }
}

void Worker::answer(gateway::SessionId session, Result<std::string> answer) {
  if (answer) {
    emit(gateway::SessionAnswered{session, std::move(*answer)});
  } else {
    emit(gateway::SessionRefused{session, answer.error().message});
  }
}

void Worker::emit(gateway::Event event) {
  events_waiting_ = true;
  events_.put(std::move(event));
}

void Worker::publish() {
  events_.flush();
  if (events_waiting_) {
    events_waiting_ = events_.waits();
    eventfd_write(event_signal_, 1);
  }
  const sfu::EngineCounters& e = engine_->counters();
  gateway::WorkerCounters c;
  c.packets_in = e.packets_in;
  c.packets_out = e.packets_out;
  c.bytes_in = e.bytes_in;
  c.bytes_out = e.bytes_out;
  c.dropped_malformed = e.dropped_malformed;
  c.dropped_unauthenticated = e.dropped_unauthenticated;
  c.dropped_unknown_path = e.dropped_unknown_path;
  c.send_errors = sender_->errors() + tcp_connections_->dropped();
  c.sessions = engine_->sessions();
  c.rooms = engine_->rooms();
  c.nacks_sent = e.nacks_sent;
  c.nacks_received = e.nacks_received;
  c.retransmissions = e.retransmissions;
  c.plis_sent = e.plis_sent;
  shared_.store(c);
}

// ---- sfu::EngineSink ----

void Worker::on_connected(sfu::SessionKey session, rtc::SrtpProfile profile, const rtc::Path& path) {
  emit(gateway::SessionConnected{
      {session}, std::string(rtc::to_string(profile)), path.protocol == rtc::PathProtocol::kTcp ? "tcp" : "udp"});
}

void Worker::on_closed(sfu::SessionKey session, sfu::CloseCause cause) {
  emit(gateway::SessionClosed{{session}, static_cast<gateway::CloseCause>(cause)});
}

void Worker::on_reachable(sfu::SessionKey session, bool reachable) {
  emit(gateway::SessionReachable{{session}, reachable});
}

void Worker::on_slot_changed(sfu::SessionKey session, std::string_view mid, sfu::ParticipantKey participant,
                             rtc::MediaKind kind, std::uint8_t ordinal) {
  emit(gateway::SlotChanged{{session}, std::string(mid), {participant}, kind_of(kind), ordinal});
}

void Worker::on_track_flow(sfu::SessionKey session, std::string_view mid, rtc::MediaKind kind, bool flowing) {
  emit(gateway::TrackFlow{{session}, std::string(mid), kind_of(kind), flowing});
}

void Worker::on_codec_switch_needed(sfu::SessionKey session, std::string_view mid, std::string_view codec) {
  emit(gateway::CodecSwitchNeeded{{session}, std::string(mid), std::string(codec)});
}

void Worker::on_stats(sfu::SessionKey session, Micros round_trip, std::span<const sfu::TrackReport> tracks) {
  gateway::SessionStats stats;
  stats.session = {session};
  stats.rtt_us = static_cast<std::uint32_t>(round_trip.count());
  stats.tracks.reserve(tracks.size());
  for (const sfu::TrackReport& t : tracks) {
    stats.tracks.push_back({std::string(t.mid), kind_of(t.kind), t.outgoing, t.packets, t.bytes, t.lost, t.nacks,
                            t.retransmitted, t.plis, t.bitrate, t.loss_fraction,
                            static_cast<std::uint32_t>(t.jitter.count())});
  }
  emit(std::move(stats));
}

}  // namespace visavis::media
