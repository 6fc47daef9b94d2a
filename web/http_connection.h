// One connection of HTTP/1.1: a request is read, answered, and the next one read. Bounded in octets
// and time whatever is sent, and however slowly it is taken. One thread, no exceptions.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "web/asker.h"

namespace godwit::web {

struct HttpLimits {
  std::size_t connections_max = 64;
  // Line and fields of a request.
  std::size_t head_octets_max = 8'192;
  // Until the head of a request is there, from the end of the one before; until an answer is taken.
  std::chrono::milliseconds time{10'000};
  // Of what is still coming on a connection that ends with an error, so that the other side reads
  // why.
  std::size_t left_octets_max = 1U << 20U;
  std::chrono::milliseconds left_time{1'000};
};

// What the connections have in common.
struct HttpCommons {
  Asker& asker;                    // used while the loop runs
  std::vector<std::string> hosts;  // plain_host()
  HttpLimits limits;
  std::size_t open = 0;
};

// It lives for as long as something is under way. Beyond the limit of connections as many again are
// told so, and the rest are closed.
void serve_http(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpCommons> commons);

}  // namespace godwit::web
