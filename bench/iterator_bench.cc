// What it costs to compose an answer from filled caches (Resolver::try_cache): the path of a
// question whose answer is known but not ready. Each by one hot name and by many at random.
#include <benchmark/benchmark.h>

#include <memory>

#include "bench/names.h"
#include "iterator/resolver.h"
#include "wire/name_text.h"

namespace godwit::bench {
namespace {

using cache::Time;
using iterator::Question;
using wire::Name;
using wire::RrType;

constexpr std::uint32_t names_count = 200'000;

struct FixedClock final : iterator::Clock {
  [[nodiscard]] Time now() const noexcept override { return Time{}; }
  [[nodiscard]] std::chrono::system_clock::time_point wall() const noexcept override { return {}; }
};
struct NoEntropy final : iterator::Entropy {
  void fill(wire::MutableBytes out) noexcept override { std::ranges::fill(out, std::uint8_t{0}); }
};
struct NoTimers final : iterator::Timers {
  Token at(Time, std::function<void()>) override { return 1; }
  void cancel(Token) noexcept override {}
};
struct NoMailbox final : iterator::Mailbox {
  void post(std::function<void()>) override {}
};
struct NoUpstream final : iterator::Upstream {
  [[nodiscard]] iterator::Task<iterator::Exchange> exchange(iterator::UpstreamRequest) override {
    co_return iterator::Exchange(iterator::ExchangeOutcome::cancelled);
  }
};

// The name before `name` in a chain of aliases: `name` below one more label.
Name alias_of(const Name& name) {
  return name.with_label(std::array<std::uint8_t, 5>{'a', 'l', 'i', 'a', 's'}).value();
}
Name denied_of(const Name& name) {
  return name.with_label(std::array<std::uint8_t, 2>{'n', 'o'}).value();
}

// Of each numbered name its address, a chain of three aliases to it, and a name that does not
// exist.
class FilledResolver {
 public:
  FilledResolver() {
    wire::RRsetBuilder soa(wire::parse_name("example.net.").value(), RrType::soa);
    std::vector<std::uint8_t> rdata{0, 0};  // both names are the root
    for (const std::uint32_t field : {1U, 3600U, 600U, 86400U, ttl_seconds}) {
      rdata.resize(rdata.size() + 4);
      wire::store_u32(rdata.data() + rdata.size() - 4, field);
    }
    soa.add(rdata, ttl_seconds);
    const wire::RRsetPtr denial = soa.build();
    for (std::uint32_t number = 0; number < names_count; ++number) fill(number, denial);
    auto options = std::make_shared<iterator::ResolverOptions>();
    options->special_names =
        std::make_shared<const iterator::SpecialNames>(std::span<const Name>());
    resolver_ = std::make_unique<iterator::Resolver>(
        shared_, iterator::Seams{clock_, entropy_, timers_, upstream_, mailbox_},
        std::move(options));
  }
  [[nodiscard]] const iterator::Resolver& resolver() const { return *resolver_; }

 private:
  static iterator::CachesOptions large() {
    iterator::CachesOptions out;
    out.octets = std::size_t{1} << 30U;
    return out;
  }
  void fill(std::uint32_t number, const wire::RRsetPtr& denial) {
    constexpr auto trust = cache::Trust::answer_authoritative;
    Name name = numbered_name(number);
    caches_.rrsets.store(address_set(name), trust, Time{});
    caches_.negatives.store_nxdomain(denied_of(name), denial, Time{});
    for (int hop = 0; hop < 3; ++hop) {
      const Name alias = alias_of(name);
      wire::RRsetBuilder cname(alias, RrType::cname);
      cname.add(name.wire(), ttl_seconds);
      caches_.rrsets.store(cname.build(), trust, Time{});
      name = alias;
    }
  }

  const cache::KeyedHash hash_ = fixed_hash();
  iterator::Caches caches_{hash_, large()};
  iterator::Shared shared_{hash_, caches_};
  NoMailbox mailbox_;
  FixedClock clock_;
  NoEntropy entropy_;
  NoTimers timers_;
  NoUpstream upstream_;
  std::unique_ptr<iterator::Resolver> resolver_;
};

const iterator::Resolver& filled_resolver() {
  static const FilledResolver filled;
  return filled.resolver();
}

template <class NameOf>
void compose(benchmark::State& state, std::size_t sets_expected, NameOf name_of) {
  const iterator::Resolver& resolver = filled_resolver();
  const Questions& asked = questions(state.range(0) == 1 ? Skew::one : Skew::uniform, names_count);
  std::size_t next = 0;
  for (auto _ : state) {
    const Question question(name_of(asked.name(next++)), RrType::a);
    const auto answer = resolver.try_cache(question);
    if (!answer || answer->answer.size() != sets_expected) {
      state.SkipWithError("the answer is not the one that is cached");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void compose_address(benchmark::State& state) {
  compose(state, 1, [](const Name& name) { return name; });
}
BENCHMARK(compose_address)->Arg(1)->Arg(names_count);

void compose_three_aliases(benchmark::State& state) {
  compose(state, 4, [](const Name& name) { return alias_of(alias_of(alias_of(name))); });
}
BENCHMARK(compose_three_aliases)->Arg(1)->Arg(names_count);

void compose_denial(benchmark::State& state) {
  compose(state, 0, [](const Name& name) { return denied_of(name); });
}
BENCHMARK(compose_denial)->Arg(1)->Arg(names_count);

// What is not known: the time until the walk begins.
void compose_nothing(benchmark::State& state) {
  const iterator::Resolver& resolver = filled_resolver();
  const Question question(wire::parse_name("www.example.org.").value(), RrType::a);
  for (auto _ : state) benchmark::DoNotOptimize(resolver.try_cache(question));
}
BENCHMARK(compose_nothing);

}  // namespace
}  // namespace godwit::bench
