// SPDX-License-Identifier: Apache-2.0
// CHECK aborts on our own bugs. Nothing that comes from the network may reach one.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace visavis::detail {
[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "level=fatal msg=\"CHECK failed: %s\" at=%s:%d\n", condition, file, line);
  std::abort();
}
}  // namespace visavis::detail

#define CHECK(condition)                                               \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::visavis::detail::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
