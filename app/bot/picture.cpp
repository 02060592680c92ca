// SPDX-License-Identifier: Apache-2.0
#include "app/bot/picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace visavis::bot {
namespace {

struct Colour {
  std::uint8_t y, u, v;
};

/// BT.601 limited range, as VP8 carries it.
constexpr Colour rgb(int r, int g, int b) {
  return {static_cast<std::uint8_t>(16 + (66 * r + 129 * g + 25 * b) / 256),
          static_cast<std::uint8_t>(128 + (-38 * r - 74 * g + 112 * b) / 256),
          static_cast<std::uint8_t>(128 + (112 * r - 94 * g - 18 * b) / 256)};
}

constexpr Colour kSkin = rgb(236, 188, 150);
constexpr Colour kHair = rgb(58, 42, 36);
constexpr Colour kShirt = rgb(32, 98, 170);
constexpr Colour kWhite = rgb(250, 250, 250);
constexpr Colour kPupil = rgb(40, 40, 48);
constexpr Colour kLips = rgb(172, 74, 74);
constexpr Colour kMouth = rgb(92, 24, 30);

struct Ellipse {
  double x, y, rx, ry;
};

constexpr std::size_t index(int x, int y, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
}

std::uint8_t mix(std::uint8_t under, std::uint8_t over, double cover) {
  return static_cast<std::uint8_t>(std::lround(under + (over - under) * cover));
}

/// How much of the pixel at (x, y) the ellipse covers: about one pixel of soft edge.
double coverage(const Ellipse& e, double x, double y) {
  const double dx = (x - e.x) / e.rx;
  const double dy = (y - e.y) / e.ry;
  return std::clamp(0.5 + (1.0 - std::sqrt(dx * dx + dy * dy)) * std::min(e.rx, e.ry), 0.0, 1.0);
}

void fill(Picture& p, const Ellipse& e, Colour c) {
  const int top = std::max(0, static_cast<int>(e.y - e.ry) - 1);
  const int bottom = std::min(p.height - 1, static_cast<int>(e.y + e.ry) + 1);
  const int left = std::max(0, static_cast<int>(e.x - e.rx) - 1);
  const int right = std::min(p.width - 1, static_cast<int>(e.x + e.rx) + 1);
  for (int y = top; y <= bottom; ++y) {
    for (int x = left; x <= right; ++x) {
      const double cover = coverage(e, x, y);
      if (cover <= 0) continue;
      auto& luma = p.y[index(x, y, p.width)];
      luma = mix(luma, c.y, cover);
      if ((x | y) & 1) continue;
      const auto at = index(x / 2, y / 2, p.width / 2);
      p.u[at] = mix(p.u[at], c.u, cover);
      p.v[at] = mix(p.v[at], c.v, cover);
    }
  }
}

/// A calm room: a vertical gradient, and a patch of sun that wanders, so that frames differ even in silence.
void draw_room(Picture& p, double seconds) {
  const double sun = p.width * (0.5 + 0.35 * std::sin(seconds * 0.23));
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      const double away = (x - sun) / (p.width * 0.3);
      p.y[index(x, y, p.width)] = static_cast<std::uint8_t>(118.0 + 40 * y / p.height + 30 * std::exp(-away * away));
    }
  }
  std::ranges::fill(p.u, std::uint8_t{134});
  std::ranges::fill(p.v, std::uint8_t{120});
}

void draw_eyes(Picture& p, double cx, double cy, double s, double seconds) {
  const bool blink = std::fmod(seconds, 3.7) < 0.14;
  const double look = 3 * s * std::sin(seconds * 0.7);
  for (const double side : {-1.0, 1.0}) {
    const double x = cx + side * 24 * s;
    fill(p, {x, cy - 12 * s, 11 * s, blink ? 1.5 * s : 8 * s}, kWhite);
    if (!blink) fill(p, {x + look, cy - 12 * s, 5 * s, 5.5 * s}, kPupil);
    fill(p, {x, cy - 27 * s, 13 * s, 2.6 * s}, kHair);
  }
}

}  // namespace

Picture::Picture(int w, int h)
    : width(w),
      height(h),
      y(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)),
      u(y.size() / 4),
      v(y.size() / 4) {}

void draw_customer(Picture& p, double seconds, double loudness) {
  draw_room(p, seconds);
  const double s = p.height / 240.0;  // everything is drawn for 240 lines
  const double cx = p.width / 2.0 + 9 * s * std::sin(seconds * 0.9);
  const double cy = p.height * 0.46 + 4 * s * std::sin(seconds * 1.7);
  fill(p, {p.width / 2.0, p.height * 1.08, 104 * s, 78 * s}, kShirt);
  fill(p, {cx, cy + 52 * s, 22 * s, 34 * s}, kSkin);
  fill(p, {cx, cy - 16 * s, 62 * s, 68 * s}, kHair);
  fill(p, {cx, cy, 54 * s, 66 * s}, kSkin);
  fill(p, {cx, cy - 52 * s, 50 * s, 24 * s}, kHair);
  draw_eyes(p, cx, cy, s, seconds);
  fill(p, {cx, cy + 10 * s, 5 * s, 9 * s}, rgb(222, 168, 130));
  const double open = 2.5 * s + 13 * s * std::clamp(loudness, 0.0, 1.0);
  fill(p, {cx, cy + 36 * s, 20 * s, open + 3.5 * s}, kLips);
  fill(p, {cx, cy + 36 * s, 16 * s, open}, kMouth);
}

}  // namespace visavis::bot
