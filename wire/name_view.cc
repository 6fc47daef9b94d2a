#include "wire/name_view.h"

namespace godwit::wire {

namespace {

constexpr std::uint8_t pointer_mark = 0xc0;

// Where the pointer whose first octet is at `p` leads.
std::size_t pointer_target(const std::uint8_t* p) noexcept {
  return load_u16(p) & 0x3fffu;
}

// Calls `visit(octets)` for each run of the name at `offset`, the last with the root label; stops
// when it answers false. A run is what stands in one piece: labels up to a pointer or the end.
template <class Visit>
bool for_each_run(Bytes message, std::size_t offset, Visit visit) noexcept {
  const std::uint8_t* const base = message.data();
  for (;;) {
    std::size_t at = offset;
    while (base[at] != 0 && base[at] < pointer_mark) at += 1u + base[at];
    const bool is_last = base[at] == 0;
    if (!visit(Bytes{base + offset, at - offset + (is_last ? 1 : 0)})) return false;
    if (is_last) return true;
    offset = pointer_target(base + at);
  }
}

}  // namespace

Result<NameView> NameView::parse(Bytes message, std::size_t offset) noexcept {
  NameView view;
  if (const auto error = view.read(message, offset)) return *error;
  return view;
}

std::optional<WireError> NameView::read(Bytes message, std::size_t offset) noexcept {
  if (message.size() > message_octets_max) message = message.first(message_octets_max);
  if (offset >= message.size()) return WireError::short_input;
  const std::uint8_t* const base = message.data();
  const std::size_t end = message.size();
  std::size_t name_end = 0;  // known at the first pointer
  std::size_t at = offset;
  std::size_t run_start = offset;
  std::size_t size = 1;  // with the root label
  unsigned labels = 0;
  unsigned hops = 0;
  for (;;) {
    if (at >= end) return WireError::short_input;
    const std::uint8_t octet = base[at];
    if (octet == 0) break;
    if (octet <= label_octets_max) {
      at += 1u + octet;
      size += 1u + octet;
      if (size > name_octets_max) return WireError::name_too_long;
      ++labels;
      continue;
    }
    if (octet < pointer_mark) return WireError::bad_label;
    if (end - at < 2) return WireError::short_input;
    if (hops == 0) name_end = at + 2;
    if (++hops > compression_hops_max) return WireError::too_many_pointers;
    at = pointer_target(base + at);
    if (at >= run_start || at < header_octets) return WireError::bad_pointer;
    run_start = at;
  }
  message_ = message;
  offset_ = static_cast<std::uint16_t>(offset);
  end_offset_ = static_cast<std::uint16_t>(hops == 0 ? at + 1 : name_end);
  size_ = static_cast<std::uint8_t>(size);
  labels_ = static_cast<std::uint8_t>(labels);
  hops_ = static_cast<std::uint8_t>(hops);
  return {};
}

void NameView::copy_to(std::uint8_t* out) const noexcept {
  for_each_run(message_, offset_, [&out](Bytes run) {
    std::memcpy(out, run.data(), run.size());
    out += run.size();
    return true;
  });
}

Name NameView::to_name() const noexcept {
  Name name;
  copy_to(name.octets_.data());
  name.size_ = size_;
  name.labels_ = labels_;
  return name;
}

bool NameView::is(Bytes name_wire) const noexcept {
  if (size_ != name_wire.size()) return false;
  const std::uint8_t* theirs = name_wire.data();
  return for_each_run(message_, offset_, [&theirs](Bytes run) {
    const bool equal = equal_ignoring_case(run, {theirs, run.size()});
    theirs += run.size();
    return equal;
  });
}

bool NameView::is_identical(const Name& other) const noexcept {
  if (size_ != other.size()) return false;
  const std::uint8_t* theirs = other.wire().data();
  return for_each_run(message_, offset_, [&theirs](Bytes run) {
    const bool equal = std::memcmp(run.data(), theirs, run.size()) == 0;
    theirs += run.size();
    return equal;
  });
}

}  // namespace godwit::wire
