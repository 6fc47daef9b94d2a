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

void add_list_actions(Section<BlockList, BlockList>& item) {
  item.add("answer", &BlockList::answer,
           one_of<ListAnswer>({{"nxdomain", ListAnswer::nxdomain},
                               {"nodata", ListAnswer::nodata},
                               {"address", ListAnswer::address},
                               {"refused", ListAnswer::refused}}),
           "What clients get for a name of the list: that it does not exist, that it has no data, "
           "the addresses below, or REFUSED. A list of form rpz says so itself.");
  item.add("addresses", &BlockList::addresses, list_of(ip_address(), {1, 16}),
           "The addresses of answer: address.");
  item.add("clients", &BlockList::clients, list_of(client_prefix(), {0, 4'096}),
           "Whom the list is for; empty: everybody.");
  item.add("reason", &BlockList::reason,
           one_of<ListReason>({{"blocked", ListReason::blocked},
                               {"censored", ListReason::censored},
                               {"filtered", ListReason::filtered}}),
           "The Extended DNS Error (RFC 8914) that clients are told: by your own choice (blocked), "
           "because you have to (censored), or because the client wants it (filtered).");
}

Table make_block_list_table() {
  Table table;
  table.defaults = std::make_shared<const BlockList>();
  Section<BlockList, BlockList> item(
      table, "", [](BlockList& l) -> BlockList& { return l; }, "");
  item.add("name", &BlockList::name, text("a name", 63),
           "What the list is called towards clients, in the log and by godwitctl.")
      .required = true;
  item.add("file", &BlockList::file, file_name(), "The list.").required = true;
  item.add("form", &BlockList::form,
           one_of<ListForm>(
               {{"names", ListForm::names}, {"hosts", ListForm::hosts}, {"rpz", ListForm::rpz}}),
           "How it is written: a name a line, for it and all below (names); as a hosts file, for "
           "its names alone (hosts); or as a response policy zone in master format (rpz).")
      .required = true;
  add_list_actions(item);
  return table;
}

void add_rebinding(Table& table) {
  Section<Config, Rebinding> rebinding(
      table, "local.rebinding", [](Config& c) -> Rebinding& { return c.local.rebinding; },
      "Protection against public names that turn into private addresses (DNS rebinding).");
  rebinding.add("protect", &Rebinding::protect, boolean(),
                "Withhold private addresses of public names. Off by default: lists of senders of "
                "unwanted mail answer with 127.0.0.0/8, and some networks publish the private "
                "addresses of their hosts.");
  rebinding.add("private-addresses", &Rebinding::private_addresses,
                list_of(ip_prefix(), {0, 4'096}), "Addresses that are withheld.");
  rebinding.add("allowed-names", &Rebinding::allowed_names, list_of(domain_name(), {0, 10'000}),
                "Names at and below which they are not; nor are they of local data, forward-zones "
                "and stub-zones.");
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
  local.add("block-lists", &Local::block_lists,
            list_of(object<BlockList>(block_list_table()), {0, 64}),
            "Names that clients are kept from, and what they get instead. The first list with a "
            "rule for the question counts.");
  local.add("names-max", &Local::names_max, integer(1'000, 16'000'000),
            "Largest number of names in all that this group and its files state; a million take "
            "some 60 MiB in block lists, 200 MiB in hosts files.");
  add_rebinding(table);
}

const Table& block_list_table() {
  static const Table table = make_block_list_table();
  return table;
}

const Table& local_zone_table() {
  static const Table table = make_local_zone_table();
  return table;
}

}  // namespace godwit::conf
