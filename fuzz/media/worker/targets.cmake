# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(tcp_frames_fuzz ${CMAKE_CURRENT_LIST_DIR}/tcp_frames_fuzz.cpp media_worker)
