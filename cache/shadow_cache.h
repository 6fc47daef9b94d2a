// A cache without its contents: what it would have found, had it so many octets. The least recently
// used goes first, and an entry counts as long as it lives. One thread.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace godwit::cache {

// A question that was answered, as those who simulate see it.
struct ShadowUse {
  std::uint64_t key = 0;     // of the question; its low half decides about the sample
  std::uint32_t at = 0;      // seconds since any moment
  std::uint32_t ttl = 0;     // seconds that the answer lives when it is fetched
  std::uint32_t left = 0;    // seconds that it had left in the real cache; 0: it was not there
  std::uint32_t octets = 0;  // that the answer takes
};

class ShadowCache {
 public:
  explicit ShadowCache(double octets_max) : octets_max_(octets_max) {}

  // Looks for the entry of the question, and puts it in where it is not. Whether it was there and
  // lived. What lives in the real cache lives here, too, if it has not gone for want of room: the
  // real one may have fetched it again in time. Cost: one look-up in a hash table, mostly.
  bool use(const ShadowUse& what);
  // What is too much goes.
  void set_octets_max(double octets_max);
  // Entries whose keys have a low half of that or more go.
  void keep_below(std::uint32_t place);
  [[nodiscard]] std::size_t entries() const noexcept { return places_.size(); }

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  struct Node {
    std::uint64_t key = 0;
    std::uint32_t expires = 0;
    std::uint32_t octets = 0;
    std::uint32_t newer = nobody, older = nobody;
  };
  void put_first(std::uint32_t index) noexcept;
  void take_out(std::uint32_t index) noexcept;
  void drop(std::uint32_t index);
  void make_room();
  double octets_max_;
  double octets_ = 0;
  bool has_evicted_ = false;
  std::unordered_map<std::uint64_t, std::uint32_t> places_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
  std::uint32_t newest_ = nobody, oldest_ = nobody;
};

}  // namespace godwit::cache
