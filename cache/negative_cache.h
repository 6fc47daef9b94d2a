// Proven absence: NXDOMAIN by name, NODATA by name and type (RFC 2308), and the NXDOMAIN cut:
// nothing exists below a name that does not exist (RFC 8020). Any thread may call anything.
#pragma once

#include "cache/rrset_cache.h"

namespace godwit::cache {

enum class NegativeKind : std::uint8_t {
  nodata,
  nxdomain,
  no_closer_match,  // of a name that a wildcard makes: there is nothing nearer than that
};

// The NSEC or NSEC3 sets that prove something, with their signatures.
using ProofsPtr = std::shared_ptr<const std::vector<wire::RRsetPtr>>;

// What a denial rests on.
struct Evidence {
  Security security = Security::indeterminate;
  ProofsPtr proofs{};  // null: none
  Giver giver{};
};

struct CachedNegative {
  NegativeKind kind = NegativeKind::nodata;
  wire::Name owner;    // the name that was denied: qname, or an ancestor by the cut
  wire::RRsetPtr soa;  // for the authority section; may be null (a local or SOA-less answer)
  std::uint32_t ttl_left = 0;  // seconds
  Time expires{};
  Evidence evidence;
};

// What a search takes.
struct DenialWanted {
  // NXDOMAIN of names with more labels than these alone: one from a parent must not shadow a
  // configured zone below it.
  unsigned above_labels = 0;
  Security least = Security::bogus;
};

struct NegativeCacheOptions {
  std::size_t octets_max = 32u << 20;
  std::size_t entry_octets_max = 16384;
  TtlLimits ttl{};
  ChangeStamps* changes = nullptr;
  Duration keep_expired{};  // for searches as of so much earlier
};

// When the denial was learnt.
[[nodiscard]] Time learnt_at(const CachedNegative& found, const TtlLimits& limits) noexcept;

class NegativeCache {
 public:
  NegativeCache(const KeyedHash& hash, const NegativeCacheOptions& options);
  ~NegativeCache();

  // NODATA for exactly this name and type, or NXDOMAIN of the name or of an ancestor. Cost: one
  // probe a label.
  [[nodiscard]] std::optional<CachedNegative> find(const wire::Name& name, wire::RrType type,
                                                   Time now, DenialWanted wanted = {}) const;
  [[nodiscard]] std::optional<CachedNegative> find(const HashedName& name, wire::RrType type,
                                                   Time now, DenialWanted wanted = {}) const;
  // Whether there is a denial of exactly this name and type that has ended. One that went for want
  // of room is not remembered.
  [[nodiscard]] bool has_ended(const HashedName& name, wire::RrType type, Time now) const;
  // That nothing is nearer to the name than the wildcard that makes it.
  [[nodiscard]] std::optional<CachedNegative> find_no_closer_match(const wire::Name& name, Time now,
                                                                   Security least) const;

  // The TTL is the least of the SOA's own, its MINIMUM and those of the proofs, clamped. Without an
  // SOA nothing is remembered (RFC 2308 §5). NXDOMAIN ends every NODATA of the name, NODATA its
  // NXDOMAIN; but nothing takes the place of what is fresh and has better evidence.
  void store_nodata(const wire::Name& name, wire::RrType type, const wire::RRsetPtr& soa, Time now,
                    const Evidence& evidence = {});
  void store_nxdomain(const wire::Name& name, const wire::RRsetPtr& soa, Time now,
                      const Evidence& evidence = {});
  // Its TTL is that of the proofs; without proofs nothing is remembered.
  void store_no_closer_match(const wire::Name& name, Time now, const Evidence& evidence);

  void erase(const wire::Name& name, wire::RrType type);

  // For operators, as those of RRsetCache: with the type of a NODATA.
  struct Kept {
    CachedNegative denial;
    wire::RrType type = wire::RrType::none;
  };
  [[nodiscard]] std::vector<Kept> of_owner(const wire::Name& name, Time now) const;
  // Adds what is fresh in the next part of a walk.
  bool visit_part(TablePlace& place, Time now, std::vector<Kept>& out) const;
  // Forgets what is denied of a name, of NODATA that of one type or of all, and tells how many they
  // were.
  std::size_t erase_owner(const wire::Name& name, std::optional<wire::RrType> type);
  // Forgets that a name above this one does not exist, and so this one neither.
  std::size_t erase_above(const wire::Name& name);
  bool erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased);

  void clear();
  [[nodiscard]] CacheUse use() const;
  [[nodiscard]] std::vector<CachedNegative> snapshot(Time now) const;

  // For snapshots that outlive the process. Visits every denial, and the type of a NODATA, with a
  // lock for a segment's length; between() is called without one, and ends it with false.
  using Visit = std::function<void(const CachedNegative&, wire::RrType)>;
  void for_each(Time now, const Visit& visit, const std::function<bool()>& between) const;
  // Takes back what such a visit gave, with security `most` at best, until `expires` or as long as
  // denials may live, unless something fresh is in its place. False: it was not taken.
  bool restore(const CachedNegative& denial, wire::RrType type, Time expires, Security most,
               Time now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
