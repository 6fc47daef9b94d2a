// An RRset as the payload of a packed entry: owner and type are the entry's key, its standing and
// the form its rank. Pure; any thread.
//
//   short form   [ttl u32][RDATA][giver]              one small record without signatures
//   long form    [ttl u32][records u16][signatures u16][records packed][signatures packed][giver]
//   giver        the address of the server that gave it; the rank says of which family, if any
#pragma once

#include <boost/container/small_vector.hpp>

#include "cache/giver.h"
#include "cache/packed_entry.h"
#include "cache/trust.h"
#include "wire/rrset.h"

namespace godwit::cache {

class PackedRRset {
 public:
  PackedRRset(const wire::RRset& set, Standing standing, const Giver& giver = {});
  [[nodiscard]] std::uint8_t rank() const noexcept { return rank_; }
  // Lifetime: this object's.
  [[nodiscard]] wire::Bytes payload() const noexcept { return {payload_.data(), payload_.size()}; }

  [[nodiscard]] static Standing standing_of(std::uint8_t rank) noexcept {
    return {static_cast<Trust>(rank & trust_mask),
            static_cast<Security>(rank >> security_shift & security_mask)};
  }
  // The same rank with other security.
  [[nodiscard]] static std::uint8_t with_security(std::uint8_t rank, Security security) noexcept {
    constexpr unsigned others = ~(unsigned{security_mask} << security_shift);
    return static_cast<std::uint8_t>((rank & others) | static_cast<unsigned>(security)
                                                           << security_shift);
  }
  // The set again, of class IN.
  [[nodiscard]] static wire::RRsetPtr read(const PackedEntry& entry);
  [[nodiscard]] static Giver giver_of(const PackedEntry& entry) noexcept;
  // Whether rank and payload, which may be any octets, are such a form of a set of that type with
  // so many records at most.
  [[nodiscard]] static bool is_sound(wire::RrType type, std::uint8_t rank, wire::Bytes payload,
                                     std::size_t records_max) noexcept;

 private:
  static constexpr std::uint8_t trust_mask = 0x07;
  static constexpr std::uint8_t giver_v4 = 0x08, giver_v6 = 0x80;
  static constexpr std::uint8_t is_short = 0x10;
  static constexpr unsigned security_shift = 5;
  static constexpr std::uint8_t security_mask = 0x03;
  static constexpr std::size_t short_rdata_octets_max = 64;
  // How many octets of the payload are the giver's.
  [[nodiscard]] static constexpr std::size_t giver_octets(std::uint8_t rank) noexcept {
    return ((rank & giver_v4) != 0 ? 4u : 0u) + ((rank & giver_v6) != 0 ? 16u : 0u);
  }
  std::uint8_t rank_;
  // As large as most are.
  boost::container::small_vector<std::uint8_t, 128> payload_;
};

}  // namespace godwit::cache
