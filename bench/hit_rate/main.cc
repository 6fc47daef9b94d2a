// hit_rate: which policy, and how large a cache? Replays made queries or a log, see --help.
#include <fstream>
#include <iostream>

#include "bench/hit_rate/log_reader.h"
#include "bench/hit_rate/options.h"
#include "bench/hit_rate/replay.h"
#include "bench/hit_rate/svg.h"
#include "bench/hit_rate/workloads.h"

namespace godwit::bench {
namespace {

int fail(const std::string& what) {
  std::cerr << "hit_rate: " << what << "\n";
  return 2;
}

// The traces one after the other: two of them need not be in memory at once.
bool replay_all(const Options& options, std::vector<Result>& results) {
  const auto take = [&](const Trace& trace) {
    results.push_back(replay(trace, options.sizes, options.policies));
    std::cout << table_of(results.back(), options.measure) << std::flush;
  };
  if (!options.log_file.empty()) {
    std::ifstream file(options.log_file);
    const ReadLog log =
        read_log(file, options.log_file, {options.generator.rate, options.generator.warm});
    if (log.lines_skipped > 0) {
      std::cerr << "hit_rate: " << log.lines_skipped << " lines are no queries\n";
    }
    if (log.trace.requests.empty()) return false;
    take(log.trace);
    return true;
  }
  std::vector<Workload> workloads = standard_workloads();
  if (options.is_one_trace) workloads = {{title_of(options.generator), options.generator}};
  for (const Workload& workload : workloads) {
    Trace trace = generate(workload.options);
    trace.title = workload.title;
    take(trace);
  }
  return true;
}

int run(const Options& options) {
  if (options.wants_help) {
    std::cout << help_text();
    return 0;
  }
  std::vector<Result> results;
  if (!replay_all(options, results)) return fail("no queries in " + options.log_file);
  std::cout << summary_of(results, options.measure);
  if (options.svg_file.empty()) return 0;
  std::ofstream svg(options.svg_file);
  svg << svg_of(results, options.measure);
  svg.close();
  return svg ? 0 : fail("cannot write " + options.svg_file);
}

}  // namespace
}  // namespace godwit::bench

int main(int count, char** values) {
  const std::vector<std::string_view> arguments(values + 1, values + count);
  const auto options = godwit::bench::read_options(arguments);
  if (const auto* wrong = std::get_if<std::string>(&options)) {
    return godwit::bench::fail(*wrong + "; --help tells what there is");
  }
  return godwit::bench::run(std::get<godwit::bench::Options>(options));
}
