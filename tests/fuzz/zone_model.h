// A small zone that is known in full, with its NSEC or NSEC3 chain, to hold against it what is said
// to be proven: names of few letters, cuts, aliases, wildcards and empty non-terminals.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "dnssec/denial.h"
#include "tests/fuzz/fuzz.h"

namespace godwit::fuzz {

using wire::Name;
using wire::RrType;
using Types = std::set<RrType>;

inline constexpr std::uint8_t model_asterisk[] = {'*'};

class ZoneModel {
 public:
  ZoneModel(Choices& choices, const Name& apex) : apex_(apex) {
    nodes_[apex] = {RrType::soa, RrType::ns};
    for (unsigned count = choices.below(12); count != 0; --count) {
      const Name name = pick_name(choices, apex);
      if (!name.is_below(apex)) continue;
      static const Types kinds[] = {{RrType::a},
                                    {RrType::mx, RrType::a},
                                    {RrType::ns},
                                    {RrType::ns, RrType::ds},
                                    {RrType::cname},
                                    {RrType::dname},
                                    {RrType::dname, RrType::a}};
      nodes_[name] = kinds[choices.u8() % std::size(kinds)];
    }
    std::erase_if(nodes_, [&](const auto& node) { return is_beyond_a_cut(node.first); });
  }

  // A name of the zone, or close to one of it; now and then of no zone at all.
  static Name pick_name(Choices& choices, const Name& apex) {
    const std::uint8_t choice = choices.u8();
    Name name = choice == 0xff ? Name() : apex;
    for (unsigned i = 0; i < choice % 4u; ++i) {
      constexpr std::uint8_t letters[] = {'a', 'B', 'c', '*', '-', 0xfe, 'Q', 'a'};
      const std::uint8_t letter = letters[choices.u8() % std::size(letters)];
      if (const auto longer = name.with_label(wire::Bytes(&letter, 1))) name = *longer;
    }
    return name;
  }

  [[nodiscard]] const Name& apex() const { return apex_; }
  [[nodiscard]] bool exists(const Name& name) const {
    for (const auto& [owner, types] : nodes_)
      if (owner.is_at_or_below(name)) return true;
    return false;
  }
  // Whether a cut or a DNAME stands above the name, so that another zone or name answers for it.
  [[nodiscard]] bool is_beyond_a_cut(const Name& name) const {
    for (const auto& [owner, types] : nodes_)
      if (name.is_below(owner) && (is_cut(owner) || types.contains(RrType::dname))) return true;
    return false;
  }
  [[nodiscard]] bool is_cut(const Name& name) const {
    return has(name, RrType::ns) && name != apex_;
  }
  [[nodiscard]] bool has(const Name& name, RrType type) const {
    const auto node = nodes_.find(name);
    return node != nodes_.end() && node->second.contains(type);
  }
  [[nodiscard]] unsigned encloser_labels(const Name& name) const {
    unsigned labels = name.label_count();
    while (!exists(name.suffix(labels))) --labels;
    return labels;
  }
  [[nodiscard]] Name wildcard_for(const Name& name) const {
    return *name.suffix(encloser_labels(name)).with_label(model_asterisk);
  }

  [[nodiscard]] bool is_name_error(const Name& name) const {
    return name.is_at_or_below(apex_) && !is_beyond_a_cut(name) && !exists(name) &&
           !exists(wildcard_for(name));
  }
  [[nodiscard]] bool is_no_data(const Name& name, RrType type) const {
    if (!name.is_at_or_below(apex_) || is_beyond_a_cut(name)) return false;
    if (type == RrType::ds && name == apex_ && !name.is_root()) return false;
    const Name node = exists(name) ? name : wildcard_for(name);
    if (!exists(node) || (is_cut(node) && type != RrType::ds)) return false;
    return !has(node, type) && !has(node, RrType::cname);
  }

  [[nodiscard]] std::vector<wire::RRsetPtr> nsec_chain() const {
    std::vector<wire::RRsetPtr> sets;
    for (auto node = nodes_.begin(); node != nodes_.end(); ++node) {
      const auto next = std::next(node) == nodes_.end() ? nodes_.begin() : std::next(node);
      std::vector<std::uint8_t> rdata = copy(next->first.wire());
      append_bitmap(rdata, node->second);
      sets.push_back(make_set(node->first, RrType::nsec, rdata));
    }
    return sets;
  }
  // With opt-out the insecure delegations have no records, nor what exists for their sake alone.
  [[nodiscard]] std::vector<wire::RRsetPtr> nsec3_chain(std::uint16_t iterations,
                                                        bool opt_out) const {
    const dnssec::ValidationLimits limits{.nsec3_hash_blocks = 100'000};
    dnssec::ValidationBudget budget(limits);
    std::map<dnssec::Nsec3Hash, Types> hashed;
    for (const auto& [owner, types] : nodes_) {
      if (opt_out && is_cut(owner) && !types.contains(RrType::ds)) continue;
      for (unsigned labels = owner.label_count(); labels >= apex_.label_count(); --labels) {
        const Name name = owner.suffix(labels);
        Types& at = hashed[*nsec3_hash(name, {iterations, {}}, budget)];
        if (name == owner) at = types;
        if (labels == 0) break;
      }
    }
    std::vector<wire::RRsetPtr> sets;
    for (auto one = hashed.begin(); one != hashed.end(); ++one) {
      const auto next = std::next(one) == hashed.end() ? hashed.begin() : std::next(one);
      std::vector<std::uint8_t> rdata{1, opt_out ? std::uint8_t{1} : std::uint8_t{0}, 0, 0, 0, 20};
      wire::store_u16(rdata.data() + 2, iterations);
      rdata.insert(rdata.end(), next->first.begin(), next->first.end());
      if (!one->second.empty()) append_bitmap(rdata, one->second);
      sets.push_back(make_set(*apex_.with_label(base32(one->first)), RrType::nsec3, rdata));
    }
    return sets;
  }

  static wire::RRsetPtr make_set(const Name& owner, RrType type, wire::Bytes rdata) {
    wire::RRsetBuilder builder(owner, type);
    builder.add(rdata, 3600);
    return builder.build();
  }
  static std::vector<std::uint8_t> base32(const dnssec::Nsec3Hash& hash) {
    std::vector<std::uint8_t> text;
    for (std::size_t bit = 0; bit < 8 * hash.size(); bit += 5) {
      const unsigned low = bit / 8 + 1 < hash.size() ? hash[bit / 8 + 1] : 0u;
      const unsigned digit = ((unsigned{hash[bit / 8]} << 8 | low) >> (11 - bit % 8)) & 31;
      text.push_back(static_cast<std::uint8_t>("0123456789ABCDEFGHIJKLMNOPQRSTUV"[digit]));
    }
    return text;
  }

 private:
  static void append_bitmap(std::vector<std::uint8_t>& rdata, const Types& types) {
    std::vector<std::uint8_t> bits(7);
    const auto set_bit = [&](RrType type) {
      const auto number = static_cast<std::size_t>(type);
      bits[number / 8] = static_cast<std::uint8_t>(bits[number / 8] | 0x80u >> number % 8);
    };
    for (const RrType type : types) set_bit(type);
    set_bit(RrType::rrsig);
    while (bits.back() == 0) bits.pop_back();
    rdata.push_back(0);
    rdata.push_back(static_cast<std::uint8_t>(bits.size()));
    rdata.insert(rdata.end(), bits.begin(), bits.end());
  }

  Name apex_;
  std::map<Name, Types> nodes_;
};

}  // namespace godwit::fuzz
