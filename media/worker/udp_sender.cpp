// SPDX-License-Identifier: Apache-2.0
#include "media/worker/udp_sender.hpp"

#include <netinet/udp.h>

#include <cerrno>
#include <cstring>

namespace visavis::media {

/// Messages for one sendmmsg call.
struct UdpSender::Batch {
  std::array<mmsghdr, kSlots> messages;
  std::array<iovec, kSlots> vectors;
  std::array<sockaddr_storage, kSlots> addresses;
  std::array<Control, kSlots> control;
  std::array<std::uint16_t, kSlots> packets;  // datagrams in each message
  unsigned count = 0;
  unsigned vector_count = 0;
};

namespace {

void append_control(msghdr& header, int level, int type, const void* data, std::size_t size) {
  auto* c = reinterpret_cast<cmsghdr*>(static_cast<std::uint8_t*>(header.msg_control) + header.msg_controllen);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(c), data, size);
  header.msg_controllen += CMSG_SPACE(size);
}

void append_source(msghdr& header, const rtc::NetAddress& local) {
  const Bytes ip = local.ip();
  if (local.is_v4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, ip.data(), ip.size());
    append_control(header, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, ip.data(), ip.size());
    append_control(header, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
}

}  // namespace

UdpSender::UdpSender(int v4, int v6, const LocalAddresses& locals)
    : v4_(v4),
      v6_(v6),
      locals_(locals),
      arena_(std::make_unique_for_overwrite<std::uint8_t[]>(kSlots * kSlotSize)),
      batch_(std::make_unique<Batch>()) {
  buckets_.fill(kNone);
}

UdpSender::~UdpSender() = default;

MutableBytes UdpSender::reserve() {
  if (used_ == kSlots) flush();
  return {arena_.get() + used_ * kSlotSize, kSlotSize};
}

void UdpSender::commit(const rtc::Path& path, std::size_t size) {
  const auto index = static_cast<std::uint16_t>(used_++);
  entries_[index] = {static_cast<std::uint16_t>(size), kNone};
  Group& group = group_of(path);
  if (group.first == kNone) {
    group.first = index;
  } else {
    entries_[group.last].next = index;
  }
  group.last = index;
}

UdpSender::Group& UdpSender::group_of(const rtc::Path& path) {
  std::uint16_t& bucket = buckets_[std::hash<rtc::Path>{}(path) % kBuckets];
  // A collision only costs a second message to the same destination.
  if (bucket != kNone && groups_[bucket].path == path) return groups_[bucket];
  bucket = static_cast<std::uint16_t>(group_count_++);
  groups_[bucket] = {path, kNone, kNone};
  return groups_[bucket];
}

void UdpSender::flush() {
  if (used_ == 0) return;
  flush_family(rtc::NetAddress::Family::kV4, v4_);
  flush_family(rtc::NetAddress::Family::kV6, v6_);
  used_ = 0;
  group_count_ = 0;
  buckets_.fill(kNone);
}

void UdpSender::flush_family(rtc::NetAddress::Family family, int socket) {
  Batch& batch = *batch_;
  batch.count = 0;
  batch.vector_count = 0;
  for (std::size_t g = 0; g < group_count_; ++g) {
    const Group& group = groups_[g];
    if (group.path.remote.family() != family) continue;
    std::uint16_t entry = group.first;
    while (entry != kNone) add_run(batch, group, entry);
  }
  if (batch.count > 0 && socket >= 0) send(socket, batch);
}

unsigned UdpSender::add_run(Batch& batch, const Group& group, std::uint16_t& entry) {
  const unsigned m = batch.count++;
  msghdr& header = batch.messages[m].msg_hdr;
  header = {};
  header.msg_name = &batch.addresses[m];
  header.msg_namelen = static_cast<socklen_t>(group.path.remote.to_sockaddr(batch.addresses[m]));
  header.msg_iov = &batch.vectors[batch.vector_count];
  header.msg_control = &batch.control[m];
  append_source(header, locals_.address(group.path.socket));
  const std::uint16_t segment = entries_[entry].size;
  std::size_t total = 0;
  unsigned packets = 0;
  // All of one size; the last may be shorter.
  while (entry != kNone) {
    const Entry& e = entries_[entry];
    if (packets > 0 && (!segments_ || e.size > segment || packets == kMaxSegments || total + e.size > kMaxRun)) break;
    batch.vectors[batch.vector_count++] = {arena_.get() + entry * kSlotSize, e.size};
    total += e.size;
    ++packets;
    entry = e.next;
    if (e.size < segment) break;
  }
  header.msg_iovlen = packets;
  if (packets > 1) append_control(header, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment);
  batch.packets[m] = static_cast<std::uint16_t>(packets);
  return packets;
}

void UdpSender::send(int socket, Batch& batch) {
  unsigned done = 0;
  while (done < batch.count) {
    const int sent = sendmmsg(socket, &batch.messages[done], batch.count - done, MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<unsigned>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    const unsigned packets = batch.packets[done];
    // A device that cannot cut up messages says EIO (no checksum offload) or EINVAL (segment above its MTU).
    if (packets > 1 && (errno == EIO || errno == EINVAL)) {
      if (errno == EIO) segments_ = false;
      msghdr& header = batch.messages[done].msg_hdr;
      iovec* const vectors = header.msg_iov;
      header.msg_controllen -= CMSG_SPACE(sizeof(std::uint16_t));
      header.msg_iovlen = 1;
      for (unsigned i = 0; i < packets; ++i) {
        header.msg_iov = vectors + i;
        if (sendmsg(socket, &header, MSG_DONTWAIT) < 0) ++errors_;
      }
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      for (; done < batch.count; ++done) errors_ += batch.packets[done];
      return;
    } else {
      errors_ += packets;  // this destination cannot be reached; the others can
    }
    ++done;
  }
}

}  // namespace visavis::media
