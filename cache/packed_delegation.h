// A delegation as the payload of a packed entry, whose owner is the cut. Names are written as far
// as they differ from the cut or from the name before them. Pure; any thread.
//
//   [ttl u32][servers u8][addresses u8] name ... address ... giver
//   name      labels, then how it goes on: 0 the root, 0x80|n the last n labels of the cut,
//             0xc0|n the last n labels of the name before
//   address   [server u7, IPv6 in the top bit][4 or 16 octets]
//   giver     the address of the server that gave it, if that is known: what is left
#pragma once

#include "cache/delegation_cache.h"
#include "cache/packed_entry.h"

namespace godwit::cache {

// Nothing when there are more servers or addresses than the form can count.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> pack_delegation(
    const Delegation& delegation);
// The delegation again. Names that were shared have the letter case of whom they shared it with.
[[nodiscard]] DelegationPtr read_delegation(const PackedEntry& entry);
// Whether the payload, which may be any octets, is such a form for that cut, a good name.
[[nodiscard]] bool is_sound_delegation(wire::Bytes cut, wire::Bytes payload) noexcept;

}  // namespace godwit::cache
