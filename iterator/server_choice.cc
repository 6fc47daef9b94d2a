#include "iterator/server_choice.h"

#include <algorithm>
#include <vector>

namespace godwit::iterator {

namespace {

struct Ranked {
  std::size_t index;
  std::uint8_t sends;
  Duration rtt;
  bool family_down;
  cache::ServerState state;
};

Duration estimate(const cache::ServerState& state, bool family_down) {
  const Duration rtt = state.known ? state.srtt : unknown_server_rtt;
  return family_down ? rtt + std::chrono::seconds(10) : rtt;
}

// What the question could do instead: ask one of `up` that has sends left as well.
Alternative alternative_to(const Ranked& chosen, const std::vector<Ranked>& up) {
  Alternative found = Alternative::none;
  for (const Ranked& other : up) {
    if (other.index == chosen.index) continue;
    if (other.state.timeouts_in_row < losses_until_doubted && !other.family_down)
      return Alternative::good;
    found = Alternative::doubtful;
  }
  return found;
}

const Ranked& any_of(const std::vector<Ranked>& pool, Entropy& entropy) {
  return pool[entropy.below(static_cast<std::uint32_t>(pool.size()))];
}

}  // namespace

std::optional<ServerChoice> choose_server(std::span<const ServerCandidate> candidates,
                                          const cache::ServerTable& table, std::uint32_t sends_max,
                                          Time now, Entropy& entropy) {
  const bool v4_down = table.family_is_down(false, now);
  const bool v6_down = table.family_is_down(true, now);
  std::vector<Ranked> up, down, lame;
  up.reserve(candidates.size());
  bool any_asked = false, any_down_asked = false, any_lame_asked = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const ServerCandidate& candidate = candidates[i];
    const cache::ServerState state = table.find(candidate.server.address, now);
    const bool is_down = state.down_until > now;
    if (candidate.sends > 0) {
      any_asked = true;
      any_lame_asked |= candidate.lame;
      any_down_asked |= is_down;
    }
    if (candidate.excluded || candidate.sends >= sends_max) continue;
    const bool family_down = candidate.server.address.is_v4() ? v4_down : v6_down;
    Ranked ranked{i, candidate.sends, estimate(state, family_down), family_down, state};
    (candidate.lame ? lame : is_down ? down : up).push_back(std::move(ranked));
  }
  const auto take = [&](const Ranked& chosen) {
    ServerChoice choice{chosen.index, chosen.state, alternative_to(chosen, up)};
    // One send each: whoever wants it so has something else to try.
    if (sends_max == 1 && choice.alternative == Alternative::none)
      choice.alternative = Alternative::doubtful;
    return std::optional<ServerChoice>(choice);
  };
  if (up.empty()) {
    // Nobody is thought to work: one probe, so that a server that came back is found, and not one
    // more.
    if (!down.empty() && !any_down_asked)
      return take(*std::min_element(down.begin(), down.end(), [](const Ranked& a, const Ranked& b) {
        return a.state.down_until < b.state.down_until;
      }));
    if (lame.empty() || any_lame_asked) return std::nullopt;
    return take(any_of(lame, entropy));
  }
  if (entropy.below(exploration_interval) == 0)
    return take(any_of(!down.empty() && !any_asked ? down : up, entropy));
  const auto better = [](const Ranked& a, const Ranked& b) {
    return a.sends != b.sends ? a.sends < b.sends : a.rtt < b.rtt;
  };
  const Ranked& best = *std::min_element(up.begin(), up.end(), better);
  const auto is_as_good = [&](const Ranked& r) {
    return r.sends == best.sends && r.rtt <= best.rtt + rtt_band;
  };
  const auto as_good = std::count_if(up.begin(), up.end(), is_as_good);
  auto left = entropy.below(static_cast<std::uint32_t>(as_good));
  return take(*std::find_if(up.begin(), up.end(),
                            [&](const Ranked& r) { return is_as_good(r) && left-- == 0; }));
}

}  // namespace godwit::iterator
