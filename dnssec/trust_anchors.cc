// Reading and finding anchors. The built-in ones are facts: https://data.iana.org/root-anchors/, as
// of the key of 2024.
#include "dnssec/trust_anchors.h"

#include <algorithm>

#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::dnssec {
namespace {

constexpr std::string_view root_text =
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n"
    ". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7Hrx"
    "RixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3E"
    "gVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Ap"
    "xz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn"
    "6UwNR1AkUTV74bU=\n"
    ". IN DNSKEY 257 3 8 AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJN"
    "nOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmE"
    "nhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyx"
    "MvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9G"
    "NUUeayffKC73PYc=\n";

// Puts two sets of one zone together; either may be null.
wire::RRsetPtr joined(const wire::RRsetPtr& a, const wire::RRsetPtr& b) {
  if (!a || !b) return a ? a : b;
  wire::RRsetBuilder builder(a->owner(), a->type());
  for (const auto& set : {a, b})
    for (const auto rdata : set->records()) builder.add(rdata, set->ttl());
  return builder.build();
}

bool is_nearer(const wire::Name& a, const wire::Name& b) noexcept {
  return a.label_count() != b.label_count() ? a.label_count() > b.label_count() : a < b;
}

bool has_expired(const NegativeTrustAnchor& negative, std::int64_t wall_seconds) noexcept {
  return negative.expires != 0 && wall_seconds >= negative.expires;
}

// Octets of a digest; 0: of a type that nobody here knows.
std::size_t digest_octets(Digest type) noexcept {
  switch (type) {
    case Digest::sha1:
      return 20;
    case Digest::sha256:
    case Digest::gost:
      return 32;
    case Digest::sha384:
      return 48;
  }
  return 0;
}

std::string_view fault_of_ds(wire::Bytes rdata) noexcept {
  constexpr std::size_t fixed_octets = 4;
  const auto expected = digest_octets(static_cast<Digest>(rdata[3]));
  if (expected != 0 && rdata.size() != fixed_octets + expected)
    return "its digest has not the length of its digest type";
  return {};
}

std::string_view fault_of_dnskey(wire::Bytes rdata) noexcept {
  constexpr unsigned zone_key = 0x0100, revoked = 0x0080;
  const unsigned flags = wire::load_u16(rdata.data());
  if ((flags & zone_key) == 0 || rdata[2] != 3) return "it is not the key of a zone";
  if ((flags & revoked) != 0) return "it is revoked";
  return {};
}

// Why a record is no anchor; empty: it is one.
std::string_view fault_of(const wire::RecordText& record) noexcept {
  if (record.rr_class != wire::RrClass::in) return "its class is not IN";
  switch (record.type) {
    case wire::RrType::ds:
      return fault_of_ds(record.rdata);
    case wire::RrType::dnskey:
      return fault_of_dnskey(record.rdata);
    default:
      return "it is neither DS nor DNSKEY";
  }
}

TrustAnchor anchor_of(const wire::RecordText& record) {
  wire::RRsetBuilder builder(record.owner.to_lower(), record.type);
  builder.add(record.rdata, record.ttl.value_or(0));
  TrustAnchor out;
  out.zone = builder.owner();
  (record.type == wire::RrType::ds ? out.ds : out.dnskeys) = builder.build();
  return out;
}

// Nearest to the leaves first; those of one zone together.
std::vector<TrustAnchor> merged(std::vector<TrustAnchor> anchors) {
  std::ranges::sort(anchors,
                    [](const auto& a, const auto& b) { return is_nearer(a.zone, b.zone); });
  std::vector<TrustAnchor> out;
  for (auto& anchor : anchors) {
    if (out.empty() || out.back().zone != anchor.zone) {
      out.push_back(std::move(anchor));
      continue;
    }
    out.back().ds = joined(out.back().ds, anchor.ds);
    out.back().dnskeys = joined(out.back().dnskeys, anchor.dnskeys);
  }
  return out;
}

}  // namespace

TrustAnchors::TrustAnchors(std::vector<TrustAnchor> anchors,
                           std::vector<NegativeTrustAnchor> negative)
    : anchors_(merged(std::move(anchors))), negative_(std::move(negative)) {
  std::ranges::sort(negative_,
                    [](const auto& a, const auto& b) { return is_nearer(a.name, b.name); });
}

const TrustAnchor* TrustAnchors::closest(const wire::Name& name,
                                         std::int64_t wall_seconds) const noexcept {
  const auto anchor = std::ranges::find_if(
      anchors_, [&](const TrustAnchor& a) { return name.is_at_or_below(a.zone); });
  if (anchor == anchors_.end()) return nullptr;
  const auto covers = [&](const NegativeTrustAnchor& negative) {
    return negative.name.is_at_or_below(anchor->zone) && name.is_at_or_below(negative.name) &&
           !has_expired(negative, wall_seconds);
  };
  return std::ranges::any_of(negative_, covers) ? nullptr : &*anchor;
}

bool TrustAnchors::is_excluded(const wire::Name& name, std::int64_t wall_seconds) const noexcept {
  const auto negative = std::ranges::find_if(negative_, [&](const NegativeTrustAnchor& n) {
    return name.is_at_or_below(n.name) && !has_expired(n, wall_seconds);
  });
  if (negative == negative_.end()) return false;
  return std::ranges::none_of(anchors_, [&](const TrustAnchor& anchor) {
    return anchor.zone.is_below(negative->name) && name.is_at_or_below(anchor.zone);
  });
}

std::vector<TrustAnchor> built_in_anchors() {
  return read_anchors(root_text).anchors;
}

ReadAnchors read_anchors(std::string_view text) {
  const auto records = wire::parse_master_file(text, wire::Name());
  ReadAnchors out;
  if (!records) {
    out.error = "line " + std::to_string(records.error().line) + ": " +
                std::string(wire::describe(records.error().error));
    return out;
  }
  for (const auto& record : *records) {
    const auto fault = fault_of(record);
    if (fault.empty()) {
      out.anchors.push_back(anchor_of(record));
      continue;
    }
    const auto number = 1 + (&record - records->data());
    out.anchors.clear();
    out.error = "record " + std::to_string(number) + " (" + wire::to_text(record.owner) + ' ' +
                wire::to_text(record.type) + ") is no trust anchor: " + std::string(fault);
    return out;
  }
  out.anchors = merged(std::move(out.anchors));
  return out;
}

}  // namespace godwit::dnssec
