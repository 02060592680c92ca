# SPDX-License-Identifier: Apache-2.0
# The parsers alone; Boost.JSON is compiled in (boost/json/src.hpp), so that it is instrumented as well.
visavis_fuzz(ws_message_fuzz ${CMAKE_CURRENT_LIST_DIR}/ws_message_fuzz.cpp base)
visavis_fuzz(http_body_fuzz ${CMAKE_CURRENT_LIST_DIR}/http_body_fuzz.cpp base)
if(VISAVIS_FUZZ)
  target_sources(ws_message_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/center/api/client_message.cpp)
  target_sources(http_body_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/center/api/bodies.cpp ${CMAKE_SOURCE_DIR}/center/tenant/origin.cpp
                                        ${CMAKE_SOURCE_DIR}/platform/http/text.cpp)
endif()
