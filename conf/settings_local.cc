// The rows of the group `local`, and of the items of its lists.
#include "conf/settings_local.h"

#include "conf/choice_type.h"
#include "conf/list_type.h"
#include "conf/object.h"
#include "conf/section.h"

namespace godwit::conf {
namespace {

constexpr std::size_t record_bytes_max = 4'096;

TypePointer<std::string> file_name() {
  return text("a file name", path_bytes_max);
}

Table make_local_zone_table() {
  Table table;
  table.defaults = std::make_shared<const LocalZone>();
  Section<LocalZone, LocalZone> item(
      table, "", [](LocalZone& z) -> LocalZone& { return z; }, "");
  item.add("name", &LocalZone::name, domain_name(), "Apex of the zone.").required = true;
  item.add("type", &LocalZone::type,
           one_of<LocalZoneType>({{"static", LocalZoneType::fixed},
                                  {"transparent", LocalZoneType::transparent},
                                  {"redirect", LocalZoneType::redirect},
                                  {"refuse", LocalZoneType::refuse}}),
           "What names in it are that have no data here: not existing (static), resolved as usual "
           "(transparent), given the data of the apex (redirect), or refused (refuse).");
  item.add("file", &LocalZone::file, file_name(),
           "Master file with the zone's records; empty: it has those of local.records alone.");
  return table;
}

}  // namespace

void add_local(Table& table) {
  Section<Config, Local> local(
      table, "local", [](Config& c) -> Local& { return c.local; },
      "Names that are answered from data of your own. A reload reads the files again.");
  local.add("hosts-files", &Local::hosts_files, list_of(file_name(), {0, 64}),
            "Files in the form of /etc/hosts whose names have the addresses stated there, and no "
            "others; the first name of a line is what its address is called.");
  local.add(
      "records", &Local::records, list_of(text("a record", record_bytes_max), {0, 10'000}),
      "Records in master format, such as \"nas.home.arpa. 300 A 192.168.1.5\". Of a name with "
      "records here nothing else is known. \"NAME ALIAS TARGET\" gives a name the addresses "
      "of another.");
  local.add("zones", &Local::zones, list_of(object<LocalZone>(local_zone_table()), {0, 10'000}),
            "Zones that are answered here; the closest counts, also between these and "
            "resolver.forward-zones and stub-zones.");
  local.add("names-max", &Local::names_max, integer(1'000, 16'000'000),
            "Largest number of names in all that this group and its files state; a million take "
            "some 200 MiB in hosts files.");
}

const Table& local_zone_table() {
  static const Table table = make_local_zone_table();
  return table;
}

}  // namespace godwit::conf
