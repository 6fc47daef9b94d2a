// Any response, or one put together from few names so that they meet: no fault, and what is
// believed of it is of the chain that was asked for, within the bailiwick of the cut and within the
// limits.
#include "iterator/duplicates.h"
#include "iterator/scrub.h"
#include "tests/fuzz/fuzz.h"
#include "wire/rdata.h"

namespace {

using namespace godwit;
using fuzz::Choices;
using fuzz::require;
using iterator::AskedQuestion;
using iterator::Limits;
using iterator::ParsedResponse;
using iterator::Response;
using iterator::ResponseKind;
using wire::Name;
using wire::RrType;

constexpr RrType types[] = {RrType::a,     RrType::aaaa, RrType::ns, RrType::cname,
                            RrType::dname, RrType::soa,  RrType::ds, RrType::mx};

RrType pick_type(Choices& choices) {
  return types[choices.u8() % std::size(types)];
}

// One of 31 names of up to four labels, now and then in capitals or nearly too long.
Name pick_name(Choices& choices) {
  const std::uint8_t choice = choices.u8();
  Name name;
  for (unsigned i = 0; i < (choice & 3u) + (choice >> 6 & 1u); ++i) {
    const auto letter =
        static_cast<std::uint8_t>((choice & 0x20 ? 'A' : 'a') + (choice >> 2 >> i) % 2);
    name = *name.with_label(wire::Bytes(&letter, 1));
  }
  if ((choice & 0x80) == 0) return name;
  const std::vector<std::uint8_t> label(58, 'x');
  for (unsigned i = 0; i < 4; ++i) name = *name.with_label(label);
  return name;
}

std::vector<std::uint8_t> pick_rdata(Choices& choices, RrType type) {
  std::vector<std::uint8_t> rdata;
  const auto append = [&rdata](wire::Bytes octets) {
    rdata.insert(rdata.end(), octets.begin(), octets.end());
  };
  switch (type) {
    case RrType::a:
      rdata.assign(4, choices.u8());
      break;
    case RrType::aaaa:
      rdata.assign(16, choices.u8());
      break;
    case RrType::soa:
      append(pick_name(choices).wire());
      append(pick_name(choices).wire());
      rdata.resize(rdata.size() + 20);
      break;
    case RrType::ns:
    case RrType::cname:
    case RrType::dname:
      append(pick_name(choices).wire());
      break;
    default:
      append(choices.counted());
      break;
  }
  if (choices.u8() == 0xff) rdata.resize(rdata.size() / 2);
  return rdata;
}

std::vector<std::uint8_t> put_together(Choices& choices) {
  constexpr std::uint16_t rcodes[] = {0, 0, 3, 3, 6, 2, 5, 1};
  const auto flags = static_cast<std::uint16_t>(choices.u16() & 0x0580);  // AA, RD, RA
  const std::uint16_t rcode = rcodes[choices.u8() % std::size(rcodes)];
  std::vector<std::uint8_t> sections[3];
  std::uint16_t counts[3] = {};
  std::vector<std::uint8_t> room(1024);
  while (!choices.at_end()) {
    const std::uint8_t choice = choices.u8();
    const RrType type = pick_type(choices);
    const Name owner = pick_name(choices);
    const std::uint8_t ttl = choices.u8();
    const std::vector<std::uint8_t> rdata = pick_rdata(choices, type);
    wire::ByteWriter out(room);
    out.bytes(owner.wire());
    out.u16(static_cast<std::uint16_t>(type));
    out.u16(choice >= 0xf8 ? 3 : 1);
    out.u32(ttl);
    out.u16(static_cast<std::uint16_t>(rdata.size()));
    out.bytes(rdata);
    const std::size_t section = choice % std::size(sections);
    for (unsigned times = choice >= 0xf0 ? 40 : 1; times != 0; --times) {
      const wire::Bytes record = out.written();
      sections[section].insert(sections[section].end(), record.begin(), record.end());
      ++counts[section];
    }
    if (sections[0].size() + sections[1].size() + sections[2].size() > 60'000) break;
  }
  std::vector<std::uint8_t> message(wire::header_octets);
  wire::ByteWriter head(message);
  head.u16(0);
  head.u16(static_cast<std::uint16_t>(0x8000 | flags | rcode));
  head.u16(0);
  for (const std::uint16_t count : counts) head.u16(count);
  for (const auto& section : sections)
    message.insert(message.end(), section.begin(), section.end());
  return message;
}

// Follows what was believed from the name asked for: each set begins where the one before led, and
// is one that the servers of the cut may speak of.
void check_chain(const Response& response, const AskedQuestion& asked, const Limits& limits) {
  require(response.answer.size() <= 2 * (limits.alias_hops + std::size_t{1}) + 1);
  Name name = asked.name;
  std::optional<Name> made;  // the target that the CNAME beside a DNAME must have
  bool at_end = false;
  for (const wire::RRsetPtr& set : response.answer) {
    require(!at_end && set->size() >= 1 && set->size() <= limits.records_per_rrset);
    require(set->owner().is_at_or_below(asked.cut));
    for (const wire::Bytes rdata : set->records())
      require(wire::is_valid_rdata(set->type(), rdata));
    if (set->type() == RrType::dname && set->owner() != name) {
      require(!made && set->size() == 1 && name.is_below(set->owner()));
      const auto target = wire::target_name(RrType::dname, set->records().front());
      const auto moved = name.with_suffix_replaced(set->owner(), *target);
      at_end = !moved;
      if (moved) made = *moved;
      continue;
    }
    require(set->owner() == name);
    const bool is_alias = set->type() == RrType::cname;
    require(set->type() == (is_alias ? RrType::cname : asked.type) && (is_alias || !made));
    at_end = !is_alias || asked.type == RrType::cname;
    if (!is_alias) continue;
    const auto target = wire::target_name(RrType::cname, set->records().front());
    require(set->size() == 1 && (!made || *made == *target));
    made.reset();
    if (!at_end) name = *target;
  }
  // That the DNAME makes too long a name may be the server's word.
  require(!made || response.kind == ResponseKind::alias_too_long);
  require(response.final_name == name);
}

void check_delegation(const Response& response, const AskedQuestion& asked, const Limits& limits) {
  const cache::Delegation& delegation = *response.referral;
  const Name cut = delegation.ns->owner();
  if (response.kind == ResponseKind::referral)
    require(cut.is_below(asked.cut) && asked.name.is_at_or_below(cut));
  else
    require(cut.is_root() && asked.cut.is_root() && asked.name.is_root());
  require(delegation.ns->type() == RrType::ns && delegation.ns->size() >= 1);
  require(delegation.ns->size() <= limits.name_servers);
  std::vector<std::uint32_t> addresses(delegation.ns->size());
  for (const cache::Delegation::Glue& glue : delegation.glue)
    require(++addresses.at(glue.server) <= limits.addresses_per_server_name);
  std::size_t server = 0;
  for (const wire::Bytes record : delegation.ns->records())
    require(addresses[server++] == 0 || Name::from_valid_wire(record).is_at_or_below(asked.cut));
}

void check(const Response& response, const AskedQuestion& asked, const Limits& limits) {
  if (!is_usable(response.kind)) {
    require(response.answer.empty() && !response.referral && !response.soa && !response.denial);
    return;
  }
  check_chain(response, asked, limits);
  if (response.referral) check_delegation(response, asked, limits);
  require(response.referral || response.kind != ResponseKind::referral);
  require(!response.denial || response.settles_final_name);
  if (response.kind == ResponseKind::answer) require(response.settles_final_name);
  if (!response.soa) return;
  const Name zone = response.soa->owner();
  require(response.denial && response.soa->type() == RrType::soa && response.soa->size() == 1);
  require(zone.is_at_or_below(asked.cut) && response.final_name.is_at_or_below(zone));
}

// Too large is only what is: more records of one set, or in all, than the limits.
void check_kind(ResponseKind kind, const ParsedResponse& parsed, const Limits& limits) {
  const std::size_t records = parsed.records.size();
  require(kind != ResponseKind::set_too_large || records > limits.records_per_rrset);
  require(kind != ResponseKind::too_many_records || records > limits.records_per_response);
  require(kind == ResponseKind::too_many_records ||
          records <= limits.records_received_per_response);
}

void check_duplicates(const ParsedResponse& parsed) {
  const ParsedResponse once = without_duplicates(parsed);
  require(once.records.size() <= parsed.records.size());
  require(once.records.empty() == parsed.records.empty());
  require(without_duplicates(once).records.size() == once.records.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  AskedQuestion asked;
  const std::uint8_t how = choices.u8();
  asked.forwarded = (how & 1) != 0;
  asked.probe = (how & 2) != 0;
  Limits limits;
  if ((how & 4) != 0)
    limits = {.alias_hops = 2,
              .name_servers = 2,
              .addresses_per_server_name = 1,
              .records_received_per_response = 64,
              .records_per_response = 16,
              .records_per_rrset = 3};
  asked.type = pick_type(choices);
  asked.name = pick_name(choices);
  asked.cut = asked.name.suffix(choices.below(asked.name.label_count() + 1));
  const std::vector<std::uint8_t> message =
      (how & 8) != 0 ? fuzz::copy(choices.rest()) : put_together(choices);
  if (message.size() > wire::message_octets_max) return 0;
  const auto parsed = iterator::parse_response(message);
  if (!parsed) return 0;
  check_duplicates(*parsed);
  const Response response = digest(*parsed, message, asked, limits, size);
  check_kind(response.kind, *parsed, limits);
  check(response, asked, limits);
  return 0;
}
