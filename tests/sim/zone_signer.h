// Signs a zone of the model, set by set when it is asked for, and proves what the zone does not
// have; or does so wrongly, on purpose. The same plan over the same data gives the same octets. RFC
// 4035 §2, §3; RFC 5155 §7. Not thread-safe.
#pragma once

#include <map>

#include "tests/sim/zone.h"
#include "tests/support/signer.h"

namespace godwit::sim {

enum class Denials : std::uint8_t { nsec, nsec3, nsec3_opt_out };

// What is wrong with a zone, everywhere in it.
enum class Flaw : std::uint8_t {
  none,
  expired,
  not_yet_valid,
  wrong_ds,            // the parent's DS is of another key
  no_signatures,       // keys, but nothing is signed
  foreign_key,         // signed by a key that is not in the zone
  spoilt_addresses,    // signatures over A sets are wrong, all else is good
  unsigned_addresses,  // A sets have none, all else is good
};

// How a zone is signed.
struct SigningPlan {
  dnssec::Algorithm algorithm = dnssec::Algorithm::ed25519;
  std::uint64_t seed = 1;    // of the keys
  bool has_two_keys = true;  // KSK and ZSK, or one for both
  Denials denials = Denials::nsec;
  std::uint16_t iterations = 0;
  Octets salt;
  Flaw flaw = Flaw::none;
};

class ZoneSigner {
 public:
  ZoneSigner(Zone& zone, SigningPlan plan);
  ZoneSigner(const ZoneSigner&) = delete;
  ZoneSigner& operator=(const ZoneSigner&) = delete;

  [[nodiscard]] const SigningPlan& plan() const noexcept { return plan_; }
  // Takes effect at once: a zone that changes its ways.
  void set_denials(Denials denials) {
    plan_.denials = denials;
    chain_version_.reset();
  }
  void set_flaw(Flaw flaw) {
    plan_.flaw = flaw;
    signed_.clear();
  }
  // What the parent has to say, whether it is right or not.
  [[nodiscard]] Record ds(dnssec::Digest digest = dnssec::Digest::sha256) const;
  [[nodiscard]] const test::SigningKey& entry_key() const noexcept { return entry_; }
  [[nodiscard]] const test::SigningKey& data_key() const noexcept {
    return plan_.has_two_keys ? data_ : entry_;
  }

  // RRSIG records over each set among `records`, but not over the alias that a DNAME made.
  // `wildcard`: the name that the sets were made from, if any.
  [[nodiscard]] std::vector<Record> signatures(
      const std::vector<Record>& records, const std::optional<wire::Name>& wildcard = {}) const;
  // What proves a denial, a wildcard or an unsigned delegation; the DS set for a signed one. With
  // signatures.
  [[nodiscard]] std::vector<Record> proofs(const Zone::Lookup& found) const;
  // The NSEC or NSEC3 record that is exactly there; and the one of the span that `name` falls in,
  // or that is at it. Without signatures.
  [[nodiscard]] std::optional<Record> denial_at(const wire::Name& name) const;
  [[nodiscard]] Record denial_over(const wire::Name& name) const;
  [[nodiscard]] std::vector<Record> all_denials() const;

 private:
  // By canonical order, or by hash.
  using Chain = std::map<wire::Name, wire::Name>;  // where a record stands, and the name it is of
  [[nodiscard]] const Chain& chain() const;
  [[nodiscard]] wire::Name place_of(const wire::Name& name) const;
  [[nodiscard]] Record record_at(Chain::const_iterator at) const;
  [[nodiscard]] bool is_left_out(const wire::Name& owner) const;
  [[nodiscard]] Octets bitmap_of(const wire::Name& owner) const;
  [[nodiscard]] bool has_nsec3() const noexcept { return plan_.denials != Denials::nsec; }
  [[nodiscard]] wire::Name closest_encloser(const wire::Name& name) const;
  void add_denial_of_name(const wire::Name& name, std::vector<Record>& out) const;
  void add_encloser_proof(const wire::Name& name, const wire::Name& encloser,
                          std::vector<Record>& out) const;
  [[nodiscard]] Octets rrsig_of(const wire::RRset& set, std::optional<std::uint8_t> labels) const;

  Zone& zone_;
  SigningPlan plan_;
  test::SigningKey entry_, data_, foreign_;
  mutable std::map<Octets, Octets> signed_;
  mutable Chain chain_;
  mutable std::optional<std::uint64_t> chain_version_;
};

}  // namespace godwit::sim
