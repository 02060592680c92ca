// SPDX-License-Identifier: Apache-2.0
// Configuration files: whatever stands in one is taken or refused with words, and what is taken can be described.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "platform/config/config.hpp"

using namespace visavis::platform;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("config", 0);
  CHECK(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size));
  const auto loaded = load_config("/proc/self/fd/" + std::to_string(file), {}, {});
  close(file);
  if (loaded) {
    CHECK(!describe(*loaded).empty());
  } else {
    CHECK(!loaded.error().message.empty());
  }
  (void)parse_endpoint({reinterpret_cast<const char*>(data), size});
  return 0;
}
