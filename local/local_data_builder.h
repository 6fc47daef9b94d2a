// Gathers the texts of hosts files, records and zones and makes LocalData of them. A text whose
// form is wrong fails the whole; a line that cannot be used is passed over, counted and told. One
// thread. RFC 1035 §5.
#pragma once

#include <optional>
#include <set>
#include <span>

#include "local/local_data.h"
#include "wire/ip_address.h"
#include "wire/master_file.h"

namespace godwit::local {

// Of hosts files, which state none, and of records and zones without one.
inline constexpr std::uint32_t hosts_ttl_seconds = 60;
inline constexpr std::uint32_t records_ttl_seconds = 3600;

class LocalDataBuilder {
 public:
  LocalDataBuilder(const cache::KeyedHash& hash, std::size_t names_max)
      : hash_(hash), names_max_(names_max), out_(new LocalData(hash)) {}

  // The sources; in the order of the calls, where two say the same.
  void add_hosts(const std::string& file, std::string_view text);
  // In presentation format; `setting` is what they are called.
  void add_records(const std::string& setting, std::span<const std::string> records);
  // `text` is a master file whose names are at or below `apex`, or empty.
  struct ZoneText {
    wire::Name apex;
    ZoneType type = ZoneType::authoritative;
    std::string file;  // or what the zone is called
    std::string_view text;
  };
  void add_zone(const ZoneText& zone);
  // A forward or stub zone of the operator's: what is inside it is not a local zone's to deny.
  void hand_over(const wire::Name& zone);

  // Null: see error(). Called once.
  [[nodiscard]] LocalDataPtr build();
  // What is wrong with the whole, with its place; empty: nothing.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] const Issues& issues() const noexcept { return issues_; }
  [[nodiscard]] std::size_t size() const noexcept { return out_->size(); }

 private:
  // A record on its way to its set.
  struct Pending {
    std::uint32_t node = 0;
    wire::RrType type = wire::RrType::none;
    bool is_alias = false;
    std::uint32_t ttl = 0;
    std::uint32_t rdata_begin = 0;
    std::uint32_t rdata_octets = 0;
    Source source;
  };
  void begin_file(const std::string& name);
  void fail(std::size_t line, std::string_view why);
  [[nodiscard]] std::uint32_t node_of(const wire::Name& name);
  void add(const wire::Name& owner, const Pending& what, wire::Bytes rdata);
  void add_record(const wire::MasterRecord& record, std::uint32_t line);
  void add_address(const wire::Name& owner, const wire::IpAddress& address, std::uint32_t line);
  void make_sets();
  void check_node(std::span<const Pending> records);
  void make_apexes();

  cache::KeyedHash hash_;
  std::size_t names_max_;
  std::shared_ptr<LocalData> out_;
  std::vector<Pending> pending_;
  std::vector<std::uint8_t> rdata_;
  std::set<wire::IpAddress> named_;  // addresses whose name a hosts file has said
  std::string error_;
  Issues issues_;
};

}  // namespace godwit::local
