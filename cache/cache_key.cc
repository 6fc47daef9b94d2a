#include "cache/cache_key.h"

#include <sodium/crypto_shorthash.h>

#include <cstring>

namespace godwit::cache {
namespace {

static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<KeyedHash::Secret>);
static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));

constexpr std::uint64_t repeat(std::uint8_t octet) {
  return 0x0101010101010101 * octet;
}

// Lower-cases the ASCII letters among eight octets: bit 7 of a sum tells whether that octet is at
// or above a bound, and bit 5 is the case of a letter.
constexpr std::uint64_t lower_eight(std::uint64_t octets) {
  const std::uint64_t low = octets & repeat(0x7f);
  const std::uint64_t from_a = low + repeat(0x80 - 'A');
  const std::uint64_t beyond_z = low + repeat(0x80 - 'Z' - 1);
  const std::uint64_t is_upper = (from_a ^ beyond_z) & ~octets & repeat(0x80);
  return octets | is_upper >> 2;
}

// A name in lower case with room for a type behind it.
class LowerName {
 public:
  explicit LowerName(wire::Bytes name) noexcept : size_(std::min(name.size(), room)) {
    std::memcpy(octets_, name.data(), size_);
    for (std::size_t i = 0; i < size_; i += sizeof(std::uint64_t)) {
      std::uint64_t eight;
      std::memcpy(&eight, octets_ + i, sizeof eight);
      eight = lower_eight(eight);
      std::memcpy(octets_ + i, &eight, sizeof eight);
    }
  }
  void append(wire::RrType type) noexcept {
    wire::store_u16(octets_ + size_, static_cast<std::uint16_t>(type));
    size_ += 2;
  }
  [[nodiscard]] wire::Bytes octets() const noexcept { return {octets_, size_}; }

 private:
  static constexpr std::size_t room = 256;
  std::size_t size_;
  std::uint8_t octets_[room + sizeof(std::uint64_t)];
};

}  // namespace

std::uint64_t KeyedHash::bytes(wire::Bytes octets) const noexcept {
  std::uint64_t hash = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), octets.data(), octets.size(),
                   secret_.data());
  return hash;
}

std::uint64_t KeyedHash::owner(wire::Bytes name_wire) const noexcept {
  return bytes(LowerName(name_wire).octets());
}

std::uint64_t KeyedHash::operator()(wire::Bytes name_wire, wire::RrType type) const noexcept {
  LowerName name(name_wire);
  name.append(type);
  return bytes(name.octets());
}

std::uint64_t KeyedHash::operator()(const wire::Name& name, wire::RrType type) const noexcept {
  return (*this)(name.wire(), type);
}

std::uint64_t KeyedHash::operator()(const wire::IpAddress& address) const noexcept {
  return bytes(address.octets());
}

}  // namespace godwit::cache
