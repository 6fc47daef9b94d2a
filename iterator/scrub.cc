#include "iterator/scrub.h"

#include <algorithm>

#include "iterator/alias_chain.h"
#include "iterator/duplicates.h"
#include "wire/rdata.h"

namespace godwit::iterator {

using wire::Name;
using wire::RecordView;
using wire::RrClass;
using wire::RRsetBuilder;
using wire::RRsetPtr;
using wire::RrType;
using wire::Section;

namespace {

constexpr bool is_singleton(RrType type) noexcept {
  return type == RrType::cname || type == RrType::dname || type == RrType::soa;
}

// Room for the largest RDATA there can be, once a thread instead of on every stack.
std::span<std::uint8_t> scratch_of_thread() {
  thread_local std::vector<std::uint8_t> octets(wire::message_octets_max);
  return octets;
}

// Whether the servers of the cut may speak of an alias's target. DS of the cut itself is the
// parent's (RFC 4035 §3.1.4.1).
bool may_speak_of(const AskedQuestion& asked, const Name& target) noexcept {
  return asked.type == RrType::ds && !asked.forwarded ? target.is_below(asked.cut)
                                                      : target.is_at_or_below(asked.cut);
}

// One message being taken apart.
class Scrubber {
 public:
  Scrubber(const ParsedResponse& parsed, wire::Bytes message, const AskedQuestion& asked,
           const Limits& limits)
      : parsed_(parsed), message_(message), asked_(asked), limits_(limits) {
    for (const RecordView& record : parsed.records)
      has_signatures_ = has_signatures_ || record.type == RrType::rrsig;
  }

  // The set of that owner and type in a section; null when there is none, one of its records is
  // broken, or more than limits.records_per_rrset of them differ.
  RRsetPtr take(Section section, const Name& owner, RrType type) {
    // Its constructor sets what is read; its room need not be cleared first.
    __attribute__((uninitialized)) RRsetBuilder builder(owner, type);
    for (const RecordView& record : parsed_.records) {
      if (record.section != section || record.type != type || record.rr_class != RrClass::in)
        continue;
      if (!(record.owner == owner)) continue;
      const wire::Result<std::size_t> size = unpack(record);
      if (!size) return nullptr;
      builder.add(wire::Bytes(scratch_).first(*size), record.ttl);
      if (builder.size() > limits_.records_per_rrset) {
        set_too_large_ = !is_singleton(type);
        return nullptr;
      }
      ++kept_;
    }
    if (is_singleton(type) && builder.size() > 1) return nullptr;
    if (builder.size() == 0) return nullptr;
    if (has_signatures_) add_signatures(builder, section);
    return builder.build();
  }

  // Follows the chain from the name asked for as far as the bailiwick reaches. False: the response
  // is malformed.
  bool take_chain(Response& out) {
    Name name = asked_.name;
    for (std::uint32_t hops = 0;; ++hops) {
      out.final_name = name;
      if (hops > 0 && !may_speak_of(asked_, name)) return true;
      if (has_answer(parsed_, name, asked_.type, asked_.cut)) {
        RRsetPtr data = take(Section::answer, name, asked_.type);
        if (!data) return false;
        out.answer.push_back(std::move(data));
        out.settles_final_name = true;
        return true;
      }
      const RecordView* alias = find_alias(parsed_, name, asked_.cut);
      if (!alias || hops > limits_.alias_hops) return true;
      const std::optional<Name> target = take_alias(out, name, *alias);
      if (!target) return false;
      // The CNAME that a DNAME makes is what was asked for (RFC 6672 §3.2).
      if (asked_.type == RrType::cname) {
        out.settles_final_name = true;
        return true;
      }
      if (leads_back(out, *target)) {
        out.final_name = *target;
        return true;
      }
      name = *target;
      // One forged DNAME redirects a whole tree: what lies behind it is asked for. Behind one that
      // leads into itself there is nothing.
      if (alias->type == RrType::dname &&
          (!asked_.forwarded || leads_into_itself(*out.answer[out.answer.size() - 2]))) {
        out.final_name = name;
        ended_at_dname_ = true;
        return true;
      }
    }
  }

