# SPDX-License-Identifier: Apache-2.0
# The domain alone; Boost.JSON is compiled in (boost/json/src.hpp), so that it is instrumented as well.
visavis_fuzz(center_json_fuzz ${CMAKE_CURRENT_LIST_DIR}/center_json_fuzz.cpp base)
if(VISAVIS_FUZZ)
  file(GLOB center_domain CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/center/consent/*.cpp ${CMAKE_SOURCE_DIR}/center/queue/*.cpp
    ${CMAKE_SOURCE_DIR}/center/routing/*.cpp ${CMAKE_SOURCE_DIR}/center/call/*.cpp ${CMAKE_SOURCE_DIR}/center/chat/*.cpp
    ${CMAKE_SOURCE_DIR}/center/core/*.cpp)
  list(FILTER center_domain EXCLUDE REGEX "(_test|_bench)\\.cpp$")
  target_sources(center_json_fuzz PRIVATE ${center_domain})
endif()
