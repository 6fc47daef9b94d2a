#include "cache/shadow_cache.h"

#include <algorithm>

namespace godwit::cache {

bool ShadowCache::use(const ShadowUse& what) {
  const auto found = places_.find(what.key);
  const bool is_there = found != places_.end();
  std::uint32_t index = 0;
  // What the real cache has from before this one began would be here as well, had it begun then.
  bool is_hit = !is_there && !has_evicted_ && what.left > 0;
  if (is_there) {
    index = found->second;
    take_out(index);
    is_hit = nodes_[index].expires > what.at || what.left > 0;
  } else {
    if (free_.empty()) {
      nodes_.emplace_back();
      free_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    }
    index = free_.back();
    places_.emplace(what.key, index);
    free_.pop_back();
    nodes_[index] = {what.key, 0, 0};
  }
  Node& node = nodes_[index];
  const std::uint32_t lives_for = is_hit ? what.left : what.ttl;
  node.expires = is_hit ? std::max(node.expires, what.at + lives_for) : what.at + lives_for;
  node.octets = what.octets;
  put_first(index);
  make_room();
  return is_hit;
}

void ShadowCache::set_octets_max(double octets_max) {
  octets_max_ = octets_max;
  make_room();
}

void ShadowCache::keep_below(std::uint32_t place) {
  for (std::uint32_t index = oldest_; index != nobody;) {
    const std::uint32_t next = nodes_[index].newer;
    if (static_cast<std::uint32_t>(nodes_[index].key) >= place) drop(index);
    index = next;
  }
}

void ShadowCache::put_first(std::uint32_t index) noexcept {
  Node& node = nodes_[index];
  node.newer = nobody;
  node.older = newest_;
  (newest_ == nobody ? oldest_ : nodes_[newest_].newer) = index;
  newest_ = index;
  octets_ += node.octets;
}

void ShadowCache::take_out(std::uint32_t index) noexcept {
  const Node& node = nodes_[index];
  (node.newer == nobody ? newest_ : nodes_[node.newer].older) = node.older;
  (node.older == nobody ? oldest_ : nodes_[node.older].newer) = node.newer;
  octets_ -= node.octets;
}

void ShadowCache::drop(std::uint32_t index) {
  take_out(index);
  places_.erase(nodes_[index].key);
  free_.push_back(index);
}

void ShadowCache::make_room() {
  while (octets_ > octets_max_ && oldest_ != nobody) {
    has_evicted_ = true;
    drop(oldest_);
  }
}

}  // namespace godwit::cache
