#include "web/http_connection.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "web/host.h"
#include "web/reply.h"
#include "web/route.h"

namespace godwit::web {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using beast::error_code;

// Scripts and styles are files of this program, and no text becomes markup: names that the page
// shows come from zones of anybody.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

void set_fields(http::response<http::string_body>& response, std::string_view type) {
  response.set(http::field::content_type, beast::string_view(type.data(), type.size()));
  response.set(http::field::cache_control, "no-store");
  response.set("Content-Security-Policy",
               beast::string_view(content_policy.data(), content_policy.size()));
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  if (response.result_int() == 405) response.set(http::field::allow, "GET, HEAD");
}

// What to answer to a head that cannot be read; 0: nothing, nobody is there any more.
unsigned status_of(const error_code& error) noexcept {
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return 0;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  return error == http::error::body_limit ? 413 : 400;
}

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpCommons> commons)
      : stream_(std::move(socket)),
        commons_(std::move(commons)),
        buffer_(commons_->limits.head_octets_max) {
    ++commons_->open;
  }
  ~HttpConnection() { --commons_->open; }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void begin() {
    if (commons_->open > commons_->limits.connections_max) return end_with(refusal(503));
    receive();
  }

 private:
  void receive() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(commons_->limits.head_octets_max));
    parser_->body_limit(std::uint64_t{0});
    stream_.expires_after(commons_->limits.time);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& error, std::size_t) {
                              if (!error) return self->take();
                              if (const auto status = status_of(error); status != 0)
                                self->end_with(refusal(status));
                            });
  }

  void take() {
    const auto& head = parser_->get();
    is_head_ = head.method() == http::verb::head;
    keeps_alive_ = head.keep_alive();
    const auto hosts = head.equal_range(http::field::host);
    const bool has_one_host = hosts.first != hosts.second && std::next(hosts.first) == hosts.second;
    if (!has_one_host) return end_with(refusal(400));
    if (parser_->chunked() || parser_->content_length().value_or(0) != 0)
      return end_with(refusal(413));
    const auto host = hosts.first->value();
    if (!is_own_host({host.data(), host.size()}, commons_->hosts)) return send(refusal(421));
    const auto method = head.method_string(), target = head.target();
    const auto route = route_of({method.data(), method.size()}, {target.data(), target.size()});
    if (route.kind == Route::Kind::none) return send(refusal(route.status));
    if (route.asset != nullptr) return send(reply_of(*route.asset));
    commons_->asker.ask(route.request,
                        [self = shared_from_this(), route](const Asker::AnswerPtr& answer) {
                          self->send(reply_of(route, *answer));
                        });
  }

  void send(Reply reply) {
    response_ = {};
    response_.result(reply.status);
    response_.version(11);
    response_.keep_alive(keeps_alive_);
    set_fields(response_, reply.type);
    response_.content_length(reply.body.size());
    if (!is_head_) response_.body() = std::move(reply.body);
    stream_.expires_after(commons_->limits.time);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error) return;
                        if (self->keeps_alive_) return self->receive();
                        self->let_go();
                      });
  }
  void end_with(Reply reply) {
    keeps_alive_ = false;
    send(std::move(reply));
  }

  // A connection that is closed before all has been read is reset, and its answer lost.
  void let_go() {
    error_code error;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
    if (error) return;
    stream_.expires_after(commons_->limits.left_time);
    read_left(0);
  }
  void read_left(std::size_t octets) {
    buffer_.clear();
    stream_.async_read_some(
        buffer_.prepare(buffer_.max_size()),
        [self = shared_from_this(), octets](const error_code& error, std::size_t more) {
          if (!error && octets + more <= self->commons_->limits.left_octets_max)
            self->read_left(octets + more);
        });
  }

  beast::tcp_stream stream_;
  std::shared_ptr<HttpCommons> commons_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
  bool is_head_ = false;
  bool keeps_alive_ = true;
};

}  // namespace

void serve_http(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpCommons> commons) {
  if (commons->open >= 2 * commons->limits.connections_max) return;
  std::make_shared<HttpConnection>(std::move(socket), std::move(commons))->begin();
}

}  // namespace godwit::web
