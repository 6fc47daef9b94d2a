#include "dnssec/canonical.h"

#include <algorithm>

#include "wire/rdata_names.h"

namespace godwit::dnssec {
namespace {

constexpr std::size_t rrsig_fixed_octets = 18;
constexpr std::size_t record_fixed_octets = 10;  // type, class, TTL, length
constexpr std::size_t records_in_place = 16;

void lower_names(wire::RrType type, wire::MutableBytes rdata) noexcept {
  const wire::RdataNames names = wire::find_names(type, rdata);
  for (const wire::RdataName& name : names.all()) {
    if (name.field == wire::RdataField::name_exact_case) continue;
    const wire::MutableBytes octets = rdata.subspan(name.begin, name.end - name.begin);
    wire::copy_lower(octets, octets.data());
  }
}

bool has_folded_names(wire::RrType type) noexcept {
  return std::ranges::any_of(wire::rdata_layout(type), [](wire::RdataField field) {
    return wire::is_name(field) && field != wire::RdataField::name_exact_case;
  });
}

// The records in canonical form and order. Their octets are the set's own where there is nothing to
// fold.
class CanonicalRecords {
 public:
  explicit CanonicalRecords(const wire::RRset& set) {
    const wire::RdataList records = set.records();
    rdata_.reserve(records.size());
    if (has_folded_names(set.type())) {
      const wire::Bytes packed = records.packed();
      folded_.assign(packed.begin(), packed.end());
      const wire::MutableBytes copy(folded_);
      std::size_t at = 0;
      for (const wire::Bytes original : records) {
        const wire::MutableBytes rdata = copy.subspan(at + 2, original.size());
        lower_names(set.type(), rdata);
        rdata_.push_back(rdata);
        at += 2 + original.size();
      }
    } else {
      rdata_.assign(records.begin(), records.end());
    }
    std::ranges::sort(rdata_, [](wire::Bytes a, wire::Bytes b) {
      return std::ranges::lexicographical_compare(a, b);
    });
  }
  [[nodiscard]] const auto& all() const noexcept { return rdata_; }
  [[nodiscard]] std::size_t octets() const noexcept {
    std::size_t octets = 0;
    for (const wire::Bytes rdata : rdata_) octets += rdata.size();
    return octets;
  }

 private:
  std::vector<std::uint8_t> folded_;
  boost::container::small_vector<wire::Bytes, records_in_place> rdata_;
};

// The owner in lower case; the wildcard "*." and its last `labels` labels when these are fewer (RFC
// 4035 §5.3.2).
wire::Name canonical_owner(const wire::Name& owner, unsigned labels) noexcept {
  if (labels >= signed_labels(owner)) return owner.to_lower();
  const wire::Name encloser = owner.suffix(labels).to_lower();
  // No longer than the owner, so that it cannot be too long.
  const auto wildcard = encloser.with_label(asterisk_label);
  return wildcard ? *wildcard : encloser;
}

}  // namespace

unsigned signed_labels(const wire::Name& owner) noexcept {
  const wire::Bytes first = owner.label(0);
  const bool is_wildcard = first.size() == 1 && first[0] == '*';
  return owner.label_count() - (is_wildcard ? 1 : 0);
}

std::vector<std::uint8_t> signed_data(const wire::RRset& set, wire::Bytes rrsig_rdata) {
  if (rrsig_rdata.size() <= rrsig_fixed_octets) return {};
  const auto signer_octets =
      wire::field_octets(wire::RdataField::name, rrsig_rdata.subspan(rrsig_fixed_octets));
  if (!signer_octets) return {};
  const wire::Bytes signer = rrsig_rdata.subspan(rrsig_fixed_octets, *signer_octets);
  const std::uint8_t labels = rrsig_rdata[3];
  const std::uint32_t original_ttl = wire::load_u32(rrsig_rdata.data() + 4);

  const CanonicalRecords records(set);
  const wire::Name owner = canonical_owner(set.owner(), labels);
  const std::size_t octets = rrsig_fixed_octets + signer.size() + records.octets() +
                             records.all().size() * (owner.size() + record_fixed_octets);
  if (octets > signed_octets_max) return {};
  std::vector<std::uint8_t> data(octets);
  wire::ByteWriter writer(data);
  writer.bytes(rrsig_rdata.first(rrsig_fixed_octets));
  writer.bytes(signer);
  wire::copy_lower(signer, data.data() + rrsig_fixed_octets);
  for (const wire::Bytes rdata : records.all()) {
    writer.bytes(owner.wire());
    writer.u16(static_cast<std::uint16_t>(set.type()));
    writer.u16(static_cast<std::uint16_t>(set.rr_class()));
    writer.u32(original_ttl);
    writer.u16(static_cast<std::uint16_t>(rdata.size()));
    writer.bytes(rdata);
  }
  return data;
}

}  // namespace godwit::dnssec
