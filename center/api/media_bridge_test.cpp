// SPDX-License-Identifier: Apache-2.0
// What people are told of their media, and when. The media server is its own plain structs, sent by hand.
#include "center/api/media_bridge.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "center/core/testkit.hpp"

namespace visavis::center {
namespace {

namespace json = boost::json;

/// Keeps commands, hands out the events it is given.
class HandMedia : public gateway::MediaService {
 public:
  HandMedia() : fd_(::eventfd(0, EFD_NONBLOCK)) {}
  ~HandMedia() override { ::close(fd_); }
  HandMedia(const HandMedia&) = delete;
  HandMedia& operator=(const HandMedia&) = delete;
  void post(gateway::Command command) override { commands.push_back(std::move(command)); }
  int event_fd() const override { return fd_; }
  void drain(std::vector<gateway::Event>& out) override {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto n = ::read(fd_, &count, sizeof count);
    out.insert(out.end(), events_.begin(), events_.end());
    events_.clear();
  }
  std::vector<gateway::WorkerCounters> counters() const override { return {}; }
  void take_connection(int fd) override { ::close(fd); }
  std::size_t connection_wants(Bytes) const override { return 0; }

  void happen(gateway::Event event) {
    events_.push_back(std::move(event));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
  }
  template <class C>
  const C* last() const {
    for (auto it = commands.rbegin(); it != commands.rend(); ++it) {
      if (const auto* c = std::get_if<C>(&*it)) return c;
    }
    return nullptr;
  }
  std::vector<gateway::Command> commands;

 private:
  int fd_;
  std::vector<gateway::Event> events_;
};

class Bridge : public ::testing::Test {
 protected:
  struct Said {
    Recipient who;
    std::string type;
    json::object data;
  };

  Bridge() {
    world_.ready("ann");
    id_ = world_.open("accounts");
    world_.accept("ann", id_);
  }
  /// The session of a new offer, answered.
  gateway::SessionId connect(const Recipient& who) {
    std::string name;
    bridge_.offer("t1", id_, who, "v=0", false, [&](Result<MediaBridge::Answer> a) { name = a ? a->session_id : ""; });
    const auto session = media_.last<gateway::OpenSession>()->session;
    happen(gateway::SessionAnswered{session, "v=0"});
    EXPECT_FALSE(name.empty());
    return session;
  }
  void happen(gateway::Event event) {
    media_.happen(std::move(event));
    settle();
  }
  /// Everything that is due has happened.
  void settle() {
    loop_.after(Millis{1}, [this] { loop_.stop(); });
    loop_.run();
  }
  /// Runs until the media server has been told `count` times how large pictures are shown.
  void until_told(std::ptrdiff_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (told() < count && std::chrono::steady_clock::now() < end) settle();
    ASSERT_EQ(told(), count);
  }
  std::ptrdiff_t told() const {
    return std::ranges::count_if(media_.commands,
                                 [](const auto& c) { return std::holds_alternative<gateway::SetViews>(c); });
  }
  std::size_t said(std::string_view type) const {
    return static_cast<std::size_t>(std::ranges::count(said_, type, &Said::type));
  }

