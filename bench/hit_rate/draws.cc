#include "bench/hit_rate/draws.h"

#include <array>

namespace godwit::bench {
namespace {

struct Share {
  double up_to;  // of all draws
  std::uint32_t low;
  std::uint32_t high;
};

// A 2012 count over 6.3 million names that a large public resolver was asked for (00f.net, "On the
// distribution of DNS TTLs") has 0.16 % of the TTLs at 0, 9.84 % at no more than a minute, 16.32 %
// at two, 39.88 % at five and 70.07 % at an hour, with peaks at 1, 2, 5 and 10 minutes, 1 and 4
// hours and a day, little between 10 minutes and an hour, and hardly anything over a day. The
// shares between those points are ours.
constexpr std::array<Share, 12> measured_ttls{{{0.0016, 0, 0},
                                               {0.02, 1, 30},
                                               {0.0984, 60, 60},
                                               {0.1632, 120, 120},
                                               {0.20, 121, 299},
                                               {0.3988, 300, 300},
                                               {0.47, 600, 600},
                                               {0.50, 601, 3599},
                                               {0.7007, 3600, 3600},
                                               {0.86, 14400, 14400},
                                               {0.88, 14401, 86399},
                                               {1.0, 86400, 86400}}};

// An address or two and a short name; aliases and several addresses; long TXT, HTTPS and the like.
constexpr std::array<Share, 3> entry_octets{{{0.6, 64, 104}, {0.9, 104, 176}, {1.0, 176, 300}}};

// One exchange nearby, one far away or a few of them, several or a slow server.
constexpr std::array<Share, 3> fetch_cost_ms{{{0.5, 5, 30}, {0.9, 30, 150}, {1.0, 150, 1000}}};

template <std::size_t Rows>
std::uint32_t draw(Random& random, const std::array<Share, Rows>& shares) {
  const double unit = random.unit();
  for (const Share& share : shares) {
    if (unit < share.up_to) return share.low + random.below(share.high - share.low + 1);
  }
  return shares.back().high;
}

}  // namespace

std::uint32_t draw_ttl_s(Random& random) {
  return draw(random, measured_ttls);
}

std::uint32_t draw_octets(Random& random) {
  return (draw(random, entry_octets) + 7) / 8 * 8;
}

std::uint32_t draw_cost_ms(Random& random) {
  return draw(random, fetch_cost_ms);
}

}  // namespace godwit::bench
