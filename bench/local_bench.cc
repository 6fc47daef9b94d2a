// Block lists of a million names: reading them, and what a look-up costs a query that is not
// answered ready made.
#include <benchmark/benchmark.h>

#include <string>

#include "local/block_list_builder.h"
#include "local/policy.h"
#include "wire/name_text.h"

namespace {

using namespace godwit;

constexpr std::size_t names_in_list = 1'000'000;
const cache::KeyedHash hash{{1, 2, 3}};

std::string name_text(std::size_t number) {
  return "host" + std::to_string(number * 7919 % names_in_list) + ".zone" +
         std::to_string(number % 50'000) + ".example";
}

std::string list_text(local::ListForm form) {
  std::string out;
  if (form == local::ListForm::response) out = "$TTL 60\n@ SOA ns. root. 1 2 3 4 5\n";
  for (std::size_t i = 0; i < names_in_list; ++i) {
    if (form == local::ListForm::hosts) out += "0.0.0.0 ";
    out += name_text(i) + (form == local::ListForm::response ? " CNAME .\n" : "\n");
  }
  return out;
}

local::BlockListPtr make(local::ListForm form, const std::string& text) {
  local::BlockListBuilder builder(hash, "list", names_in_list, {});
  builder.read(form, text);
  return builder.build();
}

void read_million(benchmark::State& state) {
  const auto form = static_cast<local::ListForm>(state.range(0));
  const std::string text = list_text(form);
  std::size_t octets = 0;
  for (auto _ : state) octets = make(form, text)->memory_octets();
  state.counters["octets-a-name"] =
      static_cast<double>(octets) / static_cast<double>(names_in_list);
}
BENCHMARK(read_million)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->Iterations(1);

void look_up(benchmark::State& state) {
  static const local::Policy policy = [] {
    std::vector<local::PolicyList> lists(1);
    lists.front().rules = make(local::ListForm::names, list_text(local::ListForm::names));
    return local::Policy(std::move(lists));
  }();
  std::vector<wire::Name> names;
  for (std::size_t i = 0; i < 65'536; ++i) {
    const std::string text =
        state.range(0) != 0 ? name_text(i * 15) : "www.zone" + std::to_string(i * 15) + ".test";
    names.push_back(wire::parse_name(text).value());
  }
  std::size_t at = 0;
  for (auto _ : state) {
    const wire::Name& name = names[at++ % names.size()];
    benchmark::DoNotOptimize(policy.judge({{&name, 1}, {}, false}, wire::IpAddress()));
  }
}
BENCHMARK(look_up)->Arg(0)->Arg(1);

}  // namespace
