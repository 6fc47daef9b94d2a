// First answers of one length, found by a small hash table; then groups of one, each of which may
// be the shorter end of another.
#include "daemon/reply_groups.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

constexpr std::uint8_t none = 0xff;
static_assert(replies_per_batch < none && segments_max <= replies_per_batch);

struct Group {
  ReplyShape shape;  // of all but the last
  std::uint8_t first, last, count;
  std::uint8_t before;  // another group to the same destination, or none
  bool has_end;         // a shorter last one
  bool absorbed;        // into another
  std::size_t octets;
};

class Grouping {
 public:
  explicit Grouping(std::span<const ReplyShape> replies) noexcept : replies_(replies) {
    slots_.fill(none);
    latest_.fill(none);
  }

  void add(std::uint8_t index) noexcept {
    const auto shape = replies_[index];
    next_[index] = none;
    auto& slot = slot_of(shape);
    if (slot != none && take(groups_[slot], index, shape.octets)) return;
    slot = static_cast<std::uint8_t>(count_);
    auto& latest = latest_[shape.destination];
    groups_[count_] = {shape, index, index, 1, latest, false, false, shape.octets};
    latest = static_cast<std::uint8_t>(count_++);
  }

  void join_singles() noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      auto& single = groups_[i];
      if (single.count != 1) continue;
      for (auto k = latest_[single.shape.destination]; k != none && !single.absorbed;) {
        auto& other = groups_[k];
        k = other.before;
        if (other.absorbed || other.has_end || other.shape.octets <= single.shape.octets) continue;
        single.absorbed = other.has_end = take(other, single.first, single.shape.octets);
      }
    }
  }

  [[nodiscard]] ReplyGroups result() const noexcept {
    ReplyGroups out;
    std::uint8_t at = 0;
    for (const auto& group : std::span(groups_).first(count_)) {
      if (group.absorbed) continue;
      for (auto i = group.first; i != none; i = next_[i]) out.order[at++] = i;
      out.ends[out.count++] = at;
    }
    return out;
  }

 private:
  [[nodiscard]] bool take(Group& group, std::uint8_t index, std::size_t octets) noexcept {
    if (group.count == segments_max || group.octets + octets > group_octets_max ||
        group.shape.octets > segment_octets_max)
      return false;
    next_[group.last] = index;
    group.last = index;
    ++group.count;
    group.octets += octets;
    return true;
  }
  // That of the group for `shape`, or an empty one.
  std::uint8_t& slot_of(ReplyShape shape) noexcept {
    auto at = shape.destination * 37u + shape.octets;
    for (;; ++at) {
      auto& slot = slots_[at % slots_.size()];
      if (slot == none) return slot;
      const auto& other = groups_[slot].shape;
      if (other.destination == shape.destination && other.octets == shape.octets) return slot;
    }
  }
  std::span<const ReplyShape> replies_;
  std::array<std::uint8_t, 2 * replies_per_batch> slots_;
  std::array<std::uint8_t, replies_per_batch> next_;
  std::array<std::uint8_t, replies_per_batch> latest_;  // group to each destination
  std::array<Group, replies_per_batch> groups_;
  std::size_t count_ = 0;
};

ReplyGroups one_by_one(std::size_t count) noexcept {
  ReplyGroups out;
  for (std::size_t i = 0; i < count; ++i) {
    out.order[i] = static_cast<std::uint8_t>(i);
    out.ends[i] = static_cast<std::uint8_t>(i + 1);
  }
  out.count = count;
  return out;
}

}  // namespace

ReplyGroups group_replies(std::span<const ReplyShape> replies, bool together) noexcept {
  const auto count = std::min(replies.size(), replies_per_batch);
  if (!together || count < 2) return one_by_one(count);
  Grouping grouping(replies);
  for (std::size_t i = 0; i < count; ++i) grouping.add(static_cast<std::uint8_t>(i));
  grouping.join_singles();
  return grouping.result();
}

}  // namespace godwit::daemon
