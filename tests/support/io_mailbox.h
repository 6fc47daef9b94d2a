// A mailbox for tests that turn an io_context by hand.
#pragma once

#include "iterator/seams.h"

namespace godwit::test {

class IoMailbox final : public iterator::Mailbox {
 public:
  explicit IoMailbox(boost::asio::io_context& io) : io_(io) {}
  void post(std::function<void()> call) override { boost::asio::post(io_, std::move(call)); }

 private:
  boost::asio::io_context& io_;
};

}  // namespace godwit::test
