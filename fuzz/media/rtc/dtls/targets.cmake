# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(dtls_fuzz ${CMAKE_CURRENT_LIST_DIR}/dtls_fuzz.cpp rtc_dtls)
visavis_fuzz(dtls_record_fuzz ${CMAKE_CURRENT_LIST_DIR}/dtls_record_fuzz.cpp rtc_dtls)
