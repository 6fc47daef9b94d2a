// Proven absence: NXDOMAIN by name, NODATA by name and type (RFC 2308), and the NXDOMAIN cut:
// nothing exists below a name that does not exist (RFC 8020). Any thread may call anything.
#pragma once

#include "cache/rrset_cache.h"

namespace godwit::cache {

enum class NegativeKind : std::uint8_t { nodata, nxdomain };

struct CachedNegative {
  NegativeKind kind = NegativeKind::nodata;
  wire::Name owner;    // the name that was denied: qname, or an ancestor by the cut
  wire::RRsetPtr soa;  // for the authority section; may be null (a local or SOA-less answer)
  std::uint32_t ttl_left = 0;  // seconds
  Time expires{};
  Trust trust = Trust::authority_authoritative;
};

struct NegativeCacheOptions {
  std::size_t octets_max = 32u << 20;
  std::size_t entry_octets_max = 16384;
  TtlLimits ttl{};
  ChangeStamps* changes = nullptr;
};

class NegativeCache {
 public:
  NegativeCache(const KeyedHash& hash, const NegativeCacheOptions& options);
  ~NegativeCache();

  // NODATA for exactly this name and type, or NXDOMAIN of the name or of an ancestor, if what is
  // denied has more than `above_labels` labels (an NXDOMAIN from a parent must not shadow a
  // configured zone below it). Cost: one probe a label.
  [[nodiscard]] std::optional<CachedNegative> find(const wire::Name& name, wire::RrType type,
                                                   Time now, unsigned above_labels = 0) const;

  // The TTL is the lesser of the SOA's own and its MINIMUM, clamped. Without an SOA nothing is
  // remembered (RFC 2308 §5). NXDOMAIN ends every NODATA of the name, NODATA its NXDOMAIN.
  void store_nodata(const wire::Name& name, wire::RrType type, const wire::RRsetPtr& soa, Time now);
  void store_nxdomain(const wire::Name& name, const wire::RRsetPtr& soa, Time now);

  void erase(const wire::Name& name, wire::RrType type);
  void clear();
  [[nodiscard]] CacheUse use() const;
  [[nodiscard]] std::vector<CachedNegative> snapshot(Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
