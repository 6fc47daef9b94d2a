// The rows of the groups `resolver` and `resolver.limits`, and of the items of forward and stub
// zones.
#include "conf/settings_resolver.h"

#include "conf/choice_type.h"
#include "conf/list_type.h"
#include "conf/object.h"
#include "conf/section.h"

namespace godwit::conf {
namespace {

using namespace std::chrono_literals;

Table make_zone_table(std::string_view servers_sentence) {
  Table table;
  table.defaults = std::make_shared<const ZoneServers>();
  Section<ZoneServers, ZoneServers> item(
      table, "", [](ZoneServers& z) -> ZoneServers& { return z; }, "");
  item.add("name", &ZoneServers::name, domain_name(), "Apex of the zone.").required = true;
  item.add("servers", &ZoneServers::servers, list_of(endpoint(), {1, 16}), servers_sentence)
      .required = true;
  return table;
}

TypePointer<std::vector<ZoneServers>> zones_of(const Table& item) {
  return list_of(object<ZoneServers>(item), {0, 10'000});
}

void add_resolver_itself(Table& table) {
  Section<Config, Resolver> resolver(
      table, "resolver", [](Config& c) -> Resolver& { return c.resolver; },
      "How names are resolved and servers are asked.");
  resolver.add("root-hints", &Resolver::root_hints, text("a file name", 4'096),
               "File with the names and addresses of the root servers in master format; empty: "
               "built in.");
  resolver.add("upstream-ipv4", &Resolver::upstream_ipv4, boolean(), "Ask servers over IPv4.");
  resolver.add("upstream-ipv6", &Resolver::upstream_ipv6, boolean(), "Ask servers over IPv6.");
  resolver.add("qname-minimisation", &Resolver::qname_minimisation,
               one_of<QnameMinimisation>({{"off", QnameMinimisation::off},
                                          {"relaxed", QnameMinimisation::relaxed},
                                          {"strict", QnameMinimisation::strict}}),
               "Show a server no more of a name than it needs (RFC 9156): not at all, with the "
               "full name when a server stumbles, or always.");
  resolver.add(
      "do-not-query", &Resolver::do_not_query, list_of(ip_prefix(), {0, 4'096}),
      "Addresses that are never asked, whoever in the DNS names them as a server's. Servers of "
      "forward-zones and stub-zones are asked even so.");
  resolver.add("special-names", &Resolver::special_names, boolean(),
               "Answer names of special use and of private address space here, as RFC 6761 and "
               "RFC 6303 say, instead of asking the public servers.");
  resolver.add("case-randomisation", &Resolver::case_randomisation, boolean(),
               "Mix the case of letters in questions to servers, which must come back as sent.");
  resolver.add("cookies", &Resolver::cookies, boolean(),
               "Use DNS cookies with servers (RFC 7873).");
  resolver.add("edns-buffer-size", &Resolver::edns_buffer_size, integer(512, 4'096),
               "Largest response in bytes that servers are told to send over UDP; more than 1232 "
               "risks fragments.");
  resolver.add(
      "prefetch", &Resolver::prefetch, integer(0, 100),
      "How many more questions servers may be asked, in percent, so that popular answers are "
      "fetched again before they end; 0 stands for never.");
  resolver.add("forward-zones", &Resolver::forward_zones, zones_of(forward_zone_table()),
               "Zones whose names are asked of other resolvers; the closest zone counts.");
  resolver.add("stub-zones", &Resolver::stub_zones, zones_of(stub_zone_table()),
               "Zones whose authoritative servers are stated here instead of being found.");
}

void add_budget(Section<Config, ResolverLimits>& limits) {
  using Limits = ResolverLimits;
  limits.add("upstream-packets", &Limits::upstream_packets, integer(1, 99),
             "Largest number of packets sent to servers for one question, whatever it leads to.");
  limits.add("upstream-bytes", &Limits::upstream_bytes, size(4'096, 16U << 20U),
             "Largest amount of bytes taken from servers for one question.");
  limits.add("answer-time", &Limits::answer_time, duration(100ms, 30s),
             "Time after which the client gets SERVFAIL.");
  limits.add(
      "resolution-time", &Limits::resolution_time, duration(100ms, 60s),
      "Time after which the work for a question ends; what is found after the answer time is "
      "still remembered.");
  limits.add("recursion-depth", &Limits::recursion_depth, integer(1, 16),
             "Depth to which the addresses of name servers are resolved for the addresses of other "
             "name servers.");
  limits.add("alias-hops", &Limits::alias_hops, integer(0, 32),
             "Largest number of CNAME and DNAME records followed for one question.");
  limits.add("minimise-steps", &Limits::minimise_steps, integer(1, 32),
             "Largest number of questions with a shortened name, for one name (RFC 9156).");
  limits.add("minimise-single-labels", &Limits::minimise_single_labels, integer(0, 32),
             "How many of them grow by one label; the rest share what is left.");
}

void add_servers(Section<Config, ResolverLimits>& limits) {
  using Limits = ResolverLimits;
  limits.add("name-servers", &Limits::name_servers, integer(1, 32),
             "Largest number of name servers kept of one delegation, drawn at random.");
  limits.add("addresses-per-server-name", &Limits::addresses_per_server_name, integer(1, 32),
             "Largest number of addresses kept of one name server.");
  limits.add(
      "addresses-per-delegation", &Limits::addresses_per_delegation, integer(1, 64),
      "Largest number of addresses of a delegation asked for one question, drawn at random.");
  limits.add("failed-address-lookups", &Limits::failed_address_lookups, integer(1, 16),
             "Number of name servers of a delegation without an address after which no more are "
             "looked up.");
  limits.add("sends-per-server", &Limits::sends_per_server, integer(1, 10),
             "How often one server is asked the same question (RFC 9520).");
}

void add_sizes(Section<Config, ResolverLimits>& limits) {
  using Limits = ResolverLimits;
  limits.set_reload(Reload::restart);  // these are the caches', and the walk must not differ
  limits.add(
      "records-per-rrset", &Limits::records_per_rrset, integer(1, 512),
      "Largest number of different records of one name and type; a response with more is not "
      "believed.");
  limits.add("types-per-name", &Limits::types_per_name, integer(1, 64),
             "Largest number of types that are remembered of one name.");
  limits.add("entry-bytes", &Limits::entry_bytes, size(512, 65'536),
             "Largest entry of the cache; larger ones are not remembered.");
  limits.set_reload(Reload::live);
}

void add_waiting(Section<Config, ResolverLimits>& limits) {
  using Limits = ResolverLimits;
  limits.add("waiting-total", &Limits::waiting_total, integer(1, 1'000'000),
             "Largest number of questions that wait for a resolution.");
  limits.add("waiting-per-client", &Limits::waiting_per_client, integer(1, 1'000'000),
             "Largest number of them from one client address.");
  limits.add("waiting-per-client-with-cookie", &Limits::waiting_per_client_with_cookie,
             integer(1, 1'000'000),
             "Largest number of them from one client address that has proved with a cookie that it "
             "is its own.");
  limits.add("waiting-per-question", &Limits::waiting_per_question, integer(1, 1'000'000),
             "Largest number of them from one client address that wait for the same resolution, "
             "unless it has proved that it is its own.");
}

}  // namespace

void add_resolver(Table& table) {
  add_resolver_itself(table);
  Section<Config, ResolverLimits> limits(
      table, "resolver.limits", [](Config& c) -> ResolverLimits& { return c.resolver.limits; },
      "Bounds of the work for one question and of what one server can make the program do.");
  add_budget(limits);
  add_servers(limits);
  add_sizes(limits);
  add_waiting(limits);
}

const Table& forward_zone_table() {
  static const Table table = make_zone_table("Resolvers that are asked, ADDRESS or ADDRESS@PORT.");
  return table;
}

const Table& stub_zone_table() {
  static const Table table =
      make_zone_table("Authoritative servers of the zone, ADDRESS or ADDRESS@PORT.");
  return table;
}

}  // namespace godwit::conf
