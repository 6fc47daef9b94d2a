// The chain from a trust anchor to a zone: its DS from its parent, its keys from itself, each asked
// for when it is not remembered, on the budget of the question that needs it. Who needs the same
// zone's keys meanwhile, on any worker, waits for them. RFC 4035 §5, RFC 6840.
//
// Waiting leads upward only: to establish a zone needs its parent's keys and never a child's or a
// stranger's, so that no two wait for each other.
#pragma once

#include "dnssec/ds.h"
#include "dnssec/signature.h"
#include "dnssec/trust_anchors.h"
#include "dnssec/zone_trust.h"
#include "iterator/walk_context.h"

namespace godwit::iterator {

class Resolution;

class ChainOfTrust {
 public:
  ChainOfTrust(WalkContext& walk, const Resolution& asking) : walk_(walk), asking_(asking) {}

  // What is believed of the zone that begins at `zone`; of a zone above it, when that one is
  // insecure. `dnskeys`: its DNSKEY set, when somebody has just got it, or null. Null: the
  // question's budget does not reach.
  [[nodiscard]] Task<dnssec::ZoneTrustPtr> of_zone(wire::Name zone, wire::RRsetPtr dnskeys);
  // Whether data without signatures at `name` may be: below the secure zone `above` there is a
  // proven cut to an insecure zone, at `name` at the latest. That zone's trust then; `above` itself
  // if there is none, or what is bogus on the way. Null: as for of_zone.
  [[nodiscard]] Task<dnssec::ZoneTrustPtr> of_unsigned(dnssec::ZoneTrustPtr above, wire::Name name);

  // Makes the checks, one at a time, no more in a turn than the pace allows.
  [[nodiscard]] Task<bool> run(dnssec::RRsetCheck& check);
  [[nodiscard]] dnssec::RRsetCheck check_of(const wire::RRset& set,
                                            const dnssec::ZoneTrust& trust) const;

  // The anchor that counts for a name; null: none does.
  [[nodiscard]] const dnssec::TrustAnchor* anchor_of(const wire::Name& name) const;
  // What is known of a zone without asking: its own trust or an insecure one's above it; null:
  // nothing.
  [[nodiscard]] dnssec::ZoneTrustPtr known(const wire::Name& zone) const;
  // Remembers that a zone is insecure for so many seconds.
  dnssec::ZoneTrustPtr store_insecure(const wire::Name& zone, std::uint32_t seconds,
                                      const dnssec::Failure& why = {}) const;
  // Remembers what proofs that `signer` has signed say of a cut at `name` when they deny a DS; else
  // why they do not, if that is known.
  dnssec::Failure note_no_ds(const wire::Name& name, const std::vector<wire::RRsetPtr>& proofs,
                             const wire::Name& signer) const;

 private:
  friend class EntryJudge;
  // From where a zone's keys are believed: its DS set, or what an anchor says.
  struct Entry {
    Entry() = default;
    wire::RRsetPtr ds;
    wire::RRsetPtr dnskeys;
    cache::Time expires = cache::Time::max();
  };
  // One of the two; neither: the budget does not reach.
  struct EntryOrTrust {
    EntryOrTrust() = default;
    bool has_entry = false;
    Entry entry;
    dnssec::ZoneTrustPtr trust;
  };
  struct DsLookup {
    DsLookup() = default;
    wire::RRsetPtr ds;  // secure
    cache::Time expires{};
    cache::Security security = cache::Security::indeterminate;
    ResolveError error = ResolveError::none;
    dnssec::Failure failure;
    bool nxdomain = false;
  };
  Task<dnssec::ZoneTrustPtr> establish(wire::Name zone, wire::RRsetPtr dnskeys);
  Task<EntryOrTrust> find_entry(wire::Name zone, wire::Name anchor);
  Task<DsLookup> look_up_ds(wire::Name zone);
  Task<dnssec::ZoneTrustPtr> find_keys(wire::Name zone, Entry entry, wire::RRsetPtr dnskeys);
  Task<dnssec::ZoneTrustPtr> verify_keys(wire::Name zone, Entry entry, wire::RRsetPtr dnskeys,
                                         cache::Giver giver);
  [[nodiscard]] bool stands_above_a_secure_zone(const wire::Name& signer,
                                                const wire::Name& name) const;
  void note_remembered_denial(const wire::Name& name, const Answer& answer) const;
  [[nodiscard]] dnssec::ZoneTrustPtr remembered_keys(const wire::Name& zone,
                                                     const Entry& entry) const;
  [[nodiscard]] dnssec::Failure failure_of_keys(const wire::RRset& dnskeys,
                                                dnssec::Failure failure) const;
  [[nodiscard]] dnssec::EntryKeys entry_keys_of(const Entry& entry,
                                                const wire::RRset& dnskeys) const;
  [[nodiscard]] dnssec::ZoneTrustPtr bogus(const wire::Name& zone,
                                           const dnssec::Failure& failure) const;
  [[nodiscard]] dnssec::ZoneTrustPtr no_keys(const wire::Name& zone, ResolveError error,
                                             const dnssec::Failure& failure,
                                             dnssec::Fault unreachable) const;

  WalkContext& walk_;
  const Resolution& asking_;
};

// Cuts a set's TTL, or returns it as it is.
[[nodiscard]] wire::RRsetPtr with_ttl_at_most(wire::RRsetPtr set, std::uint32_t seconds);

}  // namespace godwit::iterator
