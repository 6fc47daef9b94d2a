// One octet says which step it is; its fields follow in order: numbers in groups of seven bits, the
// lowest first; names, texts and addresses stand behind their size.
#include "iterator/step_log.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <type_traits>

#include "iterator/response.h"

namespace godwit::iterator {

namespace {

using namespace trace;

constexpr std::size_t text_octets_max = 400;
// Two names and a text, with room for all numbers there are in one step.
constexpr std::size_t step_octets_max = 2 * 256 + text_octets_max + 256;
static_assert(step_octets_max <= step_log_octets_max - step_log_octets);

// The members of a step that are told of, in order; of constant ones if it is constant.
template <class Step>
auto fields(Step& e) noexcept {
  using Of = std::remove_const_t<Step>;
  if constexpr (std::is_same_v<Of, Started>)
    return std::tie(e.name, e.type, e.depth, e.for_chain);
  else if constexpr (std::is_same_v<Of, Ended>)
    return std::tie(e.rcode, e.error);
  else if constexpr (std::is_same_v<Of, Joined>)
    return std::tie(e.name, e.type, e.flight);
  else if constexpr (std::is_same_v<Of, CacheLookup>)
    return std::tie(e.name, e.type, e.result, e.ttl_left, e.age, e.security, e.giver);
  else if constexpr (std::is_same_v<Of, ProofUsed>)
    return std::tie(e.owner, e.type, e.ttl_left, e.giver);
  else if constexpr (std::is_same_v<Of, NotCached>)
    return std::tie(e.name, e.type);
  else if constexpr (std::is_same_v<Of, FailureRecalled>)
    return std::tie(e.error, e.detail);
  else if constexpr (std::is_same_v<Of, DelegationUsed>)
    return std::tie(e.cut, e.source, e.mode, e.servers, e.glue, e.seconds_left, e.giver);
  else if constexpr (std::is_same_v<Of, ServerKnown>)
    return std::tie(e.name, e.address, e.source);
  else if constexpr (std::is_same_v<Of, ServerWithoutAddress>)
    return std::tie(e.name, e.needs_glue);
  else if constexpr (std::is_same_v<Of, ZoneChosen>)
    return std::tie(e.cut, e.addresses, e.forward);
  else if constexpr (std::is_same_v<Of, ServerChosen>)
    return std::tie(e.server, e.is_known, e.rtt, e.timeouts_in_row, e.is_down);
  else if constexpr (std::is_same_v<Of, ServerPassedOver>)
    return std::tie(e.server, e.why, e.measure);
  else if constexpr (std::is_same_v<Of, QuerySent>)
    return std::tie(e.server, e.transport, e.name, e.type, e.edns, e.timeout);
  else if constexpr (std::is_same_v<Of, QueryDone>)
    return std::tie(e.server, e.outcome, e.elapsed, e.octets);
  else if constexpr (std::is_same_v<Of, Classified>)
    return std::tie(e.server, e.kind, e.rcode, e.records_dropped, e.outside_bailiwick);
  else if constexpr (std::is_same_v<Of, RecordDropped>)
    return std::tie(e.owner, e.type, e.section, e.why);
  else if constexpr (std::is_same_v<Of, Referred>)
    return std::tie(e.cut, e.servers, e.glue, e.has_ds);
  else if constexpr (std::is_same_v<Of, AliasFollowed>)
    return std::tie(e.from, e.to, e.what);
  else if constexpr (std::is_same_v<Of, AddressLookup>)
    return std::tie(e.server, e.type);
  else if constexpr (std::is_same_v<Of, ZoneTrusted>)
    return std::tie(e.zone, e.security, e.keys, e.was_known, e.seconds_left);
  else if constexpr (std::is_same_v<Of, SetJudged>)
    return std::tie(e.owner, e.type, e.security, e.key_tag, e.zone);
  else if constexpr (std::is_same_v<Of, DenialJudged>)
    return std::tie(e.name, e.security);
  else if constexpr (std::is_same_v<Of, Disbelieved>)
    return std::tie(e.server, e.failure);
  else if constexpr (std::is_same_v<Of, Spent>)
    return std::tie(e.packets, e.octets, e.steps, e.failed_address_lookups, e.signature_checks,
                    e.signature_microseconds, e.failed_checks, e.nsec3_hash_blocks);
  else if constexpr (std::is_same_v<Of, Finished>)
    return std::tie(e.name, e.type, e.rcode, e.error, e.packets, e.elapsed, e.security,
                    e.gave_stale);
  else if constexpr (std::is_same_v<Of, OfLimit>)
    return std::tie(e.spent, e.limit);
  else if constexpr (std::is_same_v<Of, dnssec::Failure>)
    return std::tie(e.fault, e.algorithm, e.key_tag, e.time, e.type, e.owner, e.zone);
}

// What tells how a resolution ended is kept when there is no room for how it went.
template <class Step>
constexpr bool tells_the_end = std::is_same_v<Step, Ended> || std::is_same_v<Step, Spent> ||
                               std::is_same_v<Step, Finished> || std::is_same_v<Step, Disbelieved>;

class StepWriter {
 public:
  explicit StepWriter(std::uint8_t* at) noexcept : at_(at) {}
  [[nodiscard]] std::uint8_t* end() const noexcept { return at_; }

