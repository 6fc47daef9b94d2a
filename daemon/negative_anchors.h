// Negative trust anchors that an operator adds while the program runs (RFC 7646): beside those of
// the configuration, until their end, and not beyond a restart. Knows no clock and does nothing
// about what is remembered: server_trust.cc does. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dnssec/trust_anchors.h"

namespace godwit::daemon {

class NegativeAnchors {
 public:
  static constexpr std::size_t count_max = 256;
  static constexpr std::int64_t seconds_max = 30 * 86'400;

  // Adds one, or gives the one of that name another end. `until`, and `wall` here and below:
  // seconds since 1970. What is wrong, as a sentence; empty: nothing.
  [[nodiscard]] std::string add(const wire::Name& name, std::int64_t until, std::int64_t wall);
  // False: there is none.
  bool remove(const wire::Name& name);
  // Takes out those whose end has come; their names.
  std::vector<wire::Name> take_ended(std::int64_t wall);
  [[nodiscard]] std::optional<std::int64_t> next_end() const noexcept;
  [[nodiscard]] const std::vector<dnssec::NegativeTrustAnchor>& all() const noexcept {
    return all_;
  }

  // `anchors` with these; null stays null.
  [[nodiscard]] dnssec::TrustAnchorsPtr beside(const dnssec::TrustAnchorsPtr& anchors) const;

 private:
  std::vector<dnssec::NegativeTrustAnchor> all_;
};

}  // namespace godwit::daemon
