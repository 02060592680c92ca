# SPDX-License-Identifier: Apache-2.0
# The parsers alone, without the server: no sockets.
visavis_fuzz(http_text_fuzz ${CMAKE_CURRENT_LIST_DIR}/http_text_fuzz.cpp base)
visavis_fuzz(http_head_fuzz ${CMAKE_CURRENT_LIST_DIR}/http_head_fuzz.cpp base)
visavis_fuzz(ws_frame_fuzz ${CMAKE_CURRENT_LIST_DIR}/ws_frame_fuzz.cpp base)
if(VISAVIS_FUZZ)
  set(http ${CMAKE_SOURCE_DIR}/platform/http)
  target_sources(http_text_fuzz PRIVATE ${http}/text.cpp)
  target_sources(http_head_fuzz PRIVATE ${http}/text.cpp ${http}/message.cpp ${http}/request_head.cpp ${http}/router.cpp ${http}/static_files.cpp)
  target_link_libraries(http_head_fuzz PRIVATE OpenSSL::Crypto)
  target_sources(ws_frame_fuzz PRIVATE ${http}/text.cpp ${http}/ws_frame.cpp)
  target_link_libraries(ws_frame_fuzz PRIVATE OpenSSL::Crypto)
endif()
