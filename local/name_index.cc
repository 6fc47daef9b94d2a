// Open addressing, the next slot after a full one.
#include "local/name_index.h"

namespace godwit::local {
namespace {

unsigned labels_of(wire::Bytes name) noexcept {
  unsigned labels = 0;
  for (std::size_t at = 0; name[at] != 0; at += 1u + name[at]) ++labels;
  return labels;
}

}  // namespace

std::size_t NameIndex::size_of(std::uint32_t number) const noexcept {
  const std::size_t end = number + 1 < starts_.size() ? starts_[number + 1] : octets_.size();
  return end - starts_[number];
}

// The slot that has the name, or the empty one where it would be.
std::size_t NameIndex::slot_of(wire::Bytes name) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash_.owner(name) & mask;; at = (at + 1) & mask) {
    const std::uint32_t number = slots_[at];
    if (number == none) return at;
    const wire::Bytes there = this->name(number);
    if (there.size() == name.size() && wire::equal_ignoring_case(there, name)) return at;
  }
}

std::uint32_t NameIndex::find(wire::Bytes name) const noexcept {
  return slots_[slot_of(name)];
}

std::uint32_t NameIndex::insert(wire::Bytes name) {
  std::size_t slot = slot_of(name);
  if (slots_[slot] != none) return slots_[slot];
  if (4 * (starts_.size() + 1) > 3 * slots_.size()) {
    grow();
    slot = slot_of(name);
  }
  const auto number = static_cast<std::uint32_t>(starts_.size());
  const std::size_t start = octets_.size();
  octets_.resize(start + name.size());
  wire::copy_lower(name, octets_.data() + start);
  starts_.push_back(static_cast<std::uint32_t>(start));
  slots_[slot] = number;
  labels_max_ = std::max(labels_max_, labels_of(name));
  return number;
}

void NameIndex::grow() {
  const std::size_t mask = 2 * slots_.size() - 1;
  slots_.assign(2 * slots_.size(), none);
  for (std::uint32_t number = 0; number < starts_.size(); ++number) {
    std::size_t at = hash_.owner(name(number)) & mask;
    while (slots_[at] != none) at = (at + 1) & mask;
    slots_[at] = number;
  }
}

}  // namespace godwit::local
