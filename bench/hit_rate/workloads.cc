#include "bench/hit_rate/workloads.h"

#include <array>
#include <cstdio>

namespace godwit::bench {
namespace {

constexpr double scan_share = 0.5;
constexpr double drift_share = 0.5;
constexpr double flood_share = 4;
constexpr double warm_before_flood = 0.5;

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

}  // namespace

std::string title_of(const GeneratorOptions& options) {
  std::string text = "Zipf " + short_number(options.zipf);
  if (options.ttl == TtlDraw::measured) text += ", TTLs";
  if (options.scan > 0) text += ", single-use " + short_number(100 * options.scan) + " %";
  if (options.drift > 0) text += ", drift " + short_number(100 * options.drift) + " %";
  if (options.flood > 0) {
    text += ", flood " + short_number(options.flood) + ":1";
    if (options.flood_asks > 1) {
      text += " asked " + std::to_string(options.flood_asks) + " times within " +
              std::to_string(options.flood_repeat);
    }
  }
  return text;
}

std::vector<Workload> standard_workloads() {
  std::vector<Workload> all;
  const auto add = [&](const GeneratorOptions& options, const std::string& note = {}) {
    all.push_back({title_of(options) + note, options});
  };
  for (const TtlDraw ttl : {TtlDraw::none, TtlDraw::measured}) {
    GeneratorOptions options;
    options.ttl = ttl;
    for (const double zipf : {0.7, 0.95, 1.1}) {
      options.zipf = zipf;
      add(options);
    }
    options = {};
    options.ttl = ttl;
    options.scan = scan_share;
    add(options);
    options.scan = 0;
    options.drift = drift_share;
    add(options);
  }
  GeneratorOptions options;
  options.warm = warm_before_flood;
  add(options, ", second half");
  options.flood = flood_share;
  for (const auto& [asks, repeat] :
       {std::pair(1U, 1000U), std::pair(2U, 1U), std::pair(2U, 1000U)}) {
    options.flood_asks = asks;
    options.flood_repeat = repeat;
    add(options);
  }
  return all;
}

}  // namespace godwit::bench
