// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/ice/ice_controlling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "media/rtc/ice/ice_lite.hpp"

namespace visavis::rtc {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

using Packet = std::vector<std::uint8_t>;
const IceCredentials kClient{.ufrag = "clnt", .pwd = "client-password-0123456789"};
const IceCredentials kServer{.ufrag = "srvr", .pwd = "server-password-0123456789"};

Path candidate(std::uint16_t port) {
  return {.socket = 1, .protocol = PathProtocol::kUdp, .remote = NetAddress::v4({192, 0, 2, 1}, port)};
}

/// The client's agent against a real lite agent; `open` are the ports that let datagrams through.
class Controlling : public testing::Test, public IceSink {
 protected:
  void on_ice_transmit(const Path& path, Bytes message) override {
    checks_.push_back({now_, path, {message.begin(), message.end()}});
    if (!open_.contains(path.remote.port())) return;
    struct Answer final : IceSink {
      void on_ice_transmit(const Path&, Bytes bytes) override { answer.assign(bytes.begin(), bytes.end()); }
      void on_ice_selected(const Path& path) override { selected = path; }
      void on_ice_reachable(bool) override {}
      void on_ice_consent_lost() override {}
      Packet answer;
      std::optional<Path> selected;
    } sink;
    server_.handle(path, message, now_, sink);
    if (!sink.answer.empty()) arriving_.emplace_back(path, sink.answer);
  }
  void on_ice_selected(const Path& path) override { selected_.push_back(path); }
  void on_ice_reachable(bool reachable) override { reachable_.push_back(reachable); }
  void on_ice_consent_lost() override { ++consent_lost_; }

  void run_for(Micros duration) {
    const Instant end = now_ + duration;
    while (agent_.deadline() <= end) {
      now_ = std::max(now_, agent_.deadline());
      agent_.handle_deadline(now_, *this);
      for (const auto& [path, answer] : std::exchange(arriving_, {})) agent_.handle(path, answer, now_, *this);
    }
    now_ = end;
  }

