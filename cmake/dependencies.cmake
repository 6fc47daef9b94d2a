# The libraries that the product stands on; docs/decisions/ says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.75 REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
find_package(yaml-cpp REQUIRED)
# The daemon's allocator: coroutine frames come and go by the hundred thousand a second. Without it the daemon works,
# some ten percent slower on cold questions.
find_library(GODWIT_MIMALLOC mimalloc)

# Boost.Asio is compiled once, here, instead of in every file that includes it.
file(WRITE ${CMAKE_BINARY_DIR}/asio_impl.cc.in "#include <boost/asio/impl/src.hpp>\n")
configure_file(${CMAKE_BINARY_DIR}/asio_impl.cc.in ${CMAKE_BINARY_DIR}/asio_impl.cc COPYONLY)
add_library(godwit_asio STATIC ${CMAKE_BINARY_DIR}/asio_impl.cc)
target_link_libraries(godwit_asio PUBLIC Boost::headers Threads::Threads godwit_options)

# Boost.JSON likewise.
file(WRITE ${CMAKE_BINARY_DIR}/json_impl.cc.in "#include <boost/json/src.hpp>\n")
configure_file(${CMAKE_BINARY_DIR}/json_impl.cc.in ${CMAKE_BINARY_DIR}/json_impl.cc COPYONLY)
add_library(godwit_json STATIC ${CMAKE_BINARY_DIR}/json_impl.cc)
target_link_libraries(godwit_json PUBLIC Boost::headers)

