// SPDX-License-Identifier: Apache-2.0
// People come, go and renegotiate at every moment of a connection's life, over real threads and sockets. Meant for
// ThreadSanitizer above all; VISAVIS_STORM_CYCLES=10000 makes it long.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>

#include "media/worker/socket_client.hpp"
#include "media/worker/start.hpp"

namespace visavis::media {
namespace {

using testing::Control;
using testing::SocketClient;

constexpr std::size_t kPlaces = 10;
constexpr std::uint64_t kRooms = 4;

struct Place {
  std::unique_ptr<SocketClient> client;
  std::uint64_t session = 0;
  bool answered = false;
};

class Storm {
 public:
  explicit Storm(std::unique_ptr<gateway::MediaService> service) : control_(std::move(service)) {}

  void step() {
    const std::size_t at = random_() % kPlaces;
    Place& place = places_[at];
    if (place.client == nullptr) {
      join(place, at);
    } else {
      disturb(place, at);
    }
    pump();
  }

  bool calm_down() {
    for (std::uint64_t room = 1; room <= kRooms; ++room) control_.service().post(gateway::CloseRoom{{room}});
    return control_.run_until({}, [&] {
      std::uint64_t left = 0;
      for (const auto& c : control_.service().counters()) left += c.sessions + c.rooms;
      return left == 0;
    });
  }

  int cycles = 0;
  int connected = 0;
  std::uint64_t packets() {
    std::uint64_t all = 0;
    for (const auto& c : control_.service().counters()) all += c.packets_out;
    return all;
  }

 private:
  static std::uint64_t room_of(std::size_t at) { return 1 + at % kRooms; }

  void join(Place& place, std::size_t at) {
    const bool tcp = random_() % 4 == 0;
    const auto id = static_cast<std::uint32_t>(at + 1);
    place.client = std::make_unique<SocketClient>(
        sfu::testkit::ClientConfig{.id = id, .extra_video_slots = static_cast<unsigned>(random_() % 3)}, tcp);
    place.session = next_session_++;
    place.answered = false;
    gateway::OpenSession open;
    open.session = {place.session};
    open.room = {room_of(at)};
    open.participant = {at + 1};
    open.offer = place.client->client.offer();
    open.consents.bits = static_cast<std::uint8_t>(random_());
    control_.service().post(std::move(open));
    ++cycles;
  }

  void disturb(Place& place, std::size_t at) {
    const gateway::RoomId room{room_of(at)};
    const gateway::ParticipantId from{at + 1};
    const gateway::ParticipantId to{1 + random_() % kPlaces};
    switch (random_() % 16) {
      case 0:
      case 1:
        control_.service().post(gateway::CloseSession{{place.session}});
        place.client.reset();
        ++cycles;
        break;
      case 2:
        place.client.reset();  // vanishes without a word
        control_.service().post(gateway::CloseSession{{place.session}});
        break;
      case 3:
        control_.service().post(gateway::RenegotiateSession{{place.session}, place.client->client.offer()});
        ++cycles;
        break;
      case 4:
        control_.service().post(gateway::SetForwarding{room, from, to, random_() % 2 == 0, random_() % 2 == 0});
        break;
      case 5:
        control_.service().post(gateway::SetConsents{room, from, {static_cast<std::uint8_t>(random_())}});
        break;
      case 6:
        if (random_() % 20 == 0) close_room(at);
        break;
      case 7:
        control_.service().post(
            gateway::SetViews{{place.session}, {{"v", static_cast<std::uint16_t>(random_() % 900)}}});
        break;
      default:
        talk(place);
        break;
    }
  }

  void close_room(std::size_t at) {
    control_.service().post(gateway::CloseRoom{{room_of(at)}});
    for (std::size_t i = 0; i < kPlaces; ++i) {
      if (room_of(i) == room_of(at)) places_[i].client.reset();
    }
    ++cycles;
  }

  void talk(Place& place) {
    if (!place.answered || !place.client->client.connected()) return;
    for (int i = 0; i < 5; ++i) {
      place.client->client.send_audio();
      place.client->client.send_video(i == 0);
    }
  }

  void pump() {
    pollfd fd{control_.service().event_fd(), POLLIN, 0};
    poll(&fd, 1, 1);  // the workers need their time too
    fresh_.clear();
    control_.service().drain(fresh_);
    for (const gateway::Event& event : fresh_) {
      const auto* answered = std::get_if<gateway::SessionAnswered>(&event);
      if (std::holds_alternative<gateway::SessionConnected>(event)) ++connected;
      if (answered == nullptr) continue;
      for (Place& place : places_) {
        if (place.client == nullptr || place.session != answered->session.value || place.answered) continue;
        place.client->accept(answered->answer);
        place.answered = true;
      }
    }
    for (Place& place : places_) {
      if (place.client != nullptr && place.answered) place.client->pump();
    }
  }

  Control control_;
  std::mt19937 random_{17};
  std::array<Place, kPlaces> places_;
  std::uint64_t next_session_ = 1;
  std::vector<gateway::Event> fresh_;
};

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST(Storm, joins_leaves_and_renegotiations_leave_nothing_behind) {
  const char* wanted = std::getenv("VISAVIS_STORM_CYCLES");
  const int cycles = wanted != nullptr ? static_cast<int>(std::strtol(wanted, nullptr, 10)) : 1'000;
  rtc::testkit::client_identity();  // made once, not counted below
  const std::ptrdiff_t files = open_files();
  {
    gateway::MediaConfig config;
    config.advertised_ips = {"127.0.0.1"};
    config.port = 0;
    config.workers = 3;
    auto service = start_media(config);
    ASSERT_TRUE(service) << service.error().message;
    Storm storm(std::move(*service));
    while (storm.cycles < cycles) storm.step();
    EXPECT_GT(storm.connected, cycles / 20);
    EXPECT_GT(storm.packets(), 0U);
    EXPECT_TRUE(storm.calm_down());
  }
  EXPECT_EQ(open_files(), files);
}

}  // namespace
}  // namespace visavis::media
