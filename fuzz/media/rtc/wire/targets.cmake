# SPDX-License-Identifier: Apache-2.0
foreach(name stun rtp rtcp)
  visavis_fuzz(${name}_fuzz ${CMAKE_CURRENT_LIST_DIR}/${name}_fuzz.cpp rtc_wire)
endforeach()
visavis_fuzz(codecs_fuzz ${CMAKE_CURRENT_LIST_DIR}/codecs_fuzz.cpp rtc_wire sfu_rewrite)