  RRsetPtr take_soa(const Name& name) {
    const RecordView* soa = find_soa(parsed_, name, asked_.cut);
    return soa ? take(Section::authority, soa->owner.to_name(), RrType::soa) : nullptr;
  }

  // The delegation of `cut` from the NS set in `section`, with glue for names under the delegating
  // zone. Empty: broken.
  std::optional<cache::Delegation> take_delegation(Section section, const Name& cut,
                                                   std::uint64_t shuffle) {
    RRsetPtr all = take(section, cut, RrType::ns);
    if (!all) return std::nullopt;
    cache::Delegation delegation;
    delegation.ns = keep_some(all, shuffle);
    take_glue(delegation);
    return delegation;
  }

  // The signed NSEC and NSEC3 sets of the authority section, no more than the limit.
  void take_proofs(Response& out) {
    if (!has_signatures_) return;
    for (const RecordView& record : parsed_.records) {
      if (out.proofs.size() >= limits_.proofs_per_response) return;
      const bool is_proof = record.type == RrType::nsec || record.type == RrType::nsec3;
      if (!is_proof || record.section != Section::authority || record.rr_class != RrClass::in)
        continue;
      const Name owner = record.owner.to_name();
      const bool is_known =
          std::any_of(out.proofs.begin(), out.proofs.end(), [&](const RRsetPtr& known) {
            return known->type() == record.type && known->owner() == owner;
          });
      if (is_known || !owner.is_at_or_below(asked_.cut)) continue;
      RRsetPtr proof = take(Section::authority, owner, record.type);
      if (proof && !proof->signatures().empty()) out.proofs.push_back(std::move(proof));
    }
  }

  // Whether the chain ended at a DNAME that makes a name over 255 octets.
  [[nodiscard]] bool met_too_long_alias() const noexcept { return too_long_; }
  // Whether a set was not taken because it has more records than the limit.
  [[nodiscard]] bool met_set_too_large() const noexcept { return set_too_large_; }
  // Whether the chain was left at a DNAME, whose target is to be asked for anew.
  [[nodiscard]] bool ended_at_dname() const noexcept { return ended_at_dname_; }

  [[nodiscard]] std::size_t dropped() const noexcept {
    return parsed_.records.size() - std::min(kept_, parsed_.records.size());
  }

 private:
  wire::Result<std::size_t> unpack(const RecordView& record) {
    return wire::unpack_rdata(message_, record.rdata_offset, record.rdata.size(), record.type,
                              scratch_);
  }

  // Those that cover the set. A broken one is none.
  void add_signatures(RRsetBuilder& builder, Section section) {
    constexpr std::size_t type_covered_octets = 2;
    for (const RecordView& record : parsed_.records) {
      if (record.section != section || record.type != RrType::rrsig ||
          record.rr_class != RrClass::in || record.rdata.size() < type_covered_octets)
        continue;
      if (wire::load_u16(record.rdata.data()) != static_cast<std::uint16_t>(builder.type()) ||
          !(record.owner == builder.owner()))
        continue;
      if (builder.signature_count() >= limits_.signatures_per_rrset) return;
      const wire::Result<std::size_t> size = unpack(record);
      if (!size) continue;
      builder.add_signature(wire::Bytes(scratch_).first(*size), record.ttl);
      ++kept_;
    }
  }

