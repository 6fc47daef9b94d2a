// Names that the Internet's servers are not asked for: special-use names and the zones that every
// resolver serves by itself (RFC 6761, RFC 6303 and the IANA registry "Locally-Served DNS Zones").
// Immutable after construction; any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "iterator/answer.h"

namespace godwit::iterator {

// What a special zone says. Beside it, a few names in them have data (localhost's addresses, the
// PTR records of the loopback addresses, RFC 8880), and each apex has the SOA and NS records that
// negative answers are made with (RFC 6303 §3).
enum class SpecialService : std::uint8_t {
  loopback,    // the apex and all below have the loopback addresses and nothing else
  name_error,  // NXDOMAIN for all below: not names of the DNS at all
  empty_zone,  // NXDOMAIN below, but for the few names with data
  no_data,     // NODATA for the apex and all below
};

struct SpecialZone {
  wire::Name name;
  SpecialService service;
  std::string_view reason;  // for an Extended DNS Error beside a negative answer; static
};

class SpecialNames {
 public:
  // `configured` are the operator's forward and stub zones. They win: a special zone at or below
  // one is not served at all, and the names at or below one inside a special zone are not, nor is
  // a name above it denied. A zone for the root says nothing about special names and does not
  // count.
  explicit SpecialNames(std::span<const wire::Name> configured);

  // The whole answer, authoritative; nothing for a name that is not special, class other than IN,
  // and DS at the apex of a zone that the public DNS delegates (its parent answers for that, with
  // the proof that the zone is not signed). ANY gives all there is; the caller has dealt with other
  // meta types before. Cost: one comparison with each special top-level domain for a name under an
  // ordinary one.
  [[nodiscard]] std::optional<Answer> find(const Question& question) const;

  [[nodiscard]] std::span<const SpecialZone> zones() const noexcept { return zones_; }

 private:
  [[nodiscard]] const SpecialZone* zone_of(const wire::Name& name) const noexcept;
  [[nodiscard]] bool is_handed_over(const Question& question) const noexcept;
  [[nodiscard]] bool has_configured_at_or_below(const wire::Name& name) const noexcept;
  std::vector<SpecialZone> zones_;  // in canonical order
  std::vector<wire::Name> top_level_;
  std::vector<wire::Name> configured_;  // inside special zones
};

}  // namespace godwit::iterator
