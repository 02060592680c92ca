// SPDX-License-Identifier: Apache-2.0
#include "app/bot/behaviour.hpp"

#include <array>
#include <utility>

namespace visavis::bot {
namespace {

const std::vector<std::string> kEnglish{
    "Hello! I am the practice customer. Can you see and hear me?",
    "I have a question about my bank card. It was refused in a shop yesterday.",
    "The card ends with four, seven, one, one.",
    "You can mute me, put me on hold, or write to me in the chat. I will answer.",
    "Thank you for your help. You may end the call whenever you like.",
};
const std::vector<std::string> kChinese{
    "您好！我是练习客户。您看得见、听得见我吗？",
    "我想咨询一下我的银行卡，昨天在商店付款被拒绝了。",
    "卡号的最后四位是四七一一。",
    "您可以把我静音、保持通话，也可以在聊天里给我写字，我会回复。",
    "谢谢您的帮助。您可以随时结束通话。",
};
constexpr std::array kEnglishReplies{"Yes, I can read you well.", "Understood, thank you!",
                                     "Could you explain that once more, please?"};
constexpr std::array kChineseReplies{"好的，我看到了。", "明白了，谢谢！", "可以请您再解释一下吗？"};

}  // namespace

Behaviour::Behaviour(std::string language) : language_(std::move(language)) {}

const std::vector<std::string>& Behaviour::lines() const { return language_.starts_with("zh") ? kChinese : kEnglish; }

void Behaviour::on_contact(std::string_view state, bool held) {
  const bool was_active = active_;
  active_ = state == "active";
  held_ = held;
  if (was_active && !active_) rating_owed_ = true;
  // Wrap-up is the agent's; for the customer the call has ended.
  over_ = state == "wrapup" || state == "closed";
}

void Behaviour::on_agent_message() { ++replies_owed_; }

std::optional<std::string> Behaviour::sentence_due(Instant now) {
  if (!in_call() || now < silent_until_) return std::nullopt;
  return lines()[next_line_++ % lines().size()];
}

std::optional<std::string> Behaviour::reply_due() {
  if (replies_owed_ == 0) return std::nullopt;
  --replies_owed_;
  const auto& replies = language_.starts_with("zh") ? kChineseReplies : kEnglishReplies;
  return replies[replies_sent_++ % replies.size()];
}

bool Behaviour::take_rating_due() { return over_ && std::exchange(rating_owed_, false); }

}  // namespace visavis::bot
