// What a request of HTTP is for. Pure; the octets are hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "web/asset.h"

namespace godwit::web {

struct Route {
  enum class Kind : std::uint8_t {
    none,  // and the request is answered with `status`
    asset,
    metrics,  // godwitd's answer for Prometheus
    api,      // godwitd's answer as JSON
    health,   // whether godwitd answers
  };
  Kind kind = Kind::none;
  unsigned status = 404;
  const Asset* asset = nullptr;
  // What godwitd is asked: a line without its end.
  std::string request;
  // Whether the request holds something of the client's, so that godwitd's not understanding it is
  // the client's mistake.
  bool has_parameters = false;
};

// Of a name, in octets of ASCII as it is asked for: RFC 1035 escapes included.
inline constexpr std::size_t name_octets_max = 1'024;
// Of a type.
inline constexpr std::size_t type_octets_max = 32;

[[nodiscard]] Route route_of(std::string_view method, std::string_view target);

}  // namespace godwit::web
