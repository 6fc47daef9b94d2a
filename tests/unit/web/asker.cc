#include "web/asker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <functional>
#include <list>
#include <optional>

namespace godwit::web {
namespace {

using Outcome = Answer::Outcome;
using Protocol = boost::asio::local::stream_protocol;

constexpr std::string_view one_line = "{\"a\":1}\n{\"done\":true,\"error\":null}\n";

// A godwitd that says what the test has it say.
class AskerTest : public ::testing::Test {
 protected:
  AskerTest() {
    char name[] = "/tmp/godwit-asker.XXXXXX";
    if (::mkdtemp(name) != nullptr) folder_ = name;
    path_ = folder_ + "/read.sock";
    acceptor_.emplace(io_, Protocol::endpoint(path_));
    accept();
  }
  ~AskerTest() override {
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }
  void accept() {
    acceptor_->async_accept([this](const boost::system::error_code& error, Protocol::socket got) {
      if (error) return;
      peers_.push_back(std::move(got));
      accept();
    });
  }
  Asker::Done keep() {
    return [this](const Asker::AnswerPtr& answer) { got_.push_back(answer); };
  }
  void run_until(const std::function<bool()>& is_done) {
    io_.restart();
    for (int i = 0; i < 500 && !is_done(); ++i) io_.run_one_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(is_done());
  }
  // The loop goes on for a moment, in which nothing is expected.
  void run_a_moment() { io_.run_for(std::chrono::milliseconds(20)); }
  void say(Protocol::socket& peer, std::string_view text) {
    boost::asio::write(peer, boost::asio::buffer(text.data(), text.size()));
  }

  std::string folder_, path_;
  boost::asio::io_context io_{1};
  std::optional<Protocol::acceptor> acceptor_;
  std::list<Protocol::socket> peers_;
  std::vector<Asker::AnswerPtr> got_;
};

TEST_F(AskerTest, asks_once_for_all_who_want_the_same) {
  Asker asker(io_, path_);
  asker.ask("x", keep());
  asker.ask("x", keep());
  run_until([&] { return !peers_.empty(); });
  asker.ask("x", keep());
  std::array<char, 16> buffer{};
  const auto octets = peers_.front().read_some(boost::asio::buffer(buffer));
  EXPECT_EQ(std::string_view(buffer.data(), octets), "x\n");
  say(peers_.front(), one_line);
  run_until([&] { return got_.size() == 3; });
  EXPECT_EQ(peers_.size(), 1u);
  EXPECT_EQ(got_[0], got_[2]);
  EXPECT_EQ(got_[0]->outcome, Outcome::told);
  asker.ask("x", keep());
  run_until([&] { return peers_.size() == 2; });
}

TEST_F(AskerTest, has_so_many_connections_and_no_more) {
  Asker asker(io_, path_, AskerLimits{.connections_max = 2});
  for (const auto* const request : {"a", "b", "c"}) asker.ask(request, keep());
  run_until([&] { return peers_.size() == 2; });
  run_a_moment();
  EXPECT_EQ(peers_.size(), 2u);
  say(peers_.front(), one_line);
  run_until([&] { return peers_.size() == 3; });
  for (auto& peer : peers_)
    if (&peer != &peers_.front()) say(peer, one_line);
  run_until([&] { return got_.size() == 3; });
}

TEST_F(AskerTest, waits_no_longer_than_its_time_with_a_connection_or_without) {
  Asker asker(io_, path_, AskerLimits{.connections_max = 1, .time = std::chrono::milliseconds(30)});
  asker.ask("a", keep());
  asker.ask("b", keep());
  run_until([&] { return got_.size() == 2; });
  for (const auto& answer : got_) EXPECT_EQ(answer->outcome, Outcome::broken);
}

TEST_F(AskerTest, says_that_nobody_is_there) {
  acceptor_->close();
  ::unlink(path_.c_str());
  Asker asker(io_, path_);
  asker.ask("x", keep());
  EXPECT_TRUE(got_.empty());
  run_until([&] { return got_.size() == 1; });
  EXPECT_EQ(got_[0]->outcome, Outcome::unreachable);
  EXPECT_NE(got_[0]->error.find(path_), std::string::npos);
}

TEST_F(AskerTest, an_answer_that_ends_early_has_broken_off) {
  Asker asker(io_, path_);
  asker.ask("x", keep());
  run_until([&] { return !peers_.empty(); });
  say(peers_.front(), "{\"a\":1}\n");
  peers_.front().close();
  run_until([&] { return got_.size() == 1; });
  EXPECT_EQ(got_[0]->outcome, Outcome::broken);
}

TEST_F(AskerTest, may_be_asked_from_within_an_answer_and_end_while_it_asks) {
  Asker asker(io_, path_);
  asker.ask("x", [&](const Asker::AnswerPtr& answer) {
    got_.push_back(answer);
    asker.ask("x", keep());
  });
  run_until([&] { return !peers_.empty(); });
  say(peers_.front(), one_line);
  run_until([&] { return peers_.size() == 2; });
  EXPECT_EQ(got_.size(), 1u);
}

}  // namespace
}  // namespace godwit::web
