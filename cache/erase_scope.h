// What an operator wants forgotten: a name and all below it, of one type or of all. Pure; any
// thread.
#pragma once

#include <optional>

#include "wire/name.h"

namespace godwit::cache {

struct EraseScope {
  wire::Name top;  // the root: everything
  std::optional<wire::RrType>
      type;  // of sets, NODATA and failures; what denies all types goes, too

  // Whether a name, in wire form, is `top` or below it. Cost: one comparison, mostly of few octets.
  [[nodiscard]] bool covers(wire::Bytes owner) const noexcept {
    const wire::Bytes end = top.wire();
    if (owner.size() < end.size() || !wire::equal_ignoring_case(owner.last(end.size()), end))
      return false;
    std::size_t at = 0;
    while (at < owner.size() - end.size()) at += 1u + owner[at];
    return at == owner.size() - end.size();
  }
  [[nodiscard]] bool covers(wire::Bytes owner, std::uint16_t of) const noexcept {
    return (!type || static_cast<std::uint16_t>(*type) == of) && covers(owner);
  }
};

}  // namespace godwit::cache
