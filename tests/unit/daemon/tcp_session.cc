// Framing and sessions: the cases 71 to 78 without a socket.
#include "daemon/tcp_session.h"

#include <gtest/gtest.h>

namespace godwit::daemon {
namespace {

using Octets = std::vector<std::uint8_t>;

cache::Time at(int milliseconds) {
  return cache::Time(std::chrono::milliseconds(milliseconds));
}
constexpr std::chrono::milliseconds idle{10'000};

// A message of `size` octets whose id is `id`; the rest looks like a query with one question.
Octets message(std::uint16_t id, std::size_t size = 29) {
  Octets out(size, 0);
  wire::store_u16(out.data(), id);
  out[2] = 1;
  out[5] = 1;
  return out;
}

Octets framed(std::initializer_list<Octets> messages) {
  Octets out;
  for (const auto& one : messages) append_frame(out, one);
  return out;
}

std::vector<std::uint16_t> ids(TcpSession& session, cache::Time now) {
  std::vector<std::uint16_t> out;
  while (const auto query = session.next_query(now)) out.push_back(wire::load_u16(query->data()));
  return out;
}

TEST(FrameReader, case_071_a_split_anywhere_gives_the_same_message) {
  const auto stream = framed({message(1), message(2, 12)});
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    FrameReader reader;
    Octets got;
    const auto take = [&] {
      while (const auto one = reader.next()) got.insert(got.end(), one->begin(), one->end());
    };
    reader.append(wire::Bytes(stream).first(split));
    take();
    reader.append(wire::Bytes(stream).subspan(split));
    take();
    auto wanted = message(1);
    const auto second = message(2, 12);
    wanted.insert(wanted.end(), second.begin(), second.end());
    EXPECT_EQ(got, wanted) << split;
    EXPECT_FALSE(reader.in_message());
  }
}

TEST(FrameReader, case_071_octet_by_octet) {
  const auto stream = framed({message(7)});
  FrameReader reader;
  for (std::size_t i = 0; i + 1 < stream.size(); ++i) {
    reader.append(wire::Bytes(stream).subspan(i, 1));
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.in_message());
  }
  reader.append(wire::Bytes(stream).last(1));
  EXPECT_TRUE(reader.next());
}

TEST(FrameReader, case_072_lengths_that_no_message_has) {
  for (std::uint8_t length = 0; length < 14; ++length) {
    FrameReader reader;
    const Octets stream{0, length};
    reader.append(stream);
    EXPECT_EQ(reader.has_bad_length(), length < 12) << int{length};
  }
}

TEST(TcpSession, case_072_nothing_is_read_behind_garbage_while_a_query_waits) {
  TcpSession session(TcpSessionLimits{}, at(0));
  auto stream = framed({message(1)});
  stream.insert(stream.end(), {0, 3, 'a', 'b', 'c'});
  session.received(stream, at(0));
  EXPECT_TRUE(session.next_query(at(0)));
  session.query_waits();
  EXPECT_FALSE(session.next_query(at(0)));
  EXPECT_FALSE(session.wants_read());
  EXPECT_EQ(session.end(at(0), idle), TcpEnd::open);
  session.query_ended(at(1));
  EXPECT_EQ(session.end(at(1), idle), TcpEnd::garbage);
}

TEST(FrameReader, case_073_holds_what_was_received_and_no_more) {
  FrameReader reader;
  Octets stream{0xff, 0xff};
  stream.resize(32);
  reader.append(stream);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.held_octets(), 32u);
}

TEST(FrameReader, case_078_other_protocols_are_known_by_their_greeting) {
  using namespace std::string_view_literals;
  for (const auto greeting : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"sv, "SSH-2.0-OpenSSH_9.2\r\n"sv,
                              "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 ............"sv}) {
    FrameReader reader;
    reader.append({reinterpret_cast<const std::uint8_t*>(greeting.data()), greeting.size()});
    EXPECT_TRUE(reader.begins_with_no_query()) << greeting;
  }
}

