# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(transport_fuzz ${CMAKE_CURRENT_LIST_DIR}/transport_fuzz.cpp rtc_testkit)
