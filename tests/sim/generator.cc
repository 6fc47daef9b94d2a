#include "tests/sim/generator.h"

#include <algorithm>
#include <array>

namespace godwit::sim {
namespace {

using wire::RrType;

constexpr unsigned depth_sound_max = 2;
constexpr unsigned bad_servers_sound_max = 2;

wire::Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Octets octets_of(const wire::Name& name) {
  return {name.wire().begin(), name.wire().end()};
}

Record address_record(const wire::Name& owner, const wire::IpAddress& ip, std::uint32_t ttl) {
  return {owner,
          ip.is_v4() ? RrType::a : RrType::aaaa,
          wire::RrClass::in,
          ttl,
          {ip.octets().begin(), ip.octets().end()}};
}

Record name_record(const wire::Name& owner, RrType type, const wire::Name& target,
                   std::uint32_t ttl) {
  return {owner, type, wire::RrClass::in, ttl, octets_of(target)};
}

Record text_record(const wire::Name& owner, std::size_t octets, std::uint8_t fill,
                   std::uint32_t ttl) {
  Record record{owner, RrType::txt, wire::RrClass::in, ttl, {}};
  while (octets > 0) {
    const std::size_t piece = std::min<std::size_t>(octets, 255);
    record.rdata.push_back(static_cast<std::uint8_t>(piece));
    record.rdata.insert(record.rdata.end(), piece, fill);
    octets -= piece;
  }
  return record;
}

}  // namespace

Generator::Generator(World& world, Random random, const GeneratorOptions& options)
    : world_(world), random_(random), options_(options) {}

wire::IpAddress Generator::fresh_address() {
  const std::uint32_t n = ++last_address_;
  if (random_.chance(150)) {
    std::array<std::uint8_t, 16> octets{0x2a, 0x0a};
    wire::store_u32(octets.data() + 12, n);
    return wire::IpAddress::v6(octets);
  }
  std::array<std::uint8_t, 4> octets{};
  wire::store_u32(octets.data(), (11u << 24) + n * 7);
  return wire::IpAddress::v4(octets);
}

wire::Name Generator::child(const wire::Name& parent, std::string_view label) const {
  const auto made = parent.with_label(bytes_of(label));
  return made ? *made : parent;
}

std::uint32_t Generator::ttl() {
  constexpr std::array<std::uint32_t, 10> ttls{0, 1, 2, 5, 30, 300, 300, 3600, 86400, 604800};
  return ttls[random_.below(ttls.size())];
}

Generator::Plan* Generator::plan_of(const Zone* zone) {
  return const_cast<Plan*>(by_zone_.at(zone));
}

void Generator::build() {
  build_root();
  Plan& root = plans_.front();
  const unsigned tops = random_.between(2, 4);
  for (unsigned i = 0; i < tops; ++i)
    build_zone(child(wire::Name(), "top" + std::to_string(i)), root);
  const unsigned zones = random_.between(5, 14);
  for (unsigned i = 0; i < zones; ++i) {
    const bool below_top = random_.chance(700);
    const auto count = static_cast<std::uint32_t>(below_top ? tops : plans_.size() - 1);
    Plan& parent = plans_[1 + random_.below(count)];
    if (random_.chance(options_.cyclic_permille)) {
      build_cycle(parent);
      continue;
    }
    wire::Name apex = parent.zone->apex();
    const unsigned extra_labels = random_.chance(150) ? random_.between(1, 4) : 0;
    for (unsigned k = 0; k < extra_labels; ++k) apex = child(apex, "deep" + std::to_string(k));
    build_zone(child(apex, "z" + std::to_string(i)), parent);
  }
  for (Plan& plan : plans_)
    if (plan.zone != plans_.front().zone && !random_.chance(60)) fill(*plan.zone);
  for (Plan& plan : plans_)
    if (plan.zone != plans_.front().zone && random_.chance(700)) fill_aliases(*plan.zone);
  if (options_.is_signed) sign_zones();
}

void Generator::build_root() {
  Plan& root = plans_.emplace_back();
  root.zone = &world_.zone(wire::Name(), 86400);
  root.sound = true;
  by_zone_[root.zone] = &root;
  const unsigned servers = random_.between(1, 3);
  for (unsigned i = 0; i < servers; ++i) {
    Host& host = hosts_.emplace_back();
    host.name = child(child(wire::Name(), "roots"), std::string(1, static_cast<char>('a' + i)));
    host.zone = root.zone;
    host.addresses.push_back(fresh_address());
    root.zone->put(name_record(wire::Name(), RrType::ns, host.name, 86400));
    root.zone->put(address_record(host.name, host.addresses.front(), 86400));
    Authority& server = world_.server(host.addresses.front()).serves(*root.zone);
    server.habits().delay = milliseconds(random_.between(1, 40));
  }
}

Generator::Plan& Generator::build_zone(const wire::Name& apex, Plan& parent) {
  if (Zone* present = world_.find_zone(apex)) return *plan_of(present);
  Plan& plan = plans_.emplace_back();
  plan.zone = &world_.zone(apex, std::max<std::uint32_t>(ttl(), 1));
  plan.parent = parent.zone;
  by_zone_[plan.zone] = &plan;
  plan.zone->soa_minimum(random_.chance(100) ? 0 : 60);
  choose_servers(plan, parent);
  names_.push_back(apex);
  return plan;
}

// Two zones, each with its only server in the other, and no glue for either.
void Generator::build_cycle(Plan& parent) {
  const std::string suffix = std::to_string(plans_.size());
  Plan& one = plans_.emplace_back();
  Plan& two = plans_.emplace_back();
  one.zone = &world_.zone(child(parent.zone->apex(), "ring" + suffix));
  two.zone = &world_.zone(child(parent.zone->apex(), "gnir" + suffix));
  for (Plan* plan : {&one, &two}) {
    plan->parent = parent.zone;
    by_zone_[plan->zone] = plan;
    const Plan& other = plan == &one ? two : one;
    const wire::Name server = child(other.zone->apex(), "ns");
    for (Zone* side : {plan->zone, parent.zone})
      side->put(name_record(plan->zone->apex(), RrType::ns, server, 3600));
    names_.push_back(plan->zone->apex());
  }
}

Generator::Host& Generator::own_host(Plan& plan, unsigned index, bool with_glue) {
  Host& host = hosts_.emplace_back();
  host.name = child(plan.zone->apex(), "ns" + std::to_string(index));
  host.zone = plan.zone;
  host.good = !random_.chance(options_.bad_server_permille) || plan.parent == plans_[0].zone;
  const unsigned addresses = random_.chance(200) ? 2 : 1;
  for (unsigned i = 0; i < addresses; ++i) {
    const wire::IpAddress ip = fresh_address();
    host.addresses.push_back(ip);
    give_habits(world_.server(ip), host.good);
    const std::uint32_t lasts = std::max<std::uint32_t>(ttl(), 1);
    plan.zone->put(address_record(host.name, ip, lasts));
    if (with_glue) plan.parent->put(address_record(host.name, ip, lasts));
  }
  return host;
}

void Generator::serve(const Plan& plan, const Host& host) {
  for (Zone* side : {plan.zone, plan.parent})
    side->put(name_record(plan.zone->apex(), RrType::ns, host.name, 3600));
  for (const wire::IpAddress& ip : host.addresses) world_.server(ip).serves(*plan.zone);
}

void Generator::choose_servers(Plan& plan, const Plan& parent) {
  unsigned good = 0;
  unsigned bad = 0;
  const bool is_top = parent.zone == plans_.front().zone;
  const unsigned servers = random_.between(1, 3);
  for (unsigned i = 0; i < servers; ++i) {
    if (!is_top && random_.chance(400)) {
      choose_outside_server(plan, good, bad);
      continue;
    }
    const bool with_glue = is_top || !random_.chance(80);
    Host& host = own_host(plan, i, with_glue);
    serve(plan, host);
    ++(with_glue && host.good ? good : bad);
  }
  plan.sound =
      parent.sound && good > 0 && bad <= bad_servers_sound_max && plan.depth <= depth_sound_max;
}

void Generator::choose_outside_server(Plan& plan, unsigned& good, unsigned& bad) {
  Host& host = hosts_[random_.below(static_cast<std::uint32_t>(hosts_.size()))];
  serve(plan, host);
  const Plan& home = *plan_of(host.zone);
  // In its own zone (a host of it chosen twice) it is counted already.
  if (&home == &plan) return;
  const bool usable = home.sound && host.good;
  ++(usable ? good : bad);
  plan.depth = std::max(plan.depth, home.depth + 1);
  // Glue of a sibling: now and then the parent has it.
  if (host.name.is_below(plan.parent->apex()) && random_.chance(300))
    for (const wire::IpAddress& ip : host.addresses)
      plan.parent->put(address_record(host.name, ip, 3600));
}

void Generator::give_habits(Authority& server, bool good) {
  Habits& habits = server.habits();
  habits.delay = milliseconds(random_.between(1, 80));
  if (!good) {
    switch (random_.below(8)) {
      case 0:
        habits.silent = true;
        break;
      case 1:
        habits.unreachable = true;
        break;
      case 2:
        habits.always = wire::Rcode::refused;
        break;
      case 3:
        habits.always = wire::Rcode::servfail;
        break;
      case 4:
        habits.upward_referral = true;
        break;
      case 5:
        habits.without_aa = true;
        break;
      case 6:
        habits.drops_edns = true;
        break;
      default:
        habits.up_for = seconds(random_.between(1, 60));
        break;
    }
    return;
  }
  habits.truncates_udp = random_.chance(40);
  // Who has no EDNS cannot serve a signed zone.
  habits.formerr_on_edns = random_.chance(40) && !options_.is_signed;
  habits.ignores_edns = random_.chance(60) && !options_.is_signed;
  habits.lowercases = random_.chance(40);
  habits.follows_aliases = !random_.chance(300);
  habits.adds_zone_ns = random_.chance(500);
}

bool Generator::is_sound(const Truth& truth) const {
  if (!truth.resolvable) return false;
  return std::all_of(truth.zones.begin(), truth.zones.end(),
                     [this](const Zone* zone) { return by_zone_.at(zone)->sound; });
}

void Generator::fill(Zone& zone) {
  const unsigned count = random_.between(2, 6);
  for (unsigned i = 0; i < count; ++i) {
    wire::Name owner = child(zone.apex(), "w" + std::to_string(i));
    if (random_.chance(200)) owner = child(child(owner, "ent"), "leaf");
    fill_name(zone, owner);
  }
  if (random_.chance(250)) fill_name(zone, child(child(zone.apex(), "wild"), "*"));
  if (random_.chance(200)) fill_big_sets(zone);
  if (random_.chance(300)) fill_name(zone, zone.apex());
}

void Generator::fill_name(Zone& zone, const wire::Name& owner) {
  const std::uint32_t lasts = ttl();
  if (random_.chance(850)) {
    const unsigned count = random_.between(1, 4);
    for (unsigned i = 0; i < count; ++i) {
      std::array<std::uint8_t, 4> ip{198, 18, static_cast<std::uint8_t>(random_.below(256)),
                                     static_cast<std::uint8_t>(random_.below(256))};
      zone.put(address_record(owner, wire::IpAddress::v4(ip), lasts));
    }
  }
  if (random_.chance(300)) zone.put(text_record(owner, random_.between(1, 200), 't', lasts));
  if (random_.chance(200)) {
    std::array<std::uint8_t, 16> ip{0x20, 0x01, 0x0d, 0xb8};
    ip[15] = static_cast<std::uint8_t>(random_.below(256));
    zone.put(address_record(owner, wire::IpAddress::v6(ip), lasts));
  }
  if (random_.chance(150)) {
    Octets rdata{0, 10};
    const Octets target = octets_of(some_name());
    rdata.insert(rdata.end(), target.begin(), target.end());
    zone.put({owner, RrType::mx, wire::RrClass::in, lasts, rdata});
  }
  names_.push_back(owner);
}

void Generator::fill_big_sets(Zone& zone) {
  const wire::Name owner = child(zone.apex(), "big");
  const unsigned records = random_.between(3, 14);
  for (unsigned i = 0; i < records; ++i)
    zone.put(text_record(owner, 400, static_cast<std::uint8_t>('a' + i), 300));
  for (unsigned i = 0; i < random_.between(30, 100); ++i)
    zone.put(address_record(
        owner,
        wire::IpAddress::v4(std::array<std::uint8_t, 4>{198, 19, 1, static_cast<std::uint8_t>(i)}),
        300));
  names_.push_back(owner);
}

wire::Name Generator::some_name() {
  if (names_.empty() || random_.chance(50)) return child(wire::Name(), "nowhere");
  const wire::Name& name = random_.pick(names_);
  return random_.chance(100) ? child(name, "absent") : name;
}

// Draws the TTL in a statement of its own: the order in which arguments are evaluated is the
// compiler's choice, and a seed must mean the same to all.
void Generator::put_alias(Zone& zone, const wire::Name& owner, RrType type,
                          const wire::Name& target) {
  const std::uint32_t lasts = ttl();
  zone.put(name_record(owner, type, target, lasts));
}

void Generator::fill_aliases(Zone& zone) {
  const unsigned aliases = random_.between(1, 4);
  for (unsigned i = 0; i < aliases; ++i) {
    const wire::Name owner = child(zone.apex(), "alias" + std::to_string(i));
    put_alias(zone, owner, RrType::cname, some_name());
    names_.push_back(owner);
  }
  if (random_.chance(100)) {  // a loop
    const wire::Name one = child(zone.apex(), "loop1");
    const wire::Name two = child(zone.apex(), "loop2");
    zone.put(name_record(one, RrType::cname, two, 60));
    zone.put(name_record(two, RrType::cname, random_.chance(300) ? two : one, 60));
    names_.push_back(one);
  }
  if (random_.chance(300)) {
    const wire::Name owner = child(zone.apex(), "moved");
    const wire::Name target = some_name();
    if (target.is_at_or_below(owner)) return;
    put_alias(zone, owner, RrType::dname, target);
    names_.push_back(child(owner, random_.chance(500) ? "w0" : "absent"));
    names_.push_back(owner);
  }
  if (random_.chance(150)) {
    const wire::Name star = child(child(zone.apex(), "starred"), "*");
    put_alias(zone, star, RrType::cname, some_name());
    names_.push_back(child(child(zone.apex(), "starred"), "any"));
  }
}

iterator::Question Generator::question() {
  constexpr std::array<RrType, 15> types{RrType::a,   RrType::a,      RrType::a,    RrType::a,
                                         RrType::a,   RrType::aaaa,   RrType::aaaa, RrType::ns,
                                         RrType::soa, RrType::cname,  RrType::mx,   RrType::txt,
                                         RrType::ds,  RrType::dnskey, RrType{65280}};
  wire::Name name = random_.pick(names_);
  if (random_.chance(80)) name = child(name, "q" + std::to_string(random_.below(3)));
  if (random_.chance(60)) name = child(wire::Name(), "void" + std::to_string(random_.below(3)));
  if (random_.chance(60) && !name.is_root()) name = name.parent();
  if (name.label_count() > 1 && name.label(0).size() == 1 && name.label(0)[0] == '*')
    name = child(name.parent(), "star");
  return {name, types[random_.below(types.size())]};
}

}  // namespace godwit::sim
