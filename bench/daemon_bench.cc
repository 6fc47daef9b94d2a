// What the hit path costs beside the kernel: from a datagram to the octets of its answer, in
// batches as a listener takes them. Per query.
#include <benchmark/benchmark.h>

#include "bench/names.h"
#include "daemon/ready_answers.h"
#include "daemon/reply_groups.h"
#include "iterator/cached_answer.h"

namespace godwit::bench {
namespace {

using daemon::ReadyAnswers;
using daemon::ReadyQuery;

constexpr std::uint32_t names_count = 200'000;
constexpr std::size_t batch = 64;
constexpr cache::Time now{std::chrono::hours(1)};

using Message = std::vector<std::uint8_t>;

Message make_query(wire::Bytes name, bool with_edns) {
  Message out{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(with_edns)};
  out.insert(out.end(), name.begin(), name.end());
  const std::uint8_t tail[] = {0, 1, 0, 1};
  out.insert(out.end(), std::begin(tail), std::end(tail));
  const std::uint8_t opt[] = {0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0};
  if (with_edns) out.insert(out.end(), std::begin(opt), std::end(opt));
  return out;
}

struct World {
  World() {
    for (std::uint32_t i = 0; i < names_count; ++i)
      caches.rrsets.store(address_set(numbered_name(i)), cache::Trust::answer_authoritative, now);
    for (std::uint32_t i = 0; i < names_count; ++i) {
      const auto name = numbered_name(i);
      const auto query = make_query(name.wire(), true);
      auto before = ready.before();
      iterator::AnswerInProgress progress({name, wire::RrType::a}, 8);
      progress.marks = &before.marks;
      (void)iterator::continue_from_cache(progress, caches, options, now, nullptr);
      ready.keep(query, progress.answer, before, {ttl_seconds}, now);
    }
  }
  static iterator::CachesOptions large() {
    iterator::CachesOptions out;
    out.octets = std::size_t{1} << 30;
    return out;
  }
  static std::shared_ptr<const daemon::AnswerPolicy> policy() {
    auto made = std::make_shared<daemon::AnswerPolicy>();
    made->access = daemon::AccessControl(
        {*wire::IpPrefix::parse("127.0.0.0/8"), *wire::IpPrefix::parse("10.0.0.0/8"),
         *wire::IpPrefix::parse("192.168.0.0/16")},
        {});
    return made;
  }
  cache::KeyedHash hash = fixed_hash();
  iterator::Caches caches{hash, large()};
  iterator::ResolverOptions options;
  daemon::ClientRequests requests{policy(), daemon::ServerCookies::MasterSecret{1}};
  ReadyAnswers ready{hash, caches.answers, requests};
};

World& world() {
  static World made;
  return made;
}

void answer_ready(benchmark::State& state, Skew skew, bool with_edns) {
  auto& all = world();
  std::vector<Message> messages;
  for (std::size_t i = 0; i < 1 << 16; ++i)
    messages.push_back(make_query(questions(skew, names_count).wire(i), with_edns));
  std::vector<ReadyQuery> queries(batch);
  std::vector<std::uint8_t> out(batch * 128 + 4096);
  const daemon::Client client{{*wire::IpAddress::parse("127.0.0.1"), 40000}};
  std::size_t next = 0, answered = 0;
  for (auto _ : state) {
    for (auto& query : queries) all.ready.prepare(messages[next++ % messages.size()], query);
    for (const auto& query : queries) all.ready.fetch(query);
    std::size_t at = 0;
    for (const auto& query : queries) {
      const auto answer = all.ready.answer(query, client, {now, 1}, std::span(out).subspan(at));
      at += answer.message.size();
      answered += answer.message.empty() ? 0u : 1u;
    }
    benchmark::DoNotOptimize(out.data());
  }
  const auto count = state.iterations() * static_cast<std::int64_t>(batch);
  if (answered != static_cast<std::size_t>(count)) state.SkipWithError("not all were ready");
  state.SetItemsProcessed(count);
}
BENCHMARK_CAPTURE(answer_ready, one_name, Skew::one, false);
BENCHMARK_CAPTURE(answer_ready, one_name_edns, Skew::one, true);
BENCHMARK_CAPTURE(answer_ready, zipf, Skew::zipf, true);
BENCHMARK_CAPTURE(answer_ready, uniform, Skew::uniform, true);

void group_a_batch(benchmark::State& state) {
  const auto destinations = static_cast<std::size_t>(state.range(0));
  std::vector<daemon::ReplyShape> replies(batch);
  for (std::size_t i = 0; i < batch; ++i)
    replies[i] = {static_cast<std::uint8_t>(i % destinations),
                  static_cast<std::uint16_t>(60 + i * 7 % 12)};
  for (auto _ : state) benchmark::DoNotOptimize(daemon::group_replies(replies, true));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
}
BENCHMARK(group_a_batch)->Arg(1)->Arg(8)->Arg(64);

}  // namespace
}  // namespace godwit::bench
