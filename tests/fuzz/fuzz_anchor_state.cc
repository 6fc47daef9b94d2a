// Input: trust anchors as text, once as records and once as the lines of a state file, to which a
// good sum is put. Properties: nothing is read beyond it; anchors are sets of their zone, and an
// error leaves none; a state that is read, written and read again is the same.
#include "dnssec/hash.h"
#include "dnssec/rfc5011_text.h"
#include "tests/fuzz/fuzz.h"
#include "wire/text_encoding.h"

namespace {

using namespace godwit;
using fuzz::require;

void check_anchors(std::string_view text) {
  const auto read = dnssec::read_anchors(text);
  require(read.error.empty() || read.anchors.empty());
  for (const auto& anchor : read.anchors) {
    require(anchor.ds || anchor.dnskeys);
    for (const auto& set : {anchor.ds, anchor.dnskeys})
      require(!set || set->owner() == anchor.zone);
  }
}

std::string with_sum(std::string_view lines) {
  std::string out = "godwit trust anchor state 1\n" + std::string(lines);
  const wire::Bytes octets{reinterpret_cast<const std::uint8_t*>(out.data()), out.size()};
  const auto sum = dnssec::hash_of(dnssec::Hash::sha256, octets);
  out += "sum ";
  wire::append_hex(out, sum.bytes());
  return out + '\n';
}

void check_state(std::string_view lines) {
  const auto read = dnssec::read_trust_points(with_sum(lines));
  require(read.error.empty() || read.points.empty());
  if (!read.error.empty()) return;
  const auto again = dnssec::read_trust_points(dnssec::write_trust_points(read.points));
  require(again.error.empty() && again.points == read.points);
  for (const auto& point : read.points) {
    dnssec::TrustAnchor configured;
    configured.zone = point.zone;
    const auto trusted = dnssec::trusted_now(point, configured);
    require(!trusted || trusted->dnskeys->size() <= point.keys.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_anchors(text);
  check_state(text);
  return 0;
}
