// SPDX-License-Identifier: Apache-2.0
#include "app/bot/practice_bot.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "app/bot/behaviour.hpp"
#include "app/bot/encoder.hpp"
#include "app/bot/media_client.hpp"
#include "app/bot/signalling.hpp"
#include "app/bot/voice.hpp"

namespace visavis::bot {
namespace asio = boost::asio;
namespace json = boost::json;
using udp = asio::ip::udp;

namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 360;
constexpr int kFramesPerSecond = 15;
constexpr auto kTick = std::chrono::milliseconds(10);
constexpr auto kLimit = Seconds{30 * 60};

Instant monotonic() {
  return Instant{std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch())};
}
UtcMillis utc() {
  return {std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

class PracticeBot {
 public:
  PracticeBot(const BotOptions& options, std::shared_ptr<const rtc::DtlsIdentity> identity)
      : socket_(io_, udp::endpoint(udp::v4(), 0)),
        media_(std::move(identity), [this](const rtc::NetAddress& to, Bytes datagram) { transmit(to, datagram); }),
        behaviour_(options.language),
        signalling_(
            io_, options.url, options.token,
            [this](const std::string& type, const json::object& message) { on_message(type, message); },
            [this](const std::string& why) { on_end(why); }),
        video_(kWidth, kHeight, kFramesPerSecond, 600),
        picture_(kWidth, kHeight) {}

  int run() {
    socket_.non_blocking(true);
    signalling_.start();
    began_ = monotonic();
    next_audio_ = next_frame_ = began_;
    tick();
    io_.run();
    return failed_ ? 1 : 0;
  }

 private:
  void transmit(const rtc::NetAddress& to, Bytes datagram) {
    boost::system::error_code ignored;  // the network loses datagrams too
    const udp::endpoint where(asio::ip::make_address(to.ip_string()), to.port());
    socket_.send_to(asio::buffer(datagram.data(), datagram.size()), where, 0, ignored);
  }

  void tick() {
    const auto now = monotonic();
    receive(now);
    media_.handle_time(now, utc());
    if (media_.connected() && behaviour_.in_call()) {
      speak_if_due(now);
      while (next_audio_ <= now) send_audio(now);
      while (next_frame_ <= now) send_frame(now);
    } else {
      next_audio_ = next_frame_ = now;
    }
    while (auto reply = behaviour_.reply_due()) {
      signalling_.command("chat.send", {{"contact_id", contact_}, {"text", *reply}});
    }
    if (behaviour_.take_rating_due()) {
      signalling_.command("contact.rate", {{"contact_id", contact_}, {"stars", 5}, {"solved", true}});
    }
    if (behaviour_.over() || now - began_ > kLimit) signalling_.close();
    if (ended_) return;
    timer_.expires_after(kTick);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) tick();
    });
  }

  void receive(Instant now) {
    std::array<std::uint8_t, 2'048> buffer{};
    for (;;) {
      udp::endpoint from;
      boost::system::error_code error;
      const auto size = socket_.receive_from(asio::buffer(buffer), from, 0, error);
      if (error) return;
      const auto address = rtc::NetAddress::parse(from.address().to_string(), from.port());
      if (address) media_.handle_datagram(*address, MutableBytes{buffer}.first(size), now);
    }
  }

  void speak_if_due(Instant now) {
    const auto sentence = behaviour_.sentence_due(now);
    if (!sentence) return;
    speech_ = speak(*sentence, behaviour_.language());
    spoken_ = 0;
    behaviour_.sentence_ends_at(now + Micros{speech_.size() * 1'000'000 / kVoiceRate});
  }

  void send_audio(Instant) {
    std::array<std::int16_t, OpusEncoder20ms::kSamples> block{};
    const auto count = std::min(block.size(), speech_.size() - spoken_);
    std::copy_n(speech_.begin() + static_cast<std::ptrdiff_t>(spoken_), count, block.begin());
    spoken_ += count;
    double power = 0;
    for (const auto sample : block) power += sample * static_cast<double>(sample);
    loudness_ = std::min(1.0, std::sqrt(power / block.size()) / 6'000);
    media_.send_audio(opus_.encode(block));
    next_audio_ += Millis{20};
  }

  void send_frame(Instant now) {
    draw_customer(picture_, std::chrono::duration<double>(now - began_).count(), loudness_);
    const auto frame = video_.encode(picture_, media_.take_key_frame_request());
    if (!frame.empty()) media_.send_video(frame, 90'000 / kFramesPerSecond);
    next_frame_ += Micros{1'000'000 / kFramesPerSecond};
  }

  void on_message(const std::string& type, const json::object& message) {
    const auto* data = message.if_contains("data");
    if (data == nullptr || !data->is_object()) return;
    const auto& body = data->as_object();
    if (type == "snapshot") {
      on_contact(body.at("contact").as_object());
      offer_media();
    } else if (type == "contact") {
      on_contact(body.at("contact").as_object());
    } else if (type == "chat.message") {
      const auto& from = body.at("message").as_object().at("from").as_string();
      if (from != me_ && from != "system") behaviour_.on_agent_message();
    } else if (type == "ok" && message.contains("re") && message.at("re").as_string() == offer_id_) {
      const auto accepted = media_.accept(std::string(body.at("sdp").as_string()), monotonic());
      if (!accepted) std::fprintf(stderr, "practice customer: %s\n", accepted.error().message.c_str());
    }
  }

  void on_contact(const json::object& contact) {
    contact_ = std::string(contact.at("id").as_string());
    const auto* hold = contact.if_contains("hold");
    const bool held =
        hold != nullptr && hold->is_object() && hold->as_object().contains("on") && hold->at("on").as_bool();
    behaviour_.on_contact(std::string_view(contact.at("state").as_string()), held);
    for (const auto& person : contact.at("participants").as_array()) {
      if (person.at("role").as_string() == "customer") me_ = std::string(person.at("id").as_string());
    }
  }

  void offer_media() {
    if (!offer_id_.empty()) return;
    offer_id_ = signalling_.command("media.offer", {{"contact_id", contact_}, {"sdp", media_.offer()}});
    signalling_.command("media.state", {{"contact_id", contact_}, {"audio", "on"}, {"video", "on"}});
  }

  void on_end(const std::string& why) {
    failed_ = !behaviour_.over();
    if (failed_) std::fprintf(stderr, "practice customer: %s\n", why.c_str());
    ended_ = true;
    timer_.cancel();
  }

  asio::io_context io_{1};
  udp::socket socket_;
  asio::steady_timer timer_{io_};
  MediaClient media_;
  Behaviour behaviour_;
  Signalling signalling_;
  Vp8Encoder video_;
  OpusEncoder20ms opus_;
  Picture picture_;
  std::vector<std::int16_t> speech_;
  std::size_t spoken_ = 0;
  double loudness_ = 0;
  std::string contact_, me_, offer_id_;
  Instant began_{}, next_audio_{}, next_frame_{};
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace

int run_practice_bot(const BotOptions& options) {
  auto identity = rtc::DtlsIdentity::generate();
  if (!identity) {
    std::fprintf(stderr, "practice customer: %s\n", identity.error().message.c_str());
    return 1;
  }
  try {
    return PracticeBot(options, *identity).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "practice customer: %s\n", error.what());
    return 1;
  }
}

}  // namespace visavis::bot
