# What every target of the project is compiled and linked with, and the one function that makes a library of a folder.
include(GNUInstallDirs)

add_library(godwit_options INTERFACE)
target_include_directories(godwit_options INTERFACE ${PROJECT_SOURCE_DIR})
# Where files are compiled together (godwit_unite), the names of one would count as shadowed in the next.
target_compile_options(godwit_options INTERFACE
  -Wall -Wextra -Wconversion $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow> -Werror -fno-strict-overflow -fstack-protector-strong
  -ftrivial-auto-var-init=zero -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these for code that it has itself inlined from its own standard library, and for coroutine
  # frames, whose operator new and delete it does not match up.
  target_compile_options(godwit_options INTERFACE -fcoroutines -Wno-error=maybe-uninitialized
    -Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-error=restrict -Wno-mismatched-new-delete)
endif()
target_compile_definitions(godwit_options INTERFACE BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT GODWIT_SANITIZE)
  target_compile_options(godwit_options INTERFACE -fstack-clash-protection -fcf-protection=full
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(godwit_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
  # A cold question crosses the folders a thousand times: linking them as one saves a twentieth of its instructions.
  include(CheckIPOSupported)
  check_ipo_supported(RESULT GODWIT_HAS_LTO LANGUAGES CXX)
  if(GODWIT_HAS_LTO AND NOT GODWIT_FUZZ AND NOT DEFINED CMAKE_INTERPROCEDURAL_OPTIMIZATION)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(godwit_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(GODWIT_FUZZ)
  target_compile_options(godwit_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(godwit_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(GODWIT_SANITIZE)
  target_compile_options(godwit_options INTERFACE -fsanitize=${GODWIT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  if(GODWIT_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio has fences beside its locks, which this g++ cannot follow; the locks are enough.
    target_compile_options(godwit_options INTERFACE -Wno-tsan)
  endif()
  target_link_options(godwit_options INTERFACE -fsanitize=${GODWIT_SANITIZE})
  target_compile_definitions(godwit_options INTERFACE GODWIT_SANITIZED)
endif()

# Eight files at a time are read as one, so that headers are read and templates made once for all of them: a fresh build of
# the libraries takes a third of the time. Off for developers, for whom a change would build eight files, and for releases:
# packaging/run.sh compiles each file alone.
option(GODWIT_UNITY "compile files of the libraries together" OFF)
function(godwit_unite target)
  if(GODWIT_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    # For g++ a type of a file that is included is one of a header.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# godwit_library(NAME DEPENDENCY...): the static library of the folder it is called in.
function(godwit_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  add_library(godwit_${name} STATIC ${sources})
  target_link_libraries(godwit_${name} PUBLIC godwit_options ${ARGN})
  godwit_unite(godwit_${name})
endfunction()

# Asio and GoogleTest take longer to read than most of our files to compile: a fresh build of everything reads them once
# a target. Off for developers, as compiler caches cannot see through it.
option(GODWIT_PCH "precompile the headers of Asio and GoogleTest" OFF)
function(godwit_precompile target)
  if(GODWIT_PCH)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
