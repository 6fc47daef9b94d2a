// The hit path against the ordinary way: the same octets for every client, and an end when the
// caches say so.
#include "daemon/ready_answers.h"

#include "ready_world.h"

namespace godwit::daemon {
namespace {

using namespace std::chrono_literals;

// Makes the answer ready: an ordinary one is kept.
#define EXPECT_READY(query, client) EXPECT_FALSE(ready_answer(query, client).empty())
#define EXPECT_NOT_READY(query, client) EXPECT_TRUE(ready_answer(query, client).empty())

TEST_F(ReadyWorld, answers_are_those_of_the_ordinary_way_to_the_octet) {
  fill();
  const auto began = clock.time;
  std::mt19937 random(1);
  const auto all = shapes();
  unsigned hits = 0;
  for (const auto after : {0ms, 1ms, 999ms, 1000ms, 1001ms, 30'500ms, 59'999ms, 60'000ms, 119'000ms,
                           199'999ms, 200'000ms, 299'999ms, 300'000ms}) {
    clock.time = began + after;
    for (int i = 0; i < 1500; ++i) {
      const auto& shape = all[random() % all.size()];
      const auto query = draw(shape, random);
      const auto client = client_at("127.0.0.1", random() % 16 == 0 ? 53 : 40000, i % 3 == 0);
      const auto hit = ready_answer(query, client);
      if (hit.empty()) (void)ordinary(query, client);
      if (hit.empty()) continue;
      ++hits;
      ASSERT_EQ(hit, ordinary(query, client)) << shape.name << " after " << after.count();
    }
    cancel_all();
  }
  EXPECT_GT(hits, 8000u);
}

TEST_F(ReadyWorld, every_shape_that_fits_becomes_ready) {
  fill();
  const auto client = client_at("127.0.0.1", 40000, true);
  for (const auto& shape : shapes()) {
    const auto query = QueryMaker(shape.name, shape.type).edns({}, 1232, 0, 0x8000).octets();
    EXPECT_NOT_READY(query, client);
    const auto first = ordinary(query, client);
    EXPECT_EQ(ready_answer(query, client).empty(), shape.name == "huge.example.") << shape.name;
  }
}

TEST_F(ReadyWorld, what_does_not_fit_a_client_goes_the_ordinary_way) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto large = QueryMaker("big.example.", txt).edns().octets();
  const auto small = QueryMaker("big.example.", txt).octets();
  (void)ordinary(large, client);
  EXPECT_READY(large, client);
  EXPECT_NOT_READY(small, client);
  EXPECT_NE(ordinary(small, client)[2] & 0x02, 0);
  EXPECT_READY(large, client);
}

TEST_F(ReadyWorld, the_size_limit_is_met_exactly) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = [](std::uint16_t size) {
    return QueryMaker("big.example.", txt).edns({}, size).octets();
  };
  const auto whole = ordinary(query(1232), client);
  const auto size = static_cast<std::uint16_t>(whole.size());
  EXPECT_EQ(ready_answer(query(size), client).size(), whole.size());
  EXPECT_EQ(ready_answer(query(static_cast<std::uint16_t>(size + 1)), client).size(), whole.size());
  EXPECT_NOT_READY(query(static_cast<std::uint16_t>(size - 1)), client);
}

TEST_F(ReadyWorld, an_answer_ends_with_the_first_of_its_sets) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("alias.example.", a).octets();
  (void)ordinary(query, client);
  clock.time += 60s - 1ns;
  EXPECT_READY(query, client);
  clock.time += 1ns;
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, news_of_the_name_end_an_answer) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("one.example.", a).octets();
  (void)ordinary(query, client);
  store_addresses("ONE.example.", a, 2);
  EXPECT_NOT_READY(query, client);
  EXPECT_EQ(ordinary(query, client)[7], 2);
  EXPECT_EQ(ready_answer(query, client)[7], 2);
  caches.rrsets.erase(name("one.example."), wire::RrType::a);
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, news_of_any_name_of_a_chain_end_an_answer) {
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("alias.example.", a).octets();
  const std::function<void()> news[] = {
      [this] { store_alias("alias.example.", "four.example.", 120); },
      [this] { store_alias("next.example.", "one.example.", 120); },
      [this] { store_addresses("end.other.", a, 1); },
      [this] { caches.negatives.store_nxdomain(name("end.other."), soa("other."), clock.time); }};
  for (const auto& one : news) {
    fill();
    (void)ordinary(query, client);
    EXPECT_READY(query, client);
    one();
    EXPECT_NOT_READY(query, client);
  }
}

TEST_F(ReadyWorld, a_denial_ends_with_news_of_data_and_data_with_a_denial) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("none.example.", a).octets();
  (void)ordinary(query, client);
  EXPECT_READY(query, client);
  store_addresses("none.example.", a, 1);
  EXPECT_NOT_READY(query, client);
  (void)ordinary(query, client);
  EXPECT_READY(query, client);
  caches.rrsets.erase(name("none.example."), wire::RrType::a);
  caches.negatives.store_nodata(name("none.example."), wire::RrType::a, soa("example."),
                                clock.time);
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, a_denial_by_an_ancestor_is_not_kept) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("below.none.example.", a).octets();
  EXPECT_FALSE(ordinary(query, client).empty());
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, glue_ends_no_answer) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("one.example.", a).octets();
  (void)ordinary(query, client);
  wire::RRsetBuilder glue(name("one.example."), wire::RrType::a);
  glue.add(Octets{192, 0, 2, 99}, ttl);
  caches.rrsets.store(glue.build(), cache::Trust::glue, clock.time);
  EXPECT_READY(query, client);
}

