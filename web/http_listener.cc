#include "web/http_listener.h"

#include <sstream>
#include <utility>

namespace godwit::web {
namespace {

using boost::system::error_code;

// Where the system has no more descriptors, others are not to be starved by trying.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

HttpListener::HttpListener(boost::asio::io_context& io, std::shared_ptr<HttpCommons> commons)
    : commons_(std::move(commons)), acceptor_(io), pause_(io) {}

std::string HttpListener::open(const boost::asio::ip::tcp::endpoint& endpoint) {
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  std::ostringstream at;
  at << endpoint;
  return "cannot listen on " + at.str() + ": " + error.message();
}

boost::asio::ip::tcp::endpoint HttpListener::endpoint() const {
  error_code ignored;
  return acceptor_.local_endpoint(ignored);
}

void HttpListener::accept() {
  acceptor_.async_accept([this](const error_code& error, boost::asio::ip::tcp::socket socket) {
    if (!error) {
      serve_http(std::move(socket), commons_);
      return accept();
    }
    if (error == boost::asio::error::operation_aborted) return;
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) accept();
    });
  });
}

}  // namespace godwit::web
