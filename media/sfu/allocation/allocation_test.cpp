// SPDX-License-Identifier: Apache-2.0
// A forwarded packet allocates nothing: every operator new of this program is counted.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "media/sfu/testkit/lab.hpp"

namespace {
std::size_t g_allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++g_allocations;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++g_allocations;
  const std::size_t a = static_cast<std::size_t>(alignment);
  if (void* p = std::aligned_alloc(a, (size + a - 1) / a * a)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::Lab;

/// Packets of `a`, encrypted beforehand, so that only the server's work is counted.
std::vector<rtc::testkit::Packet> prepare(Client& a, std::size_t count, std::uint8_t layer) {
  std::vector<rtc::testkit::Packet> packets;
  for (std::size_t i = 0; i < count; ++i) packets.push_back(a.next_video(i == 0, layer));
  return packets;
}

std::size_t allocations_of(Lab& lab, const Client& from, const std::vector<rtc::testkit::Packet>& packets) {
  const rtc::NetAddress address = lab.address_of(from);
  const std::size_t before = g_allocations;
  for (const auto& packet : packets) {
    lab.now += Micros{1'500};
    lab.inject(address, packet);
  }
  return g_allocations - before;
}

TEST(Forwarding, allocates_nothing_per_packet) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  for (std::uint32_t id = 2; id < 6; ++id) lab.join({.id = id});
  lab.deaf(true);  // the network of the test allocates; the server's output is counted, not carried
  const auto warm_up = prepare(a, 500, 0);
  const auto packets = prepare(a, 2'000, 0);
  allocations_of(lab, a, warm_up);
  const std::uint64_t sent = lab.engine().counters().packets_out;
  EXPECT_EQ(allocations_of(lab, a, packets), 0U);
  EXPECT_EQ(lab.engine().counters().packets_out - sent, 4U * 2'000U) << "and they were forwarded";
}

TEST(Forwarding, allocates_nothing_where_pictures_are_renumbered) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "h"}});
  lab.join({.id = 2});
  lab.deaf(true);
  allocations_of(lab, a, prepare(a, 200, 0));
  allocations_of(lab, a, prepare(a, 500, 1));
  const auto packets = prepare(a, 1'000, 1);
  const std::uint64_t sent = lab.engine().counters().packets_out;
  EXPECT_EQ(allocations_of(lab, a, packets), 0U);
  EXPECT_EQ(lab.engine().counters().packets_out - sent, 1'000U);
}

}  // namespace
}  // namespace visavis::sfu
