// SPDX-License-Identifier: Apache-2.0
// STUN: nothing breaks, answers stay small, and what is built is read back.
#include "base/check.hpp"
#include "media/rtc/wire/stun.hpp"

using namespace visavis;
using namespace visavis::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto view = StunView::parse({data, size});
  if (!view) return 0;
  (void)view->integrity_ok("VOkJxbRl1RmTxUk/WvJxBt");
  (void)split_stun_username(view->username);
  std::array<std::uint8_t, kStunMaxBuilt> out;
  const auto mapped = NetAddress::v6({0x20, 1, 13, 184}, 7000);
  for (const auto reply : {build_binding_success(*view, mapped, "password", out),
                           build_binding_error(*view, StunErrorCode::kUnknownAttribute, "password", out),
                           build_binding_error(*view, StunErrorCode::kUnauthenticated, {}, out)}) {
    CHECK(reply.size() * 2 <= size * 3);
  }
  StunBindingRequest request;
  request.transaction = view->transaction;
  request.username = view->username.empty() ? "a:b" : view->username;
  request.password = "password";
  const auto again = StunView::parse(build_binding_request(request, out));
  CHECK(again && again->username == request.username && again->integrity_ok("password"));
  return 0;
}
