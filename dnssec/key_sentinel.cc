#include "dnssec/key_sentinel.h"

#include <algorithm>
#include <string>

#include "dnssec/ds.h"
#include "dnssec/key.h"

namespace godwit::dnssec {
namespace {

constexpr std::string_view is_ta = "root-key-sentinel-is-ta-";
constexpr std::string_view not_ta = "root-key-sentinel-not-ta-";
constexpr std::size_t tag_digits = 5;
constexpr std::size_t tags_per_label = 12;

wire::Bytes bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The tag behind `prefix`: exactly five digits.
std::optional<std::uint16_t> tag_behind(std::string_view prefix, wire::Bytes label) noexcept {
  if (label.size() != prefix.size() + tag_digits ||
      !wire::equal_ignoring_case(label.first(prefix.size()), bytes_of(prefix)))
    return std::nullopt;
  std::uint32_t tag = 0;
  for (const auto c : label.subspan(prefix.size())) {
    if (c < '0' || c > '9') return std::nullopt;
    tag = tag * 10 + (c - std::uint32_t{'0'});
  }
  if (tag > 0xffff) return std::nullopt;
  return static_cast<std::uint16_t>(tag);
}

std::string hex_of(std::uint16_t tag) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(tag >> shift) & 0xf];
  return out;
}

}  // namespace

std::vector<std::uint16_t> trusted_tags(const TrustAnchor& anchor) {
  std::vector<std::uint16_t> out;
  if (anchor.ds) {
    for (const auto rdata : anchor.ds->records())
      if (const auto ds = read_ds(rdata)) out.push_back(ds->key_tag);
  }
  if (anchor.dnskeys) {
    for (const auto rdata : anchor.dnskeys->records()) out.push_back(key_tag(rdata));
  }
  std::ranges::sort(out);
  const auto rest = std::ranges::unique(out);
  out.erase(rest.begin(), rest.end());
  return out;
}

std::optional<wire::Name> key_tag_query_name(const TrustAnchor& anchor) {
  const auto tags = trusted_tags(anchor);
  if (tags.empty()) return std::nullopt;
  std::string label = "_ta";
  for (std::size_t i = 0; i < std::min(tags.size(), tags_per_label); ++i)
    label += '-' + hex_of(tags[i]);
  const auto name = anchor.zone.with_label(bytes_of(label));
  return name ? std::optional(*name) : std::nullopt;
}

std::optional<KeySentinel> read_key_sentinel(const wire::Name& qname) noexcept {
  const auto label = qname.label(0);
  if (const auto tag = tag_behind(is_ta, label)) return KeySentinel{true, *tag};
  if (const auto tag = tag_behind(not_ta, label)) return KeySentinel{false, *tag};
  return std::nullopt;
}

bool is_answered(const KeySentinel& sentinel, std::span<const std::uint16_t> root_tags) noexcept {
  const bool is_trusted = std::ranges::find(root_tags, sentinel.key_tag) != root_tags.end();
  return is_trusted == sentinel.is_answered_if_trusted;
}

}  // namespace godwit::dnssec
