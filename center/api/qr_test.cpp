// SPDX-License-Identifier: Apache-2.0
#include "center/api/qr.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>

namespace visavis::center {
namespace {

constexpr auto kText = "https://192.0.2.7:8443/";
using Modules = std::set<std::pair<int, int>>;  // the dark ones, x and y within the code

Modules in_svg(const std::string& svg) {
  constexpr int kQuiet = 4;
  Modules dark;
  const std::regex module("M(\\d+) (\\d+)h1v1h-1z");
  for (std::sregex_iterator at(svg.begin(), svg.end(), module), end; at != end; ++at)
    dark.emplace(std::stoi((*at)[1]) - kQuiet, std::stoi((*at)[2]) - kQuiet);
  return dark;
}

/// What a terminal shows: black on white from the beginning to the end of each line.
Modules in_terminal(const std::string& text, std::set<int>& widths) {
  constexpr int kQuiet = 4;
  const std::string begin = "\x1b[30;107m", end = "\x1b[0m";
  Modules dark;
  int y = -kQuiet;
  for (std::size_t at = 0; at < text.size(); y += 2) {
    auto line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    EXPECT_TRUE(line.starts_with(begin) && line.ends_with(end)) << line;
    line = line.substr(begin.size(), line.size() - begin.size() - end.size());
    int x = -kQuiet;
    for (std::size_t i = 0; i < line.size(); ++x) {
      const std::string cell = line.substr(i, line[i] == ' ' ? 1 : 3);
      i += cell.size();
      EXPECT_TRUE(cell == " " || cell == "█" || cell == "▀" || cell == "▄") << cell;
      if (cell == "█" || cell == "▀") dark.emplace(x, y);
      if (cell == "█" || cell == "▄") dark.emplace(x, y + 1);
    }
    widths.insert(x + kQuiet);
  }
  return dark;
}

TEST(QrTerminal, shows_the_code_that_the_console_shows_with_light_around_it) {
  std::set<int> widths;
  const auto dark = in_terminal(qr_terminal(kText, true), widths);
  EXPECT_EQ(dark, in_svg(qr_svg(kText)));
  ASSERT_EQ(widths.size(), 1U) << "every line as long as the others";
  const int size = *widths.begin() - 8;
  EXPECT_EQ((size - 17) % 4, 0) << "ISO/IEC 18004: 17 and 4 for each version";
  // A finder pattern in three corners: a dark ring of seven modules around a light one around a dark square of three.
  for (const auto& [left, top] : {std::pair{0, 0}, std::pair{size - 7, 0}, std::pair{0, size - 7}}) {
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 7; ++x) {
        const int ring = std::max(std::abs(x - 3), std::abs(y - 3));
        EXPECT_EQ(dark.contains({left + x, top + y}), ring != 2) << x << ' ' << y;
      }
    }
  }
}

TEST(QrTerminal, without_colours_has_blocks_where_the_code_is_light) {
  const auto coloured = qr_terminal(kText, true);
  const auto plain = qr_terminal(kText, false);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_TRUE(plain.starts_with("████")) << "light around it";
  std::string turned;
  const std::map<std::string, std::string> other{{" ", "█"}, {"█", " "}, {"▀", "▄"}, {"▄", "▀"}};
  for (std::size_t i = 0; i < plain.size();) {
    const std::string cell = plain.substr(i, plain[i] == ' ' || plain[i] == '\n' ? 1 : 3);
    i += cell.size();
    turned +=
        cell == "\n" ? "\x1b[0m\n" : (turned.empty() || turned.ends_with('\n') ? "\x1b[30;107m" : "") + other.at(cell);
  }
  EXPECT_EQ(turned, coloured);
}

TEST(QrTerminal, is_empty_where_no_code_holds_the_text) {
  EXPECT_EQ(qr_terminal(std::string(4'000, 'x'), true), "");
  EXPECT_NE(qr_terminal(kText, true), qr_terminal("https://192.0.2.8:8443/", true));
}

}  // namespace
}  // namespace visavis::center
