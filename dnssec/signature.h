// Whether a set is signed by a zone's keys: which of its signatures are worth a check, and the
// checks, one at a time, so that whoever makes them may turn to other work between them. Pure but
// for the budget. RFC 4035 §5.3, RFC 6840 §5, RFC 4034 §3.
#pragma once

#include <optional>
#include <span>

#include "dnssec/failure.h"
#include "dnssec/key.h"
#include "dnssec/validation_budget.h"
#include "wire/rrset.h"

namespace godwit::dnssec {

// RRSIG RDATA, read in place.
struct RrsigView {
  wire::RrType type_covered{};
  Algorithm algorithm{};
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0, expiration = 0, inception = 0;
  std::uint16_t key_tag = 0;
  wire::Name signer;
  wire::Bytes signature;
};
[[nodiscard]] std::optional<RrsigView> read_rrsig(wire::Bytes rdata) noexcept;

// Now, and how far clocks may be apart.
struct SignatureClock {
  std::uint32_t now = 0;            // seconds since 1970 modulo 2^32 (RFC 4034 §3.1.5)
  std::uint32_t skew_seconds = 60;  // a signature may be that much too young or too old
};

// The zones that have signed a set and may have: at or above its owner (above it for DS, but for
// the root's own), each once, in the order of the signatures. At most 4.
[[nodiscard]] std::vector<wire::Name> possible_signers(const wire::RRset& set);

// The check of one set against one zone's keys. Lifetime: set and keys outlive it.
class RRsetCheck {
 public:
  enum class State : std::uint8_t { pending, secure, failed };
  RRsetCheck(const wire::RRset& set, const wire::Name& zone, std::span<const ZoneKeyPtr> keys,
             const SignatureClock& clock, const AlgorithmPolicy& policy,
             const ValidationLimits& limits);

  [[nodiscard]] State state() const noexcept { return state_; }
  // What the next step costs at most (algorithms.h). While pending.
  [[nodiscard]] std::uint32_t next_cost() const noexcept;
  // Makes one check of one signature with one key. While pending.
  void step(ValidationBudget& budget);

  // Why it failed: the gravest of what was met. Nothing when secure.
  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }
  // When secure: the labels of the signature; fewer than the owner's: made from a wildcard, so that
  // it also needs a proof that there is nothing closer. The owner's are counted without an asterisk
  // (signed_labels of canonical.h), so that the wildcard itself is made from nothing.
  [[nodiscard]] unsigned labels() const noexcept { return labels_; }
  [[nodiscard]] bool is_from_wildcard() const noexcept { return is_from_wildcard_; }
  // When secure: how long it may be kept: the least of the set's TTL, the original TTL and the time
  // until the signature ends (RFC 4035 §5.3.3). Seconds.
  [[nodiscard]] std::uint32_t ttl() const noexcept { return ttl_; }
  // When secure: of the key that has signed it.
  [[nodiscard]] std::uint16_t key_tag() const noexcept { return key_tag_; }

 private:
  struct Candidate {
    wire::Bytes rrsig;
    ZoneKeyPtr key;
  };
  // Whether a check of the signature could tell anything; notes the fault if not.
  [[nodiscard]] bool is_worth_a_check(const RrsigView& rrsig, const wire::Name& owner,
                                      const SignatureClock& clock);
  void add_candidates(const RrsigView& rrsig, wire::Bytes rdata, std::span<const ZoneKeyPtr> keys,
                      const ValidationLimits& limits);
  void note(Fault fault, const RrsigView& rrsig, std::uint32_t time = 0);
  void accept(const RrsigView& rrsig);

  const wire::RRset& set_;
  wire::Name zone_;
  RsaBounds rsa_;
  State state_ = State::failed;
  Failure failure_;
  unsigned labels_ = 0;
  bool is_from_wildcard_ = false;
  std::uint32_t ttl_ = 0;
  std::uint16_t key_tag_ = 0;
  std::uint32_t now_ = 0;
  std::vector<Candidate> candidates_;
  bool is_cut_short_ = false;  // there were more than limits.checks_per_rrset
  std::size_t next_ = 0;
};

}  // namespace godwit::dnssec
