#include "daemon/control_session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace godwit::daemon {
namespace {

constexpr std::size_t piece_octets = 1'000;

// Of the request that waits.
std::optional<ControlContinuation> later;
constexpr std::chrono::seconds waiting_time{7};

// Says back what it is asked; "flood" says one piece after the other, "wait" waits for `later`,
// "throw" throws.
void say(const ControlRequest& request, ControlAnswer& answer) {
  if (request.command() == "throw") throw std::runtime_error("thrown");
  if (request.command() == "no") return answer.fail(ControlFailure::negative, "no");
  if (request.command() == "wait") {
    later = answer.wait(waiting_time);
    return;
  }
  if (request.command() == "flood") {
    answer.go_on([left = 1'000](ControlAnswer& more) mutable {
      more.line({{"filler", std::string(piece_octets, 'x')}});
      return --left > 0;
    });
    return;
  }
  answer.line({{"heard", request.command()}});
}

class ControlSessionTest : public ::testing::Test {
 protected:
  std::string answer_to(std::string_view octets) {
    session_.take(octets);
    return everything();
  }
  std::string everything() {
    std::string out;
    while (session_.has_work() || !session_.unsent().empty()) {
      session_.work();
      out += session_.unsent();
      session_.sent(session_.unsent().size());
    }
    return out;
  }
  const ControlSession::Handler handler_ = say;
  const ControlLimits limits_;
  ControlSession session_{handler_, limits_};
};

TEST_F(ControlSessionTest, a_request_is_answered_with_lines_of_which_the_last_says_done) {
  EXPECT_EQ(answer_to("{\"command\": \"a\"}\n"),
            "{\"heard\":\"a\"}\n{\"done\":true,\"error\":null}\n");
}

TEST_F(ControlSessionTest, a_request_may_come_octet_by_octet) {
  const std::string_view request = "{\"command\":\"a\"}\n";
  for (const char c : request.substr(0, request.size() - 1)) {
    session_.take({&c, 1});
    EXPECT_FALSE(session_.has_work());
  }
  EXPECT_NE(answer_to("\n").find("heard"), std::string::npos);
}

TEST_F(ControlSessionTest, requests_that_come_together_are_answered_in_their_order) {
  const auto said = answer_to("{\"command\":\"a\"}\n{\"command\":\"b\"}\n");
  EXPECT_LT(said.find("\"a\""), said.find("\"b\""));
  EXPECT_FALSE(session_.is_over());
}

TEST_F(ControlSessionTest, what_is_no_request_is_told_and_the_next_one_is_answered) {
  for (const std::string_view bad :
       {"", "{", "[]", "7", "{}", "{\"command\":7}", "{\"command\":\"\"}", "\xff\xfe",
        "{\"command\":\"a\"} x", "[[[[[[[[[["}) {
    const auto said = answer_to(std::string(bad) + "\n");
    EXPECT_NE(said.find("\"kind\":\"request\""), std::string::npos) << bad;
  }
  EXPECT_NE(answer_to("{\"command\":\"a\"}\n").find("heard"), std::string::npos);
}

TEST_F(ControlSessionTest, a_line_may_have_so_many_octets_and_no_more) {
  const std::string_view head = "{\"command\":\"a\",\"x\":\"", tail = "\"}";
  const auto filler = control_request_octets_max - head.size() - tail.size();
  const auto line = [&](std::size_t octets) {
    return std::string(head) + std::string(octets, 'x') + std::string(tail);
  };
  EXPECT_NE(answer_to(line(filler - 1) + "\n").find("heard"), std::string::npos);
  EXPECT_NE(answer_to(line(filler) + "\n").find("heard"), std::string::npos);
  EXPECT_FALSE(session_.is_over());
  EXPECT_NE(answer_to(line(filler + 1) + "\n").find("longer"), std::string::npos);
  EXPECT_TRUE(session_.is_over());
}

TEST_F(ControlSessionTest, a_line_without_end_ends_the_connection) {
  EXPECT_EQ(answer_to(std::string(control_request_octets_max, 'x')), "");
  EXPECT_NE(answer_to("x").find("longer"), std::string::npos);
  EXPECT_TRUE(session_.is_over());
}

TEST_F(ControlSessionTest, nothing_is_made_while_as_much_waits_as_may) {
  session_.take("{\"command\":\"flood\"}\n");
  while (session_.has_work()) session_.work();
  EXPECT_GE(session_.unsent().size(), limits_.unread_octets_max);
  EXPECT_LT(session_.unsent().size(), limits_.unread_octets_max + 2 * piece_octets);
  session_.sent(4 * piece_octets);
  EXPECT_TRUE(session_.has_work());
  EXPECT_NE(everything().find("\"done\""), std::string::npos);
}

TEST_F(ControlSessionTest, what_a_command_throws_ends_its_answer_alone) {
  EXPECT_NE(answer_to("{\"command\":\"throw\"}\n").find("thrown"), std::string::npos);
  EXPECT_NE(answer_to("{\"command\":\"a\"}\n").find("heard"), std::string::npos);
}

TEST_F(ControlSessionTest, an_answer_that_is_no_is_told_apart_from_a_bad_request) {
  EXPECT_EQ(answer_to("{\"command\":\"no\"}\n"),
            "{\"done\":true,\"error\":\"no\",\"kind\":\"negative\"}\n");
}

class WaitingAnswer : public ControlSessionTest {
 protected:
  WaitingAnswer() { session_.take("{\"command\":\"wait\"}\n{\"command\":\"a\"}\n"); }
  ~WaitingAnswer() override { later.reset(); }
  static bool say_late(ControlAnswer& answer) {
    answer.line({{"heard", "late"}});
    return false;
  }
};

TEST_F(WaitingAnswer, has_nothing_to_do_before_its_piece_comes) {
  EXPECT_FALSE(session_.has_work());
  ASSERT_NE(session_.waiting(), nullptr);
  EXPECT_EQ(session_.waiting()->waiting_time(), waiting_time);
  EXPECT_EQ(everything(), "");
  EXPECT_TRUE(later->is_wanted());
}

TEST_F(WaitingAnswer, goes_on_with_the_first_piece_and_then_the_next_request_has_its_turn) {
  later->go_on(say_late);
  later->go_on([](ControlAnswer& answer) {
    answer.line({{"heard", "too late"}});
    return false;
  });
  EXPECT_EQ(session_.waiting(), nullptr);
  EXPECT_EQ(everything(),
            "{\"heard\":\"late\"}\n{\"done\":true,\"error\":null}\n"
            "{\"heard\":\"a\"}\n{\"done\":true,\"error\":null}\n");
  EXPECT_FALSE(later->is_wanted());
}

TEST_F(WaitingAnswer, is_woken_once_by_another_thread) {
  std::atomic<int> wakes{0};
  session_.waiting()->when_ready([&wakes] { ++wakes; });
  std::thread([] { later->go_on(say_late); }).join();
  later.reset();
  EXPECT_EQ(wakes, 1);
  EXPECT_NE(everything().find("late"), std::string::npos);
}

TEST_F(WaitingAnswer, is_woken_at_once_when_the_piece_was_faster) {
  ControlAnswer* const answer = session_.waiting();
  later->go_on(say_late);
  int wakes = 0;
  answer->when_ready([&wakes] { ++wakes; });
  EXPECT_EQ(wakes, 1);
}

TEST_F(WaitingAnswer, may_wait_again) {
  later->go_on([](ControlAnswer& answer) {
    answer.line({{"heard", "first"}});
    later = answer.wait(waiting_time);
    return true;
  });
  EXPECT_EQ(everything(), "{\"heard\":\"first\"}\n");
  ASSERT_NE(session_.waiting(), nullptr);
  later->go_on(say_late);
  EXPECT_NE(everything().find("late"), std::string::npos);
}

TEST_F(WaitingAnswer, ends_with_an_error_when_the_work_is_dropped) {
  auto copy = later;
  later.reset();
  EXPECT_EQ(everything(), "") << "somebody still has the work";
  copy.reset();
  EXPECT_NE(everything().find("broken off"), std::string::npos);
}

TEST_F(WaitingAnswer, ends_with_an_error_when_its_time_is_over) {
  session_.waiting()->stop_waiting();
  EXPECT_NE(everything().find("within its time"), std::string::npos);
  EXPECT_FALSE(later->is_wanted());
  later->go_on(say_late);
  EXPECT_EQ(everything(), "");
}

TEST_F(WaitingAnswer, tells_the_work_when_its_reader_has_gone) {
  {
    ControlSession session(handler_, limits_);
    session.take("{\"command\":\"wait\"}\n");
    EXPECT_TRUE(later->is_wanted());
  }
  EXPECT_FALSE(later->is_wanted());
  later->go_on(say_late);
}

TEST(ControlRequest, numbers_may_be_numbers_or_texts_of_them) {
  const auto read = read_control_request(
      R"({"command":"a","n":7,"t":"8","bad":"8x","negative":-1,"flag":true,"text":"x"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number("n"), 7u);
  EXPECT_EQ(read->number("t"), 8u);
  for (const auto* const key : {"bad", "negative", "flag", "none"})
    EXPECT_FALSE(read->number(key)) << key;
  EXPECT_TRUE(read->flag("flag"));
  EXPECT_FALSE(read->flag("n"));
  EXPECT_EQ(read->text("text"), "x");
  EXPECT_EQ(read->text("n"), "");
}

TEST(ControlRequest, values_lie_so_deep_in_one_another_and_no_deeper) {
  EXPECT_TRUE(read_control_request(R"({"command":"a","x":[[[]]]})"));
  EXPECT_FALSE(read_control_request(R"({"command":"a","x":[[[[]]]]})"));
}

}  // namespace
}  // namespace godwit::daemon
