// What validating may cost for one question of a client: part of its one budget, spent by every
// check wherever it is made, and never reset. On one worker's thread.
#pragma once

#include <cstdint>

#include "dnssec/algorithms.h"

namespace godwit::dnssec {

struct ValidationLimits {
  std::uint32_t signature_checks = 24;           // for one question
  std::uint32_t signature_microseconds = 7'000;  // of nominal cost (algorithms.h), likewise
  std::uint32_t failed_checks = 4;               // likewise
  std::uint32_t failed_microseconds = 1'000;     // likewise; what goes beyond it is the last
  std::uint32_t checks_per_rrset = 4;            // signatures tried for one set
  std::uint32_t keys_per_tag = 2;         // of one tag and algorithm; more: none of them is tried
  std::uint32_t ds_per_zone = 8;          // considered
  std::uint32_t proofs_per_response = 8;  // NSEC or NSEC3 sets considered
  std::uint32_t nsec3_iterations = 50;    // above: insecure (RFC 9276 §3.2)
  std::uint32_t nsec3_iterations_max = 150;  // above: SERVFAIL
  std::uint32_t nsec3_hash_blocks = 2'000;   // SHA-1 blocks hashed for one question; 100 ns each
};

class ValidationBudget {
 public:
  explicit ValidationBudget(const ValidationLimits& limits) noexcept : limits_(limits) {}
  ValidationBudget(const ValidationBudget&) = delete;
  ValidationBudget& operator=(const ValidationBudget&) = delete;

  // Spends one check and says whether it was there to spend.
  [[nodiscard]] bool spend_check(Algorithm algorithm) noexcept;
  // Notes that a check has failed; false: that was one too many, none is to follow.
  bool note_failed_check(Algorithm algorithm) noexcept;
  // Spends the hashing of so many blocks of SHA-1 and says whether they were there.
  [[nodiscard]] bool spend_hash_blocks(std::uint64_t blocks) noexcept;
  // Whether something was refused.
  [[nodiscard]] bool is_exhausted() const noexcept { return exhausted_; }

  [[nodiscard]] const ValidationLimits& limits() const noexcept { return limits_; }
  [[nodiscard]] std::uint32_t checks_spent() const noexcept { return checks_; }
  [[nodiscard]] std::uint32_t failed_checks() const noexcept { return failed_checks_; }
  [[nodiscard]] std::uint32_t microseconds_spent() const noexcept { return microseconds_; }
  [[nodiscard]] std::uint64_t hash_blocks_spent() const noexcept { return hash_blocks_; }

 private:
  const ValidationLimits& limits_;
  std::uint32_t checks_ = 0, microseconds_ = 0, failed_checks_ = 0, failed_microseconds_ = 0;
  std::uint64_t hash_blocks_ = 0;
  bool exhausted_ = false;
};

}  // namespace godwit::dnssec