  testkit::World world_;
  std::string id_;
  http::Loop loop_{1};
  HandMedia media_;
  std::vector<Said> said_;
  std::vector<std::string> kept_;
  MediaBridge bridge_{
      {.loop = &loop_,
       .media = &media_,
       .say = [this](const Recipient& who, std::string_view type, const std::string& data,
                     bool) { said_.push_back({who, std::string(type), json::parse(data).as_object()}); },
       .desk = [this](const std::string&) { return &world_.desk(); },
       .keep = [this](
                   const call::Contact& contact, const std::string& participant,
                   const std::string& summary) { kept_.push_back(contact.id + " " + participant + " " + summary); }}};
};

TEST_F(Bridge, says_slots_again_to_who_has_a_new_stream_and_to_nobody_else) {
  const auto customer = Recipient::customer(id_);
  const auto session = connect(customer);
  connect(Recipient::agent("ann"));
  const auto ann = media_.last<gateway::OpenSession>()->participant;
  said_.clear();
  happen(gateway::SlotChanged{session, "1", ann, gateway::TrackKind::kVideo, 0});
  ASSERT_EQ(said("media.slots"), 1U);
  bridge_.sync("t1", id_);
  EXPECT_EQ(said("media.slots"), 1U) << "nothing has changed";
  bridge_.say_slots_again(Recipient::agent("ann"));
  EXPECT_EQ(said("media.slots"), 1U) << "of another person";
  bridge_.say_slots_again(customer);
  ASSERT_EQ(said("media.slots"), 2U);
  EXPECT_EQ(said_.back().data, said_.front().data);
  EXPECT_EQ(said_.back().data.at("slots").at(0).at("participant_id").as_string(),
            world_.contact(id_).of_user("ann")->id);
}

TEST_F(Bridge, tells_everybody_in_the_call_that_no_codec_suits_all) {
  const auto customer = connect(Recipient::customer(id_));
  connect(Recipient::agent("ann"));
  happen(gateway::CodecSwitchNeeded{customer, "1", "VP8"});
  EXPECT_EQ(said("media.switch"), 1U);
  EXPECT_EQ(said("notice"), 0U) << "there is one that suits";
  happen(gateway::CodecSwitchNeeded{customer, "1", ""});
  EXPECT_EQ(said("media.switch"), 1U);
  ASSERT_EQ(said("notice"), 2U);
  EXPECT_EQ(said_.back().data.at("code").as_string(), "no_common_codec");
  EXPECT_EQ(said_.back().data.at("contact_id").as_string(), id_);
}

TEST_F(Bridge, keeps_the_quality_of_answered_contacts_by_the_minute_and_at_the_end) {
  const auto session = connect(Recipient::customer(id_));
  bridge_.keep_quality();
  EXPECT_TRUE(kept_.empty()) << "nothing is known yet";
  happen(gateway::SessionStats{session, 40'000, {}});
  bridge_.keep_quality();
  ASSERT_EQ(kept_.size(), 1U);
  EXPECT_TRUE(kept_[0].starts_with(id_ + " " + world_.contact(id_).customer().id + " {\"word\":")) << kept_[0];
  happen(gateway::SessionClosed{session, {}});
  EXPECT_EQ(kept_.size(), 2U);

  id_ = world_.open("accounts");  // nobody answers this one
  const auto stranger = connect(Recipient::customer(id_));
  happen(gateway::SessionStats{stranger, 40'000, {}});
  bridge_.keep_quality();
  EXPECT_EQ(kept_.size(), 2U);
}

TEST_F(Bridge, tells_how_large_pictures_are_shown_once_and_a_flood_of_it_slowly) {
  const auto customer = Recipient::customer(id_);
  EXPECT_FALSE(bridge_.show(id_, customer, {{"1", 180}})) << "not connected";
  const auto session = connect(customer);
  EXPECT_FALSE(bridge_.show(id_, Recipient::agent("cem"), {{"1", 180}}));
  EXPECT_FALSE(bridge_.show(id_, Recipient::customer("another"), {{"1", 180}}));
  EXPECT_TRUE(bridge_.show(id_, customer, {{"1", 180}}));
  EXPECT_EQ(told(), 1) << "at once";
  EXPECT_EQ(media_.last<gateway::SetViews>()->session, session);
  for (std::uint16_t lines = 0; lines < 500; ++lines) EXPECT_TRUE(bridge_.show(id_, customer, {{"1", lines}}));
  EXPECT_EQ(told(), 1);
  until_told(2);
  EXPECT_EQ(media_.last<gateway::SetViews>()->views, (MediaBridge::Views{{"1", 499}})) << "the last one";
  bridge_.show(id_, customer, {{"1", 499}});
  EXPECT_EQ(told(), 2) << "nothing new";
}

TEST_F(Bridge, how_large_a_picture_is_shown_holds_no_longer_than_the_picture) {
  const auto customer = Recipient::customer(id_);
  const auto session = connect(customer);
  bridge_.show(id_, customer, {{"1", 0}});
  bridge_.show(id_, customer, {{"1", 90}});  // waits
  happen(gateway::SlotChanged{session, "1", gateway::ParticipantId{9}, gateway::TrackKind::kVideo, 0});
  until_told(2);
  EXPECT_EQ(media_.last<gateway::SetViews>()->views, MediaBridge::Views{}) << "said of another picture";
  bridge_.show(id_, customer, {{"1", 0}});
  const auto at_once = std::holds_alternative<gateway::SetViews>(media_.commands.back());
  EXPECT_TRUE(at_once) << "the same again, but the media server had forgotten it";
}

TEST_F(Bridge, another_picture_leaves_what_waits_for_the_others) {
  const auto customer = Recipient::customer(id_);
  const auto session = connect(customer);
  bridge_.show(id_, customer, {{"1", 0}});
  bridge_.show(id_, customer, {{"4", 90}});  // waits: no limit any more for the first
  happen(gateway::SlotChanged{session, "4", gateway::ParticipantId{9}, gateway::TrackKind::kVideo, 1});
  until_told(2);
  EXPECT_EQ(media_.last<gateway::SetViews>()->views, MediaBridge::Views{}) << "the first picture must not stay paused";
}

TEST_F(Bridge, everything_comes_to_who_cannot_say_any_more_what_is_shown) {
  const auto customer = Recipient::customer(id_);
  const auto ann = Recipient::agent("ann");
  const auto session = connect(customer);
  const auto anns = connect(ann);
  bridge_.show(id_, customer, {{"1", 0}});
  bridge_.forget_views(ann);
  bridge_.show(id_, ann, {{"1", 90}});
  bridge_.show(id_, ann, {{"1", 180}});  // waits, and later than anything of the customer's would
  until_told(3);
  EXPECT_EQ(media_.last<gateway::SetViews>()->session, anns) << "nothing was forgotten of another person";
  bridge_.forget_views(customer);
  EXPECT_EQ(media_.last<gateway::SetViews>()->session, session);
  EXPECT_TRUE(media_.last<gateway::SetViews>()->views.empty());
  bridge_.show(id_, customer, {{"1", 0}});
  until_told(5);
  EXPECT_EQ(media_.last<gateway::SetViews>()->views, (MediaBridge::Views{{"1", 0}})) << "said again";
}

TEST_F(Bridge, lets_go_of_who_was_rung_and_tells_each_rule_once) {
  const auto cem = Recipient::agent("cem");
  connect(Recipient::customer(id_));
  connect(Recipient::agent("ann"));
  world_.ready("cem");
  std::size_t rules = 0;
  gateway::ParticipantId first{};
  for (int round = 0; round < 3; ++round) {
    world_.ok(AddPerson{id_, "cem"}, Actor::agent("ann"));
    const auto before = media_.commands.size();
    const auto session = connect(cem);
    const auto* opened = media_.last<gateway::OpenSession>();
    if (round == 0) first = opened->participant;
    EXPECT_EQ(opened->participant, first) << "the rules of before hold for them";
    rules += static_cast<std::size_t>(
        std::ranges::count_if(media_.commands.begin() + static_cast<std::ptrdiff_t>(before), media_.commands.end(),
                              [](const auto& c) { return std::holds_alternative<gateway::SetForwarding>(c); }));
    // A second connection is on its way when cem declines: it goes as well.
    bridge_.offer("t1", id_, cem, "v=0", false, [](const Result<MediaBridge::Answer>&) {});
    const auto pending = media_.last<gateway::OpenSession>()->session;
    world_.ok(DeclineOffer{id_, {}}, Actor::agent("cem"));
    bridge_.sync("t1", id_);
    EXPECT_EQ(bridge_.sessions(), 2U);
    happen(gateway::SessionAnswered{pending, "v=0"});
    happen(gateway::SessionClosed{session, {}});
  }
  EXPECT_EQ(rules, 4U) << "to and from the customer and ann, once";
}

}  // namespace
}  // namespace visavis::center
