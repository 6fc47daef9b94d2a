// A whole file as text, bounded: configuration, root hints. Knows no format.
#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace godwit::conf {

// The octets of a file; of one that is longer than `octets_max` the first octets_max + 1, so that
// the caller sees that it is too long. Errors: what the system said.
[[nodiscard]] boost::system::result<std::string> read_file(const std::string& path,
                                                           std::size_t octets_max);

}  // namespace godwit::conf
