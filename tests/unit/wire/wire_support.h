// What the tests of wire/ share: names from plain text, messages put together octet by octet, and
// clocked calls. The names here know no escapes; those are tested with name_text.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string_view>

#include "tests/unit/wire/test_bytes.h"
#include "wire/message_builder.h"

namespace godwit::wire::test {

// "www.example.com" (no escapes), "" for the root.
inline Octets name_octets(std::string_view text) {
  Octets out;
  while (!text.empty()) {
    const std::string_view label = text.substr(0, text.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  out.push_back(0);
  return out;
}

inline Name name_of(std::string_view text) {
  return Name::from_wire(name_octets(text)).value();
}

// A name of `octets` octets, root label included, made of as few labels as can be.
inline Octets long_name(std::size_t octets) {
  Octets out;
  for (std::size_t left = octets - 1; left != 0;) {
    std::size_t label = std::min<std::size_t>(left - 1, 63);
    if (left - 1 - label == 1) --label;  // one octet left over would be no label
    out.push_back(static_cast<std::uint8_t>(label));
    out.insert(out.end(), label, 'x');
    left -= 1 + label;
  }
  out.push_back(0);
  return out;
}

// `count` labels of one octet each, and the root.
inline Octets short_labels(unsigned count) {
  Octets out;
  for (unsigned i = 0; i < count; ++i) {
    out.push_back(1);
    out.push_back('a');
  }
  out.push_back(0);
  return out;
}

// A message written octet by octet, right or wrong.
class Packet {
 public:
  Packet() : octets_(header_octets) {}
  explicit Packet(std::initializer_list<unsigned> counts) : Packet() {
    std::size_t at = 4;
    for (const unsigned count : counts) {
      store_u16(octets_.data() + at, static_cast<std::uint16_t>(count));
      at += 2;
    }
  }
  Packet& u8(unsigned v) {
    octets_.push_back(static_cast<std::uint8_t>(v));
    return *this;
  }
  Packet& u16(unsigned v) { return u8(v >> 8).u8(v & 0xff); }
  Packet& u32(std::uint32_t v) { return u16(v >> 16).u16(v & 0xffff); }
  Packet& bytes(Bytes data) {
    octets_.insert(octets_.end(), data.begin(), data.end());
    return *this;
  }
  Packet& name(std::string_view text) { return bytes(name_octets(text)); }
  Packet& pointer(std::size_t offset) { return u16(0xc000u | static_cast<unsigned>(offset)); }
  Packet& question(std::string_view qname, RrType type = RrType::a) {
    return name(qname).u16(static_cast<unsigned>(type)).u16(1);
  }
  // What follows the owner name.
  Packet& record(RrType type, std::uint32_t ttl, Bytes rdata, unsigned rr_class = 1) {
    u16(static_cast<unsigned>(type)).u16(rr_class).u32(ttl);
    return u16(static_cast<unsigned>(rdata.size())).bytes(rdata);
  }
  // An OPT record of the given options.
  Packet& opt(Bytes options, unsigned udp_payload = 1232, std::uint32_t ttl = 0) {
    return u8(0).record(RrType::opt, ttl, options, udp_payload);
  }
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  [[nodiscard]] Octets& octets() { return octets_; }
  operator Bytes() const { return octets_; }  // NOLINT: reads as the message it is

 private:
  Octets octets_;
};

// One EDNS option.
inline Octets option(unsigned code, Bytes body) {
  Octets out(4);
  store_u16(out.data(), static_cast<std::uint16_t>(code));
  store_u16(out.data() + 2, static_cast<std::uint16_t>(body.size()));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Reads all records; the first error, or nothing.
inline std::optional<WireError> first_error(Bytes message) {
  const auto view = MessageView::parse(message);
  if (!view) return view.error();
  RecordReader records = view->records();
  while (records.next()) {
  }
  return records.error();
}

// A small seeded generator (splitmix64), the same with every library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  unsigned below(unsigned bound) { return static_cast<unsigned>(next() % bound); }
  std::uint8_t octet() { return static_cast<std::uint8_t>(next()); }

 private:
  std::uint64_t state_;
};

// How much slower than the product the build at hand may be: sanitizers check each access, and
// without optimisation each accessor of a byte is a call.
#if defined(GODWIT_SANITIZED)
inline constexpr int slowness = 40;
#elif !defined(__OPTIMIZE__)
inline constexpr int slowness = 10;
#else
inline constexpr int slowness = 1;
#endif

// The processor time of the thread: others that run meanwhile do not count.
inline std::chrono::nanoseconds thread_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The shortest of some runs: caches may be cold and the processor shared, the code may not be slow.
template <class Call>
std::chrono::nanoseconds shortest_time(Call call, int runs = 20) {
  auto best = std::chrono::nanoseconds::max();
  for (int i = 0; i < runs; ++i) {
    const auto start = thread_time();
    call();
    best = std::min(best, thread_time() - start);
  }
  return best;
}

}  // namespace godwit::wire::test
