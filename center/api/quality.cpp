// SPDX-License-Identifier: Apache-2.0
#include "center/api/quality.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace visavis::center::quality {
namespace json = boost::json;

std::string_view word(const gateway::SessionStats& stats) {
  float loss = 0;
  for (const auto& track : stats.tracks) loss = std::max(loss, track.loss_fraction);
  const auto rtt_ms = stats.rtt_us / 1000;
  if (loss > 0.15F || rtt_ms > 800) return "bad";
  if (loss > 0.04F || rtt_ms > 300) return "weak";
  return "good";
}

json::object view(const std::string& contact_id, const gateway::SessionStats& stats) {
  struct Sum {
    double loss = 0;
    double kbps = 0;
    bool any = false;
  };
  Sum sums[2][2];  // outgoing, video
  for (const auto& track : stats.tracks) {
    auto& sum = sums[track.outgoing ? 1 : 0][track.kind == gateway::TrackKind::kVideo ? 1 : 0];
    sum.any = true;
    sum.loss = std::max(sum.loss, static_cast<double>(track.loss_fraction));
    sum.kbps += track.bitrate / 1000.0;
  }
  json::object directions[2];
  for (int out = 0; out < 2; ++out) {
    for (int video = 0; video < 2; ++video) {
      const auto& sum = sums[out][video];
      if (sum.any) directions[out][video ? "video" : "audio"] = {{"loss", sum.loss}, {"kbps", sum.kbps}};
    }
  }
  return {{"contact_id", contact_id},
          {"rtt_ms", stats.rtt_us / 1000.0},
          {"up", std::move(directions[0])},
          {"down", std::move(directions[1])},
          {"word", word(stats)}};
}

}  // namespace visavis::center::quality
