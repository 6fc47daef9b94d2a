// A mailbox for tests, emptied by hand. One thread.
#pragma once

#include <deque>

#include "iterator/seams.h"

namespace godwit::test {

class QueueMailbox final : public iterator::Mailbox {
 public:
  void post(std::function<void()> call) override { calls_.push_back(std::move(call)); }
  // Makes the calls that were posted, and those that they post.
  void empty() {
    while (!calls_.empty()) {
      const std::function<void()> call = std::move(calls_.front());
      calls_.pop_front();
      call();
    }
  }

 private:
  std::deque<std::function<void()>> calls_;
};

}  // namespace godwit::test