TEST_F(ReadyWorld, a_change_between_look_up_and_keeping_is_seen) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("one.example.", a).octets();
  auto before = ready.before();
  const auto answer = resolver.try_cache({name("one.example."), wire::RrType::a}, &before.marks);
  ASSERT_TRUE(answer);
  store_addresses("one.example.", a, 2);
  ready.keep(query, *answer, before, {ttl}, clock.time);
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, a_reload_ends_all_answers_also_those_under_way) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("one.example.", a).octets();
  auto before = ready.before();
  const auto answer = resolver.try_cache({name("one.example."), wire::RrType::a}, &before.marks);
  (void)ordinary(query, client);
  EXPECT_READY(query, client);
  ready.forget_all();
  EXPECT_NOT_READY(query, client);
  ready.keep(query, *answer, before, {ttl}, clock.time);
  EXPECT_NOT_READY(query, client);
  (void)ordinary(query, client);
  EXPECT_READY(query, client);
}

TEST_F(ReadyWorld, who_may_not_ask_gets_nothing_ready) {
  fill();
  const auto query = QueryMaker("one.example.", a).octets();
  (void)ordinary(query, client_at("127.0.0.1"));
  EXPECT_READY(query, client_at("192.0.2.1"));
  EXPECT_NOT_READY(query, client_at("198.51.100.1"));
  EXPECT_NOT_READY(query, client_at("127.0.0.1", 7));
  EXPECT_READY(query, client_at("127.0.0.1", 7, true));
}

TEST_F(ReadyWorld, with_queries_in_the_log_none_passes_it_by) {
  fill();
  const auto client = client_at("127.0.0.1");
  const auto query = QueryMaker("one.example.", a).octets();
  (void)ordinary(query, client);
  WaitingPolicy waiting;
  waiting.log_queries = true;
  service->set_policy(waiting);
  EXPECT_NOT_READY(query, client);
}

TEST_F(ReadyWorld, after_the_end_nothing_is_answered) {
  fill();
  const auto query = QueryMaker("one.example.", a).octets();
  EXPECT_EQ(send("127.0.0.1", query), QueryService::Fate::answered);
  EXPECT_EQ(send("127.0.0.1", query), QueryService::Fate::answered);
  service->drop_all(DropCause::shutdown);
  EXPECT_EQ(send("127.0.0.1", query), QueryService::Fate::dropped);
  EXPECT_EQ(counters.queries_received.get(), 3u);
  EXPECT_EQ(counters.queries_answered.get() + dropped(), 3u);
}

TEST_F(ReadyWorld, addresses_take_turns_and_other_records_do_not) {
  fill();
  const auto client = client_at("127.0.0.1");
  for (const auto& [shape, turns] :
       {std::pair(Shape{"four.example.", a}, true), std::pair(Shape{"example.", mx}, false)}) {
    QueryMaker query(shape.name, shape.type);
    query.id = 4;
    const auto first = ordinary(query.octets(), client);
    query.id = 5;
    auto next = ready_answer(query.octets(), client);
    EXPECT_EQ(next, ordinary(query.octets(), client));
    next[1] = 4;
    EXPECT_EQ(next != first, turns);
  }
}

// Mutations of good queries: whatever the hit path answers, the ordinary way answers alike; and
// what either refuses or drops, the hit path leaves alone.
TEST_F(ReadyWorld, broken_queries_have_the_same_fate_with_and_without_the_hit_path) {
  fill();
  const auto client = client_at("127.0.0.1");
  std::mt19937 random(7);
  const auto all = shapes();
  for (const auto& shape : all) {
    for (const std::uint16_t z : {std::uint16_t{0}, std::uint16_t{0x8000}}) {
      (void)ordinary(QueryMaker(shape.name, shape.type).octets(), client);
      (void)ordinary(QueryMaker(shape.name, shape.type).edns({}, 1232, 0, z).octets(), client);
    }
  }
  unsigned hits = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto query = draw(all[random() % all.size()], random);
    for (auto n = random() % 3; n > 0; --n) {
      const auto at = random() % query.size();
      switch (random() % 4) {
        case 0:
          query[at] = static_cast<std::uint8_t>(random());
          break;
        case 1:
          query[at] = static_cast<std::uint8_t>(query[at] ^ 1u << random() % 8);
          break;
        case 2:
          query.resize(at + 1);
          break;
        default:
          query.insert(query.begin() + static_cast<std::ptrdiff_t>(at),
                       static_cast<std::uint8_t>(random()));
      }
    }
    const auto hit = ready_answer(query, client);
    if (hit.empty()) continue;
    ++hits;
    ASSERT_EQ(hit, ordinary(query, client)) << i;
  }
  EXPECT_GT(hits, 8'000u);
}

}  // namespace
}  // namespace godwit::daemon
