// What one question to a zone has brought: the response after classification and scrubbing, owned,
// immutable, shared by all who asked the same.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cache/delegation_cache.h"
#include "cache/trust.h"
#include "iterator/classify.h"
#include "iterator/resolve_error.h"
#include "wire/ip_address.h"
#include "wire/rrset.h"

namespace godwit::iterator {

struct Response {
  ResponseKind kind = ResponseKind::malformed;
  ResolveError error = ResolveError::none;  // why there is nothing usable
  bool authoritative = false;  // AA: of the name asked for, and not of what an alias leads to
  // Believed only when none of the zone's servers says better: a recursive server where an
  // authoritative one should be (RA without AA), or a denial without a word of proof.
  bool last_resort = false;
  bool without_edns = false;  // asked for without: no signatures could come with it
  wire::Endpoint server;

  // Aliases in order, each DNAME before the CNAME made from it, then the data. Every owner is at or
  // below the cut.
  std::vector<wire::RRsetPtr> answer;
  // Where the chain leads: the name asked for when there is no alias.
  wire::Name final_name;
  // Whether the response also settles final_name: with data, or by `denial`.
  bool settles_final_name = false;
  // nodata or nxdomain of final_name, when it settles it by denying.
  std::optional<ResponseKind> denial;
  wire::RRsetPtr soa;
  // NSEC and NSEC3 sets beside the rest, of owners at or below the cut; signed ones only.
  std::vector<wire::RRsetPtr> proofs;
  wire::RRsetPtr ds;  // beside a referral, of the zone referred to

  std::optional<cache::Delegation>
      referral;  // for kind referral, and for the root's own NS set (priming)
  std::size_t records_dropped = 0;

  // How far `answer[index]` is believed: behind the first alias the server may have it from its
  // cache (RFC 1035 §4.1.1, RFC 2181 §5.4.1). A DNAME and the CNAME made from it are one alias.
  [[nodiscard]] cache::Trust trust_of(std::size_t index) const noexcept {
    const bool first = index == 0 || (index == 1 && answer[0]->type() == wire::RrType::dname);
    return authoritative && first ? cache::Trust::answer_authoritative
                                  : cache::Trust::answer_nonauthoritative;
  }
};
using ResponsePtr = std::shared_ptr<const Response>;

enum class ZoneMode : std::uint8_t { iterate, stub, forward };

// A response says something about the zone that was asked, and in the way it was asked, alone.
struct ZoneAsked {
  wire::Name cut;
  ZoneMode mode = ZoneMode::iterate;
  bool operator==(const ZoneAsked&) const noexcept = default;
};

// What an asking came to, for all who wait for it. When it brought nothing that settles the
// question, also how the servers fared, so that whoever goes on goes on from there.
struct Asking {
  struct Fared {
    wire::Endpoint server;
    std::uint8_t sends = 0;
    bool heard = false;
    bool excluded = false;
    bool too_large = false;
  };
  explicit Asking(ResponsePtr r) : response(std::move(r)) {}
  ResponsePtr response;
  std::vector<Fared> servers;
  [[nodiscard]] bool is_settled() const noexcept {
    return is_usable(response->kind) && !response->last_resort;
  }
};

}  // namespace godwit::iterator