  struct Sent {
    Instant at;
    Path path;
    Packet message;
  };
  Instant now_{Seconds{50}};
  IceControlling agent_{kClient, kServer, 42};
  IceLite server_{kServer, "clnt"};
  std::set<std::uint16_t> open_{1, 2};
  std::vector<std::pair<Path, Packet>> arriving_;
  std::vector<Sent> checks_;
  std::vector<Path> selected_;
  std::vector<bool> reachable_;
  int consent_lost_ = 0;
};

TEST_F(Controlling, nominates_the_pair_of_highest_priority_that_answers) {
  agent_.add_candidate(candidate(1), 10, now_);
  agent_.add_candidate(candidate(2), 20, now_);
  agent_.add_candidate(candidate(3), 30, now_);  // closed
  run_for(Millis{500});
  EXPECT_THAT(selected_, ElementsAre(candidate(2)));
  EXPECT_EQ(server_.selected(), candidate(2));
}

TEST_F(Controlling, candidates_may_come_late) {
  run_for(Seconds{1});
  EXPECT_THAT(checks_, IsEmpty());
  agent_.add_candidate(candidate(1), 10, now_);
  run_for(Millis{200});
  EXPECT_EQ(agent_.selected(), candidate(1));
}

TEST_F(Controlling, asks_again_more_and_more_slowly_where_nobody_answers) {
  agent_.add_candidate(candidate(9), 10, now_);
  run_for(Seconds{10});
  std::vector<std::int64_t> pauses;
  for (std::size_t i = 1; i < checks_.size(); ++i) {
    pauses.push_back(std::chrono::duration_cast<Millis>(checks_[i].at - checks_[i - 1].at).count());
  }
  ASSERT_GE(pauses.size(), 6U);
  EXPECT_LE(pauses.front(), 200);
  EXPECT_EQ(pauses.back(), 1'600);
  EXPECT_TRUE(std::ranges::is_sorted(pauses));
}

TEST_F(Controlling, consent_checks_are_2_to_3_seconds_apart_and_not_regular) {
  agent_.add_candidate(candidate(1), 10, now_);
  run_for(Millis{500});
  checks_.clear();
  run_for(Seconds{100});
  std::set<std::int64_t> pauses;
  for (std::size_t i = 1; i < checks_.size(); ++i) pauses.insert((checks_[i].at - checks_[i - 1].at).count());
  EXPECT_THAT(pauses, Each(AllOf(Ge(2'000'000), Le(3'000'000))));
  EXPECT_GT(pauses.size(), 10U);
}

TEST_F(Controlling, every_check_has_its_own_transaction) {
  agent_.add_candidate(candidate(1), 10, now_);
  run_for(Seconds{60});
  std::set<Packet> transactions;
  for (const Sent& sent : checks_) transactions.emplace(sent.message.begin() + 8, sent.message.begin() + 20);
  EXPECT_EQ(transactions.size(), checks_.size());
}

TEST_F(Controlling, moves_to_another_pair_when_the_selected_one_dies) {
  agent_.add_candidate(candidate(1), 10, now_);
  agent_.add_candidate(candidate(2), 20, now_);
  run_for(Seconds{1});
  ASSERT_EQ(agent_.selected(), candidate(2));
  open_.erase(2);
  run_for(Seconds{9});
  EXPECT_EQ(agent_.selected(), candidate(1));
  EXPECT_EQ(server_.selected(), candidate(1));
  EXPECT_EQ(consent_lost_, 0);
}

TEST_F(Controlling, loses_consent_after_30_s_without_answers) {
  agent_.add_candidate(candidate(1), 10, now_);
  run_for(Seconds{1});
  open_.clear();
  run_for(Seconds{31});
  EXPECT_EQ(consent_lost_, 1);
  EXPECT_FALSE(agent_.selected());
  EXPECT_THAT(reachable_, ElementsAre(false));
}

TEST_F(Controlling, a_restart_needs_the_new_credentials_and_nominates_again) {
  agent_.add_candidate(candidate(1), 10, now_);
  run_for(Seconds{1});
  const IceCredentials client{.ufrag = "cln2", .pwd = "client-password-2-01234567"};
  const IceCredentials server{.ufrag = "srv2", .pwd = "server-password-2-01234567"};
  server_.restart(server, client.ufrag, now_);
  agent_.restart(client, server, now_);
  EXPECT_EQ(agent_.selected(), candidate(1)) << "media goes on meanwhile";
  checks_.clear();
  run_for(Seconds{1});
  ASSERT_FALSE(checks_.empty());
  const auto last = StunView::parse(checks_.back().message);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->username, "srv2:cln2");
  EXPECT_TRUE(last->use_candidate);
  EXPECT_EQ(agent_.selected(), candidate(1));
}

TEST_F(Controlling, answers_that_fit_no_check_or_lack_integrity_are_refused) {
  agent_.add_candidate(candidate(9), 10, now_);
  run_for(Millis{50});
  ASSERT_FALSE(checks_.empty());
  const auto asked = StunView::parse(checks_[0].message);
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  const auto answer = [&](std::string_view password) {
    const Bytes built = build_binding_success(*asked, candidate(9).remote, password, buffer);
    return Packet(built.begin(), built.end());
  };
  agent_.handle(candidate(9), answer("wrong-password-0123456789"), now_, *this);
  agent_.handle(candidate(1), answer(kServer.pwd), now_, *this);  // from an address that was not asked
  EXPECT_FALSE(agent_.knows(candidate(9), now_));
  EXPECT_EQ(agent_.counters().unauthenticated, 2U);
  agent_.handle(candidate(9), answer(kServer.pwd), now_, *this);
  EXPECT_TRUE(agent_.knows(candidate(9), now_));
}

TEST_F(Controlling, forgetting_the_selected_path_moves_to_another) {
  agent_.add_candidate(candidate(1), 10, now_);
  agent_.add_candidate(candidate(2), 20, now_);
  run_for(Seconds{1});
  agent_.forget(candidate(2), now_);
  EXPECT_FALSE(agent_.selected());
  run_for(Millis{500});
  EXPECT_EQ(agent_.selected(), candidate(1));
}

}  // namespace
}  // namespace visavis::rtc
