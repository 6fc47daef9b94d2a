// How tables of shards are walked while they are in use: a part at a time, a page or a segment of
// one shard, behind that shard's lock. Between two parts no lock is held, and the walk may rest for
// as long as it likes: what comes or goes meanwhile is seen or not, and an entry that is stored
// anew meanwhile may be seen twice. For snapshots, lists and erasures alike.
#pragma once

#include <cstddef>
#include <utility>

namespace godwit::cache {

// Where a walk stands.
struct TablePlace {
  std::size_t shard = 0;
  std::size_t part = 0;
};

// Takes the part where the walk stands, and goes to the next one. `open(i)` gives shard i, locked
// while what it gives lives; `parts(shard)` says how many parts it has, `take(shard, part)` does
// what is to be done. False: there are no more.
template <class Open, class Parts, class Take>
bool walk_part(TablePlace& place, std::size_t shards, Open&& open, Parts&& parts, Take&& take) {
  for (; place.shard < shards; place = {place.shard + 1, 0}) {
    const auto shard = open(place.shard);
    if (place.part >= parts(shard)) continue;
    take(shard, place.part++);
    return true;
  }
  return false;
}

}  // namespace godwit::cache
