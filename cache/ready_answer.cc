// The payload, in the processor's own byte order:
//   head | marks | expiries, if there are several sets | runs of records | body
#include "cache/ready_answer.h"

#include <algorithm>

namespace godwit::cache {
namespace {

constexpr std::size_t record_fixed_octets = 10;  // type, class, TTL, RDLENGTH
constexpr std::size_t ttl_offset = 4;            // behind the owner name
constexpr std::size_t length_offset = 8;

// Where the owner name that begins at `at` is over; past the end when it is none.
std::size_t skip_name(wire::Bytes octets, std::size_t at) noexcept {
  while (at < octets.size()) {
    const std::uint8_t length = octets[at];
    if (length == 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += 1u + length;
  }
  return octets.size() + 1;
}

}  // namespace

// Walks the records of a body and notes where their TTLs are.
class ReadyAnswer::Packer {
 public:
  static constexpr std::size_t runs_max = 64;
  static constexpr std::size_t sets_max = 16;

  explicit Packer(const ReadyParts& parts) noexcept : parts_(parts) {}

  [[nodiscard]] bool walk() noexcept {
    if (parts_.body.size() > ready_body_octets_max || parts_.sets.size() > sets_max ||
        parts_.marks.size() > ChangeMarks::marks_max)
      return false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < parts_.sets.size(); ++i) {
      const std::size_t end = at + parts_.sets[i].octets;
      if (end > parts_.body.size() || !walk_set(i, at)) return false;
      at = end;
    }
    return at == parts_.body.size();
  }

  [[nodiscard]] wire::Bytes pack(wire::MutableBytes buffer) noexcept {
    head_.epoch = parts_.epoch;
    head_.life_seconds = parts_.life_seconds;
    head_.answer_count = parts_.answer_count;
    head_.authority_count = parts_.authority_count;
    head_.rcode = static_cast<std::uint8_t>(static_cast<unsigned>(parts_.rcode) |
                                            (parts_.secure ? secure_bit : 0u));
    head_.marks = static_cast<std::uint8_t>(parts_.marks.size());
    head_.runs = static_cast<std::uint8_t>(run_count_);
    std::array<Time, sets_max> expiries;
    // The entry's end is that of the only set, if nothing else ends it.
    const bool is_one = parts_.sets.size() == 1 && parts_.keep_until >= parts_.sets[0].expires;
    const std::size_t expiry_count = is_one ? 0 : parts_.sets.size();
    head_.expiries = static_cast<std::uint8_t>(expiry_count);
    for (std::size_t i = 0; i < expiry_count; ++i) expiries[i] = parts_.sets[i].expires;
    const std::size_t size = sizeof head_ + parts_.marks.size_bytes() +
                             expiry_count * sizeof(Time) + run_count_ * sizeof(Run) +
                             parts_.body.size();
    if (size > buffer.size()) return {};
    out_ = buffer.data();
    append(&head_, sizeof head_);
    append(parts_.marks.data(), parts_.marks.size_bytes());
    append(expiries.data(), expiry_count * sizeof(Time));
    append(runs_.data(), run_count_ * sizeof(Run));
    append(parts_.body.data(), parts_.body.size());
    return buffer.first(size);
  }

 private:
  [[nodiscard]] bool walk_set(std::size_t index, std::size_t at) noexcept {
    const ReadySet& set = parts_.sets[index];
    const wire::Bytes body = parts_.body.first(at + set.octets);
    Rotation rotation{at, 0, 0, 0};
    for (std::size_t i = 0; i < set.records; ++i) {
      const std::size_t fixed = skip_name(body, at);
      if (fixed + record_fixed_octets > body.size()) return false;
      const std::size_t rdata = wire::load_u16(body.data() + fixed + length_offset);
      const std::size_t end = fixed + record_fixed_octets + rdata;
      if (end > body.size() || !note(fixed + ttl_offset, end - at, index)) return false;
      if (i < set.rotated && !rotation.take(i, end - at, rdata)) return false;
      at = end;
    }
    return at == body.size() && (set.rotated < 2 || take_rotation(rotation, set.rotated));
  }

  struct Rotation {
    std::size_t at, first, other, rdata;
    // Whether record `index` is of the same shape as those before.
    [[nodiscard]] bool take(std::size_t index, std::size_t octets, std::size_t data) noexcept {
      if (index == 0) first = octets;
      if (index <= 1) other = octets;
      if (index == 0) rdata = data;
      return octets == (index == 0 ? first : other) && rdata == data;
    }
  };
  [[nodiscard]] bool take_rotation(const Rotation& rotation, std::size_t records) noexcept {
    if (head_.rotated != 0 || records > UINT8_MAX || rotation.rdata > UINT8_MAX) return false;
    head_.rotated = static_cast<std::uint8_t>(records);
    head_.rdata_octets = static_cast<std::uint8_t>(rotation.rdata);
    head_.rotated_at = static_cast<std::uint16_t>(rotation.at);
    head_.first_octets = static_cast<std::uint16_t>(rotation.first);
    head_.record_octets = static_cast<std::uint16_t>(rotation.other);
    return true;
  }

