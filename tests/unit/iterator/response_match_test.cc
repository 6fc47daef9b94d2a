// The judge of what is a response: the cases 59-64 and 69 of the catalogue of hostile messages, and
// twenty packets that must neither be accepted nor end a wait wrongly.
#include "iterator/response_match.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include <string>
#include <vector>

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

using Octets = std::vector<std::uint8_t>;

constexpr std::uint16_t query_id = 0x1234;
constexpr std::array<std::uint8_t, wire::cookie_client_octets> client_cookie{1, 2, 3, 4,
                                                                             5, 6, 7, 8};

// wWw.exAmple.cOm. A IN, sent with id 0x1234.
ExpectedResponse expected_response() {
  ExpectedResponse out;
  out.id = query_id;
  out.name = name_of({"wWw", "exAmple", "cOm"});
  out.type = wire::RrType::a;
  return out;
}

// A message put together piece by piece, each piece as wrong as a test wants it.
struct Message {
  std::uint16_t id = query_id;
  std::uint8_t flags_high = 0x84;  // QR, AA
  std::uint8_t flags_low = 0;
  std::uint16_t qdcount = 1, ancount = 0, nscount = 0, arcount = 0;
  wire::Name name = name_of({"wWw", "exAmple", "cOm"});
  std::uint16_t type = 1, rr_class = 1;
  Octets after_question;

