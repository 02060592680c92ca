// SPDX-License-Identifier: Apache-2.0
// The record filter alone, and the fingerprint's text: fast enough for millions of inputs.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "media/rtc/dtls/fingerprint.hpp"
#include "media/rtc/dtls/record_filter.hpp"

using namespace visavis;
using namespace visavis::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const bool connected : {false, true}) {
    DtlsRecordFilter filter;
    Bytes datagram(data, size);
    std::size_t passed = 0;
    while (!datagram.empty()) {
      const std::size_t before = datagram.size();
      const Bytes record = filter.next(datagram, connected);
      if (datagram.size() >= before) std::abort();
      if (!record.empty() &&
          (record.size() < 14 || record.data() < data || record.data() + record.size() > data + size))
        std::abort();
      passed += record.size();
    }
    if (passed > size) std::abort();
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto fingerprint = Fingerprint::parse(text); fingerprint && fingerprint->text().size() != size)
    std::abort();
  return 0;
}
