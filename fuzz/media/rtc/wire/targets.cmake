# SPDX-License-Identifier: Apache-2.0
foreach(name stun rtp rtcp codecs)
  visavis_fuzz(${name}_fuzz ${CMAKE_CURRENT_LIST_DIR}/${name}_fuzz.cpp rtc_wire)
endforeach()
