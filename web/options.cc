#include "web/options.h"

#include <charconv>
#include <optional>

#include "web/host.h"

namespace godwit::web {
namespace {

using Endpoint = boost::asio::ip::tcp::endpoint;

Options mistaken(std::string text) {
  Options out;
  out.action = Options::Action::error;
  out.error = std::move(text);
  return out;
}

// ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT.
std::optional<Endpoint> read_endpoint(std::string_view text) {
  std::string_view address = text, digits;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos) return std::nullopt;
    address = text.substr(1, end - 1);
    digits = text.substr(end + 1);
    if (!digits.empty() && digits.front() != ':') return std::nullopt;
  } else if (const auto colon = text.find(':'); colon == text.rfind(':') && colon != text.npos) {
    address = text.substr(0, colon);
    digits = text.substr(colon);
  }
  std::uint16_t port = default_port;
  if (!digits.empty()) {
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data() + 1, end, port);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  }
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error) return std::nullopt;
  return Endpoint(parsed, port);
}

std::string take(Options& options, std::string_view option, std::string_view value) {
  if (option == "--socket") {
    if (value.empty() || value.size() > socket_path_octets_max)
      return "--socket needs the name of a socket, of 107 octets at most";
    options.socket_path = value;
  } else if (option == "--host") {
    if (value.empty()) return "--host needs a name";
    options.hosts.push_back(plain_host(value));
  } else if (const auto endpoint = read_endpoint(value)) {
    options.listen = *endpoint;
  } else {
    return "--listen needs ADDRESS:PORT, and not " + std::string(value);
  }
  return {};
}

}  // namespace

Options read_options(std::span<const char* const> words) {
  Options out;
  bool allows_remote = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word(words[i]);
    if (word == "--help" || word == "-h" || word == "--version" || word == "-V") {
      const bool helps = word == "--help" || word == "-h";
      out.action = helps ? Options::Action::help : Options::Action::version;
      return out;
    }
    if (word == "--allow-remote") {
      allows_remote = true;
      continue;
    }
    const auto equals = word.find('=');
    const auto option = word.substr(0, equals);
    if (option != "--socket" && option != "--listen" && option != "--host")
      return mistaken("unknown option: " + std::string(word));
    if (equals == word.npos && i + 1 == words.size())
      return mistaken(std::string(option) + " needs a value");
    const std::string_view value = equals == word.npos ? words[++i] : word.substr(equals + 1);
    if (auto error = take(out, option, value); !error.empty()) return mistaken(std::move(error));
  }
  if (!out.listen.address().is_loopback() && !allows_remote)
    return mistaken(
        "others than this machine could read names that were asked for: that takes --allow-remote");
  out.hosts.push_back(plain_host(out.listen.address().is_v6()
                                     ? "[" + out.listen.address().to_string() + "]"
                                     : out.listen.address().to_string()));
  for (const auto* const own : {"localhost", "127.0.0.1", "[::1]"}) out.hosts.emplace_back(own);
  return out;
}

std::string_view help_text() noexcept {
  return "usage: godwit-web [--socket FILE] [--listen ADDRESS:PORT] [--host NAME]... "
         "[--allow-remote]\n"
         "\n"
         "Shows what a running godwitd does: a page for people at /, and /metrics for Prometheus.\n"
         "It can change nothing.\n"
         "\n"
         "  --socket FILE          godwitd's socket for readers (default /run/godwit/read.sock)\n"
         "  --listen ADDRESS:PORT  where to serve HTTP (default 127.0.0.1:9353)\n"
         "  --host NAME            another name by which browsers may ask for it; may be repeated\n"
         "  --allow-remote         needed for an address that is not loopback: who reaches it\n"
         "                         reads names that clients have asked for\n"
         "  --version              print the version\n"
         "  --help                 print this\n"
         "\n"
         "See godwit-web(8).\n";
}

}  // namespace godwit::web
