# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(config_fuzz ${CMAKE_CURRENT_LIST_DIR}/config_fuzz.cpp base)
if(VISAVIS_FUZZ)
  target_sources(config_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/platform/config/config.cpp)
endif()
