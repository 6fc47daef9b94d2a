#include "wire/name_compressor.h"

#include <cstring>

#include "wire/codes.h"

namespace godwit::wire {

namespace {

constexpr std::size_t pointer_target_max = 0x3fff;
constexpr std::uint16_t pointer_word = 0xc000;

std::uint64_t load_up_to_8(const std::uint8_t* p, std::size_t count) noexcept {
  if (count >= 8) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
  }
  if (count >= 4) {
    std::uint32_t first;
    std::uint32_t last;
    std::memcpy(&first, p, sizeof first);
    std::memcpy(&last, p + count - 4, sizeof last);
    return std::uint64_t{last} << 32 | first;
  }
  return std::uint64_t{p[count - 1]} << 16 | std::uint64_t{p[count / 2]} << 8 | p[0];
}

// Not keyed: the table is small, a hit is verified, and the number of look-ups is limited, so that
// collisions made on purpose cost compression alone.
std::uint64_t add_label(std::uint64_t hash, const std::uint8_t* label) noexcept {
  std::size_t left = 1u + label[0];
  const std::uint8_t* p = label;
  for (;;) {
    hash = (hash ^ load_up_to_8(p, left)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
    if (left <= 8) return hash;
    p += 8;
    left -= 8;
  }
}

// Whether the name at `offset`, written before, is `suffix`, and few enough pointers away from it.
bool is_name_at(Bytes message, std::size_t offset, Bytes suffix) noexcept {
  const std::uint8_t* wanted = suffix.data();
  unsigned hops = 1;
  for (;;) {
    const std::uint8_t* label = message.data() + offset;
    if (*label > label_octets_max) {
      if (++hops > NameCompressor::hops_max) return false;
      offset = load_u16(label) & pointer_target_max;
      continue;
    }
    if (*label != *wanted || std::memcmp(label, wanted, 1u + *label) != 0) return false;
    if (*label == 0) return true;
    offset += 1u + *label;
    wanted += 1u + *label;
  }
}

}  // namespace

// The suffixes of a name, from the whole of it to its last label.
struct NameCompressor::Suffixes {
  std::array<std::uint8_t, labels_max> starts;
  std::array<std::uint32_t, labels_max> hashes;
  unsigned count;
};

NameCompressor::Suffixes NameCompressor::suffixes_of(Bytes name) noexcept {
  Suffixes suffixes;
  suffixes.count = 0;
  for (std::size_t at = 0; name[at] != 0; at += 1u + name[at])
    suffixes.starts[suffixes.count++] = static_cast<std::uint8_t>(at);
  std::uint64_t hash = 0;
  for (unsigned i = suffixes.count; i-- != 0;) {
    hash = add_label(hash, name.data() + suffixes.starts[i]);
    suffixes.hashes[i] = static_cast<std::uint32_t>(hash >> 32);
  }
  return suffixes;
}

void NameCompressor::reset() noexcept {
  forget_from(0);
  lookups_ = 0;
}

void NameCompressor::forget_from(std::size_t position) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < used_count_; ++i) {
    Slot& slot = slots_[used_[i]];
    if (slot.offset >= position)
      slot = {};
    else
      used_[kept++] = used_[i];
  }
  used_count_ = kept;
}

// A suffix has two slots to be in. The upper bits of a product are the well mixed ones.
std::uint16_t NameCompressor::find(Bytes message, Bytes suffix, std::uint32_t hash) const noexcept {
  const std::size_t home = hash >> 24;
  const auto tag = static_cast<std::uint16_t>(hash);
  for (const std::size_t at : {home, home ^ 1}) {
    const Slot& slot = slots_[at];
    if (slot.offset != 0 && slot.tag == tag && is_name_at(message, slot.offset, suffix))
      return slot.offset;
  }
  return 0;
}

void NameCompressor::insert(std::size_t offset, std::uint32_t hash) noexcept {
  if (offset > pointer_target_max) return;
  const std::size_t home = hash >> 24;
  for (const std::size_t at : {home, home ^ 1}) {
    if (slots_[at].offset != 0) continue;
    slots_[at] = {static_cast<std::uint16_t>(offset), static_cast<std::uint16_t>(hash)};
    used_[used_count_++] = static_cast<std::uint8_t>(at);
    return;
  }
}

void NameCompressor::write(ByteWriter& message, Bytes name) noexcept {
  if (name.size() == 1 || lookups_ >= lookups_max) {
    message.bytes(name);
    return;
  }
  const Suffixes suffixes = suffixes_of(name);
  const std::size_t start = message.position();
  std::uint16_t target = 0;
  unsigned written = 0;  // labels before the pointer
  for (; written < suffixes.count && lookups_ < lookups_max; ++written) {
    ++lookups_;
    const Bytes suffix = name.subspan(suffixes.starts[written]);
    target = find(message.written(), suffix, suffixes.hashes[written]);
    if (target != 0) break;
  }
  if (target != 0) {
    message.bytes(name.first(suffixes.starts[written]));
    message.u16(static_cast<std::uint16_t>(pointer_word | target));
  } else {
    message.bytes(name);
  }
  if (!message.ok()) return;
  for (unsigned i = 0; i < written; ++i) insert(start + suffixes.starts[i], suffixes.hashes[i]);
}

void NameCompressor::write_whole(ByteWriter& message, Bytes name) noexcept {
  const std::size_t start = message.position();
  message.bytes(name);
  if (!message.ok() || name.size() == 1) return;
  const Suffixes suffixes = suffixes_of(name);
  for (unsigned i = 0; i < suffixes.count; ++i)
    insert(start + suffixes.starts[i], suffixes.hashes[i]);
}

}  // namespace godwit::wire
