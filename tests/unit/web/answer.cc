#include "web/answer.h"

#include <gtest/gtest.h>

namespace godwit::web {
namespace {

using Outcome = Answer::Outcome;

constexpr std::string_view good_end = "{\"done\":true,\"error\":null}\n";

TEST(AnswerReader, keeps_the_lines_before_the_last) {
  AnswerReader reader;
  EXPECT_FALSE(reader.take("{\"a\":1}\n{\"b\":"));
  EXPECT_FALSE(reader.take("2}\n"));
  EXPECT_TRUE(reader.take(good_end));
  const auto answer = reader.finish();
  EXPECT_EQ(answer.outcome, Outcome::told);
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
}

TEST(AnswerReader, octet_by_octet_is_the_same) {
  AnswerReader reader;
  const std::string text = "{\"a\":1}\n" + std::string(good_end);
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_EQ(reader.take({&text[i], 1}), i + 1 == text.size());
  EXPECT_EQ(reader.finish().lines.size(), 1u);
}

TEST(AnswerReader, tells_a_bad_request_from_a_no) {
  AnswerReader first, second;
  EXPECT_TRUE(first.take("{\"done\":true,\"error\":\"what?\",\"kind\":\"request\"}\n"));
  EXPECT_TRUE(second.take("{\"done\":true,\"error\":\"no\",\"kind\":\"negative\"}\n"));
  EXPECT_EQ(first.finish().outcome, Outcome::not_understood);
  const auto answer = second.finish();
  EXPECT_EQ(answer.outcome, Outcome::negative);
  EXPECT_EQ(answer.error, "no");
}

TEST(AnswerReader, what_is_no_answer_ends_it) {
  for (const std::string_view bad :
       {"\n", "x\n", "[]\n", "7\n", "{} x\n", "{\"a\":\n", "HTTP/1.1 400\r\n", "\xff\n"}) {
    AnswerReader reader;
    EXPECT_TRUE(reader.take(bad)) << bad;
    EXPECT_TRUE(reader.take(good_end));
    const auto answer = reader.finish();
    EXPECT_EQ(answer.outcome, Outcome::broken) << bad;
    EXPECT_NE(answer.error, "");
  }
  AnswerReader deep;
  EXPECT_TRUE(deep.take(std::string(100'000, '[') + "\n"));
  EXPECT_EQ(deep.finish().outcome, Outcome::broken);
}

TEST(AnswerReader, one_that_ends_early_has_broken_off) {
  AnswerReader reader;
  EXPECT_FALSE(reader.take("{\"a\":1}\n{\"done\":true"));
  const auto answer = reader.finish();
  EXPECT_EQ(answer.outcome, Outcome::broken);
  EXPECT_NE(answer.error.find("broke off"), std::string::npos);
}

TEST(AnswerReader, all_lines_together_have_so_many_octets_and_no_more) {
  const std::string head = "{\"a\":\"", tail = "\"}";
  const auto filled = [&](std::size_t octets) {
    return head + std::string(octets - head.size() - tail.size(), 'x') + tail + "\n";
  };
  const std::size_t end = good_end.size() - 1;
  AnswerReader below, above;
  EXPECT_FALSE(below.take(filled(answer_octets_max - end)));
  EXPECT_TRUE(below.take(good_end));
  EXPECT_EQ(below.finish().outcome, Outcome::told);
  EXPECT_FALSE(above.take(filled(answer_octets_max - end + 1)));
  EXPECT_TRUE(above.take(good_end));
  EXPECT_EQ(above.finish().outcome, Outcome::broken);
  AnswerReader endless;
  EXPECT_TRUE(endless.take(std::string(answer_octets_max + 1, 'x')));
}

}  // namespace
}  // namespace godwit::web
