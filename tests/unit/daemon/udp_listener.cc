// A listener on a loopback port, turned by hand.
#include "listener_world.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;

TEST_F(UdpListenerWorld, the_socket_goes_with_the_last_answer_that_is_owed) {
  send();
  turn();
  EXPECT_EQ(service->waiting(), 1u);
  listener->stop_reading();
  EXPECT_EQ(receive(), -EAGAIN);
  advance(5s);
  EXPECT_GT(receive(), 12);
  send();
  EXPECT_EQ(receive(), -ECONNREFUSED);
}

TEST_F(UdpListenerWorld, a_socket_that_owes_nothing_goes_at_once) {
  upstream.silent = false;
  send();
  turn();
  EXPECT_GT(receive(), 12);
  listener->stop_reading();
  send();
  EXPECT_EQ(receive(), -ECONNREFUSED);
}

TEST_F(UdpListenerWorld, what_had_come_before_the_end_is_answered) {
  upstream.silent = false;
  turn();
  send();
  listener->stop_reading();
  turn();
  EXPECT_GT(receive(), 12);
  EXPECT_EQ(counters.queries_received.get(), counters.queries_answered.get());
}

// Answers of many lengths to several clients, some ready made and some not, some of which wait.
TEST_F(UdpListenerWorld, each_client_of_a_batch_gets_its_own_answers) {
  fill();
  const auto shape_list = shapes();
  std::vector<Fd> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(make_client());
  std::uint16_t id = 0;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<Octets>> expected(clients.size());
    std::size_t sent = 0;
    for (const auto& shape : shape_list) {
      for (std::size_t i = 0; i < clients.size(); ++i) {
        if (shape.name == "huge.example." || sent == 60) continue;
        QueryMaker query(shape.name, shape.type);
        query.id = id++;
        const auto octets = query.edns().octets();
        expected[i].push_back(ordinary(octets, client_at("127.0.0.1")));
        send_by(clients[i], octets);
        ++sent;
      }
    }
    turn();
    for (std::size_t i = 0; i < clients.size(); ++i) {
      std::vector<Octets> got;
      Octets answer;
      while (receive_by(clients[i], &answer) > 0) got.push_back(answer);
      std::ranges::sort(got);
      std::ranges::sort(expected[i]);
      EXPECT_EQ(got, expected[i]);
    }
  }
}

TEST_F(UdpListenerWorld, more_queries_than_a_batch_holds_are_all_answered) {
  fill();
  for (std::uint16_t i = 0; i < 200; ++i) {
    QueryMaker query(i % 2 == 0 ? "one.example." : "four.example.", a);
    query.id = i;
    send(query.octets());
  }
  turn();
  std::vector<bool> seen(200);
  Octets answer;
  while (receive_by(client, &answer) > 0) seen.at(answer[1]) = true;
  EXPECT_EQ(std::ranges::count(seen, true), 200);
  EXPECT_EQ(counters.queries_received.get(), 200u);
  EXPECT_EQ(counters.queries_answered.get(), 200u);
  EXPECT_EQ(counters.answered_at_once.get(), 200u);
  EXPECT_EQ(counters.answer_rcodes[0].get(), 200u);
}

}  // namespace
}  // namespace godwit::daemon
