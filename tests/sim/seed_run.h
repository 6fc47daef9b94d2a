// One seed from beginning to end: a generated world, faults, questions asked alone and many at
// once, and all that must hold of them. The same seed gives the same run.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/generator.h"
#include "tests/sim/subject.h"

namespace godwit::sim {

// How much goes wrong on the way, by seed.
enum class Weather : std::uint8_t { clear, benign, spoofed, hostile };
inline constexpr std::size_t weathers = 4;
[[nodiscard]] const char* name_of(Weather weather) noexcept;

struct SeedOptions {
  std::uint64_t seed = 1;
  unsigned questions = 50;
  std::function<void(const std::string&)> trace;  // may be empty
};

struct SeedResult {
  std::vector<std::string> violations;
  std::uint64_t questions = 0;
  std::uint64_t from_cache = 0;
  std::uint64_t servfails = 0;
  std::uint64_t sound_questions = 0;  // that an undisturbed resolver must answer
  std::uint64_t sound_servfails = 0;
  std::uint64_t packets = 0;
  std::uint32_t packets_max = 0;  // for one question
  std::uint64_t fingerprint = 0;  // of the whole run: equal for equal seeds
  Weather weather = Weather::clear;
  bool is_signed = false;
};

[[nodiscard]] SeedResult run_seed(const SeedOptions& options);

// Of many seeds together: how many of the sound questions fail, weather by weather, in
// signed worlds and in others. One seed alone
// may have bad luck, and a failure is remembered and told again; many seeds have none.
class FailureShares {
 public:
  void add(const SeedResult& result) noexcept;
  // The weathers in which more fail than its faults explain. Says nothing of a weather that has
  // been asked too few questions.
  [[nodiscard]] std::vector<std::string> violations() const;
  [[nodiscard]] std::string to_text() const;

 private:
  struct Count {
    std::uint64_t questions = 0;
    std::uint64_t failed = 0;
  };
  std::array<std::array<Count, weathers>, 2> counts_{};  // unsigned worlds, and signed ones
};

}  // namespace godwit::sim
