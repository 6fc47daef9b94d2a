// The listening socket of HTTP. One thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>

#include "web/http_connection.h"

namespace godwit::web {

class HttpListener {
 public:
  HttpListener(boost::asio::io_context& io, std::shared_ptr<HttpCommons> commons);

  // What keeps it from listening there, or nothing.
  [[nodiscard]] std::string open(const boost::asio::ip::tcp::endpoint& endpoint);
  // As it is: with the port that the system has chosen.
  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;
  void start() { accept(); }

 private:
  void accept();
  const std::shared_ptr<HttpCommons> commons_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

}  // namespace godwit::web
