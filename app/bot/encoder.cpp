// SPDX-License-Identifier: Apache-2.0
#include "app/bot/encoder.hpp"

#include <opus/opus.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

namespace visavis::bot {

struct Vp8Encoder::Impl {
  vpx_codec_ctx_t codec{};
  std::int64_t frame = 0;
};

Vp8Encoder::Vp8Encoder(int width, int height, int frames_per_second, int kilobits_per_second)
    : impl_(std::make_unique<Impl>()) {
  vpx_codec_enc_cfg_t config{};
  vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0);
  config.g_w = static_cast<unsigned>(width);
  config.g_h = static_cast<unsigned>(height);
  config.g_timebase = {1, frames_per_second};
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.g_error_resilient = VPX_ERROR_RESILIENT_DEFAULT;
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = static_cast<unsigned>(kilobits_per_second);
  config.kf_mode = VPX_KF_DISABLED;  // key frames on request only, as a browser does
  if (vpx_codec_enc_init(&impl_->codec, vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) {
    throw std::runtime_error("libvpx cannot encode VP8 of this size");
  }
  vpx_codec_control(&impl_->codec, VP8E_SET_CPUUSED, 10);
}

Vp8Encoder::~Vp8Encoder() { vpx_codec_destroy(&impl_->codec); }

std::vector<std::uint8_t> Vp8Encoder::encode(const Picture& picture, bool key_frame) {
  vpx_image_t image{};
  vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(picture.width), static_cast<unsigned>(picture.height), 1,
               const_cast<std::uint8_t*>(picture.y.data()));
  image.planes[VPX_PLANE_U] = const_cast<std::uint8_t*>(picture.u.data());
  image.planes[VPX_PLANE_V] = const_cast<std::uint8_t*>(picture.v.data());
  const vpx_enc_frame_flags_t flags = key_frame ? VPX_EFLAG_FORCE_KF : 0;
  if (vpx_codec_encode(&impl_->codec, &image, impl_->frame++, 1, flags, VPX_DL_REALTIME) != VPX_CODEC_OK) return {};
  vpx_codec_iter_t at = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&impl_->codec, &at)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    const auto* bytes = static_cast<const std::uint8_t*>(packet->data.frame.buf);
    return {bytes, bytes + packet->data.frame.sz};
  }
  return {};
}

struct OpusEncoder20ms::Impl {
  ::OpusEncoder* encoder = nullptr;
};

OpusEncoder20ms::OpusEncoder20ms() : impl_(std::make_unique<Impl>()) {
  int error = OPUS_OK;
  impl_->encoder = opus_encoder_create(48'000, 1, OPUS_APPLICATION_VOIP, &error);
  if (error != OPUS_OK) throw std::runtime_error("libopus cannot encode");
  opus_encoder_ctl(impl_->encoder, OPUS_SET_BITRATE(32'000));
  opus_encoder_ctl(impl_->encoder, OPUS_SET_INBAND_FEC(1));
}

OpusEncoder20ms::~OpusEncoder20ms() { opus_encoder_destroy(impl_->encoder); }

std::vector<std::uint8_t> OpusEncoder20ms::encode(std::span<const std::int16_t> samples) {
  if (samples.size() != kSamples) return {};
  std::array<std::uint8_t, 1'275> out{};
  const auto n = opus_encode(impl_->encoder, samples.data(), static_cast<int>(kSamples), out.data(),
                             static_cast<opus_int32>(out.size()));
  return n > 0 ? std::vector<std::uint8_t>(out.begin(), out.begin() + n) : std::vector<std::uint8_t>{};
}

std::vector<std::vector<std::uint8_t>> vp8_payloads(std::span<const std::uint8_t> frame, std::uint16_t picture_id,
                                                    std::size_t limit) {
  constexpr std::size_t kDescriptor = 4;  // X, I with a 15-bit picture id (RFC 7741 section 4.2)
  std::vector<std::vector<std::uint8_t>> payloads;
  for (std::size_t at = 0; at < frame.size();) {
    const auto size = std::min(limit - kDescriptor, frame.size() - at);
    std::vector<std::uint8_t> payload{static_cast<std::uint8_t>(0x80 | (at == 0 ? 0x10 : 0)), 0x80,
                                      static_cast<std::uint8_t>(0x80 | (picture_id >> 8 & 0x7F)),
                                      static_cast<std::uint8_t>(picture_id)};
    payload.insert(payload.end(), frame.begin() + static_cast<std::ptrdiff_t>(at),
                   frame.begin() + static_cast<std::ptrdiff_t>(at + size));
    payloads.push_back(std::move(payload));
    at += size;
  }
  return payloads;
}

}  // namespace visavis::bot
