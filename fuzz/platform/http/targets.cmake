# SPDX-License-Identifier: Apache-2.0
# The parsers alone, without the server: they need neither Boost nor sockets.
visavis_fuzz(http_text_fuzz ${CMAKE_CURRENT_LIST_DIR}/http_text_fuzz.cpp base)
visavis_fuzz(ws_frame_fuzz ${CMAKE_CURRENT_LIST_DIR}/ws_frame_fuzz.cpp base)
if(VISAVIS_FUZZ)
  target_sources(http_text_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/platform/http/text.cpp)
  target_sources(ws_frame_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/platform/http/text.cpp ${CMAKE_SOURCE_DIR}/platform/http/ws_frame.cpp)
  target_link_libraries(ws_frame_fuzz PRIVATE OpenSSL::Crypto)
endif()