  std::optional<Name> take_alias(Response& out, const Name& name, const RecordView& alias) {
    const Name owner = alias.owner.to_name();
    RRsetPtr set = take(Section::answer, owner, alias.type);
    if (!set) return std::nullopt;
    const std::optional<Name> target = wire::target_name(alias.type, set->records().front());
    if (!target) return std::nullopt;
    if (alias.type == RrType::cname) {
      out.answer.push_back(std::move(set));
      return target;
    }
    // The CNAME is made here, whatever the server sent for one (RFC 6672 §3.1).
    const wire::Result<Name> moved = name.with_suffix_replaced(owner, *target);
    if (!moved) {
      too_long_ = true;
      out.answer.push_back(std::move(set));
      return std::nullopt;
    }
    RRsetBuilder cname(name, RrType::cname);
    cname.add(moved->wire(), set->ttl());
    out.answer.push_back(std::move(set));
    out.answer.push_back(cname.build());
    return *moved;
  }

  static bool leads_back(const Response& out, const Name& target) {
    return std::any_of(out.answer.begin(), out.answer.end(), [&](const RRsetPtr& set) {
      return set->type() == RrType::cname && set->owner() == target;
    });
  }

  // At most limits.name_servers records, chosen from `shuffle`.
  RRsetPtr keep_some(const RRsetPtr& all, std::uint64_t shuffle) const {
    const std::size_t count = all->size();
    if (count <= limits_.name_servers) return all;
    std::vector<wire::Bytes> records(all->records().begin(), all->records().end());
    RRsetBuilder some(all->owner(), RrType::ns);
    for (std::size_t kept = 0; kept < limits_.name_servers; ++kept) {
      shuffle = shuffle * 6364136223846793005u + 1442695040888963407u;
      const std::size_t pick = kept + static_cast<std::size_t>(shuffle >> 33) % (count - kept);
      std::swap(records[kept], records[pick]);
      some.add(records[kept], all->ttl());
    }
    return some.build();
  }

  void take_glue(cache::Delegation& delegation) {
    std::uint16_t index = 0;
    for (const wire::Bytes record : delegation.ns->records()) {
      const std::uint16_t server = index++;
      const Name name = Name::from_valid_wire(record);
      if (!name.is_at_or_below(asked_.cut)) continue;
      std::uint32_t of_this_server = 0;
      for (const RecordView& glue : parsed_.records) {
        if (of_this_server >= limits_.addresses_per_server_name) break;
        const std::optional<wire::IpAddress> address = address_of(glue, name);
        if (!address || has_glue(delegation, server, *address)) continue;
        delegation.glue.push_back({server, *address});
        ++of_this_server;
        ++kept_;
      }
    }
  }

  static std::optional<wire::IpAddress> address_of(const RecordView& record, const Name& owner) {
    if (record.section != Section::additional || record.rr_class != RrClass::in)
      return std::nullopt;
    const bool a = record.type == RrType::a && record.rdata.size() == 4;
    const bool aaaa = record.type == RrType::aaaa && record.rdata.size() == 16;
    if ((!a && !aaaa) || !(record.owner == owner)) return std::nullopt;
    return a ? wire::IpAddress::v4(record.rdata.first<4>())
             : wire::IpAddress::v6(record.rdata.first<16>());
  }

  static bool has_glue(const cache::Delegation& delegation, std::uint16_t server,
                       const wire::IpAddress& address) {
    return std::any_of(delegation.glue.begin(), delegation.glue.end(),
                       [&](const cache::Delegation::Glue& glue) {
                         return glue.server == server && glue.address == address;
                       });
  }

