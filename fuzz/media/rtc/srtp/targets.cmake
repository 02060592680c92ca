# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(srtp_fuzz ${CMAKE_CURRENT_LIST_DIR}/srtp_fuzz.cpp rtc_srtp)
