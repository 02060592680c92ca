# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(ice_fuzz ${CMAKE_CURRENT_LIST_DIR}/ice_fuzz.cpp rtc_ice)