  const ParsedResponse& parsed_;
  wire::Bytes message_;
  const AskedQuestion& asked_;
  const Limits& limits_;
  std::size_t kept_ = 0;
  bool has_signatures_ = false;
  bool too_long_ = false;
  bool set_too_large_ = false;
  bool ended_at_dname_ = false;
  std::span<std::uint8_t> scratch_ = scratch_of_thread();
};

// After an alias only an authoritative denial with its SOA is believed, and AA is about the name
// asked for: it covers the end of the chain when both are in the zone of that SOA. Else the rest of
// the chain is asked for again.
bool may_deny_behind_alias(const ParsedResponse& parsed, const AskedQuestion& asked,
                           const Name& final_name) {
  if (!may_speak_of(asked, final_name)) return false;
  const RecordView* soa = find_soa(parsed, final_name, asked.cut);
  if (!soa) return false;
  if (asked.forwarded) return true;
  if (is_childs_word_on_ds(parsed, asked, final_name)) return false;
  return parsed.header.aa && asked.name.is_at_or_below(soa->owner.to_name());
}

void take_denial(Scrubber& scrubber, const ParsedResponse& parsed, const AskedQuestion& asked,
                 Response& out) {
  if (out.settles_final_name || scrubber.ended_at_dname()) return;
  if (out.kind == ResponseKind::alias && !may_deny_behind_alias(parsed, asked, out.final_name))
    return;
  out.soa = scrubber.take_soa(out.final_name);
  out.denial =
      parsed.rcode == wire::Rcode::nxdomain ? ResponseKind::nxdomain : ResponseKind::nodata;
  out.settles_final_name = true;
}

}  // namespace

Response digest(const ParsedResponse& received, wire::Bytes message, const AskedQuestion& asked,
                const Limits& limits, std::uint64_t shuffle) {
  Response out;
  out.final_name = asked.name;
  out.kind = ResponseKind::too_many_records;
  if (received.records.size() > limits.records_received_per_response) return out;
  std::optional<ParsedResponse> fewer;
  if (received.records.size() > limits.records_per_response) fewer = without_duplicates(received);
  const ParsedResponse& parsed = fewer ? *fewer : received;
  // Each alias looks at each record: thousands of them would cost more than 10 ms.
  if (parsed.records.size() > limits.records_per_response) return out;
  out.kind = classify(parsed, asked);
  out.authoritative = parsed.header.aa && !asked.forwarded;
  // A referral is held to the bailiwick anyway; many a parent's server also recurses for others.
  out.last_resort = parsed.header.ra && !parsed.header.aa && !asked.forwarded &&
                    out.kind != ResponseKind::referral;
  if (!is_usable(out.kind)) return out;

  Scrubber scrubber(parsed, message, asked, limits);
  bool sound = true;
  switch (out.kind) {
    case ResponseKind::answer:
    case ResponseKind::alias:
      sound = scrubber.take_chain(out) || scrubber.met_too_long_alias();
      if (scrubber.met_too_long_alias()) out.kind = ResponseKind::alias_too_long;
      if (sound && out.kind == ResponseKind::alias) take_denial(scrubber, parsed, asked, out);
      if (sound && asked.type == RrType::ns && asked.name.is_root() && asked.cut.is_root())
        out.referral = scrubber.take_delegation(Section::answer, asked.name, shuffle);
      break;
    case ResponseKind::alias_too_long: {
      const RecordView* dname = find_alias(parsed, asked.name, asked.cut);
      RRsetPtr set = scrubber.take(Section::answer, dname->owner.to_name(), RrType::dname);
      sound = set != nullptr;
      if (sound) out.answer.push_back(std::move(set));
      break;
    }
    case ResponseKind::referral:
      out.referral =
          scrubber.take_delegation(Section::authority, *referral_cut(parsed, asked), shuffle);
      sound = out.referral.has_value();
      if (sound) out.ds = scrubber.take(Section::authority, out.referral->cut(), RrType::ds);
      break;
    default:
      take_denial(scrubber, parsed, asked, out);
      break;
  }
  scrubber.take_proofs(out);
  const bool denies = out.kind == ResponseKind::nodata || out.kind == ResponseKind::nxdomain;
  if (denies && !out.soa && !asked.forwarded) out.last_resort = true;
  out.records_dropped = scrubber.dropped() + (received.records.size() - parsed.records.size());
  if (!sound) {
    out = Response();
    if (scrubber.met_set_too_large()) out.kind = ResponseKind::set_too_large;
    out.final_name = asked.name;
  }
  return out;
}

}  // namespace godwit::iterator