TEST(FrameReader, a_long_query_is_waited_for) {
  FrameReader reader;
  const auto stream = framed({message(3, 60'000)});
  reader.append(wire::Bytes(stream).first(1000));
  EXPECT_FALSE(reader.begins_with_no_query());
  reader.append(wire::Bytes(stream).subspan(1000));
  EXPECT_TRUE(reader.next());
}

TEST(TcpSession, case_074_pipelined_and_partial_messages) {
  TcpSession session({}, at(0));
  auto stream = framed({message(1), message(2)});
  const auto third = framed({message(3)});
  stream.insert(stream.end(), third.begin(), third.begin() + 15);
  session.received(stream, at(1));
  EXPECT_EQ(ids(session, at(1)), (std::vector<std::uint16_t>{1, 2}));
  session.received(wire::Bytes(third).subspan(15), at(2));
  EXPECT_EQ(ids(session, at(2)), (std::vector<std::uint16_t>{3}));
}

TEST(TcpSession, in_flight_limit_below_at_and_above) {
  TcpSessionLimits limits;
  limits.in_flight = 2;
  TcpSession session(limits, at(0));
  session.received(framed({message(1), message(2), message(3)}), at(0));
  ASSERT_TRUE(session.next_query(at(0)));
  session.query_waits();
  EXPECT_TRUE(session.wants_read());
  ASSERT_TRUE(session.next_query(at(0)));
  session.query_waits();
  EXPECT_FALSE(session.wants_read());
  EXPECT_FALSE(session.next_query(at(0)));
  session.query_ended(at(5));
  EXPECT_TRUE(session.wants_read());
  const auto third = session.next_query(at(5));
  ASSERT_TRUE(third);
  EXPECT_EQ(wire::load_u16(third->data()), 3);
}

TEST(TcpSession, case_077_reading_stops_while_answers_are_not_taken) {
  TcpSessionLimits limits;
  limits.unsent_octets = 100;
  TcpSession session(limits, at(0));
  session.received(framed({message(1), message(2)}), at(0));
  ASSERT_TRUE(session.next_query(at(0)));
  session.answer(message(1, 97), wire::Rcode::noerror, at(0));
  EXPECT_TRUE(session.wants_read());
  session.sent(99, at(1));
  session.answer(message(1, 98), wire::Rcode::noerror, at(1));
  EXPECT_FALSE(session.wants_read());
  EXPECT_FALSE(session.next_query(at(1)));
  session.sent(1, at(2));
  EXPECT_TRUE(session.wants_read());
  EXPECT_TRUE(session.next_query(at(2)));
}

TEST(TcpSession, case_077_a_write_stall_ends_it) {
  TcpSession session({}, at(0));
  session.answer(message(1), wire::Rcode::noerror, at(100));
  EXPECT_EQ(session.deadline(idle), at(2100));
  EXPECT_EQ(session.end(at(2099), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(2100), idle), TcpEnd::stalled);
  session.sent(5, at(2000));
  EXPECT_EQ(session.end(at(2100), idle), TcpEnd::open);
}

TEST(TcpSession, case_077_octets_at_a_time_do_not_put_off_the_end) {
  TcpSession session({}, at(0));
  session.answer(message(1, 200), wire::Rcode::noerror, at(0));
  for (int i = 1; i < 10; ++i) {
    session.sent(1, at(1000 * i));
    session.answer(message(2), wire::Rcode::noerror, at(1000 * i));
    EXPECT_EQ(session.end(at(1000 * i), idle), TcpEnd::open) << i;
  }
  EXPECT_EQ(session.deadline(idle), at(10'000));
  EXPECT_EQ(session.end(at(9999), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(10'000), idle), TcpEnd::stalled);
}

TEST(TcpSession, case_077_the_time_for_a_backlog_is_the_given_one) {
  TcpSessionLimits limits;
  limits.backlog_time = std::chrono::milliseconds(700);
  TcpSession session(limits, at(0));
  session.answer(message(1, 200), wire::Rcode::noerror, at(0));
  session.sent(1, at(600));
  EXPECT_EQ(session.end(at(699), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(700), idle), TcpEnd::stalled);
}

TEST(TcpSession, case_077_a_backlog_that_is_taken_gives_the_next_its_own_time) {
  TcpSession session({}, at(0));
  session.answer(message(1, 98), wire::Rcode::noerror, at(0));
  session.answer(message(2, 198), wire::Rcode::noerror, at(9000));
  session.sent(99, at(9000));
  EXPECT_EQ(session.backlog_began(), at(0));
  session.sent(1, at(9500));
  EXPECT_EQ(session.backlog_began(), at(9500));
  session.sent(199, at(19'000));
  EXPECT_EQ(session.end(at(19'499), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(19'500), idle), TcpEnd::stalled);
  session.sent(1, at(19'499));
  EXPECT_EQ(session.end(at(19'500), idle), TcpEnd::open);
}

TEST(TcpSession, idle_time_counts_from_the_last_whole_message) {
  TcpSession session({}, at(0));
  EXPECT_EQ(session.end(at(9999), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(10'000), idle), TcpEnd::idle);
  const auto stream = framed({message(1)});
  session.received(stream, at(4000));
  ASSERT_TRUE(session.next_query(at(4000)));
  EXPECT_EQ(session.end(at(13'999), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(14'000), idle), TcpEnd::idle);
}

TEST(TcpSession, an_octet_a_second_does_not_prolong_anything) {
  TcpSession session({}, at(0));
  const auto stream = framed({message(1)});
  for (int i = 0; i < 9; ++i)
    session.received(wire::Bytes(stream).subspan(static_cast<std::size_t>(i), 1), at(1000 * i));
  EXPECT_EQ(session.end(at(9999), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(10'000), idle), TcpEnd::idle);
}

TEST(TcpSession, a_query_under_way_keeps_it) {
  TcpSession session({}, at(0));
  session.received(framed({message(1)}), at(0));
  ASSERT_TRUE(session.next_query(at(0)));
  session.query_waits();
  EXPECT_EQ(session.end(at(60'000), idle), TcpEnd::open);
  session.query_ended(at(60'000));
  EXPECT_EQ(session.end(at(69'999), idle), TcpEnd::open);
  EXPECT_EQ(session.end(at(70'000), idle), TcpEnd::idle);
}

TEST(TcpSession, case_076_half_closed_it_still_answers) {
  TcpSession session({}, at(0));
  session.received(framed({message(1)}), at(0));
  ASSERT_TRUE(session.next_query(at(0)));
  session.query_waits();
  session.peer_finished();
  EXPECT_FALSE(session.wants_read());
  EXPECT_EQ(session.end(at(1), idle), TcpEnd::open);
  session.query_ended(at(2));
  session.answer(message(1), wire::Rcode::noerror, at(2));
  EXPECT_EQ(session.end(at(2), idle), TcpEnd::open);
  session.sent(session.unsent().size(), at(3));
  EXPECT_EQ(session.end(at(3), idle), TcpEnd::done);
}

TEST(TcpSession, case_076_closed_in_the_middle_of_a_message) {
  TcpSession session({}, at(0));
  const auto stream = framed({message(1)});
  session.received(wire::Bytes(stream).first(9), at(0));
  session.peer_finished();
  EXPECT_EQ(session.end(at(0), idle), TcpEnd::done);
}

TEST(TcpSession, case_072_garbage_ends_it_when_what_came_before_is_answered) {
  TcpSession session({}, at(0));
  auto stream = framed({message(1)});
  stream.push_back(0);
  stream.push_back(3);
  session.received(stream, at(0));
  ASSERT_TRUE(session.next_query(at(0)));
  EXPECT_FALSE(session.next_query(at(0)));
  session.query_waits();
  EXPECT_EQ(session.end(at(0), idle), TcpEnd::open);
  session.query_ended(at(1));
  session.answer(message(1), wire::Rcode::noerror, at(1));
  session.sent(session.unsent().size(), at(1));
  EXPECT_EQ(session.end(at(1), idle), TcpEnd::garbage);
}

// The rcodes of the answers that are sent as a whole by now.
std::vector<wire::Rcode> sent_answers(TcpSession& session) {
  std::vector<wire::Rcode> out;
  while (const auto rcode = session.next_sent_answer()) out.push_back(*rcode);
  return out;
}

TEST(TcpSession, an_answer_is_sent_with_its_last_octet) {
  using Rcodes = std::vector<wire::Rcode>;
  TcpSession session({}, at(0));
  EXPECT_EQ(session.answers_left(), 0u);
  session.answer(message(1, 20), wire::Rcode::nxdomain, at(0));
  session.answer(message(2, 30), wire::Rcode::badcookie, at(0));
  session.answer(message(3, 40), wire::Rcode::noerror, at(0));
  session.sent(21, at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{});
  EXPECT_EQ(session.answers_left(), 3u);
  session.sent(1, at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{wire::Rcode::nxdomain});
  session.sent(32 + 41, at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{wire::Rcode::badcookie});
  EXPECT_EQ(session.answers_left(), 1u);
  session.sent(1, at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{wire::Rcode::noerror});
  EXPECT_EQ(session.answers_left(), 0u);
  session.answer(message(4), wire::Rcode::refused, at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{});
  session.sent(session.unsent().size(), at(0));
  EXPECT_EQ(sent_answers(session), Rcodes{wire::Rcode::refused});
}

TEST(TcpSession, answers_are_framed_in_the_order_in_which_they_are_given) {
  TcpSession session({}, at(0));
  session.answer(message(2), wire::Rcode::noerror, at(0));
  session.answer(message(1), wire::Rcode::noerror, at(0));
  const auto wanted = framed({message(2), message(1)});
  EXPECT_TRUE(std::ranges::equal(session.unsent(), wanted));
}

}  // namespace
}  // namespace godwit::daemon
