# The libraries that the product stands on; docs/decisions/ says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
find_package(yaml-cpp REQUIRED)

# Boost.Asio is compiled once, here, instead of in every file that includes it.
file(WRITE ${CMAKE_BINARY_DIR}/asio_impl.cc.in "#include <boost/asio/impl/src.hpp>\n")
configure_file(${CMAKE_BINARY_DIR}/asio_impl.cc.in ${CMAKE_BINARY_DIR}/asio_impl.cc COPYONLY)
add_library(godwit_asio STATIC ${CMAKE_BINARY_DIR}/asio_impl.cc)
# Coroutine frames come from operator new, which the program has an allocation of its own for.
target_compile_definitions(godwit_asio PUBLIC BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC
  BOOST_ASIO_DISABLE_BOOST_ALIGN)
target_link_libraries(godwit_asio PUBLIC Boost::headers Threads::Threads godwit_options)
