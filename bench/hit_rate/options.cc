#include "bench/hit_rate/options.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace godwit::bench {
namespace {

constexpr std::uint64_t size_min = 64 << 10;
constexpr std::uint64_t size_max = std::uint64_t{1} << 40;
constexpr double many = 1e9;

template <class Number>
std::optional<Number> number(std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= low && value <= high)) return std::nullopt;
  return value;
}

std::vector<std::string_view> parts(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    out.push_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return out;
}

template <class Number>
bool put(Number& into, const std::optional<Number>& value) {
  if (value) into = *value;
  return value.has_value();
}

bool put_sizes(Options& options, std::string_view list) {
  options.sizes.clear();
  for (const std::string_view part : parts(list)) {
    const auto size = read_size(part);
    if (!size) return false;
    options.sizes.push_back(*size);
  }
  std::sort(options.sizes.begin(), options.sizes.end());
  return !options.sizes.empty();
}

bool put_policies(Options& options, std::string_view list) {
  options.policies.clear();
  for (const std::string_view part : parts(list)) {
    const PolicyKind* kind = find_policy(part);
    if (kind == nullptr) return false;
    options.policies.push_back(kind);
  }
  return !options.policies.empty();
}

bool put_ttl(Options& options, std::string_view text) {
  options.generator.ttl = text == "none" ? TtlDraw::none : TtlDraw::measured;
  return text == "none" || text == "measured";
}

bool put_measure(Options& options, std::string_view text) {
  options.measure = text == "cost" ? Measure::cost : Measure::hits;
  return text == "cost" || text == "hits";
}

struct Flag {
  std::string_view name;
  std::string_view value;  // as the help shows it
  std::string_view what;
  bool is_of_trace;
  bool (*put)(Options& options, std::string_view text);
};

constexpr std::array<Flag, 18> flags{{
    {"--log", "FILE", "replay this query log instead of made traces", true,
     [](Options& o, std::string_view t) {
       o.log_file = t;
       return !t.empty();
     }},
    {"--zipf", "S", "name i is asked for in proportion to 1/i^S (0.95)", true,
     [](Options& o, std::string_view t) { return put(o.generator.zipf, number(t, 0.0, 10.0)); }},
    {"--names", "N", "how many names (150000)", true,
     [](Options& o, std::string_view t) {
       return put(o.generator.names, number<std::uint32_t>(t, 1, 100'000'000));
     }},
    {"--queries", "N", "how many queries of clients (500000)", true,
     [](Options& o, std::string_view t) {
       return put(o.generator.queries, number<std::uint32_t>(t, 1, 200'000'000));
     }},
    {"--rate", "Q", "queries a second, for made traces and logs without times (150)", true,
     [](Options& o, std::string_view t) { return put(o.generator.rate, number(t, 1e-6, many)); }},
    {"--ttl", "measured|none", "TTLs as a resolver saw them, or without end (measured)", true,
     put_ttl},
    {"--scan", "S", "share of queries for names that are asked for once (0)", true,
     [](Options& o, std::string_view t) { return put(o.generator.scan, number(t, 0.0, 1.0)); }},
    {"--drift", "S", "share of names whose popularity changes by the end (0)", true,
     [](Options& o, std::string_view t) { return put(o.generator.drift, number(t, 0.0, 100.0)); }},
    {"--flood", "N", "queries of an attack for each query, once the cache is warm (0)", true,
     [](Options& o, std::string_view t) { return put(o.generator.flood, number(t, 0.0, 1000.0)); }},
    {"--flood-asks", "N", "how often each name of the attack is asked for (1)", true,
     [](Options& o, std::string_view t) {
       return put(o.generator.flood_asks, number<std::uint32_t>(t, 1, 1000));
     }},
    {"--flood-repeat", "N", "after how many queries of the attack it is asked for again (1000)",
     true,
     [](Options& o, std::string_view t) {
       return put(o.generator.flood_repeat, number<std::uint32_t>(t, 1, 10'000'000));
     }},
    {"--warm", "S", "share of the trace, from its beginning, that is not counted (0.25)", true,
     [](Options& o, std::string_view t) { return put(o.generator.warm, number(t, 0.0, 0.99)); }},
    {"--seed", "N", "another trace of the same kind (1)", true,
     [](Options& o, std::string_view t) {
       return put(o.generator.seed, number<std::uint64_t>(t, 0, UINT64_MAX));
     }},
    {"--sizes", "LIST", "of caches, as in 512k,8m (1m,2m,4m,8m)", false, put_sizes},
    {"--policies", "LIST", "of those below (all)", false, put_policies},
    {"--measure", "hits|cost", "share of queries, or of the waiting for servers, saved (hits)",
     false, put_measure},
    {"--svg", "FILE", "draw the results, too", false,
     [](Options& o, std::string_view t) {
       o.svg_file = t;
       return !t.empty();
     }},
    {"--help", "", "this text", false,
     [](Options& o, std::string_view) {
       o.wants_help = true;
       return true;
     }},
}};

}  // namespace

std::optional<std::uint64_t> read_size(std::string_view text) {
  std::uint64_t unit = 1;
  if (!text.empty()) {
    const char last = text.back();
    if (last == 'k' || last == 'K') unit = 1 << 10;
    if (last == 'm' || last == 'M') unit = 1 << 20;
    if (last == 'g' || last == 'G') unit = 1 << 30;
    if (unit > 1) text.remove_suffix(1);
  }
  const auto value = number<std::uint64_t>(text, 1, size_max);
  if (!value || *value > size_max / unit || *value * unit < size_min) return std::nullopt;
  return *value * unit;
}

std::variant<Options, std::string> read_options(std::span<const std::string_view> arguments) {
  Options options;
  for (const PolicyKind& kind : policy_kinds()) options.policies.push_back(&kind);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto flag = std::find_if(flags.begin(), flags.end(),
                                   [&](const Flag& f) { return f.name == arguments[i]; });
    if (flag == flags.end()) return "no option is called " + std::string(arguments[i]);
    std::string_view value;
    if (!flag->value.empty()) {
      if (++i == arguments.size()) return std::string(flag->name) + " wants a value";
      value = arguments[i];
    }
    if (!flag->put(options, value)) {
      return std::string(flag->name) + " does not take " + std::string(value);
    }
    options.is_one_trace = options.is_one_trace || flag->is_of_trace;
  }
  return options;
}

std::string help_text() {
  std::string text =
      "Usage: hit_rate [OPTION VALUE]...\n\n"
      "Replays queries through cache policies of several sizes and prints hit ratios in\n"
      "percent, and in brackets how many points that is from the optimum, which knows the\n"
      "future. Without an option that describes a trace: a set of traces.\n\n";
  for (const Flag& flag : flags) {
    std::string left = "  " + std::string(flag.name) + " " + std::string(flag.value);
    left.resize(std::max<std::size_t>(left.size() + 1, 24), ' ');
    text += left + std::string(flag.what) + "\n";
  }
  text += "\nPolicies:\n";
  for (const PolicyKind& kind : policy_kinds()) {
    std::string left = "  " + std::string(kind.name);
    left.resize(24, ' ');
    text += left + std::string(kind.what) + "\n";
  }
  return text;
}

}  // namespace godwit::bench
