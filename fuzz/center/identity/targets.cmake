# SPDX-License-Identifier: Apache-2.0
visavis_fuzz(media_token_fuzz ${CMAKE_CURRENT_LIST_DIR}/media_token_fuzz.cpp base)
if(VISAVIS_FUZZ)
  target_sources(media_token_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/center/identity/media_token.cpp ${CMAKE_SOURCE_DIR}/platform/crypto/crypto.cpp)
  target_link_libraries(media_token_fuzz PRIVATE OpenSSL::Crypto)
endif()