  template <class Field>
  void put(const Field& field) noexcept {
    if constexpr (std::is_same_v<Field, wire::Name>)
      put_octets(field.wire());
    else if constexpr (std::is_same_v<Field, std::string>)
      put_text(field);
    else if constexpr (std::is_same_v<Field, cache::Giver>)
      put_octets(cache::octets_of(field));
    else if constexpr (std::is_same_v<Field, wire::Endpoint>)
      put_octets(field.address.octets()), put_number(field.port);
    else if constexpr (std::is_same_v<Field, cache::Duration>)
      put_number(static_cast<std::uint64_t>(std::max<std::int64_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(field).count(), 0)));
    else if constexpr (std::is_class_v<Field>)
      std::apply([&](const auto&... all) { (put(all), ...); }, fields(field));
    else
      put_number(static_cast<std::uint64_t>(field));
  }

 private:
  void put_number(std::uint64_t number) noexcept {
    for (; number >= 0x80; number >>= 7) *at_++ = static_cast<std::uint8_t>(number | 0x80);
    *at_++ = static_cast<std::uint8_t>(number);
  }
  void put_octets(wire::Bytes octets) noexcept {
    put_number(octets.size());
    at_ = std::copy(octets.begin(), octets.end(), at_);
  }
  void put_text(std::string_view text) noexcept {
    text = text.substr(0, text_octets_max);
    put_number(text.size());
    at_ = std::copy(text.begin(), text.end(), at_);
  }
  std::uint8_t* at_;
};

// What goes beyond the end reads as zeros, and is damage.
class StepReader {
 public:
  explicit StepReader(wire::Bytes octets) noexcept : left_(octets) {}
  [[nodiscard]] bool is_at_end() const noexcept { return left_.empty(); }
  [[nodiscard]] bool is_damaged() const noexcept { return damaged_; }

  template <class Field>
  void take(Field& field) {
    if constexpr (std::is_same_v<Field, wire::Name>) {
      const wire::Result<wire::Name> name = wire::Name::from_wire(take_octets(take_number()));
      if (name) field = *name;
      damaged_ = damaged_ || !name;
    } else if constexpr (std::is_same_v<Field, std::string>) {
      const wire::Bytes octets = take_octets(take_number());
      field.assign(octets.begin(), octets.end());
    } else if constexpr (std::is_same_v<Field, cache::Giver>) {
      field = take_giver();
    } else if constexpr (std::is_same_v<Field, wire::Endpoint>) {
      const cache::Giver address = take_giver();
      damaged_ = damaged_ || !address;
      if (address) field.address = *address;
      field.port = static_cast<std::uint16_t>(take_number());
    } else if constexpr (std::is_same_v<Field, cache::Duration>) {
      field = std::chrono::microseconds(take_number() & 0x7fff'ffff'ffff);
    } else if constexpr (std::is_class_v<Field>) {
      std::apply([&](auto&... all) { (take(all), ...); }, fields(field));
    } else {
      field = static_cast<Field>(take_number());
    }
  }

 private:
  std::uint64_t take_number() noexcept {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const wire::Bytes one = take_octets(1);
      if (one.empty()) return 0;
      number |= std::uint64_t{one[0] & 0x7fU} << shift;
      if (one[0] < 0x80) return number;
    }
    damaged_ = true;
    return 0;
  }
  wire::Bytes take_octets(std::uint64_t count) noexcept {
    damaged_ = damaged_ || count > left_.size();
    if (damaged_) return {};
    const wire::Bytes taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  cache::Giver take_giver() noexcept {
    const wire::Bytes octets = take_octets(take_number());
    damaged_ = damaged_ || !cache::can_be_giver(octets.size());
    return cache::giver_of(octets);
  }
  wire::Bytes left_;
  bool damaged_ = false;
};

template <std::size_t index = 0>
std::optional<Event> take_step(std::size_t wanted, StepReader& reader) {
  if constexpr (index == std::variant_size_v<Event>) {
    return std::nullopt;
  } else {
    if (wanted != index) return take_step<index + 1>(wanted, reader);
    std::variant_alternative_t<index, Event> step{};
    reader.take(step);
    if (reader.is_damaged()) return std::nullopt;
    return Event(std::in_place_index<index>, std::move(step));
  }
}

}  // namespace

void StepLog::make_room(std::size_t octets) {
  if (room_octets_ - size_ >= octets) return;
  const std::size_t larger = std::max(size_ + octets, 2 * room_octets_);
  std::unique_ptr<std::uint8_t[]> room(new std::uint8_t[larger]);
  std::copy_n(room_.get(), size_, room.get());
  room_ = std::move(room);
  room_octets_ = larger;
}

void StepLog::on(Told told) {
  make_room(step_octets_max);
  std::uint8_t* const begin = room_.get() + size_;
  *begin = static_cast<std::uint8_t>(told.index());
  StepWriter writer(begin + 1);
  bool is_end = false;
  told.visit([&]<class Step>(const Step& step) {
    writer.put(step);
    is_end = tells_the_end<Step>;
  });
  const std::size_t end = static_cast<std::size_t>(writer.end() - room_.get());
  if (end > (is_end ? step_log_octets_max : step_log_octets))
    ++left_out_;
  else
    size_ = end;
}

std::vector<Event> read_steps(wire::Bytes log) {
  std::vector<Event> steps;
  StepReader reader(log);
  while (!reader.is_at_end()) {
    std::uint8_t which = 0;
    reader.take(which);
    std::optional<Event> step = take_step(which, reader);
    if (!step) break;
    steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace godwit::iterator
