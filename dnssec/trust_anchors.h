// Where trust begins: the DS and DNSKEY records that the operator or godwit itself holds to be
// true, and the names below which nothing is validated for a while. Immutable; replaced whole. RFC
// 4035 §4.4, RFC 7646.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dnssec/algorithms.h"
#include "wire/rrset.h"

namespace godwit::dnssec {

// What is trusted of one zone. Either set may be null, not both.
struct TrustAnchor {
  wire::Name zone;
  wire::RRsetPtr ds;
  wire::RRsetPtr dnskeys;
};

struct NegativeTrustAnchor {
  wire::Name name;
  // When it ends, in seconds since 1970; 0: never.
  std::int64_t expires = 0;
};

class TrustAnchors {
 public:
  // The anchors of one zone are put together.
  TrustAnchors(std::vector<TrustAnchor> anchors, std::vector<NegativeTrustAnchor> negative);

  // The anchor nearest to `name`, at or above it; null: none, or a negative one stands between (or
  // at the anchor itself).
  [[nodiscard]] const TrustAnchor* closest(const wire::Name& name,
                                           std::int64_t wall_seconds) const noexcept;
  // Whether a negative anchor covers the name, with no anchor below it that does.
  [[nodiscard]] bool is_excluded(const wire::Name& name, std::int64_t wall_seconds) const noexcept;
  [[nodiscard]] const std::vector<TrustAnchor>& anchors() const noexcept { return anchors_; }
  [[nodiscard]] const std::vector<NegativeTrustAnchor>& negative() const noexcept {
    return negative_;
  }

 private:
  std::vector<TrustAnchor> anchors_;
  std::vector<NegativeTrustAnchor> negative_;
};
using TrustAnchorsPtr = std::shared_ptr<const TrustAnchors>;

// The root's: the keys 20326 (KSK-2017) and 38696 (KSK-2024), as IANA publishes them.
[[nodiscard]] std::vector<TrustAnchor> built_in_anchors();

// DS and DNSKEY records in master format. Errors: the first line that is none, as a sentence.
struct ReadAnchors {
  std::vector<TrustAnchor> anchors;
  std::string error;  // empty: none
};
[[nodiscard]] ReadAnchors read_anchors(std::string_view text);

}  // namespace godwit::dnssec
