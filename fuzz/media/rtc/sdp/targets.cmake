# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(sdp_fuzz ${CMAKE_CURRENT_LIST_DIR}/sdp_fuzz.cpp rtc_sdp)