  [[nodiscard]] Octets octets() const {
    Octets out;
    const auto put = [&out](std::uint16_t v) {
      out.push_back(static_cast<std::uint8_t>(v >> 8));
      out.push_back(static_cast<std::uint8_t>(v));
    };
    put(id);
    out.push_back(flags_high);
    out.push_back(flags_low);
    for (const auto count : {qdcount, ancount, nscount, arcount}) put(count);
    for (unsigned i = 0; i < qdcount; ++i) {
      const auto wire = name.wire();
      out.insert(out.end(), wire.begin(), wire.end());
      put(type);
      put(rr_class);
    }
    out.insert(out.end(), after_question.begin(), after_question.end());
    return out;
  }
  Message& with_a_record() {
    const Octets record{0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
    after_question.insert(after_question.end(), record.begin(), record.end());
    ++ancount;
    return *this;
  }
  Message& with_opt(const Octets& options = {}) {
    const auto size = static_cast<std::uint8_t>(options.size());
    const Octets opt{0, 0, 41, 4, 208, 0, 0, 0, 0, 0, size};
    after_question.insert(after_question.end(), opt.begin(), opt.end());
    after_question.insert(after_question.end(), options.begin(), options.end());
    ++arcount;
    return *this;
  }
};

Octets cookie_option(std::size_t octets, std::uint8_t first = 1) {
  Octets out{0, 10, 0, static_cast<std::uint8_t>(octets)};
  for (std::size_t i = 0; i < octets; ++i)
    out.push_back(static_cast<std::uint8_t>(i == 0 ? first : i + 1));
  return out;
}

MatchVerdict over_udp(const Octets& message,
                      const ExpectedResponse& expected = expected_response()) {
  return judge(expected, message, false);
}
MatchVerdict over_tcp(const Octets& message,
                      const ExpectedResponse& expected = expected_response()) {
  return judge(expected, message, true);
}

TEST(ResponseMatch, the_response_to_the_query_is_accepted) {
  const auto message = Message{}.with_a_record().octets();
  EXPECT_EQ(over_udp(message), MatchVerdict::accepted);
  EXPECT_EQ(over_tcp(message), MatchVerdict::accepted);
}

TEST(ResponseMatch, an_error_with_the_question_is_accepted) {
  for (std::uint8_t rcode = 0; rcode < 16; ++rcode) {
    Message message;
    message.flags_low = rcode;
    EXPECT_EQ(over_udp(message.octets()), MatchVerdict::accepted) << unsigned{rcode};
  }
}

TEST(ResponseMatch, fewer_octets_than_a_header_are_ignored) {
  const auto whole = Message{}.octets();
  for (std::size_t size = 0; size < wire::header_octets; ++size) {
    const Octets part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(over_udp(part), MatchVerdict::ignored) << size;
    EXPECT_EQ(over_tcp(part), MatchVerdict::ignored) << size;
  }
}

TEST(ResponseMatch, a_question_that_is_cut_off_is_a_near_miss) {
  const auto whole = Message{}.octets();
  for (std::size_t size = wire::header_octets; size < whole.size(); ++size) {
    const Octets part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(over_udp(part), MatchVerdict::near_miss) << size;
  }
}

TEST(ResponseMatch, each_wrong_bit_of_the_id_is_a_near_miss) {
  for (unsigned bit = 0; bit < 16; ++bit) {
    Message message;
    message.id = static_cast<std::uint16_t>(query_id ^ (1u << bit));
    message.with_a_record();
    EXPECT_EQ(over_udp(message.octets()), MatchVerdict::near_miss) << bit;
    EXPECT_EQ(over_tcp(message.octets()), MatchVerdict::ignored) << bit;
  }
}

TEST(ResponseMatch, the_echoed_query_is_ignored) {
  Message message;
  message.flags_high = 0x01;  // RD, no QR
  EXPECT_EQ(over_udp(message.octets()), MatchVerdict::ignored);
  EXPECT_EQ(over_tcp(message.octets()), MatchVerdict::ignored);
}

TEST(ResponseMatch, every_other_opcode_is_ignored) {
  for (unsigned opcode = 1; opcode < 16; ++opcode) {
    Message message;
    message.flags_high = static_cast<std::uint8_t>(0x80 | opcode << 3);
    EXPECT_EQ(over_udp(message.octets()), MatchVerdict::ignored) << opcode;
  }
}

TEST(ResponseMatch, another_name_type_or_class_is_a_near_miss) {
  Message other_name;
  other_name.name = name_of({"wWw", "exAmple", "oRg"});
  Message shorter_name;
  shorter_name.name = name_of({"exAmple", "cOm"});
  Message other_type;
  other_type.type = 28;
  Message other_class;
  other_class.rr_class = 3;
  for (const auto& message : {other_name, shorter_name, other_type, other_class}) {
    EXPECT_EQ(over_udp(message.octets()), MatchVerdict::near_miss);
    EXPECT_EQ(over_tcp(message.octets()), MatchVerdict::near_miss);
  }
}

TEST(ResponseMatch, two_questions_are_a_near_miss) {
  Message message;
  message.qdcount = 2;
  EXPECT_EQ(over_udp(message.octets()), MatchVerdict::near_miss);
  EXPECT_EQ(over_tcp(message.octets()), MatchVerdict::near_miss);
}

TEST(ResponseMatch, another_letter_case_is_a_near_miss_over_udp_only) {
  Message message;
  message.name = name_of({"www", "example", "com"});
  EXPECT_EQ(over_udp(message.octets()), MatchVerdict::near_miss);
  EXPECT_EQ(over_tcp(message.octets()), MatchVerdict::accepted);
}

TEST(ResponseMatch, letter_case_is_nothing_when_it_was_not_randomised) {
  auto expected = expected_response();
  expected.exact_case = false;
  Message message;
  message.name = name_of({"www", "example", "com"});
  EXPECT_EQ(over_udp(message.octets(), expected), MatchVerdict::accepted);
}

TEST(ResponseMatch, a_bare_header_is_believed_over_tcp_and_for_three_rcodes_only) {
  for (std::uint8_t rcode = 0; rcode < 16; ++rcode) {
    Message message;
    message.qdcount = 0;
    message.flags_low = rcode;
    const bool error = rcode == 1 || rcode == 4 || rcode == 5;
    EXPECT_EQ(over_udp(message.octets()), MatchVerdict::near_miss) << unsigned{rcode};
    EXPECT_EQ(over_tcp(message.octets()), error ? MatchVerdict::accepted : MatchVerdict::near_miss)
        << unsigned{rcode};
  }
}

TEST(ResponseMatch, a_bare_error_may_have_an_opt_record_and_nothing_else) {
  Message with_opt;
  with_opt.qdcount = 0;
  with_opt.flags_low = 1;
  with_opt.with_opt();
  EXPECT_EQ(over_tcp(with_opt.octets()), MatchVerdict::accepted);

  Message with_answer;
  with_answer.qdcount = 0;
  with_answer.flags_low = 1;
  with_answer.ancount = 1;
  with_answer.after_question = {0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
  EXPECT_EQ(over_tcp(with_answer.octets()), MatchVerdict::near_miss);
}

TEST(ResponseMatch, truncation_needs_the_right_id_and_question_too) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  expected.cookie_required = true;
  Message message;
  message.flags_high |= 0x02;
  EXPECT_EQ(over_udp(message.octets(), expected), MatchVerdict::accepted);
  message.id ^= 1;
  EXPECT_EQ(over_udp(message.octets(), expected), MatchVerdict::near_miss);
  message.id ^= 1;
  message.type = 28;
  EXPECT_EQ(over_udp(message.octets(), expected), MatchVerdict::near_miss);
}

TEST(ResponseMatch, a_cookie_that_was_not_sent_is_not_looked_for) {
  EXPECT_EQ(over_udp(Message{}.with_opt(cookie_option(9)).octets()), MatchVerdict::accepted);
}

TEST(ResponseMatch, our_own_cookie_is_accepted_alone_and_with_a_server_part) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  expected.cookie_required = true;
  for (const std::size_t octets : {8u, 16u, 24u, 40u}) {
    const auto message = Message{}.with_opt(cookie_option(octets)).octets();
    EXPECT_EQ(over_udp(message, expected), MatchVerdict::accepted) << octets;
  }
}

TEST(ResponseMatch, a_cookie_of_an_illegal_length_is_a_near_miss) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  for (const std::size_t octets : {0u, 7u, 9u, 15u, 41u}) {
    const auto message = Message{}.with_opt(cookie_option(octets)).octets();
    EXPECT_EQ(over_udp(message, expected), MatchVerdict::near_miss) << octets;
    EXPECT_EQ(over_tcp(message, expected), MatchVerdict::near_miss) << octets;
  }
}

