// SPDX-License-Identifier: Apache-2.0
#include "center/api/qr.hpp"

#include <qrencode.h>

#include <memory>

namespace visavis::center {
namespace {

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, Free>;

constexpr int kQuiet = 4;  // modules, ISO/IEC 18004

Code encode(const std::string& text) { return Code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M)); }

bool dark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[y * code.width + x] & 1) != 0;
}

}  // namespace

std::string qr_svg(const std::string& text) {
  const auto code = encode(text);
  if (!code) return {};
  const auto size = std::to_string(code->width + 2 * kQuiet);
  std::string path;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if (dark(*code, x, y)) path += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h1v1h-1z";
    }
  }
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
         "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + size + "v" + size +
         "H0z\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

std::string qr_terminal(const std::string& text, bool colours) {
  const auto code = encode(text);
  if (!code) return {};
  std::string out;
  // Without colours the ground is taken for dark, as most terminals have it: blocks are what is light.
  const auto drawn = [&](int x, int y) { return dark(*code, x, y) == colours; };
  for (int y = -kQuiet; y < code->width + kQuiet; y += 2) {
    if (colours) out += "\x1b[30;107m";
    for (int x = -kQuiet; x < code->width + kQuiet; ++x) {
      const bool upper = drawn(x, y);
      const bool lower = drawn(x, y + 1);
      out += upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
    }
    out += colours ? "\x1b[0m\n" : "\n";
  }
  return out;
}

}  // namespace visavis::center
