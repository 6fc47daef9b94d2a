// Names that the operator gives data of his own: hosts files, records, and zones. Immutable, shared
// by all workers, replaced whole at a reload; any thread. Made by local_data_builder.h. It holds
// for clients' questions and the targets of aliases, not for what the walk itself looks up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "local/name_index.h"
#include "local/source.h"
#include "wire/rrset.h"

namespace godwit::local {

// What a local zone says of names in it that have no data of their own.
enum class ZoneType : std::uint8_t {
  authoritative,  // that they do not exist: the zone is whole
  transparent,    // nothing: they are resolved as if there were no zone
  redirect,       // the data of its apex
  refuse,         // REFUSED
};

class LocalData {
 public:
  enum class Kind : std::uint8_t {
    none,        // nothing is said: resolve it
    data,        // `sets`: of the type, or for ANY all there are
    alias,       // `sets` has a CNAME
    flattened,   // the addresses of `target` are the name's own, for `ttl` at most (ALIAS)
    nodata,      //
    name_error,  //
    refused,     //
  };
  struct Found {
    Kind kind = Kind::none;
    std::vector<wire::RRsetPtr> sets;
    wire::Name target;
    std::uint32_t ttl = 0;  // seconds
    wire::RRsetPtr soa;     // of `nodata`, `name_error` and `flattened`
    Source source;          // of the name, or of the zone that speaks for it
  };

  // What is said of a name in class IN. Cost: one look-up for each label, up to as many as the
  // longest local name has.
  [[nodiscard]] Found find(const wire::Name& name, wire::RrType type) const;
  // Whether the name has data, or is above one that has.
  [[nodiscard]] bool has_at_or_below(const wire::Name& name) const noexcept {
    return names_.find(name) != NameIndex::none;
  }

  [[nodiscard]] std::string place_of(Source source) const;
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
  [[nodiscard]] std::size_t memory_octets() const noexcept;

 private:
  friend class LocalDataBuilder;
  static constexpr std::uint32_t no_zone = 0xffffffff;

  // A name: with data, the apex of a zone, or above such.
  struct Node {
    std::uint32_t sets_begin = 0;  // in sets_
    std::uint16_t sets = 0;
    bool is_alias = false;   // the first set is a CNAME that stands for an ALIAS
    bool hosts_only = true;  // nothing but addresses of hosts files
    std::uint32_t zone = no_zone;
    Source source;
    [[nodiscard]] bool has_data() const noexcept { return sets != 0; }
  };
  struct Zone {
    wire::Name apex;
    ZoneType type = ZoneType::transparent;
    wire::RRsetPtr soa;
    Source source;
  };

  explicit LocalData(const cache::KeyedHash& hash) : names_(hash) {}
  [[nodiscard]] Found say(const Node& node, const wire::Name& owner, wire::RrType type,
                          const Zone* zone) const;
  [[nodiscard]] Found deny(Kind kind, const wire::Name& owner, const Zone* zone,
                           Source source) const;

  NameIndex names_;
  std::vector<Node> nodes_;  // by the number of their name
  std::vector<wire::RRsetPtr> sets_;
  std::vector<Source> set_sources_;  // of each, its first line
  std::vector<Zone> zones_;
  std::vector<std::string> files_;
};
using LocalDataPtr = std::shared_ptr<const LocalData>;

// A SOA record for negative answers of a name that has none: what the RFC 6303 §3 has.
[[nodiscard]] wire::RRsetPtr made_soa(const wire::Name& owner, std::uint32_t ttl_seconds);
// The set with another owner (wildcards and redirections); the same if it is the owner.
[[nodiscard]] wire::RRsetPtr with_owner(const wire::RRsetPtr& set, const wire::Name& owner);

}  // namespace godwit::local
