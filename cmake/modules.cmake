# SPDX-License-Identifier: Apache-2.0
# One library per folder. visavis_module(rtc_wire DEPS base) makes, from the folder it is called in:
#   visavis_rtc_wire        every *.cpp that is not a test, a benchmark or a main
#   rtc_wire_test           every *_test.cpp (GoogleTest), registered with ctest under that name
#   rtc_wire_bench          every *_bench.cpp (Google Benchmark), not run by ctest
# DEPS are modules of ours without the prefix, LIBS are anything CMake can link, TEST_DEPS/TEST_LIBS are for the tests alone.
function(visavis_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;TEST_DEPS;TEST_LIBS" ${ARGN})
  file(GLOB all CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(benches ${all})
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")

  set(deps)
  foreach(dep IN LISTS ARG_DEPS)
    list(APPEND deps visavis_${dep})
  endforeach()
  set(test_deps)
  foreach(dep IN LISTS ARG_TEST_DEPS)
    list(APPEND test_deps visavis_${dep})
  endforeach()

  if(sources)
    add_library(visavis_${NAME} STATIC ${sources})
    target_link_libraries(visavis_${NAME} PUBLIC visavis_options ${deps} ${ARG_LIBS})
  else()
    add_library(visavis_${NAME} INTERFACE)
    target_link_libraries(visavis_${NAME} INTERFACE visavis_options ${deps} ${ARG_LIBS})
  endif()

  if(tests AND NOT VISAVIS_FUZZ)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE visavis_${NAME} ${test_deps} ${ARG_TEST_LIBS} GTest::gmock GTest::gtest_main)
    add_test(NAME ${NAME}_test COMMAND ${NAME}_test)
  endif()
  if(benches AND NOT VISAVIS_FUZZ AND NOT VISAVIS_SANITIZE)
    add_executable(${NAME}_bench EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(${NAME}_bench PRIVATE visavis_${NAME} ${test_deps} benchmark::benchmark_main)
  endif()
endfunction()
