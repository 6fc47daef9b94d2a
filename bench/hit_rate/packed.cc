// The table that godwit keeps its entries in, itself: what its policy comes to with its index, its
// shards and its clock. Its size is that of everything in it, unlike that of the other policies.
#include <array>

#include "bench/hit_rate/policies.h"
#include "cache/packed_table.h"

namespace godwit::bench {
namespace {

constexpr std::size_t owner_octets = 10;  // one label of eight, and the root

class Packed : public Policy {
 public:
  explicit Packed(const CacheSize& size) : table_(hash_, {.octets_max = size.octets}) {}

  bool ask(const Asked& asked) override {
    const auto owner = owner_of(asked.key);
    const cache::PackedKey key{hash_.owner(owner), owner, 1, 0};
    const cache::Time now{std::chrono::milliseconds(asked.now_ms)};
    if (table_.find(key, now, room_)) return true;
    const std::size_t other = cache::PackedHead::octets + owner_octets;
    payload_.resize(asked.octets > other ? asked.octets - other : 0);
    cache::PackedValue value{now + std::chrono::milliseconds(asked.ttl_ms), 0, payload_};
    table_.put(key, value, now);
    return false;
  }

 private:
  using Owner = std::array<std::uint8_t, owner_octets>;

  [[nodiscard]] static Owner owner_of(Key key) {
    Owner owner{8};
    for (std::size_t i = 1; i <= 8; ++i, key >>= 4) {
      owner[i] = static_cast<std::uint8_t>('a' + (key & 15));
    }
    return owner;
  }

  cache::KeyedHash hash_{cache::KeyedHash::Secret{}};
  cache::PackedTable table_;
  cache::PackedBuffer room_;
  std::vector<std::uint8_t> payload_;
};

}  // namespace

std::unique_ptr<Policy> make_packed(const CacheSize& size) {
  return std::make_unique<Packed>(size);
}

}  // namespace godwit::bench
