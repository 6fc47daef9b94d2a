// One seed from beginning to end: a generated world, faults, questions asked alone and many at
// once, and all that must hold of them. The same seed gives the same run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/generator.h"
#include "tests/sim/subject.h"

namespace godwit::sim {

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
  const char* weather = "";
};

[[nodiscard]] SeedResult run_seed(const SeedOptions& options);

}  // namespace godwit::sim