TEST(ResponseMatch, somebody_elses_cookie_is_a_near_miss) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  const auto message = Message{}.with_opt(cookie_option(16, 0x55)).octets();
  EXPECT_EQ(over_udp(message, expected), MatchVerdict::near_miss);
  EXPECT_EQ(over_tcp(message, expected), MatchVerdict::near_miss);
}

TEST(ResponseMatch, a_missing_cookie_is_a_near_miss_only_when_it_is_owed_and_over_udp) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  for (const auto& message : {Message{}.octets(), Message{}.with_opt().octets()}) {
    expected.cookie_required = false;
    EXPECT_EQ(over_udp(message, expected), MatchVerdict::accepted);
    expected.cookie_required = true;
    EXPECT_EQ(over_udp(message, expected), MatchVerdict::near_miss);
    EXPECT_EQ(over_tcp(message, expected), MatchVerdict::accepted);
  }
}

TEST(ResponseMatch, an_error_without_opt_is_no_excuse_for_an_owed_cookie) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  expected.cookie_required = true;
  Message formerr;
  formerr.flags_low = 1;
  EXPECT_EQ(over_udp(formerr.octets(), expected), MatchVerdict::near_miss);
  EXPECT_EQ(over_tcp(formerr.octets(), expected), MatchVerdict::accepted);
}

TEST(ResponseMatch, records_that_hide_the_cookie_are_a_near_miss_over_udp) {
  auto expected = expected_response();
  expected.cookie = client_cookie;
  auto trailing = Message{}.with_opt(cookie_option(8)).octets();
  trailing.push_back(0);
  Message missing_record;
  missing_record.ancount = 1;
  const auto two_opts = Message{}.with_opt(cookie_option(8)).with_opt(cookie_option(8)).octets();
  for (const auto& message : {trailing, missing_record.octets(), two_opts}) {
    EXPECT_EQ(over_udp(message, expected), MatchVerdict::near_miss);
    EXPECT_EQ(over_tcp(message, expected), MatchVerdict::accepted);
  }
}

// Sent before the true response by somebody who knows everything but one property: none may be
// taken for the response, and what no guess could have made acceptable may not even move the query
// to TCP.
TEST(ResponseMatch, none_of_twenty_forgeries_is_accepted) {
  struct Variant {
    const char* what;
    MatchVerdict verdict;
    Octets octets;
  };
  std::vector<Variant> variants;
  const auto add = [&variants](const char* what, MatchVerdict verdict, const auto& change) {
    Message message;
    message.with_a_record().with_opt(cookie_option(16));
    change(message);
    variants.push_back({what, verdict, message.octets()});
  };
  using M = Message;
  const auto noise = MatchVerdict::ignored;
  const auto miss = MatchVerdict::near_miss;
  add("QR=0", noise, [](M& m) { m.flags_high &= 0x7f; });
  add("QR=0 and TC", noise, [](M& m) { m.flags_high = 0x02; });
  add("QR=0 and FORMERR", noise, [](M& m) { m.flags_high = 0, m.flags_low = 1; });
  add("opcode NOTIFY", noise, [](M& m) { m.flags_high |= 4 << 3; });
  add("opcode 15", noise, [](M& m) { m.flags_high |= 15 << 3; });
  add("wrong id", miss, [](M& m) { m.id = 0; });
  add("wrong id and TC", miss, [](M& m) { m.id = 0, m.flags_high |= 2; });
  add("wrong id and REFUSED", miss, [](M& m) { m.id = 0, m.flags_low = 5; });
  add("header only, NOERROR", miss, [](M& m) { m = M{}, m.qdcount = 0; });
  add("header only, FORMERR", miss, [](M& m) { m = M{}, m.qdcount = 0, m.flags_low = 1; });
  add("header only, SERVFAIL", miss, [](M& m) { m = M{}, m.qdcount = 0, m.flags_low = 2; });
  add("header only, REFUSED", miss, [](M& m) { m = M{}, m.qdcount = 0, m.flags_low = 5; });
  add("header only, TC", miss, [](M& m) { m = M{}, m.qdcount = 0, m.flags_high |= 2; });
  add("answer without question", miss, [](M& m) { m.qdcount = 0; });
  add("two questions", miss, [](M& m) { m.qdcount = 2; });
  add("other name", miss, [](M& m) { m.name = name_of({"a", "exAmple", "cOm"}); });
  add("other case", miss, [](M& m) { m.name = m.name.to_lower(); });
  add("other type", miss, [](M& m) { m.type = 255; });
  add("other class", miss, [](M& m) { m.rr_class = 255; });
  add("other cookie", miss,
      [](M& m) { m = M{}, m.with_a_record().with_opt(cookie_option(16, 0)); });
  ASSERT_EQ(variants.size(), 20u);

  auto expected = expected_response();
  expected.cookie = client_cookie;
  expected.cookie_required = true;
  EXPECT_EQ(over_udp(Message{}.with_a_record().with_opt(cookie_option(16)).octets(), expected),
            MatchVerdict::accepted);
  for (const auto& variant : variants)
    EXPECT_EQ(over_udp(variant.octets, expected), variant.verdict) << variant.what;
}

}  // namespace
}  // namespace godwit::iterator
