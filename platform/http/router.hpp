// SPDX-License-Identifier: Apache-2.0
// From method and path to what answers it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "platform/http/message.hpp"
#include "platform/http/static_files.hpp"
#include "platform/http/task.hpp"
#include "platform/http/websocket.hpp"

namespace visavis::http {

using Handler = std::function<Task<Response>(Request)>;

/// How a body that is yet to come is taken.
struct Admission {
  std::size_t body_bytes = std::numeric_limits<std::size_t>::max();  // no more than this, nor than the route takes
  Millis body_total = Millis::max();                                 // for all of it, nor longer than the server's own
  std::shared_ptr<void> place{};                                     // kept until the handler is done with the request
};
/// Asked once the header is there; `length` as announced. The error is all the client gets.
using Admit = std::function<std::expected<Admission, Response>(const Request&, std::optional<std::uint64_t> length)>;

/// Which pages of other sites may call a route. None is ever sent a cookie's answer: credentials go in headers.
enum class Cors {
  kNone,
  kSites,  // those that ServerConfig::cors_origin allows
  kAll,    // for who has a token in hand
};

struct RouteOptions {
  std::size_t body_bytes = 64 * 1024;  // more is answered 413
  Millis deadline{15'000};             // for the handler; later is answered 503
  Admit admit{};                       // unset: everybody
  Cors cors = Cors::kNone;
  std::string accepts{};  // the media type of a body, told at OPTIONS as Accept-Post
};

class Router {
 public:
  /// `pattern` is a path whose segments are literal or `{name}`: "/v1/contacts/{id}". Literal segments win over names.
  void add(std::string method, std::string_view pattern, Handler handler, RouteOptions options = {});
  void add_websocket(std::string_view pattern, WsAccept accept, WsOptions options);
  /// Static files below `prefix` ("/agent/"); the longest prefix wins, routes win over files.
  void mount(std::string prefix, std::shared_ptr<const StaticFiles> files);

  struct Route {
    std::vector<std::string> segments;
    std::string method;
    Handler handler;
    RouteOptions options;
    WsAccept accept;  // set for WebSockets only
    WsOptions ws;
  };
  struct Found {
    const Route* route = nullptr;  // none: see the others
    Pairs params;
    std::vector<std::string> allowed;    // methods this path has, where the asked one is missing (405)
    const Route* sibling = nullptr;      // any route of this path, for preflights
    const StaticFiles* files = nullptr;  // where no route matches
    std::string file_path;               // below the prefix
  };
  /// HEAD finds what GET finds.
  Found find(std::string_view method, const Target& target) const;

 private:
  void find_files(std::string_view method, const Target& target, Found& found) const;
  std::vector<Route> routes_;
  std::vector<std::pair<std::string, std::shared_ptr<const StaticFiles>>> mounts_;
};

}  // namespace visavis::http