  // `octets`: of the record, whose TTL is as far from the next one's if that has the same shape.
  [[nodiscard]] bool note(std::size_t ttl_at, std::size_t octets, std::size_t set) noexcept {
    if (run_count_ > 0) {
      Run& last = runs_[run_count_ - 1];
      const std::size_t step = ttl_at - last.ttl_at - (last.count - 1u) * last.step;
      if (last.set == set && last.count < 255 && (last.count == 1 || step == last.step)) {
        last.step = static_cast<std::uint16_t>(step);
        ++last.count;
        return true;
      }
    }
    if (run_count_ == runs_max) return false;
    runs_[run_count_++] = {static_cast<std::uint16_t>(ttl_at), static_cast<std::uint16_t>(octets),
                           1, static_cast<std::uint8_t>(set)};
    return true;
  }

  void append(const void* data, std::size_t octets) noexcept {
    if (octets == 0) return;
    std::memcpy(out_, data, octets);
    out_ += octets;
  }

  const ReadyParts& parts_;
  Head head_;
  std::array<Run, runs_max> runs_;
  std::size_t run_count_ = 0;
  std::uint8_t* out_ = nullptr;
};

wire::Bytes pack_ready(const ReadyParts& parts, wire::MutableBytes buffer) noexcept {
  ReadyAnswer::Packer packer(parts);
  return packer.walk() ? packer.pack(buffer) : wire::Bytes{};
}

std::optional<ReadyAnswer> ReadyAnswer::read(const PackedEntry& entry) noexcept {
  const wire::Bytes payload = entry.payload;
  ReadyAnswer out;
  if (payload.size() < sizeof(Head)) return std::nullopt;
  out.head_ = item<Head>(payload.data(), 0);
  const std::size_t marks = sizeof(Head);
  const std::size_t expiries = marks + out.head_.marks * sizeof(ChangeMark);
  const std::size_t runs = expiries + out.head_.expiries * sizeof(Time);
  const std::size_t body = runs + out.head_.runs * sizeof(Run);
  if (body > payload.size()) return std::nullopt;
  out.marks_ = payload.data() + marks;
  out.expiries_ = payload.data() + expiries;
  out.runs_ = payload.data() + runs;
  out.body_ = payload.subspan(body);
  out.expires_ = entry.expires;
  return out;
}

bool ReadyAnswer::is_current(const ChangeStamps& stamps) const noexcept {
  for (std::size_t i = 0; i < head_.marks; ++i)
    if (!stamps.is_current(item<ChangeMark>(marks_, i))) return false;
  return true;
}

// The records stay where they are, their data moves. Most are of one length and move as a whole.
void ReadyAnswer::rotate(std::uint8_t* out, std::uint32_t first) const noexcept {
  const std::size_t step = head_.record_octets;
  const std::uint8_t* const from = body_.data() + head_.rotated_at;
  out += head_.rotated_at;
  if (head_.first_octets == step) {
    const std::size_t later = (head_.rotated - first) * step;
    std::memcpy(out, from + first * step, later);
    std::memcpy(out + later, from, first * step);
    return;
  }
  const std::size_t data_at = std::size_t{head_.first_octets} - head_.rdata_octets;
  for (std::size_t i = 0; i < head_.rotated; ++i)
    std::memcpy(out + data_at + i * step, from + data_at + (i + first) % head_.rotated * step,
                head_.rdata_octets);
}

void ReadyAnswer::write(std::uint8_t* out, std::uint32_t rotate_by, Time now) const noexcept {
  std::memcpy(out, body_.data(), body_.size());
  const std::uint32_t first = head_.rotated > 1 ? rotate_by % head_.rotated : 0;
  if (first != 0) rotate(out, first);
  for (std::size_t i = 0; i < head_.runs; ++i) {
    const Run run = item<Run>(runs_, i);
    const Time expires = head_.expiries > 0 ? item<Time>(expiries_, run.set) : expires_;
    const std::uint32_t ttl = ttl_left(expires, now);
    std::uint8_t* at = out + run.ttl_at;
    for (unsigned k = 0; k < run.count; ++k, at += run.step) wire::store_u32(at, ttl);
  }
}

}  // namespace godwit::cache
