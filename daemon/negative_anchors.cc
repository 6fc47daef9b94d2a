#include "daemon/negative_anchors.h"

#include <algorithm>
#include <iterator>

namespace godwit::daemon {

using dnssec::NegativeTrustAnchor;

std::string NegativeAnchors::add(const wire::Name& name, std::int64_t until, std::int64_t wall) {
  if (until <= wall) return "its end is to lie ahead";
  if (until - wall > seconds_max)
    return "it may last " + std::to_string(seconds_max / 86'400) + " days at most";
  const auto known = std::ranges::find(all_, name, &NegativeTrustAnchor::name);
  if (known == all_.end() && all_.size() >= count_max)
    return "there are " + std::to_string(count_max) + " of them, and no more are taken";
  if (known == all_.end())
    all_.push_back({name, until});
  else
    known->expires = until;
  return {};
}

bool NegativeAnchors::remove(const wire::Name& name) {
  return std::erase_if(all_, [&name](const auto& one) { return one.name == name; }) > 0;
}

std::vector<wire::Name> NegativeAnchors::take_ended(std::int64_t wall) {
  std::vector<wire::Name> out;
  for (const auto& one : all_)
    if (one.expires <= wall) out.push_back(one.name);
  std::erase_if(all_, [wall](const auto& one) { return one.expires <= wall; });
  return out;
}

std::optional<std::int64_t> NegativeAnchors::next_end() const noexcept {
  if (all_.empty()) return std::nullopt;
  return std::ranges::min_element(all_, {}, &NegativeTrustAnchor::expires)->expires;
}

dnssec::TrustAnchorsPtr NegativeAnchors::beside(const dnssec::TrustAnchorsPtr& anchors) const {
  if (!anchors || all_.empty()) return anchors;
  auto negative = anchors->negative();
  negative.insert(negative.end(), all_.begin(), all_.end());
  return std::make_shared<const dnssec::TrustAnchors>(anchors->anchors(), std::move(negative));
}

}  // namespace godwit::daemon
