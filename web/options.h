// The command line of godwit-web. Pure.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::web {

inline constexpr std::uint16_t default_port = 9'353;
// sun_path, less its end.
inline constexpr std::size_t socket_path_octets_max = 107;

struct Options {
  enum class Action : std::uint8_t { serve, help, version, error };
  Action action = Action::serve;
  std::string error;
  std::string socket_path = "/run/godwit/read.sock";
  boost::asio::ip::tcp::endpoint listen{boost::asio::ip::address_v4::loopback(), default_port};
  // What the host of a request may be, besides the names of this machine for itself.
  std::vector<std::string> hosts;
};

// `words`: without the name of the program.
[[nodiscard]] Options read_options(std::span<const char* const> words);
[[nodiscard]] std::string_view help_text() noexcept;

}  // namespace godwit::web
