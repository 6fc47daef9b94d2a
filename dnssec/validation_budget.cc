#include "dnssec/validation_budget.h"

namespace godwit::dnssec {

bool ValidationBudget::spend_check(Algorithm algorithm) noexcept {
  const std::uint32_t cost = cost_microseconds(algorithm);
  const bool too_much = failed_checks_ >= limits_.failed_checks ||
                        failed_microseconds_ >= limits_.failed_microseconds ||
                        checks_ >= limits_.signature_checks ||
                        microseconds_ + cost > limits_.signature_microseconds;
  if (too_much) {
    exhausted_ = true;
    return false;
  }
  ++checks_;
  microseconds_ += cost;
  return true;
}

bool ValidationBudget::note_failed_check(Algorithm algorithm) noexcept {
  ++failed_checks_;
  failed_microseconds_ += cost_microseconds(algorithm);
  return failed_checks_ < limits_.failed_checks &&
         failed_microseconds_ < limits_.failed_microseconds;
}

bool ValidationBudget::spend_hash_blocks(std::uint64_t blocks) noexcept {
  if (blocks > limits_.nsec3_hash_blocks || hash_blocks_ > limits_.nsec3_hash_blocks - blocks) {
    exhausted_ = true;
    return false;
  }
  hash_blocks_ += blocks;
  return true;
}

}  // namespace godwit::dnssec
