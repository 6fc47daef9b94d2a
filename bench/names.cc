#include "bench/names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "wire/name_text.h"

namespace godwit::bench {
namespace {

constexpr std::uint32_t numbers_max = 100'000'000;
constexpr double zipf_exponent = 0.95;
// A prime, so that ranks are spread over all numbers, each to another one: names that are asked for
// often must not lie together because they were stored together.
constexpr std::uint64_t spread = 2'654'435'761U;

std::vector<double> summed_popularity(std::uint32_t names) {
  std::vector<double> sums(names);
  double sum = 0;
  for (std::uint32_t rank = 0; rank < names; ++rank)
    sums[rank] = sum += std::pow(rank + 1.0, -zipf_exponent);
  return sums;
}

std::vector<std::uint32_t> draw(Skew skew, std::uint32_t names, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  if (skew == Skew::one) return out;
  std::mt19937_64 random(1);
  const std::vector<double> sums = summed_popularity(skew == Skew::zipf ? names : 1);
  std::uniform_real_distribution<double> popularity(0, sums.back());
  for (std::uint32_t& number : out) {
    std::uint64_t rank = random() % names;
    if (skew == Skew::zipf) {
      const auto found = std::lower_bound(sums.begin(), sums.end() - 1, popularity(random));
      rank = static_cast<std::uint64_t>(found - sums.begin());
    }
    number = static_cast<std::uint32_t>(rank * spread % names);
  }
  return out;
}

}  // namespace

cache::KeyedHash fixed_hash() {
  return cache::KeyedHash({1, 2, 3, 4, 5, 6, 7, 8});
}

wire::Name numbered_name(std::uint32_t number) {
  std::string octets = "\x09h" + std::to_string(numbers_max + number % numbers_max).substr(1);
  octets += "\7example\3net";
  octets.push_back('\0');
  return wire::Name::from_valid_wire(
      {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
}

wire::RRsetPtr address_set(const wire::Name& owner) {
  wire::RRsetBuilder builder(owner, wire::RrType::a);
  builder.add(std::array<std::uint8_t, 4>{192, 0, 2, 1}, ttl_seconds);
  return builder.build();
}

Questions::Questions(Skew skew, std::uint32_t names) : stride_(numbered_name(0).size()) {
  octets_.reserve(count * stride_);
  for (const std::uint32_t number : draw(skew, names, count)) {
    const wire::Name name = numbered_name(number);
    octets_.insert(octets_.end(), name.wire().begin(), name.wire().end());
  }
}

const Questions& questions(Skew skew, std::uint32_t names) {
  static std::mutex mutex;
  static std::map<std::pair<Skew, std::uint32_t>, std::unique_ptr<Questions>> made;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Questions>& found = made[{skew, names}];
  if (!found) found = std::make_unique<Questions>(skew, names);
  return *found;
}

}  // namespace godwit::bench
