// Questions that could not be resolved, remembered briefly so that the world is not asked again at
// once (RFC 9520): 5 s at first, doubling with every failure in row up to 300 s. Any thread may
// call anything.
#pragma once

#include <string>

#include "cache/rrset_cache.h"

namespace godwit::cache {

// What a code alone does not tell, in the caller's words; kept and given back.
struct FailureDetail {
  std::uint16_t code = 0;
  std::string text;
};
using FailureDetailPtr = std::shared_ptr<const FailureDetail>;

struct CachedFailure {
  std::uint16_t reason = 0;  // the caller's code for what went wrong, kept and given back
  std::uint32_t seconds_left = 0;
  FailureDetailPtr detail;
};

struct FailureCacheOptions {
  std::size_t octets_max = 4u << 20;
  std::uint32_t seconds_min = 5;    // RFC 9520 §3.2: at least 1
  std::uint32_t seconds_max = 300;  // and at most 5 minutes
  ChangeStamps* changes = nullptr;
};

class FailureCache {
 public:
  FailureCache(const KeyedHash& hash, const FailureCacheOptions& options);
  ~FailureCache();

  [[nodiscard]] std::optional<CachedFailure> find(const wire::Name& name, wire::RrType type,
                                                  Time now) const;
  [[nodiscard]] std::optional<CachedFailure> find(const HashedName& name, wire::RrType type,
                                                  Time now) const;
  // One more failure. The back-off doubles while each follows within seconds_max of the end of the
  // one before; a failure reported before that end is of the same series and changes the reason
  // only.
  void store(const wire::Name& name, wire::RrType type, std::uint16_t reason, Time now);
  // As that, with more to tell; it is remembered for no less than `at_least`.
  struct Told {
    std::uint16_t reason = 0;
    FailureDetailPtr detail;
    Duration at_least{};
  };
  void store(const wire::Name& name, wire::RrType type, const Told& told, Time now);
  void erase(const wire::Name& name, wire::RrType type);  // it worked
  // Those for whose reason `which` holds, with what is known of failures before them.
  void erase_each(bool (*which)(std::uint16_t reason));
  void clear();

  // For operators: what of a name fails now.
  struct Kept {
    wire::RrType type = wire::RrType::none;
    CachedFailure failure;
  };
  [[nodiscard]] std::vector<Kept> of_owner(const wire::Name& name, Time now) const;
  // Forget what is meant, with what is known of failures before, and count it.
  std::size_t erase_owner(const wire::Name& name, std::optional<wire::RrType> type);
  bool erase_part(TablePlace& place, const EraseScope& what, std::size_t& erased);

  [[nodiscard]] CacheUse use() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::cache
