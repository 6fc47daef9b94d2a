// godwit-web: command line, one loop, and what it serves. Wiring only.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>

#include "web/asker.h"
#include "web/http_listener.h"
#include "web/options.h"

namespace {

enum ExitStatus : int { good = 0, failed = 1, usage = 2 };

int serve(const godwit::web::Options& options) {
  boost::asio::io_context io(1);
  godwit::web::Asker asker(io, options.socket_path);
  godwit::web::HttpCommons commons{asker, options.hosts, {}};
  godwit::web::HttpListener listener(
      io, std::make_shared<godwit::web::HttpCommons>(std::move(commons)));
  if (const auto error = listener.open(options.listen); !error.empty()) {
    std::cerr << "godwit-web: " << error << "\n";
    return failed;
  }
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&io](const boost::system::error_code& error, int) {
    if (!error) io.stop();
  });
  listener.start();
  std::cerr << "godwit-web: listening on http://" << listener.endpoint() << "/\n";
  io.run();
  return good;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::span<const char* const> words(argv + 1, argv + argc);
  const auto options = godwit::web::read_options(argc > 0 ? words : decltype(words){});
  switch (options.action) {
    case godwit::web::Options::Action::error:
      std::cerr << "godwit-web: " << options.error << "\nSee godwit-web --help.\n";
      return usage;
    case godwit::web::Options::Action::help:
      std::cout << godwit::web::help_text();
      return good;
    case godwit::web::Options::Action::version:
      std::cout << "godwit-web " GODWIT_VERSION "\n";
      return good;
    case godwit::web::Options::Action::serve:
      return serve(options);
  }
  return usage;
} catch (const std::exception& error) {
  std::cerr << "godwit-web: " << error.what() << "\n";
  return failed;
}
