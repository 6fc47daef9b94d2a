// The long run: godwit_sim --seeds A..B --questions N [--jobs J], or one seed again with
// --seed S [--trace]. Prints what was violated with its seed, and how many seeds a minute went by.
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/sim/seed_run.h"

namespace {

using godwit::sim::SeedOptions;
using godwit::sim::SeedResult;

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t last = 100;
  unsigned questions = 50;
  unsigned jobs = 1;
  bool trace = false;
  bool verbose = false;
};

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_range(std::string_view text, Arguments& arguments) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return false;
  return read_number(text.substr(0, dots), arguments.first) &&
         read_number(text.substr(dots + 2), arguments.last);
}

bool read_arguments(int count, char** words, Arguments& arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--trace" || word == "--verbose") {
      (word == "--trace" ? arguments.trace : arguments.verbose) = true;
      continue;
    }
    if (i + 1 == count) return false;
    const std::string_view value = words[++i];
    std::uint64_t number = 0;
    if (word == "--seeds") {
      if (!read_range(value, arguments)) return false;
      continue;
    }
    if (!read_number(value, number)) return false;
    if (word == "--seed")
      arguments.first = arguments.last = number;
    else if (word == "--questions")
      arguments.questions = static_cast<unsigned>(number);
    else if (word == "--jobs")
      arguments.jobs = static_cast<unsigned>(number);
    else
      return false;
  }
  return true;
}

class Tally {
 public:
  void add(std::uint64_t seed, const SeedResult& result, bool verbose) {
    const std::lock_guard lock(mutex_);
    questions_ += result.questions;
    from_cache_ += result.from_cache;
    servfails_ += result.servfails;
    sound_ += result.sound_questions;
    sound_servfails_ += result.sound_servfails;
    packets_ += result.packets;
    packets_max_ = std::max(packets_max_, result.packets_max);
    failed_ += !result.violations.empty();
    shares_.add(result);
    for (const std::string& violation : result.violations)
      std::printf("seed %llu (%s): %s\n", static_cast<unsigned long long>(seed),
                  name_of(result.weather), violation.c_str());
    if (verbose)
      std::printf(
          "seed %llu (%s): %llu packets, %llu SERVFAIL, %llu of %llu that an undisturbed resolver "
          "must answer, fingerprint %016llx\n",
          static_cast<unsigned long long>(seed), name_of(result.weather),
          static_cast<unsigned long long>(result.packets),
          static_cast<unsigned long long>(result.servfails),
          static_cast<unsigned long long>(result.sound_servfails),
          static_cast<unsigned long long>(result.sound_questions),
          static_cast<unsigned long long>(result.fingerprint));
  }

  void print(std::uint64_t seeds, double elapsed_seconds) const {
    std::printf(
        "%llu seeds, %llu questions (%llu from cache), %llu packets, at most %u for one question\n"
        "SERVFAIL: %llu, of which %llu of %llu that an undisturbed resolver must answer\n"
        "%llu seeds with violations; %.1f s, %.0f seeds a minute\n",
        static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(questions_),
        static_cast<unsigned long long>(from_cache_), static_cast<unsigned long long>(packets_),
        packets_max_, static_cast<unsigned long long>(servfails_),
        static_cast<unsigned long long>(sound_servfails_), static_cast<unsigned long long>(sound_),
        static_cast<unsigned long long>(failed_), elapsed_seconds,
        static_cast<double>(seeds) * 60 / elapsed_seconds);
    std::printf("by weather: %s\n", shares_.to_text().c_str());
    for (const std::string& violation : shares_.violations()) std::puts(violation.c_str());
  }

  [[nodiscard]] bool failed() const { return failed_ != 0 || !shares_.violations().empty(); }

 private:
  std::mutex mutex_;
  std::uint64_t questions_ = 0, from_cache_ = 0, servfails_ = 0, sound_ = 0, sound_servfails_ = 0,
                packets_ = 0, failed_ = 0;
  std::uint32_t packets_max_ = 0;
  godwit::sim::FailureShares shares_;
};

SeedResult run_one(const Arguments& arguments, std::uint64_t seed) {
  SeedOptions options;
  options.seed = seed;
  options.questions = arguments.questions;
  if (arguments.trace) options.trace = [](const std::string& line) { std::puts(line.c_str()); };
  return godwit::sim::run_seed(options);
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  if (!read_arguments(count, words, arguments)) {
    std::fputs(
        "usage: godwit_sim [--seeds A..B | --seed S] [--questions N] [--jobs J] [--trace] "
        "[--verbose]\n",
        stderr);
    return 2;
  }
  Tally tally;
  std::atomic<std::uint64_t> next{arguments.first};
  const auto begin = std::chrono::steady_clock::now();
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed <= arguments.last; seed = next++)
      tally.add(seed, run_one(arguments, seed), arguments.verbose);
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < arguments.jobs; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  tally.print(arguments.last - arguments.first + 1, elapsed.count());
  return tally.failed() ? 1 : 0;
}
