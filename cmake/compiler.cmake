# SPDX-License-Identifier: Apache-2.0
# Warnings, hardening and sanitizers: the same for every target of ours.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(visavis_options INTERFACE)
target_include_directories(visavis_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(visavis_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fstack-protector-strong -fcf-protection=full)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT VISAVIS_SANITIZE)
  target_compile_definitions(visavis_options INTERFACE _FORTIFY_SOURCE=2)
endif()
target_link_options(visavis_options INTERFACE -fuse-ld=lld -Wl,-z,relro,-z,now -Wl,--as-needed)
if(NOT VISAVIS_SANITIZE AND NOT VISAVIS_FUZZ)
  target_link_options(visavis_options INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()
if(VISAVIS_SANITIZE)
  target_compile_options(visavis_options INTERFACE -fsanitize=${VISAVIS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(visavis_options INTERFACE -fsanitize=${VISAVIS_SANITIZE})
endif()
if(VISAVIS_FUZZ)
  target_compile_options(visavis_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
