// The data of one zone and the plain look-up of RFC 1034 §4.3.2 in it: what an authoritative server
// says, and what the model calls the truth. Shares no code with the iterator. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sim/message.h"

namespace godwit::sim {

// All records of one owner and type.
struct ZoneSet {
  wire::RrType type = wire::RrType::none;
  std::uint32_t ttl = 0;  // seconds
  std::vector<Octets> rdata;
};

// A name as the key of a table: its octets, in small letters.
[[nodiscard]] std::string key_of(const wire::Name& name);

class ZoneSigner;
struct SigningPlan;

class Zone {
 public:
  explicit Zone(const wire::Name& apex, std::uint32_t default_ttl = 3600);
  ~Zone();

  [[nodiscard]] const wire::Name& apex() const noexcept { return apex_; }

  // The tests' words. Names are relative to the apex unless they end in a dot; each returns the
  // zone, to go on.
  Zone& add(std::string_view record_text);  // "www 300 A 192.0.2.1"
  Zone& a(std::string_view owner, std::string_view address);
  Zone& ns(std::string_view owner, std::string_view server);
  Zone& cname(std::string_view owner, std::string_view target);
  Zone& dname(std::string_view owner, std::string_view target);
  Zone& soa_minimum(std::uint32_t ttl);
  Zone& put(const Record& record);
  // A set of a type, whole; for removing a delegation in the middle of a test.
  Zone& remove(const wire::Name& owner, wire::RrType type);

  // From now on its servers sign what they say to those who want it. The parent has to be told the
  // DS.
  ZoneSigner& sign(const SigningPlan& plan);
  [[nodiscard]] ZoneSigner* signer() const noexcept { return signer_.get(); }

  enum class Found : std::uint8_t { answer, alias, dname, nodata, nxdomain, referral };
  // The records to show: the set, the alias (synthesised ones with the owner asked for), the SOA of
  // a denial, the NS set of a referral.
  struct Lookup {
    Found found = Found::nxdomain;
    wire::Name name;  // that was looked up
    std::vector<Record> records;
    wire::Name target;  // of an alias or a DNAME
    bool target_too_long = false;
    std::optional<wire::Name> wildcard;  // that it was made from
  };
  [[nodiscard]] Lookup look_up(const wire::Name& name, wire::RrType type) const;

  // The set of exactly that owner and type, cuts and wildcards aside; null when there is none.
  [[nodiscard]] const ZoneSet* find(const wire::Name& owner, wire::RrType type) const;
  [[nodiscard]] bool has_node(const wire::Name& owner) const;
  // Whether it exists for its own sake.
  [[nodiscard]] bool has_records(const wire::Name& owner) const;
  [[nodiscard]] std::vector<wire::RrType> types_at(const wire::Name& owner) const;
  // Empty non-terminals and what is below cuts, too; in no order.
  [[nodiscard]] std::vector<wire::Name> owners() const;
  // Another number after every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  [[nodiscard]] Record soa() const;
  [[nodiscard]] static std::vector<Record> records_of(const wire::Name& owner, const ZoneSet& set);

 private:
  using Node = std::vector<ZoneSet>;
  [[nodiscard]] const Node* node(const wire::Name& owner) const;
  [[nodiscard]] wire::Name relative(std::string_view text) const;
  [[nodiscard]] Lookup search(const wire::Name& name, wire::RrType type) const;
  [[nodiscard]] Lookup look_in_node(const Node& node, const wire::Name& owner,
                                    wire::RrType type) const;
  [[nodiscard]] Lookup denial(Found kind) const;
  [[nodiscard]] static Lookup by_dname(const wire::Name& owner, const ZoneSet& dname,
                                       const wire::Name& name);

  wire::Name apex_;
  std::uint32_t default_ttl_;
  std::uint32_t soa_minimum_ = 300;
  std::uint64_t version_ = 0;
  std::unique_ptr<ZoneSigner> signer_;
  std::unordered_map<std::string, Node> nodes_;  // key: lower-case wire form; empty: an ENT
};

}  // namespace godwit::sim
