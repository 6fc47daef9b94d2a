// Why a cache has no entry that could be used.
#pragma once

#include <cstdint>

namespace godwit::cache {

enum class Absence : std::uint8_t {
  unknown,  // it never was there, or nothing is remembered of it
  expired,  // its time was over; it may have gone since
  evicted,  // it went for want of room, before its time was over
};

}  // namespace godwit::cache
